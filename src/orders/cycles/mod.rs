//! Order cycles: a seller takes orders for some days and hands everything over on one. What is listed in a cycle is sold
//! only while one of its cycles is open, and whoever ordered may change the quantities until it closes.

pub(super) mod api;
mod edit_lines;
pub(super) mod pages;
pub(super) mod read;
mod update;
