//! Where things come from: plots, the farm diary, batches, their codes and stickers. Every stage is an EPCIS 2.0 event.

mod api;
mod error;
pub mod events;
mod forget_told;
mod hold;
pub mod holds;
mod keep_event;
pub mod labels;
pub mod log;
mod print;
pub mod read;
mod record_diary;
mod register_batch;
mod register_plot;

pub use api::QuantityWire;
pub use error::TraceError;
pub use forget_told::{forget_told, traces_of};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::app::App;

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
        .merge(log::routes())
}
