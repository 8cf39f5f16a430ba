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

use super::{OrdersError, PAID_WITHIN_MS, amount, credit, lifecycle::Money, open::Open, place::ask};
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
    let cut = less.min(open.order.total);
    let in_credit = Dong((less.0 - cut.0).min(open.order.credit_used.0));
    // What was given back of it before is not given back again.
    let in_money = Dong(cut.0.min(open.kept()).max(0));
    open.order.total = Dong(open.order.total.0 - cut.0);
    open.order.given_back = Dong(open.order.given_back.0 - (cut.0 - in_money.0));
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

/// Gives `amount` of what the order cost back; its total stays what it was. Tells which refunds those are.
pub(super) async fn give_back(
    unit: &mut Unit,
    open: &mut Open,
    amount: Dong,
    why: Why,
) -> Result<Vec<refund::Model>, OrdersError> {
    if amount == Dong::ZERO {
        return Ok(Vec::new());
    }
    let in_money = Dong(amount.0.min(open.kept()).max(0));
    let mut in_credit = Dong(amount.0 - in_money.0);
    if in_credit > Dong::ZERO {
        in_credit = in_credit.min(credit::still_spent(&*unit, open.order.id).await?);
    }
    let made = if open.order.earned_at.is_some() {
        unearn(unit, open, Dong(in_money.0 + in_credit.0), in_money, why).await?
    } else {
        refund_of(unit, open, in_money, why).await?
    };
    open.order.given_back = Dong(open.order.given_back.0 + in_money.0);
    write(unit, &open.order).await?;
    if in_credit > Dong::ZERO {
        credit::give_back(unit, open.order.id, Some(in_credit)).await?;
    }
    Ok(made)
}

/// Takes `amount` back of what the order earned, and refunds `in_money` of it from where it went back to.
async fn unearn(
    unit: &mut Unit,
    open: &Open,
    amount: Dong,
    in_money: Dong,
    why: Why,
) -> Result<Vec<refund::Model>, OrdersError> {
    let ids: Vec<PaymentId> = payments_of(open).map(|payment| payment.id).collect();
    payments::unearn(unit, open.order.id.0, amount).await?;
    let mut made = Vec::new();
    let mut left = in_money.0;
    for (id, before) in ids.into_iter().zip(payments_of(open)) {
        let after = payments::locked(unit, id).await?;
        let back = (before.earned.0 - after.earned.0).min(left);
        if back > 0 {
            left -= back;
            made.push(refund_from(unit, open, id, Dong(back), why).await?);
        }
    }
    if left > 0 && open.payment.is_none() {
        made.push(refund_cash(unit, open, Dong(left), why).await?);
    }
    Ok(made)
}

/// The payments that money for `open` came by: what was asked for last first, so that one that others share is touched
/// last.
fn payments_of(open: &Open) -> impl Iterator<Item = &payment::Model> {
    open.further.iter().chain(&open.payment)
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
            let amount = if alone {
                payments_of(open)
                    .map(|payment| payment.received.0 - payment.refunded.0)
                    .sum()
            } else {
                open.kept()
            };
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
async fn refund_of(unit: &mut Unit, open: &Open, amount: Dong, why: Why) -> Result<Vec<refund::Model>, OrdersError> {
    let mut made = Vec::new();
    let mut left = amount.0;
    for payment in payments_of(open) {
        let payment = payments::locked(unit, payment.id).await?;
        let part = left.min(payment.received.0 - payment.refunded.0 - payment.earned.0);
        if part > 0 {
            left -= part;
            made.push(refund_from(unit, open, payment.id, Dong(part), why).await?);
        }
    }
    if left > 0 {
        // A payment that has not that much says so.
        made.push(match &open.payment {
            Some(payment) => refund_from(unit, open, payment.id, Dong(left), why).await?,
            None => refund_cash(unit, open, Dong(left), why).await?,
        });
    }
    Ok(made)
}

async fn refund_from(
    unit: &mut Unit,
    open: &Open,
    payment: PaymentId,
    amount: Dong,
    why: Why,
) -> Result<refund::Model, OrdersError> {
    let new = NewRefund {
        payment,
        order: open.order.id.0,
        seller: open.order.seller_id,
        amount,
        why,
    };
    Ok(payments::refund(unit, new).await?)
}

async fn refund_cash(unit: &mut Unit, open: &Open, amount: Dong, why: Why) -> Result<refund::Model, OrdersError> {
    let new = NewCashRefund {
        order: open.order.id.0,
        seller: open.order.seller_id,
        amount,
        why,
    };
    Ok(payments::refund_cash(unit, new).await?)
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
