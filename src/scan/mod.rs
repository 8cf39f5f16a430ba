//! Scanning: what a sticker's address opens. A GS1 Digital Link becomes a verdict with its provenance, data for machines,
//! a linkset, or a way to somewhere else; a code that leads nowhere gets a page that says so.

mod accept;
mod api;
mod completeness;
mod copies;
mod counts;
mod described;
mod error;
mod fault;
mod geo;
mod json_ld;
mod limits;
mod linkset;
mod look_up;
mod map;
mod pages;
mod place;
pub mod read;
mod report;
mod resolver;
mod sold;
#[cfg(test)]
pub(crate) mod tests;
mod told;
mod verdict;

use axum::{
    Router,
    extract::Request,
    http::{HeaderValue, Method, StatusCode, header},
    middleware::{Next, from_fn},
    response::{IntoResponse, Response},
    routing::get,
};
pub use counts::{flush as flush_counts, forget as forget_sightings};
use digital_link::ApplicationIdentifier;
pub use error::ScanError;
pub use place::number_places;
pub use resolver::compressed;
use utoipa::OpenApi;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    app::App,
    jobs::{Projection, Recurring},
};

/// The resolver: the addresses the contract names, and behind them every other path that begins with a GS1 primary key;
/// and what a page's own scanner and whoever reports something ask.
pub fn routes() -> OpenApiRouter<App> {
    let named = OpenApiRouter::with_openapi(described::Described::openapi())
        .routes(routes!(resolver::short))
        .routes(routes!(resolver::description))
        .routes(routes!(resolver::linkset_context));
    ApplicationIdentifier::all()
        .filter(|ai| ai.is_primary_key())
        .fold(named, |router, ai| {
            let key = ai.code();
            [format!("/{key}"), format!("/{key}/"), format!("/{key}/{{*rest}}")]
                .iter()
                .fold(router, |router, path| router.route(path, get(resolver::any)))
        })
        .layer(from_fn(open_to_all))
        .routes(routes!(api::create_scan))
        .routes(routes!(api::list_scan_reports, api::create_scan_report))
        .routes(routes!(api::get_scan_report))
}

/// What people see besides.
pub fn pages() -> Router<App> {
    Router::new().route("/bao-tem", get(pages::report::show).post(pages::report::send))
}

/// What this room does by itself, in whichever process.
#[must_use]
pub fn duties() -> [Recurring; 2] {
    [counts::duty(), place::duty()]
}

/// What every process does with the scans it has counted.
#[must_use]
pub fn projection() -> Projection {
    counts::projection()
}

/// Lets any site's program read what the resolver says (CORS), and tells caches that the form depends on what was asked.
async fn open_to_all(request: Request, next: Next) -> Response {
    let method = request.method().clone();
    let response = if method == Method::OPTIONS {
        StatusCode::NO_CONTENT.into_response()
    } else {
        next.run(request).await
    };
    open_up(&method, response)
}

fn open_up(method: &Method, mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    if *method == Method::OPTIONS {
        headers.insert(header::ALLOW, HeaderValue::from_static("GET, HEAD, OPTIONS"));
        headers.insert(
            header::ACCESS_CONTROL_ALLOW_METHODS,
            HeaderValue::from_static("GET, HEAD, OPTIONS"),
        );
        headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("*"));
        headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("86400"));
    } else {
        headers.insert(
            header::ACCESS_CONTROL_EXPOSE_HEADERS,
            HeaderValue::from_static("Link, Location, ETag"),
        );
        headers.append(header::VARY, HeaderValue::from_static("Accept, Accept-Language"));
    }
    response
}
