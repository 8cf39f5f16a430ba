//! Where and how things grow: plots and the farm diary.

pub mod api;
pub mod interval;
pub mod read;
pub mod record_diary;
pub mod register_plot;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::app::App;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(api::list_plots, api::create_plot))
        .routes(routes!(api::get_plot))
        .routes(routes!(api::list_diary, api::create_diary))
        .routes(routes!(api::get_diary))
}
