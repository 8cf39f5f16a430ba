//! Scanning: what a sticker's address opens. A GS1 Digital Link becomes a provenance page, data for machines, a linkset,
//! or a way to somewhere else; a code that leads nowhere gets a page that says so.

mod accept;
mod completeness;
mod described;
mod fault;
mod json_ld;
mod linkset;
mod pages;
pub mod read;
mod resolver;
#[cfg(test)]
pub(crate) mod tests;
mod verdict;

use axum::{
    extract::Request,
    http::{HeaderValue, Method, StatusCode, header},
    middleware::{Next, from_fn},
    response::{IntoResponse, Response},
    routing::get,
};
use digital_link::ApplicationIdentifier;
use utoipa::OpenApi;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::app::App;

/// The resolver: the addresses the contract names, and behind them every other path that begins with a GS1 primary key.
pub fn routes() -> OpenApiRouter<App> {
    let named = OpenApiRouter::with_openapi(described::Described::openapi())
        .routes(routes!(resolver::short))
        .routes(routes!(resolver::description));
    ApplicationIdentifier::all()
        .filter(|ai| ai.is_primary_key())
        .fold(named, |router, ai| {
            let key = ai.code();
            [format!("/{key}"), format!("/{key}/"), format!("/{key}/{{*rest}}")]
                .iter()
                .fold(router, |router, path| router.route(path, get(resolver::any)))
        })
        .layer(from_fn(open_to_all))
}

/// Lets any site's program read what the resolver says (CORS), and tells caches that the form depends on what was asked.
async fn open_to_all(request: Request, next: Next) -> Response {
    let asks = request.method() == Method::OPTIONS;
    let mut response = if asks {
        StatusCode::NO_CONTENT.into_response()
    } else {
        next.run(request).await
    };
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    if asks {
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
