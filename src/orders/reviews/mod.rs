//! Reviews: who bought something and has it says what they think of it, once; its seller answers, once; an officer may take
//! a review off. Stars are summed up for product and seller and pushed down to them.

pub mod api;
mod manage;
pub mod pages;
pub mod read;
mod write;

pub(super) use write::{ReviewInput, review};
