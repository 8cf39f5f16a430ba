//! A product on sale.

use super::remote::remote;
use crate::{
    app::App,
    catalogue::{
        badge::{Badge, seller_kind},
        certificates::read::badges,
        category,
    },
    http::{
        pages::{Built, Shows, page},
        problem::{Kind, Problem},
        shell::Shell,
    },
    listings::{
        json_ld,
        read::{Card, Detail, Filter, SlugOrId, Sort, detail, search as find},
    },
    media::read::PhotoView,
    places,
};
use askama::Template;
use axum::{
    extract::{Path, State},
    http::HeaderMap,
    response::Response,
};
use entity::{
    Dong, Quantity, Slug,
    frame::change::Subject,
    ids::ListingId,
    listings::listing::{State as ListingState, StockMode},
};

/// Other listings of the seller beside a product.
const OTHERS: u64 = 4;

#[derive(Template)]
#[template(path = "listings/detail.html")]
struct DetailPage {
    shell: Shell,
    id: ListingId,
    /// Only whole ones are sold.
    whole: bool,
    title: String,
    price: Dong,
    unit: String,
    left: Option<Quantity>,
    in_stock: bool,
    mode_note: Option<String>,
    description: String,
    photos: Vec<PhotoView>,
    motif: &'static str,
    seller: SellerLine,
    badges: Vec<Badge>,
    lots: Vec<LotLine>,
    category_name: String,
    gtin: Option<String>,
    others: Vec<Card>,
    json_ld: String,
}

struct SellerLine {
    slug: Slug,
    name: String,
    kind_label: String,
    commune_name: &'static str,
    province_name: &'static str,
}

struct LotLine {
    lot: String,
    harvested_on: entity::Day,
    left: Option<Quantity>,
    href: String,
}

/// `GET /san-pham/{slug}`: a listing.
pub async fn product(
    State(app): State<App>,
    headers: HeaderMap,
    Path(slug): Path<String>,
) -> Result<Response, Problem> {
    let slug: Slug = slug.parse().map_err(|_| Problem::not_found())?;
    let path = format!("/san-pham/{slug}");
    page(&app, &headers, path.clone(), async || {
        let (db, today) = (app.db().read(), app.today());
        let which = SlugOrId::Slug(slug);
        let Some(found) = detail(db, &which, today).await? else {
            return remote(&app, &headers, &path, &which).await;
        };
        match found.listing.state {
            ListingState::Live => {}
            ListingState::Withdrawn => {
                return Err(Problem::new(Kind::Gone, "listing-withdrawn", "listings-say-withdrawn"));
            }
            ListingState::TakenDown => {
                return Err(Problem::new(
                    Kind::Gone,
                    "listing-taken-down",
                    "listings-say-taken-down",
                ));
            }
            ListingState::Draft | ListingState::Review => return Err(Problem::not_found()),
        }
        let beside = Filter {
            seller: Some(found.seller.id),
            sort: Sort::Newest,
            limit: OTHERS + 1,
            ..Filter::default()
        };
        let mut others = find(db, &beside, app.now()).await?.cards;
        others.retain(|card| card.id != found.listing.id);
        others.truncate(usize::try_from(OTHERS).unwrap_or(0));
        let shows = shown_on_detail(&found, &others);
        let shell = Shell::new(&app, &headers, &path);
        let badges = badges(db, &found.certificates, shell.language()).await?;
        let page = DetailPage::of(found, others, badges, shell, &app.config().public_url());
        Ok(Built {
            html: page.render().map_err(|error| Problem::internal(&error))?,
            shows,
            valid_until: today.plus_days(1).start(),
            policy: None,
        })
    })
    .await
}

fn shown_on_detail(detail: &Detail, others: &[Card]) -> Vec<Shows> {
    let mut shows = vec![
        Shows::one(Subject::Listing, detail.listing.id),
        Shows::one(Subject::Product, detail.product.id),
        Shows::one(Subject::Seller, detail.seller.id),
        // A new certificate has no id yet that could be waited for; there are few of them.
        Shows::Any(Subject::Certificate),
    ];
    shows.extend(detail.lots.iter().map(|lot| Shows::one(Subject::Batch, lot.batch_id)));
    shows.extend(others.iter().map(|card| Shows::one(Subject::Listing, card.id)));
    shows
}

impl DetailPage {
    fn of(detail: Detail, others: Vec<Card>, badges: Vec<Badge>, shell: Shell, public: &str) -> Self {
        let language = shell.language();
        let json_ld = json_ld::in_script(&json_ld::product(&detail, public));
        let Detail {
            listing,
            product,
            seller,
            lots,
            photos,
            left,
            in_stock,
            ..
        } = detail;
        let mode_note = match (listing.stock_mode, listing.harvest_on) {
            (StockMode::Stock, _) => None,
            (StockMode::Preorder, Some(day)) => Some(shell.t1("detail-say-preorder", "date", day.to_string())),
            (StockMode::OnDemand | StockMode::Preorder, _) => Some(shell.t("detail-say-on-demand")),
        };
        let global = product.gtin_kind == entity::catalogue::product::GtinKind::Global;
        let commune = places::commune(&seller.commune_code);
        Self {
            mode_note,
            json_ld,
            others,
            photos,
            left,
            in_stock,
            id: listing.id,
            whole: listing.unit.base().is_none(),
            unit: listing.unit.to_string(),
            price: listing.price,
            title: listing.title,
            motif: category::motif(&product.category),
            category_name: category::category(&product.category)
                .map_or("", |category| category.name(language))
                .to_owned(),
            gtin: global.then(|| product.gtin.to_string()),
            description: product.description,
            badges,
            lots: lots
                .into_iter()
                .map(|lot| LotLine {
                    href: lot.path(),
                    lot: lot.lot.to_string(),
                    harvested_on: lot.harvested_on,
                    left: (listing.stock_mode == StockMode::Stock).then_some(lot.left),
                })
                .collect(),
            seller: SellerLine {
                kind_label: seller_kind(seller.kind, language),
                slug: seller.slug,
                name: seller.name,
                commune_name: commune.map_or("", |commune| &commune.full_name),
                province_name: commune.map_or("", |commune| &commune.province().name),
            },
            shell,
        }
    }
}
