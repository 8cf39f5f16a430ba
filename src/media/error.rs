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
    #[error("the person has no such upload")]
    NoSuchUpload,
    #[error("the next piece begins at {offset}")]
    OtherOffset { offset: i64 },
    #[error("the upload has {size} bytes, as was said when it began")]
    LongerThanSaid { size: i64 },
    #[error("the upload is here up to {offset}")]
    Unfinished { offset: i64 },
    #[error("what came has another digest than was said")]
    OtherDigest,
    #[error("the upload became a photograph already")]
    UploadUsed,
    #[error("the person has too many uploads that are not finished")]
    TooManyUploads,
    #[error("the upload came in too many pieces")]
    TooManyPieces,
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
            MediaError::NoSuchUpload => Self::not_found(),
            MediaError::OtherOffset { offset } => Self::new(
                Kind::Conflict,
                "upload-offset",
                Message::new("problem-upload-offset").with("offset", offset.to_string()),
            )
            .with_member("offset", offset),
            MediaError::LongerThanSaid { size } => {
                let message = Message::new("problem-upload-longer").with("size", size.to_string());
                Self::new(Kind::TooLarge, "upload-longer", message.clone()).with_fields(Wrong::one("/photo", message))
            }
            MediaError::Unfinished { offset } => {
                let message = Message::new("problem-upload-unfinished").with("offset", offset.to_string());
                Self::new(Kind::Conflict, "upload-unfinished", message.clone())
                    .with_fields(Wrong::one("/upload", message))
                    .with_member("offset", offset)
            }
            MediaError::OtherDigest => Wrong::one("/digest", "wrong-upload-digest").into(),
            MediaError::UploadUsed => Self::new(Kind::Conflict, "upload-used", "problem-upload-used")
                .with_fields(Wrong::one("/upload", "problem-upload-used")),
            MediaError::TooManyUploads => {
                Self::new(Kind::TooMany, "too-many-uploads", "problem-too-many-uploads").retry_after(60 * 60)
            }
            MediaError::TooManyPieces => {
                Self::new(Kind::TooMany, "too-many-pieces", "problem-too-many-pieces").retry_after(60)
            }
            MediaError::Files(_) | MediaError::BrokenOff(_) => Self::internal(&error),
            MediaError::Database(error) => error.into(),
        }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let in_field = |message: Message| Wrong::one("/photo", message).into();
        let as_whole = |kind, code, message: Message| {
            Self::new(kind, code, message.clone()).with_fields(Wrong::one("/photo", message))
        };
        match refusal {
            Refusal::TooLarge { most } => as_whole(
                Kind::TooLarge,
                "photo-too-large",
                Message::new("problem-photo-too-large").with("most", most / (1024 * 1024)),
            ),
            Refusal::OtherFormat => as_whole(Kind::UnsupportedType, "photo-format", "problem-photo-format".into()),
            Refusal::Animation => as_whole(
                Kind::UnsupportedType,
                "photo-animation",
                "problem-photo-animation".into(),
            ),
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
