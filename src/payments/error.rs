//! What this room refuses.

use super::lifecycle::Illegal;
use crate::{
    catalogue::CatalogueError,
    http::{
        body::unreadable,
        input::Wrong,
        problem::{Kind, Problem},
    },
    media::qr::QrError,
    vault::Sealed,
};

#[derive(Debug, thiserror::Error)]
pub enum PaymentsError {
    #[error(transparent)]
    Wrong(#[from] Wrong),
    #[error("there is no such payment or account")]
    NoSuchThing,
    /// No known credential signed the notice, or one did too long ago.
    #[error("the notice is not proved")]
    NotProved,
    #[error("the notice cannot be read")]
    Unreadable(#[source] serde_json::Error),
    /// The gateway is not set up, or there is no account its money could go to.
    #[error("no such gateway is offered")]
    NotOffered,
    #[error("no more money is waited for")]
    Closed,
    #[error("the payment is not a gateway's")]
    NoGateway,
    /// It could not be reached, or said something else than it should.
    #[error("the gateway does not answer: {0}")]
    Gateway(String),
    #[error("somebody else opened an account for the same seller at the same moment")]
    Raced,
    /// More than there is: to be given back, to be earned, or to be taken back.
    #[error("there is not so much of it left")]
    TooMuch,
    #[error("the refund is settled already, or on its way")]
    RefundClosed,
    #[error("nobody has said where the refund shall go")]
    NoAccountNamed,
    #[error("the payout is not in a state for that")]
    PayoutClosed,
    #[error("there is nothing in it to be done")]
    Nothing,
    #[error("it is done already")]
    Done,
    #[error("somebody changed the same at the same moment")]
    Overtaken,
    #[error("a file could not be written")]
    Unwritten(#[from] rust_xlsxwriter::XlsxError),
    #[error("the work was broken off")]
    Broken(#[from] tokio::task::JoinError),
    #[error(transparent)]
    Illegal(#[from] Illegal),
    #[error(transparent)]
    Sealed(#[from] Sealed),
    /// Accounts are checked when they are opened, so this one was not.
    #[error("no VietQR can be made of the account")]
    Code(#[from] vietqr::Error),
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    #[error(transparent)]
    Picture(#[from] QrError),
    #[error(transparent)]
    Internal(#[from] sea_orm::DbErr),
}

impl From<PaymentsError> for Problem {
    fn from(error: PaymentsError) -> Self {
        match error {
            PaymentsError::Wrong(wrong) => wrong.into(),
            PaymentsError::NoSuchThing => Self::not_found(),
            PaymentsError::NotProved => Self::new(Kind::Unauthenticated, "signature", "problem-signature"),
            PaymentsError::Unreadable(error) => unreadable(&error),
            PaymentsError::NotOffered => Wrong::one("/payment_method", "wrong-method-not-offered").into(),
            PaymentsError::NoGateway => Self::new(Kind::Conflict, "no-gateway", "problem-no-gateway"),
            PaymentsError::Gateway(error) => {
                tracing::warn!(%error, "a gateway does not answer");
                Self::new(Kind::Unavailable, "gateway", "problem-gateway").retry_after(5)
            }
            PaymentsError::Raced => Self::new(Kind::Conflict, "in-flight", "problem-account-raced").retry_after(1),
            PaymentsError::TooMuch => Self::new(Kind::Conflict, "too-much", "problem-too-much-money"),
            PaymentsError::RefundClosed => Self::new(Kind::Conflict, "refund-closed", "problem-refund-closed"),
            PaymentsError::NoAccountNamed => {
                Self::new(Kind::Conflict, "refund-no-account", "problem-refund-no-account")
            }
            PaymentsError::PayoutClosed => Self::new(Kind::Conflict, "payout-closed", "problem-payout-closed"),
            PaymentsError::Nothing => Self::new(Kind::Conflict, "nothing-due", "problem-nothing-due"),
            PaymentsError::Done => Self::new(Kind::Conflict, "done-already", "problem-done-already"),
            PaymentsError::Overtaken => Self::new(Kind::Conflict, "in-flight", "problem-in-flight").retry_after(1),
            PaymentsError::Illegal(_) | PaymentsError::Closed => {
                Self::new(Kind::Conflict, "payment-closed", "problem-payment-closed")
            }
            PaymentsError::Catalogue(error) => error.into(),
            PaymentsError::Sealed(_)
            | PaymentsError::Code(_)
            | PaymentsError::Picture(_)
            | PaymentsError::Unwritten(_)
            | PaymentsError::Broken(_) => Self::internal(&error),
            PaymentsError::Internal(error) => error.into(),
        }
    }
}
