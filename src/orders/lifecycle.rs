//! What may become of an order (pure). Order and goods are two tables; the payment's axis belongs to payments, and here is
//! only what it permits. Where the goods are is read off the parcels they lie in.

use entity::{
    Dong,
    orders::{
        order::{self, Delivery, Fulfilment, Side, State},
        parcel,
    },
    payments::payment,
};

/// Something that happens to an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// The seller will do it.
    Confirm,
    /// A parcel is packed; `rest`: something is still to be packed.
    Pack { rest: bool },
    /// So many parcels are on their way.
    Ship(u32),
    /// The buyer has so many parcels.
    Deliver(u32),
    /// A part of what lies in no parcel is given up; `rest`: something of it is still to be packed.
    Drop { rest: bool },
    /// So many packed parcels are opened again, because something in them must not leave.
    Unpack(u32),
    /// All of it is given up.
    Cancel,
    /// The seller did not confirm in time.
    Lapse,
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
    /// What `payment` says of it; an order paid on delivery has none, nor has one that store credit paid whole.
    #[must_use]
    pub fn of(order: &order::Model, payment: Option<&payment::Model>) -> Self {
        match payment {
            _ if order.total == Dong::ZERO => Self::All,
            None => Self::OnDelivery,
            Some(payment) => match payment.status {
                payment::Status::Paid | payment::Status::Overpaid => Self::All,
                // What was given back has come all the same: it is not for a cancellation to forget.
                payment::Status::Refunded if payment.settled_at.is_some() => Self::All,
                payment::Status::Underpaid | payment::Status::Refunded => Self::Some,
                payment::Status::Pending | payment::Status::Expired if payment.received.0 > 0 => Self::Some,
                payment::Status::Pending | payment::Status::Expired => Self::None,
            },
        }
    }
}

/// Where the goods of an order are: its parcels by state, and whether something of it lies in none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Goods {
    pub rest: bool,
    pub packed: u32,
    pub shipped: u32,
    pub delivered: u32,
}

impl Goods {
    /// Nothing is packed yet.
    pub const UNPACKED: Self = Self {
        rest: true,
        packed: 0,
        shipped: 0,
        delivered: 0,
    };

    /// What `parcels` say.
    #[must_use]
    pub fn of(rest: bool, parcels: impl IntoIterator<Item = parcel::State>) -> Self {
        let mut goods = Self { rest, ..Self::UNPACKED };
        for state in parcels {
            match state {
                parcel::State::Packed => goods.packed += 1,
                parcel::State::Shipped => goods.shipped += 1,
                parcel::State::Delivered => goods.delivered += 1,
                parcel::State::Unpacked => {}
            }
        }
        goods
    }

    /// The order's axis: as far as the part of it that is farthest behind.
    #[must_use]
    pub const fn fulfilment(self) -> Fulfilment {
        if self.rest || self.packed + self.shipped + self.delivered == 0 {
            Fulfilment::Waiting
        } else if self.packed > 0 {
            Fulfilment::Packed
        } else if self.shipped > 0 {
            Fulfilment::Shipped
        } else {
            Fulfilment::Delivered
        }
    }

    /// Whether some of them have left the seller's hands. Until then they are held and not issued: they lie in the
    /// seller's store and count in a stock-taking, and giving the order up is nothing but a release.
    #[must_use]
    pub const fn left(self) -> bool {
        self.shipped + self.delivered > 0
    }

    const fn parcels(self) -> u32 {
        self.packed + self.shipped + self.delivered
    }
}

/// Where an order stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    pub state: State,
    pub goods: Goods,
}

/// What an event depends on beside where the order stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Given {
    pub delivery: Delivery,
    pub money: Money,
    /// Who does it.
    pub by: Side,
}

/// Why something cannot happen to an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Illegal {
    #[error("it is {} and cannot {event:?}", .state.code())]
    State { state: State, event: Event },
    #[error("its goods are {goods:?} and cannot {event:?}")]
    Goods { goods: Goods, event: Event },
    #[error("goods of it have left")]
    GoodsLeft,
    #[error("it is not paid")]
    Unpaid,
    #[error("money for it has come")]
    MoneyCame,
    #[error("the seller has confirmed it")]
    NeedsSeller,
}

