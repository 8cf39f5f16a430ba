//! Why a photograph is not taken.

use super::photo::Refusal;
use crate::http::{
    input::Wrong,
    language::Message,
    problem::{Kind, Problem},
};

/// What can go wrong between a photograph's bytes and its row.
#[derive(Debug, thiserror::Error)]
pub enum MediaError {
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// A photograph belongs to the person who gave it; the program itself and guests have none.
    #[error("nobody signed in gives this photograph")]
    Nobody,
    #[error("the pictures could not be written")]
    Files(#[from] std::io::Error),
    #[error("the work was broken off")]
    BrokenOff(#[from] tokio::task::JoinError),
    #[error(transparent)]
    Database(#[from] sea_orm::DbErr),
}

impl From<MediaError> for Problem {
    fn from(error: MediaError) -> Self {
        match error {
            MediaError::Refused(refusal) => refusal.into(),
            MediaError::Nobody => Self::new(Kind::Unauthenticated, "unauthenticated", "problem-not-signed-in"),
            MediaError::Files(_) | MediaError::BrokenOff(_) => Self::internal(&error),
            MediaError::Database(error) => error.into(),
        }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let in_field = |message: Message| Wrong::one("/photo", message).into();
        match refusal {
            Refusal::TooLarge { most } => Self::new(
                Kind::TooLarge,
                "photo-too-large",
                Message::new("problem-photo-too-large").with("most", most / (1024 * 1024)),
            ),
            Refusal::OtherFormat => Self::new(Kind::UnsupportedType, "photo-format", "problem-photo-format"),
            Refusal::Animation => Self::new(Kind::UnsupportedType, "photo-animation", "problem-photo-animation"),
            Refusal::NotAPicture => in_field("wrong-photo".into()),
            Refusal::Damaged => in_field("wrong-photo-damaged".into()),
            Refusal::TooManyPixels { width, height } => in_field(
                Message::new("wrong-photo-pixels")
                    .with("width", width as usize)
                    .with("height", height as usize),
            ),
        }
    }
}
