//! Recalls as people see them. Nothing here writes.

use std::collections::HashMap;

use entity::{
    Gtin, Lot, ShortCode, Timestamp,
    catalogue::{product, seller},
    ids::{BatchId, ListingId, RecallDrillId, RecallId, SellerId},
    listings::listing,
    market::{market, stall},
    recall::{
        drill,
        recall::{self, Scope},
        recalled_listing, recalled_order,
        recalled_order::Outcome,
        recalled_stall,
        thing::{self, Direction},
    },
    trace::batch,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    sea_query::ExprTrait,
};

use super::{RecallError, reach};
use crate::{http::list::Paging, trace::graph};

/// Batches and listings of a recall that are named; of more only how many there are.
pub const NAMED: usize = 500;

/// A recall in force, for who scans a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecallView {
    pub id: RecallId,
    pub reason: String,
    pub scope: Scope,
    /// Where the batch lies, seen from what is called back.
    pub direction: Direction,
    pub at: Timestamp,
}

/// The recalls in force that reach `batch`, newest first.
pub async fn recalls_of(db: &impl ConnectionTrait, batch: BatchId) -> Result<Vec<RecallView>, DbErr> {
    let rows = thing::Entity::find()
        .filter(thing::Column::BatchId.eq(batch))
        .all(db)
        .await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let recalls = recall::Entity::find()
        .filter(recall::Column::Id.is_in(rows.iter().map(|row| row.recall_id)))
        .filter(recall::Column::EndedAt.is_null())
        .order_by_desc(recall::Column::Id)
        .all(db)
        .await?;
    Ok(recalls
        .into_iter()
        .filter_map(|recall| {
            let row = rows.iter().find(|row| row.recall_id == recall.id)?;
            Some(RecallView {
                id: recall.id,
                direction: row.direction,
                reason: recall.reason,
                scope: recall.scope,
                at: recall.made_at,
            })
        })
        .collect())
}

/// Those of `listings` that a recall in force took off sale.
pub async fn taken_off(db: &impl ConnectionTrait, listings: &[ListingId]) -> Result<Vec<ListingId>, DbErr> {
    let in_force = recall::Entity::find()
        .select_only()
        .column(recall::Column::Id)
        .filter(recall::Column::EndedAt.is_null())
        .into_query();
    recalled_listing::Entity::find()
        .select_only()
        .column(recalled_listing::Column::ListingId)
        .filter(recalled_listing::Column::ListingId.is_in(listings.iter().copied()))
        .filter(recalled_listing::Column::Withdrawn.eq(true))
        .filter(recalled_listing::Column::RecallId.in_subquery(in_force))
        .into_tuple()
        .all(db)
        .await
}

/// Which recalls are asked for.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// `None`: all of them; `Some(true)`: those in force.
    pub in_force: Option<bool>,
    /// Only those that reach batches of these sellers.
    pub own: Option<Vec<SellerId>>,
}

/// Recalls, newest first; one more than fits.
pub async fn recalls(db: &impl ConnectionTrait, wanted: &Wanted, paging: Paging) -> Result<Vec<recall::Model>, DbErr> {
    let mut query = recall::Entity::find()
        .order_by_desc(recall::Column::Id)
        .limit(paging.limit + 1);
    match wanted.in_force {
        Some(true) => query = query.filter(recall::Column::EndedAt.is_null()),
        Some(false) => query = query.filter(recall::Column::EndedAt.is_not_null()),
        None => {}
    }
    if let Some(own) = &wanted.own {
        let batches = batch::Entity::find()
            .select_only()
            .column(batch::Column::Id)
            .filter(batch::Column::SellerId.is_in(own.iter().copied()))
            .into_query();
        let reached = thing::Entity::find()
            .select_only()
            .column(thing::Column::RecallId)
            .filter(thing::Column::BatchId.in_subquery(batches))
            .into_query();
        query = query.filter(recall::Column::Id.in_subquery(reached));
    }
    if let Some(before) = paging.after {
        query = query.filter(recall::Column::Id.lt(RecallId(before)));
    }
    query.all(db).await
}

