//! Why a demo could not be made, opened or moved in time.

use crate::{
    db::OpenError,
    http::{input::Wrong, problem::Problem},
    identity::IdentityError,
    payments::PaymentsError,
    vault::Sealed,
};

/// Why the command `choque demo` gave up, in a sentence for whoever typed it.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    #[error(
        "{database} is not empty and was not made by choque demo; name an empty one with --db (what an interrupted demo \
         left behind has to be deleted first)"
    )]
    NotEmpty { database: String },
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error("the demo could not be written: {0}")]
    Fill(FillError),
}

/// Why a database was not filled.
#[derive(Debug, thiserror::Error)]
pub enum FillError {
    /// There are people or sellers in it already; nothing was written.
    #[error("the database is not empty")]
    NotEmpty,
    #[error("the demo's password could not be hashed: {0}")]
    Password(#[from] IdentityError),
    #[error(transparent)]
    Log(#[from] crate::trace::log::LogError),
    #[error(transparent)]
    Internal(#[from] sea_orm::DbErr),
}

/// Why the demo's clock was not moved.
#[derive(Debug, thiserror::Error)]
pub enum ClockError {
    #[error(transparent)]
    Wrong(#[from] Wrong),
    #[error(transparent)]
    Internal(#[from] sea_orm::DbErr),
}

/// Why the demo's bank did not pay.
#[derive(Debug, thiserror::Error)]
pub enum BankError {
    #[error("there is no secret to sign a notice with")]
    NoSecret,
    #[error("the exchange did not take the notice")]
    Refused(#[from] PaymentsError),
    #[error(transparent)]
    Sealed(#[from] Sealed),
    #[error(transparent)]
    Internal(#[from] sea_orm::DbErr),
}

impl From<BankError> for Problem {
    fn from(error: BankError) -> Self {
        match error {
            BankError::NoSecret | BankError::Sealed(_) => Self::internal(&error),
            BankError::Refused(error) => error.into(),
            BankError::Internal(error) => error.into(),
        }
    }
}

impl From<ClockError> for Problem {
    fn from(error: ClockError) -> Self {
        match error {
            ClockError::Wrong(wrong) => wrong.into(),
            ClockError::Internal(error) => error.into(),
        }
    }
}
