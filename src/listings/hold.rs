//! Stock somebody has reserved: held, then released or issued.
//!
//! Stock moves by `UPDATE … WHERE enough`, never by reading first and writing then, and the tables' CHECKs stand behind
//! that. The update of the pool is also its lock: which lots the goods come from is settled while nobody else can move
//! them. Pools come before pre-orders and each in the order of their keys, so that two units never wait crosswise.

use std::collections::{BTreeSet, HashMap};

use entity::{
    Day, Lot, Quantity, Thousandths,
    frame::change::{Cause, Subject},
    ids::{BatchId, ListingId, PoolId, StockHoldId},
    listings::{
        listing::{self, StockMode},
        pool, pool_lot,
        stock_hold::{self, State},
    },
    trace::batch,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait, SimpleExpr},
};
use uuid::Uuid;

use super::{
    pools::{SOLD, Why, note_move},
    read, stock,
};
use crate::db::Unit;

/// What one holder wants of one listing.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'l> {
    /// An id of a room above, by which the hold is released or issued.
    pub holder: Uuid,
    pub listing: &'l listing::Model,
    /// In the listing's unit, above zero.
    pub quantity: Thousandths,
}

/// A listing that has less than was wanted of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Short {
    pub holder: Uuid,
    /// What could still be had, in the listing's unit.
    pub left: Quantity,
}

