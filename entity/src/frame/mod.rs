//! Tables of the frame: change log, outbox, leases, counters, settings, answers already given.

pub mod act;
pub mod change;
pub mod counter;
pub mod idempotency;
pub mod lease;
pub mod outbox;
pub mod setting;
pub mod signal;
pub mod skill_count;
