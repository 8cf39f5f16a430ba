//! The pages of codes that lead to nothing: one that cannot be a code, one that names nothing here, one whose batch nobody
//! has told yet.

use askama::Template;
use axum::{
    http::{HeaderMap, StatusCode},
    response::Response,
};
use entity::trace::roll;

use super::{Style, report_href, unkept};
use crate::{
    app::App,
    http::{language::Message, problem::Problem, shell::Shell},
    places,
};

#[derive(Template)]
#[template(path = "scan/malformed.html")]
struct MalformedPage {
    shell: Shell,
    style: Style,
    reason: Option<String>,
    report_href: String,
}

/// The page for an address that cannot be a code of anything.
pub fn malformed(
    app: &App,
    headers: &HeaderMap,
    path: &str,
    status: StatusCode,
    reason: &Message,
) -> Result<Response, Problem> {
    let shell = Shell::new(app, headers, path);
    let reason = Some(shell.language().say(reason));
    let page = MalformedPage {
        shell,
        style: Style::of("", Some("none")),
        reason,
        report_href: report_href(path),
    };
    unkept(&page, &page.style, status)
}

#[derive(Template)]
#[template(path = "scan/unknown.html")]
struct UnknownPage {
    shell: Shell,
    style: Style,
    detail: String,
    gtin: String,
    lot: Option<String>,
    serial: Option<String>,
    report_href: String,
}

/// A code that is well formed and names nothing here.
#[derive(Clone, Copy, Debug)]
pub struct Unknown<'c> {
    pub key: &'c str,
    pub lot: Option<&'c str>,
    /// A number of a unit that was never printed, where the batch is real.
    pub serial: Option<&'c str>,
}

/// The page for a code that is well formed and names nothing here.
pub fn unknown(app: &App, headers: &HeaderMap, what: Unknown<'_>, path: &str) -> Result<Response, Problem> {
    let shell = Shell::new(app, headers, path);
    let detail = shell.t(if what.serial.is_some() {
        "scan-say-unknown-unit"
    } else {
        "scan-unknown-detail"
    });
    let page = UnknownPage {
        shell,
        style: Style::of("", Some("none")),
        detail,
        gtin: what.key.to_owned(),
        lot: what.lot.map(str::to_owned),
        serial: what.serial.map(str::to_owned),
        report_href: report_href(path),
    };
    unkept(&page, &page.style, StatusCode::NOT_FOUND)
}

#[derive(Template)]
#[template(path = "scan/unbound.html")]
struct UnboundPage {
    shell: Shell,
    style: Style,
    code: String,
    commune: String,
    printed_on: String,
    report_href: String,
}

/// The page for a sticker that was printed in advance and that nobody has told the batch of.
pub fn unbound(
    app: &App,
    headers: &HeaderMap,
    code: &str,
    roll: &roll::Model,
    path: &str,
) -> Result<Response, Problem> {
    let page = UnboundPage {
        shell: Shell::new(app, headers, path),
        style: Style::of("", Some("unbound")),
        code: code.to_owned(),
        commune: places::commune(&roll.commune_code)
            .map(places::Commune::address)
            .unwrap_or_default(),
        printed_on: roll.made_at.day().to_string(),
        report_href: report_href(path),
    };
    unkept(&page, &page.style, StatusCode::NOT_FOUND)
}
