//! Lots that must not reach anybody: what draws on them and has nothing else leaves the shelves, and may come back.

use entity::{
    frame::change::{Cause, Subject},
    ids::{BatchId, ListingId},
    listings::{
        listing::{self, State},
        pool_lot,
        review::State as ReviewState,
    },
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, sea_query::Expr,
};

use super::{
    ListingsError,
    go_live::enter,
    hold::{lock_listing, tell_pool},
    lifecycle::{self, Event},
    review, stock,
};
use crate::{config::Policy, db::Unit};

/// The listings that draw on `lots`, on sale or not, in the order of their keys.
pub async fn drawing_on(db: &impl ConnectionTrait, lots: &[BatchId]) -> Result<Vec<listing::Model>, DbErr> {
    let pools = pool_lot::Entity::find()
        .select_only()
        .column(pool_lot::Column::PoolId)
        .filter(pool_lot::Column::BatchId.is_in(lots.iter().copied()))
        .into_query();
    listing::Entity::find()
        .filter(listing::Column::PoolId.in_subquery(pools))
        .order_by_asc(listing::Column::Id)
        .all(db)
        .await
}

/// Takes the listing `id` off sale if nothing is left of it that may be sold, and tells whether it did. What is left in
/// lots that are held back does not count.
pub async fn freeze(unit: &mut Unit, id: ListingId) -> Result<bool, DbErr> {
    lock_listing(unit, id).await?;
    let Some(listing) = listing::Entity::find_by_id(id).one(&*unit).await? else {
        return Ok(false);
    };
    if listing.state != State::Live {
        return Ok(false);
    }
    let sellable: Option<Option<i64>> = listing::Entity::find_by_id(id)
        .select_only()
        .expr_as(stock::sellable(unit.now().day()), "sellable")
        .into_tuple()
        .one(&*unit)
        .await?;
    let sellable = entity::Thousandths(sellable.flatten().unwrap_or(0));
    if stock::left(sellable, listing.factor, listing.unit).amount.0 > 0 {
        unit.changed(Subject::Listing, id, Cause::Edited).await?;
        return Ok(false);
    }
    let Ok(state) = lifecycle::next(listing.state, Event::Withdraw) else {
        return Ok(false);
    };
    listing::Entity::update_many()
        .col_expr(listing::Column::State, Expr::value(state))
        .col_expr(listing::Column::UpdatedAt, Expr::value(unit.now()))
        .filter(listing::Column::Id.eq(id))
        .exec(&*unit)
        .await?;
    review::end(unit, id, ReviewState::Withdrawn).await?;
    unit.changed(Subject::Listing, id, Cause::Withdrawn).await?;
    if let Some(pool) = listing.pool_id {
        tell_pool(unit, pool).await?;
    }
    Ok(true)
}

/// Puts the listing `id`, which was on sale before [`freeze`], back on sale, and tells whether it is. One that its seller
/// or an officer did something else with, or whose seller may not sell now, stays as it is.
pub async fn thaw(unit: &mut Unit, policy: Policy, id: ListingId) -> Result<bool, DbErr> {
    lock_listing(unit, id).await?;
    let Some(listing) = listing::Entity::find_by_id(id).one(&*unit).await? else {
        return Ok(false);
    };
    if listing.state != State::Withdrawn {
        return Ok(false);
    }
    match enter(unit, &listing, policy, Event::Publish).await {
        Ok(()) => Ok(true),
        Err(ListingsError::Internal(error)) => Err(error),
        Err(_) => Ok(false),
    }
}
