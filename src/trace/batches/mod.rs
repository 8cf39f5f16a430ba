//! Batches: how they come to be, from plots or from one another, and whether the numbers can be.

pub mod api;
pub mod mass_balance;
pub mod register_batch;
pub mod yields;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::app::App;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(api::list_batches, api::create_batch))
        .routes(routes!(api::get_batch))
}
