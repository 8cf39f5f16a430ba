//! Why money could not be settled just now. The notice stays as it was received, and is tried again.

use crate::{
    http::{
        input::Wrong,
        problem::{Kind, Problem},
    },
    listings::bulk::Unreadable,
    market::MarketError,
    orders::OrdersError,
    payments::PaymentsError,
};

#[derive(Debug, thiserror::Error)]
pub enum SettlementError {
    #[error(transparent)]
    Payments(#[from] PaymentsError),
    #[error(transparent)]
    Market(#[from] MarketError),
    #[error(transparent)]
    Orders(#[from] OrdersError),
    #[error("somebody else settled it")]
    Overtaken,
    #[error("it is not unmatched money")]
    NotUnmatched,
    #[error(transparent)]
    Wrong(#[from] Wrong),
    /// A file that cannot be read as a bank's statement.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    #[error("the work was broken off: {0}")]
    Broken(#[from] tokio::task::JoinError),
    #[error("the fact in the outbox cannot be read")]
    Fact(#[from] serde_json::Error),
    #[error(transparent)]
    Internal(#[from] sea_orm::DbErr),
}

impl From<crate::vault::Sealed> for SettlementError {
    fn from(error: crate::vault::Sealed) -> Self {
        Self::Payments(error.into())
    }
}

impl From<SettlementError> for Problem {
    fn from(error: SettlementError) -> Self {
        match error {
            SettlementError::Payments(error) => error.into(),
            SettlementError::Market(error) => error.into(),
            SettlementError::Orders(error) => error.into(),
            SettlementError::Overtaken => Self::new(Kind::Conflict, "in-flight", "problem-in-flight").retry_after(1),
            SettlementError::NotUnmatched => Self::new(Kind::Conflict, "not-unmatched", "problem-not-unmatched"),
            SettlementError::Wrong(wrong) => wrong.into(),
            SettlementError::Unreadable(Unreadable::Bomb) => {
                Self::new(Kind::TooLarge, "too-large", "problem-import-bomb")
                    .with_fields(Wrong::one("/file", "problem-import-bomb"))
            }
            SettlementError::Unreadable(unreadable) => Wrong::one("/file", unreadable.message()).into(),
            SettlementError::Broken(error) => Self::internal(&error),
            SettlementError::Fact(_) => Self::internal(&error),
            SettlementError::Internal(error) => error.into(),
        }
    }
}
