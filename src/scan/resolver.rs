//! From an address on a sticker to an answer.

use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use digital_link::DigitalLink;
use entity::{Gtin, Lot, ShortCode};
use serde_json::Value;

use super::{
    accept::{self, Wanted, wanted},
    fault, json_ld, linkset, pages,
    read::{ProductLevel, batch_of, product_level, provenance},
};
use crate::{
    app::App,
    http::{
        language::Language,
        problem::{Kind, Problem},
    },
    trace::labels::read::{CodeView, code_of},
};

/// Every address that begins with a GS1 primary key.
pub async fn any(State(app): State<App>, uri: Uri, headers: HeaderMap) -> Result<Response, Problem> {
    let query = uri.query().unwrap_or("");
    // A slash at the end names the same thing (GS1 resolver 1.2, "should tolerate trailing slashes").
    let path = uri.path().strip_suffix('/').unwrap_or(uri.path());
    let raw = if query.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{query}")
    };
    let link = match DigitalLink::parse_path(&raw) {
        Ok(link) => link,
        Err(error) => {
            let reason = fault::sentence(&error);
            if accept::wants_json(&headers) {
                return Err(Problem::new(Kind::Malformed, "digital-link", reason));
            }
            return pages::malformed(&app, &headers, path, StatusCode::BAD_REQUEST, &reason);
        }
    };
    let Some(gtin) = link.gtin().map(Gtin) else {
        return unknown(&app, &headers, &link);
    };
    let answer = match link.lot().map(Lot) {
        Some(lot) => of_lot(&app, &headers, query, &link, &gtin, &lot).await,
        None => of_product(&app, &headers, query, &gtin).await,
    };
    match answer {
        Err(problem) if problem.kind() == Kind::NotFound && problem.detail().id() == UNKNOWN => {
            unknown(&app, &headers, &link)
        }
        answer => answer,
    }
}

/// What says that a code is well formed and names nothing here.
const UNKNOWN: &str = "scan-say-unknown";

pub(super) fn unknown_code() -> Problem {
    Problem::new(Kind::NotFound, "unknown-code", UNKNOWN)
}

fn unknown(app: &App, headers: &HeaderMap, link: &DigitalLink) -> Result<Response, Problem> {
    if accept::wants_json(headers) {
        return Err(unknown_code());
    }
    pages::unknown(app, headers, link.primary_key().value(), link.value("10"), &link.path())
}

async fn of_lot(
    app: &App,
    headers: &HeaderMap,
    query: &str,
    link: &DigitalLink,
    gtin: &Gtin,
    lot: &Lot,
) -> Result<Response, Problem> {
    let (db, resolver) = (app.db().read(), app.resolver_url());
    let canonical = DigitalLink::for_lot(gtin.0, &lot.0).path();
    match wanted(query, headers) {
        Wanted::Page => {
            let serial = link.serial().map(|serial| serial.to_string());
            Ok(with_linkset(
                pages::provenance_page(app, headers, gtin, lot, serial).await?,
                &canonical,
            ))
        }
        Wanted::Data(media) => {
            let found = provenance(db, resolver, gtin, lot, app.today())
                .await?
                .ok_or_else(unknown_code)?;
            let document = json_ld::batch(&found, resolver, &app.config().public_url(), app.today());
            Ok(with_linkset(data(media, &document), &canonical))
        }
        wanted @ (Wanted::Linkset | Wanted::Link(_) | Wanted::Elsewhere) => {
            let batch = batch_of(db, gtin, lot).await?.ok_or_else(unknown_code)?;
            let product = product_level(db, gtin).await?.ok_or_else(unknown_code)?;
            let levels = linkset::levels(resolver, &product, Some(&batch));
            links(app, headers, query, &wanted, &levels, &canonical)
        }
    }
}

async fn of_product(app: &App, headers: &HeaderMap, query: &str, gtin: &Gtin) -> Result<Response, Problem> {
    let canonical = DigitalLink::for_gtin(gtin.0).path();
    let level: ProductLevel = product_level(app.db().read(), gtin).await?.ok_or_else(unknown_code)?;
    match wanted(query, headers) {
        Wanted::Page => match level.offers.first() {
            Some(offer) => Ok(with_linkset(
                redirect(&format!("/san-pham/{}", offer.slug), query),
                &canonical,
            )),
            None => Ok(with_linkset(
                pages::product_page(app, headers, level).await?,
                &canonical,
            )),
        },
        Wanted::Data(media) => {
            let document = json_ld::product(&level, app.resolver_url(), &app.config().public_url());
            Ok(with_linkset(data(media, &document), &canonical))
        }
        wanted @ (Wanted::Linkset | Wanted::Link(_) | Wanted::Elsewhere) => {
            let levels = linkset::levels(app.resolver_url(), &level, None);
            links(app, headers, query, &wanted, &levels, &canonical)
        }
    }
}

