//! Applications to the state, each with a legal deadline and a clock that stops while something is missing.

pub mod dossier;
pub mod reminder;
pub mod stage;
pub mod step;
pub mod supplement;
