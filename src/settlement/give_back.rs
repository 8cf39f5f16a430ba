//! Money that an order cannot take is promised back: what came on top, and what came when the goods were gone.

use entity::{
    Dong,
    orders::order,
    payments::{
        notice::{self, Reason, State},
        payment::{self, Purpose, Status},
        refund::Why,
        transfer,
    },
};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};

use super::{SettlementError, settle::close};
use crate::{
    db::Unit,
    payments::{
        NewRefund,
        ledger::{self, Entry, LedgerAccount},
        refund, write_back,
    },
};

async fn orders_of(unit: &Unit, payment: &payment::Model) -> Result<Vec<order::Model>, DbErr> {
    if payment.purpose != Purpose::Order {
        return Ok(Vec::new());
    }
    order::Entity::find()
        .filter(order::Column::PaymentId.eq(payment.id))
        .order_by_asc(order::Column::Id)
        .all(unit)
        .await
}

/// Promises back what `after` has on top of what was asked for, as far as it came since `before`. Of a sale at a counter
/// nothing is promised: its keeper sees it and hands it over.
pub(super) async fn excess(
    unit: &mut Unit,
    before: &payment::Model,
    after: &payment::Model,
) -> Result<(), SettlementError> {
    let on_top = (after.received.0 - after.amount.0).min(after.received.0 - before.received.0);
    if on_top <= 0 {
        return Ok(());
    }
    let Some(first) = orders_of(unit, after).await?.into_iter().next() else {
        return Ok(());
    };
    let owed = NewRefund {
        payment: after.id,
        order: first.id.0,
        seller: first.seller_id,
        amount: Dong(on_top),
        why: Why::Overpaid,
    };
    refund(unit, owed).await?;
    Ok(())
}

/// Takes in money for orders that were given up and cannot be taken up again, and promises it back at once; `false` when
/// there is no order to speak of, and nothing was done.
pub(super) async fn late(
    unit: &mut Unit,
    notice: &notice::Model,
    before: &payment::Model,
    reason: transfer::Reason,
) -> Result<bool, SettlementError> {
    let orders = orders_of(unit, before).await?;
    if orders.is_empty() {
        return Ok(false);
    }
    let after = payment::Model {
        received: Dong(before.received.0.saturating_add(notice.amount.0)),
        status: Status::Expired,
        ..before.clone()
    };
    write_back(unit, &after).await?;
    close(unit, notice, State::Credited, Some(Reason::Late), Some(&after), None).await?;
    let entry = Entry {
        debit: match (reason, notice.account_id) {
            (transfer::Reason::Matched, Some(id)) => LedgerAccount::unmatched(id),
            _ => LedgerAccount::account(before.account_id),
        },
        credit: LedgerAccount::payment(before.id),
        amount: notice.amount,
        reason,
        notice: Some(notice.id),
        payment: Some(before.id),
    };
    ledger::record(unit, entry).await?;
    for (order, amount) in shares(&orders, notice.amount) {
        let owed = NewRefund {
            payment: before.id,
            order: order.id.0,
            seller: order.seller_id,
            amount,
            why: Why::Late,
        };
        refund(unit, owed).await?;
    }
    Ok(true)
}

/// What of `amount` was for which order: each its total, and the first what is on top.
fn shares(orders: &[order::Model], amount: Dong) -> Vec<(&order::Model, Dong)> {
    let mut left = amount.0;
    let mut shares: Vec<(&order::Model, Dong)> = Vec::new();
    for order in orders {
        let share = left.min(order.total.0);
        left -= share;
        shares.push((order, Dong(share)));
    }
    if let Some((_, first)) = shares.first_mut() {
        first.0 += left;
    }
    shares.retain(|(_, share)| share.0 > 0);
    shares
}
