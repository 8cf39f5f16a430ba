//! From an address on a sticker to an answer.

use std::net::IpAddr;

use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use digital_link::{DigitalLink, decompress};
use entity::{Gln, Gtin, Lot, ShortCode};
use serde_json::Value;

use super::{
    accept::{self, Wanted, wanted},
    counts, fault, json_ld, linkset, open_up, pages,
    place::place,
    read::{Found, batch_of, product_level, provenance},
};
use crate::{
    app::App,
    http::{
        address::Address,
        problem::{Kind, Problem},
    },
    trace::labels::read::{CodeView, code_of},
};

/// Who asks, for what of a code.
struct Request<'r> {
    app: &'r App,
    headers: &'r HeaderMap,
    query: &'r str,
    /// Whether somebody looks at the answer, and from where.
    scans: bool,
    address: Option<IpAddr>,
}

/// Every address that begins with a GS1 primary key.
pub async fn any(
    State(app): State<App>,
    method: Method,
    address: Address,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    answer(&app, &method, address, &uri, &headers).await
}

/// What no other route answers: perhaps a Digital Link that is compressed whole.
pub async fn compressed(
    State(app): State<App>,
    method: Method,
    address: Address,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let asks = matches!(method, Method::GET | Method::HEAD | Method::OPTIONS);
    if !asks || decompress(&raw(&uri)).is_err() {
        return Problem::not_found().into_response();
    }
    if method == Method::OPTIONS {
        return open_up(&method, StatusCode::NO_CONTENT.into_response());
    }
    let answer = answer(&app, &method, address, &uri, &headers).await;
    open_up(&method, answer.into_response())
}

/// Path and query as a Digital Link is read. A slash at the end names the same thing (GS1 resolver 1.2, "should tolerate
/// trailing slashes").
fn raw(uri: &Uri) -> String {
    let path = uri.path().strip_suffix('/').unwrap_or(uri.path());
    match uri.query() {
        Some(query) if !query.is_empty() => format!("{path}?{query}"),
        _ => path.to_owned(),
    }
}

async fn answer(
    app: &App,
    method: &Method,
    Address(address): Address,
    uri: &Uri,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    let raw = raw(uri);
    let read = DigitalLink::parse_path(&raw);
    // A compressed address is answered as the address it stands for, which is told beside the answer.
    let plain = if read.is_err() { decompress(&raw).ok() } else { None };
    let link = match &plain {
        Some(plain) => DigitalLink::parse_path(plain),
        None => read,
    };
    let link = match link {
        Ok(link) => link,
        Err(error) => {
            let reason = fault::sentence(&error);
            if accept::wants_json(headers) {
                return Err(Problem::new(Kind::Malformed, "digital-link", reason));
            }
            let path = raw.split('?').next().unwrap_or("");
            return pages::malformed(app, headers, path, StatusCode::BAD_REQUEST, &reason);
        }
    };
    let whole = plain.as_deref().unwrap_or(&raw);
    let request = Request {
        app,
        headers,
        query: whole.split_once('?').map_or("", |(_, query)| query),
        scans: counts::is_scan(method, headers),
        address,
    };
    let mut response = request.of(&link).await?;
    if plain.is_some()
        && let Ok(same) = HeaderValue::from_str(&format!("<{}>; rel=\"owl:sameAs\"", link.uri(app.resolver_url())))
    {
        response.headers_mut().append(header::LINK, same);
    }
    Ok(response)
}

/// What says that a code is well formed and names nothing here.
const UNKNOWN: &str = "scan-say-unknown";
/// What says that a batch is real and has no such unit.
const UNKNOWN_UNIT: &str = "scan-say-unknown-unit";

pub(super) fn unknown_code() -> Problem {
    Problem::new(Kind::NotFound, "unknown-code", UNKNOWN)
}

pub(super) fn unknown_unit() -> Problem {
    Problem::new(Kind::NotFound, "unknown-unit", UNKNOWN_UNIT)
}

