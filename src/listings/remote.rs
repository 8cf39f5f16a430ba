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
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter};
use serde::{Deserialize, Serialize};

use super::{
    offer::{Pack, unit_price},
    read::{Card, Origin, SlugOrId},
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

/// The exchanges there are, by their ids.
pub async fn exchanges(db: &impl ConnectionTrait) -> Result<HashMap<String, remote_exchange::Model>, DbErr> {
    let rows = remote_exchange::Entity::find().all(db).await?;
    Ok(rows
        .into_iter()
        .map(|exchange| (exchange.exchange_id.clone(), exchange))
        .collect())
}

/// The cards of those of `ids` that are on sale and that somebody vouches for now, each with the moment at which nobody
/// does any more.
pub(super) async fn cards(
    db: &impl ConnectionTrait,
    ids: &[ListingId],
    exchanges: &HashMap<String, remote_exchange::Model>,
    now: Timestamp,
) -> Result<Vec<(Card, Timestamp)>, DbErr> {
    let rows = Entity::find()
        .filter(remote_listing::Column::Id.is_in(ids.iter().copied()))
        .filter(remote_listing::Column::State.eq(State::Live))
        .all(db)
        .await?;
    let cards = rows.into_iter().filter_map(|row| {
        let exchange = exchanges.get(&row.exchange_id)?;
        let until = std::cmp::max(row.fresh_until, exchange.fresh_until);
        (until > now).then(|| (card(row, exchange, now.day()), until))
    });
    Ok(cards.collect())
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