/// The order after `event`, once the goods are `goods`. What is so already stays so: pressing twice is no mistake.
const fn state(from: State, event: Event, goods: Goods) -> Result<State, Illegal> {
    let done = matches!(goods.fulfilment(), Fulfilment::Delivered);
    match (from, event) {
        (State::Confirmed, Event::Deliver(_) | Event::Drop { .. }) if done => Ok(State::Completed),
        (State::Placed, Event::Confirm)
        | (
            State::Confirmed,
            Event::Confirm
            | Event::Pack { .. }
            | Event::Ship(_)
            | Event::Deliver(_)
            | Event::Unpack(_)
            | Event::Drop { .. },
        ) => Ok(State::Confirmed),
        (State::Completed, Event::Deliver(0)) => Ok(State::Completed),
        (State::Placed | State::Confirmed | State::Cancelled, Event::Cancel) | (State::Placed, Event::Lapse) => {
            Ok(State::Cancelled)
        }
        (State::Placed | State::Confirmed | State::Expired, Event::Expire) => Ok(State::Expired),
        // Of one that is revived the seller has to say again that they will do it: they have seen it given up.
        (State::Placed, Event::Drop { .. }) | (State::Expired, Event::Revive) => Ok(State::Placed),
        _ => Err(Illegal::State { state: from, event }),
    }
}

/// The goods after `event`. Only what is shipped is on its way; what is fetched goes from the packing table to the buyer.
const fn goods(from: Goods, event: Event, delivery: Delivery) -> Result<Goods, Illegal> {
    let no = Err(Illegal::Goods { goods: from, event });
    match event {
        Event::Confirm | Event::Revive => Ok(from),
        Event::Pack { rest } if from.rest => Ok(Goods {
            rest,
            packed: from.packed + 1,
            ..from
        }),
        // All of it is packed already.
        Event::Pack { rest: false } if from.packed > 0 => Ok(from),
        Event::Ship(0) if from.shipped > 0 && from.packed == 0 => Ok(from),
        Event::Ship(parcels) if parcels > 0 && parcels <= from.packed && matches!(delivery, Delivery::Ship) => {
            Ok(Goods {
                packed: from.packed - parcels,
                shipped: from.shipped + parcels,
                ..from
            })
        }
        Event::Deliver(0) if matches!(from.fulfilment(), Fulfilment::Delivered) => Ok(from),
        Event::Deliver(parcels) if parcels > 0 => match delivery {
            Delivery::Ship if parcels <= from.shipped => Ok(Goods {
                shipped: from.shipped - parcels,
                delivered: from.delivered + parcels,
                ..from
            }),
            Delivery::Pickup | Delivery::Farm if parcels <= from.packed => Ok(Goods {
                packed: from.packed - parcels,
                delivered: from.delivered + parcels,
                ..from
            }),
            _ => no,
        },
        Event::Unpack(parcels) if parcels > 0 && parcels <= from.packed => Ok(Goods {
            rest: true,
            packed: from.packed - parcels,
            ..from
        }),
        // To give up all there is, an order is cancelled.
        Event::Drop { rest } if from.rest && (rest || from.parcels() > 0) => Ok(Goods { rest, ..from }),
        Event::Cancel if from.left() => Err(Illegal::GoodsLeft),
        Event::Cancel => Ok(Goods::UNPACKED),
        Event::Lapse | Event::Expire if from.parcels() == 0 => Ok(from),
        _ => no,
    }
}

/// What money and side permit: goods move when the money is there or comes on delivery; the buyer gives an order up
/// until its seller confirms, and as long as not a đồng of a transfer has come; the seller until goods leave.
const fn permitted(from: Standing, event: Event, given: Given) -> Result<(), Illegal> {
    match (event, given.money, given.by) {
        // Of an order that is paid in part nothing is dropped: the money is completed first, or all of it given up.
        (Event::Pack { .. } | Event::Ship(_) | Event::Deliver(_) | Event::Lapse, Money::None | Money::Some, _)
        | (Event::Drop { .. }, Money::Some, _) => Err(Illegal::Unpaid),
        (Event::Cancel | Event::Drop { .. }, money, Side::Buyer) if !matches!(from.state, State::Placed) => match money
        {
            Money::None => Ok(()),
            Money::OnDelivery => Err(Illegal::NeedsSeller),
            Money::Some | Money::All => Err(Illegal::MoneyCame),
        },
        (Event::Expire, Money::All, _) => Err(Illegal::MoneyCame),
        _ => Ok(()),
    }
}