impl Request<'_> {
    async fn of(&self, link: &DigitalLink) -> Result<Response, Problem> {
        let answer = match (link.gtin().map(Gtin), link.lot().map(Lot), link.gln().map(Gln)) {
            (Some(gtin), Some(lot), _) => self.of_lot(link, &gtin, &lot).await,
            (Some(gtin), None, _) => self.of_product(&gtin).await,
            (None, _, Some(gln)) => self.of_place(&gln, link.value("254")).await,
            (None, _, None) => Err(unknown_code()),
        };
        match answer {
            Err(problem)
                if [UNKNOWN, UNKNOWN_UNIT].contains(&problem.detail().id()) && !accept::wants_json(self.headers) =>
            {
                let what = pages::Unknown {
                    key: link.primary_key().value(),
                    lot: link.value("10"),
                    serial: link.value("21").filter(|_| problem.detail().id() == UNKNOWN_UNIT),
                };
                pages::unknown(self.app, self.headers, what, &link.path())
            }
            answer => answer,
        }
    }

    async fn of_lot(&self, link: &DigitalLink, gtin: &Gtin, lot: &Lot) -> Result<Response, Problem> {
        let (app, db, resolver) = (self.app, self.app.db().read(), self.app.resolver_url());
        let serial = link.serial();
        let canonical = serial.as_ref().map_or_else(
            || DigitalLink::for_lot(gtin.0, &lot.0).path(),
            |serial| DigitalLink::for_lot_serial(gtin.0, &lot.0, serial).path(),
        );
        match wanted(self.query, self.headers) {
            Wanted::Page => {
                let asked = pages::Asked {
                    gtin,
                    lot,
                    serial: serial.as_ref(),
                    full: form_urlencoded::parse(self.query.as_bytes()).any(|(name, _)| name == "full"),
                    language: accept::language_asked(self.query),
                };
                let page = pages::provenance_page(app, self.headers, asked).await?;
                if self.scans {
                    let serial = serial.as_ref().map(digital_link::Serial::as_str);
                    counts::count(app, gtin, lot, serial, self.address);
                }
                Ok(with_linkset(page, &canonical))
            }
            Wanted::Data(media) => {
                let serial = serial.as_ref().map(digital_link::Serial::as_str);
                let found = match provenance(db, resolver, gtin, lot, serial, app.today()).await? {
                    Found::Batch(found) => found,
                    Found::NoSuchUnit => return Err(unknown_unit()),
                    Found::Nothing => return Err(unknown_code()),
                };
                let document = json_ld::batch(&found, resolver, &app.config().public_url(), app.today());
                Ok(with_linkset(data(media, &document), &canonical))
            }
            wanted @ (Wanted::Linkset | Wanted::Link(_) | Wanted::Elsewhere) => {
                let batch = batch_of(db, gtin, lot).await?.ok_or_else(unknown_code)?;
                let product = product_level(db, gtin).await?.ok_or_else(unknown_code)?;
                let levels = linkset::levels(resolver, &product, Some(&batch), serial.as_ref());
                self.links(&wanted, &levels, &canonical)
            }
        }
    }

    async fn of_product(&self, gtin: &Gtin) -> Result<Response, Problem> {
        let app = self.app;
        let canonical = DigitalLink::for_gtin(gtin.0).path();
        let level = product_level(app.db().read(), gtin).await?.ok_or_else(unknown_code)?;
        match wanted(self.query, self.headers) {
            Wanted::Page => {
                let answer = match level.offers.first() {
                    Some(offer) => redirect(&format!("/san-pham/{}", offer.slug), self.query),
                    None => pages::product_page(app, self.headers, level).await?,
                };
                Ok(with_linkset(answer, &canonical))
            }
            Wanted::Data(media) => {
                let document = json_ld::product(&level, app.resolver_url(), &app.config().public_url());
                Ok(with_linkset(data(media, &document), &canonical))
            }
            wanted @ (Wanted::Linkset | Wanted::Link(_) | Wanted::Elsewhere) => {
                let levels = linkset::levels(app.resolver_url(), &level, None, None);
                self.links(&wanted, &levels, &canonical)
            }
        }
    }

    async fn of_place(&self, gln: &Gln, extension: Option<&str>) -> Result<Response, Problem> {
        let app = self.app;
        let found = place(app.db().read(), gln, extension).await?.ok_or_else(unknown_code)?;
        let canonical = found.link().path();
        match wanted(self.query, self.headers) {
            Wanted::Page => {
                let page = pages::place_page(app, self.headers, found, &canonical).await?;
                Ok(with_linkset(page, &canonical))
            }
            Wanted::Data(media) => {
                let document = json_ld::place(&found, app.resolver_url(), &app.config().public_url());
                Ok(with_linkset(data(media, &document), &canonical))
            }
            wanted @ (Wanted::Linkset | Wanted::Link(_) | Wanted::Elsewhere) => {
                let levels = linkset::place_levels(app.resolver_url(), &found);
                self.links(&wanted, &levels, &canonical)
            }
        }
    }

    /// The linkset itself, or a redirect to its link of the type asked for.
    fn links(&self, wanted: &Wanted, levels: &[linkset::Level], canonical: &str) -> Result<Response, Problem> {
        let language = accept::language(self.query, self.headers);
        if *wanted == Wanted::Linkset {
            let resolver = self.app.resolver_url();
            let mut response = data(accept::LINKSET_JSON, &linkset::document(levels, resolver, language));
            let context = format!(
                "<{resolver}{}>; rel=\"http://www.w3.org/ns/json-ld#context\"; type=\"{}\"",
                linkset::CONTEXT_PATH,
                accept::LD_JSON
            );
            if let Ok(context) = HeaderValue::from_str(&context) {
                response.headers_mut().append(header::LINK, context);
            }
            return Ok(response);
        }
        let found = match wanted {
            Wanted::Link(kind) => linkset::find(levels, kind, language),
            _ => None,
        };
        let link = found.ok_or_else(|| Problem::new(Kind::NotFound, "no-such-link", "scan-say-no-such-link"))?;
        Ok(with_linkset(redirect(&link.path, self.query), canonical))
    }
}