/// The product of `batch`.
pub async fn product_of(db: &impl ConnectionTrait, batch: BatchId) -> Result<Option<product::Model>, DbErr> {
    let Some(batch) = batch::Entity::find_by_id(batch).one(db).await? else {
        return Ok(None);
    };
    product::Entity::find_by_id(batch.product_id).one(db).await
}

/// A batch that a recall reached.
#[derive(Clone, Debug)]
pub struct BatchLine {
    pub batch: batch::Model,
    pub product: product::Model,
    pub seller: seller::Model,
    pub direction: Direction,
}

/// A listing that drew on what is recalled.
#[derive(Clone, Debug)]
pub struct ListingLine {
    pub listing: listing::Model,
    pub seller: Option<seller::Model>,
    pub withdrawn: bool,
}

/// A stall that sold or bought of it.
#[derive(Clone, Debug)]
pub struct StallLine {
    pub stall: stall::Model,
    pub market: market::Model,
}

/// Batches by what stands on a sticker: lot, short code, link, or `GTIN/lot`; only those of `own` sellers when given.
pub async fn find(db: &impl ConnectionTrait, sought: &str, own: Option<&[SellerId]>) -> Result<Vec<BatchLine>, DbErr> {
    const MOST: u64 = 20;
    let sought = sought.trim();
    let last = sought.rsplit('/').next().unwrap_or(sought);
    let by_code = |text: &str| {
        text.parse::<ShortCode>()
            .ok()
            .map(|code| batch::Column::ShortCode.eq(code))
    };
    let by_both = |gtin: Gtin, lot: Lot| batch::Column::Gtin.eq(gtin).and(batch::Column::Lot.eq(lot));
    let typed = sought
        .split_once('/')
        .and_then(|(gtin, lot)| Some((gtin.parse::<Gtin>().ok()?, lot.parse::<Lot>().ok()?)));
    let any = Condition::any()
        .add_option(sought.parse::<Lot>().ok().map(|lot| batch::Column::Lot.eq(lot)))
        .add_option(by_code(last))
        .add_option(typed.map(|(gtin, lot)| by_both(gtin, lot)))
        .add_option(graph::batch_of(&graph::key(sought)).map(|(gtin, lot)| by_both(gtin, lot)));
    if any.is_empty() {
        return Ok(Vec::new());
    }
    let mut query = batch::Entity::find()
        .filter(any)
        .order_by_desc(batch::Column::Id)
        .limit(MOST);
    if let Some(own) = own {
        query = query.filter(batch::Column::SellerId.is_in(own.iter().copied()));
    }
    let rows = query.all(db).await?;
    batch_lines(db, rows.into_iter().map(|row| (row, Direction::Root)).collect()).await
}

/// How many of each a recall reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub batches: usize,
    pub foreign_epcs: usize,
    pub listings: usize,
    pub orders: usize,
    /// Orders that were given up, whole or in part.
    pub orders_given_up: usize,
    /// Orders whose goods had left: their buyers were told.
    pub orders_told: usize,
    pub stalls: usize,
    pub partners: usize,
}

/// A recall with all it reached, at most [`NAMED`] of each by name.
#[derive(Clone, Debug)]
pub struct Detail {
    /// `None` in a preview.
    pub recall: Option<recall::Model>,
    pub epc: String,
    pub scope: Scope,
    pub truncated: bool,
    pub counts: Counts,
    pub batches: Vec<BatchLine>,
    pub foreign: Vec<(String, Direction)>,
    pub listings: Vec<ListingLine>,
    pub stalls: Vec<StallLine>,
    /// Others who told of its way, and by how many events.
    pub partners: Vec<(String, usize)>,
}

impl Detail {
    /// The batch that is called back, where it is one of this exchange.
    #[must_use]
    pub fn root(&self) -> Option<&BatchLine> {
        self.batches.iter().find(|line| line.direction == Direction::Root)
    }
}

