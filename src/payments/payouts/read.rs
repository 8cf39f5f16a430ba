//! Payouts, for those who are paid and those who pay. Nothing here writes.

use std::collections::HashMap;

use entity::{
    catalogue::seller,
    ids::{PayoutId, SellerId},
    payments::{
        account,
        payout::{self, State},
        payout_line,
    },
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

pub use super::make::claimable;
use crate::http::list::Paging;

/// A payout with what is around it.
#[derive(Clone, Debug)]
pub struct PayoutView {
    pub payout: payout::Model,
    pub seller: seller::Model,
    pub account: account::Model,
}

/// Payouts, newest first, one more than fits. `own`: only those of these sellers.
pub async fn page(
    db: &impl ConnectionTrait,
    own: Option<&[SellerId]>,
    state: Option<State>,
    paging: Paging,
) -> Result<Vec<PayoutView>, DbErr> {
    let mut query = payout::Entity::find()
        .order_by_desc(payout::Column::Id)
        .limit(paging.limit + 1);
    if let Some(own) = own {
        query = query.filter(payout::Column::SellerId.is_in(own.iter().copied()));
    }
    if let Some(state) = state {
        query = query.filter(payout::Column::State.eq(state));
    }
    if let Some(after) = paging.after {
        query = query.filter(payout::Column::Id.lt(PayoutId(after)));
    }
    views(db, query.all(db).await?).await
}

/// The payout with this id.
pub async fn one(db: &impl ConnectionTrait, id: PayoutId) -> Result<Option<PayoutView>, DbErr> {
    let row = payout::Entity::find_by_id(id).one(db).await?;
    Ok(views(db, row.into_iter().collect()).await?.pop())
}

/// What a payout pays, oldest first. A failed one pays nothing.
pub async fn lines(db: &impl ConnectionTrait, id: PayoutId) -> Result<Vec<payout_line::Model>, DbErr> {
    payout_line::Entity::find()
        .filter(payout_line::Column::PayoutId.eq(id))
        .order_by_asc(payout_line::Column::Id)
        .all(db)
        .await
}

/// Those that the bank has not been told of yet, oldest first.
pub async fn to_send(db: &impl ConnectionTrait) -> Result<Vec<PayoutView>, DbErr> {
    let rows = payout::Entity::find()
        .filter(payout::Column::State.eq(State::Made))
        .order_by_asc(payout::Column::Id)
        .all(db)
        .await?;
    views(db, rows).await
}

pub(super) async fn views(db: &impl ConnectionTrait, rows: Vec<payout::Model>) -> Result<Vec<PayoutView>, DbErr> {
    let sellers: HashMap<SellerId, seller::Model> = seller::Entity::find()
        .filter(seller::Column::Id.is_in(rows.iter().map(|row| row.seller_id)))
        .all(db)
        .await?
        .into_iter()
        .map(|row| (row.id, row))
        .collect();
    let accounts = account::Entity::find()
        .filter(account::Column::Id.is_in(rows.iter().map(|row| row.account_id)))
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .filter_map(|payout| {
            Some(PayoutView {
                seller: sellers.get(&payout.seller_id)?.clone(),
                account: accounts.iter().find(|account| account.id == payout.account_id)?.clone(),
                payout,
            })
        })
        .collect())
}
