//! VNPay, MoMo and ZaloPay tell what became of a payment. Each wants an answer of its own.

use axum::{
    Json,
    body::Bytes,
    extract::{State, rejection::BytesRejection},
    http::{StatusCode, Uri},
};
use entity::{
    Dong, PaymentReference,
    payments::{
        account::{self, Kind},
        notice::Provider,
        payment,
    },
};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter};

use super::webhook::settle_soon;
use crate::{
    app::App,
    db::{Actor, Unit},
    http::{body::unread, problem::Problem},
    payments::{
        PaymentsError,
        gateways::came_to_nothing,
        providers::{
            Told,
            momo::{self, MomoNotice},
            vnpay::{self, VnpayAnswer},
            zalopay::{self, ZalopayAnswer, ZalopayNotice},
        },
        record_notice::{Heard, Recorded, Signer, keep},
    },
};

/// VNPay's notice (IPN), by the query. It is proved by `vnp_SecureHash`, HMAC-SHA512 over all other `vnp_*`, ascending, as
/// a form encodes them. The answer is always 200; its `RspCode` tells the outcome. One that comes again changes nothing.
#[utoipa::path(get, path = "/webhooks/vnpay", tag = "settlement",
    params(("vnp_TxnRef" = Option<String>, Query), ("vnp_Amount" = Option<String>, Query),
        ("vnp_SecureHash" = Option<String>, Query)),
    responses((status = OK, body = VnpayAnswer)))]
pub async fn vnpay_get(State(app): State<App>, uri: Uri) -> Json<VnpayAnswer> {
    Json(vnpay(&app, uri.query().unwrap_or("")).await)
}

/// VNPay's notice, as a form or by the query.
#[utoipa::path(post, path = "/webhooks/vnpay", tag = "settlement",
    request_body(content = String, content_type = "application/x-www-form-urlencoded"),
    responses((status = OK, body = VnpayAnswer)))]
pub async fn vnpay_post(
    State(app): State<App>,
    uri: Uri,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<VnpayAnswer>, Problem> {
    let body = body.map_err(|rejection| unread(&rejection))?;
    let form = String::from_utf8_lossy(&body);
    let query = uri.query().filter(|query| !query.is_empty());
    Ok(Json(vnpay(&app, query.unwrap_or(form.trim())).await))
}

async fn vnpay(app: &App, query: &str) -> VnpayAnswer {
    let Some(settings) = &app.config().secrets.vnpay else {
        return VnpayAnswer::CHECKSUM;
    };
    let Some(fields) = vnpay::prove(&settings.hash_secret, query) else {
        return VnpayAnswer::CHECKSUM;
    };
    let told = match vnpay::read(settings, &fields) {
        Ok(told) => told,
        Err(answer) => return answer,
    };
    match hear(app, Provider::Vnpay, &told, query).await {
        Ok((_, None)) => VnpayAnswer::NO_ORDER,
        Ok((_, Some(asked))) if asked != told.amount => VnpayAnswer::AMOUNT,
        Ok((false, Some(_))) => VnpayAnswer::KNOWN,
        Ok((true, Some(_))) => VnpayAnswer::DONE,
        Err(error) => {
            tracing::error!(%error, "a notice of VNPay's could not be kept; VNPay sends it again");
            VnpayAnswer::UNREADABLE
        }
    }
}

/// MoMo's notice (IPN). It is proved by `signature`: HMAC-SHA256, in hexadecimal, of our access key and twelve fields as
/// `k=v&…` in the order of their names. One that comes again changes nothing and is answered alike.
#[utoipa::path(post, path = "/webhooks/momo", tag = "settlement", request_body = MomoNotice,
    responses((status = NO_CONTENT),
        (status = UNAUTHORIZED, description = "MoMo did not sign it.", body = crate::http::problem::ProblemDetails)))]
