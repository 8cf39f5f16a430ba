//! What this room refuses.

use entity::listings::listing::State;

use super::lifecycle::Illegal;
use crate::{
    catalogue::CatalogueError,
    http::{
        input::Wrong,
        problem::{Kind, Problem},
    },
};

#[derive(Debug, thiserror::Error)]
pub enum ListingsError {
    #[error(transparent)]
    Wrong(#[from] Wrong),
    #[error("there is no such listing")]
    NoSuchListing,
    #[error(transparent)]
    Illegal(#[from] Illegal),
    /// What the seller still lacks, in the words of the catalogue.
    #[error("its seller may not go on sale yet")]
    SellerBlocked(Vec<&'static str>),
    #[error("the day of its harvest has passed")]
    PreorderOver,
    #[error("less is left than was to be taken away")]
    NotEnough,
    #[error("the lot is not in the listing's stock")]
    NoSuchLot,
    #[error("nothing of this listing waits for an officer")]
    NoReview,
    #[error("something else waits for an officer by now")]
    ReviewMoved,
    /// What was proposed does not fit the listing any more.
    #[error("the edit cannot be applied any more")]
    Stale(Wrong),
    #[error(transparent)]
    Product(#[from] CatalogueError),
    #[error(transparent)]
    Internal(#[from] sea_orm::DbErr),
}

impl From<ListingsError> for Problem {
    fn from(error: ListingsError) -> Self {
        match error {
            ListingsError::Wrong(wrong) => wrong.into(),
            ListingsError::NoSuchListing => Self::not_found(),
            ListingsError::Illegal(Illegal {
                from: State::TakenDown, ..
            }) => Self::new(Kind::Conflict, "taken-down", "problem-taken-down"),
            ListingsError::Illegal(_) => Self::new(Kind::Conflict, "listing-state", "listings-say-not-now"),
            ListingsError::SellerBlocked(items) => {
                Self::new(Kind::Conflict, "seller-not-verified", "listings-say-seller-blocked")
                    .with_member("blocked_by", items)
            }
            ListingsError::PreorderOver => Self::new(Kind::Conflict, "preorder-over", "listings-say-preorder-over"),
            ListingsError::NotEnough => {
                Self::from(Wrong::one("/stock", "wrong-stock-promised")).of_kind(Kind::Conflict, "stock-promised")
            }
            ListingsError::Product(error) => error.into(),
            ListingsError::NoSuchLot => Wrong::one("/lot", "wrong-no-such-batch").into(),
            ListingsError::NoReview => Self::new(Kind::Conflict, "no-review", "listings-say-no-review"),
            ListingsError::ReviewMoved => Self::new(Kind::Conflict, "review-moved", "listings-say-review-moved"),
            ListingsError::Stale(wrong) => {
                Self::new(Kind::Conflict, "edit-stale", "listings-say-edit-stale").with_fields(wrong)
            }
            ListingsError::Internal(error) => error.into(),
        }
    }
}
