//! On the way to a gateway and back.

use askama::Template;
use axum::{
    extract::State,
    http::{HeaderMap, Uri},
    response::{Html, IntoResponse, Redirect, Response},
};
use entity::{ids::PaymentId, payments::payment};
use sea_orm::EntityTrait;

use super::{ask_one, gateway_api::of_buyer};
use crate::{
    app::App,
    http::{
        address::Address,
        body::Id,
        problem::Problem,
        shell::{Shell, render},
    },
    payments::{
        PaymentsError, gateways,
        lifecycle::{is_open, is_paid},
    },
};

/// Sends the buyer to the gateway's page.
pub async fn go(State(app): State<App>, Id(id): Id<PaymentId>, address: Address) -> Result<Response, Problem> {
    match gateways::create(&app, id, &of_buyer(address)).await {
        Ok(url) => Ok(Redirect::to(&url).into_response()),
        // Paid or given up meanwhile: the page says which.
        Err(PaymentsError::Closed) => Ok(Redirect::to(&format!("/thanh-toan/tro-ve/{id}")).into_response()),
        Err(error) => Err(error.into()),
    }
}

#[derive(Debug, Template)]
#[template(path = "settlement/back.html")]
struct BackPage {
    shell: Shell,
    paid: bool,
    /// The buyer may go on paying.
    open: bool,
    amount: String,
    reference: String,
    again: String,
}

/// Where the gateway sends the buyer back. What stands in the address is not believed: the gateway itself is asked.
pub async fn back(
    State(app): State<App>,
    headers: HeaderMap,
    uri: Uri,
    Id(id): Id<PaymentId>,
) -> Result<Html<String>, Problem> {
    match ask_one(&app, id).await {
        Ok(()) => {}
        Err(error @ (PaymentsError::NoSuchThing | PaymentsError::NoGateway)) => return Err(error.into()),
        // What is known is shown; the duty asks again.
        Err(error) => tracing::warn!(%error, payment = %id, "a gateway could not be asked"),
    }
    let found = payment::Entity::find_by_id(id).one(app.db().read()).await?;
    let payment = found.ok_or(PaymentsError::NoSuchThing)?;
    let page = BackPage {
        shell: Shell::new(&app, &headers, uri.path()),
        paid: is_paid(payment.status),
        open: is_open(payment.status),
        amount: payment.amount.to_string(),
        reference: payment.reference.to_string(),
        again: format!("/thanh-toan/di/{id}"),
    };
    render(&page)
}