/// What a recall of `epc` would reach, before anybody decides on it.
pub async fn preview(db: &impl ConnectionTrait, epc: &str, scope: Scope) -> Result<Detail, DbErr> {
    let things = reach::things(db, epc, scope).await?;
    let affected = reach::affected(db, &things.ids()).await?;
    let partners = reach::partners(db, &things).await?;
    let (left, waiting) = affected.orders_left();
    let counts = Counts {
        batches: things.batches.len(),
        foreign_epcs: things.foreign.len(),
        listings: affected.listings.len(),
        orders: affected.orders.len(),
        orders_given_up: waiting,
        orders_told: left,
        stalls: affected.stalls.len(),
        partners: partners.len(),
    };
    let batches = things
        .batches
        .into_iter()
        .map(|one| (one.batch, one.direction))
        .collect();
    let mut listings = Vec::new();
    for listing in affected.listings.into_iter().take(NAMED) {
        listings.push((listing, false));
    }
    Ok(Detail {
        recall: None,
        epc: epc.to_owned(),
        scope,
        truncated: things.truncated,
        counts,
        batches: batch_lines(db, batches).await?,
        foreign: things.foreign.into_iter().take(NAMED).collect(),
        listings: listing_lines(db, listings).await?,
        stalls: stall_lines(db, affected.stalls).await?,
        partners,
    })
}

/// The recall `id` with all it reached.
pub async fn recall(db: &impl ConnectionTrait, id: RecallId) -> Result<Detail, RecallError> {
    let recall = recall::Entity::find_by_id(id)
        .one(db)
        .await?
        .ok_or(RecallError::NoSuchRecall)?;
    let things = thing::Entity::find()
        .filter(thing::Column::RecallId.eq(id))
        .order_by_asc(thing::Column::Direction)
        .order_by_asc(thing::Column::Epc)
        .all(db)
        .await?;
    let outcomes: Vec<Outcome> = recalled_order::Entity::find()
        .select_only()
        .column(recalled_order::Column::Outcome)
        .filter(recalled_order::Column::RecallId.eq(id))
        .into_tuple()
        .all(db)
        .await?;
    let noted = recalled_listing::Entity::find()
        .filter(recalled_listing::Column::RecallId.eq(id))
        .order_by_asc(recalled_listing::Column::ListingId)
        .all(db)
        .await?;
    let stalls: Vec<_> = recalled_stall::Entity::find()
        .select_only()
        .column(recalled_stall::Column::StallId)
        .filter(recalled_stall::Column::RecallId.eq(id))
        .into_tuple()
        .all(db)
        .await?;
    // Who told of its way is in the events, and they are found by walking again.
    let walked = reach::things(db, &recall.epc, recall.scope).await?;
    let partners = reach::partners(db, &walked).await?;
    let of = |wanted: &[Outcome]| outcomes.iter().filter(|outcome| wanted.contains(outcome)).count();
    let counts = Counts {
        batches: things.iter().filter(|thing| thing.batch_id.is_some()).count(),
        foreign_epcs: things.iter().filter(|thing| thing.batch_id.is_none()).count(),
        listings: noted.len(),
        orders: outcomes.len(),
        orders_given_up: of(&[Outcome::Cancelled, Outcome::Shortened]),
        orders_told: of(&[Outcome::Told]),
        stalls: stalls.len(),
        partners: partners.len(),
    };
    let mut batches: HashMap<BatchId, Direction> = HashMap::new();
    let mut order = Vec::new();
    for thing in &things {
        if let Some(batch) = thing.batch_id {
            batches.insert(batch, thing.direction);
            order.push(batch);
        }
    }
    order.sort_by_key(|id| (batches.get(id).copied(), *id));
    order.truncate(NAMED);
    let mut rows: HashMap<BatchId, batch::Model> = batch::Entity::find()
        .filter(batch::Column::Id.is_in(order.iter().copied()))
        .all(db)
        .await?
        .into_iter()
        .map(|row| (row.id, row))
        .collect();
    let batches = order
        .into_iter()
        .filter_map(|id| Some((rows.remove(&id)?, batches.get(&id).copied()?)))
        .collect();
    let foreign = things
        .into_iter()
        .filter(|thing| thing.batch_id.is_none())
        .take(NAMED)
        .map(|thing| (thing.epc, thing.direction))
        .collect();
    let mut listings = Vec::new();
    let noted: Vec<_> = noted.into_iter().take(NAMED).collect();
    let found: HashMap<ListingId, listing::Model> = listing::Entity::find()
        .filter(listing::Column::Id.is_in(noted.iter().map(|row| row.listing_id)))
        .all(db)
        .await?
        .into_iter()
        .map(|row| (row.id, row))
        .collect();
    for row in noted {
        listings.extend(
            found
                .get(&row.listing_id)
                .map(|listing| (listing.clone(), row.withdrawn)),
        );
    }
    Ok(Detail {
        epc: recall.epc.clone(),
        scope: recall.scope,
        truncated: recall.truncated,
        counts,
        batches: batch_lines(db, batches).await?,
        foreign,
        listings: listing_lines(db, listings).await?,
        stalls: stall_lines(db, stalls).await?,
        partners,
        recall: Some(recall),
    })
}

