//! Markets and stalls.

#[expect(
    clippy::module_inception,
    reason = "every table file is named for its table, and this room's first shares its name"
)]
pub mod market;
pub mod stall;
