//! What the page says first: the batch is real, or it is held and why.

use entity::{
    Day,
    trace::batch_hold::{self, Reason},
};

use crate::http::language::Message;

/// The verdict on a batch that exists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    Real,
    /// Not to be sold, for at least one reason.
    Held(Vec<Cause>),
}

/// Why a batch may not be sold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// Harvested too soon after spraying; the first day on which it would have been in time, where that is known.
    Interval(Option<Day>),
    /// More than the plots or inputs can give.
    Balance,
    /// For a reason that an officer knows.
    Officer,
    /// Past its last day.
    Expired,
}

/// The verdict on `day` on a batch with `holds` that keeps until `expires_on`.
pub fn verdict(holds: &[batch_hold::Model], expires_on: Option<Day>, day: Day) -> Verdict {
    let held = holds
        .iter()
        // A hold stays until an officer has looked, however long ago its day was.
        .filter(|hold| hold.released_at.is_none())
        .map(|hold| match hold.reason {
            Reason::PreHarvestInterval => Cause::Interval(hold.until),
            Reason::MassBalance | Reason::OverPrinted | Reason::OverSold => Cause::Balance,
            Reason::Recalled => Cause::Officer,
        });
    let expired = expires_on.filter(|last| *last < day).map(|_| Cause::Expired);
    let mut causes: Vec<Cause> = Vec::new();
    for cause in held.chain(expired) {
        if !causes.contains(&cause) {
            causes.push(cause);
        }
    }
    if causes.is_empty() {
        Verdict::Real
    } else {
        Verdict::Held(causes)
    }
}

impl Verdict {
    /// The word of the page's style.
    pub const fn class(&self) -> &'static str {
        match self {
            Self::Real => "real",
            Self::Held(_) => "held",
        }
    }

    pub const fn word(&self) -> Message {
        Message::new(match self {
            Self::Real => "scan-say-real",
            Self::Held(_) => "scan-say-held",
        })
    }

    /// One sentence for each reason.
    pub fn sentences(&self) -> Vec<Message> {
        match self {
            Self::Real => vec![Message::new("scan-say-real-detail")],
            Self::Held(causes) => causes.iter().map(|cause| cause.sentence()).collect(),
        }
    }
}

impl Cause {
    fn sentence(self) -> Message {
        match self {
            Self::Interval(Some(until)) => Message::new("scan-say-held-interval").with("until", until.to_string()),
            Self::Interval(None) | Self::Officer => Message::new("scan-say-held-officer"),
            Self::Balance => Message::new("scan-say-held-balance"),
            Self::Expired => Message::new("scan-say-held-expired"),
        }
    }
}

#[cfg(test)]
mod tests {
    use entity::{
        Timestamp,
        ids::{BatchHoldId, BatchId},
    };
    use uuid::Uuid;

    use super::*;

    fn day(text: &str) -> Day {
        Day::from_iso(text).expect("a day")
    }

    fn hold(reason: Reason, until: Option<&str>) -> batch_hold::Model {
        batch_hold::Model {
            id: BatchHoldId(Uuid::nil()),
            batch_id: BatchId(Uuid::nil()),
            reason,
            until: until.map(day),
            detail: String::new(),
            detail_en: String::new(),
            created_at: Timestamp(0),
            released_at: None,
            released_by: None,
            release_reason: None,
            released_office: None,
        }
    }

    #[test]
    fn a_hold_stays_until_it_is_released() {
        let mut interval = hold(Reason::PreHarvestInterval, Some("2026-11-25"));
        let held = verdict(std::slice::from_ref(&interval), None, day("2026-11-24"));
        assert_eq!(held, Verdict::Held(vec![Cause::Interval(Some(day("2026-11-25")))]));
        assert_eq!(verdict(std::slice::from_ref(&interval), None, day("2027-11-25")), held);
        interval.released_at = Some(Timestamp(1));
        assert_eq!(verdict(&[interval], None, day("2026-11-24")), Verdict::Real);
    }

    #[test]
    fn every_reason_is_told_once() {
        let holds = [hold(Reason::MassBalance, None), hold(Reason::MassBalance, None)];
        let held = verdict(&holds, Some(day("2026-11-20")), day("2026-11-21"));
        assert_eq!(held, Verdict::Held(vec![Cause::Balance, Cause::Expired]));
        assert_eq!(
            verdict(&[], Some(day("2026-11-21")), day("2026-11-21")),
            Verdict::Real,
            "its last day is still good"
        );
    }
}
