//! What may become of a listing (pure).

use entity::listings::listing::State;

/// Something that happens to a listing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// Its seller wants it on sale.
    Publish,
    /// Its seller takes it off sale.
    Withdraw,
    /// An officer takes it off sale.
    TakeDown,
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
        (State::Draft | State::Review | State::Withdrawn | State::Live, Event::Publish) => Ok(State::Live),
        (State::Draft | State::Review | State::Live | State::Withdrawn, Event::Withdraw) => Ok(State::Withdrawn),
        (_, Event::TakeDown) => Ok(State::TakenDown),
        // Only an officer undoes what an officer did.
        (State::TakenDown, Event::Publish | Event::Withdraw) => Err(Illegal { from, event }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seller_cannot_undo_a_takedown() {
        assert_eq!(next(State::Live, Event::Withdraw), Ok(State::Withdrawn));
        assert_eq!(next(State::Withdrawn, Event::Publish), Ok(State::Live));
        assert_eq!(next(State::Live, Event::TakeDown), Ok(State::TakenDown));
        assert!(next(State::TakenDown, Event::Publish).is_err());
        assert!(next(State::TakenDown, Event::Withdraw).is_err());
    }
}
