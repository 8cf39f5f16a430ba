//! The room that asked for a payment is told that money came.

use entity::{
    catalogue::webhook_endpoint,
    payments::{
        account,
        payment::{self, Purpose},
    },
};
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter,
    sea_query::{Expr, ExprTrait, Query},
};
use serde_json::json;

use super::SettlementError;
use crate::{
    catalogue::webhooks::emit,
    db::Unit,
    market,
    orders::{self, Paid},
    payments::{self, lifecycle::is_paid},
};

/// Tells it that `payment`, which was as `before`, has received money.
pub(super) async fn mark_paid(
    unit: &mut Unit,
    before: &payment::Model,
    payment: &payment::Model,
) -> Result<Paid, SettlementError> {
    match payment.purpose {
        // A sale has happened, paid or not. Its counter says every sum aloud, also one too small and one on top.
        Purpose::Sale => {
            market::mark_paid(unit, payment).await?;
            Ok(Paid::Done)
        }
        // What is owed for a month is paid when all of it is there.
        Purpose::Invoice => {
            if is_paid(payment.status) && !is_paid(before.status) {
                payments::invoice_paid(unit, payment).await?;
            }
            Ok(Paid::Done)
        }
        // An order waits for all of it; a part of it, or more on top, changes nothing.
        Purpose::Order if is_paid(before.status) || !is_paid(payment.status) => Ok(Paid::Done),
        Purpose::Order => Ok(orders::mark_paid(unit, payment).await?),
    }
}

/// Tells the systems of whoever has the account that money came for `payment`. Of money that the exchange holds they hear
/// by their orders.
pub(super) async fn tell_systems(unit: &mut Unit, payment: &payment::Model) -> Result<(), SettlementError> {
    let listens = Query::select()
        .expr(Expr::value(1))
        .from(webhook_endpoint::Entity)
        .and_where(
            Expr::col((webhook_endpoint::Entity, webhook_endpoint::Column::SellerId))
                .equals((account::Entity, account::Column::SellerId)),
        )
        .and_where(webhook_endpoint::Column::State.eq(webhook_endpoint::State::On))
        .to_owned();
    let account = account::Entity::find_by_id(payment.account_id)
        .filter(Expr::exists(listens))
        .one(&*unit)
        .await?;
    let Some(seller) = account.and_then(|account| account.seller_id) else {
        return Ok(());
    };
    let data = json!({
        "payment_id": payment.id.to_string(),
        "reference": payment.reference.to_string(),
        "seller_id": seller.to_string(),
        "amount": payment.amount.0,
        "received": payment.received.0,
        "status": payment.status.code(),
    });
    Ok(emit(unit, seller, "payment.received", data).await?)
}
