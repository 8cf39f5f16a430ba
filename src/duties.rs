//! What the rooms do by themselves, one line per duty.

use crate::{
    catalogue, dossiers, federation,
    jobs::{Duties, Outbox},
    orders, settlement,
};

/// All of it, for the jobs of one process.
#[must_use]
pub fn all() -> Duties {
    Duties {
        outbox: settlement::listens(dossiers::listens(Outbox::default())),
        recurring: federation::duties().into_iter().chain([orders::duty(), dossiers::duty(), catalogue::duty()]).collect(),
    }
}
