//! Providers tell that money moved.

use axum::{
    Json,
    body::Bytes,
    extract::{DefaultBodyLimit, State, rejection::BytesRejection},
    http::HeaderMap,
};
use serde::Serialize;
use utoipa::ToSchema;

use super::settle;
use crate::{
    app::App,
    http::{body::unread, problem::Problem},
    payments::{Credential, PaymentsError, record_notice::record_notice, sepay::SepayNotice},
};

/// With which a demo's notices are signed unless the environment names another secret.
const DEMO_SECRET: &str = "demo-sepay-secret";

/// Far more than a notice needs.
const LARGEST_NOTICE: usize = 64 * 1024;

pub(super) fn body_limit() -> DefaultBodyLimit {
    DefaultBodyLimit::max(LARGEST_NOTICE)
}

/// What SePay answers to.
#[derive(Debug, Serialize, ToSchema)]
pub struct SepayAnswer {
    /// Always `true`; anything else would be sent again.
    success: bool,
}

/// SePay's notice. It is proved by `X-SePay-Signature` (`sha256=` and HMAC-SHA256, in hexadecimal, of
/// `X-SePay-Timestamp`, a dot and the body as sent; at most five minutes old) or by `Authorization: Apikey`. One that
/// comes again changes nothing and is answered alike.
#[utoipa::path(post, path = "/webhooks/sepay", tag = "settlement", request_body = SepayNotice,
    params(("X-SePay-Signature" = Option<String>, Header), ("X-SePay-Timestamp" = Option<String>, Header)),
    responses((status = OK, body = SepayAnswer),
        (status = UNAUTHORIZED, description = "No known credential signed it, or one did too long ago.",
            body = crate::http::problem::ProblemDetails)))]
pub async fn sepay(
    State(app): State<App>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<SepayAnswer>, Problem> {
    let body = body.map_err(|rejection| unread(&rejection))?;
    receive(&app, &headers, &body).await?;
    Ok(Json(SepayAnswer { success: true }))
}

/// Keeps SePay's notice and settles it. When this returns the notice is kept; settling goes on by itself, and should it
/// fail, the outbox tries again.
pub async fn receive(app: &App, headers: &HeaderMap, body: &[u8]) -> Result<(), PaymentsError> {
    let Some(id) = record_notice(app, &exchange_credential(app), headers, body).await? else {
        return Ok(());
    };
    let app = app.clone();
    tokio::spawn(async move {
        if let Err(error) = settle(&app, id).await {
            tracing::warn!(%error, notice = %id, "a notice could not be settled; it stays queued");
        }
    });
    Ok(())
}

/// What proves the notices of accounts without a credential of their own. What the environment names wins over a demo's.
#[must_use]
pub fn exchange_credential(app: &App) -> Credential {
    let secrets = &app.config().secrets;
    let given = Credential {
        hmac_secret: secrets.sepay_secret.clone(),
        api_key: secrets.sepay_api_key.clone(),
    };
    if app.is_demo() && given == Credential::default() {
        return Credential {
            hmac_secret: Some(DEMO_SECRET.to_owned()),
            api_key: None,
        };
    }
    given
}
