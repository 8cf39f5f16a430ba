//! What a page says first. Each verdict is a page of its own kind: a word, a colour, an icon and a sentence.

use entity::{
    Day, Timestamp,
    trace::batch_hold::{self, Reason},
};

use super::copies::Suspicion;
use crate::{
    http::language::{Language, Message},
    trace::labels::read::SerialView,
};

/// The verdict on a code that names a batch here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Called back; why, in the words of whoever did, in Vietnamese and, if they said it, in English.
    Recalled {
        why: String,
        why_en: String,
    },
    /// Not to be sold, for at least one reason.
    Held(Vec<Cause>),
    /// Past this, its last day.
    Expired(Day),
    /// This one unit was sold or used up before.
    Spent(Spent),
    /// The code of this one unit is in use more than once.
    Suspected(Suspicion),
    Real,
}

/// What became of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spent {
    Sold(Timestamp),
    /// What stands under the scratch layer was told.
    Used(Timestamp),
}

/// Why a batch may not be sold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// Harvested too soon after spraying; the first day on which it would have been in time, where that is known.
    Interval(Option<Day>),
    /// More than the plots or inputs can give.
    Balance,
    /// More stickers than units.
    Printed,
    /// More was sold than there was.
    Sold,
    /// It was recalled; told of when the recall is over.
    Recalled,
}

/// A unit that carries a code of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    pub view: SerialView,
    pub suspicion: Option<Suspicion>,
}

/// The verdict on `day` on a batch with `holds` that keeps until `expires_on`, and on its `unit` where one was scanned:
/// what endangers comes before what deceives.
pub fn verdict(holds: &[batch_hold::Model], expires_on: Option<Day>, unit: Option<&Unit>, day: Day) -> Verdict {
    // A hold stays until an officer has looked, however long ago its day was.
    let open = || holds.iter().filter(|hold| hold.released_at.is_none());
    if let Some(recall) = open().find(|hold| hold.reason == Reason::Recalled) {
        return Verdict::Recalled {
            why: recall.detail.clone(),
            why_en: recall.detail_en.clone(),
        };
    }
    let mut causes: Vec<Cause> = Vec::new();
    for cause in open().map(Cause::of) {
        if !causes.contains(&cause) {
            causes.push(cause);
        }
    }
    if !causes.is_empty() {
        return Verdict::Held(causes);
    }
    if let Some(last) = expires_on.filter(|last| *last < day) {
        return Verdict::Expired(last);
    }
    let Some(unit) = unit else { return Verdict::Real };
    match (unit.view.used_at, unit.view.sold_at, &unit.suspicion) {
        (Some(at), _, _) => Verdict::Spent(Spent::Used(at)),
        (_, Some(at), _) => Verdict::Spent(Spent::Sold(at)),
        (_, _, Some(suspicion)) => Verdict::Suspected(suspicion.clone()),
        _ => Verdict::Real,
    }
}

impl Verdict {
    /// The word of the page's style, and of the API.
    pub const fn class(&self) -> &'static str {
        match self {
            Self::Recalled { .. } => "recalled",
            Self::Held(_) => "held",
            Self::Expired(_) => "expired",
            Self::Spent(_) => "used",
            Self::Suspected(_) => "suspected",
            Self::Real => "real",
        }
    }

    pub const fn word(&self) -> Message {
        Message::new(match self {
            Self::Recalled { .. } => "scan-say-recalled",
            Self::Held(_) => "scan-say-held",
            Self::Expired(_) => "scan-say-expired",
            Self::Spent(Spent::Sold(_)) => "scan-say-sold",
            Self::Spent(Spent::Used(_)) => "scan-say-used",
            Self::Suspected(_) => "scan-say-suspected",
            Self::Real => "scan-say-real",
        })
    }

    /// One sentence for each reason, in `language`.
    pub fn sentences(&self, language: Language) -> Vec<String> {
        self.messages(language)
            .iter()
            .map(|message| language.say(message))
            .collect()
    }

    fn messages(&self, language: Language) -> Vec<Message> {
        match self {
            Self::Recalled { why, why_en } => {
                let told = if why_en.is_empty() {
                    why
                } else {
                    language.either(why, why_en)
                };
                let mut said = vec![Message::new("scan-say-recalled-do")];
                if !told.is_empty() {
                    said.push(Message::new("scan-say-recalled-why").with("why", told));
                }
                said
            }
            Self::Held(causes) => {
                let causes = causes.iter().map(|cause| cause.sentence());
                causes.chain([Message::new("scan-say-held-do")]).collect()
            }
            Self::Expired(last) => vec![Message::new("scan-say-expired-detail").with("date", last.to_string())],
            Self::Spent(Spent::Sold(at)) => {
                vec![Message::new("scan-say-sold-detail").with("date", at.day().to_string())]
            }
            Self::Spent(Spent::Used(at)) => {
                vec![Message::new("scan-say-used-detail").with("date", at.day().to_string())]
            }
            Self::Suspected(suspicion) => vec![suspected(suspicion), Message::new("scan-say-suspected-do")],
            Self::Real => vec![Message::new("scan-say-real-detail")],
        }
    }
}

fn suspected(suspicion: &Suspicion) -> Message {
    match suspicion {
        Suspicion::Often { scans } => {
            Message::new("scan-say-suspected-often").with("scans", usize::try_from(*scans).unwrap_or(usize::MAX))
        }
        Suspicion::TooEarly { first_at } => {
            Message::new("scan-say-suspected-early").with("date", first_at.day().to_string())
        }
        Suspicion::TooFar { km, from, to } if !from.is_empty() && !to.is_empty() && from != to => {
            Message::new("scan-say-suspected-places")
                .with("from", from.clone())
                .with("to", to.clone())
                .with("km", usize::try_from(*km).unwrap_or(0))
        }
        Suspicion::TooFar { km, .. } => {
            Message::new("scan-say-suspected-far").with("km", usize::try_from(*km).unwrap_or(0))
        }
    }
}

