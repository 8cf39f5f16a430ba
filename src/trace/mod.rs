//! Where things come from: plots, the farm diary, batches, their codes and stickers. Every stage is an EPCIS 2.0 event.

mod api;
mod batches;
pub mod epcis;
mod error;
pub mod events;
mod farm;
mod forget_told;
pub mod graph;
pub mod holds;
mod keep_event;
pub mod labels;
pub mod log;
mod print;
pub mod read;

pub use api::QuantityWire;
pub use batches::{USED, mass_balance, used_of};
pub use error::TraceError;
pub use forget_told::{forget_told, traces_of};
pub use holds::{Hold, put_hold, release_hold};
pub use keep_event::By;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{app::App, jobs::Recurring};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(farm::routes())
        .merge(batches::routes())
        .merge(holds::routes())
        .routes(routes!(api::qr_svg))
        .routes(routes!(api::qr_png))
        .merge(labels::routes())
        .merge(log::routes())
        .merge(epcis::routes())
}

/// What this room does by itself.
#[must_use]
pub fn duties() -> Vec<Recurring> {
    epcis::duties()
}
