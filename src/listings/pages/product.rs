//! A product on sale.

use super::remote::remote;
use crate::{
    app::App,
    catalogue::{
        attributes::{self, Shown},
        badge::{Badge, seller_kind},
        category,
        certificates::read::badges,
        rating::{Rating, of_products},
        read::Closure,
    },
    http::{
        language::Message,
        pages::{Built, Shows, page},
        problem::{Kind, Problem},
        shell::Shell,
    },
    listings::{
        json_ld,
        moderation::{about::reason_said, read::because_of},
        offer::{ByWeight, Pack, Terms, UnitPrice},
        read::{Card, Detail, Sibling, SlugOrId, detail, live_of_seller},
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
    Dong, Quantity, Slug, Thousandths,
    frame::change::Subject,
    ids::ListingId,
    listings::listing::{self, State as ListingState, StockMode},
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
    contains: Option<Quantity>,
    /// The price by which packs are compared, where it is not the price itself.
    compared: Option<UnitPrice>,
    /// The price is that of a piece of mean weight; how it is charged by weight, in words.
    by_weight: Option<String>,
    tiers: Vec<TierLine>,
    /// What may be ordered, as the box for the quantity says it and in words.
    steps: Option<StepLine>,
    limit: Option<String>,
    packs: Vec<PackLine>,
    left: Option<Quantity>,
    in_stock: bool,
    /// Until when its seller is closed, and their words.
    closed: Option<String>,
    mode_note: Option<String>,
    description: String,
    photos: Vec<PhotoView>,
    motif: &'static str,
    seller: SellerLine,
    badges: Vec<Badge>,
    lots: Vec<LotLine>,
    category_name: String,
    gtin: Option<String>,
    attributes: Vec<Shown>,
    others: Vec<Card>,
    /// What buyers say of it: the mean, and how many said something.
    rating: Option<String>,
    rated: i64,
    reviews_href: String,
    json_ld: String,
}

struct SellerLine {
    slug: Slug,
    name: String,
    kind_label: String,
    commune_name: &'static str,
    province_name: &'static str,
}

struct TierLine {
    from: Quantity,
    price: Dong,
}

struct StepLine {
    least: Thousandths,
    /// As the attribute `step` says it.
    step: String,
    words: String,
}

/// A pack of the same stock; the one that the page is of has no address.
struct PackLine {
    href: Option<String>,
    words: String,
    price: Dong,
    compared: Option<UnitPrice>,
    in_stock: bool,
}

struct LotLine {
    lot: String,
    harvested_on: entity::Day,
    expires_on: Option<entity::Day>,
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
                let words = match because_of(db, found.listing.id).await? {
                    None => "listings-say-taken-down".into(),
                    Some(takedown) => Message::new("listings-say-taken-down-why")
                        .with("date", takedown.taken_down_at.day().to_string())
                        .with(
                            "code",
                            reason_said(takedown.reason_code, Shell::new(&app, &headers, &path).language()),
                        )
                        .with("reason", takedown.reason),
                };
                return Err(Problem::new(Kind::Gone, "listing-taken-down", words));
            }
            ListingState::Draft | ListingState::Review => return Err(Problem::not_found()),
        }
        let mut others = live_of_seller(db, found.seller.id, None, OTHERS + 1, today).await?;
        others.retain(|card| card.id != found.listing.id && found.siblings.iter().all(|pack| pack.id != card.id));
        others.truncate(usize::try_from(OTHERS).unwrap_or(0));
        let shows = shown_on_detail(&found, &others);
        let shell = Shell::new(&app, &headers, &path);
        let badges = badges(db, &found.certificates, shell.language()).await?;
        let product = found.product.id;
        let rating = of_products(db, &[product]).await?.remove(&product).unwrap_or_default();
        let page = DetailPage::of(found, others, badges, rating, shell, &app.config().public_url());
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
    shows.extend(detail.siblings.iter().map(|pack| Shows::one(Subject::Listing, pack.id)));
    shows.extend(others.iter().map(|card| Shows::one(Subject::Listing, card.id)));
    shows
}

/// Until when a seller is closed, and their own words on it.
pub(super) fn closed_note(shell: &Shell, closed: &Closure) -> String {
    let until = shell.t1("closed-until", "date", closed.until.to_string());
    if closed.note.is_empty() {
        until
    } else {
        format!("{until} {}", closed.note)
    }
}

