//! Chợ 4.0: markets, their stalls, and what is sold at the counter. A keeper types an amount and shows a code; the buyer's
//! bank tells that the money came, and the counter says it aloud.
//!
//! [`StallKeeper`] is the proof a handler asks for; it cannot be made outside this room.

mod api;
mod confirm_sale;
mod day;
mod error;
mod keeper;
mod live;
mod mark_paid;
mod pages;
pub mod read;
mod record_stand_sale;
mod ring_up;
mod set_money_account;
mod stand;
mod wire;
mod words;

use axum::{Router, routing::get};
use entity::{Slug, ids::StallId, payments::account::Notices};
pub use error::MarketError;
pub use keeper::StallKeeper;
pub use mark_paid::mark_paid;
pub use pages::MarketCard;
pub use record_stand_sale::{record_stand_sale, stall_of_stand};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::app::App;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(api::list_markets))
        .routes(routes!(api::get_market))
        .routes(routes!(api::list_stalls))
        .routes(routes!(api::get_stall))
        .routes(routes!(api::put_money_account))
        .routes(routes!(api::list_sales, api::create_sale))
        .routes(routes!(api::get_sale))
        .routes(routes!(api::confirm_sale))
        .routes(routes!(api::events))
        .routes(routes!(api::day))
        .routes(routes!(api::stand_pdf))
}

/// What people see of this room.
pub fn pages() -> Router<App> {
    Router::new()
        .route("/cho", get(pages::markets))
        .route("/cho/{market}", get(pages::market))
        .route("/cho/{market}/{stall}", get(pages::stall))
}

/// What a stall's open counters wait on.
fn topic(stall: StallId) -> String {
    format!("stall:{stall}")
}

/// Whether the bank of an account tells the exchange what came.
fn bank_tells(notices: Notices) -> bool {
    notices != Notices::None
}

/// The page of the stall with `code` painted on it.
fn stall_path(market: &Slug, code: &str) -> String {
    // In a path a space is not a plus.
    let code: String = form_urlencoded::byte_serialize(code.as_bytes()).collect();
    format!("/cho/{market}/{}", code.replace('+', "%20"))
}
