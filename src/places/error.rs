//! What this room refuses.

use crate::http::{
    input::Wrong,
    problem::{Kind, Problem},
};

#[derive(Debug, thiserror::Error)]
pub enum PlacesError {
    #[error(transparent)]
    Wrong(#[from] Wrong),
    #[error("no such place")]
    NoSuchPlace,
}

impl From<PlacesError> for Problem {
    fn from(error: PlacesError) -> Self {
        match error {
            PlacesError::Wrong(wrong) => wrong.into(),
            PlacesError::NoSuchPlace => Self::new(Kind::NotFound, "no-such-place", "problem-no-such-place"),
        }
    }
}
