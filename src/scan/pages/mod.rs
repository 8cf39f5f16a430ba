//! The pages behind a sticker. Each is one response: its style stands in it, the policy names that style by its hash,
//! and there is no script (the first answer over a slow connection is the whole page).

mod place;
mod product;
mod provenance;
mod refusals;
pub mod report;

use std::sync::LazyLock;

use askama::Template;
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use entity::Timestamp;
pub use place::place_page;
pub use product::product_page;
pub use provenance::{Asked, provenance_page};
pub use refusals::{Unknown, malformed, unbound, unknown};
use sha2::{Digest, Sha256};

use crate::{
    http::{
        pages::{Built, Shows},
        problem::Problem,
    },
    places,
};

const STYLE: &str = include_str!("../../../frontend/styles/scan.css");

/// The same with what forms need besides, which would only make the other pages longer.
const FORM_STYLE: &str = concat!(
    include_str!("../../../frontend/styles/scan.css"),
    include_str!("../../../frontend/styles/scan-form.css")
);

static POLICY: LazyLock<String> = LazyLock::new(|| policy(STYLE));
static FORM_POLICY: LazyLock<String> = LazyLock::new(|| policy(FORM_STYLE));

/// Nothing but our own pictures and exactly the style in the page (CSP 3, hash source).
fn policy(style: &str) -> String {
    let hash = STANDARD.encode(Sha256::digest(style));
    format!(
        "default-src 'none'; style-src 'sha256-{hash}'; img-src 'self' data:; form-action 'self'; base-uri 'none'; \
         frame-ancestors 'none'"
    )
}

fn built(page: &impl Template, shows: Vec<Shows>, valid_until: Timestamp) -> Result<Built, Problem> {
    Ok(Built {
        html: page.render().map_err(|error| Problem::internal(&error))?,
        shows,
        valid_until,
        policy: Some(POLICY.clone()),
    })
}

/// A page that no cache may keep.
fn unkept(page: &impl Template, status: StatusCode) -> Result<Response, Problem> {
    unkept_under(&POLICY, page, status)
}

fn unkept_under(policy: &str, page: &impl Template, status: StatusCode) -> Result<Response, Problem> {
    let html = page.render().map_err(|error| Problem::internal(&error))?;
    let mut response = (status, Html(html)).into_response();
    let headers = response.headers_mut();
    if let Ok(policy) = HeaderValue::from_str(policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.append(header::VARY, HeaderValue::from_static("Cookie"));
    Ok(response)
}

fn producer_address(seller: &entity::catalogue::seller::Model) -> String {
    let commune = places::commune(&seller.commune_code)
        .map(places::Commune::address)
        .unwrap_or_default();
    match seller.street.as_deref().map(str::trim) {
        Some(street) if !street.is_empty() => format!("{street}, {commune}"),
        _ => commune,
    }
}

fn commune(code: &entity::CommuneCode) -> &'static str {
    places::commune(code).map_or("", |commune| &commune.full_name)
}

/// Where a sticker whose address is `path` is reported.
fn report_href(path: &str) -> String {
    let path: String = form_urlencoded::byte_serialize(path.as_bytes()).collect();
    format!("/bao-tem?ma={path}")
}
