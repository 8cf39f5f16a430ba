//! What shows many rooms at once: home, help, the living style page, the API's documentation, the
//! map for search engines, and the reader's preferences.

mod docs;
mod pages;
mod preferences;
mod read;
mod sitemap;
mod style;
#[cfg(test)]
mod tests;

pub use docs::docs;

use axum::{
    Router,
    routing::{get, post},
};

use crate::app::App;

/// What people see of this room; the API's documentation is [`docs()`].
pub fn pages() -> Router<App> {
    Router::new()
        .route("/", get(pages::home))
        .route("/tro-giup", get(pages::help))
        .route("/kieu-dang", get(style::style))
        .route("/tuy-chon", post(preferences::choose))
        .route("/sitemap.xml", get(sitemap::sitemap))
        .route("/sitemap/{page}", get(sitemap::part))
        .route("/robots.txt", get(sitemap::robots))
}
