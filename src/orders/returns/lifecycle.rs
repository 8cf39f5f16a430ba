//! What may become of a return, and what it comes to when nobody does anything (pure).

use entity::orders::return_request::State;

use crate::orders::periods::Period;

/// Something that happens to a return.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// The seller agrees; `back`: once the goods are back.
    Accept {
        back: bool,
    },
    Refuse,
    /// The goods are on their way back.
    Send,
    /// The seller has them.
    Receive,
    Withdraw,
    Dispute,
    /// An officer decides.
    Decide {
        refund: bool,
    },
    /// Nobody did anything in time.
    RunOut,
}

/// What a return comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Refunded,
    Closed,
}

impl Outcome {
    /// The word of the wire.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Refunded => "refunded",
            Self::Closed => "closed",
        }
    }
}

/// A move that the rules do not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a return that is {from:?} cannot become {event:?}")]
pub struct Illegal {
    from: State,
    event: Event,
}

/// The return after `event`.
pub const fn next(from: State, event: Event) -> Result<State, Illegal> {
    match (from, event) {
        (State::Asked | State::Refused | State::Disputed, Event::Accept { back: true }) => Ok(State::GoodsWanted),
        (State::Asked | State::Refused | State::Disputed, Event::Accept { back: false })
        | (State::GoodsWanted | State::Sent, Event::Receive)
        | (State::Disputed, Event::Decide { refund: true }) => Ok(State::Refunded),
        // Goods that came back otherwise than they were said to be are refused too.
        (State::Asked | State::Sent, Event::Refuse) => Ok(State::Refused),
        (State::GoodsWanted, Event::Send) => Ok(State::Sent),
        (State::Asked | State::GoodsWanted | State::Refused | State::Disputed, Event::Withdraw) => Ok(State::Withdrawn),
        (State::Asked | State::Refused, Event::Dispute) => Ok(State::Disputed),
        (State::Disputed, Event::Decide { refund: false }) => Ok(State::Closed),
        (from, Event::RunOut) => match default_of(from) {
            Some((_, Outcome::Refunded)) => Ok(State::Refunded),
            Some((_, Outcome::Closed)) => Ok(State::Closed),
            None => Err(Illegal { from, event }),
        },
        _ => Err(Illegal { from, event }),
    }
}

/// How long somebody is waited for, and what it comes to when they say nothing: a silent seller has agreed, a silent buyer
/// has let it be.
pub const fn default_of(state: State) -> Option<(Period, Outcome)> {
    match state {
        State::Asked => Some((Period::ReturnAnswer, Outcome::Refunded)),
        State::GoodsWanted => Some((Period::ReturnSend, Outcome::Closed)),
        State::Sent => Some((Period::ReturnReceive, Outcome::Refunded)),
        State::Refused => Some((Period::ReturnDispute, Outcome::Closed)),
        State::Disputed => Some((Period::DisputeAnswer, Outcome::Refunded)),
        State::Refunded | State::Closed | State::Withdrawn => None,
    }
}

/// Who does something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    Buyer,
    Seller,
    Officer,
}

impl Event {
    /// Whose it is to do.
    const fn is_of(self, by: By) -> bool {
        match self {
            Self::Send | Self::Withdraw | Self::Dispute => matches!(by, By::Buyer),
            Self::Accept { .. } | Self::Refuse | Self::Receive => matches!(by, By::Seller),
            Self::Decide { .. } => matches!(by, By::Officer),
            Self::RunOut => false,
        }
    }

    /// The word of the API's address.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Accept { .. } => "accept",
            Self::Refuse => "refuse",
            Self::Send => "send",
            Self::Receive => "receive",
            Self::Withdraw => "withdraw",
            Self::Dispute => "dispute",
            Self::Decide { .. } => "decide",
            Self::RunOut => "run_out",
        }
    }
}

/// What somebody could press now; `silent`: the seller has been silent so long that the buyer may dispute.
pub fn possible(from: State, by: By, silent: bool) -> Vec<Event> {
    [
        Event::Accept { back: true },
        Event::Refuse,
        Event::Send,
        Event::Receive,
        Event::Withdraw,
        Event::Dispute,
        Event::Decide { refund: true },
    ]
    .into_iter()
    .filter(|event| event.is_of(by) && next(from, *event).is_ok())
    .filter(|event| *event != Event::Dispute || from == State::Refused || silent)
    .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use sea_orm::Iterable as _;

    use super::*;

    const fn is_open(state: State) -> bool {
        default_of(state).is_some()
    }

    const EVENTS: [Event; 10] = [
        Event::Accept { back: true },
        Event::Accept { back: false },
        Event::Refuse,
        Event::Send,
        Event::Receive,
        Event::Withdraw,
        Event::Dispute,
        Event::Decide { refund: true },
        Event::Decide { refund: false },
        Event::RunOut,
    ];

    #[test]
    fn silence_always_comes_to_something() {
        for state in State::iter() {
            assert_eq!(next(state, Event::RunOut).is_ok(), is_open(state), "{state:?}");
            assert_eq!(
                EVENTS.iter().any(|event| next(state, *event).is_ok()),
                is_open(state),
                "{state:?}"
            );
        }
        assert_eq!(
            next(State::Asked, Event::RunOut),
            Ok(State::Refunded),
            "a silent seller has agreed"
        );
        assert_eq!(
            next(State::GoodsWanted, Event::RunOut),
            Ok(State::Closed),
            "a silent buyer lets it be"
        );
        assert_eq!(next(State::Disputed, Event::RunOut), Ok(State::Refunded));
    }

    #[test]
    fn who_is_waited_for_is_offered_something() {
        assert_eq!(possible(State::Asked, By::Buyer, false), [Event::Withdraw]);
        assert_eq!(
            possible(State::Asked, By::Buyer, true),
            [Event::Withdraw, Event::Dispute]
        );
        assert_eq!(
            possible(State::Asked, By::Seller, false),
            [Event::Accept { back: true }, Event::Refuse]
        );
        assert_eq!(
            possible(State::Disputed, By::Officer, false),
            [Event::Decide { refund: true }]
        );
        for state in State::iter().filter(|state| !is_open(*state)) {
            for by in [By::Buyer, By::Seller, By::Officer] {
                assert_eq!(possible(state, by, true), []);
            }
        }
    }

    proptest! {
        /// However events come, a return ends at most once, and what is offered is possible.
        #[test]
        fn a_return_ends_once(steps in prop::collection::vec(0..EVENTS.len(), 0..40)) {
            let (mut at, mut ends) = (State::Asked, 0);
            for step in steps {
                for by in [By::Buyer, By::Seller, By::Officer] {
                    for offered in possible(at, by, true) {
                        prop_assert!(next(at, offered).is_ok());
                    }
                }
                if let Ok(after) = next(at, EVENTS[step]) {
                    prop_assert!(is_open(at));
                    ends += i32::from(!is_open(after));
                    at = after;
                }
            }
            prop_assert!(ends <= 1);
        }
    }
}
