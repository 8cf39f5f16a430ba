//! Recalls. A batch is called back, with all it came from or went into as far as the recall goes: none of it is sold any
//! more, what had not left is given up, and whoever bought or sold of it is told.
//!
//! What must be so at once is done in one unit: holds, listings off sale, tombstones for partners (the change log tells
//! them), messages to sellers. Orders and stalls follow by the outbox, each order in its own unit ([`spread`]). A duty
//! walks again from every recall in force, so that what a recalled batch goes into later is recalled too.

mod api;
mod call_back;
mod caller;
pub mod drill;
mod end;
mod error;
mod pages;
pub mod reach;
pub mod read;
mod sheet;
mod spread;
mod wire;

use axum::{Router, routing::get};
pub use error::RecallError;
pub use spread::follow;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    app::App,
    jobs::{Outbox, Recurring},
};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(api::list_recalls, api::create_recall))
        .routes(routes!(api::preview_recall))
        .routes(routes!(api::find_batches))
        .routes(routes!(api::get_recall))
        .routes(routes!(api::trace_xlsx))
        .routes(routes!(api::end_recall))
        .routes(routes!(api::list_drills))
}

/// What people see of this room.
pub fn pages() -> Router<App> {
    Router::new()
        .route("/thu-hoi", get(pages::list))
        .route("/thu-hoi/{id}", get(pages::one))
}

/// What this room does when others leave it something.
#[must_use]
pub fn listens(outbox: Outbox) -> Outbox {
    outbox.on(spread::TOPIC, spread::handler())
}

/// What this room does by itself.
#[must_use]
pub fn duty() -> Recurring {
    spread::duty()
}
