//! What this room refuses. It refuses plans and slips of the pen; what happened it records (see `holds`).

use crate::http::{
    input::Wrong,
    problem::{Kind, Problem},
};

#[derive(Debug, thiserror::Error)]
pub enum TraceError {
    #[error(transparent)]
    Wrong(#[from] Wrong),
    #[error("there is no such plot, entry or batch")]
    NoSuchThing,
    #[error("the product has a batch of this lot already")]
    LotTaken,
    #[error("an officer has released the hold already")]
    HoldReleased,
    #[error("a draft of this id was recorded with other words")]
    DraftChanged { pointer: String },
    #[error("the labels could not be set")]
    Labels(#[from] super::labels::LabelError),
    #[error("the code could not be drawn")]
    Code(#[from] crate::media::qr::QrError),
    #[error(transparent)]
    Internal(#[from] sea_orm::DbErr),
}

impl From<TraceError> for Problem {
    fn from(error: TraceError) -> Self {
        match error {
            TraceError::Wrong(wrong) => wrong.into(),
            TraceError::NoSuchThing => Self::not_found(),
            TraceError::LotTaken => {
                Self::from(Wrong::one("/lot", "wrong-lot-taken")).of_kind(Kind::Conflict, "lot-taken")
            }
            TraceError::HoldReleased => Self::new(Kind::Conflict, "hold-released", "problem-hold-released"),
            TraceError::DraftChanged { pointer } => {
                Self::from(Wrong::one(pointer, "wrong-draft-changed")).of_kind(Kind::Conflict, "draft-changed")
            }
            TraceError::Labels(error) => Self::internal(&error),
            TraceError::Code(error) => Self::internal(&error),
            TraceError::Internal(error) => error.into(),
        }
    }
}