impl Cause {
    /// Why `hold` was put.
    pub fn of(hold: &batch_hold::Model) -> Self {
        match hold.reason {
            Reason::PreHarvestInterval => Self::Interval(hold.until),
            Reason::MassBalance => Self::Balance,
            Reason::OverPrinted => Self::Printed,
            Reason::OverSold => Self::Sold,
            Reason::Recalled => Self::Recalled,
        }
    }

    pub fn sentence(self) -> Message {
        match self {
            Self::Interval(Some(until)) => Message::new("scan-say-held-interval").with("until", until.to_string()),
            Self::Interval(None) => Message::new("scan-say-held-officer"),
            Self::Recalled => Message::new("scan-say-held-recalled"),
            Self::Balance => Message::new("scan-say-held-balance"),
            Self::Printed => Message::new("scan-say-held-printed"),
            Self::Sold => Message::new("scan-say-held-sold"),
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

    fn unit(sold_at: Option<Timestamp>, used_at: Option<Timestamp>, suspicion: Option<Suspicion>) -> Unit {
        Unit {
            view: SerialView {
                batch: BatchId(Uuid::nil()),
                serial: "00001-BCDFGHJKLMN".into(),
                number: 1,
                printed_at: Timestamp(0),
                sold_at,
                used_at,
                scratch: used_at.is_some(),
            },
            suspicion,
        }
    }

    #[test]
    fn a_hold_stays_until_it_is_released() {
        let mut interval = hold(Reason::PreHarvestInterval, Some("2026-11-25"));
        let held = verdict(std::slice::from_ref(&interval), None, None, day("2026-11-24"));
        assert_eq!(held, Verdict::Held(vec![Cause::Interval(Some(day("2026-11-25")))]));
        assert_eq!(
            verdict(std::slice::from_ref(&interval), None, None, day("2027-11-25")),
            held
        );
        interval.released_at = Some(Timestamp(1));
        assert_eq!(verdict(&[interval], None, None, day("2026-11-24")), Verdict::Real);
    }

    #[test]
    fn a_recall_comes_before_everything() {
        let mut recall = hold(Reason::Recalled, None);
        recall.detail = "Dư lượng thuốc.".into();
        recall.detail_en = "Residues.".into();
        let holds = [hold(Reason::MassBalance, None), recall];
        let recalled = verdict(&holds, Some(day("2026-11-01")), None, day("2026-11-21"));
        assert_eq!(recalled.class(), "recalled");
        let said = |language| recalled.sentences(language).join(" ");
        assert!(
            said(Language::Vietnamese).contains("Dư lượng thuốc.") && !said(Language::Vietnamese).contains("Residues")
        );
        assert!(said(Language::English).contains("Residues."));
    }

    #[test]
    fn every_reason_is_told_once_and_comes_before_the_date() {
        let holds = [hold(Reason::MassBalance, None), hold(Reason::MassBalance, None)];
        let held = verdict(&holds, Some(day("2026-11-20")), None, day("2026-11-21"));
        assert_eq!(held, Verdict::Held(vec![Cause::Balance]));
        assert_eq!(
            verdict(&[], Some(day("2026-11-20")), None, day("2026-11-21")),
            Verdict::Expired(day("2026-11-20"))
        );
        assert_eq!(
            verdict(&[], Some(day("2026-11-21")), None, day("2026-11-21")),
            Verdict::Real,
            "its last day is still good"
        );
    }

    #[test]
    fn a_unit_is_spent_before_it_is_suspected_and_held_before_either() {
        let today = day("2026-11-21");
        let often = Suspicion::Often { scans: 99 };
        let (sold, used) = (Some(Timestamp(1)), Some(Timestamp(2)));
        let of = |unit: &Unit| verdict(&[], None, Some(unit), today);
        assert_eq!(of(&unit(None, None, None)), Verdict::Real);
        assert_eq!(of(&unit(sold, None, None)), Verdict::Spent(Spent::Sold(Timestamp(1))));
        assert_eq!(of(&unit(sold, used, None)), Verdict::Spent(Spent::Used(Timestamp(2))));
        assert_eq!(
            of(&unit(sold, None, Some(often.clone()))),
            Verdict::Spent(Spent::Sold(Timestamp(1)))
        );
        assert_eq!(
            of(&unit(None, None, Some(often.clone()))),
            Verdict::Suspected(often.clone())
        );
        let held = verdict(
            &[hold(Reason::MassBalance, None)],
            None,
            Some(&unit(sold, None, Some(often))),
            today,
        );
        assert_eq!(held.class(), "held");
    }

    #[test]
    fn every_verdict_has_its_own_word_and_class() {
        let all = [
            Verdict::Recalled {
                why: "x".into(),
                why_en: String::new(),
            },
            Verdict::Held(vec![Cause::Balance]),
            Verdict::Expired(day("2026-11-20")),
            Verdict::Spent(Spent::Used(Timestamp(0))),
            Verdict::Suspected(Suspicion::Often { scans: 99 }),
            Verdict::Real,
        ];
        let said = |verdict: &Verdict| Language::Vietnamese.say(&verdict.word());
        let words: std::collections::HashSet<String> = all.iter().map(said).collect();
        let classes: std::collections::HashSet<&str> = all.iter().map(Verdict::class).collect();
        assert_eq!((words.len(), classes.len()), (all.len(), all.len()));
        for said in all.iter().flat_map(|verdict| verdict.sentences(Language::Vietnamese)) {
            assert!(!said.contains("scan-say"), "{said}");
        }
    }
}
