//! How goods reach their buyer, and for how much: zones with a fee by weight, pick-up points, times at the farm.
//!
//! A seller who has set nothing hands goods over in every way and charges nothing for it. One who has set something hands
//! them over in the ways that they have set and in no other.

pub(super) mod api;
pub(super) mod book;
pub(super) mod fee;
mod settings;
mod slots;
mod update;

pub(super) use settings::Settings;
pub(super) use slots::{Slot, coming, refusal};