/// The linkset itself, or a redirect to its link of the type asked for.
fn links(
    app: &App,
    headers: &HeaderMap,
    query: &str,
    wanted: &Wanted,
    levels: &[linkset::Level],
    canonical: &str,
) -> Result<Response, Problem> {
    if *wanted == Wanted::Linkset {
        let document = linkset::document(levels, app.resolver_url(), Language::of_api(headers));
        return Ok(data(accept::LINKSET_JSON, &document));
    }
    let found = match wanted {
        Wanted::Link(kind) => linkset::find(levels, kind),
        _ => None,
    };
    let link = found.ok_or_else(|| Problem::new(Kind::NotFound, "no-such-link", "scan-say-no-such-link"))?;
    Ok(with_linkset(redirect(&link.path, query), canonical))
}

/// A redirect that keeps the method and passes the query on, save what was meant for the resolver.
fn redirect(path: &str, query: &str) -> Response {
    let pairs: Vec<&str> = query
        .split('&')
        .filter(|pair| {
            !pair.is_empty() && !pair.starts_with("linkType=") && !pair.starts_with("as=") && *pair != "linkType"
        })
        .collect();
    let joint = if path.contains('?') { '&' } else { '?' };
    let location = if pairs.is_empty() {
        path.to_owned()
    } else {
        format!("{path}{joint}{}", pairs.join("&"))
    };
    let mut response = StatusCode::TEMPORARY_REDIRECT.into_response();
    // A query that came over the wire consists of characters that may stand in a header.
    if let Ok(location) = HeaderValue::from_str(&location) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

/// Tells beside any answer where the linkset is.
fn with_linkset(mut response: Response, canonical: &str) -> Response {
    let link = format!(
        "<{canonical}?linkType=linkset>; rel=\"linkset\"; type=\"{}\"",
        accept::LINKSET_JSON
    );
    if let Ok(link) = HeaderValue::from_str(&link) {
        response.headers_mut().append(header::LINK, link);
    }
    response
}

fn data(media: &'static str, document: &Value) -> Response {
    let mut response = Json(document).into_response();
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

/// A short link
///
/// For labels too small for a whole URI: eight characters and a check character that finds every slip.
#[utoipa::path(get, path = "/t/{code}", tag = "scan", params(("code" = String, Path)),
    responses((status = TEMPORARY_REDIRECT, description = "To the batch"),
        (status = NOT_FOUND, description = "A mistyped code, or one that was never given")))]
pub async fn short(
    State(app): State<App>,
    Path(code): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let Ok(known) = code.trim().parse::<ShortCode>() else {
        if accept::wants_json(&headers) {
            return Err(Problem::new(Kind::NotFound, "short-code", "scan-say-short-code"));
        }
        return pages::malformed(
            &app,
            &headers,
            uri.path(),
            StatusCode::NOT_FOUND,
            &"scan-say-short-code".into(),
        );
    };
    match code_of(app.db().read(), &known).await? {
        CodeView::Bound(batch) => Ok(redirect(
            &DigitalLink::for_lot(batch.gtin.0, &batch.lot.0).path(),
            uri.query().unwrap_or(""),
        )),
        CodeView::Unbound { .. } | CodeView::Unknown if accept::wants_json(&headers) => Err(unknown_code()),
        CodeView::Unbound { .. } | CodeView::Unknown => {
            pages::unknown(&app, &headers, known.as_str(), None, uri.path())
        }
    }
}

/// What this resolver can do
///
/// GS1 resolver description file 1.2.0.
#[utoipa::path(get, path = "/.well-known/gs1resolver", tag = "scan",
    responses((status = OK, description = "The description", content_type = "application/json")))]
pub async fn description(State(app): State<App>) -> Json<Value> {
    Json(linkset::description(app.resolver_url()))
}
