//! Those who watch bank accounts tell that money moved.

use axum::{
    Json,
    body::Bytes,
    extract::{DefaultBodyLimit, State, rejection::BytesRejection},
    http::HeaderMap,
};
use entity::payments::notice::Provider;
use serde::Serialize;
use utoipa::ToSchema;

use super::settle_kept;
use crate::{
    app::App,
    http::{body::unread, problem::Problem},
    payments::{
        Credential, PaymentsError,
        providers::{casso::CassoNotice, payos::PayosNotice, sepay::SepayNotice},
        record_notice::{Kept, record_casso, record_payos, record_sepay},
    },
};

/// With what a demo's notices are signed unless the environment names another secret.
const DEMO_SEPAY: &str = "demo-sepay-secret";
const DEMO_CASSO: &str = "demo-casso-secret";
const DEMO_PAYOS: &str = "demo-payos-key";

/// Far more than a notice needs.
const LARGEST_NOTICE: usize = 64 * 1024;

pub(super) fn body_limit() -> DefaultBodyLimit {
    DefaultBodyLimit::max(LARGEST_NOTICE)
}

/// What these providers answer to.
#[derive(Debug, Serialize, ToSchema)]
pub struct NoticeAnswer {
    /// Always `true`; anything else would be sent again.
    success: bool,
}

const HEARD: Json<NoticeAnswer> = Json(NoticeAnswer { success: true });

/// SePay's notice. It is proved by `X-SePay-Signature` (`sha256=` and HMAC-SHA256, in hexadecimal, of
/// `X-SePay-Timestamp`, a dot and the body as sent; at most five minutes old) or by `Authorization: Apikey`. One that
/// comes again changes nothing and is answered alike.
#[utoipa::path(post, path = "/webhooks/sepay", tag = "settlement", request_body = SepayNotice,
    params(("X-SePay-Signature" = Option<String>, Header), ("X-SePay-Timestamp" = Option<String>, Header)),
    responses((status = OK, body = NoticeAnswer),
        (status = UNAUTHORIZED, description = "No known credential signed it, or one did too long ago.",
            body = crate::http::problem::ProblemDetails)))]
pub async fn sepay(
    State(app): State<App>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<NoticeAnswer>, Problem> {
    let body = body.map_err(|rejection| unread(&rejection))?;
    receive(&app, &headers, &body).await?;
    Ok(HEARD)
}

/// Casso's notice, second version. It is proved by `X-Casso-Signature: t=…,v1=…`: milliseconds since 1970, at most five
/// minutes ago, and HMAC-SHA512, in hexadecimal, of these, a dot and the body as compact JSON with its keys sorted at
/// every depth. One that comes again changes nothing and is answered alike.
#[utoipa::path(post, path = "/webhooks/casso", tag = "settlement", request_body = CassoNotice,
    params(("X-Casso-Signature" = Option<String>, Header)),
    responses((status = OK, body = NoticeAnswer),
        (status = UNAUTHORIZED, description = "No known credential signed it, or one did too long ago.",
            body = crate::http::problem::ProblemDetails)))]
pub async fn casso(
    State(app): State<App>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<NoticeAnswer>, Problem> {
    let body = body.map_err(|rejection| unread(&rejection))?;
    receive_from(&app, Provider::Casso, &headers, &body).await?;
    Ok(HEARD)
}

/// payOS' notice. It is proved by `signature` in the body: HMAC-SHA256, in hexadecimal, of `data` as `k=v&…` in the order
/// of its keys, null as nothing, not encoded. One that comes again changes nothing and is answered alike.
#[utoipa::path(post, path = "/webhooks/payos", tag = "settlement", request_body = PayosNotice,
    responses((status = OK, body = NoticeAnswer),
        (status = UNAUTHORIZED, description = "No known credential signed it.",
            body = crate::http::problem::ProblemDetails)))]
pub async fn payos(
    State(app): State<App>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<NoticeAnswer>, Problem> {
    let body = body.map_err(|rejection| unread(&rejection))?;
    receive_from(&app, Provider::Payos, &headers, &body).await?;
    Ok(HEARD)
}

/// [`receive_from`] SePay.
pub async fn receive(app: &App, headers: &HeaderMap, body: &[u8]) -> Result<(), PaymentsError> {
    receive_from(app, Provider::Sepay, headers, body).await
}

/// Keeps the notice of one who watches accounts, and settles it. When this returns the notice is kept; settling goes on by
/// itself, and should it fail, the duty tries again.
pub async fn receive_from(
    app: &App,
    provider: Provider,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<(), PaymentsError> {
    let exchange = credential_of(app, provider);
    let recorded = match provider {
        Provider::Casso => record_casso(app, &exchange, headers, body).await?,
        Provider::Payos => record_payos(app, &exchange, body).await?,
        _ => record_sepay(app, &exchange, headers, body).await?,
    };
    if let Some(kept) = recorded.waiting() {
        settle_soon(app, kept);
    }
    Ok(())
}

/// Settles a kept notice without anybody waiting for it.
pub(super) fn settle_soon(app: &App, kept: Kept) {
    let app = app.clone();
    tokio::spawn(async move {
        let id = kept.notice.id;
        if let Err(error) = settle_kept(&app, kept).await {
            tracing::warn!(%error, notice = %id, "a notice could not be settled; it stays queued");
        }
    });
}

/// What proves SePay's notices of accounts without a credential of their own.
#[must_use]
pub fn exchange_credential(app: &App) -> Credential {
    credential_of(app, Provider::Sepay)
}

/// What proves a provider's notices of accounts without a credential of their own. What the environment names wins over a
/// demo's.
#[must_use]
pub fn credential_of(app: &App, provider: Provider) -> Credential {
    let secrets = &app.config().secrets;
    let (hmac_secret, api_key, demo) = match provider {
        Provider::Sepay => (&secrets.sepay_secret, &secrets.sepay_api_key, DEMO_SEPAY),
        Provider::Casso => (&secrets.casso_secret, &None, DEMO_CASSO),
        Provider::Payos => (&secrets.payos_checksum_key, &None, DEMO_PAYOS),
        // Gateways have keys of other kinds, and a statement is proved by who brings it.
        Provider::Vnpay | Provider::Momo | Provider::Zalopay | Provider::Statement => return Credential::default(),
    };
    let given = Credential {
        hmac_secret: hmac_secret.clone(),
        api_key: api_key.clone(),
    };
    if app.is_demo() && given == Credential::default() {
        return Credential {
            hmac_secret: Some(demo.to_owned()),
            api_key: None,
        };
    }
    given
}
