//! The catalogue: who sells, what they make, and the certificates on it.

mod add_photo;
mod api;
pub mod attributes;
pub mod badge;
pub mod category;
mod describe_photo;
pub mod edit_product;
pub mod certificates;
mod edit_seller;
mod error;
mod gtin;
mod lists;
mod make_product;
pub mod ocop;
mod open_seller;
mod order_photos;
mod pages;
pub mod read;
mod remove_photo;
mod register;
mod selling;

use axum::{Router, routing::get};
pub use api::ProductWire;
pub use error::CatalogueError;
pub use gtin::allocate;
pub use lists::{ListedProduct, product as listed_product};
pub use edit_product::{EditProduct, ProductEdit};
pub use make_product::{MakeProduct, NewProduct, make_product};
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
