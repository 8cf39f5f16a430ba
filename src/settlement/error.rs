//! Why money could not be settled just now. The notice stays as it was received, and is tried again.

use crate::{http::problem::Problem, market::MarketError, orders::OrdersError, payments::PaymentsError};

#[derive(Debug, thiserror::Error)]
pub enum SettlementError {
    #[error(transparent)]
    Payments(#[from] PaymentsError),
    #[error(transparent)]
    Market(#[from] MarketError),
    #[error(transparent)]
    Orders(#[from] OrdersError),
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
            SettlementError::Fact(_) => Self::internal(&error),
            SettlementError::Internal(error) => error.into(),
        }
    }
}
