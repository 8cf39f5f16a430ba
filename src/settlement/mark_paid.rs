//! The room that asked for a payment is told that money came.

use entity::payments::payment::{self, Purpose};

use super::SettlementError;
use crate::db::Unit;

/// What became of what was paid for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Paid {
    Done,
    /// It was given up, and what it held is gone: the money has to be looked at.
    Late,
}

/// Tells it that `payment`, which was as `before`, has received money.
pub(super) async fn mark_paid(
    unit: &mut Unit,
    before: &payment::Model,
    payment: &payment::Model,
) -> Result<Paid, SettlementError> {
    let _ = (unit, before);
    match payment.purpose {
        Purpose::Sale | Purpose::Order => Ok(Paid::Done),
    }
}
