//! What this room refuses.

use crate::{
    http::{
        input::Wrong,
        problem::{Kind, Problem},
    },
    media::{print::NotSet, qr::QrError},
    payments::PaymentsError,
};

#[derive(Debug, thiserror::Error)]
pub enum MarketError {
    #[error(transparent)]
    Wrong(#[from] Wrong),
    #[error("there is no such market, stall or sale")]
    NoSuchThing,
    #[error("the stall has no account that money could go to")]
    NoMoneyAccount,
    #[error("a sale of this id was recorded with another content, or at another stall")]
    SaleChanged,
    #[error("the account's bank tells by itself what came")]
    BankTells,
    #[error(transparent)]
    Payments(#[from] PaymentsError),
    #[error("the code could not be drawn: {0}")]
    Code(#[from] QrError),
    #[error(transparent)]
    NotSet(#[from] NotSet),
    #[error(transparent)]
    Internal(#[from] sea_orm::DbErr),
}

impl From<MarketError> for Problem {
    fn from(error: MarketError) -> Self {
        match error {
            MarketError::Wrong(wrong) => wrong.into(),
            MarketError::NoSuchThing => Self::not_found(),
            MarketError::NoMoneyAccount => Self::new(Kind::Conflict, "no-money-account", "problem-no-money-account"),
            MarketError::SaleChanged => {
                Self::from(Wrong::one("/id", "wrong-sale-changed")).of_kind(Kind::Conflict, "sale-changed")
            }
            MarketError::BankTells => Self::new(Kind::Conflict, "bank-tells", "problem-bank-tells"),
            MarketError::Payments(error) => error.into(),
            MarketError::Code(error) => Self::internal(&error),
            MarketError::NotSet(error) => Self::internal(&error),
            MarketError::Internal(error) => error.into(),
        }
    }
}