#[derive(Debug, thiserror::Error)]
pub enum HoldError {
    /// In the order in which they were wanted.
    #[error("{} listings have less than was wanted", .0.len())]
    Short(Vec<Short>),
    #[error(transparent)]
    Internal(#[from] DbErr),
}

/// Holds all that is `wanted`, or nothing of it.
///
/// Of a pool, lots come first whose last day is nearest, and stock of no lot last; what lies in lots that are held back
/// is not there. A pre-order is held against its cap. What is made to order is never short and holds nothing.
pub async fn hold(unit: &mut Unit, wanted: &[Wanted<'_>]) -> Result<(), HoldError> {
    let mut in_turn: Vec<_> = wanted.iter().enumerate().collect();
    in_turn.sort_by_key(|(_, want)| (want.listing.pool_id.is_none(), want.listing.pool_id, want.listing.id));
    let mut short = Vec::new();
    let mut moved = Moved::default();
    for (place, want) in in_turn {
        let held = match (want.listing.stock_mode, want.listing.pool_id) {
            (StockMode::Stock, Some(pool)) => {
                moved.pools.insert(pool);
                hold_of_pool(unit, want, pool).await?
            }
            (StockMode::Preorder, _) => {
                moved.preorders.insert(want.listing.id);
                hold_of_cap(unit, want).await?
            }
            // A CHECK keeps a listing of stock from being without a pool.
            (StockMode::OnDemand, _) | (StockMode::Stock, None) => true,
        };
        if !held {
            let nothing = Quantity::new(Thousandths::ZERO, want.listing.unit);
            let left = read::left(&*unit, want.listing, unit.now().day())
                .await?
                .unwrap_or(nothing);
            let holder = want.holder;
            short.push((place, Short { holder, left }));
        }
    }
    if short.is_empty() {
        return Ok(moved.tell(unit).await?);
    }
    let holders: Vec<_> = wanted.iter().map(|want| want.holder).collect();
    release(unit, &holders).await?;
    short.sort_by_key(|(place, _)| *place);
    Err(HoldError::Short(short.into_iter().map(|(_, short)| short).collect()))
}

/// Puts what `holders` still hold back on sale.
pub async fn release(unit: &mut Unit, holders: &[Uuid]) -> Result<(), DbErr> {
    close(unit, holders, State::Released).await?.tell(unit).await
}

/// Takes what `holders` still hold out of the stock: it leaves the seller's hands.
pub async fn issue(unit: &mut Unit, holders: &[Uuid]) -> Result<(), DbErr> {
    // What may be sold stays the same, so there is nothing to tell the public.
    close(unit, holders, State::Issued).await.map(|_| ())
}

/// Keeps the listing `id` from being edited, reviewed or ordered beyond a limit by anybody else until this unit ends.
/// Listings are locked before pools, and several in the order of their keys.
pub async fn lock_listing(unit: &Unit, id: ListingId) -> Result<(), DbErr> {
    listing::Entity::update_many()
        .col_expr(listing::Column::Promised, plus(listing::Column::Promised, 0))
        .filter(listing::Column::Id.eq(id))
        .exec(unit)
        .await
        .map(|_| ())
}

/// Tells of every live listing that draws on `pool`.
pub(super) async fn tell_pool(unit: &mut Unit, pool: PoolId) -> Result<(), DbErr> {
    let moved = Moved {
        pools: BTreeSet::from([pool]),
        ..Moved::default()
    };
    moved.tell(unit).await
}

/// What a unit moved, so that each listing is told of once.
#[derive(Debug, Default)]
struct Moved {
    pools: BTreeSet<PoolId>,
    preorders: BTreeSet<ListingId>,
}

impl Moved {
    /// Appends to the change log every live listing of which more or less may be sold now.
    async fn tell(self, unit: &mut Unit) -> Result<(), DbErr> {
        let mut listings = self.preorders;
        if !self.pools.is_empty() {
            let drawing: Vec<ListingId> = listing::Entity::find()
                .select_only()
                .column(listing::Column::Id)
                .filter(listing::Column::PoolId.is_in(self.pools))
                .filter(listing::Column::State.eq(listing::State::Live))
                .into_tuple()
                .all(&*unit)
                .await?;
            listings.extend(drawing);
        }
        for listing in listings {
            unit.changed(Subject::Listing, listing, Cause::Stock).await?;
        }
        Ok(())
    }
}

/// How much of the pool's unit `quantity` of a listing takes; a part of a thousandth takes a whole one.
fn in_pool(quantity: Thousandths, factor: Thousandths) -> Option<i64> {
    let scaled = i128::from(quantity.0) * i128::from(factor.0);
    i64::try_from((scaled + 999) / 1000).ok()
}

async fn hold_of_pool(unit: &Unit, want: &Wanted<'_>, id: PoolId) -> Result<bool, DbErr> {
    let Some(amount) = in_pool(want.quantity, want.listing.factor) else {
        return Ok(false);
    };
    let enough = Expr::col(pool::Column::Received)
        .sub(Expr::col(pool::Column::Issued))
        .sub(Expr::col(pool::Column::Held))
        .gte(amount);
    let taken = pool::Entity::update_many()
        .col_expr(pool::Column::Held, plus(pool::Column::Held, amount))
        .filter(pool::Column::Id.eq(id))
        .filter(enough)
        .exec(unit)
        .await?;
    if taken.rows_affected == 0 {
        return Ok(false);
    }
    let Some(parts) = allot(unit, id, amount).await? else {
        // Enough in all, but not without lots that are held back.
        pool::Entity::update_many()
            .col_expr(pool::Column::Held, plus(pool::Column::Held, -amount))
            .filter(pool::Column::Id.eq(id))
            .exec(unit)
            .await?;
        return Ok(false);
    };
    for part in &parts {
        if let Some(lot) = part.lot {
            take_of_lot(unit, id, lot, part.amount).await?;
        }
    }
    let rows = parts.into_iter().map(|part| row(unit, want, Some(id), part));
    stock_hold::Entity::insert_many(rows)
        .exec_without_returning(unit)
        .await?;
    Ok(true)
}

async fn hold_of_cap(unit: &Unit, want: &Wanted<'_>) -> Result<bool, DbErr> {
    let amount = want.quantity.0;
    let taken = listing::Entity::update_many()
        .col_expr(listing::Column::Promised, plus(listing::Column::Promised, amount))
        .filter(listing::Column::Id.eq(want.listing.id))
        .filter(plus(listing::Column::Promised, amount).lte(Expr::col(listing::Column::Cap)))
        .exec(unit)
        .await?;
    if taken.rows_affected == 0 {
        return Ok(false);
    }
    let row = row(unit, want, None, Part { lot: None, amount });
    stock_hold::Entity::insert(row).exec_without_returning(unit).await?;
    Ok(true)
}

fn plus(column: impl ColumnTrait, amount: i64) -> SimpleExpr {
    Expr::col(column).add(amount)
}

/// So much of one lot, or of stock of no lot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Part {
    lot: Option<BatchId>,
    amount: i64,
}

fn row(unit: &Unit, want: &Wanted<'_>, pool: Option<PoolId>, part: Part) -> stock_hold::ActiveModel {
    stock_hold::ActiveModel {
        id: Set(unit.id::<StockHoldId>()),
        holder_id: Set(want.holder),
        listing_id: Set(want.listing.id),
        pool_id: Set(pool),
        batch_id: Set(part.lot),
        amount: Set(Thousandths(part.amount)),
        state: Set(State::Held),
        created_at: Set(unit.now()),
        closed_at: Set(None),
    }
}

/// A lot of a pool and what is left of it.
#[derive(Clone, Copy, Debug, FromQueryResult)]
struct LotLeft {
    batch_id: BatchId,
    available: i64,
    /// 1: it may not be sold now.
    held_back: i64,
}

/// Where `amount`, which the pool has just been charged with, comes from; `None` when lots that may be sold and stock of
/// no lot are less than that.
async fn allot(unit: &Unit, id: PoolId, amount: i64) -> Result<Option<Vec<Part>>, DbErr> {
    let Some(pool) = pool::Entity::find_by_id(id).one(unit).await? else {
        return Ok(None);
    };
    let lots = lots(unit, id, unit.now().day()).await?;
    let in_lots: i64 = lots.iter().map(|lot| lot.available).sum();
    let loose = pool.left().0 + amount - in_lots;
    let parts = share_out(&lots, loose, amount);
    Ok(parts)
}

/// The lots of a pool, the nearest last day first; those that keep for ever last.
async fn lots(unit: &Unit, id: PoolId, today: Day) -> Result<Vec<LotLeft>, DbErr> {
    let of_batch = pool_lot::Entity::belongs_to(batch::Entity)
        .from(pool_lot::Column::BatchId)
        .to(batch::Column::Id)
        .into();
    let held_back = format!(
        "cast(case when {} then 1 else 0 end as bigint)",
        stock::held_back("batch", today)
    );
    pool_lot::Entity::find()
        .select_only()
        .column(pool_lot::Column::BatchId)
        .expr_as(
            Expr::cust("stock_pool_lot.received - stock_pool_lot.issued - stock_pool_lot.held"),
            "available",
        )
        .expr_as(Expr::cust(held_back), "held_back")
        .join(JoinType::InnerJoin, of_batch)
        .filter(pool_lot::Column::PoolId.eq(id))
        // The databases disagree on where nulls stand.
        .order_by_asc(Expr::cust("coalesce(batch.expires_on, '9999-12-31')"))
        .order_by_asc(batch::Column::HarvestedOn)
        .order_by_asc(pool_lot::Column::BatchId)
        .into_model::<LotLeft>()
        .all(unit)
        .await
}

/// Takes `amount` of `lots` in their order, and of `loose` stock what they do not have (pure).
fn share_out(lots: &[LotLeft], loose: i64, amount: i64) -> Option<Vec<Part>> {
    let mut missing = amount;
    let mut parts = Vec::new();
    for lot in lots.iter().filter(|lot| lot.held_back == 0 && lot.available > 0) {
        let take = std::cmp::min(missing, lot.available);
        if take > 0 {
            parts.push(Part {
                lot: Some(lot.batch_id),
                amount: take,
            });
            missing -= take;
        }
    }
    if missing > 0 && missing <= loose {
        parts.push(Part {
            lot: None,
            amount: missing,
        });
        missing = 0;
    }
    (missing == 0).then_some(parts)
}

async fn take_of_lot(unit: &Unit, pool: PoolId, lot: BatchId, amount: i64) -> Result<(), DbErr> {
    let enough = Expr::col(pool_lot::Column::Received)
        .sub(Expr::col(pool_lot::Column::Issued))
        .sub(Expr::col(pool_lot::Column::Held))
        .gte(amount);
    let taken = pool_lot::Entity::update_many()
        .col_expr(pool_lot::Column::Held, plus(pool_lot::Column::Held, amount))
        .filter(pool_lot::Column::PoolId.eq(pool))
        .filter(pool_lot::Column::BatchId.eq(lot))
        .filter(enough)
        .exec(unit)
        .await?;
    // Nobody moves a lot without its pool, and that is ours until the unit ends.
    if taken.rows_affected == 1 {
        Ok(())
    } else {
        Err(DbErr::RecordNotUpdated)
    }
}

/// Closes what `holders` hold, each row once whoever else tries it.
async fn close(unit: &Unit, holders: &[Uuid], to: State) -> Result<Moved, DbErr> {
    let mut rows = stock_hold::Entity::find()
        .filter(stock_hold::Column::HolderId.is_in(holders.iter().copied()))
        .filter(stock_hold::Column::State.eq(State::Held))
        .all(unit)
        .await?;
    rows.sort_by_key(|row| (row.pool_id.is_none(), row.pool_id, row.listing_id, row.id));
    let mut moved = Moved::default();
    for row in rows {
        let closed = stock_hold::Entity::update_many()
            .col_expr(stock_hold::Column::State, Expr::value(to))
            .col_expr(stock_hold::Column::ClosedAt, Expr::value(unit.now()))
            .filter(stock_hold::Column::Id.eq(row.id))
            .filter(stock_hold::Column::State.eq(State::Held))
            .exec(unit)
            .await?;
        if closed.rows_affected == 0 {
            continue;
        }
        match row.pool_id {
            Some(pool) => {
                leave_pool(unit, pool, &row, to).await?;
                moved.pools.insert(pool);
            }
            None if to == State::Released => {
                listing::Entity::update_many()
                    .col_expr(
                        listing::Column::Promised,
                        plus(listing::Column::Promised, -row.amount.0),
                    )
                    .filter(listing::Column::Id.eq(row.listing_id))
                    .exec(unit)
                    .await?;
                moved.preorders.insert(row.listing_id);
            }
            // What was harvested for somebody still counts against the cap.
            None => {}
        }
    }
    Ok(moved)
}

async fn leave_pool(unit: &Unit, pool: PoolId, row: &stock_hold::Model, to: State) -> Result<(), DbErr> {
    let (amount, issued) = (row.amount.0, if to == State::Issued { row.amount.0 } else { 0 });
    pool::Entity::update_many()
        .col_expr(pool::Column::Held, plus(pool::Column::Held, -amount))
        .col_expr(pool::Column::Issued, plus(pool::Column::Issued, issued))
        .filter(pool::Column::Id.eq(pool))
        .exec(unit)
        .await?;
    if let Some(lot) = row.batch_id {
        pool_lot::Entity::update_many()
            .col_expr(pool_lot::Column::Held, plus(pool_lot::Column::Held, -amount))
            .col_expr(pool_lot::Column::Issued, plus(pool_lot::Column::Issued, issued))
            .filter(pool_lot::Column::PoolId.eq(pool))
            .filter(pool_lot::Column::BatchId.eq(lot))
            .exec(unit)
            .await?;
    }
    if issued > 0 {
        note_move(unit, pool, row.batch_id, Thousandths(-issued), Why::plain(SOLD)).await?;
    }
    Ok(())
}

/// A lot that somebody's goods come from.
#[derive(Clone, Debug, FromQueryResult)]
pub struct HeldLot {
    holder_id: Uuid,
    pub batch_id: BatchId,
    pub lot: Lot,
    /// In the pool's unit.
    pub amount: Thousandths,
    pub unit: entity::Unit,
}

/// The lots that the goods of each of `holders` come from, released ones left out.
pub async fn lots_of(db: &impl ConnectionTrait, holders: &[Uuid]) -> Result<HashMap<Uuid, Vec<HeldLot>>, DbErr> {
    let of_batch = stock_hold::Entity::belongs_to(batch::Entity)
        .from(stock_hold::Column::BatchId)
        .to(batch::Column::Id)
        .into();
    let of_pool = stock_hold::Entity::belongs_to(pool::Entity)
        .from(stock_hold::Column::PoolId)
        .to(pool::Column::Id)
        .into();
    let rows = stock_hold::Entity::find()
        .select_only()
        .columns([
            stock_hold::Column::HolderId,
            stock_hold::Column::BatchId,
            stock_hold::Column::Amount,
        ])
        .column(batch::Column::Lot)
        .column(pool::Column::Unit)
        .join(JoinType::InnerJoin, of_batch)
        .join(JoinType::InnerJoin, of_pool)
        .filter(stock_hold::Column::HolderId.is_in(holders.iter().copied()))
        .filter(stock_hold::Column::State.ne(State::Released))
        .order_by_asc(stock_hold::Column::Id)
        .into_model::<HeldLot>()
        .all(db)
        .await?;
    let mut lots: HashMap<Uuid, Vec<HeldLot>> = HashMap::new();
    for row in rows {
        lots.entry(row.holder_id).or_default().push(row);
    }
    Ok(lots)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lot(number: u128, available: i64, held_back: bool) -> LotLeft {
        LotLeft {
            batch_id: BatchId(Uuid::from_u128(number)),
            available,
            held_back: i64::from(held_back),
        }
    }

    fn taken(lots: &[LotLeft], loose: i64, amount: i64) -> Option<Vec<(u128, i64)>> {
        let parts = share_out(lots, loose, amount)?;
        Some(
            parts
                .iter()
                .map(|part| (part.lot.map_or(0, |lot| lot.0.as_u128()), part.amount))
                .collect(),
        )
    }

    #[test]
    fn lots_are_taken_in_turn_and_loose_stock_last() {
        let lots = [lot(1, 2, false), lot(2, 5, true), lot(3, 0, false), lot(4, 3, false)];
        assert_eq!(taken(&lots, 4, 1), Some(vec![(1, 1)]));
        assert_eq!(taken(&lots, 4, 5), Some(vec![(1, 2), (4, 3)]));
        assert_eq!(taken(&lots, 4, 9), Some(vec![(1, 2), (4, 3), (0, 4)]));
        assert_eq!(taken(&lots, 4, 10), None, "a lot that is held back is not there");
        assert_eq!(taken(&[], -1, 1), None);
    }

    #[test]
    fn a_part_of_a_thousandth_takes_a_whole_one() {
        assert_eq!(in_pool(Thousandths(1500), Thousandths(1000)), Some(1500));
        assert_eq!(in_pool(Thousandths(1), Thousandths(1)), Some(1));
        assert_eq!(in_pool(Thousandths(2000), Thousandths(5000)), Some(10_000));
        assert_eq!(in_pool(Thousandths::MAX, Thousandths::MAX), None);
    }
}
