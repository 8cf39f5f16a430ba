//! Listings over HTTP.

use axum::{Json, extract::State};
use entity::{
    Day, Quantity,
    catalogue::product::GtinKind,
    identity::role::Office,
    ids::ListingId,
    listings::listing::{self, State as ListingState},
};
use sea_orm::{ConnectionTrait, DbErr};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    edit::{EditListing, ListingEdit, edit},
    go_live::{blocked_by, go_live},
    offer::{ByWeight, Limit, Tier, UnitPrice},
    publish::{Publish, publish},
    read::{self, Card, Detail, Sibling, SlugOrId},
    remote::{self, Remote},
    review::{self, api::ReviewWire},
};
use crate::{
    app::App,
    catalogue::{Selling, sellers_of},
    config::Policy,
    http::{
        body::{Body, Id, Maybe},
        idempotency::{Answer, Once, write_once},
        problem::Problem,
    },
    identity::SignedIn,
    places,
    trace::{QuantityWire, events::batch_uri},
};

/// The seller of a listing.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListingSeller {
    /// `null`: they sell on another exchange.
    id: Option<String>,
    slug: Option<String>,
    name: String,
}

/// The commune of a listing's seller.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListingCommune {
    code: String,
    name: String,
}

/// Another exchange, on which a listing is sold.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListingOrigin {
    /// The id that it gave itself.
    exchange: String,
    name: String,
    /// The listing's page there.
    url: String,
}

/// What one kilogram, one litre or one piece costs.
#[derive(Debug, Serialize, ToSchema)]
pub struct UnitPriceWire {
    /// Đồng, rounded to the nearest, a half upwards.
    amount: i64,
    /// A unit's code: `kg`, `lit`, or what a pack holds, such as `qua`.
    #[schema(example = "kg")]
    unit: &'static str,
}

impl From<UnitPrice> for UnitPriceWire {
    fn from(price: UnitPrice) -> Self {
        Self {
            amount: price.amount.0,
            unit: price.unit.code(),
        }
    }
}

/// A listing in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListingWire {
    id: String,
    slug: String,
    /// `null`: it is sold on another exchange.
    product_id: Option<String>,
    title: String,
    /// Đồng for one unit; with `estimate` that of a piece of mean weight.
    price: i64,
    /// A unit's code.
    unit: &'static str,
    /// What a kilogram, a litre or a piece costs, so that packs can be compared; `null` where it is not known.
    unit_price: Option<UnitPriceWire>,
    /// What one unit holds, as its seller declares it.
    contains: Option<QuantityWire>,
    /// It is ordered by the piece and charged by weight.
    estimate: bool,
    in_stock: bool,
    /// What is left, in the listing's unit; `null` where nothing is counted.
    left: Option<QuantityWire>,
    /// The OCOP stars held today.
    star: Option<u8>,
    category: String,
    seller: ListingSeller,
    commune: ListingCommune,
    /// The largest size of its first photograph; that of another exchange is there.
    photo: Option<String>,
    /// Only a global one: a restricted number means nothing elsewhere.
    gtin: Option<String>,
    /// The exchange it was pulled from and is sold on; `null`: this one.
    origin: Option<ListingOrigin>,
    /// `draft`, `review`, `live`, `withdrawn` or `taken_down`.
    state: &'static str,
}

impl From<Card> for ListingWire {
    fn from(card: Card) -> Self {
        Self {
            id: card.id.to_string(),
            slug: card.slug.to_string(),
            product_id: card.product_id.map(|id| id.to_string()),
            title: card.title,
            price: card.price.0,
            unit: card.unit.code(),
            unit_price: card.unit_price.map(Into::into),
            contains: card.contains.map(Into::into),
            estimate: card.estimate,
            in_stock: card.in_stock,
            left: card.left.map(Into::into),
            star: card.star,
            category: card.category,
            seller: ListingSeller {
                id: card.seller_id.map(|id| id.to_string()),
                slug: card.seller_slug.map(|slug| slug.to_string()),
                name: card.seller_name,
            },
            commune: ListingCommune {
                code: card.commune_code.to_string(),
                name: card.commune_name.into_owned(),
            },
            photo: match &card.origin {
                Some(origin) => origin.photo.clone(),
                None => card.photo.map(|photo| photo.src),
            },
            gtin: card.gtin.map(|gtin| gtin.to_string()),
            origin: card.origin.map(|origin| ListingOrigin {
                exchange: origin.exchange,
                name: origin.name,
                url: origin.url,
            }),
            state: card.state.code(),
        }
    }
}

