//! How one can pay, and payments through gateways, over HTTP.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use entity::{
    ids::PaymentId,
    orders::order::Method,
    payments::{account, payment},
};
use sea_orm::EntityTrait;
use serde::Serialize;
use utoipa::ToSchema;

use super::{SettlementError, ask_one};
use crate::{
    app::App,
    http::{address::Address, body::Id, language::Language, list::List, problem::Problem},
    payments::{PaymentWire, PaymentsError, gateways, payment_wire},
};

/// A way to pay.
#[derive(Debug, Serialize, ToSchema)]
pub struct PaymentMethodWire {
    /// What `payment_method` of a checkout takes.
    code: &'static str,
    name: String,
}

/// The ways to pay that a checkout takes now.
#[utoipa::path(get, path = "/api/v1/payment-methods", tag = "settlement",
    responses((status = OK, body = List<PaymentMethodWire>)))]
pub async fn list_methods(
    State(app): State<App>,
    headers: HeaderMap,
) -> Result<Json<List<PaymentMethodWire>>, Problem> {
    let language = Language::of_api(&headers);
    let gateways = gateways::offered(&app).await?;
    let by_gateway = [Method::Vnpay, Method::Momo, Method::Zalopay]
        .into_iter()
        .filter(|method| method.gateway().is_some_and(|gateway| gateways.contains(&gateway)));
    let items: Vec<_> = [Method::Vietqr, Method::Cod]
        .into_iter()
        .chain(by_gateway)
        .map(|method| PaymentMethodWire {
            code: method.code(),
            name: language.say(&super::words::method(method).into()),
        })
        .collect();
    Ok(Json(List {
        total: Some(items.len() as u64),
        items,
        next_cursor: None,
    }))
}

/// Where a buyer goes to pay.
#[derive(Debug, Serialize, ToSchema)]
pub struct RedirectWire {
    /// The gateway's own page.
    redirect_url: String,
}

/// The gateway's page for a payment; it is asked for there when it was not yet, or anew after an attempt that came to
/// nothing. The payment's id is all one needs to know.
#[utoipa::path(post, path = "/api/v1/payments/{id}/redirect", tag = "settlement", params(("id" = String, Path)),
    responses((status = OK, body = RedirectWire)))]
pub async fn redirect(
    State(app): State<App>,
    Id(id): Id<PaymentId>,
    address: Address,
) -> Result<Json<RedirectWire>, Problem> {
    let redirect_url = gateways::create(&app, id, &of_buyer(address)).await?;
    Ok(Json(RedirectWire { redirect_url }))
}

/// A buyer's address as gateways want it.
pub(super) fn of_buyer(address: Address) -> String {
    address.0.map_or_else(|| "127.0.0.1".to_owned(), |ip| ip.to_string())
}

/// Asks the gateway what became of a payment, when it was not asked in the last five seconds, and answers with the payment.
/// The payment's id is all one needs to know.
#[utoipa::path(post, path = "/api/v1/payments/{id}/query", tag = "settlement", params(("id" = String, Path)),
    responses((status = OK, body = PaymentWire)))]
pub async fn query(State(app): State<App>, Id(id): Id<PaymentId>) -> Result<Response, Problem> {
    ask_one(&app, id).await?;
    let db = app.db().read();
    let found = payment::Entity::find_by_id(id).one(db).await?;
    let payment = found.ok_or(PaymentsError::NoSuchThing)?;
    let account = account::Entity::find_by_id(payment.account_id).one(db).await?;
    let account = account.ok_or(PaymentsError::NoSuchThing)?;
    let wire = payment_wire(app.vault(), &payment, &account).map_err(SettlementError::from)?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(wire)).into_response())
}
