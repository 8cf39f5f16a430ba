//! What is not paid in time is given up, and its goods go back on sale.

use std::{sync::Arc, time::Duration};

use entity::{
    Dong,
    ids::PaymentId,
    orders::order::{self, Side},
    payments::payment::{self, Purpose},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr};

use super::{
    OrdersError, extras, further,
    lifecycle::{self, Event, Given, Money},
    news::{self, News},
    open::{holders, move_on, unpacked},
    periods::Period,
};
use crate::{
    app::App,
    db::Unit,
    jobs::Recurring,
    listings::hold,
    payments::{self, NewRefund, lifecycle::is_open, refund::Why},
};

/// Payments given up in one go.
const AT_ONCE: u64 = 200;

/// Looks for them every five seconds.
#[must_use]
pub fn duty() -> Recurring {
    Recurring {
        name: "orders.expire",
        every: Duration::from_secs(5),
        run: Arc::new(|app| {
            Box::pin(async move {
                while expire_due(&app).await.map_err(|error| error.to_string())? > 0 {}
                Ok(())
            })
        }),
    }
}

/// Gives up orders whose payment is due by the exchange's clock, and returns how many payments that were.
pub async fn expire_due(app: &App) -> Result<usize, OrdersError> {
    let due: Vec<PaymentId> = payment::Entity::find()
        .select_only()
        .column(payment::Column::Id)
        // Word for word what the index on `expires_at` says, so that both databases see that it serves.
        .filter(Expr::cust("status in ('pending', 'underpaid')"))
        .filter(payment::Column::ExpiresAt.lte(app.now()))
        .filter(payment::Column::Purpose.eq(Purpose::Order))
        .order_by_asc(payment::Column::ExpiresAt)
        .limit(AT_ONCE)
        .into_tuple()
        .all(app.db().read())
        .await?;
    app.write_each(&due, |unit, id| Box::pin(expire(unit, id))).await
}

/// Gives up what the payment `id` was to pay for, unless it was paid in the meantime.
async fn expire(unit: &mut Unit, id: PaymentId) -> Result<(), OrdersError> {
    let payment = payments::locked(unit, id).await?;
    if !is_open(payment.status) {
        return Ok(());
    }
    if let Some(row) = further::of_payment(unit, id).await? {
        further::lapsed(unit, &row).await?;
        payments::expire(unit, id).await?;
        return Ok(());
    }
    let orders = order::Entity::find()
        .filter(order::Column::PaymentId.eq(id))
        .order_by_asc(order::Column::Id)
        .all(&*unit)
        .await?;
    let mut given_up = Vec::with_capacity(orders.len());
    for order in &orders {
        // An order that was cancelled stays cancelled.
        let given = Given {
            delivery: order.delivery,
            money: Money::of(order, Some(&payment)),
            by: Side::Exchange,
        };
        let before = unpacked(order);
        if let Ok(after) = lifecycle::next(before, Event::Expire, given)
            && move_on(unit, order, before, after).await?
        {
            given_up.push(order);
        }
    }
    let ids: Vec<_> = given_up.iter().map(|order| order.id).collect();
    let holders = holders(unit, &ids).await?;
    hold::release(unit, &holders).await?;
    payments::expire(unit, id).await?;
    for order in given_up {
        extras::let_go(unit, order).await?;
        news::tell(unit, order, News::Expired).await?;
    }
    Ok(())
}

/// Promises back what came in part for orders that were given up for want of the rest, once nobody may add it any more;
/// returns how many payments were looked at.
pub(super) async fn give_parts_back(app: &App) -> Result<usize, OrdersError> {
    let now = app.now();
    let due: Vec<PaymentId> = payment::Entity::find()
        .select_only()
        .column(payment::Column::Id)
        // Word for word what the index `payment_part` says.
        .filter(Expr::cust("status = 'expired' and received > refunded"))
        .filter(payment::Column::ExpiresAt.lte(now.plus(-Period::PartPaid.length(now))))
        .filter(payment::Column::Purpose.eq(Purpose::Order))
        .order_by_asc(payment::Column::ExpiresAt)
        .limit(AT_ONCE)
        .into_tuple()
        .all(app.db().read())
        .await?;
    app.write_each(&due, |unit, id| Box::pin(give_part_back(unit, id)))
        .await
}

async fn give_part_back(unit: &mut Unit, id: PaymentId) -> Result<(), OrdersError> {
    let payment = payments::locked(unit, id).await?;
    if payment.status != payment::Status::Expired {
        return Ok(());
    }
    let further = further::of_payment(unit, id).await?;
    let such = match &further {
        Some(row) => order::Column::Id.eq(row.order_id),
        None => order::Column::PaymentId.eq(id),
    };
    let orders = order::Entity::find()
        .filter(such)
        .order_by_asc(order::Column::Id)
        .all(&*unit)
        .await?;
    let mut left = payment.received.0 - payment.refunded.0;
    for (place, order) in orders.iter().enumerate() {
        // Of one payment for several orders each gets back its price, and the last what remains.
        let last = place + 1 == orders.len();
        let share = if last { left } else { left.min(order.total.0) };
        if share > 0 {
            left -= share;
            let owed = NewRefund {
                payment: id,
                order: order.id.0,
                seller: order.seller_id,
                amount: Dong(share),
                why: Why::Cancelled,
            };
            payments::refund(unit, owed).await?;
        }
    }
    Ok(())
}
