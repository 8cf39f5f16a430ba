//! Goods that somebody bought come back and go on sale again.

use entity::{
    Thousandths,
    listings::stock_hold::{self, State},
};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::{
    hold::tell_pool,
    pools::{RETURNED, Why, receive},
};
use crate::db::Unit;

/// Puts `part` of `whole`, which is what `holder` was given, back into the pools it came from, what has to be eaten last
/// first; `before` of it was put back earlier. What came of no pool goes into none.
pub async fn put_back(
    unit: &mut Unit,
    holder: Uuid,
    before: Thousandths,
    part: Thousandths,
    whole: Thousandths,
) -> Result<(), DbErr> {
    let rows = stock_hold::Entity::find()
        .filter(stock_hold::Column::HolderId.eq(holder))
        .filter(stock_hold::Column::State.eq(State::Issued))
        .filter(stock_hold::Column::PoolId.is_not_null())
        .order_by_desc(stock_hold::Column::Id)
        .all(&*unit)
        .await?;
    let given: i128 = rows.iter().map(|row| i128::from(row.amount.0)).sum();
    let up_to = |part: i64| {
        let share = given * i128::from(part) / i128::from(whole.0.max(1));
        i64::try_from(share.min(given)).unwrap_or(0)
    };
    let mut passed = up_to(before.0);
    let mut back = up_to(before.0 + part.0) - passed;
    let mut pools = Vec::new();
    for row in rows {
        let Some(pool) = row.pool_id else { continue };
        let there = row.amount.0.min(passed);
        passed -= there;
        let amount = (row.amount.0 - there).min(back);
        if amount == 0 {
            continue;
        }
        back -= amount;
        receive(unit, pool, row.batch_id, Thousandths(amount), Why::plain(RETURNED)).await?;
        pools.push(pool);
    }
    pools.sort();
    pools.dedup();
    for pool in pools {
        tell_pool(unit, pool).await?;
    }
    Ok(())
}
