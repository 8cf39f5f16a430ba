//! What this room refuses.

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
    #[error("less is left than was to be taken away")]
    NotEnough,
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
            ListingsError::Illegal(_) => Self::new(Kind::Conflict, "taken-down", "problem-taken-down"),
            ListingsError::NotEnough => {
                Self::from(Wrong::one("/stock", "wrong-stock-promised")).of_kind(Kind::Conflict, "stock-promised")
            }
            ListingsError::Product(error) => error.into(),
            ListingsError::Internal(error) => error.into(),
        }
    }
}
