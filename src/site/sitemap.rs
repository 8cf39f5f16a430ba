//! The map for search engines (sitemaps.org protocol 0.9) and what they may visit.

use std::fmt::Write as _;

use axum::{
    extract::{Path, State},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use entity::{Slug, Timestamp};

use super::read::{count_live, listing_slugs, seller_slugs};
use crate::{app::App, http::problem::Problem};

/// Addresses in one file; the protocol allows 50,000.
const MOST: u64 = 45_000;
const PAGES: [&str; 5] = ["/", "/tim", "/ocop", "/cho", "/tro-giup"];

/// `GET /sitemap.xml`: every public page or, where they are too many for one file, an index of such files.
pub async fn sitemap(State(app): State<App>) -> Result<Response, Problem> {
    let (db, public) = (app.db().read(), app.config().public_url());
    let live = count_live(db).await?;
    let sellers = seller_slugs(db, MOST).await?;
    if live + sellers.len() as u64 <= MOST {
        let listings = listing_slugs(db, 0, MOST).await?;
        return Ok(xml(urls(&public, &PAGES, &sellers, &listings)));
    }
    let mut index = String::from(HEAD);
    index.push_str("<sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n");
    for number in 0..=live.div_ceil(MOST) {
        // Writing to a String cannot fail.
        let _ = writeln!(
            index,
            "<sitemap><loc>{}/sitemap/{number}.xml</loc></sitemap>",
            escape(&public)
        );
    }
    index.push_str("</sitemapindex>\n");
    Ok(xml(index))
}

/// `GET /sitemap/{number}.xml`: 0 holds the fixed pages and the sellers, the others the listings.
pub async fn part(State(app): State<App>, Path(page): Path<String>) -> Result<Response, Problem> {
    let number: u64 = page
        .strip_suffix(".xml")
        .and_then(|number| number.parse().ok())
        .ok_or_else(Problem::not_found)?;
    let (db, public) = (app.db().read(), app.config().public_url());
    let Some(before) = number.checked_sub(1) else {
        return Ok(xml(urls(&public, &PAGES, &seller_slugs(db, MOST).await?, &[])));
    };
    let skip = before
        .checked_mul(MOST)
        .filter(|skip| i64::try_from(*skip).is_ok())
        .ok_or_else(Problem::not_found)?;
    let listings = listing_slugs(db, skip, MOST).await?;
    if listings.is_empty() {
        return Err(Problem::not_found());
    }
    Ok(xml(urls(&public, &[], &[], &listings)))
}

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

fn urls(public: &str, pages: &[&str], sellers: &[(Slug, Timestamp)], listings: &[(Slug, Timestamp)]) -> String {
    let public = escape(public);
    let mut text = String::from(HEAD);
    text.push_str("<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n");
    // Writing to a String cannot fail.
    for path in pages {
        let _ = writeln!(text, "<url><loc>{public}{path}</loc></url>");
    }
    for (folder, slugs) in [("nguoi-ban", sellers), ("san-pham", listings)] {
        for (slug, updated_at) in slugs {
            let day = updated_at.day().iso();
            let _ = writeln!(
                text,
                "<url><loc>{public}/{folder}/{slug}</loc><lastmod>{day}</lastmod></url>"
            );
        }
    }
    text.push_str("</urlset>\n");
    text
}

/// The one part of an address that a person wrote.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn xml(text: String) -> Response {
    let mut response = text.into_response();
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/xml; charset=utf-8"),
    );
    response
}

/// `GET /robots.txt`: pages may be visited; searches and the API would only be the same things again.
pub async fn robots(State(app): State<App>) -> String {
    format!(
        "User-agent: *\nDisallow: /api/\nDisallow: /tim?\nDisallow: /t/\n\nSitemap: {}/sitemap.xml\n",
        app.config().public_url()
    )
}
