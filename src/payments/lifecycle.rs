//! What may become of a payment (pure).

use entity::{Dong, payments::payment::Status};

/// Something that happens to a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// Money came: what was asked for, and all that has come by now.
    Received { asked: Dong, received: Dong },
    /// Whoever is paid says that the rest came.
    ConfirmedByHand,
    /// What it pays for was given up.
    Expired,
    /// All that came is promised back.
    GivenBack,
}

/// A move that the rules do not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a payment that is {from:?} cannot become {event:?}")]
pub struct Illegal {
    pub from: Status,
    pub event: Event,
}

/// The status after `event`.
///
/// Money is weighed by its sum and never by its order, so notices that overtake each other end alike. What was given up
/// comes back only for the whole amount: a part of it would leave a buyer waiting for goods that nobody holds.
pub const fn next(from: Status, event: Event) -> Result<Status, Illegal> {
    match (from, event) {
        (Status::Refunded, _)
        | (Status::Paid | Status::Overpaid | Status::Expired, Event::ConfirmedByHand | Event::Expired)
        | (Status::Pending, Event::GivenBack) => Err(Illegal { from, event }),
        (Status::Expired, Event::Received { asked, received }) if received.0 < asked.0 => Err(Illegal { from, event }),
        (_, Event::Received { asked, received }) => Ok(if received.0 < asked.0 {
            Status::Underpaid
        } else if received.0 == asked.0 {
            Status::Paid
        } else {
            Status::Overpaid
        }),
        (Status::Pending | Status::Underpaid, Event::ConfirmedByHand) => Ok(Status::Paid),
        (Status::Pending | Status::Underpaid, Event::Expired) => Ok(Status::Expired),
        (Status::Paid | Status::Overpaid | Status::Underpaid | Status::Expired, Event::GivenBack) => {
            Ok(Status::Refunded)
        }
    }
}

/// Whether money is still waited for.
#[must_use]
pub const fn is_open(status: Status) -> bool {
    matches!(status, Status::Pending | Status::Underpaid)
}

/// Whether all the money is there.
#[must_use]
pub const fn is_paid(status: Status) -> bool {
    matches!(status, Status::Paid | Status::Overpaid)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_waited_for_is_confirmed_or_given_up() {
        for (from, confirmed, expired) in [
            (Status::Pending, Some(Status::Paid), Some(Status::Expired)),
            (Status::Underpaid, Some(Status::Paid), Some(Status::Expired)),
            (Status::Paid, None, None),
            (Status::Overpaid, None, None),
            (Status::Expired, None, None),
            (Status::Refunded, None, None),
        ] {
            assert_eq!(next(from, Event::ConfirmedByHand).ok(), confirmed, "{from:?}");
            assert_eq!(next(from, Event::Expired).ok(), expired, "{from:?}");
            assert_eq!(is_open(from), expired.is_some(), "{from:?}");
        }
    }
}