/// A certificate that holds today.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListingCertificate {
    /// `ocop`, `vietgap`, `organic`, `gi`.
    kind: String,
    star: Option<i32>,
    number: Option<String>,
    issuer: String,
    granted_on: String,
    /// The first day on which it no longer holds.
    ends_on: String,
    /// An officer checked it; otherwise the seller declares it.
    verified: bool,
}

/// A lot on sale.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListingLot {
    /// `null`: it is a batch of another exchange.
    batch_id: Option<String>,
    lot: String,
    harvested_on: String,
    expires_on: Option<String>,
    /// `null`: another exchange does not tell.
    left: Option<QuantityWire>,
    /// What its stickers carry.
    digital_link: String,
}

/// A lower price from a quantity on.
#[derive(Debug, Serialize, ToSchema)]
pub struct TierWire {
    from: QuantityWire,
    /// Đồng for one unit.
    price: i64,
}

/// The most that one customer may order within some days.
#[derive(Debug, Serialize, ToSchema)]
pub struct LimitWire {
    quantity: QuantityWire,
    days: i32,
}

/// What a piece weighs, and what its weight costs.
#[derive(Debug, Serialize, ToSchema)]
pub struct ByWeightWire {
    /// Đồng for one `unit`.
    price: i64,
    unit: &'static str,
    /// What the lightest piece weighs.
    min: QuantityWire,
    /// What the heaviest piece weighs.
    max: QuantityWire,
}

impl From<ByWeight> for ByWeightWire {
    fn from(by_weight: ByWeight) -> Self {
        let weight = |amount| Quantity::new(amount, by_weight.unit).into();
        Self {
            price: by_weight.price.0,
            unit: by_weight.unit.code(),
            min: weight(by_weight.min),
            max: weight(by_weight.max),
        }
    }
}

/// Another pack on sale of the same stock.
#[derive(Debug, Serialize, ToSchema)]
pub struct SiblingWire {
    id: String,
    slug: String,
    unit: &'static str,
    contains: Option<QuantityWire>,
    /// Đồng for one unit.
    price: i64,
    unit_price: Option<UnitPriceWire>,
    in_stock: bool,
    left: Option<QuantityWire>,
}

impl From<Sibling> for SiblingWire {
    fn from(pack: Sibling) -> Self {
        Self {
            id: pack.id.to_string(),
            slug: pack.slug.to_string(),
            unit: pack.pack.unit.code(),
            contains: pack.pack.contains.map(Into::into),
            price: pack.price.0,
            unit_price: pack.unit_price.map(Into::into),
            in_stock: pack.in_stock,
            left: pack.left.map(Into::into),
        }
    }
}

/// What only its seller and officers see of a listing.
#[derive(Debug, Serialize, ToSchema)]
pub struct OwnWire {
    /// What keeps its seller from selling yet, in the words of the seller's checklist.
    blocked_by: Vec<&'static str>,
    /// What waits, or waited last, for an officer.
    review: Option<ReviewWire>,
}

/// What only its seller and officers see of `listing`.
pub(super) async fn own_of(
    db: &impl ConnectionTrait,
    policy: Policy,
    listing: &listing::Model,
) -> Result<OwnWire, DbErr> {
    let blocked_by = if listing.state == ListingState::Live {
        Vec::new()
    } else {
        blocked_by(db, policy, listing.seller_id).await?
    };
    let review = review::read::latest(db, listing.id).await?.map(Into::into);
    Ok(OwnWire { blocked_by, review })
}

