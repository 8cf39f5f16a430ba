//! The room that asked for a payment is told that money came.

use entity::payments::payment::{self, Purpose};

use super::SettlementError;
use crate::{db::Unit, market};

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
    match payment.purpose {
        // A counter says every sum aloud, also one too small and one on top.
        Purpose::Sale => market::mark_paid(unit, payment).await?,
        Purpose::Order => {
            let _ = before;
        }
    }
    Ok(Paid::Done)
}
