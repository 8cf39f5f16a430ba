//! What this room refuses.

use crate::{
    http::{
        input::Wrong,
        problem::{Kind, Problem},
    },
    media::MediaError,
};

#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    #[error(transparent)]
    Wrong(#[from] Wrong),
    #[error("the account sells for nobody")]
    NoSeller,
    #[error("there is no such seller, product or certificate")]
    NoSuchThing,
    #[error("only an owner of the seller does that")]
    OwnersOnly,
    #[error("nobody verifies a seller they work for")]
    OwnSeller,
    #[error("there is nothing yet to decide on")]
    NotGiven,
    #[error("the seller is closed on some of these days already")]
    ClosedAlready,
    #[error("the last owner stays")]
    LastOwner,
    #[error("they work for the seller already")]
    AlreadyStaff,
    #[error("the invitation was used, taken back, or is too old")]
    InvitationOver,
    #[error("the seller has as many systems as it may have")]
    TooManyEndpoints,
    #[error("nothing is sent to an endpoint that is off")]
    EndpointOff,
    #[error("what was sent to try the endpoint still waits")]
    TestsWait,
    #[error("the GTIN belongs to another product")]
    GtinTaken,
    #[error("the numbers of this series are used up")]
    NumbersUsedUp,
    #[error(transparent)]
    Photo(#[from] MediaError),
    #[error(transparent)]
    Internal(#[from] sea_orm::DbErr),
}

impl From<CatalogueError> for Problem {
    fn from(error: CatalogueError) -> Self {
        match error {
            CatalogueError::Wrong(wrong) => wrong.into(),
            CatalogueError::NoSeller => Self::new(Kind::Forbidden, "no-seller", "problem-no-seller"),
            CatalogueError::NoSuchThing => Self::not_found(),
            CatalogueError::OwnersOnly => Self::new(Kind::Forbidden, "owners-only", "catalogue-say-owners-only"),
            CatalogueError::OwnSeller => Self::new(Kind::Forbidden, "own-seller", "catalogue-say-own-seller"),
            CatalogueError::NotGiven => Self::new(Kind::Conflict, "not-given", "catalogue-say-not-given"),
            CatalogueError::ClosedAlready => {
                Self::new(Kind::Conflict, "closed-already", "catalogue-say-closed-already")
            }
            CatalogueError::LastOwner => Self::new(Kind::Conflict, "last-owner", "catalogue-say-last-owner"),
            CatalogueError::AlreadyStaff => Self::new(Kind::Conflict, "already-staff", "catalogue-say-already-staff"),
            CatalogueError::InvitationOver => Self::new(Kind::Gone, "invitation-over", "catalogue-say-invitation-over"),
            CatalogueError::TooManyEndpoints => {
                Self::new(Kind::Conflict, "too-many-endpoints", "webhooks-say-too-many")
            }
            CatalogueError::EndpointOff => Self::new(Kind::Conflict, "endpoint-off", "webhooks-say-off"),
            CatalogueError::TestsWait => Self::new(Kind::Conflict, "tests-wait", "webhooks-say-tests-wait"),
            CatalogueError::GtinTaken => {
                Self::from(Wrong::one("/gtin", "wrong-gtin-taken")).of_kind(Kind::Conflict, "gtin-taken")
            }
            CatalogueError::NumbersUsedUp => Self::new(Kind::Conflict, "numbers-used-up", "problem-numbers-used-up")
                .with_fields(Wrong::one("/gtin", "problem-numbers-used-up")),
            CatalogueError::Photo(error) => error.into(),
            CatalogueError::Internal(error) => error.into(),
        }
    }
}
