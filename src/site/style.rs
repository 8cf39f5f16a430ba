//! The living style page: every token and component, drawn with the files the pages use. Its goods are samples.

use askama::Template;
use axum::{extract::State, http::HeaderMap, response::Response};
use entity::{
    Day, Dong, Quantity, Slug, Thousandths, Timestamp, Unit,
    catalogue::certificate::{self, Kind, Precision},
    ids::{CertificateId, ListingId, ProductId, SellerId},
    listings::listing::{State as ListingState, StockMode},
};
use uuid::Uuid;

use super::pages::built;
use crate::{
    app::App,
    catalogue::badge::Badge,
    http::{pages::page, problem::Problem, shell::Shell},
    listings::read::{Card, Origin},
};

#[derive(Template)]
#[template(path = "site/style.html")]
struct StylePage {
    shell: Shell,
    cards: Vec<Card>,
    badges: Vec<Badge>,
    next: Option<String>,
}

/// `GET /kieu-dang`.
pub async fn style(State(app): State<App>, headers: HeaderMap) -> Result<Response, Problem> {
    page(&app, &headers, "/kieu-dang".to_owned(), async || {
        let shell = Shell::new(&app, &headers, "/kieu-dang");
        let cards = ["site-say-sample-tea", "site-say-sample-honey", "site-say-sample-rice"];
        let cards = cards
            .iter()
            .zip(["tea", "honey", "grain"])
            .enumerate()
            .filter_map(|(place, (id, motif))| sample(&shell, place, id, motif));
        let page = StylePage {
            cards: cards.collect(),
            badges: badges(&shell, app.today()),
            next: Some("#phan".to_owned()),
            shell,
        };
        built(&page, Vec::new(), app.today().plus_days(1).start())
    })
    .await
}

/// One card with stars, one from a partner, one sold out.
fn sample(shell: &Shell, place: usize, title: &str, motif: &'static str) -> Option<Card> {
    let (id, slug) = (Uuid::nil(), "mau".parse::<Slug>().ok()?);
    let left = Quantity::new(
        [Thousandths(12_000), Thousandths(3_500), Thousandths::ZERO]
            .get(place)
            .copied()?,
        Unit::Kilogram,
    );
    Some(Card {
        id: ListingId(id),
        slug: slug.clone(),
        title: shell.t(title),
        price: [Dong(450_000), Dong(180_000), Dong(38_000)].get(place).copied()?,
        unit: Unit::Kilogram,
        unit_price: None,
        contains: None,
        estimate: false,
        stock_mode: StockMode::Stock,
        state: ListingState::Live,
        left: Some(left),
        in_stock: left.amount.0 > 0,
        star: [Some(5), None, Some(3)].get(place).copied()?,
        product_id: Some(ProductId(id)),
        gtin: None,
        category: String::new(),
        motif,
        seller_id: Some(SellerId(id)),
        seller_slug: Some(slug),
        seller_name: shell.t("site-say-sample-seller"),
        commune_code: "05818".parse().ok()?,
        commune_name: "Xã La Bằng".into(),
        photo: None,
        origin: (place == 1).then(|| Origin {
            exchange: String::new(),
            name: shell.t("site-say-sample-exchange"),
            url: String::new(),
            photo: None,
        }),
        published_at: None,
        updated_at: Timestamp(0),
    })
}

/// One checked, one declared by the seller, one whose end is not told.
fn badges(shell: &Shell, today: Day) -> Vec<Badge> {
    let certificate = |kind, star, precision, verified| certificate::Model {
        id: CertificateId(Uuid::nil()),
        seller_id: SellerId(Uuid::nil()),
        product_id: None,
        kind,
        star,
        number: Some("123/QĐ-UBND".to_owned()),
        issuer: shell.t("site-say-sample-issuer"),
        granted_on: today,
        granted_precision: precision,
        ends_on: today.plus_months(36),
        verified,
        source: None,
        created_at: Timestamp(0),
        revoked_on: None,
    };
    [
        certificate(Kind::Ocop, Some(4), Precision::Day, true),
        certificate(Kind::VietGap, None, Precision::Month, false),
        certificate(Kind::Gi, None, Precision::Year, true),
    ]
    .iter()
    .map(|certificate| {
        let badge = Badge::of(certificate, shell.language());
        let expires_on = badge.expires_on.filter(|_| certificate.kind != Kind::Gi);
        Badge { expires_on, ..badge }
    })
    .collect()
}
