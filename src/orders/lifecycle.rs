//! What may become of an order (pure). Order and fulfilment are two tables; the payment's axis belongs to payments, and
//! here is only what it permits.

use entity::{
    orders::order::{Delivery, Fulfilment, State},
    payments::payment,
};

/// Something that happens to an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// The seller will do it.
    Confirm,
    Pack,
    /// It is on its way.
    Ship,
    /// The buyer has it.
    Deliver,
    /// Buyer or seller give it up.
    Cancel,
    /// Not paid in time.
    Expire,
    /// Paid too late, but what it wants is still there.
    Revive,
}

/// How much of the money has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Money {
    /// It comes on delivery.
    OnDelivery,
    None,
    Some,
    All,
}

impl Money {
    /// What `payment` says of it; an order paid on delivery has none.
    #[must_use]
    pub const fn of(payment: Option<&payment::Model>) -> Self {
        match payment {
            None => Self::OnDelivery,
            Some(payment) => match payment.status {
                payment::Status::Paid | payment::Status::Overpaid => Self::All,
                // What was given back has come all the same: it is not for a cancellation to forget.
                payment::Status::Underpaid | payment::Status::Refunded => Self::Some,
                payment::Status::Pending | payment::Status::Expired if payment.received.0 > 0 => Self::Some,
                payment::Status::Pending | payment::Status::Expired => Self::None,
            },
        }
    }
}

/// Where an order stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    pub state: State,
    pub fulfilment: Fulfilment,
}

/// Why something cannot happen to an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Illegal {
    #[error("it is {} and cannot {event:?}", .state.code())]
    State { state: State, event: Event },
    #[error("its goods are {} and cannot {event:?}", .fulfilment.code())]
    Fulfilment { fulfilment: Fulfilment, event: Event },
    #[error("it is not paid")]
    Unpaid,
    #[error("money for it has come")]
    MoneyCame,
}

/// The order after `event`. What is so already stays so: pressing twice is no mistake.
pub const fn state(from: State, event: Event) -> Result<State, Illegal> {
    match (from, event) {
        (State::Placed | State::Confirmed, Event::Confirm) | (State::Confirmed, Event::Pack | Event::Ship) => {
            Ok(State::Confirmed)
        }
        (State::Confirmed | State::Completed, Event::Deliver) => Ok(State::Completed),
        (State::Placed | State::Confirmed | State::Cancelled, Event::Cancel) => Ok(State::Cancelled),
        (State::Placed | State::Confirmed | State::Expired, Event::Expire) => Ok(State::Expired),
        // The seller has to say again that they will do it: they have seen it given up.
        (State::Expired, Event::Revive) => Ok(State::Placed),
        _ => Err(Illegal::State { state: from, event }),
    }
}

/// The goods after `event`. Only what is shipped is on its way; what is fetched goes from the packing table to the buyer.
pub const fn fulfilment(from: Fulfilment, event: Event, delivery: Delivery) -> Result<Fulfilment, Illegal> {
    match (from, event, delivery) {
        (Fulfilment::Waiting | Fulfilment::Packed, Event::Pack, _) => Ok(Fulfilment::Packed),
        (Fulfilment::Packed | Fulfilment::Shipped, Event::Ship, Delivery::Ship) => Ok(Fulfilment::Shipped),
        (Fulfilment::Shipped | Fulfilment::Delivered, Event::Deliver, _)
        | (Fulfilment::Packed, Event::Deliver, Delivery::Pickup | Delivery::Farm) => Ok(Fulfilment::Delivered),
        // What is packed is no longer given up by pressing a button.
        (_, Event::Confirm, _) | (Fulfilment::Waiting, Event::Cancel | Event::Expire | Event::Revive, _) => Ok(from),
        _ => Err(Illegal::Fulfilment {
            fulfilment: from,
            event,
        }),
    }
}

/// What the money permits: goods move when it is there or comes on delivery, and an order is given up while none came.
const fn permitted(event: Event, money: Money) -> Result<(), Illegal> {
    match (event, money) {
        (Event::Pack | Event::Ship | Event::Deliver, Money::None | Money::Some) => Err(Illegal::Unpaid),
        (Event::Cancel, Money::Some | Money::All) | (Event::Expire, Money::All) => Err(Illegal::MoneyCame),
        _ => Ok(()),
    }
}

/// Where an order stands after `event`.
pub fn next(from: Standing, event: Event, delivery: Delivery, money: Money) -> Result<Standing, Illegal> {
    let after = Standing {
        state: state(from.state, event)?,
        fulfilment: fulfilment(from.fulfilment, event, delivery)?,
    };
    // Given up already: whatever money came since does not make that wrong.
    if after != from {
        permitted(event, money)?;
    }
    Ok(after)
}

/// Whether the goods leave the seller's hands between `before` and `after`. Until then they are held and not issued:
/// they lie in the seller's store and count in a stock-taking, and giving the order up is nothing but a release.
#[must_use]
pub const fn leaves(before: Fulfilment, after: Fulfilment) -> bool {
    const fn gone(at: Fulfilment) -> bool {
        matches!(at, Fulfilment::Shipped | Fulfilment::Delivered)
    }
    !gone(before) && gone(after)
}

/// What somebody could press now, in the order of a day's work.
#[must_use]
pub fn possible(from: Standing, delivery: Delivery, money: Money) -> Vec<Event> {
    [Event::Confirm, Event::Pack, Event::Ship, Event::Deliver, Event::Cancel]
        .into_iter()
        .filter(|event| next(from, *event, delivery, money).is_ok_and(|after| after != from))
        .collect()
}