/// A redirect that keeps the method and passes the query on, save what was meant for the resolver.
fn redirect(path: &str, query: &str) -> Response {
    let meant_here = |pair: &&str| matches!(pair.split('=').next(), Some("linkType" | "as" | "context" | ""));
    let pairs: Vec<&str> = query.split('&').filter(|pair| !meant_here(pair)).collect();
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
        (status = NOT_FOUND, description = "A mistyped code, one that was never given, or a sticker of a roll whose batch nobody has told yet")))]
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
    let json = accept::wants_json(&headers);
    match code_of(app.db().read(), &known).await? {
        CodeView::Bound(batch) => Ok(redirect(
            &DigitalLink::for_lot(batch.gtin.0, &batch.lot.0).path(),
            uri.query().unwrap_or(""),
        )),
        CodeView::Unbound { .. } if json => {
            Err(Problem::new(Kind::NotFound, "unbound-code", "scan-say-unbound-detail"))
        }
        CodeView::Unknown if json => Err(unknown_code()),
        CodeView::Unbound { roll } => pages::unbound(&app, &headers, known.as_str(), &roll, uri.path()),
        CodeView::Unknown => {
            let what = pages::Unknown {
                key: known.as_str(),
                lot: None,
                serial: None,
            };
            pages::unknown(&app, &headers, what, uri.path())
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

/// How a linkset is read as JSON-LD
#[utoipa::path(get, path = "/.well-known/linkset-context.jsonld", tag = "scan",
    responses((status = OK, description = "A JSON-LD context", content_type = "application/ld+json")))]
pub async fn linkset_context() -> Response {
    data(accept::LD_JSON, &linkset::context())
}
