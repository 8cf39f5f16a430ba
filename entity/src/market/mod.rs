//! Markets, stalls and what they sell.

#[expect(
    clippy::module_inception,
    reason = "every table file is named for its table, and this room's first shares its name"
)]
pub mod market;
pub mod sale;
pub mod sale_line;
pub mod stall;
