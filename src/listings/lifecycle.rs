//! What may become of a listing (pure).
//!
//! ```text
//! draft ──publish──▶ live ◀──approve── review ◀──submit── draft
//!   ▲                 │ ▲                │
//!   └────return───────┼─┼────────────────┘
//!                     ▼ │ publish, submit
//!                 withdrawn ◀──restore── taken down ◀──take down── any
//! ```
//!
//! `publish` where the province asks no review, `submit` where it does.

use entity::listings::listing::State;

/// Something that happens to a listing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// Its seller wants it on sale, and nobody else is asked.
    Publish,
    /// Its seller wants it on sale, and an officer is asked.
    Submit,
    /// An officer lets it go on sale.
    Approve,
    /// An officer sends it back to its seller.
    Return,
    /// Its seller takes it off sale.
    Withdraw,
    /// The day of its harvest has passed.
    Close,
    /// An officer takes it off sale.
    TakeDown,
    /// An officer takes that back; its seller may put it on sale again.
    Restore,
}

/// A move that the rules do not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a listing that is {from:?} cannot {event:?}")]
pub struct Illegal {
    pub from: State,
    pub event: Event,
}

/// The state after `event`. What is so already stays so: pressing twice is no mistake.
pub const fn next(from: State, event: Event) -> Result<State, Illegal> {
    match (from, event) {
        (State::Draft | State::Review | State::Withdrawn | State::Live, Event::Publish)
        // What is on sale has been looked at.
        | (State::Live, Event::Submit)
        | (State::Review, Event::Approve) => Ok(State::Live),
        (State::Draft | State::Review | State::Withdrawn, Event::Submit) => Ok(State::Review),
        (State::Review, Event::Return) => Ok(State::Draft),
        (State::Draft | State::Review | State::Live | State::Withdrawn, Event::Withdraw)
        | (State::Live, Event::Close)
        | (State::TakenDown, Event::Restore) => Ok(State::Withdrawn),
        (_, Event::TakeDown) => Ok(State::TakenDown),
        // Only an officer undoes what an officer did, and an officer decides only what waits.
        _ => Err(Illegal { from, event }),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const STATES: [State; 5] = [
        State::Draft,
        State::Review,
        State::Live,
        State::Withdrawn,
        State::TakenDown,
    ];
    const EVENTS: [Event; 8] = [
        Event::Publish,
        Event::Submit,
        Event::Approve,
        Event::Return,
        Event::Withdraw,
        Event::Close,
        Event::TakeDown,
        Event::Restore,
    ];

    #[test]
    fn a_seller_cannot_undo_a_takedown() {
        assert_eq!(next(State::Live, Event::Withdraw), Ok(State::Withdrawn));
        assert_eq!(next(State::Withdrawn, Event::Publish), Ok(State::Live));
        assert_eq!(next(State::Live, Event::TakeDown), Ok(State::TakenDown));
        for event in [
            Event::Publish,
            Event::Submit,
            Event::Withdraw,
            Event::Approve,
            Event::Close,
        ] {
            assert!(next(State::TakenDown, event).is_err(), "{event:?}");
        }
        assert_eq!(next(State::TakenDown, Event::Restore), Ok(State::Withdrawn));
    }

    #[test]
    fn every_move_there_is() {
        use Event::{Approve, Close, Publish, Restore, Return, Submit, TakeDown, Withdraw};
        use State::{Draft, Live, Review, TakenDown, Withdrawn};
        let moves: Vec<_> = STATES
            .into_iter()
            .flat_map(|from| EVENTS.map(|event| (from, event)))
            .filter_map(|(from, event)| Some((from, event, next(from, event).ok()?)))
            .filter(|(from, _, to)| from != to)
            .collect();
        assert_eq!(
            moves,
            [
                (Draft, Publish, Live),
                (Draft, Submit, Review),
                (Draft, Withdraw, Withdrawn),
                (Draft, TakeDown, TakenDown),
                (Review, Publish, Live),
                (Review, Approve, Live),
                (Review, Return, Draft),
                (Review, Withdraw, Withdrawn),
                (Review, TakeDown, TakenDown),
                (Live, Withdraw, Withdrawn),
                (Live, Close, Withdrawn),
                (Live, TakeDown, TakenDown),
                (Withdrawn, Publish, Live),
                (Withdrawn, Submit, Review),
                (Withdrawn, TakeDown, TakenDown),
                (TakenDown, Restore, Withdrawn),
            ]
        );
    }

    proptest! {
        #[test]
        fn nothing_goes_on_sale_unseen(events in prop::collection::vec(0..EVENTS.len(), 0..40)) {
            // Where every seller's wish is submitted, nothing is live that no officer approved since it was last a draft
            // or off sale; and what an officer took down stays down until an officer restores it.
            let (mut state, mut approved, mut down) = (State::Draft, false, false);
            for event in events.into_iter().map(|place| EVENTS[place]).filter(|event| *event != Event::Publish) {
                let Ok(to) = next(state, event) else { continue };
                match event {
                    Event::Approve => approved = true,
                    Event::TakeDown => down = true,
                    Event::Restore => down = false,
                    _ => {}
                }
                if to != State::Live {
                    approved = false;
                }
                state = to;
                prop_assert!(state != State::Live || approved);
                prop_assert_eq!(state == State::TakenDown, down);
            }
        }
    }
}
