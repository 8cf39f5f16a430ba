//! An order goes on: confirmed, packed, shipped, delivered.

use entity::{
    ids::OrderId,
    orders::{line, order},
    payments::payment,
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, sea_query::Expr};
use uuid::Uuid;

use super::{
    OrdersError,
    lifecycle::{self, Event, Money, Standing},
    read::standing,
};
use crate::{db::Unit, listings::hold};

/// Lets `event` happen to the order `id`. What has happened already happens no second time and is no mistake.
pub async fn advance(unit: &mut Unit, id: OrderId, event: Event) -> Result<(), OrdersError> {
    let order = find(unit, id).await?;
    let payment = match order.payment_id {
        Some(id) => payment::Entity::find_by_id(id).one(&*unit).await?,
        None => None,
    };
    let after = lifecycle::next(standing(&order), event, order.delivery, Money::of(payment.as_ref()))?;
    if !move_on(unit, &order, after).await? {
        return Ok(());
    }
    if lifecycle::leaves(order.fulfilment, after.fulfilment) {
        let holders = holders(unit, &[id]).await?;
        hold::issue(unit, &holders).await?;
    }
    Ok(())
}

pub(super) async fn find(unit: &Unit, id: OrderId) -> Result<order::Model, OrdersError> {
    order::Entity::find_by_id(id)
        .one(unit)
        .await?
        .ok_or(OrdersError::NoSuchOrder)
}

/// Moves an order from where it was read to `after`, and tells whether it moved. Somebody who moved it in between is
/// not overwritten.
pub(super) async fn move_on(unit: &Unit, order: &order::Model, after: Standing) -> Result<bool, OrdersError> {
    if standing(order) == after {
        return Ok(false);
    }
    let moved = order::Entity::update_many()
        .col_expr(order::Column::State, Expr::value(after.state))
        .col_expr(order::Column::Fulfilment, Expr::value(after.fulfilment))
        .col_expr(order::Column::UpdatedAt, Expr::value(unit.now()))
        .filter(order::Column::Id.eq(order.id))
        .filter(order::Column::State.eq(order.state))
        .filter(order::Column::Fulfilment.eq(order.fulfilment))
        .exec(unit)
        .await?;
    if moved.rows_affected == 0 {
        return Err(OrdersError::Overtaken);
    }
    Ok(true)
}

/// By which the goods of `orders` are held.
pub(super) async fn holders(db: &impl ConnectionTrait, orders: &[OrderId]) -> Result<Vec<Uuid>, DbErr> {
    let lines = line::Entity::find()
        .filter(line::Column::OrderId.is_in(orders.iter().copied()))
        .all(db)
        .await?;
    Ok(lines.into_iter().map(|line| line.id.0).collect())
}
