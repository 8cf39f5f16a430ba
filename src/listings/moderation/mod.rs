//! What buyers report, and what officers take off sale (E-commerce Law 122/2025): every step has a reason, an appeal is
//! decided by somebody else, and nothing is ever removed.

pub mod about;
mod api;
mod decide;
mod error;
mod pages;
pub mod read;
mod report;
mod take_down;

use axum::{Router, routing::get};
pub use error::ModerationError;
pub use report::count_report;
pub use take_down::forbids;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::app::App;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(api::list_reports, api::create_report))
        .routes(routes!(api::get_report))
        .routes(routes!(api::get_report_by_code))
        .routes(routes!(api::close_report))
        .routes(routes!(api::list_takedowns, api::create_takedown))
        .routes(routes!(api::get_takedown))
        .routes(routes!(api::appeal_takedown))
        .routes(routes!(api::decide_takedown))
}

/// What people see of it.
pub fn pages() -> Router<App> {
    Router::new().route("/bao-cao", get(pages::show).post(pages::send))
}
