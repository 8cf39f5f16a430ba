//! Listings: what is on sale, at which price, and how much of it is left.

mod json_ld;
mod pages;
pub mod read;
mod search;
mod stock;

use axum::{Router, routing::get};

use crate::app::App;

/// What people see of this room.
pub fn pages() -> Router<App> {
    Router::new()
        .route("/tim", get(pages::search))
        .route("/san-pham/{slug}", get(pages::product))
        // A seller's page is what they sell, so it belongs here and not to the catalogue.
        .route("/nguoi-ban/{slug}", get(pages::seller))
}
