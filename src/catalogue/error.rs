//! What this room refuses.

use crate::{
    http::{
        input::Wrong,
        problem::{Kind, Problem},
    },
    media::MediaError,
};

#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    #[error(transparent)]
    Wrong(#[from] Wrong),
    #[error("the account sells for nobody")]
    NoSeller,
    #[error("there is no such seller, product or certificate")]
    NoSuchThing,
    #[error("the GTIN belongs to another product")]
    GtinTaken,
    #[error("the numbers of this series are used up")]
    NumbersUsedUp,
    #[error(transparent)]
    Photo(#[from] MediaError),
    #[error(transparent)]
    Internal(#[from] sea_orm::DbErr),
}

impl From<CatalogueError> for Problem {
    fn from(error: CatalogueError) -> Self {
        match error {
            CatalogueError::Wrong(wrong) => wrong.into(),
            CatalogueError::NoSeller => Self::new(Kind::Forbidden, "no-seller", "problem-no-seller"),
            CatalogueError::NoSuchThing => Self::not_found(),
            CatalogueError::GtinTaken => {
                Self::from(Wrong::one("/gtin", "wrong-gtin-taken")).of_kind(Kind::Conflict, "gtin-taken")
            }
            CatalogueError::NumbersUsedUp => Self::new(Kind::Conflict, "numbers-used-up", "problem-numbers-used-up")
                .with_fields(Wrong::one("/gtin", "problem-numbers-used-up")),
            CatalogueError::Photo(error) => error.into(),
            CatalogueError::Internal(error) => error.into(),
        }
    }
}
