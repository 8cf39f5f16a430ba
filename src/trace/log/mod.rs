//! The transparency log (C2SP tlog-tiles): every event is a leaf, so that nobody, the operator included, can change or
//! remove what was recorded without being found out.

mod api;
pub mod bundle;
pub mod check;
pub mod command;
mod commit;
pub mod cosign;
mod error;
mod fetch;
pub mod key;
pub mod leaf;
pub mod note;
mod pages;
pub mod read;
mod sequence;
pub mod tree;
pub mod verify;

use axum::{Router, middleware::from_fn, routing::get};
pub use commit::commit_to;
use entity::trace::log_key::Purpose;
pub use error::LogError;
pub use leaf::Told;
pub use sequence::{advance, duty, extend, newest, over_tiles};
use utoipa::OpenApi;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::app::App;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(api::Described::openapi())
        .routes(routes!(api::get_checkpoint))
        .routes(routes!(api::get_key))
        .routes(routes!(api::get_proof))
        .route("/log/tile/{*tile}", get(api::get_tile))
        .layer(from_fn(api::open_to_all))
}

/// What people see of the log.
pub fn pages() -> Router<App> {
    Router::new().route(pages::PAGE, get(pages::checker))
}

/// The key with which anybody verifies this exchange's log, as C2SP signed-note writes it.
pub async fn verifier_key(app: &App) -> Result<String, LogError> {
    Ok(key::key(app, Purpose::Log).await?.public().to_string())
}

/// The key with which this exchange co-signs the logs of others.
pub async fn witness_key(app: &App) -> Result<String, LogError> {
    Ok(key::key(app, Purpose::Witness).await?.public().to_string())
}
