//! Places that a code may lead to: markets with their stalls, and where sellers make and pack. Each has a number (GLN),
//! given once and never another's: under the province's GS1 prefix where there is one, else a restricted one that means
//! something only here.

use std::{sync::Arc, time::Duration};

use digital_link::DigitalLink;
use entity::{
    CommuneCode, Gln, Slug,
    catalogue::seller,
    ids::{MarketId, SellerId},
    market::{market, stall},
    scan::place_code::{self, Kind},
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, prelude::Uuid,
};

use crate::{
    app::App,
    db::{Actor, Unit},
    jobs::Recurring,
};

/// Numbers given in one unit.
const AT_ONCE: u64 = 200;
/// The longest that a new market or seller waits for its number.
const EVERY: Duration = Duration::from_secs(30);
/// Begins restricted numbers of places, as 21 begins those of products (GS1 General Specifications, 2.1.11).
const RESTRICTED: &str = "22";

/// A place that has a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlaceView {
    pub gln: Gln,
    pub kind: Kind,
    pub name: String,
    pub slug: Slug,
    pub commune_code: Option<CommuneCode>,
    /// Its street, for a seller who gives it.
    pub street: Option<String>,
    /// The stall that the extension (254) names.
    pub stall: Option<StallView>,
}

impl PlaceView {
    /// Its page on the exchange.
    #[must_use]
    pub fn href(&self) -> String {
        match self.kind {
            Kind::Market => format!("/cho/{}", self.slug),
            Kind::Seller => format!("/nguoi-ban/{}", self.slug),
        }
    }

    /// The code of its stall `code`, where that can stand in one: an extension (254) is plain ASCII.
    #[must_use]
    pub fn stall_link(&self, code: &str) -> Option<DigitalLink> {
        let code: String = form_urlencoded::byte_serialize(code.as_bytes()).collect();
        DigitalLink::parse_path(&format!("/414/{}/254/{}", self.gln, code.replace('+', "%20"))).ok()
    }

    /// The code that was asked for, as far as it names anything.
    #[must_use]
    pub fn link(&self) -> DigitalLink {
        self.stall
            .as_ref()
            .and_then(|stall| self.stall_link(&stall.code))
            .unwrap_or_else(|| DigitalLink::for_gln(self.gln.0))
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StallView {
    pub code: String,
    pub goods: String,
}

/// The place `gln`; `extension` names a stall of a market. An extension that names none leads to the whole place.
pub async fn place(db: &impl ConnectionTrait, gln: &Gln, extension: Option<&str>) -> Result<Option<PlaceView>, DbErr> {
    let Some(code) = place_code::Entity::find_by_id(gln.clone()).one(db).await? else {
        return Ok(None);
    };
    match code.kind {
        Kind::Market => {
            let Some(row) = market::Entity::find_by_id(MarketId(code.subject_id)).one(db).await? else {
                return Ok(None);
            };
            let stall = match extension {
                Some(extension) => stall::Entity::find()
                    .filter(stall::Column::MarketId.eq(row.id))
                    .filter(stall::Column::Code.eq(extension))
                    .one(db)
                    .await?
                    .map(|stall| StallView {
                        code: stall.code,
                        goods: stall.goods,
                    }),
                None => None,
            };
            Ok(Some(PlaceView {
                gln: code.gln,
                kind: code.kind,
                name: row.name,
                slug: row.slug,
                commune_code: row.commune_code,
                street: None,
                stall,
            }))
        }
        Kind::Seller => {
            let row = seller::Entity::find_by_id(SellerId(code.subject_id)).one(db).await?;
            Ok(row.map(|row| PlaceView {
                gln: code.gln,
                kind: code.kind,
                name: row.name,
                slug: row.slug,
                commune_code: Some(row.commune_code),
                street: row.street,
                stall: None,
            }))
        }
    }
}

/// Gives every market and seller that has none a number; returns how many got one.
pub async fn number_places(app: &App) -> Result<usize, DbErr> {
    let mut given = 0;
    for kind in [Kind::Market, Kind::Seller] {
        loop {
            // Looked up outside the unit, which is only opened when there is something to do.
            let waiting = without_number(app.db().read(), kind).await?;
            if waiting.is_empty() {
                break;
            }
            let prefix = app.config().gs1_prefix.clone().unwrap_or_else(|| RESTRICTED.to_owned());
            let count = app
                .write(Actor::System, move |unit| {
                    let prefix = prefix.clone();
                    Box::pin(async move { number(unit, kind, &prefix).await })
                })
                .await?;
            if count == 0 {
                break;
            }
            given += count;
        }
    }
    Ok(given)
}

async fn number(unit: &mut Unit, kind: Kind, prefix: &str) -> Result<usize, DbErr> {
    let waiting = without_number(&*unit, kind).await?;
    let count = i64::try_from(waiting.len()).unwrap_or(0);
    if count == 0 {
        return Ok(0);
    }
    // The last of those that are taken.
    let last = unit.take_numbers(&format!("gln-{prefix}"), count).await?;
    let width = 12_usize.saturating_sub(prefix.len());
    let rows: Vec<place_code::ActiveModel> = waiting
        .into_iter()
        .zip(last - count + 1..)
        .filter_map(|(subject, number)| {
            // No more digits left than there are places: ten million million of them without a prefix.
            let gln = digital_link::Gln::from_body(&format!("{prefix}{number:0width$}")).ok()?;
            Some(place_code::ActiveModel {
                gln: Set(Gln(gln)),
                kind: Set(kind),
                subject_id: Set(subject),
                created_at: Set(unit.now()),
            })
        })
        .collect();
    let given = rows.len();
    if given > 0 {
        place_code::Entity::insert_many(rows)
            .exec_without_returning(&*unit)
            .await?;
    }
    Ok(given)
}

async fn without_number(db: &impl ConnectionTrait, kind: Kind) -> Result<Vec<Uuid>, DbErr> {
    let numbered = place_code::Entity::find()
        .select_only()
        .column(place_code::Column::SubjectId)
        .filter(place_code::Column::Kind.eq(kind))
        .into_query();
    match kind {
        Kind::Market => {
            let ids: Vec<MarketId> = market::Entity::find()
                .select_only()
                .column(market::Column::Id)
                .filter(market::Column::Id.not_in_subquery(numbered))
                .order_by_asc(market::Column::Id)
                .limit(AT_ONCE)
                .into_tuple()
                .all(db)
                .await?;
            Ok(ids.into_iter().map(|id| id.0).collect())
        }
        Kind::Seller => {
            let ids: Vec<SellerId> = seller::Entity::find()
                .select_only()
                .column(seller::Column::Id)
                .filter(seller::Column::Id.not_in_subquery(numbered))
                .order_by_asc(seller::Column::Id)
                .limit(AT_ONCE)
                .into_tuple()
                .all(db)
                .await?;
            Ok(ids.into_iter().map(|id| id.0).collect())
        }
    }
}

/// Numbers what has come since.
pub fn duty() -> Recurring {
    Recurring {
        name: "place numbers",
        every: EVERY,
        run: Arc::new(|app| {
            Box::pin(async move { number_places(&app).await.map(|_| ()).map_err(|error| error.to_string()) })
        }),
    }
}
