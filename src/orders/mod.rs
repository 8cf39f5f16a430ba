//! Orders: from the basket to the buyer's door. What one buyer checks out at once is a group; each seller in it gets an
//! order of their own. Who pays for what is known here, and payments knows nothing of it.

mod access;
mod act_api;
mod amount;
mod api;
mod basket;
mod books;
mod cancel;
mod care;
mod checkout;
mod confirm;
mod confirm_payment;
pub mod credit;
mod cycles;
mod deliver;
mod delivery;
mod earn;
mod edits;
mod error;
mod expire;
pub mod extras;
mod forget_buyer;
mod further;
mod give_back;
mod give_up_lots;
mod invoices;
mod known;
pub mod lifecycle;
mod limit;
mod mark_paid;
mod news;
mod open;
mod pack;
mod pages;
mod periods;
mod photos;
mod place;
mod quote;
pub mod read;
mod reckon;
mod returns;
mod reviews;
mod ship;
mod weigh;
mod wire;

pub use access::{GroupViewer, OrderBuyer, OrderSeller, OrderViewer};
use axum::{
    Router,
    routing::{get, post},
};
pub use care::{care, duties, earn_due};
pub use checkout::{Checkout, NewOrders};
pub use error::OrdersError;
pub use expire::{duty, expire_due};
pub use forget_buyer::{forget_buyer, open_orders};
pub use give_up_lots::give_up_lots;
pub use mark_paid::{Paid, mark_paid};
pub use news::Recalled;
pub use place::{PAID_WITHIN_MS, Placed, place};
use utoipa_axum::{
    router::{OpenApiRouter, UtoipaMethodRouterExt},
    routes,
};

use crate::{app::App, media::body::photo_limit};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(api::check_out))
        .routes(routes!(api::list_orders))
        .routes(routes!(api::get_order))
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
        .merge(after_placement())
        .merge(invoices::routes())
}

/// What is done with an order that is placed.
fn after_placement() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(act_api::confirm_order))
        .routes(routes!(act_api::confirm_order_payment))
        .routes(routes!(act_api::pack_order))
        .routes(routes!(act_api::ship_order))
        .routes(routes!(act_api::deliver_order))
        .routes(routes!(act_api::cancel_order))
        .routes(routes!(act_api::weigh_order))
        .routes(routes!(act_api::refund_order))
        .routes(routes!(act_api::return_order))
        .routes(routes!(act_api::review_order))
        .routes(routes!(edits::api::propose_edit))
        .routes(routes!(edits::api::get_edit))
        .routes(routes!(edits::api::accept_edit))
        .routes(routes!(edits::api::refuse_edit))
        .routes(routes!(edits::api::withdraw_edit))
        .routes(routes!(returns::api::list_returns))
        .routes(routes!(returns::api::get_return))
        .routes(routes!(returns::api::accept_return))
        .routes(routes!(returns::api::refuse_return))
        .routes(routes!(returns::api::send_return))
        .routes(routes!(returns::api::receive_return))
        .routes(routes!(returns::api::withdraw_return))
        .routes(routes!(returns::api::add_return_photo).layer(photo_limit()))
        .routes(routes!(returns::api::dispute_return))
        .routes(routes!(returns::api::decide_return))
        .routes(routes!(returns::api::write_to_return))
        .routes(routes!(reviews::api::list_buyer_reviews))
        .routes(routes!(reviews::api::get_buyer_review))
        .routes(routes!(reviews::api::answer_buyer_review))
        .routes(routes!(reviews::api::hide_buyer_review))
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
        .route("/don-hang/{id}/sua/{edit}", post(pages::answer_edit))
        .route(
            "/don-hang/{id}/hoan-tien/{refund}",
            get(pages::refund_form).post(pages::name_refund),
        )
        .route(
            "/don-hang/{id}/danh-gia",
            get(reviews::pages::form).post(reviews::pages::send),
        )
        .route(
            "/don-hang/{id}/so-luong",
            get(cycles::pages::form).post(cycles::pages::change),
        )
        .route(
            "/don-hang/{id}/tra-hang",
            get(returns::pages::form).post(returns::pages::send),
        )
        .route(
            "/don-hang/{id}/tra-hang/{return}",
            get(returns::pages::show).post(returns::pages::press),
        )
        .route(
            "/don-hang/{id}/tra-hang/{return}/anh",
            post(returns::pages::photograph).layer(photo_limit()),
        )
        .route("/san-pham/{slug}/danh-gia", get(reviews::pages::of_product))
        .route("/nguoi-ban/{slug}/danh-gia", get(reviews::pages::of_seller))
}
