//! The page of a product without a lot, when it is not on sale now.

use askama::Template;
use axum::{http::HeaderMap, response::Response};
use digital_link::DigitalLink;
use entity::frame::change::Subject;

use super::{LOT, Style, built, producer_address};
use crate::{
    app::App,
    catalogue::category,
    http::{
        pages::{Shows, page},
        problem::Problem,
        shell::Shell,
    },
    scan::read::{ProductLevel, recent_lots},
};

#[derive(Template)]
#[template(path = "scan/product.html")]
struct ProductPage {
    shell: Shell,
    style: Style,
    product_name: String,
    brand: Option<String>,
    motif: &'static str,
    gtin: String,
    producer_name: String,
    producer_href: String,
    address: String,
    lots: Vec<LotLine>,
    linkset_href: String,
}

struct LotLine {
    lot: String,
    href: String,
    harvested_on: entity::Day,
}

/// The page of a product that is not on sale now: who makes it, and its latest lots.
pub async fn product_page(app: &App, headers: &HeaderMap, level: ProductLevel) -> Result<Response, Problem> {
    let canonical = DigitalLink::for_gtin(level.product.gtin.0).path();
    page(app, headers, canonical.clone(), async || {
        let ProductLevel { product, seller, .. } = &level;
        let lots = recent_lots(app.db().read(), product.id).await?;
        let mut shows = vec![
            Shows::one(Subject::Product, product.id),
            Shows::one(Subject::Seller, seller.id),
        ];
        shows.extend(lots.iter().map(|batch| Shows::one(Subject::Batch, batch.id)));
        let page = ProductPage {
            shell: Shell::new(app, headers, &canonical),
            style: Style::of(LOT, None),
            product_name: product.name.clone(),
            brand: product.brand.clone(),
            motif: category::motif(&product.category),
            gtin: product.gtin.to_string(),
            producer_name: seller.name.clone(),
            producer_href: format!("/nguoi-ban/{}", seller.slug),
            address: producer_address(seller),
            lots: lots
                .iter()
                .map(|batch| LotLine {
                    lot: batch.lot.to_string(),
                    href: DigitalLink::for_lot(batch.gtin.0, &batch.lot.0).path(),
                    harvested_on: batch.harvested_on,
                })
                .collect(),
            linkset_href: format!("{canonical}?linkType=linkset"),
        };
        // A first lot has no id yet that could be waited for.
        shows.push(Shows::Any(Subject::Batch));
        built(&page, &page.style, shows, app.today().plus_days(1).start())
    })
    .await
}
