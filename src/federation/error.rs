//! What this room refuses.

use super::SNAPSHOT;
use crate::{
    http::{
        input::Wrong,
        problem::{Kind, Problem},
    },
    vault::Sealed,
};

#[derive(Debug, thiserror::Error)]
pub enum FederationError {
    #[error(transparent)]
    Wrong(#[from] Wrong),
    /// Of another epoch, from before the floor, or from after the newest number.
    #[error("the feed cannot go on from this cursor")]
    StaleCursor { epoch: String },
    #[error("the feed is still being built")]
    Unready,
    #[error("the signing key cannot be used")]
    BadKey,
    #[error(transparent)]
    Sealed(#[from] Sealed),
    #[error("a document could not be written: {0}")]
    Document(#[from] serde_json::Error),
    #[error(transparent)]
    Log(#[from] crate::trace::log::LogError),
    #[error(transparent)]
    Internal(#[from] sea_orm::DbErr),
}

impl From<FederationError> for Problem {
    fn from(error: FederationError) -> Self {
        match error {
            FederationError::Wrong(wrong) => wrong.into(),
            FederationError::StaleCursor { epoch } => Self::new(Kind::Gone, "stale-cursor", "problem-stale-cursor")
                .with_member("epoch", epoch)
                .with_member("snapshot", SNAPSHOT),
            FederationError::Unready => {
                Self::new(Kind::Unavailable, "feed-unready", "problem-feed-unready").retry_after(5)
            }
            FederationError::BadKey | FederationError::Sealed(_) | FederationError::Document(_) => {
                Self::internal(&error)
            }
            FederationError::Log(error) => error.into(),
            FederationError::Internal(error) => error.into(),
        }
    }
}
