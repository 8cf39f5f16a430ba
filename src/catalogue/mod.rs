//! The catalogue: who sells, what they make, and the certificates on it.

mod add_photo;
mod api;
pub mod badge;
pub mod category;
pub mod certificates;
mod edit_seller;
mod error;
mod gtin;
mod lists;
mod make_product;
pub mod ocop;
mod open_seller;
mod pages;
pub mod read;
mod register;
mod selling;

use axum::{Router, routing::get};
pub use error::CatalogueError;
pub use gtin::allocate;
pub(crate) use open_seller::commune;
pub use selling::{Selling, sellers_of};
use utoipa_axum::router::OpenApiRouter;

use crate::{app::App, jobs::Recurring};

pub fn routes() -> OpenApiRouter<App> {
    api::routes()
}

/// What people see of this room.
pub fn pages() -> Router<App> {
    Router::new()
        .route("/ocop", get(pages::ocop))
        .route("/ocop.csv", get(pages::ocop_csv))
}

/// What this room does by itself: certificates begin and end.
#[must_use]
pub fn duty() -> Recurring {
    certificates::duty()
}
