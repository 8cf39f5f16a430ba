//! What a bank told of an account and what the ledger has of it, compared (pure).

use std::collections::BTreeMap;

use entity::{Day, Timestamp, payments::notice::Direction};
use uuid::Uuid;

/// Money that a bank told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told {
    pub notice: Uuid,
    pub direction: Direction,
    /// Above zero.
    pub amount: i64,
    pub at: Timestamp,
    /// It is kept, and waits to be settled.
    pub unsettled: bool,
}

/// A transfer that says that money came into the account or left it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Booked {
    pub transfer: Uuid,
    pub direction: Direction,
    /// Above zero.
    pub amount: i64,
    pub at: Timestamp,
    /// The notice that bears it out.
    pub notice: Option<Uuid>,
    pub about: Option<Uuid>,
    /// It is, or takes back, the word of whoever is paid.
    pub by_hand: bool,
}

/// Why the two differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// A notice waits to be settled.
    Unsettled,
    /// A person's word that no bank has borne out.
    ByHand,
    /// Money that left, by somebody's word, and no bank told of it.
    NotSeen,
    /// A bank tells of money that the ledger does not know.
    NotKnown,
    /// Both tell of it, but of another sum.
    OtherSum,
}

impl Why {
    /// The word on the wire.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unsettled => "unsettled",
            Self::ByHand => "by_hand",
            Self::NotSeen => "not_seen",
            Self::NotKnown => "not_known",
            Self::OtherSum => "other_sum",
        }
    }
}

/// What makes a bank's sum differ from the ledger's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cause {
    pub why: Why,
    /// What the bank has more than the ledger by it.
    pub amount: i64,
    pub at: Timestamp,
    pub notice: Option<Uuid>,
    pub transfer: Option<Uuid>,
    pub about: Option<Uuid>,
}

/// A day of an account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OneDay {
    pub bank_in: i64,
    pub bank_out: i64,
    pub ledger_in: i64,
    pub ledger_out: i64,
    pub causes: Vec<Cause>,
}

impl OneDay {
    /// What the bank has more than the ledger.
    pub const fn difference(&self) -> i64 {
        self.bank_in - self.bank_out - self.ledger_in + self.ledger_out
    }
}

const fn signed(direction: Direction, amount: i64) -> i64 {
    match direction {
        Direction::In => amount,
        Direction::Out => -amount,
    }
}

/// The days on which something moved. A transfer that a notice bears out counts on the notice's day, so that a notice
/// settled after midnight is no difference.
pub fn compare(told: &[Told], booked: &[Booked]) -> BTreeMap<Day, OneDay> {
    let mut days: BTreeMap<Day, OneDay> = BTreeMap::new();
    let by_notice: std::collections::HashMap<Uuid, &Told> = told.iter().map(|told| (told.notice, told)).collect();
    // Of each notice, what the ledger has in its direction.
    let mut borne: std::collections::HashMap<Uuid, i64> = std::collections::HashMap::new();
    for row in booked {
        let notice = row
            .notice
            .and_then(|id| by_notice.get(&id))
            .filter(|told| told.direction == row.direction);
        let at = notice.map_or(row.at, |told| told.at);
        let day = days.entry(at.day()).or_default();
        match row.direction {
            Direction::In => day.ledger_in += row.amount,
            Direction::Out => day.ledger_out += row.amount,
        }
        match notice {
            Some(told) => *borne.entry(told.notice).or_default() += row.amount,
            None => day.causes.push(Cause {
                why: if row.by_hand || row.direction == Direction::In {
                    Why::ByHand
                } else {
                    Why::NotSeen
                },
                amount: -signed(row.direction, row.amount),
                at: row.at,
                notice: row.notice,
                transfer: Some(row.transfer),
                about: row.about,
            }),
        }
    }
    for told in told {
        let day = days.entry(told.at.day()).or_default();
        match told.direction {
            Direction::In => day.bank_in += told.amount,
            Direction::Out => day.bank_out += told.amount,
        }
        let known = borne.get(&told.notice).copied();
        let more = told.amount - known.unwrap_or(0);
        if more != 0 {
            day.causes.push(Cause {
                why: match known {
                    Some(_) => Why::OtherSum,
                    None if told.unsettled => Why::Unsettled,
                    None => Why::NotKnown,
                },
                amount: signed(told.direction, more),
                at: told.at,
                notice: Some(told.notice),
                transfer: None,
                about: None,
            });
        }
    }
    for day in days.values_mut() {
        day.causes.sort_by_key(|cause| (cause.at, cause.notice, cause.transfer));
    }
    days
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const DAY_MS: i64 = 24 * 60 * 60 * 1000;

    fn id(number: u128) -> Uuid {
        Uuid::from_u128(number)
    }

    #[test]
    fn a_notice_settled_after_midnight_is_no_difference() {
        let told = Told {
            notice: id(1),
            direction: Direction::In,
            amount: 100,
            at: Timestamp(DAY_MS),
            unsettled: false,
        };
        let booked = Booked {
            transfer: id(2),
            direction: Direction::In,
            amount: 100,
            at: Timestamp(2 * DAY_MS),
            notice: Some(id(1)),
            about: None,
            by_hand: false,
        };
        let days = compare(&[told], &[booked]);
        assert_eq!(days.len(), 1);
        let day = days.values().next().expect("one day");
        assert_eq!(
            (day.bank_in, day.ledger_in, day.difference(), day.causes.len()),
            (100, 100, 0, 0)
        );
    }

    proptest! {
        /// Whatever was told and booked, the causes of a day add up to its difference.
        #[test]
        fn every_dong_of_a_difference_has_its_cause(
            told in prop::collection::vec((any::<bool>(), 1_i64..1_000, 0_i64..4, any::<bool>()), 0..12),
            booked in prop::collection::vec((any::<bool>(), 1_i64..1_000, 0_i64..4, prop::option::of(0_u128..16)), 0..12),
        ) {
            let way = |comes| if comes { Direction::In } else { Direction::Out };
            let told: Vec<_> = (0_u128..).zip(told).map(|(nth, (comes, amount, day, unsettled))| Told {
                notice: id(nth), direction: way(comes), amount, at: Timestamp(day * DAY_MS), unsettled,
            }).collect();
            let booked: Vec<_> = (100_u128..).zip(booked).map(|(nth, (comes, amount, day, notice))| Booked {
                transfer: id(nth), direction: way(comes), amount, at: Timestamp(day * DAY_MS), notice: notice.map(id), about: None, by_hand: false,
            }).collect();
            let days = compare(&told, &booked);
            for day in days.values() {
                prop_assert_eq!(day.causes.iter().map(|cause| cause.amount).sum::<i64>(), day.difference());
                prop_assert!(day.causes.iter().all(|cause| cause.amount != 0));
            }
            let sum = |of: fn(&OneDay) -> i64| days.values().map(of).sum::<i64>();
            let all: i64 = told.iter().map(|told| signed(told.direction, told.amount)).sum();
            prop_assert_eq!(sum(|day| day.bank_in - day.bank_out), all);
            let all: i64 = booked.iter().map(|row| signed(row.direction, row.amount)).sum();
            prop_assert_eq!(sum(|day| day.ledger_in - day.ledger_out), all);
        }
    }
}
