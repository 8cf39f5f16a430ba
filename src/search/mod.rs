//! Search: finding what is on sale by words as people here type them, by filters, and by a look at what there is.
//!
//! The words are read by pure files (`fold`, `keystrokes`, `synonyms`, `slips`, `wishes`, `query`); `index` is the
//! projection of the change log that is searched; `find` and `suggest` put the two together.

mod api;
mod document;
mod error;
mod filter;
mod find;
mod fold;
mod index;
mod keystrokes;
mod pages;
mod query;
mod slips;
mod suggest;
mod synonyms;
mod vocabulary;
mod wishes;

use axum::{Router, routing::get};
pub use error::SearchError;
pub use filter::{Cursor, Filter, Origin, Sort};
pub use find::{Chip, Facets, Found, OriginCount, Understood, find};
pub use index::Search;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{app::App, jobs::Projection};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(api::list_listings))
        .routes(routes!(api::suggest_listings))
}

/// What people see of this room.
pub fn pages() -> Router<App> {
    Router::new().route("/tim", get(pages::search))
}

/// The index, which every process keeps for itself.
#[must_use]
pub fn projection() -> Projection {
    Projection {
        name: "search index",
        run: |app| Box::pin(index::follow(app)),
    }
}

/// Waits for the index; the refusal says that it is not ready.
pub async fn ready(app: &App) -> Result<(), SearchError> {
    app.part::<Search>().snapshot(app.today(), 0).await.map(|_| ())
}