impl DetailPage {
    fn of(detail: Detail, others: Vec<Card>, badges: Vec<Badge>, rating: Rating, shell: Shell, public: &str) -> Self {
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
            terms,
            siblings,
            closed,
            ..
        } = detail;
        let closed = closed.map(|closed| closed_note(&shell, &closed));
        let mode_note = match (listing.stock_mode, listing.harvest_on, listing.lead_days) {
            (StockMode::Stock, ..) => None,
            (StockMode::Preorder, Some(day), _) => Some(shell.t1("detail-say-preorder", "date", day.to_string())),
            (StockMode::OnDemand, _, Some(days)) if days > 0 => Some(shell.t1("detail-say-lead", "days", days)),
            (StockMode::OnDemand | StockMode::Preorder, ..) => Some(shell.t("detail-say-on-demand")),
        };
        let told = |amount| Quantity::new(amount, listing.unit);
        let global = product.gtin_kind == entity::catalogue::product::GtinKind::Global;
        let commune = places::commune(&seller.commune_code);
        Self {
            contains: terms.contains,
            compared: terms.unit_price().filter(|price| price.unit != listing.unit),
            by_weight: terms
                .by_weight
                .map(|by_weight| weight_note(&shell, &by_weight, listing.unit)),
            tiers: terms
                .tiers
                .iter()
                .map(|tier| TierLine {
                    from: told(tier.from),
                    price: tier.price,
                })
                .collect(),
            steps: steps(&shell, &terms),
            limit: terms.limit.map(|limit| {
                let (most, days) = (told(limit.most).to_string(), limit.days.to_string());
                shell.t2("detail-limit", "most", most, "days", days)
            }),
            packs: packs(&shell, &listing, &terms, in_stock, &siblings),
            mode_note,
            json_ld,
            others,
            photos,
            left,
            in_stock,
            closed,
            rating: rating.words(),
            rated: rating.reviews,
            reviews_href: format!("/san-pham/{}/danh-gia", listing.slug),
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
            attributes: attributes::shown(&product.category, product.attributes.as_deref(), language),
            description: product.description,
            badges,
            lots: lots
                .into_iter()
                .map(|lot| LotLine {
                    href: lot.path(),
                    lot: lot.lot.to_string(),
                    harvested_on: lot.harvested_on,
                    expires_on: lot.expires_on,
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

/// How it is charged by weight: the price of one unit of it, and what a piece weighs.
fn weight_note(shell: &Shell, by_weight: &ByWeight, unit: entity::Unit) -> String {
    let weight = |amount| Quantity::new(amount, by_weight.unit).to_string();
    let per = shell.t1("part-per-unit", "unit", by_weight.unit.label());
    let words = Message::new("detail-weight")
        .with("price", format!("{} {per}", by_weight.price))
        .with("unit", unit.label())
        .with("min", weight(by_weight.min))
        .with("max", weight(by_weight.max));
    shell.language().say(&words)
}

/// What may be ordered, where the seller says more than that whole ones are whole.
fn steps(shell: &Shell, terms: &Terms) -> Option<StepLine> {
    terms.min.or(terms.step)?;
    let (least, told) = (terms.least()?, |amount| Quantity::new(amount, terms.unit).to_string());
    Some(StepLine {
        least,
        step: terms
            .between()
            .map_or_else(|| "any".to_owned(), |step| step.to_string()),
        words: match terms.step {
            Some(step) => shell.t2("detail-steps", "least", told(least), "step", told(step)),
            None => shell.t1("detail-least", "least", told(least)),
        },
    })
}

/// All packs of the stock with the one that the page is of among them, the smallest first; none where it is the only one.
fn packs(
    shell: &Shell,
    listing: &listing::Model,
    terms: &Terms,
    in_stock: bool,
    siblings: &[Sibling],
) -> Vec<PackLine> {
    if siblings.is_empty() {
        return Vec::new();
    }
    let line = |href, pack: Pack, price, unit_price: Option<UnitPrice>, in_stock| PackLine {
        href,
        words: match pack.contains {
            Some(held) => shell.t2("part-pack", "unit", pack.unit.label(), "contains", held.to_string()),
            None => pack.unit.label().to_owned(),
        },
        price,
        compared: unit_price.filter(|price| price.unit != pack.unit),
        in_stock,
    };
    let this = line(None, terms.pack(), listing.price, terms.unit_price(), in_stock);
    let mut packs = Vec::with_capacity(siblings.len() + 1);
    let mut this = Some(this);
    for pack in siblings {
        if pack.factor > listing.factor {
            packs.extend(this.take());
        }
        let href = format!("/san-pham/{}", pack.slug);
        packs.push(line(Some(href), pack.pack, pack.price, pack.unit_price, pack.in_stock));
    }
    packs.extend(this);
    packs
}
