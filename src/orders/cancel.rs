//! An order is given up by its buyer or its seller, while no money has come and nothing is packed.

use entity::{
    ids::{OrderId, PaymentId},
    orders::order::{self, State},
    payments::payment,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, sea_query::Expr};

use super::{
    OrdersError, PAID_WITHIN_MS,
    advance::{find, holders, move_on},
    amount, extras,
    lifecycle::{self, Event, Money},
    place::ask,
    read::standing,
};
use crate::{db::Unit, listings::hold, payments};

/// Cancels the order `id`: its goods go back on sale, and what it asked to be paid is waited for no longer.
pub async fn cancel(unit: &mut Unit, id: OrderId) -> Result<(), OrdersError> {
    // The payment is locked before the order, as settlement does it, so that the two never wait crosswise. A payment
    // may be replaced while its order lives, so the order is read again behind the lock.
    let payment = match find(unit, id).await?.payment_id {
        Some(payment) => Some(payments::locked(unit, payment).await?),
        None => None,
    };
    let order = find(unit, id).await?;
    if order.payment_id != payment.as_ref().map(|payment| payment.id) {
        return Err(OrdersError::Overtaken);
    }
    let after = lifecycle::next(
        standing(&order),
        Event::Cancel,
        order.delivery,
        Money::of(payment.as_ref()),
    )?;
    if !move_on(unit, &order, after).await? {
        return Ok(());
    }
    let holders = holders(unit, &[id]).await?;
    hold::release(unit, &holders).await?;
    if let Some(payment) = payment {
        payments::expire(unit, payment.id).await?;
        ask_for_the_rest(unit, &payment).await?;
    }
    extras::let_go(unit, &order).await
}

/// Where one payment was for several orders, those that go on get one of their own amount. The old one stays with the
/// cancelled order: money that still comes for it is for a person to look at.
async fn ask_for_the_rest(unit: &mut Unit, former: &payment::Model) -> Result<(), OrdersError> {
    let rest = order::Entity::find()
        .filter(order::Column::PaymentId.eq(former.id))
        .filter(order::Column::State.is_in([State::Placed, State::Confirmed]))
        .order_by_asc(order::Column::Id)
        .all(&*unit)
        .await?;
    let Some(total) = amount::sum(rest.iter().map(|order| order.total)) else {
        return Ok(());
    };
    let until = former.expires_at.unwrap_or_else(|| unit.now().plus(PAID_WITHIN_MS));
    let payment: PaymentId = ask(unit, former.account_id, total, until).await?;
    if let Some(gateway) = former.gateway {
        payments::by_gateway(unit, payment, gateway).await?;
    }
    order::Entity::update_many()
        .col_expr(order::Column::PaymentId, Expr::value(payment))
        .filter(order::Column::Id.is_in(rest.iter().map(|order| order.id)))
        .exec(&*unit)
        .await?;
    Ok(())
}