/// Where an order stands after `event`.
pub fn next(from: Standing, event: Event, given: Given) -> Result<Standing, Illegal> {
    // An order that is over says so before its goods do.
    state(from.state, event, from.goods)?;
    // Given up already: whatever money came since does not make that wrong.
    if from.state == State::Cancelled && event == Event::Cancel {
        return Ok(from);
    }
    let goods = goods(from.goods, event, given.delivery)?;
    let after = Standing {
        state: state(from.state, event, goods)?,
        goods,
    };
    // Dropping more of what lies in no parcel moves neither axis, and is not pressing twice.
    if after != from || matches!(event, Event::Drop { .. }) {
        permitted(from, event, given)?;
    }
    Ok(after)
}

/// What somebody could press now, in the order of a day's work.
#[must_use]
pub fn possible(from: Standing, given: Given) -> Vec<Event> {
    let arriving = match given.delivery {
        Delivery::Ship => from.goods.shipped,
        Delivery::Pickup | Delivery::Farm => from.goods.packed,
    };
    [
        Event::Confirm,
        Event::Pack { rest: false },
        Event::Ship(from.goods.packed),
        Event::Deliver(arriving),
        Event::Cancel,
    ]
    .into_iter()
    .filter(|event| given.by != Side::Buyer || matches!(event, Event::Deliver(_) | Event::Cancel))
    .filter(|event| next(from, *event, given).is_ok_and(|after| after != from))
    .collect()
}

/// The parcel after `event`; `None`: it stays as it is.
#[must_use]
pub const fn parcel(from: parcel::State, event: Event, delivery: Delivery) -> Option<parcel::State> {
    match (from, event, delivery) {
        (parcel::State::Packed, Event::Ship(_), Delivery::Ship) => Some(parcel::State::Shipped),
        (parcel::State::Shipped, Event::Deliver(_), Delivery::Ship)
        | (parcel::State::Packed, Event::Deliver(_), Delivery::Pickup | Delivery::Farm) => {
            Some(parcel::State::Delivered)
        }
        (parcel::State::Packed, Event::Cancel | Event::Unpack(_), _) => Some(parcel::State::Unpacked),
        _ => None,
    }
}

impl Event {
    /// The word of the API's address.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Confirm => "confirm",
            Self::Pack { .. } => "pack",
            Self::Ship(_) => "ship",
            Self::Deliver(_) => "deliver",
            Self::Unpack(_) => "unpack",
            Self::Drop { .. } => "drop",
            Self::Cancel => "cancel",
            Self::Lapse => "lapse",
            Self::Expire => "expire",
            Self::Revive => "revive",
        }
    }
}

/// The three axes in one word, for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Summary {
    /// Money is waited for.
    Unpaid,
    /// The seller has not confirmed.
    Waiting,
    Preparing,
    Packed,
    /// Some of it is on its way or there, and some is still to come.
    PartSent,
    OnTheWay,
    Delivered,
    Cancelled,
    Expired,
    /// All its money was given back.
    Refunded,
}

impl Summary {
    /// What `order` comes to.
    #[must_use]
    pub const fn of(at: Standing, money: Money, all_given_back: bool) -> Self {
        match (at.state, money) {
            (State::Cancelled, _) => Self::Cancelled,
            (State::Expired, _) => Self::Expired,
            (State::Completed, _) if all_given_back => Self::Refunded,
            (State::Completed, _) => Self::Delivered,
            (State::Placed | State::Confirmed, Money::None | Money::Some) => Self::Unpaid,
            (State::Placed, _) => Self::Waiting,
            (State::Confirmed, _) => match at.goods.fulfilment() {
                Fulfilment::Shipped => Self::OnTheWay,
                _ if at.goods.left() => Self::PartSent,
                Fulfilment::Packed => Self::Packed,
                _ => Self::Preparing,
            },
        }
    }

    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unpaid => "unpaid",
            Self::Waiting => "waiting",
            Self::Preparing => "preparing",
            Self::Packed => "packed",
            Self::PartSent => "part_sent",
            Self::OnTheWay => "on_the_way",
            Self::Delivered => "delivered",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
            Self::Refunded => "refunded",
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use sea_orm::Iterable;

