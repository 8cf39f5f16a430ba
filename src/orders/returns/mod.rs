//! Returns: a buyer wants to give goods back, says why and shows it, and buyer and seller write to each other until it is
//! settled. Silence settles it too: what it comes to is told from the start, and a dispute is decided by an officer.

mod access;
mod act;
pub mod api;
mod ask;
mod lifecycle;
pub mod pages;
mod photo;
pub mod read;
mod run_out;
mod settle;
mod wire;

pub(super) use ask::{AskInput, ask};
use entity::orders::return_request::State;
pub(super) use lifecycle::Illegal;
pub(super) use read::any_open;
pub(super) use run_out::run_out;

/// The message for where a return stands.
pub(super) const fn lifecycle_words(state: State) -> &'static str {
    match state {
        State::Asked => "returns-state-asked",
        State::GoodsWanted => "returns-state-goods-wanted",
        State::Sent => "returns-state-sent",
        State::Refused => "returns-state-refused",
        State::Disputed => "returns-state-disputed",
        State::Refunded => "returns-state-refunded",
        State::Closed => "returns-state-closed",
        State::Withdrawn => "returns-state-withdrawn",
    }
}
