//! What this room refuses. It refuses plans and slips of the pen; what happened it records (see `holds`).

use super::labels::LabelError;
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
    #[error("the product of an output has a batch of this lot already")]
    OutputLotTaken { place: usize },
    #[error("an officer has released the hold already")]
    HoldReleased,
    #[error("the hold is one of a recall, which is lifted as a whole")]
    HeldByRecall,
    #[error("something else still grows on the plot")]
    StillGrowing,
    #[error("the crop cycle has ended already")]
    CycleEnded,
    #[error("a draft of this id was recorded with other words")]
    DraftChanged { pointer: String },
    #[error("these units have hidden codes, which are printed once")]
    HiddenOnce,
    #[error("rolls are ordered by offices, cooperatives and companies")]
    NotAGroup,
    #[error("the labels could not be set")]
    Labels(#[from] LabelError),
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
            TraceError::OutputLotTaken { place } => {
                Self::from(Wrong::one(format!("/outputs/{place}/lot"), "wrong-lot-taken"))
                    .of_kind(Kind::Conflict, "lot-taken")
            }
            TraceError::HoldReleased => Self::new(Kind::Conflict, "hold-released", "problem-hold-released"),
            TraceError::HeldByRecall => Self::new(Kind::Conflict, "held-by-recall", "problem-held-by-recall"),
            TraceError::StillGrowing => {
                Self::from(Wrong::one("/plot_id", "wrong-still-growing")).of_kind(Kind::Conflict, "still-growing")
            }
            TraceError::CycleEnded => Self::new(Kind::Conflict, "cycle-ended", "problem-cycle-ended"),
            TraceError::DraftChanged { pointer } => {
                Self::from(Wrong::one(pointer, "wrong-draft-changed")).of_kind(Kind::Conflict, "draft-changed")
            }
            TraceError::HiddenOnce => {
                Self::from(Wrong::one("?from", "wrong-hidden-once")).of_kind(Kind::Conflict, "hidden-once")
            }
            TraceError::NotAGroup => Self::new(Kind::Forbidden, "not-a-group", "problem-not-a-group"),
            TraceError::Labels(LabelError::LinkTooLong) => Wrong::one("?template", "wrong-sticker-small").into(),
            TraceError::Labels(error) => Self::internal(&error),
            TraceError::Code(error) => Self::internal(&error),
            TraceError::Internal(error) => error.into(),
        }
    }
}