/// A listing with its seller, certificates and lots.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListingDetail {
    #[serde(flatten)]
    listing: ListingWire,
    description: String,
    photos: Vec<String>,
    certificates: Vec<ListingCertificate>,
    /// Those that may be sold, the nearest last day first, as they are.
    lots: Vec<ListingLot>,
    /// `stock`, `on_demand` or `preorder`.
    stock_mode: &'static str,
    /// The day of a pre-order's harvest; from the next day on it cannot be ordered.
    harvest_on: Option<String>,
    /// The most that may be ordered before the harvest.
    cap: Option<QuantityWire>,
    /// Days from the order until it is made.
    lead_days: Option<i32>,
    /// The smallest quantity first.
    tiers: Vec<TierWire>,
    min_quantity: Option<QuantityWire>,
    /// The steps from `min_quantity` on, or its multiples where there is none.
    step: Option<QuantityWire>,
    limit_per_customer: Option<LimitWire>,
    /// `unit`, or `weight`: then `price` is an estimate.
    charge_by: &'static str,
    by_weight: Option<ByWeightWire>,
    /// The other packs on sale of the same stock.
    siblings: Vec<SiblingWire>,
    /// Only for its seller and officers.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    own: Option<OwnWire>,
    /// The last day on which its seller is closed, while they are: until then it cannot be bought.
    closed_until: Option<String>,
    published_at: Option<String>,
    updated_at: String,
}

impl ListingDetail {
    fn new(resolver: &str, detail: Detail, own: Option<OwnWire>) -> Self {
        let commune = places::commune(&detail.seller.commune_code).map_or("", |commune| commune.full_name.as_str());
        let (listing, terms) = (detail.listing, detail.terms);
        let told = |amount| QuantityWire::from(Quantity::new(amount, listing.unit));
        Self {
            own,
            cap: listing.cap.map(told),
            lead_days: terms.lead_days,
            tiers: terms
                .tiers
                .iter()
                .map(|Tier { from, price }| TierWire {
                    from: told(*from),
                    price: price.0,
                })
                .collect(),
            min_quantity: terms.min.map(told),
            step: terms.step.map(told),
            limit_per_customer: terms.limit.map(|Limit { most, days }| LimitWire {
                quantity: told(most),
                days,
            }),
            charge_by: if terms.by_weight.is_some() { "weight" } else { "unit" },
            by_weight: terms.by_weight.map(Into::into),
            siblings: detail.siblings.into_iter().map(Into::into).collect(),
            stock_mode: listing.stock_mode.code(),
            harvest_on: listing.harvest_on.map(|day| day.iso()),
            closed_until: detail.closed.map(|closed| closed.until.iso()),
            published_at: listing.published_at.map(entity::Timestamp::rfc3339),
            updated_at: listing.updated_at.rfc3339(),
            description: detail.product.description,
            certificates: detail
                .certificates
                .into_iter()
                .map(|row| ListingCertificate {
                    kind: row.kind.code().to_owned(),
                    star: row.star,
                    number: row.number,
                    issuer: row.issuer,
                    granted_on: row.granted_on.iso(),
                    ends_on: row.ends_on.iso(),
                    verified: row.verified,
                })
                .collect(),
            lots: detail
                .lots
                .into_iter()
                .map(|lot| ListingLot {
                    batch_id: Some(lot.batch_id.to_string()),
                    digital_link: batch_uri(resolver, &lot.gtin, &lot.lot),
                    lot: lot.lot.to_string(),
                    harvested_on: lot.harvested_on.iso(),
                    expires_on: lot.expires_on.map(|day| day.iso()),
                    left: Some(lot.left.into()),
                })
                .collect(),
            listing: ListingWire {
                id: listing.id.to_string(),
                slug: listing.slug.to_string(),
                product_id: Some(listing.product_id.to_string()),
                title: listing.title,
                price: listing.price.0,
                unit: listing.unit.code(),
                unit_price: terms.unit_price().map(Into::into),
                contains: terms.contains.map(Into::into),
                estimate: terms.by_weight.is_some(),
                in_stock: detail.in_stock,
                left: detail.left.map(Into::into),
                star: detail.star,
                category: detail.product.category,
                seller: ListingSeller {
                    id: Some(detail.seller.id.to_string()),
                    slug: Some(detail.seller.slug.to_string()),
                    name: detail.seller.name,
                },
                commune: ListingCommune {
                    code: detail.seller.commune_code.to_string(),
                    name: commune.to_owned(),
                },
                photo: detail.photos.first().map(|photo| photo.src.clone()),
                gtin: (detail.product.gtin_kind == GtinKind::Global).then(|| detail.product.gtin.to_string()),
                origin: None,
                state: listing.state.code(),
            },
            photos: detail.photos.into_iter().map(|photo| photo.src).collect(),
        }
    }
}

