//! What the log refuses.

use super::note::NoteFault;
use crate::{
    http::{
        input::Wrong,
        problem::{Kind, Problem},
    },
    vault::Sealed,
};

#[derive(Debug, thiserror::Error)]
pub enum LogError {
    #[error(transparent)]
    Wrong(#[from] Wrong),
    #[error("there is no such tile, bundle or batch in the log")]
    NoSuchThing,
    #[error("the log has no signed checkpoint yet")]
    Unready,
    #[error("the key of the log cannot be used")]
    BadKey,
    #[error(transparent)]
    Sealed(#[from] Sealed),
    /// What is stored of the tree does not fit together: nothing is signed until somebody has looked.
    #[error("the tiles of the log do not fit its size: {0}")]
    Tiles(String),
    #[error(transparent)]
    Note(#[from] NoteFault),
    #[error(transparent)]
    Internal(#[from] sea_orm::DbErr),
}

impl From<tlog_tiles::Error> for LogError {
    fn from(error: tlog_tiles::Error) -> Self {
        Self::Tiles(error.to_string())
    }
}

impl From<LogError> for Problem {
    fn from(error: LogError) -> Self {
        match error {
            LogError::Wrong(wrong) => wrong.into(),
            LogError::NoSuchThing => Self::not_found(),
            LogError::Unready => Self::new(Kind::NotFound, "log-unready", "problem-log-unready").retry_after(1),
            LogError::BadKey | LogError::Sealed(_) | LogError::Tiles(_) | LogError::Note(_) => Self::internal(&error),
            LogError::Internal(error) => error.into(),
        }
    }
}
