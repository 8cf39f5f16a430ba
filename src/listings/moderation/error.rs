//! What reports and takedowns refuse.

use crate::http::{
    input::Wrong,
    problem::{Kind, Problem},
};

#[derive(Debug, thiserror::Error)]
pub enum ModerationError {
    #[error(transparent)]
    Wrong(#[from] Wrong),
    #[error("there is no such report or takedown")]
    NoSuchThing,
    #[error("too many reports came from this address")]
    TooMany,
    #[error("the report is closed already")]
    ClosedAlready,
    #[error("it is taken down already")]
    TakenDownAlready,
    #[error("there was an appeal already")]
    AppealedAlready,
    #[error("it is decided already")]
    DecidedAlready,
    #[error("nobody appealed, so there is nothing to uphold")]
    NoAppeal,
    #[error("another officer than the one who took it down decides")]
    SameOfficer,
    #[error("what was sealed cannot be opened")]
    Sealed(#[from] crate::vault::Sealed),
    #[error(transparent)]
    Internal(#[from] sea_orm::DbErr),
}

impl From<ModerationError> for Problem {
    fn from(error: ModerationError) -> Self {
        let conflict = |code, words: &'static str| Self::new(Kind::Conflict, code, words);
        match error {
            ModerationError::Wrong(wrong) => wrong.into(),
            ModerationError::NoSuchThing => Self::not_found(),
            ModerationError::TooMany => {
                Self::new(Kind::TooMany, "too-many-reports", "problem-too-many-reports").retry_after(3600)
            }
            ModerationError::ClosedAlready => conflict("closed-already", "problem-report-closed"),
            ModerationError::TakenDownAlready => conflict("taken-down", "problem-taken-down-already"),
            ModerationError::AppealedAlready => conflict("appealed-already", "problem-appealed-already"),
            ModerationError::DecidedAlready => conflict("decided-already", "problem-takedown-decided"),
            ModerationError::NoAppeal => conflict("no-appeal", "problem-no-appeal"),
            ModerationError::SameOfficer => Self::new(Kind::Forbidden, "same-officer", "problem-same-officer"),
            ModerationError::Sealed(error) => Self::internal(&error),
            ModerationError::Internal(error) => error.into(),
        }
    }
}
