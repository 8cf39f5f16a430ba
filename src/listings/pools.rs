//! What comes into a pool, and what leaves it otherwise than by being sold. Every move leaves a row that says why.

use entity::{
    Quantity, Thousandths, Unit as Measure,
    catalogue::product,
    ids::{BatchId, PoolId, StockMoveId},
    listings::{pool, pool_lot, stock_move},
    trace::batch,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
    sea_query::{Expr, ExprTrait},
};

use super::{ListingsError, offer::Pack, used_up::take_used};
use crate::{
    db::{Unit, is_duplicate},
    http::input::Wrong,
};

/// Why stock moved, as the table says it.
pub(super) const LISTED: &str = "listed";
pub(super) const RECEIVED: &str = "received";
pub(super) const CORRECTED: &str = "corrected";
pub(super) const SOLD: &str = "sold";
pub(super) const RETURNED: &str = "returned";

/// A move of stock, and why.
#[derive(Clone, Copy, Debug)]
pub(super) struct Why<'w> {
    pub reason: &'static str,
    /// The seller's own words.
    pub note: Option<&'w str>,
}

impl Why<'_> {
    pub const fn plain(reason: &'static str) -> Self {
        Self { reason, note: None }
    }
}

/// A new pool that holds `quantity` of no particular lot.
pub(super) async fn loose(
    unit: &mut Unit,
    product: &product::Model,
    pack: Pack,
    quantity: Quantity,
) -> Result<pool::Model, ListingsError> {
    // A product sold by weight keeps its own unit, and packs are kept as what they hold; what is neither is its own kind
    // of stock.
    let kept = pack
        .convert(quantity, product.unit)
        .or_else(|| pack.convert(quantity, pack.contains?.unit))
        .unwrap_or(quantity);
    let pool = open(unit, product, kept.unit).await?;
    receive(unit, pool.id, None, kept.amount, Why::plain(LISTED)).await?;
    Ok(pool)
}

/// The pool that `lots` lie in, or `into` where one is given; those that lie in none yet go there now, with all they hold.
pub(super) async fn of_lots(
    unit: &mut Unit,
    product: &product::Model,
    lots: &[BatchId],
    into: Option<pool::Model>,
) -> Result<pool::Model, ListingsError> {
    let found = batch::Entity::find()
        .filter(batch::Column::Id.is_in(lots.iter().copied()))
        .all(&*unit)
        .await?;
    let mut wrong = Wrong::default();
    for (place, id) in lots.iter().enumerate() {
        if !found
            .iter()
            .any(|batch| batch.id == *id && batch.product_id == product.id)
        {
            wrong.note(format!("/lots/{place}"), "wrong-no-such-batch");
        }
    }
    wrong.result()?;
    let apart = || ListingsError::from(Wrong::one("/lots", "wrong-lots-apart"));
    let placed = pool_lot::Entity::find()
        .filter(pool_lot::Column::BatchId.is_in(lots.iter().copied()))
        .order_by_asc(pool_lot::Column::PoolId)
        .all(&*unit)
        .await?;
    let known = into
        .as_ref()
        .map(|pool| pool.id)
        .or_else(|| placed.first().map(|row| row.pool_id));
    if placed.iter().any(|row| Some(row.pool_id) != known) {
        return Err(apart());
    }
    let pool = match (into, known) {
        (Some(pool), _) => pool,
        (None, Some(id)) => pool::Entity::find_by_id(id).one(&*unit).await?.ok_or_else(apart)?,
        (None, None) => open(unit, product, product.unit).await?,
    };
    for (place, lot) in lots.iter().enumerate() {
        if placed.iter().any(|row| row.batch_id == *lot) {
            continue;
        }
        let Some(batch) = found.iter().find(|batch| batch.id == *lot) else {
            continue;
        };
        let held = Quantity::new(batch.quantity, batch.unit)
            .convert(pool.unit)
            .ok_or_else(|| Wrong::one(format!("/lots/{place}"), "wrong-unit-mismatch"))?;
        let row = pool_lot::ActiveModel {
            pool_id: Set(pool.id),
            batch_id: Set(*lot),
            received: Set(Thousandths::ZERO),
            issued: Set(Thousandths::ZERO),
            held: Set(Thousandths::ZERO),
        };
        match pool_lot::Entity::insert(row).exec_without_returning(&*unit).await {
            Ok(_) => {}
            // Somebody else put it into a pool at the same moment: a lot lies in one.
            Err(error) if is_duplicate(&error) => return Err(apart()),
            Err(error) => return Err(error.into()),
        }
        receive(unit, pool.id, Some(*lot), held.amount, Why::plain(LISTED)).await?;
        // What was made of it before it came here is not there to be sold.
        take_used(unit, *lot).await?;
    }
    Ok(pool)
}

async fn open(unit: &Unit, product: &product::Model, kept_in: Measure) -> Result<pool::Model, DbErr> {
    let made = pool::Model {
        id: unit.id::<PoolId>(),
        seller_id: product.seller_id,
        product_id: product.id,
        unit: kept_in,
        received: Thousandths::ZERO,
        issued: Thousandths::ZERO,
        held: Thousandths::ZERO,
    };
    let row = pool::ActiveModel {
        id: Set(made.id),
        seller_id: Set(made.seller_id),
        product_id: Set(made.product_id),
        unit: Set(made.unit),
        received: Set(made.received),
        issued: Set(made.issued),
        held: Set(made.held),
    };
    pool::Entity::insert(row).exec_without_returning(unit).await?;
    Ok(made)
}