    use super::*;

    const EVENTS: [Event; 13] = [
        Event::Confirm,
        Event::Pack { rest: false },
        Event::Pack { rest: true },
        Event::Ship(0),
        Event::Ship(1),
        Event::Ship(2),
        Event::Deliver(1),
        Event::Deliver(2),
        Event::Drop { rest: false },
        Event::Drop { rest: true },
        Event::Cancel,
        Event::Lapse,
        Event::Expire,
    ];
    const MONEY: [Money; 4] = [Money::OnDelivery, Money::None, Money::Some, Money::All];
    const NEW: Standing = Standing {
        state: State::Placed,
        goods: Goods::UNPACKED,
    };
    const PACK: Event = Event::Pack { rest: false };

    const fn by(delivery: Delivery, money: Money, by: Side) -> Given {
        Given { delivery, money, by }
    }

    const fn sold(delivery: Delivery, money: Money) -> Given {
        by(delivery, money, Side::Seller)
    }

    fn walk(given: Given, events: &[Event]) -> Result<Standing, Illegal> {
        events.iter().try_fold(NEW, |at, event| next(at, *event, given))
    }

    #[test]
    fn an_order_goes_from_the_basket_to_the_buyer() {
        use Event::{Confirm, Deliver, Ship};
        for (given, events) in [
            (
                sold(Delivery::Ship, Money::All),
                &[Confirm, PACK, Ship(1), Deliver(1)][..],
            ),
            (sold(Delivery::Pickup, Money::OnDelivery), &[Confirm, PACK, Deliver(1)]),
            // Pressed twice, and in the end by whoever comes late.
            (
                sold(Delivery::Ship, Money::All),
                &[Confirm, Confirm, PACK, PACK, Ship(1), Ship(0), Deliver(1), Deliver(0)],
            ),
        ] {
            let done = walk(given, events).expect("legal");
            assert_eq!(
                (done.state, done.goods.fulfilment()),
                (State::Completed, Fulfilment::Delivered)
            );
        }
        assert!(matches!(
            walk(sold(Delivery::Farm, Money::All), &[Confirm, PACK, Ship(1)]),
            Err(Illegal::Goods { .. })
        ));
        assert!(matches!(
            walk(sold(Delivery::Ship, Money::All), &[PACK]),
            Err(Illegal::State { .. })
        ));
    }

    #[test]
    fn parcels_go_one_by_one_and_the_last_completes_the_order() {
        use Event::{Confirm, Deliver, Drop, Pack, Ship};
        let given = sold(Delivery::Ship, Money::All);
        let first = [Confirm, Pack { rest: true }, Ship(1), Deliver(1)];
        let at = walk(given, &first).expect("legal");
        assert_eq!(
            (at.state, at.goods.fulfilment()),
            (State::Confirmed, Fulfilment::Waiting)
        );
        assert_eq!(Summary::of(at, Money::All, false), Summary::PartSent);
        assert_eq!(next(at, Event::Cancel, given), Err(Illegal::GoodsLeft));
        let given_up = next(at, Drop { rest: false }, given).expect("legal");
        assert_eq!(given_up.state, State::Completed, "what is missing was given up");
        let second = [PACK, Ship(1), Deliver(1)]
            .iter()
            .try_fold(at, |at, event| next(at, *event, given))
            .expect("legal");
        assert_eq!((second.state, second.goods.delivered), (State::Completed, 2));
        assert!(
            walk(given, &[Confirm, Drop { rest: false }]).is_err(),
            "to give up all, an order is cancelled"
        );
    }

