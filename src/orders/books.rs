//! What a change of an order does to its money: refunds, store credit, a payment that is replaced by one of another sum.
//!
//! Of a paid order `total − given_back` is what its seller keeps, and what its payment still holds for it: every verb that
//! changes one of them goes through here.

use entity::{
    Dong,
    ids::PaymentId,
    orders::order::{self, State},
    payments::payment,
};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, sea_query::Expr};
use uuid::Uuid;

use super::{
    OrdersError, PAID_WITHIN_MS, amount,
    credit,
    lifecycle::Money,
    open::Open,
    place::ask,
};
use crate::{
    db::Unit,
    payments::{
        self, NewCashRefund, NewRefund,
        refund::{self, Why},
    },
};

/// The order costs `less` from now on: what was paid of it is given back, first in money and then as store credit.
pub(super) async fn costs_less(unit: &mut Unit, open: &mut Open, less: Dong, why: Why) -> Result<(), OrdersError> {
    if less == Dong::ZERO {
        return Ok(());
    }
    let money = open.money();
    let in_money = Dong(less.0.min(open.kept()).max(0));
    let in_credit = Dong((less.0 - in_money.0).min(open.order.credit_used.0).max(0));
    open.order.total = Dong(open.order.total.0 - in_money.0);
    open.order.credit_used = Dong(open.order.credit_used.0 - in_credit.0);
    write(unit, &open.order).await?;
    if in_money > Dong::ZERO {
        match money {
            Money::All => refund_of(unit, open, in_money, why).await.map(|_| ())?,
            // It is paid at the door, and less of it.
            Money::OnDelivery => {}
            Money::None | Money::Some => replace(unit, open).await?,
        }
    }
    if in_credit > Dong::ZERO {
        credit::give_back(unit, open.order.id, Some(in_credit)).await?;
    }
    Ok(())
}

/// The order costs `more` from now on, and nobody has paid it yet: at the door, or by a payment that is asked for anew.
pub(super) async fn costs_more(unit: &mut Unit, open: &mut Open, more: Dong) -> Result<(), OrdersError> {
    open.order.total = open
        .order
        .total
        .checked_add(more)
        .filter(|total| *total <= Dong::MAX)
        .ok_or(OrdersError::TooMuch)?;
    write(unit, &open.order).await?;
    match open.money() {
        Money::OnDelivery | Money::All => Ok(()),
        Money::None | Money::Some => replace(unit, open).await,
    }
}

/// Gives `amount` of what the order cost back; its total stays what it was. Tells which refund that is.
pub(super) async fn give_back(
    unit: &mut Unit,
    open: &mut Open,
    amount: Dong,
    why: Why,
) -> Result<Option<refund::Model>, OrdersError> {
    if amount == Dong::ZERO {
        return Ok(None);
    }
    if open.order.earned_at.is_some() {
        payments::unearn(unit, open.order.id.0, amount).await?;
    }
    let in_money = Dong(amount.0.min(open.kept()).max(0));
    let in_credit = Dong((amount.0 - in_money.0).min(open.order.credit_used.0).max(0));
    let mut made = None;
    if in_money > Dong::ZERO {
        made = refund_of(unit, open, in_money, why).await?;
        open.order.given_back = Dong(open.order.given_back.0 + in_money.0);
        write(unit, &open.order).await?;
    }
    if in_credit > Dong::ZERO {
        credit::give_back(unit, open.order.id, Some(in_credit)).await?;
    }
    Ok(made)
}

/// All that came for an order that is given up goes back, and what was still waited for is not any more.
pub(super) async fn give_all_back(unit: &mut Unit, open: &mut Open, why: Why) -> Result<(), OrdersError> {
    let money = open.money();
    let Some(payment) = open.payment.clone() else {
        return Ok(());
    };
    match money {
        Money::All => {
            let alone = order::Entity::find()
                .filter(order::Column::PaymentId.eq(payment.id))
                .count(&*unit)
                .await?
                == 1;
            // What came on top goes back with it, where nobody else's order is paid by the same.
            let amount = if alone { payment.received.0 - payment.refunded.0 } else { open.kept() };
            if amount > 0 {
                refund_of(unit, open, Dong(amount), why).await?;
            }
            open.order.given_back = open.order.total;
            write(unit, &open.order).await
        }
        Money::None | Money::Some => {
            payments::expire(unit, payment.id).await?;
            let came = payment.received.0 - payment.refunded.0;
            if came > 0 {
                refund_of(unit, open, Dong(came), why).await?;
            }
            ask_for_the_rest(unit, &payment).await
        }
        Money::OnDelivery => Ok(()),
    }
}

/// Promises `amount` back, by the way it came.
async fn refund_of(
    unit: &mut Unit,
    open: &Open,
    amount: Dong,
    why: Why,
) -> Result<Option<refund::Model>, OrdersError> {
    let (order, seller) = (open.order.id.0, open.order.seller_id);
    let made = match &open.payment {
        Some(payment) => {
            let new = NewRefund {
                payment: payment.id,
                order,
                seller,
                amount,
                why,
            };
            payments::refund(unit, new).await?
        }
        None => {
            let new = NewCashRefund {
                order,
                seller,
                amount,
                why,
            };
            payments::refund_cash(unit, new).await?
        }
    };
    Ok(Some(made))
}

/// The payment of an order that costs something else now, and of which no money came, is replaced by one of what it costs.
async fn replace(unit: &mut Unit, open: &mut Open) -> Result<(), OrdersError> {
    let Some(former) = open.payment.clone() else {
        return Ok(());
    };
    payments::expire(unit, former.id).await?;
    ask_for_the_rest(unit, &former).await?;
    open.order = super::open::find(unit, open.order.id).await?;
    open.payment = match open.order.payment_id {
        Some(id) => Some(payments::locked(unit, id).await?),
        None => None,
    };
    Ok(())
}

/// Orders that go on and were to be paid by `former` get a payment of their own amount. The old one stays with those that
/// were given up: money that still comes for it is for a person to look at.
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
    order::Entity::update_many()
        .col_expr(order::Column::PaymentId, Expr::value(payment))
        .filter(order::Column::Id.is_in(rest.iter().map(|order| order.id)))
        .exec(&*unit)
        .await?;
    Ok(())
}

/// Writes what a verb changed of the sums of an order.
pub(super) async fn write(unit: &Unit, order: &order::Model) -> Result<(), OrdersError> {
    order::Entity::update_many()
        .col_expr(order::Column::Total, Expr::value(order.total))
        .col_expr(order::Column::CreditUsed, Expr::value(order.credit_used))
        .col_expr(order::Column::GivenBack, Expr::value(order.given_back))
        .col_expr(order::Column::PaymentId, Expr::value(order.payment_id))
        .col_expr(order::Column::UpdatedAt, Expr::value(unit.now()))
        .filter(order::Column::Id.eq(order.id))
        .exec(unit)
        .await?;
    Ok(())
}

/// The id of what `payment` refunds, for whoever has to tell it.
#[must_use]
pub(super) fn refund_id(made: Option<&refund::Model>) -> Option<Uuid> {
    made.map(|row| row.id.0)
}
