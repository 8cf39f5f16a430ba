//! The pages behind a sticker. Each is one response: its style stands in it, the policy names that style by its hash,
//! and there is no script (the first answer over a slow connection is the whole page).

mod place;
mod product;
mod provenance;
mod refusals;
pub mod report;

use std::fmt;

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

/// What every page needs.
const EVERY: &str = include_str!("../../../frontend/styles/scan.css");
/// What pages of goods and places need besides.
const LOT: &str = include_str!("../../../frontend/styles/scan-lot.css");
/// What the form needs besides.
const FORM: &str = include_str!("../../../frontend/styles/scan-form.css");
/// A line for the band of each verdict.
const VERDICTS: &str = include_str!("../../../frontend/styles/scan-verdicts.css");

/// The style that stands in a page: only what this page needs, because a page must fit into four kilobytes.
#[derive(Debug)]
struct Style(String);

impl Style {
    /// What every page needs, `besides`, and the band of the verdict whose class is `verdict`.
    fn of(besides: &str, verdict: Option<&str>) -> Self {
        let band = verdict
            .map(|class| format!(".{class}{{"))
            .and_then(|opening| VERDICTS.lines().find(|line| line.starts_with(&opening)));
        let lines = EVERY.lines().chain(besides.lines()).chain(band);
        Self(lines.filter(|line| !line.starts_with("/*")).collect())
    }

    /// Nothing but our own pictures and exactly the style in the page (CSP 3, hash source).
    fn policy(&self) -> String {
        let hash = STANDARD.encode(Sha256::digest(&self.0));
        format!(
            "default-src 'none'; style-src 'sha256-{hash}'; img-src 'self' data:; form-action 'self'; base-uri 'none'; \
             frame-ancestors 'none'"
        )
    }
}

impl fmt::Display for Style {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// A page that may be kept, in which `style` stands.
fn built(page: &impl Template, style: &Style, shows: Vec<Shows>, valid_until: Timestamp) -> Result<Built, Problem> {
    Ok(Built {
        html: page.render().map_err(|error| Problem::internal(&error))?,
        shows,
        valid_until,
        policy: Some(style.policy()),
    })
}

/// A page that no cache may keep, in which `style` stands.
fn unkept(page: &impl Template, style: &Style, status: StatusCode) -> Result<Response, Problem> {
    let html = page.render().map_err(|error| Problem::internal(&error))?;
    let mut response = (status, Html(html)).into_response();
    let headers = response.headers_mut();
    if let Ok(policy) = HeaderValue::from_str(&style.policy()) {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_carries_the_band_of_its_own_verdict_and_of_no_other() {
        let classes = [
            "real",
            "held",
            "recalled",
            "expired",
            "used",
            "suspected",
            "place",
            "unbound",
            "none",
        ];
        for class in classes {
            let Style(style) = Style::of(LOT, Some(class));
            for other in classes {
                assert_eq!(
                    style.contains(&format!(".{other}{{")),
                    other == class,
                    "{class}: {other}"
                );
            }
            assert!(!style.contains("/*") && !style.contains('\n'), "{style}");
        }
    }
}
