//! What this room refuses.

use serde_json::json;

use crate::{
    http::{
        input::Wrong,
        language::Message,
        problem::{Kind, Problem},
    },
    vault::Sealed,
};

#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    #[error(transparent)]
    Wrong(#[from] Wrong),
    #[error("phone or password is wrong")]
    WrongPassword,
    #[error("the code sent to the phone is wrong, used or too old")]
    WrongCode,
    #[error("the same, at sign-in")]
    WrongSignInCode,
    #[error("too many failed sign-ins; wait {minutes} minutes")]
    TooMany { minutes: usize },
    #[error("too many codes were sent; wait {minutes} minutes")]
    TooManyCodes { minutes: usize },
    #[error("the phone number has an account already")]
    PhoneTaken,
    #[error("nobody is signed in")]
    NotSignedIn,
    #[error("that takes an office the caller does not hold")]
    WrongOffice,
    #[error("the helper has no consent to act for that person")]
    NotActing,
    #[error("the consent does not cover this")]
    OutOfScope,
    #[error("nobody does that for somebody else")]
    InPersonOnly,
    #[error("the consent is over")]
    ConsentOver,
    #[error("that person has a phone")]
    HasPhone,
    #[error("the numbers for people without a phone are used up")]
    NumbersUsedUp,
    #[error("there is no such session or account")]
    NoSuchThing,
    /// The first factor was right. `challenge` stands for that for a few minutes.
    #[error("a second factor is needed")]
    SecondFactorNeeded {
        challenge: String,
        methods: Vec<&'static str>,
    },
    #[error("the second factor is wrong")]
    WrongSecondFactor,
    #[error("what was begun is over: too late, too many tries, or ended already")]
    ChallengeOver,
    #[error("this session has passed no second factor")]
    SecondFactorMissing,
    #[error("the sign-in is too long ago for this")]
    SignInAgain,
    #[error("the account has an authenticator app already")]
    TotpEnrolled,
    #[error("a code for the account's second factor is wrong")]
    WrongOwnCode,
    #[error("passkeys cannot be used under this address")]
    PasskeysUnavailable,
    #[error("the passkey's answer does not hold: {0}")]
    WrongPasskey(webauthn_rs::prelude::WebauthnError),
    #[error("the passkey has an account already")]
    PasskeyTaken,
    #[error("no provider of electronic identity is set up")]
    NoProvider,
    #[error("this sign-in with the provider was not begun here, or is over")]
    UnknownState,
    #[error("the person did not agree at the provider")]
    Declined,
    #[error("what the provider says cannot be believed: {0}")]
    Unbelievable(String),
    #[error("the provider cannot be reached: {0}")]
    ProviderDown(String),
    #[error("nobody here has this electronic identity")]
    UnknownIdentity,
    #[error("somebody else has this electronic identity")]
    IdentityTaken,
    #[error("there is no other administrator")]
    LastAdministrator,
    #[error("a password could not be hashed, or something not signed")]
    Hashing,
    #[error("what reaches others could not be built: {0}")]
    Unbuilt(String),
    #[error(transparent)]
    Sealed(#[from] Sealed),
    #[error("what was kept cannot be read: {0}")]
    Unreadable(serde_json::Error),
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
            Self::WrongCode | Self::WrongSignInCode => Some(Wrong::one("/code", "identity-say-wrong-code")),
            Self::WrongOwnCode | Self::WrongSecondFactor => {
                Some(Wrong::one("/code", "identity-say-wrong-second-factor"))
            }
            _ => None,
        }
    }
}

fn too_many(code: &'static str, message: &'static str, minutes: usize) -> Problem {
    let seconds = u32::try_from(minutes * 60).unwrap_or(900);
    Problem::new(Kind::TooMany, code, Message::new(message).with("minutes", minutes)).retry_after(seconds)
}