impl ListingDetail {
    /// A listing of another exchange.
    fn of_remote(remote: Remote, today: Day) -> Self {
        let card = remote.card(today);
        let Remote { listing, details, .. } = remote;
        Self {
            listing: card.into(),
            description: details.description,
            photos: details.photos,
            certificates: details
                .certificates
                .into_iter()
                .filter(|row| row.holds_on(today))
                .map(|row| ListingCertificate {
                    kind: row.kind,
                    star: row.star.map(i32::from),
                    number: row.number,
                    issuer: row.issuer,
                    granted_on: row.granted_on,
                    ends_on: row.ends_on,
                    verified: row.verified,
                })
                .collect(),
            lots: details
                .lots
                .into_iter()
                .map(|lot| ListingLot {
                    batch_id: None,
                    lot: lot.lot,
                    harvested_on: lot.harvested_on,
                    expires_on: lot.expires_on,
                    left: None,
                    digital_link: lot.digital_link,
                })
                .collect(),
            stock_mode: listing.stock_mode.code(),
            harvest_on: details.harvest_on,
            cap: None,
            lead_days: None,
            tiers: Vec::new(),
            min_quantity: None,
            step: None,
            limit_per_customer: None,
            charge_by: "unit",
            by_weight: None,
            siblings: Vec::new(),
            own: None,
            closed_until: None,
            published_at: Some(listing.published_at.rfc3339()),
            updated_at: listing.updated_at.rfc3339(),
        }
    }
}

/// One listing, by its id or its slug. One that is not live is there only for its seller and
/// for officers.
#[utoipa::path(get, path = "/api/v1/listings/{id}", tag = "listings", params(("id" = String, Path)),
    security((), ("bearer" = []), ("session" = [])), responses((status = OK, body = ListingDetail)))]
pub async fn get_listing(
    State(app): State<App>,
    Maybe(caller): Maybe<SignedIn>,
    Id(which): Id<SlugOrId>,
) -> Result<Json<ListingDetail>, Problem> {
    let Some(detail) = read::detail(app.db().read(), &which, app.today()).await? else {
        return match remote::remote(app.db().read(), &which, app.now()).await? {
            Some(remote::Found::Live(remote)) => Ok(Json(ListingDetail::of_remote(*remote, app.today()))),
            Some(remote::Found::Gone) | None => Err(Problem::not_found()),
        };
    };
    let inside = match caller {
        Some(caller) if caller.holds(Office::Officer) => true,
        Some(caller) => sellers_of(&app, caller.person())
            .await?
            .contains(&detail.listing.seller_id),
        None => false,
    };
    if !inside && detail.listing.state != ListingState::Live {
        return Err(Problem::not_found());
    }
    let own = if inside {
        Some(own_of(app.db().read(), app.policy(), &detail.listing).await?)
    } else {
        None
    };
    Ok(Json(ListingDetail::new(app.resolver_url(), detail, own)))
}

