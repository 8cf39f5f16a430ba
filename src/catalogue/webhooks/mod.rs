//! Sellers' own systems hear of what happens, as Standard Webhooks has it: [`emit`] writes what happened in the unit in
//! which it does; every process then takes what is due and sends it, signed ([`signature`]), again with growing pauses
//! ([`schedule`]) until it is taken (ADR 0026). The id and the bytes stay the same however often something is sent; the
//! order is not promised.

mod api;
mod change;
mod emit;
mod open;
mod read;
mod replay;
mod schedule;
mod secret;
mod send;
mod signature;

use std::{sync::Arc, time::Duration};

pub use emit::emit;
pub use schedule::pause;
pub use signature::sign;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    app::App,
    jobs::{Projection, Recurring},
};

/// What a seller's system may hear of.
pub const KINDS: [&str; 10] = [
    "order.placed",
    "order.paid",
    "order.confirmed",
    "order.cancelled",
    "order.shipped",
    "order.delivered",
    "order.returned",
    "payment.received",
    "refund.owed",
    "batch.recalled",
];
/// What it is sent to try it out.
const TEST: &str = "webhook.test";

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(api::list_endpoints, api::create_endpoint))
        .routes(routes!(api::get_endpoint, api::patch_endpoint, api::delete_endpoint))
        .routes(routes!(api::rotate_secret))
        .routes(routes!(api::test_endpoint))
        .routes(routes!(api::list_deliveries))
        .routes(routes!(api::get_delivery))
        .routes(routes!(api::replay_delivery))
}

/// Sends what is due, in every process.
#[must_use]
pub fn sender() -> Projection {
    Projection {
        name: "webhooks",
        run: |app| Box::pin(send::run(app)),
    }
}

/// Forgets what was delivered or given up long ago.
pub(super) fn duty() -> Recurring {
    Recurring {
        name: "catalogue.webhooks.sweep",
        every: Duration::from_hours(1),
        run: Arc::new(|app| Box::pin(async move { emit::sweep(&app).await.map_err(|error| error.to_string()) })),
    }
}
