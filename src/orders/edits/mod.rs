//! Edits of an order: its seller proposes another quantity, another listing in a line's place or a lower price, and nothing
//! of it happens unless its buyer agrees in time.

mod answer;
pub mod api;
mod apply;
mod lifecycle;
mod propose;
pub mod read;

pub(super) use answer::{Answered, answer, withdraw};
pub(super) use apply::{lapse, lapse_due, must_not_wait, overtaken, paid};
pub(super) use lifecycle::Illegal;
pub(super) use propose::{ProposeInput, propose};
