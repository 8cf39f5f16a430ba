//! What scanning refuses.

use crate::http::{
    input::Wrong,
    problem::{Kind, Problem},
};

#[derive(Debug, thiserror::Error)]
pub enum ScanError {
    #[error(transparent)]
    Wrong(#[from] Wrong),
    #[error("there is no such report")]
    NoSuchReport,
    #[error("too many reports came from this address")]
    TooMany,
    #[error("what was sealed cannot be opened")]
    Sealed(#[from] crate::vault::Sealed),
    #[error(transparent)]
    Internal(#[from] sea_orm::DbErr),
}

impl From<ScanError> for Problem {
    fn from(error: ScanError) -> Self {
        match error {
            ScanError::Wrong(wrong) => wrong.into(),
            ScanError::NoSuchReport => Self::not_found(),
            ScanError::TooMany => {
                Self::new(Kind::TooMany, "too-many-reports", "problem-too-many-scan-reports").retry_after(3600)
            }
            ScanError::Sealed(error) => Self::internal(&error),
            ScanError::Internal(error) => error.into(),
        }
    }
}
