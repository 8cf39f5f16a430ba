//! An order's money becomes its seller's: once, when the buyer says that the goods came, or when they can no longer be given
//! back.

use entity::{
    Dong, Timestamp,
    catalogue::product,
    ids::OrderId,
    orders::order::{self, Cash, State},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};

use super::{
    OrdersError, credit,
    open::{Open, open},
    periods::Period,
    returns,
};
use crate::{
    db::Unit,
    payments::{self, Earning},
};

/// Until when goods of `order` may be given back; `None`: its last goods are not there yet.
#[must_use]
pub fn return_until(order: &order::Model) -> Option<Timestamp> {
    order.delivered_at.map(|at| Period::ReturnWindow.after(at))
}

/// Earns the order `id` if it is time.
pub(super) async fn when_due(unit: &mut Unit, id: OrderId) -> Result<(), OrdersError> {
    let mut open = open(unit, id).await?;
    if_due(unit, &mut open).await
}

/// Earns `open` if it is time: nothing of it is being given back, its cash is not missing, and its buyer has said that it
/// came (and, where it was to be paid at the door, its seller that it was), or the time for giving goods back is over.
pub(super) async fn if_due(unit: &mut Unit, open: &mut Open) -> Result<(), OrdersError> {
    let order = &open.order;
    let Some(until) = return_until(order).filter(|_| order.state == State::Completed && order.earned_at.is_none())
    else {
        return Ok(());
    };
    let at_the_door = open.payment.is_none() && order.total > Dong::ZERO;
    let paid = !at_the_door || order.cash == Some(Cash::Came);
    let said = order.received_at.is_some() && paid;
    if order.cash == Some(Cash::Missing) || !(said || until <= unit.now()) {
        return Ok(());
    }
    // What is still asked for on top would come too late to be earned with the rest.
    if !open.asked.is_empty() || returns::any_open(&*unit, order.id).await? {
        return Ok(());
    }
    // Claimed by whoever writes it first.
    let claimed = order::Entity::update_many()
        .col_expr(order::Column::EarnedAt, Expr::value(Some(unit.now())))
        .filter(order::Column::Id.eq(order.id))
        .filter(order::Column::EarnedAt.is_null())
        .exec(&*unit)
        .await?;
    if claimed.rows_affected == 0 {
        return Ok(());
    }
    let lines: i64 = open.lines.iter().map(|line| line.amount.0).sum();
    let fee = order.delivery_fee.0;
    let credit = match order.credit_used {
        Dong::ZERO => Dong::ZERO,
        _ => credit::still_spent(&*unit, order.id).await?,
    };
    // What was given back before is not earned: of the goods first.
    let back = order.given_back.0 + order.credit_used.0 - credit.0;
    let goods = (lines - back).max(0);
    let delivery = (fee - (back - lines).max(0)).max(0);
    // What was asked for last first, so that a payment that others share is drawn on last.
    let own = order.payment_id.filter(|_| order.total > Dong::ZERO);
    let mut paid_by = open.further.iter().map(|payment| payment.id).chain(own);
    let earning = Earning {
        order: order.id.0,
        seller: order.seller_id,
        payment: paid_by.next(),
        further: paid_by.collect(),
        goods: Dong(goods),
        delivery: Dong(delivery),
        credit,
        category: category(unit, open).await?,
    };
    open.order.earned_at = Some(unit.now());
    if goods + delivery > 0 {
        payments::earn(unit, earning).await?;
    }
    Ok(())
}

/// The category of the dearest line.
async fn category(unit: &Unit, open: &Open) -> Result<String, OrdersError> {
    let Some(line) = open.lines.iter().max_by_key(|line| line.amount) else {
        return Ok(String::new());
    };
    let product = product::Entity::find_by_id(line.product_id).one(unit).await?;
    Ok(product.map(|product| product.category).unwrap_or_default())
}