/// The listing `id` as it is now, for its seller and for officers.
pub(super) async fn shown(app: &App, id: ListingId) -> Result<ListingDetail, Problem> {
    let detail = read::detail(app.db().read(), &SlugOrId::Id(id), app.today())
        .await?
        .ok_or_else(Problem::not_found)?;
    let own = own_of(app.db().read(), app.policy(), &detail.listing).await?;
    Ok(ListingDetail::new(app.resolver_url(), detail, Some(own)))
}

/// Offers a product of the caller's. It is live at once, unless the province reviews listings, its seller may not sell
/// yet, or a draft is asked for.
#[utoipa::path(post, path = "/api/v1/listings", tag = "listings", request_body = Publish,
    params(("Idempotency-Key" = Option<String>, Header)), security(("bearer" = []), ("session" = [])),
    responses((status = CREATED, body = ListingDetail)))]
pub async fn create_listing(
    State(app): State<App>,
    selling: Selling,
    once: Once,
    Body { value, digest }: Body<Publish>,
) -> Result<Answer, Problem> {
    let (today, policy) = (app.today(), app.policy());
    let new = value.check(today)?;
    let resolver = app.resolver_url().to_owned();
    write_once(&app, selling.actor(), once, &digest, {
        let selling = selling.clone();
        move |unit| {
            let (selling, new, resolver) = (selling.clone(), new.clone(), resolver.clone());
            Box::pin(async move {
                let id = publish(unit, &selling, policy, new).await?;
                let detail = read::detail(&*unit, &SlugOrId::Id(id), today)
                    .await?
                    .ok_or_else(Problem::not_found)?;
                let own = own_of(&*unit, policy, &detail.listing).await?;
                let detail = ListingDetail::new(&resolver, detail, Some(own));
                Answer::created(format!("/api/v1/listings/{id}"), &detail)
            })
        }
    })
    .await
}

/// Changes a listing of the caller's; absent fields stay. Stock and withdrawal count at once. Where the province reviews
/// listings, the terms of one on sale wait for an officer as its `review`, and it sells as it was until then.
#[utoipa::path(patch, path = "/api/v1/listings/{id}", tag = "listings", params(("id" = String, Path)), request_body = EditListing,
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = ListingDetail)))]
pub async fn patch_listing(
    State(app): State<App>,
    selling: Selling,
    Id(id): Id<ListingId>,
    Body { value, .. }: Body<EditListing>,
) -> Result<Json<ListingDetail>, Problem> {
    change(&app, selling, id, value.check(app.today())?).await
}

/// Puts a listing of the caller's on sale, or before an officer where the province reviews listings. Doing it twice is no
/// mistake.
#[utoipa::path(post, path = "/api/v1/listings/{id}/publish", tag = "listings", params(("id" = String, Path)),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = ListingDetail)))]
pub async fn publish_listing(
    State(app): State<App>,
    selling: Selling,
    Id(id): Id<ListingId>,
) -> Result<Json<ListingDetail>, Problem> {
    let (actor, policy) = (selling.actor(), app.policy());
    app.write(actor, move |unit| {
        let selling = selling.clone();
        Box::pin(async move { go_live(unit, &selling, policy, id).await })
    })
    .await?;
    shown(&app, id).await.map(Json)
}

/// Takes a listing of the caller's off sale. Doing it twice is no mistake.
#[utoipa::path(post, path = "/api/v1/listings/{id}/withdraw", tag = "listings", params(("id" = String, Path)),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = ListingDetail)))]
pub async fn withdraw_listing(
    State(app): State<App>,
    selling: Selling,
    Id(id): Id<ListingId>,
) -> Result<Json<ListingDetail>, Problem> {
    change(&app, selling, id, ListingEdit::withdraw()).await
}

async fn change(app: &App, selling: Selling, id: ListingId, to: ListingEdit) -> Result<Json<ListingDetail>, Problem> {
    let (actor, policy) = (selling.actor(), app.policy());
    app.write(actor, move |unit| {
        let (selling, to) = (selling.clone(), to.clone());
        Box::pin(async move { edit(unit, &selling, policy, id, to).await })
    })
    .await?;
    shown(app, id).await.map(Json)
}
