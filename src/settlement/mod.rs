//! Money meets meaning: a provider's notice is taken in, the payment it is for is found, and the room that asked for that
//! payment is told. What cannot be matched is listed for a person, never dropped.

mod api;
mod error;
mod mark_paid;
mod match_earlier;
mod read;
pub mod settle;
mod webhook;

pub use error::SettlementError;
pub use settle::settle;
use utoipa_axum::{
    router::{OpenApiRouter, UtoipaMethodRouterExt},
    routes,
};
pub use webhook::{exchange_credential, receive};

use crate::{
    app::App,
    jobs::Outbox,
    payments::{REQUESTED, record_notice::RECEIVED},
};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(webhook::sepay).layer(webhook::body_limit()))
        .routes(routes!(api::list_payments))
        .routes(routes!(api::list_unmatched))
}

/// What this room does when others leave it something.
#[must_use]
pub fn listens(outbox: Outbox) -> Outbox {
    outbox
        .on(RECEIVED, settle::handler())
        .on(REQUESTED, match_earlier::handler())
}
