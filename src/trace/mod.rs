//! Where things come from: plots, the farm diary, batches, their codes and stickers. Every stage is an EPCIS 2.0 event.

mod api;
pub mod epcis;
mod error;
pub mod events;
mod hold;
pub mod holds;
mod keep_event;
pub mod labels;
mod print;
pub mod read;
mod record_diary;
mod register_batch;
mod register_plot;

pub use api::QuantityWire;
pub use error::TraceError;
pub use keep_event::By;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{app::App, jobs::Recurring};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(api::list_plots, api::create_plot))
        .routes(routes!(api::get_plot))
        .routes(routes!(api::list_diary, api::create_diary))
        .routes(routes!(api::get_diary))
        .routes(routes!(api::list_batches, api::create_batch))
        .routes(routes!(api::get_batch))
        .routes(routes!(api::qr_svg))
        .routes(routes!(api::qr_png))
        .routes(routes!(api::labels_pdf))
        .merge(epcis::routes())
}

/// What this room does by itself.
#[must_use]
pub fn duties() -> Vec<Recurring> {
    epcis::duties()
}