impl Event {
    /// The word of the API's address.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Confirm => "confirm",
            Self::Pack => "pack",
            Self::Ship => "ship",
            Self::Deliver => "deliver",
            Self::Cancel => "cancel",
            Self::Expire => "expire",
            Self::Revive => "revive",
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use sea_orm::Iterable;

    use super::*;

    const EVENTS: [Event; 7] = [
        Event::Confirm,
        Event::Pack,
        Event::Ship,
        Event::Deliver,
        Event::Cancel,
        Event::Expire,
        Event::Revive,
    ];
    const MONEY: [Money; 4] = [Money::OnDelivery, Money::None, Money::Some, Money::All];
    const NEW: Standing = Standing {
        state: State::Placed,
        fulfilment: Fulfilment::Waiting,
    };

    fn walk(delivery: Delivery, money: Money, events: &[Event]) -> Result<Standing, Illegal> {
        events
            .iter()
            .try_fold(NEW, |at, event| next(at, *event, delivery, money))
    }

    #[test]
    fn an_order_goes_from_the_basket_to_the_buyer() {
        use Event::{Confirm, Deliver, Pack, Ship};
        let done = Ok(Standing {
            state: State::Completed,
            fulfilment: Fulfilment::Delivered,
        });
        assert_eq!(walk(Delivery::Ship, Money::All, &[Confirm, Pack, Ship, Deliver]), done);
        assert_eq!(
            walk(Delivery::Pickup, Money::OnDelivery, &[Confirm, Pack, Deliver]),
            done
        );
        let twice = [Confirm, Confirm, Pack, Pack, Ship, Ship, Deliver, Deliver];
        assert_eq!(walk(Delivery::Ship, Money::All, &twice), done);
        assert_eq!(
            walk(Delivery::Farm, Money::All, &[Confirm, Pack, Ship]),
            Err(Illegal::Fulfilment {
                fulfilment: Fulfilment::Packed,
                event: Ship
            })
        );
        assert_eq!(
            walk(Delivery::Ship, Money::All, &[Pack]),
            Err(Illegal::State {
                state: State::Placed,
                event: Pack
            })
        );
    }

    #[test]
    fn goods_move_for_money_and_an_order_is_given_up_without() {
        use Event::{Cancel, Confirm, Expire, Pack, Revive};
        assert_eq!(
            walk(Delivery::Ship, Money::None, &[Confirm, Pack]),
            Err(Illegal::Unpaid)
        );
        assert_eq!(
            walk(Delivery::Ship, Money::Some, &[Confirm, Pack]),
            Err(Illegal::Unpaid)
        );
        assert_eq!(walk(Delivery::Ship, Money::Some, &[Cancel]), Err(Illegal::MoneyCame));
        assert_eq!(walk(Delivery::Ship, Money::All, &[Expire]), Err(Illegal::MoneyCame));
        for given_up in [Cancel, Expire] {
            let after = walk(Delivery::Ship, Money::None, &[given_up]).expect("legal");
            for event in EVENTS {
                let reached = next(after, event, Delivery::Ship, Money::None);
                let same = event == given_up;
                let revived = given_up == Expire && event == Revive;
                assert_eq!(reached.is_ok(), same || revived, "{event:?} after {given_up:?}");
            }
        }
        assert!(
            walk(Delivery::Ship, Money::OnDelivery, &[Confirm, Pack, Cancel]).is_err(),
            "what is packed is not given up"
        );
    }

    #[test]
    fn stock_is_issued_once_and_only_on_its_way_out() {
        for before in Fulfilment::iter() {
            assert!(!leaves(before, before));
        }
        assert!(leaves(Fulfilment::Packed, Fulfilment::Shipped));
        assert!(leaves(Fulfilment::Packed, Fulfilment::Delivered));
        assert!(!leaves(Fulfilment::Shipped, Fulfilment::Delivered));
        assert!(!leaves(Fulfilment::Waiting, Fulfilment::Packed));
    }

    #[test]
    fn what_is_possible_depends_on_where_it_stands() {
        use Event::{Cancel, Confirm, Pack};
        assert_eq!(possible(NEW, Delivery::Ship, Money::None), [Confirm, Cancel]);
        let confirmed = Standing {
            state: State::Confirmed,
            ..NEW
        };
        assert_eq!(possible(confirmed, Delivery::Ship, Money::All), [Pack]);
        assert_eq!(possible(confirmed, Delivery::Ship, Money::OnDelivery), [Pack, Cancel]);
    }

    proptest! {
        /// However events come, goods and order never contradict each other, and goods never move without money.
        #[test]
        fn no_walk_reaches_an_impossible_standing(
            steps in prop::collection::vec((0..EVENTS.len(), 0..MONEY.len()), 0..40),
            delivery in prop::sample::select(Delivery::iter().collect::<Vec<_>>()),
        ) {
            let mut at = NEW;
            for (event, money) in steps {
                let (event, money) = (EVENTS[event], MONEY[money]);
                let Ok(after) = next(at, event, delivery, money) else { continue };
                if after.fulfilment != at.fulfilment {
                    prop_assert!(matches!(money, Money::All | Money::OnDelivery));
                }
                at = after;
                let given_up = matches!(at.state, State::Cancelled | State::Expired);
                prop_assert_eq!(at.state == State::Completed, at.fulfilment == Fulfilment::Delivered);
                prop_assert!(!given_up || at.fulfilment == Fulfilment::Waiting);
                prop_assert!(at.state != State::Placed || at.fulfilment == Fulfilment::Waiting);
                prop_assert!(delivery == Delivery::Ship || at.fulfilment != Fulfilment::Shipped);
            }
        }
    }
}