pub async fn momo(State(app): State<App>, body: Result<Bytes, BytesRejection>) -> Result<StatusCode, Problem> {
    let body = body.map_err(|rejection| unread(&rejection))?;
    let settings = app.config().secrets.momo.as_ref().ok_or(PaymentsError::NotProved)?;
    if !momo::proves(settings, &body) {
        return Err(PaymentsError::NotProved.into());
    }
    let told = momo::read(settings, &body)?;
    hear(&app, Provider::Momo, &told, &String::from_utf8_lossy(&body)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// ZaloPay's notice (callback). It is proved by `mac`: HMAC-SHA256, in hexadecimal, of the text `data` with our second
/// key. The answer is 200 whatever comes of it, and its `return_code` tells: 1 taken in, 2 known already, -1 refused.
#[utoipa::path(post, path = "/webhooks/zalopay", tag = "settlement", request_body = ZalopayNotice,
    responses((status = OK, body = ZalopayAnswer)))]
pub async fn zalopay(
    State(app): State<App>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<ZalopayAnswer>, Problem> {
    let body = body.map_err(|rejection| unread(&rejection))?;
    let Some(settings) = &app.config().secrets.zalopay else {
        return Ok(Json(ZalopayAnswer::NOT_PROVED));
    };
    if !zalopay::proves(settings, &body) {
        return Ok(Json(ZalopayAnswer::NOT_PROVED));
    }
    let Ok(told) = zalopay::read(settings, &body) else {
        return Ok(Json(ZalopayAnswer::UNREADABLE));
    };
    let answer = match hear(&app, Provider::Zalopay, &told, &String::from_utf8_lossy(&body)).await {
        Ok((true, _)) => ZalopayAnswer::DONE,
        Ok((false, _)) => ZalopayAnswer::KNOWN,
        Err(error) => {
            tracing::error!(%error, "a notice of ZaloPay's could not be kept; ZaloPay sends it again");
            ZalopayAnswer::AGAIN
        }
    };
    Ok(Json(answer))
}

/// Keeps what a gateway told, and settles it. Tells whether it is new, and what the payment that it names asks for.
async fn hear(app: &App, provider: Provider, told: &Told, raw: &str) -> Result<(bool, Option<Dong>), PaymentsError> {
    let asked = asked(app, told.references.first()).await?;
    let heard = Heard {
        provider,
        signer: Signer::Exchange,
        body: told.write(raw),
        told: told.clone(),
    };
    let is_new = keep_heard(app, heard).await?;
    Ok((is_new, asked))
}

/// Keeps what a gateway told, by itself or when it was asked, and settles it; `true` when it was not known before.
pub(super) async fn keep_heard(app: &App, heard: Heard) -> Result<bool, PaymentsError> {
    let (moved, content) = (heard.told.moved, heard.told.content.clone());
    match keep(app, heard).await? {
        Recorded::Waits(kept) => settle_soon(app, *kept),
        Recorded::Again => return Ok(false),
        Recorded::Done | Recorded::Trial => {}
    }
    if !moved {
        // The content begins with our number for it.
        let number = content.split(' ').next().unwrap_or_default().to_owned();
        app.write(Actor::System, move |unit: &mut Unit| {
            let number = number.clone();
            Box::pin(async move { came_to_nothing(unit, &number).await.map_err(PaymentsError::from) })
        })
        .await?;
    }
    Ok(true)
}

/// What the payment with this reference into a held account asks for.
async fn asked(app: &App, reference: Option<&PaymentReference>) -> Result<Option<Dong>, DbErr> {
    let Some(reference) = reference else {
        return Ok(None);
    };
    let db = app.db().read();
    let held = account::Entity::find()
        .filter(account::Column::Kind.eq(Kind::Held))
        .all(db)
        .await?;
    let found = payment::Entity::find()
        .filter(payment::Column::Reference.eq(reference.clone()))
        .filter(payment::Column::AccountId.is_in(held.iter().map(|account| account.id)))
        .one(db)
        .await?;
    Ok(found.map(|payment| payment.amount))
}