impl From<IdentityError> for Problem {
    fn from(error: IdentityError) -> Self {
        let unauthenticated = |code, message: &'static str| Self::new(Kind::Unauthenticated, code, message);
        match error {
            IdentityError::Wrong(wrong) => wrong.into(),
            IdentityError::WrongPassword => unauthenticated("wrong-password", "identity-say-wrong-password"),
            IdentityError::WrongCode => {
                Self::from(Wrong::one("/code", "identity-say-wrong-code")).of_kind(Kind::Invalid, "wrong-code")
            }
            IdentityError::WrongSignInCode => unauthenticated("wrong-code", "identity-say-wrong-code"),
            IdentityError::TooMany { minutes } => too_many("too-many-sign-ins", "identity-say-too-many", minutes),
            IdentityError::TooManyCodes { minutes } => {
                too_many("too-many-codes", "identity-say-too-many-codes", minutes)
            }
            IdentityError::PhoneTaken => {
                Self::from(Wrong::one("/phone", "identity-say-phone-taken")).of_kind(Kind::Conflict, "phone-taken")
            }
            IdentityError::NotSignedIn => unauthenticated("not-signed-in", "problem-not-signed-in"),
            IdentityError::WrongOffice => Self::new(Kind::Forbidden, "wrong-office", "problem-wrong-office"),
            IdentityError::NotActing => Self::new(Kind::Forbidden, "not-acting", "identity-say-not-acting"),
            IdentityError::OutOfScope => Self::new(Kind::Forbidden, "out-of-scope", "identity-say-out-of-scope"),
            IdentityError::InPersonOnly => Self::new(Kind::Forbidden, "in-person-only", "identity-say-in-person-only"),
            IdentityError::ConsentOver => Self::new(Kind::Conflict, "consent-over", "identity-say-consent-over"),
            IdentityError::HasPhone => Self::new(Kind::Conflict, "has-phone", "identity-say-has-phone"),
            IdentityError::NumbersUsedUp => Self::new(Kind::Unavailable, "numbers-used-up", "problem-numbers-used-up"),
            IdentityError::NoSuchThing | IdentityError::NoProvider => Self::not_found(),
            IdentityError::SecondFactorNeeded { challenge, methods } => {
                unauthenticated("second-factor-needed", "identity-say-second-factor-needed")
                    .with_member("challenge", challenge)
                    .with_member("methods", json!(methods))
            }
            IdentityError::WrongSecondFactor => {
                unauthenticated("wrong-second-factor", "identity-say-wrong-second-factor")
            }
            IdentityError::ChallengeOver => unauthenticated("challenge-over", "identity-say-challenge-over"),
            IdentityError::SecondFactorMissing => Self::new(
                Kind::Forbidden,
                "second-factor-missing",
                "identity-say-second-factor-missing",
            ),
            IdentityError::SignInAgain => Self::new(Kind::Forbidden, "sign-in-again", "identity-say-sign-in-again"),
            IdentityError::TotpEnrolled => Self::new(Kind::Conflict, "totp-enrolled", "identity-say-totp-enrolled"),
            IdentityError::WrongOwnCode => Self::from(Wrong::one("/code", "identity-say-wrong-second-factor"))
                .of_kind(Kind::Invalid, "wrong-second-factor"),
            IdentityError::PasskeysUnavailable => Self::new(
                Kind::Conflict,
                "passkeys-unavailable",
                "identity-say-passkeys-unavailable",
            ),
            IdentityError::WrongPasskey(cause) => {
                tracing::info!(%cause, "a passkey's answer was refused");
                Self::from(Wrong::one("/credential", "identity-say-wrong-passkey"))
                    .of_kind(Kind::Invalid, "wrong-passkey")
            }
            IdentityError::PasskeyTaken => Self::new(Kind::Conflict, "passkey-taken", "identity-say-passkey-taken"),
            IdentityError::UnknownState => Self::new(Kind::Malformed, "identity-state", "identity-say-identity-state"),
            IdentityError::Declined => {
                Self::new(Kind::Forbidden, "identity-declined", "identity-say-identity-declined")
            }
            IdentityError::Unbelievable(cause) => {
                tracing::warn!(cause, "an answer of the provider of electronic identity was refused");
                unauthenticated("identity-refused", "identity-say-identity-refused")
            }
            IdentityError::ProviderDown(cause) => {
                tracing::warn!(cause, "the provider of electronic identity cannot be reached");
                Self::new(
                    Kind::Unavailable,
                    "identity-unavailable",
                    "identity-say-identity-unavailable",
                )
                .retry_after(60)
            }
            IdentityError::UnknownIdentity => {
                Self::new(Kind::Forbidden, "identity-unknown", "identity-say-identity-unknown")
            }
            IdentityError::IdentityTaken => Self::new(Kind::Conflict, "identity-taken", "identity-say-identity-taken"),
            IdentityError::LastAdministrator => {
                Self::new(Kind::Conflict, "last-administrator", "identity-say-last-administrator")
            }
            IdentityError::Hashing
            | IdentityError::Unbuilt(_)
            | IdentityError::Sealed(_)
            | IdentityError::Unreadable(_) => Self::internal(&error),
            IdentityError::Internal(error) => error.into(),
        }
    }
}