    #[test]
    fn goods_move_for_money_and_an_order_is_given_up_by_whom_it_is_for() {
        use Event::{Cancel, Confirm, Expire, Lapse, Revive};
        let ship = Delivery::Ship;
        assert_eq!(walk(sold(ship, Money::None), &[Confirm, PACK]), Err(Illegal::Unpaid));
        assert_eq!(walk(sold(ship, Money::Some), &[Confirm, PACK]), Err(Illegal::Unpaid));
        assert_eq!(walk(sold(ship, Money::All), &[Expire]), Err(Illegal::MoneyCame));
        assert_eq!(walk(sold(ship, Money::None), &[Lapse]), Err(Illegal::Unpaid));
        for money in MONEY {
            assert!(
                walk(by(ship, money, Side::Buyer), &[Cancel]).is_ok(),
                "until it is confirmed"
            );
            assert!(walk(sold(ship, money), &[Confirm, Cancel]).is_ok());
        }
        let confirmed = |money| walk(by(ship, money, Side::Buyer), &[Confirm, Cancel]);
        assert!(confirmed(Money::None).is_ok(), "who never pays gives up as well");
        assert_eq!(confirmed(Money::Some), Err(Illegal::MoneyCame));
        assert_eq!(confirmed(Money::All), Err(Illegal::MoneyCame));
        assert_eq!(confirmed(Money::OnDelivery), Err(Illegal::NeedsSeller));
        let packed = walk(sold(ship, Money::All), &[Confirm, PACK, Cancel]).expect("it has not left");
        assert_eq!(packed.goods, Goods::UNPACKED);
        for given_up in [Cancel, Expire] {
            let given = sold(ship, Money::None);
            let after = walk(given, &[given_up]).expect("legal");
            for event in EVENTS.into_iter().chain([Revive]) {
                let same = event == given_up;
                let revived = given_up == Expire && event == Revive;
                assert_eq!(
                    next(after, event, given).is_ok(),
                    same || revived,
                    "{event:?} after {given_up:?}"
                );
            }
        }
    }

    #[test]
    fn what_is_possible_depends_on_where_it_stands_and_who_asks() {
        use Event::{Cancel, Confirm, Deliver, Ship};
        let ship = Delivery::Ship;
        assert_eq!(possible(NEW, sold(ship, Money::None)), [Confirm, Cancel]);
        assert_eq!(possible(NEW, by(ship, Money::All, Side::Buyer)), [Cancel]);
        let confirmed = Standing {
            state: State::Confirmed,
            ..NEW
        };
        assert_eq!(possible(confirmed, sold(ship, Money::All)), [PACK, Cancel]);
        assert_eq!(possible(confirmed, by(ship, Money::OnDelivery, Side::Buyer)), []);
        let part = walk(sold(ship, Money::All), &[Confirm, Event::Pack { rest: true }, Ship(1)]).expect("legal");
        assert_eq!(possible(part, sold(ship, Money::All)), [PACK, Deliver(1)]);
        assert_eq!(possible(part, by(ship, Money::All, Side::Buyer)), [Deliver(1)]);
    }

    proptest! {
        /// However events come, and whoever brings them, the axes never contradict each other, goods never move without
        /// money, and what is possible is what is offered.
        #[test]
        fn no_walk_reaches_an_impossible_standing(
            steps in prop::collection::vec((0..=EVENTS.len(), 0..MONEY.len(), 0..3_usize), 0..60),
            delivery in prop::sample::select(Delivery::iter().collect::<Vec<_>>()),
        ) {
            let mut at = NEW;
            for (event, money, side) in steps {
                let event = EVENTS.get(event).copied().unwrap_or(Event::Revive);
                let side = [Side::Buyer, Side::Seller, Side::Exchange][side];
                let given = by(delivery, MONEY[money], side);
                for offered in possible(at, given) {
                    prop_assert!(next(at, offered, given).is_ok());
                }
                let Ok(after) = next(at, event, given) else {
                    continue;
                };
                if after != at && matches!(event, Event::Pack { .. } | Event::Ship(_) | Event::Deliver(_)) {
                    prop_assert!(matches!(given.money, Money::All | Money::OnDelivery));
                }
                prop_assert!(!at.goods.left() || after.goods.left(), "what left does not come back by itself");
                at = after;
                let fulfilment = at.goods.fulfilment();
                let given_up = matches!(at.state, State::Cancelled | State::Expired);
                prop_assert_eq!(at.state == State::Completed, fulfilment == Fulfilment::Delivered);
                prop_assert!(!given_up || at.goods == Goods::UNPACKED);
                prop_assert!(at.state != State::Placed || at.goods == Goods::UNPACKED);
                prop_assert!(delivery == Delivery::Ship || at.goods.shipped == 0);
                prop_assert!(at.goods.rest || at.goods.parcels() > 0);
            }
        }
    }
}
