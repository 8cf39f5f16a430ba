//! What was made of a lot is no longer there to be sold, and no more of a lot is sold than was made of it. Where that has
//! happened all the same (stock was entered by hand, or the goods were mixed into something else after they were promised),
//! the lot is held, with the numbers, until an officer looks.

use std::{collections::HashSet, sync::Arc, time::Duration};

use entity::{
    Quantity, Thousandths,
    ids::BatchId,
    listings::{pool, pool_lot, stock_hold, stock_hold::State, stock_move},
    trace::{batch, batch_hold::Reason, batch_input},
};
use sea_orm::{
    ColumnTrait, DbErr, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect, RelationDef, sea_query::Expr,
};

use super::{
    ListingsError,
    hold::tell_pool,
    pools::{self, CORRECTED, Why},
};
use crate::{
    app::App,
    db::{Actor, Unit},
    jobs::{Handler, Outbox, Recurring},
    trace::{self, mass_balance},
};

/// Lots looked at in one go.
const AT_ONCE: u64 = 200;

/// Lets this room take what trace leaves: lots that others were made of.
#[must_use]
pub fn listens(outbox: Outbox) -> Outbox {
    let take: Handler = Arc::new(|app, payload| {
        Box::pin(async move {
            let id: BatchId = payload.parse().map_err(|_| "no batch's id".to_owned())?;
            app.write(Actor::System, move |unit| {
                Box::pin(async move { take_used(unit, id).await })
            })
            .await
            .map_err(|error: ListingsError| error.to_string())
        })
    });
    outbox.on(trace::USED, take)
}

/// Takes out of the pool that `lot` lies in, if it lies in one, what was made of it and is there still. Each use is taken
/// once, however often this is called.
pub(super) async fn take_used(unit: &mut Unit, lot: BatchId) -> Result<(), ListingsError> {
    let placed = pool_lot::Entity::find()
        .filter(pool_lot::Column::BatchId.eq(lot))
        .one(&*unit)
        .await?;
    let Some(placed) = placed else {
        return Ok(());
    };
    let Some(pool) = pools::locked(unit, placed.pool_id).await? else {
        return Ok(());
    };
    let known: HashSet<String> = stock_move::Entity::find()
        .filter(stock_move::Column::PoolId.eq(pool.id))
        .filter(stock_move::Column::BatchId.eq(lot))
        .filter(stock_move::Column::Note.is_not_null())
        .all(&*unit)
        .await?
        .into_iter()
        .filter_map(|row| row.note)
        .collect();
    let uses = batch_input::Entity::find()
        .filter(batch_input::Column::InputId.eq(lot))
        .order_by_asc(batch_input::Column::BatchId)
        .all(&*unit)
        .await?;
    let made = batch::Entity::find()
        .filter(batch::Column::Id.is_in(uses.iter().map(|used| used.batch_id)))
        .all(&*unit)
        .await?;
    let mut moved = false;
    for used in uses {
        let Some(made) = made.iter().find(|made| made.id == used.batch_id) else {
            continue;
        };
        let note = format!("Dùng làm lô {} ({})", made.lot, made.gtin);
        if known.contains(&note) {
            continue;
        }
        let quantity = Quantity::new(used.quantity, used.unit);
        let taken = mass_balance::sum([quantity], pool.unit).amount;
        let left = pools::left(unit, &pool, Some(lot)).await?.unwrap_or(Thousandths::ZERO);
        let wanted = Thousandths((left.0 - taken.0).max(0));
        let why = Why {
            reason: CORRECTED,
            note: Some(&note),
        };
        moved |= pools::set_left(unit, &pool, Some(lot), wanted, why).await?.is_some();
    }
    if moved {
        tell_pool(unit, pool.id).await?;
    }
    hold_if_over(unit, lot).await?;
    Ok(())
}

/// Holds `lot` when more of it was sold, promised or used than was made.
async fn hold_if_over(unit: &mut Unit, lot: BatchId) -> Result<(), DbErr> {
    let Some(made) = batch::Entity::find_by_id(lot).one(&*unit).await? else {
        return Ok(());
    };
    let placed = pool_lot::Entity::find()
        .filter(pool_lot::Column::BatchId.eq(lot))
        .one(&*unit)
        .await?;
    let Some(pool) = (match placed {
        Some(placed) => pool::Entity::find_by_id(placed.pool_id).one(&*unit).await?,
        None => None,
    }) else {
        return Ok(());
    };
    let promised: Vec<Thousandths> = stock_hold::Entity::find()
        .select_only()
        .column(stock_hold::Column::Amount)
        .filter(stock_hold::Column::PoolId.eq(pool.id))
        .filter(stock_hold::Column::BatchId.eq(lot))
        .filter(stock_hold::Column::State.is_in([State::Held, State::Issued]))
        .into_tuple()
        .all(&*unit)
        .await?;
    if promised.is_empty() {
        // Nothing was sold: whether more was used than there was is for what was made of it.
        return Ok(());
    }
    let sold = promised.iter().map(|amount| Quantity::new(*amount, pool.unit));
    let used = trace::used_of(&*unit, &made).await?;
    let gone = mass_balance::sum(sold.chain([used]), made.unit);
    if let Some(hold) = mass_balance::more_sold(made.lot.as_str(), Quantity::new(made.quantity, made.unit), gone) {
        trace::put_hold(unit, lot, hold).await?;
    }
    Ok(())
}

/// Looks through the lots into which more was received than was made of them.
#[must_use]
pub fn duty() -> Recurring {
    Recurring {
        name: "listings.over-sold",
        every: Duration::from_mins(1),
        run: Arc::new(|app| Box::pin(async move { look(&app).await.map(|_| ()).map_err(|error| error.to_string()) })),
    }
}

/// Holds what is oversold, and returns how many lots were looked at. Only a lot that received more than was made of it can
/// be: nobody sells what is not in a pool.
pub async fn look(app: &App) -> Result<usize, DbErr> {
    let db = app.db().read();
    let of_batch = || -> RelationDef {
        pool_lot::Entity::belongs_to(batch::Entity)
            .from(pool_lot::Column::BatchId)
            .to(batch::Column::Id)
            .into()
    };
    let of_pool = || -> RelationDef {
        pool_lot::Entity::belongs_to(pool::Entity)
            .from(pool_lot::Column::PoolId)
            .to(pool::Column::Id)
            .into()
    };
    let mut looked = 0;
    let mut after: Option<BatchId> = None;
    loop {
        let mut query = pool_lot::Entity::find()
            .select_only()
            .column(pool_lot::Column::BatchId)
            .join(JoinType::InnerJoin, of_batch())
            .join(JoinType::InnerJoin, of_pool())
            .filter(Expr::cust(
                "(stock_pool.unit <> batch.unit or stock_pool_lot.received > batch.quantity) \
                 and stock_pool_lot.issued + stock_pool_lot.held > 0",
            ))
            .filter(Expr::cust(format!(
                "not exists (select 1 from batch_hold h where h.batch_id = batch.id and h.reason = '{}')",
                Reason::OverSold.code()
            )))
            .order_by_asc(pool_lot::Column::BatchId)
            .limit(AT_ONCE);
        if let Some(after) = after {
            query = query.filter(pool_lot::Column::BatchId.gt(after));
        }
        let due: Vec<BatchId> = query.into_tuple().all(db).await?;
        let Some(last) = due.last() else {
            return Ok(looked);
        };
        after = Some(*last);
        looked += app
            .write_each(&due, |unit, lot| Box::pin(hold_if_over(unit, lot)))
            .await?;
    }
}
