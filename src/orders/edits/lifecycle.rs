//! What may become of a proposal (pure).

use entity::orders::edit::State;

/// Something that happens to a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// The buyer agrees; `pays`: and has to pay a difference first.
    Accept {
        pays: bool,
    },
    /// The difference came.
    Paid,
    Refuse,
    /// The seller takes it back, or the order went on without it.
    Withdraw,
    /// Nobody answered, or nobody paid.
    Lapse,
}

/// A move that the rules do not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a proposal that is {from:?} cannot become {event:?}")]
pub struct Illegal {
    from: State,
    event: Event,
}

/// The proposal after `event`.
pub const fn next(from: State, event: Event) -> Result<State, Illegal> {
    match (from, event) {
        (State::Open, Event::Accept { pays: true }) => Ok(State::WaitingPayment),
        (State::Open, Event::Accept { pays: false }) | (State::WaitingPayment, Event::Paid) => Ok(State::Accepted),
        (State::Open, Event::Refuse) => Ok(State::Refused),
        (State::Open, Event::Withdraw) => Ok(State::Withdrawn),
        (State::Open | State::WaitingPayment, Event::Lapse) => Ok(State::Lapsed),
        _ => Err(Illegal { from, event }),
    }
}

/// Whether somebody is still waited for.
pub const fn is_open(state: State) -> bool {
    matches!(state, State::Open | State::WaitingPayment)
}

#[cfg(test)]
mod tests {
    use sea_orm::Iterable as _;

    use super::*;

    #[test]
    fn what_is_closed_stays_closed() {
        let events = [
            Event::Accept { pays: true },
            Event::Accept { pays: false },
            Event::Paid,
            Event::Refuse,
            Event::Withdraw,
            Event::Lapse,
        ];
        for from in State::iter() {
            let possible = events.iter().filter(|event| next(from, **event).is_ok()).count();
            assert_eq!(possible > 0, is_open(from), "{from:?}");
        }
        assert!(
            next(State::WaitingPayment, Event::Refuse).is_err(),
            "who agreed and does not pay lets it lapse"
        );
    }
}
