//! Batches: how they come to be, from plots or from one another, and whether the numbers can be.

mod api;
mod declare_ratio;
mod judge;
mod make;
pub mod mass_balance;
mod read;
mod register_batch;
mod transform;
mod transform_api;
pub mod yields;

pub use judge::used_of;
pub use make::USED;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::app::App;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(api::list_batches, api::create_batch))
        .routes(routes!(api::get_batch))
        .routes(routes!(
            transform_api::list_transformations,
            transform_api::create_transformation
        ))
        .routes(routes!(transform_api::get_transformation))
        .routes(routes!(transform_api::get_ratio, transform_api::put_ratio))
}