async fn batch_lines(
    db: &impl ConnectionTrait,
    batches: Vec<(batch::Model, Direction)>,
) -> Result<Vec<BatchLine>, DbErr> {
    let mut batches = batches;
    batches.truncate(NAMED);
    let products: HashMap<_, _> = product::Entity::find()
        .filter(product::Column::Id.is_in(batches.iter().map(|(batch, _)| batch.product_id)))
        .all(db)
        .await?
        .into_iter()
        .map(|row| (row.id, row))
        .collect();
    let sellers = reach::sellers_of(db, batches.iter().map(|(batch, _)| batch.seller_id)).await?;
    Ok(batches
        .into_iter()
        .filter_map(|(batch, direction)| {
            Some(BatchLine {
                product: products.get(&batch.product_id)?.clone(),
                seller: sellers.get(&batch.seller_id)?.clone(),
                batch,
                direction,
            })
        })
        .collect())
}

async fn listing_lines(
    db: &impl ConnectionTrait,
    listings: Vec<(listing::Model, bool)>,
) -> Result<Vec<ListingLine>, DbErr> {
    let sellers = reach::sellers_of(db, listings.iter().map(|(listing, _)| listing.seller_id)).await?;
    Ok(listings
        .into_iter()
        .map(|(listing, withdrawn)| ListingLine {
            seller: sellers.get(&listing.seller_id).cloned(),
            listing,
            withdrawn,
        })
        .collect())
}

async fn stall_lines(db: &impl ConnectionTrait, ids: Vec<entity::ids::StallId>) -> Result<Vec<StallLine>, DbErr> {
    let stalls = stall::Entity::find()
        .filter(stall::Column::Id.is_in(ids.into_iter().take(NAMED)))
        .order_by_asc(stall::Column::Id)
        .all(db)
        .await?;
    let markets: HashMap<_, _> = market::Entity::find()
        .filter(market::Column::Id.is_in(stalls.iter().map(|row| row.market_id)))
        .all(db)
        .await?
        .into_iter()
        .map(|row| (row.id, row))
        .collect();
    Ok(stalls
        .into_iter()
        .filter_map(|stall| {
            Some(StallLine {
                market: markets.get(&stall.market_id)?.clone(),
                stall,
            })
        })
        .collect())
}

/// A drill and the batch it was tried with.
pub type Drilled = (drill::Model, Option<batch::Model>);

/// Drills, newest first; one more than fits.
pub async fn drills(db: &impl ConnectionTrait, paging: Paging) -> Result<Vec<Drilled>, DbErr> {
    let mut query = drill::Entity::find()
        .order_by_desc(drill::Column::Id)
        .limit(paging.limit + 1);
    if let Some(before) = paging.after {
        query = query.filter(Condition::all().add(drill::Column::Id.lt(RecallDrillId(before))));
    }
    let rows = query.all(db).await?;
    let batches: HashMap<_, _> = batch::Entity::find()
        .filter(batch::Column::Id.is_in(rows.iter().map(|row| row.batch_id)))
        .all(db)
        .await?
        .into_iter()
        .map(|row| (row.id, row))
        .collect();
    Ok(rows
        .into_iter()
        .map(|row| {
            let batch = batches.get(&row.batch_id).cloned();
            (row, batch)
        })
        .collect())
}
