//! Listings of other exchanges, shown beside ours: what is known of them, and how they are read. They are sold where they
//! come from; nothing here can be ordered.

use std::collections::HashMap;

use entity::{
    CommuneCode, Day, Dong, Gtin, Quantity, Thousandths, Timestamp, Unit,
    catalogue::certificate,
    ids::ListingId,
    listings::{
        listing::{self, StockMode},
        remote_exchange,
        remote_listing::{self, Entity, State},
    },
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, PaginatorTrait, QueryFilter,
    QuerySelect, Select,
    sea_query::{Expr, ExprTrait},
};
use serde::{Deserialize, Serialize};

use super::{
    offer::{Pack, unit_price},
    read::{Card, Facets, Origin, SlugOrId},
    search::{Cursor, Dimension, Filter, Keys, Sort},
};
use crate::{catalogue::category, places};

/// A listing as another exchange tells it, checked. `super::import` writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoteListing {
    /// Its id there.
    pub remote_id: String,
    pub title: String,
    pub price: Dong,
    pub unit: Unit,
    pub stock_mode: StockMode,
    /// In `unit`; `None` where nothing is counted.
    pub left: Option<Thousandths>,
    pub in_stock: bool,
    /// An id of our category table.
    pub category: String,
    /// OCOP stars and the first day on which they no longer hold.
    pub star: Option<(u8, Day)>,
    pub seller_name: String,
    pub commune_code: CommuneCode,
    pub commune_name: String,
    pub gtin: Option<Gtin>,
    pub url: String,
    /// Until when it vouches for itself.
    pub fresh_until: Timestamp,
    pub published_at: Timestamp,
    pub updated_at: Timestamp,
    pub details: Details,
    /// SHA-256 (hex) of what was told.
    pub digest: String,
}

/// What only its own page shows. Kept as JSON in `remote_listing.details`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Details {
    pub description: String,
    pub province_name: String,
    pub photos: Vec<String>,
    pub certificates: Vec<RemoteCertificate>,
    pub lots: Vec<RemoteLot>,
    /// Pre-order only.
    pub harvest_on: Option<String>,
}

/// A certificate that the other exchange tells of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemoteCertificate {
    /// A code of [`certificate::Kind`].
    pub kind: String,
    pub star: Option<u8>,
    pub number: Option<String>,
    pub issuer: String,
    pub granted_on: String,
    /// The first day on which it no longer holds.
    pub ends_on: String,
    pub verified: bool,
}

impl RemoteCertificate {
    /// Whether it holds on `day`.
    #[must_use]
    pub fn holds_on(&self, day: Day) -> bool {
        // ISO days compare as texts.
        let day = day.iso();
        self.granted_on <= day && day < self.ends_on
    }

    /// Its kind, if it is one of ours.
    #[must_use]
    pub fn known_kind(&self) -> Option<certificate::Kind> {
        use certificate::Kind;
        [Kind::Ocop, Kind::VietGap, Kind::Organic, Kind::Gi]
            .into_iter()
            .find(|kind| kind.code() == self.kind)
    }
}

/// A lot on sale there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemoteLot {
    pub lot: String,
    pub harvested_on: String,
    pub expires_on: Option<String>,
    /// What its stickers carry.
    pub digital_link: String,
}

/// A remote listing with the exchange it comes from.
#[derive(Clone, Debug)]
pub struct Remote {
    pub listing: remote_listing::Model,
    pub exchange: remote_exchange::Model,
    pub details: Details,
}

impl Remote {
    /// The first moment at which nobody vouches for it any more.
    #[must_use]
    pub fn fresh_until(&self) -> Timestamp {
        std::cmp::max(self.listing.fresh_until, self.exchange.fresh_until)
    }
}

/// The columns by which lists are ordered.
pub(super) fn keys() -> Keys {
    Keys::of(
        (Entity, remote_listing::Column::Title),
        (Entity, remote_listing::Column::PublishedAt),
        (Entity, remote_listing::Column::Price),
        (Entity, remote_listing::Column::Id),
    )
}

