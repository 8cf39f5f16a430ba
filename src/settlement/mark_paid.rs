//! The room that asked for a payment is told that its money has come.

use entity::payments::payment::{self, Purpose};

use super::SettlementError;
use crate::{
    db::Unit,
    orders::{self, Paid},
    payments::lifecycle::is_paid,
};

/// Tells it that `payment`, which was as `before`, has received money. A part of it, or more on top, changes nothing
/// for what is paid for.
pub(super) async fn mark_paid(
    unit: &mut Unit,
    before: &payment::Model,
    payment: &payment::Model,
) -> Result<Paid, SettlementError> {
    if is_paid(before.status) || !is_paid(payment.status) {
        return Ok(Paid::Done);
    }
    match payment.purpose {
        // A sale at a counter has happened: it is paid by its payment, and nothing was kept for it.
        Purpose::Sale => Ok(Paid::Done),
        Purpose::Order => Ok(orders::mark_paid(unit, payment).await?),
    }
}
