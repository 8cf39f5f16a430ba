//! Listings: what is on sale, at which price, and how much of it is left.

mod api;
pub mod bulk;
mod edit;
pub mod edit_product;
mod error;
pub mod hold;
mod import;
mod json_ld;
pub mod lifecycle;
mod pages;
mod publish;
pub mod read;
pub mod remote;
mod search;
mod stock;
mod stock_source;

use axum::{Router, routing::get};
pub use error::ListingsError;
pub use import::{import, keep_exchange, vouch, withdraw_import, withdraw_older};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{app::App, jobs::Recurring};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(api::list_listings, api::create_listing))
        .routes(routes!(api::get_listing, api::patch_listing))
        .routes(routes!(api::withdraw_listing))
        .merge(bulk::routes())
}

/// What this room does by itself.
#[must_use]
pub fn duties() -> [Recurring; 1] {
    [bulk::duty()]
}

/// What people see of this room.
pub fn pages() -> Router<App> {
    Router::new()
        .route("/tim", get(pages::search))
        .route("/san-pham/{slug}", get(pages::product))
        // A seller's page is what they sell, so it belongs here and not to the catalogue.
        .route("/nguoi-ban/{slug}", get(pages::seller))
}
