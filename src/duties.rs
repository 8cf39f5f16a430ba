//! What the rooms do by themselves, one line per duty.

use crate::{federation, jobs::Duties};

/// All of it, for the jobs of one process.
#[must_use]
pub fn all() -> Duties {
    let mut duties = Duties::default();
    duties.recurring.extend(federation::duties());
    duties
}
