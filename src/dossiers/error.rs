//! What this room refuses.

use super::lifecycle::Illegal;
use crate::http::{
    input::Wrong,
    language::Message,
    problem::{Kind, Problem},
};

#[derive(Debug, thiserror::Error)]
pub enum DossierError {
    #[error(transparent)]
    Wrong(#[from] Wrong),
    #[error("there is no such dossier")]
    NoSuchThing,
    #[error("there is an open dossier for this: {file_number}")]
    AlreadyApplied { file_number: String },
    #[error(transparent)]
    WrongState(#[from] Illegal),
    #[error("a dossier is moved by a person")]
    Nobody,
    #[error(transparent)]
    Internal(#[from] sea_orm::DbErr),
}

impl From<DossierError> for Problem {
    fn from(error: DossierError) -> Self {
        match error {
            DossierError::Wrong(wrong) => wrong.into(),
            DossierError::NoSuchThing => Self::not_found(),
            DossierError::AlreadyApplied { file_number } => Self::new(
                Kind::Conflict,
                "already-applied",
                Message::new("problem-already-applied").with("number", file_number.clone()),
            )
            .with_member("file_number", file_number),
            DossierError::WrongState(illegal) => Self::new(Kind::Conflict, "wrong-state", "problem-dossier-state")
                .with_member("state", illegal.from.state.code()),
            DossierError::Nobody => Self::new(Kind::Unauthenticated, "not-signed-in", "problem-not-signed-in"),
            DossierError::Internal(error) => error.into(),
        }
    }
}
