//! Orders.

pub mod group;
pub mod line;
pub mod order;
