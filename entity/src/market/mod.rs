//! Markets and stalls.

pub mod market;
pub mod stall;
