//! The catalogue: who sells, what they make, and the certificates on it.

mod add_photo;
mod api;
pub mod attributes;
pub mod badge;
pub mod category;
pub mod certificates;
mod describe_photo;
pub mod edit_product;
mod error;
mod forget_seller;
mod gtin;
mod lists;
mod make_product;
pub mod ocop;
mod order_photos;
mod pages;
pub mod rating;
pub mod read;
mod register;
mod remove_photo;
pub mod sellers;
mod selling;
mod tell_staff;
pub mod webhooks;

pub use api::ProductWire;
use axum::{Router, routing::get};
pub use edit_product::{EditProduct, ProductEdit};
pub use error::CatalogueError;
pub use forget_seller::{forget_sellers, sellers_alone};
pub use gtin::allocate;
pub use lists::{ListedProduct, product as listed_product};
pub use make_product::{MakeProduct, NewProduct, make_product};
pub(crate) use sellers::open::commune;
pub use sellers::{
    closure::turn as turn_closures,
    verify::{GoLive, may_go_live, money_account_set},
};
pub use selling::{Selling, sellers_of};
pub use tell_staff::tell_staff;
use utoipa_axum::router::OpenApiRouter;

use crate::{
    app::App,
    jobs::{Outbox, Recurring},
};

#[must_use]
pub fn routes() -> OpenApiRouter<App> {
    api::routes().merge(webhooks::routes())
}

/// What people see of this room.
pub fn pages() -> Router<App> {
    Router::new()
        .route("/ocop", get(pages::ocop))
        .route("/ocop.csv", get(pages::ocop_csv))
        .route(
            "/loi-moi/{code}",
            get(sellers::pages::invitation).post(sellers::pages::accept),
        )
}

/// What this room does when something is left for it: it tells sellers of certificates that end.
#[must_use]
pub fn listens(outbox: Outbox) -> Outbox {
    certificates::listens(outbox)
}

/// What this room does by itself: certificates and closures begin and end, and what was sent long ago is forgotten.
#[must_use]
pub fn duties() -> [Recurring; 3] {
    [certificates::duty(), sellers::closure::duty(), webhooks::duty()]
}
