//! Where and how things grow: plots, what grows on them from when to when, and the farm diary.

mod cycle_api;
mod diary_api;
mod edit_plot;
pub mod geometry;
mod grow;
pub mod interval;
mod plant_protection;
mod plot_api;
pub mod read;
mod record_diary;
mod register_plot;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::app::App;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(plot_api::list_plots, plot_api::create_plot))
        .routes(routes!(plot_api::get_plot, plot_api::update_plot))
        .routes(routes!(plot_api::interval))
        .routes(routes!(plot_api::list_products))
        .routes(routes!(cycle_api::list_cycles, cycle_api::create_cycle))
        .routes(routes!(cycle_api::get_cycle))
        .routes(routes!(cycle_api::finish_cycle))
        .routes(routes!(diary_api::list_diary, diary_api::create_diary))
        .routes(routes!(diary_api::get_diary))
}
