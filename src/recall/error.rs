//! What this room refuses.

use crate::{
    http::{
        input::Wrong,
        problem::{Kind, Problem},
    },
    orders::OrdersError,
    payments::PaymentsError,
    trace::TraceError,
};

#[derive(Debug, thiserror::Error)]
pub enum RecallError {
    #[error(transparent)]
    Wrong(#[from] Wrong),
    #[error("there is no such recall")]
    NoSuchRecall,
    #[error("only an officer may lift a recall")]
    OfficersOnly,
    #[error("the recall was lifted already")]
    Ended,
    #[error(transparent)]
    Trace(#[from] TraceError),
    #[error(transparent)]
    Orders(#[from] OrdersError),
    #[error("the workbook could not be written: {0}")]
    Sheet(#[from] PaymentsError),
    #[error(transparent)]
    Internal(#[from] sea_orm::DbErr),
}

impl From<RecallError> for Problem {
    fn from(error: RecallError) -> Self {
        match error {
            RecallError::Wrong(wrong) => wrong.into(),
            RecallError::NoSuchRecall => Self::not_found(),
            RecallError::OfficersOnly => Self::new(Kind::Forbidden, "officers-only", "recall-say-officers-only"),
            RecallError::Ended => Self::new(Kind::Conflict, "already-ended", "recall-say-ended"),
            RecallError::Trace(error) => error.into(),
            RecallError::Orders(error) => error.into(),
            RecallError::Sheet(error) => error.into(),
            RecallError::Internal(error) => error.into(),
        }
    }
}