/// The exchanges there are, and what of theirs may be shown now.
pub(super) struct Theirs {
    exchanges: HashMap<String, remote_exchange::Model>,
    now: Timestamp,
}

/// A listing of a page of theirs.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct Row {
    #[sea_orm(nested)]
    listing: remote_listing::Model,
    rank: i64,
}

impl Row {
    pub(super) fn cursor(&self, sort: Sort) -> Cursor {
        let key = match sort {
            Sort::Best | Sort::Newest => self.listing.published_at.0,
            Sort::Cheapest | Sort::Dearest => self.listing.price.0,
        };
        Cursor::new(self.rank, key, self.listing.id)
    }
}

impl Theirs {
    /// `None` when there is nothing of theirs at all.
    pub(super) async fn at(db: &impl ConnectionTrait, now: Timestamp) -> Result<Option<Self>, DbErr> {
        let exchanges = remote_exchange::Entity::find().all(db).await?;
        Ok((!exchanges.is_empty()).then(|| Self {
            exchanges: exchanges
                .into_iter()
                .map(|exchange| (exchange.exchange_id.clone(), exchange))
                .collect(),
            now,
        }))
    }

    fn select(&self, filter: &Filter, but: Option<Dimension>) -> Select<Entity> {
        Entity::find().filter(filter.wanted_remote(self.now.day(), but).add(self.fresh()))
    }

    /// What somebody still vouches for: the row itself or, by answering, its exchange.
    fn fresh(&self) -> Condition {
        let vouching = self
            .exchanges
            .values()
            .filter(|exchange| exchange.fresh_until > self.now)
            .map(|exchange| exchange.exchange_id.clone());
        Condition::any()
            .add(remote_listing::Column::FreshUntil.gt(self.now))
            .add(remote_listing::Column::ExchangeId.is_in(vouching))
    }

    pub(super) async fn count(&self, db: &impl ConnectionTrait, filter: &Filter) -> Result<u64, DbErr> {
        self.select(filter, None).count(db).await
    }

    /// The page that `filter` asks for, one listing longer than fits.
    pub(super) async fn page(&self, db: &impl ConnectionTrait, filter: &Filter) -> Result<Vec<Row>, DbErr> {
        let keys = keys();
        filter
            .page(self.select(filter, None), &keys)
            .expr_as(filter.rank(&keys).cast_as("bigint"), "rank")
            .into_model::<Row>()
            .all(db)
            .await
    }

    /// The card of `row`, and the first moment at which it may no longer be shown.
    pub(super) fn card(&self, row: Row) -> Option<(Card, Timestamp)> {
        let exchange = self.exchanges.get(&row.listing.exchange_id)?;
        let until = std::cmp::max(row.listing.fresh_until, exchange.fresh_until);
        Some((card(row.listing, exchange, self.now.day()), until))
    }

    /// Adds theirs to the counts of ours.
    pub(super) async fn add_facets(
        &self,
        db: &impl ConnectionTrait,
        filter: &Filter,
        facets: &mut Facets,
    ) -> Result<(), DbErr> {
        let count = || Expr::col((Entity, remote_listing::Column::Id)).count();
        let star = || star(self.now.day());
        let categories: Vec<(String, i64)> = self
            .select(filter, Some(Dimension::Category))
            .select_only()
            .column(remote_listing::Column::Category)
            .expr_as(count(), "number")
            .group_by(remote_listing::Column::Category)
            .into_tuple()
            .all(db)
            .await?;
        let communes: Vec<(CommuneCode, i64)> = self
            .select(filter, Some(Dimension::Commune))
            .select_only()
            .column(remote_listing::Column::CommuneCode)
            .expr_as(count(), "number")
            .group_by(remote_listing::Column::CommuneCode)
            .into_tuple()
            .all(db)
            .await?;
        let stars: Vec<(i32, i64)> = self
            .select(filter, Some(Dimension::Star))
            .select_only()
            .expr_as(star(), "star")
            .expr_as(count(), "number")
            .filter(star().is_not_null())
            .group_by(star())
            .into_tuple()
            .all(db)
            .await?;
        add(&mut facets.categories, categories);
        add(&mut facets.communes, communes);
        let stars = stars
            .into_iter()
            .filter_map(|(star, count)| Some((u8::try_from(star).ok()?, count)));
        add(&mut facets.stars, stars);
        Ok(())
    }
}

