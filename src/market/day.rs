//! How a stall's day adds up (pure).

use entity::Dong;

use crate::payments::lifecycle::is_open;
use entity::payments::payment;

/// The sums of a day, in đồng.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// What was sold for.
    pub total: Dong,
    /// What banks told of.
    pub received: Dong,
    /// What is but the keeper's word.
    pub by_hand: Dong,
    /// What is still waited for.
    pub pending: Dong,
}

impl Sums {
    /// Adds a sale's payment, of which `by_hand` is but the keeper's word; `None` when the day outgrows what can be counted.
    #[must_use]
    pub fn with(self, payment: &payment::Model, by_hand: Dong) -> Option<Self> {
        let missing = payment.amount.0.saturating_sub(payment.received.0).max(0);
        let waited_for = if is_open(payment.status) {
            Dong(missing)
        } else {
            Dong::ZERO
        };
        Some(Self {
            total: self.total.checked_add(payment.amount)?,
            received: self.received.checked_add(payment.received.checked_sub(by_hand)?)?,
            by_hand: self.by_hand.checked_add(by_hand)?,
            pending: self.pending.checked_add(waited_for)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use entity::{
        PaymentReference, Timestamp,
        ids::{MoneyAccountId, PaymentId},
        payments::payment::{Purpose, Status},
    };
    use uuid::Uuid;

    use super::*;

    fn payment(amount: i64, received: i64, status: Status) -> payment::Model {
        payment::Model {
            id: PaymentId(Uuid::nil()),
            reference: PaymentReference::of(Uuid::nil()),
            account_id: MoneyAccountId(Uuid::nil()),
            purpose: Purpose::Sale,
            amount: Dong(amount),
            received: Dong(received),
            refunded: Dong::ZERO,
            earned: Dong::ZERO,
            status,
            confirmed: None,
            created_at: Timestamp(0),
            expires_at: None,
            settled_at: None,
            gateway: None,
        }
    }

    #[test]
    fn what_banks_told_and_what_the_keeper_said_are_kept_apart() {
        let sums = [
            (payment(45_000, 45_000, Status::Paid), 0),
            (payment(20_000, 20_000, Status::Paid), 15_000),
            (payment(30_000, 10_000, Status::Underpaid), 0),
            (payment(10_000, 12_000, Status::Overpaid), 0),
            (payment(7_000, 0, Status::Pending), 0),
            (payment(9_000, 0, Status::Expired), 0),
        ]
        .iter()
        .try_fold(Sums::default(), |sums, (payment, by_hand)| {
            sums.with(payment, Dong(*by_hand))
        });
        let expected = Sums {
            total: Dong(121_000),
            received: Dong(45_000 + 5_000 + 10_000 + 12_000),
            by_hand: Dong(15_000),
            pending: Dong(20_000 + 7_000),
        };
        assert_eq!(sums, Some(expected));
    }

    #[test]
    fn a_day_beyond_counting_is_not_counted_wrong() {
        let full = Sums {
            total: Dong(i64::MAX),
            ..Sums::default()
        };
        assert_eq!(full.with(&payment(1, 0, Status::Pending), Dong::ZERO), None);
    }
}
