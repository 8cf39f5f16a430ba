//! Orders: from the basket to the buyer's door. What one buyer checks out at once is a group; each seller in it gets an
//! order of their own. Who pays for what is known here, and payments knows nothing of it.

mod access;
mod advance;
mod amount;
mod api;
mod basket;
mod cancel;
mod checkout;
mod confirm_payment;
pub mod credit;
mod cycles;
mod delivery;
mod error;
mod expire;
pub mod extras;
mod invoices;
mod known;
pub mod lifecycle;
mod limit;
mod mark_paid;
mod pages;
mod place;
mod quote;
pub mod read;
mod reckon;

pub use access::{GroupViewer, OrderSeller, OrderViewer};
use axum::{
    Router,
    routing::{get, post},
};
pub use checkout::{Checkout, NewOrders};
pub use error::OrdersError;
pub use expire::{duty, expire_due};
pub use mark_paid::{Paid, mark_paid};
pub use place::{PAID_WITHIN_MS, Placed, place};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::app::App;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(api::check_out))
        .routes(routes!(api::list_orders))
        .routes(routes!(api::get_order))
        .routes(routes!(api::confirm_order))
        .routes(routes!(api::confirm_order_payment))
        .routes(routes!(api::pack_order))
        .routes(routes!(api::ship_order))
        .routes(routes!(api::deliver_order))
        .routes(routes!(api::cancel_order))
        .routes(routes!(quote::api::quote_checkout))
        .routes(routes!(cycles::api::list_cycles, cycles::api::create_cycle))
        .routes(routes!(
            cycles::api::get_cycle,
            cycles::api::patch_cycle,
            cycles::api::delete_cycle
        ))
        .routes(routes!(cycles::api::put_order_lines))
        .routes(routes!(delivery::api::get_delivery, delivery::api::put_delivery))
        .routes(routes!(credit::api::list_credits))
        .routes(routes!(credit::api::get_credit))
        .routes(routes!(credit::api::list_credit_entries))
        .routes(routes!(credit::api::list_seller_credits, credit::api::give_credit))
        .merge(invoices::routes())
}

/// What people see of this room.
pub fn pages() -> Router<App> {
    Router::new()
        .route("/gio-hang", get(pages::basket).post(pages::change_basket))
        .route("/thanh-toan", get(pages::checkout).post(pages::check_out))
        .route("/don-hang", get(pages::own_orders))
        .route("/don-hang/{id}", get(pages::group))
        .route("/don-hang/{id}/huy", post(pages::cancel_order))
        .route("/don-hang/{id}/da-nhan", post(pages::receive_order))
}
