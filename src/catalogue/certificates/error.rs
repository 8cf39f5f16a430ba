//! What is refused about certificates.

use crate::{
    http::{
        input::Wrong,
        problem::{Kind, Problem},
    },
    media::MediaError,
};

#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    #[error(transparent)]
    Wrong(#[from] Wrong),
    #[error("there is no such certificate")]
    NoSuchThing,
    #[error("the certificate was taken back")]
    Revoked,
    #[error("the certificate comes of a decision, not of what a seller says")]
    ByDecision,
    #[error("nobody checks a certificate of their own")]
    Own,
    #[error(transparent)]
    Photo(#[from] MediaError),
    #[error(transparent)]
    Internal(#[from] sea_orm::DbErr),
}

impl From<CertificateError> for Problem {
    fn from(error: CertificateError) -> Self {
        match error {
            CertificateError::Wrong(wrong) => wrong.into(),
            CertificateError::NoSuchThing => Self::not_found(),
            CertificateError::Revoked => {
                Self::new(Kind::Conflict, "certificate-revoked", "problem-certificate-revoked")
            }
            CertificateError::ByDecision => Self::new(
                Kind::Conflict,
                "certificate-by-decision",
                "problem-certificate-by-decision",
            ),
            CertificateError::Own => Self::new(Kind::Forbidden, "own-certificate", "problem-own-certificate"),
            CertificateError::Photo(error) => error.into(),
            CertificateError::Internal(error) => error.into(),
        }
    }
}
