//! What may become of a dossier (pure).

use entity::dossiers::dossier::{Stage, State};

/// Something that happens to a dossier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// The commune finds it complete and sends it on.
    Accept,
    /// Something is missing.
    Ask,
    /// What was missing came.
    Answer,
    /// Samples came in. They come when they come: also before the commune is done, and as an answer to what was asked.
    Sample,
    /// A member of the council gives points.
    Score,
    Grant,
    Refuse,
    /// The applicant takes it back.
    Withdraw,
}

impl Event {
    pub const ALL: [Self; 8] = [
        Self::Ask,
        Self::Answer,
        Self::Accept,
        Self::Sample,
        Self::Score,
        Self::Grant,
        Self::Refuse,
        Self::Withdraw,
    ];
}

/// Where a dossier stands, and where it goes back to when what was asked for has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    pub state: State,
    pub resumes: Option<State>,
}

impl Standing {
    #[must_use]
    pub const fn at(state: State) -> Self {
        Self { state, resumes: None }
    }

    /// Whose turn it is.
    #[must_use]
    pub const fn stage(self) -> Stage {
        match (self.state, self.resumes) {
            (State::Entered, _) | (State::Supplement, Some(State::Entered)) => Stage::Commune,
            _ => Stage::Province,
        }
    }
}

/// A move that the rules do not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a dossier that is {from:?} cannot {event:?}")]
pub struct Illegal {
    pub from: Standing,
    pub event: Event,
}

/// Where a dossier stands after `event`.
pub const fn next(from: Standing, event: Event) -> Result<Standing, Illegal> {
    use Event::{Accept, Answer, Ask, Grant, Refuse, Sample, Score, Withdraw};
    use State::{Accepted, Assessing, Entered, Granted, Refused, Supplement, Withdrawn};
    match (from.state, event) {
        (Entered, Accept) => Ok(Standing::at(Accepted)),
        (Entered | Accepted | Assessing, Ask) => Ok(Standing {
            state: Supplement,
            resumes: Some(from.state),
        }),
        (Supplement, Answer) => match from.resumes {
            Some(state) => Ok(Standing::at(state)),
            None => Err(Illegal { from, event }),
        },
        (Entered, Sample) => Ok(from),
        (Accepted | Assessing, Sample | Score) => Ok(Standing::at(Assessing)),
        (Supplement, Sample) => Ok(Standing {
            state: Supplement,
            resumes: match from.resumes {
                Some(Accepted) => Some(Assessing),
                other => other,
            },
        }),
        (Assessing, Grant) => Ok(Standing::at(Granted)),
        // Also when the applicant never answers what was asked.
        (Entered | Accepted | Assessing | Supplement, Refuse) => Ok(Standing::at(Refused)),
        (Entered | Accepted | Assessing | Supplement, Withdraw) => Ok(Standing::at(Withdrawn)),
        _ => Err(Illegal { from, event }),
    }
}

/// What may happen next.
#[must_use]
pub fn possible(from: Standing) -> Vec<Event> {
    Event::ALL
        .into_iter()
        .filter(|event| next(from, *event).is_ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn walk(events: &[Event]) -> Result<Standing, Illegal> {
        events
            .iter()
            .try_fold(Standing::at(State::Entered), |at, event| next(at, *event))
    }

    #[test]
    fn a_dossier_goes_from_the_commune_to_the_decision() {
        use Event::{Accept, Answer, Ask, Grant, Sample, Score};
        let straight = walk(&[Accept, Sample, Score, Score, Grant]);
        assert_eq!(straight, Ok(Standing::at(State::Granted)));
        assert_eq!(
            walk(&[Ask, Answer, Accept, Ask, Sample, Answer, Score, Grant]),
            straight
        );
        assert!(walk(&[Accept, Grant]).is_err(), "nobody has looked at it");
        assert!(walk(&[Score]).is_err(), "the commune has not sent it on");
        assert!(walk(&[Accept, Ask, Score]).is_err(), "the council waits too");
        assert_eq!(
            walk(&[Sample, Accept]).map(|at| at.state),
            Ok(State::Accepted),
            "early samples are no assessment"
        );
    }

    proptest! {
        #[test]
        fn whatever_happens_the_rules_hold(moves in prop::collection::vec(0..Event::ALL.len(), 0..40)) {
            let mut at = Standing::at(State::Entered);
            for nth in moves {
                let event = Event::ALL[nth];
                let before = at;
                match next(before, event) {
                    Ok(after) => {
                        prop_assert!(!before.state.is_closed(), "nothing happens to what is closed");
                        prop_assert_eq!(after.state == State::Supplement, after.resumes.is_some());
                        // It never goes back from the province to the commune.
                        prop_assert!(before.stage() <= after.stage());
                        prop_assert!(after.state != State::Granted || before.state == State::Assessing);
                        at = after;
                    }
                    Err(illegal) => prop_assert_eq!(illegal, Illegal { from: before, event }),
                }
                prop_assert_eq!(possible(at).is_empty(), at.state.is_closed());
            }
        }
    }
}
