//! What this room refuses.

use crate::http::{
    input::Wrong,
    problem::{Kind, Problem},
};

#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    #[error(transparent)]
    Wrong(#[from] Wrong),
    /// The index is still being made, or is not of today yet.
    #[error("the search index is not ready")]
    NotReady,
    #[error("the search index: {0}")]
    Index(#[from] tantivy::TantivyError),
    #[error(transparent)]
    Internal(#[from] sea_orm::DbErr),
}

impl From<SearchError> for Problem {
    fn from(error: SearchError) -> Self {
        match error {
            SearchError::Wrong(wrong) => wrong.into(),
            SearchError::NotReady => Self::new(Kind::Unavailable, "search-not-ready", "problem-search-not-ready"),
            SearchError::Index(error) => Self::internal(&error),
            SearchError::Internal(error) => error.into(),
        }
    }
}
