//! What this room refuses.

use crate::http::{
    input::Wrong,
    language::Message,
    problem::{Kind, Problem},
};

#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    #[error(transparent)]
    Wrong(#[from] Wrong),
    #[error("phone or password is wrong")]
    WrongPassword,
    #[error("too many failed sign-ins; wait {minutes} minutes")]
    TooMany { minutes: usize },
    #[error("the phone number has an account already")]
    PhoneTaken,
    #[error("nobody is signed in")]
    NotSignedIn,
    #[error("that takes an office the caller does not hold")]
    WrongOffice,
    #[error("there is no such session or account")]
    NoSuchThing,
    #[error("a password could not be hashed")]
    Hashing,
    #[error(transparent)]
    Internal(#[from] sea_orm::DbErr),
}

impl IdentityError {
    /// All that is wrong with the fields, for a form.
    #[must_use]
    pub fn wrong(&self) -> Option<Wrong> {
        match self {
            Self::Wrong(wrong) => Some(wrong.clone()),
            Self::PhoneTaken => Some(Wrong::one("/phone", "identity-say-phone-taken")),
            _ => None,
        }
    }
}

impl From<IdentityError> for Problem {
    fn from(error: IdentityError) -> Self {
        match error {
            IdentityError::Wrong(wrong) => wrong.into(),
            IdentityError::WrongPassword => {
                Self::new(Kind::Unauthenticated, "wrong-password", "identity-say-wrong-password")
            }
            IdentityError::TooMany { minutes } => {
                let seconds = u32::try_from(minutes * 60).unwrap_or(900);
                Self::new(
                    Kind::TooMany,
                    "too-many-sign-ins",
                    Message::new("identity-say-too-many").with("minutes", minutes),
                )
                .retry_after(seconds)
            }
            IdentityError::PhoneTaken => {
                Self::from(Wrong::one("/phone", "identity-say-phone-taken")).of_kind(Kind::Conflict, "phone-taken")
            }
            IdentityError::NotSignedIn => Self::new(Kind::Unauthenticated, "not-signed-in", "problem-not-signed-in"),
            IdentityError::WrongOffice => Self::new(Kind::Forbidden, "wrong-office", "problem-wrong-office"),
            IdentityError::NoSuchThing => Self::not_found(),
            IdentityError::Hashing => Self::internal(&error),
            IdentityError::Internal(error) => error.into(),
        }
    }
}