/// The pool `id`, which nobody else moves until this unit ends.
pub(super) async fn locked(unit: &Unit, id: PoolId) -> Result<Option<pool::Model>, DbErr> {
    pool::Entity::update_many()
        .col_expr(pool::Column::Received, Expr::col(pool::Column::Received).add(0_i64))
        .filter(pool::Column::Id.eq(id))
        .exec(unit)
        .await?;
    pool::Entity::find_by_id(id).one(unit).await
}

/// Adds to a pool, and to its lot where there is one.
pub(super) async fn receive(
    unit: &Unit,
    pool: PoolId,
    lot: Option<BatchId>,
    amount: Thousandths,
    why: Why<'_>,
) -> Result<stock_move::Model, DbErr> {
    pool::Entity::update_many()
        .col_expr(pool::Column::Received, Expr::col(pool::Column::Received).add(amount.0))
        .filter(pool::Column::Id.eq(pool))
        .exec(unit)
        .await?;
    if let Some(lot) = lot {
        pool_lot::Entity::update_many()
            .col_expr(
                pool_lot::Column::Received,
                Expr::col(pool_lot::Column::Received).add(amount.0),
            )
            .filter(pool_lot::Column::PoolId.eq(pool))
            .filter(pool_lot::Column::BatchId.eq(lot))
            .exec(unit)
            .await?;
    }
    note_move(unit, pool, lot, amount, why).await
}

/// Makes `wanted` what may be sold of a pool's lot, or of its stock of no lot; the caller has locked the pool. What is
/// promised to buyers stays promised. `None` when it was so already.
pub(super) async fn set_left(
    unit: &Unit,
    pool: &pool::Model,
    lot: Option<BatchId>,
    wanted: Thousandths,
    why: Why<'_>,
) -> Result<Option<stock_move::Model>, ListingsError> {
    let delta = wanted.0 - left(unit, pool, lot).await?.ok_or(ListingsError::NoSuchLot)?.0;
    if delta == 0 {
        return Ok(None);
    }
    if delta > 0 {
        return Ok(Some(receive(unit, pool.id, lot, Thousandths(delta), why).await?));
    }
    let taken = pool::Entity::update_many()
        .col_expr(pool::Column::Issued, Expr::col(pool::Column::Issued).add(-delta))
        .filter(pool::Column::Id.eq(pool.id))
        .filter(
            Expr::col(pool::Column::Received)
                .sub(Expr::col(pool::Column::Issued))
                .sub(Expr::col(pool::Column::Held))
                .gte(-delta),
        )
        .exec(unit)
        .await?;
    let mut rows = taken.rows_affected;
    if let Some(lot) = lot {
        let taken = pool_lot::Entity::update_many()
            .col_expr(
                pool_lot::Column::Issued,
                Expr::col(pool_lot::Column::Issued).add(-delta),
            )
            .filter(pool_lot::Column::PoolId.eq(pool.id))
            .filter(pool_lot::Column::BatchId.eq(lot))
            .filter(
                Expr::col(pool_lot::Column::Received)
                    .sub(Expr::col(pool_lot::Column::Issued))
                    .sub(Expr::col(pool_lot::Column::Held))
                    .gte(-delta),
            )
            .exec(unit)
            .await?;
        rows = std::cmp::min(rows, taken.rows_affected);
    }
    if rows != 1 {
        return Err(ListingsError::NotEnough);
    }
    Ok(Some(note_move(unit, pool.id, lot, Thousandths(delta), why).await?))
}

/// What may be sold of a pool's lot, or of its stock of no lot; `None` when the lot lies elsewhere.
pub(super) async fn left(unit: &Unit, pool: &pool::Model, lot: Option<BatchId>) -> Result<Option<Thousandths>, DbErr> {
    let lots = pool_lot::Entity::find()
        .filter(pool_lot::Column::PoolId.eq(pool.id))
        .all(unit)
        .await?;
    Ok(if let Some(lot) = lot {
        lots.iter().find(|row| row.batch_id == lot).map(pool_lot::Model::left)
    } else {
        let in_lots: i64 = lots.iter().map(|row| row.left().0).sum();
        Some(Thousandths(pool.left().0 - in_lots))
    })
}

/// Writes down why a pool's stock changed.
pub(super) async fn note_move(
    unit: &Unit,
    pool: PoolId,
    lot: Option<BatchId>,
    delta: Thousandths,
    why: Why<'_>,
) -> Result<stock_move::Model, DbErr> {
    let made = stock_move::Model {
        id: unit.id::<StockMoveId>(),
        pool_id: pool,
        batch_id: lot,
        delta,
        reason: why.reason.to_owned(),
        note: why.note.map(ToOwned::to_owned),
        recorded_at: unit.now(),
        recorded_by: unit.actor().person(),
    };
    let row = stock_move::ActiveModel {
        id: Set(made.id),
        pool_id: Set(made.pool_id),
        batch_id: Set(made.batch_id),
        delta: Set(made.delta),
        reason: Set(made.reason.clone()),
        note: Set(made.note.clone()),
        recorded_at: Set(made.recorded_at),
        recorded_by: Set(made.recorded_by),
    };
    stock_move::Entity::insert(row).exec_without_returning(unit).await?;
    Ok(made)
}
