//! The data of an e-invoice for one sale (NĐ 70/2025): what a household's invoicing software, or its till, takes over.
//! It is data and no invoice: nobody has signed it, and it has no number of the tax office.

mod api;
mod data;
mod words;
mod xml;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::app::App;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(api::get_invoice_json))
        .routes(routes!(api::get_invoice_xml))
}
