//! Recalls: what is called back, what that reached, and how long a drill took.

pub mod drill;
#[expect(
    clippy::module_inception,
    reason = "every table file is named for its table, and this room's first shares its name"
)]
pub mod recall;
pub mod recalled_listing;
pub mod recalled_order;
pub mod recalled_stall;
pub mod thing;
