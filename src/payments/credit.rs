//! What money does to a payment (pure).

use entity::{
    Dong, Timestamp,
    payments::payment::{self, Confirmed},
};

use super::lifecycle::{Event, Illegal, is_paid, next};

/// A payment after money came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credit {
    pub after: payment::Model,
    /// How much of it its owner had confirmed by hand before: that word is replaced by the bank's, not added to it.
    pub borne_out: Dong,
}

/// Credits `amount`, told by a bank, to the payment `before`, of whose sum `by_hand` is but its owner's word. Refused
/// where [`super::lifecycle`] has no such move.
pub fn credit(before: &payment::Model, by_hand: Dong, amount: Dong, now: Timestamp) -> Result<Credit, Illegal> {
    let borne_out = by_hand.min(amount);
    let received = Dong(before.received.0.saturating_add(amount.0 - borne_out.0));
    let event = Event::Received {
        asked: before.amount,
        received,
    };
    let status = next(before.status, event)?;
    let after = payment::Model {
        received,
        status,
        confirmed: Some(if borne_out == by_hand {
            Confirmed::Bank
        } else {
            Confirmed::Hand
        }),
        settled_at: before.settled_at.or(is_paid(status).then_some(now)),
        ..before.clone()
    };
    Ok(Credit { after, borne_out })
}

#[cfg(test)]
mod tests {
    use entity::{
        PaymentReference,
        ids::{MoneyAccountId, PaymentId},
        payments::payment::{Purpose, Status},
    };
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::payments::lifecycle::is_open;

    fn asked(amount: i64) -> payment::Model {
        payment::Model {
            id: PaymentId(Uuid::nil()),
            reference: PaymentReference::of(Uuid::nil()),
            account_id: MoneyAccountId(Uuid::nil()),
            purpose: Purpose::Sale,
            amount: Dong(amount),
            received: Dong::ZERO,
            refunded: Dong::ZERO,
            earned: Dong::ZERO,
            status: Status::Pending,
            confirmed: None,
            created_at: Timestamp(0),
            expires_at: None,
            settled_at: None,
            gateway: None,
        }
    }

    fn weighed(asked: i64, received: i64) -> Status {
        match received.cmp(&asked) {
            std::cmp::Ordering::Less => Status::Underpaid,
            std::cmp::Ordering::Equal => Status::Paid,
            std::cmp::Ordering::Greater => Status::Overpaid,
        }
    }

    proptest! {
        /// Notices in any order end in the same payment, and what it received is what they sum up to.
        #[test]
        fn the_order_of_notices_does_not_matter(
            amount in 1_i64..1_000_000,
            notices in prop::collection::vec(1_i64..1_000_000, 1..8),
            turned in any::<prop::sample::Index>(),
        ) {
            let paid = |order: &[i64]| {
                order.iter().fold(asked(amount), |before, sum| {
                    credit(&before, Dong::ZERO, Dong(*sum), Timestamp(1)).expect("never given up").after
                })
            };
            let mut other = notices.clone();
            other.rotate_left(turned.index(notices.len()));
            let (one, two) = (paid(&notices), paid(&other));
            let sum: i64 = notices.iter().sum();
            prop_assert_eq!(one.received, Dong(sum));
            prop_assert_eq!(one.status, weighed(amount, sum));
            prop_assert_eq!(one.confirmed, Some(Confirmed::Bank));
            prop_assert_eq!(one.settled_at.is_some(), sum >= amount);
            prop_assert_eq!(one, two);
        }

        /// What was confirmed by hand is replaced by the notices that bear it out and never counted twice.
        #[test]
        fn a_bank_bears_out_what_a_hand_confirmed(
            amount in 1_i64..1_000_000,
            first in 0_i64..1_000_000,
            notices in prop::collection::vec(1_i64..1_000_000, 0..6),
        ) {
            let first = first % amount;
            let mut row = asked(amount);
            row.received = Dong(amount);
            row.status = Status::Paid;
            row.confirmed = Some(Confirmed::Hand);
            let mut by_hand = amount - first;
            for sum in &notices {
                let Credit { after, borne_out } = credit(&row, Dong(by_hand), Dong(*sum), Timestamp(1)).expect("paid");
                by_hand -= borne_out.0;
                prop_assert!(by_hand >= 0);
                prop_assert_eq!(after.confirmed == Some(Confirmed::Bank), by_hand == 0);
                row = after;
            }
            let told: i64 = notices.iter().sum();
            prop_assert_eq!(row.received.0, amount.max(first + told));
            prop_assert_eq!(row.status, weighed(amount, row.received.0));
        }

        /// What was given up comes back for the whole amount and for nothing less.
        #[test]
        fn what_was_given_up_comes_back_whole(amount in 1_i64..1_000_000, before in 0_i64..1_000_000, sum in 1_i64..1_000_000) {
            let mut row = asked(amount);
            row.received = Dong(before % amount);
            row.status = Status::Expired;
            let outcome = credit(&row, Dong::ZERO, Dong(sum), Timestamp(1));
            let total = row.received.0 + sum;
            match outcome {
                Ok(credit) => {
                    prop_assert!(total >= amount);
                    prop_assert!(!is_open(credit.after.status));
                }
                Err(_) => prop_assert!(total < amount),
            }
            row.status = Status::Refunded;
            prop_assert!(credit(&row, Dong::ZERO, Dong(sum), Timestamp(1)).is_err());
        }
    }
}
