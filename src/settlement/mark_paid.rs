//! The room that asked for a payment is told that money came.

use entity::payments::payment::{self, Purpose};

use super::SettlementError;
use crate::{
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
