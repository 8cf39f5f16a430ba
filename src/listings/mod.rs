//! Listings: what is on sale, at which price, and how much of it is left.

mod adjust;
mod api;
pub mod bulk;
mod close;
mod edit;
mod edit_product;
mod error;
mod forget_seller;
pub mod freeze;
mod go_live;
pub mod hold;
pub mod hold_parts;
mod import;
mod json_ld;
pub mod lifecycle;
pub mod moderation;
pub mod offer;
mod pages;
mod pools;
mod product_api;
mod publish;
mod put_back;
pub mod read;
pub mod remote;
mod review;
pub mod stock;
mod stock_api;
mod stock_source;
mod used_up;

pub use api::ListingWire;
use axum::{Router, routing::get};
pub use close::close_due;
pub use edit_product::apply_edit;
pub use error::ListingsError;
pub use forget_seller::withdraw_all_of;
pub use go_live::is_over;
pub use import::{import, keep_exchange, vouch, withdraw_import, withdraw_older};
pub use pages::on_any_list;
pub use put_back::put_back;
pub use used_up::look as look_for_over_sold;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    app::App,
    jobs::{Outbox, Recurring},
};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(api::create_listing))
        .routes(routes!(api::get_listing, api::patch_listing))
        .routes(routes!(api::withdraw_listing))
        .routes(routes!(product_api::patch_product))
        .routes(routes!(api::publish_listing))
        .routes(routes!(stock_api::list_stock, stock_api::adjust_stock))
        .routes(routes!(review::api::list_reviews))
        .routes(routes!(review::api::get_review))
        .routes(routes!(review::api::review_listing))
        .merge(bulk::routes())
        .merge(moderation::routes())
}

/// What this room does by itself.
#[must_use]
pub fn duties() -> [Recurring; 3] {
    [bulk::duty(), close::duty(), used_up::duty()]
}

/// What this room takes from earlier ones: lots that something else was made of.
#[must_use]
pub fn listens(outbox: Outbox) -> Outbox {
    used_up::listens(outbox)
}

/// What people see of this room.
pub fn pages() -> Router<App> {
    Router::new()
        .route("/san-pham/{slug}", get(pages::product))
        // A seller's page is what they sell, so it belongs here and not to the catalogue.
        .route("/nguoi-ban/{slug}", get(pages::seller))
        .merge(moderation::pages())
}
