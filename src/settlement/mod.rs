//! Money meets meaning: a provider's notice is taken in, the payment it is for is found, and the room that asked for that
//! payment is told. What cannot be matched is listed for a person, never dropped.

mod api;
mod duties;
mod error;
mod gateway_api;
mod gateway_webhook;
mod give_back;
mod hand;
mod import_statement;
mod mark_paid;
mod match_earlier;
mod overseer;
mod pages;
mod read;
pub mod settle;
mod statement_api;
mod suggest;
mod twin;
mod unmatched_api;
mod webhook;
mod words;

use axum::{Router, routing::get};
pub use duties::{ask_due, ask_one, duties, settle_waiting};
pub use error::SettlementError;
pub use overseer::Overseer;
pub use settle::{settle, settle_kept};
use utoipa_axum::{
    router::{OpenApiRouter, UtoipaMethodRouterExt},
    routes,
};
pub use webhook::{credential_of, exchange_credential, receive, receive_from};

use crate::{
    app::App,
    jobs::Outbox,
    payments::{REQUESTED, record_notice::RECEIVED},
};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(webhook::sepay).layer(webhook::body_limit()))
        .routes(routes!(webhook::casso).layer(webhook::body_limit()))
        .routes(routes!(webhook::payos).layer(webhook::body_limit()))
        .routes(routes!(gateway_webhook::vnpay_get, gateway_webhook::vnpay_post).layer(webhook::body_limit()))
        .routes(routes!(gateway_webhook::momo).layer(webhook::body_limit()))
        .routes(routes!(gateway_webhook::zalopay).layer(webhook::body_limit()))
        .routes(routes!(gateway_api::list_methods))
        .routes(routes!(gateway_api::redirect))
        .routes(routes!(gateway_api::query))
        .routes(routes!(api::list_payments))
        .routes(routes!(api::list_unmatched))
        .routes(routes!(unmatched_api::get_unmatched))
        .routes(routes!(unmatched_api::assign_unmatched))
        .routes(routes!(unmatched_api::return_unmatched))
        .routes(routes!(statement_api::take_statement).layer(statement_api::file_limit()))
}

/// What people see of this room.
pub fn pages() -> Router<App> {
    Router::new()
        .route("/thanh-toan/di/{id}", get(pages::go))
        .route("/thanh-toan/tro-ve/{id}", get(pages::back))
}

/// What this room does when others leave it something.
#[must_use]
pub fn listens(outbox: Outbox) -> Outbox {
    outbox
        .on(RECEIVED, settle::handler())
        .on(REQUESTED, match_earlier::handler())
}
