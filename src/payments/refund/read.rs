//! Refunds, for those who owe them and those they belong to. Nothing here writes.

use entity::{
    ids::{PaymentId, RefundId, SellerId},
    payments::refund::{self, Owes, State},
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, prelude::Uuid};

use crate::http::list::Paging;

/// The refunds of some orders, oldest first.
pub async fn of_orders(db: &impl ConnectionTrait, orders: &[Uuid]) -> Result<Vec<refund::Model>, DbErr> {
    refund::Entity::find()
        .filter(refund::Column::OrderId.is_in(orders.iter().copied()))
        .order_by_asc(refund::Column::Id)
        .all(db)
        .await
}

/// The refunds of a payment, oldest first.
pub async fn of_payment(db: &impl ConnectionTrait, payment: PaymentId) -> Result<Vec<refund::Model>, DbErr> {
    refund::Entity::find()
        .filter(refund::Column::PaymentId.eq(payment))
        .order_by_asc(refund::Column::Id)
        .all(db)
        .await
}

/// The refund with this id.
pub async fn one(db: &impl ConnectionTrait, id: RefundId) -> Result<Option<refund::Model>, DbErr> {
    refund::Entity::find_by_id(id).one(db).await
}

/// Refunds, newest first, one more than fits. `owing`: only those that these sellers owe.
pub async fn page(
    db: &impl ConnectionTrait,
    owing: Option<&[SellerId]>,
    state: Option<State>,
    paging: Paging,
) -> Result<Vec<refund::Model>, DbErr> {
    let mut query = refund::Entity::find()
        .order_by_desc(refund::Column::Id)
        .limit(paging.limit + 1);
    if let Some(sellers) = owing {
        query = query
            .filter(refund::Column::SellerId.is_in(sellers.iter().copied()))
            .filter(refund::Column::OwedBy.eq(Owes::Seller));
    }
    if let Some(state) = state {
        query = query.filter(refund::Column::State.eq(state));
    }
    if let Some(after) = paging.after {
        query = query.filter(refund::Column::Id.lt(RefundId(after)));
    }
    query.all(db).await
}
