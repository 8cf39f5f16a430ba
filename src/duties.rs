//! What the rooms do by themselves, one line per duty.

use crate::{
    federation,
    jobs::{Duties, Outbox},
    listings, orders, settlement,
};

/// All of it, for the jobs of one process.
#[must_use]
pub fn all() -> Duties {
    Duties {
        outbox: settlement::listens(Outbox::default()),
        recurring: federation::duties()
            .into_iter()
            .chain(listings::duties())
            .chain([orders::duty()])
            .collect(),
    }
}
