//! What an order takes beside goods: store credit, and room at a farm's time.

use entity::{
    Dong,
    orders::{
        collection,
        order::{self, Delivery},
    },
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};

use super::{OrdersError, credit, delivery::book};
use crate::db::Unit;

/// An order is given up: its store credit goes back to whom it belonged, and its time at the farm to whoever comes next.
/// What is let go already is let go no second time.
pub async fn let_go(unit: &mut Unit, order: &order::Model) -> Result<(), OrdersError> {
    if order.delivery == Delivery::Farm {
        let freed = collection::Entity::update_many()
            .col_expr(collection::Column::Booked, Expr::value(false))
            .filter(collection::Column::OrderId.eq(order.id))
            .filter(collection::Column::Booked.eq(true))
            .exec(&*unit)
            .await?;
        if freed.rows_affected > 0
            && let Some((time, day)) = time_of(unit, order).await?
        {
            book::free(unit, time, day).await?;
        }
    }
    if order.credit_used > Dong::ZERO {
        credit::give_back(unit, order.id, None).await?;
    }
    Ok(())
}

/// An order that was given up is taken up again: what [`let_go`] let go is taken anew. `false`, and nothing is done, when
/// some of it cannot be had any more.
pub async fn take_again(unit: &mut Unit, order: &order::Model) -> Result<bool, OrdersError> {
    let time = match order.delivery {
        Delivery::Farm => time_of(unit, order).await?,
        Delivery::Ship | Delivery::Pickup => None,
    };
    if let Some((time, day)) = time
        && !book::again(unit, time, day).await?
    {
        return Ok(false);
    }
    if order.credit_used > Dong::ZERO && !credit::spend_again(unit, order.id, order.credit_used).await? {
        if let Some((time, day)) = time {
            book::free(unit, time, day).await?;
        }
        return Ok(false);
    }
    if time.is_some() {
        collection::Entity::update_many()
            .col_expr(collection::Column::Booked, Expr::value(true))
            .filter(collection::Column::OrderId.eq(order.id))
            .exec(&*unit)
            .await?;
    }
    Ok(true)
}

async fn time_of(
    unit: &Unit,
    order: &order::Model,
) -> Result<Option<(entity::ids::FarmTimeId, entity::Day)>, OrdersError> {
    let row = collection::Entity::find_by_id(order.id).one(unit).await?;
    Ok(row.and_then(|row| row.time_id.zip(row.day)))
}