fn add<K: PartialEq>(ours: &mut Vec<(K, u64)>, theirs: impl IntoIterator<Item = (K, i64)>) {
    for (value, count) in theirs {
        let count = u64::try_from(count).unwrap_or(0);
        match ours.iter_mut().find(|(known, _)| *known == value) {
            Some((_, known)) => *known += count,
            None => ours.push((value, count)),
        }
    }
}

/// SQL for the OCOP stars that a remote listing holds on `day`; null without any.
pub(super) fn star(day: Day) -> Expr {
    Expr::cust(format!(
        "(case when remote_listing.star_until > '{}' then remote_listing.star end)",
        day.iso()
    ))
}

fn card(row: remote_listing::Model, exchange: &remote_exchange::Model, today: Day) -> Card {
    let star = row
        .star_until
        .filter(|until| *until > today)
        .and(row.star)
        .and_then(|star| u8::try_from(star).ok());
    Card {
        id: row.id,
        slug: row.slug,
        left: row.left_amount.map(|left| Quantity::new(left, row.unit)),
        in_stock: row.in_stock,
        star,
        title: row.title,
        price: row.price,
        unit: row.unit,
        unit_price: unit_price(row.price, &Pack::declared(row.unit, None, None), None),
        contains: None,
        estimate: false,
        stock_mode: row.stock_mode,
        state: listing::State::Live,
        product_id: None,
        gtin: row.gtin,
        motif: category::motif(&row.category),
        category: row.category,
        seller_id: None,
        seller_slug: None,
        seller_name: row.seller_name,
        commune_name: match places::commune(&row.commune_code) {
            Some(commune) => commune.full_name.as_str().into(),
            None => row.commune_name.into(),
        },
        commune_code: row.commune_code,
        photo: None,
        origin: Some(Origin {
            exchange: exchange.exchange_id.clone(),
            name: exchange.name.clone(),
            url: row.url,
            photo: row.photo_url,
        }),
        published_at: Some(row.published_at),
        updated_at: row.updated_at,
    }
}

/// What has become of a remote listing.
#[derive(Clone, Debug)]
pub enum Found {
    Live(Box<Remote>),
    /// It was taken off sale, or nobody vouches for it any more.
    Gone,
}

/// The remote listing that `which` names.
pub async fn remote(db: &impl ConnectionTrait, which: &SlugOrId, now: Timestamp) -> Result<Option<Found>, DbErr> {
    let find = match which {
        SlugOrId::Id(id) => Entity::find_by_id(*id),
        SlugOrId::Slug(slug) => Entity::find().filter(remote_listing::Column::Slug.eq(slug.clone())),
    };
    let Some(listing) = find.one(db).await? else {
        return Ok(None);
    };
    let exchange = remote_exchange::Entity::find_by_id(listing.exchange_id.clone())
        .one(db)
        .await?;
    let Some(exchange) = exchange else { return Ok(None) };
    let details = serde_json::from_str(&listing.details).map_err(|error| DbErr::Type(error.to_string()))?;
    let remote = Remote {
        listing,
        exchange,
        details,
    };
    if remote.listing.state == State::Gone || remote.fresh_until() <= now {
        return Ok(Some(Found::Gone));
    }
    Ok(Some(Found::Live(Box::new(remote))))
}

impl Remote {
    /// As lists show it.
    #[must_use]
    pub fn card(&self, today: Day) -> Card {
        card(self.listing.clone(), &self.exchange, today)
    }

    #[must_use]
    pub const fn id(&self) -> ListingId {
        self.listing.id
    }
}

/// How many listings of the exchange are on sale, fresh or not.
pub async fn count_live(db: &impl ConnectionTrait, exchange_id: &str) -> Result<u64, DbErr> {
    Entity::find()
        .filter(remote_listing::Column::ExchangeId.eq(exchange_id))
        .filter(remote_listing::Column::State.eq(State::Live))
        .count(db)
        .await
}
