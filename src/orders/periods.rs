//! How long things may take, and how far a weight may be off (pure): a dated table, because rules change and orders
//! outlive a change.

use std::sync::LazyLock;

use entity::{Day, Timestamp};
use serde::Deserialize;

#[derive(Debug, Deserialize)]
struct Row {
    what: String,
    value: i64,
    in_force: String,
}

static PERIODS: LazyLock<Vec<Row>> = LazyLock::new(|| {
    csv::Reader::from_reader(include_str!("data/periods.csv").as_bytes())
        .deserialize()
        .collect::<Result<_, _>>()
        .expect("the table in data/ is well formed; a test reads it")
});

/// What the table tells the time of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    /// For the seller to confirm.
    Confirm,
    /// For the buyer to answer a proposal, and to pay its difference.
    Edit,
    /// For the buyer to pay what was weighed heavier.
    Further,
    /// To add the rest to what was paid in part, after the order was given up for want of it.
    PartPaid,
    /// After delivery, to give goods back.
    ReturnWindow,
    /// Of the seller, before the buyer may dispute.
    ReturnSilence,
    /// For the seller to answer.
    ReturnAnswer,
    /// For the buyer to send goods back.
    ReturnSend,
    /// For the seller to say that they came.
    ReturnReceive,
    /// For the buyer to dispute a refusal.
    ReturnDispute,
    /// For the seller to answer a dispute.
    DisputeAnswer,
    /// For an officer to decide it.
    DisputeDecide,
}

impl Period {
    const fn code(self) -> &'static str {
        match self {
            Self::Confirm => "confirm",
            Self::Edit => "edit",
            Self::Further => "further",
            Self::PartPaid => "part_paid",
            Self::ReturnWindow => "return_window",
            Self::ReturnSilence => "return_silence",
            Self::ReturnAnswer => "return_answer",
            Self::ReturnSend => "return_send",
            Self::ReturnReceive => "return_receive",
            Self::ReturnDispute => "return_dispute",
            Self::DisputeAnswer => "dispute_answer",
            Self::DisputeDecide => "dispute_decide",
        }
    }

    /// How long that is for what begins at `from`, in milliseconds.
    #[must_use]
    pub fn length(self, from: Timestamp) -> i64 {
        in_force(self.code(), from.day()) * 60 * 60 * 1000
    }

    /// When what begins at `from` is over.
    #[must_use]
    pub fn after(self, from: Timestamp) -> Timestamp {
        from.plus(self.length(from))
    }
}

/// How much more than they were thought to pieces may weigh at the buyer's cost, in basis points.
#[must_use]
pub fn weight_tolerance(day: Day) -> i64 {
    in_force("weight_tolerance", day)
}

/// What the table says of `what` on `day`. Before its first line that one holds.
fn in_force(what: &str, day: Day) -> i64 {
    let day = day.iso();
    let rows = PERIODS.iter().filter(|row| row.what == what);
    let newest = rows
        .clone()
        .filter(|row| row.in_force <= day)
        .max_by(|a, b| a.in_force.cmp(&b.in_force));
    newest
        .or_else(|| rows.min_by(|a, b| a.in_force.cmp(&b.in_force)))
        .map_or(0, |row| row.value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_period_has_its_line() {
        const ALL: [Period; 12] = [
            Period::Confirm,
            Period::Edit,
            Period::Further,
            Period::PartPaid,
            Period::ReturnWindow,
            Period::ReturnSilence,
            Period::ReturnAnswer,
            Period::ReturnSend,
            Period::ReturnReceive,
            Period::ReturnDispute,
            Period::DisputeAnswer,
            Period::DisputeDecide,
        ];
        for period in ALL {
            assert!(period.length(Timestamp(0)) > 0, "{period:?}");
            assert!(PERIODS.iter().any(|row| row.what == period.code()), "{period:?}");
        }
        assert!(
            PERIODS
                .iter()
                .all(|row| Day::from_iso(&row.in_force).is_ok() && row.value > 0)
        );
        assert_eq!(PERIODS.len(), ALL.len() + 1);
        assert!((1..10_000).contains(&weight_tolerance(Timestamp(0).day())));
        assert!(
            Period::ReturnSilence.length(Timestamp(0)) < Period::ReturnAnswer.length(Timestamp(0)),
            "who may dispute does so before silence decides"
        );
    }
}
