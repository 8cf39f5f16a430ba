//! Places: the 34 provinces and 3,321 communes since 2025-07-01, and what an old address became.
//!
//! They are facts that change by law, not by use, so they live in the program and not in the database. The key of a
//! commune is its code; names repeat and are spelt two ways.

mod api;
mod error;
mod old_address;
mod register;

pub use error::PlacesError;
pub use old_address::{Answer, became};
pub use register::{Commune, Province, commune, communes, provinces, search};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::app::App;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(api::list_provinces))
        .routes(routes!(api::list_communes))
        .routes(routes!(api::get_commune))
        .routes(routes!(api::old_address))
}
