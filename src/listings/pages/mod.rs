//! A product, and what a seller sells, as pages.

mod product;
mod remote;
mod seller;

pub(super) use product::product;
pub(super) use seller::seller;

use entity::frame::change::Subject;

use crate::http::pages::Shows;

/// What a list of cards depends on.
#[must_use]
pub const fn on_any_list() -> [Shows; 5] {
    [
        Shows::Any(Subject::Listing),
        Shows::Any(Subject::Product),
        Shows::Any(Subject::Seller),
        Shows::Any(Subject::Certificate),
        // A hold on a batch takes its stock away.
        Shows::Any(Subject::Batch),
    ]
}
