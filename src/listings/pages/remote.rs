//! A listing of another exchange: what it tells, said to be theirs, and where to buy it. It cannot be ordered here.

use askama::Template;
use axum::http::HeaderMap;
use entity::{
    Day, Dong, Quantity, catalogue::certificate::Precision, frame::change::Subject, listings::listing::StockMode,
};

use crate::{
    app::App,
    catalogue::{
        badge::{Badge, label},
        category,
    },
    http::{
        pages::{Built, Shows},
        problem::{Kind, Problem},
        shell::Shell,
    },
    listings::{
        read::{Card, SlugOrId},
        remote::{Found, Remote, RemoteCertificate, remote as find},
    },
};

#[derive(Template)]
#[template(path = "listings/remote.html")]
struct RemotePage {
    shell: Shell,
    exchange_name: String,
    exchange_url: String,
    url: String,
    title: String,
    price: Dong,
    unit: String,
    left: Option<Quantity>,
    in_stock: bool,
    mode_note: Option<String>,
    description: String,
    motif: &'static str,
    category_name: String,
    seller_name: String,
    commune_name: String,
    province_name: String,
    badges: Vec<Badge>,
    lots: Vec<RemoteLotLine>,
    gtin: Option<String>,
}

struct RemoteLotLine {
    lot: String,
    harvested_on: String,
    href: String,
}

/// The page of the remote listing that `which` names.
pub async fn remote(app: &App, headers: &HeaderMap, path: &str, which: &SlugOrId) -> Result<Built, Problem> {
    let today = app.today();
    let remote = match find(app.db().read(), which, app.now()).await? {
        Some(Found::Live(remote)) => *remote,
        Some(Found::Gone) => return Err(Problem::new(Kind::Gone, "listing-withdrawn", "listings-say-withdrawn")),
        None => return Err(Problem::not_found()),
    };
    let shows = vec![Shows::one(Subject::Listing, remote.id())];
    let valid_until = std::cmp::min(today.plus_days(1).start(), remote.fresh_until());
    let page = RemotePage::of(remote, today, Shell::new(app, headers, path));
    Ok(Built {
        html: page.render().map_err(|error| Problem::internal(&error))?,
        shows,
        valid_until,
        policy: None,
    })
}

impl RemotePage {
    fn of(remote: Remote, today: Day, shell: Shell) -> Self {
        let language = shell.language();
        let Card {
            title,
            price,
            unit,
            left,
            in_stock,
            motif,
            category,
            seller_name,
            commune_name,
            gtin,
            stock_mode,
            ..
        } = remote.card(today);
        let Remote {
            listing,
            exchange,
            details,
        } = remote;
        let harvest_on = details.harvest_on.as_deref().and_then(|day| Day::from_iso(day).ok());
        Self {
            mode_note: match (stock_mode, harvest_on) {
                (StockMode::Stock, _) => None,
                (StockMode::Preorder, Some(day)) => Some(shell.t1("detail-say-preorder", "date", day.to_string())),
                (StockMode::OnDemand | StockMode::Preorder, _) => Some(shell.t("detail-say-on-demand")),
            },
            exchange_name: exchange.name,
            exchange_url: exchange.url,
            url: listing.url,
            unit: unit.to_string(),
            category_name: category::category(&category)
                .map_or("", |category| category.name(language))
                .to_owned(),
            commune_name: commune_name.into_owned(),
            province_name: details.province_name,
            description: details.description,
            badges: details
                .certificates
                .iter()
                .filter(|certificate| certificate.holds_on(today))
                .filter_map(|certificate| badge(certificate, &shell))
                .collect(),
            lots: details
                .lots
                .into_iter()
                .map(|lot| RemoteLotLine {
                    harvested_on: Day::from_iso(&lot.harvested_on).map_or(lot.harvested_on, |day| day.to_string()),
                    lot: lot.lot,
                    href: lot.digital_link,
                })
                .collect(),
            gtin: gtin.map(|gtin| gtin.to_string()),
            title,
            price,
            left,
            in_stock,
            motif,
            seller_name,
            shell,
        }
    }
}

/// A certificate of theirs as a person reads it. The page says that all of it is the other exchange's word.
fn badge(certificate: &RemoteCertificate, shell: &Shell) -> Option<Badge> {
    let language = shell.language();
    let granted_on = Day::from_iso(&certificate.granted_on).ok()?;
    let last_day = Day::from_iso(&certificate.ends_on).ok()?.plus_days(-1);
    Some(Badge {
        kind: certificate.known_kind()?.code(),
        label: label(certificate.known_kind()?, language),
        star: certificate.star,
        number: certificate.number.clone(),
        issuer: certificate.issuer.clone(),
        granted_on: crate::catalogue::badge::said(granted_on, Precision::Day, language),
        expires_on: Some(last_day.to_string()),
        verified: certificate.verified,
        plots: Vec::new(),
        opens_declared: false,
    })
}
