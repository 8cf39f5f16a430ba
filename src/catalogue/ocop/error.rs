//! What the desk of OCOP refuses.

use crate::{
    catalogue::CatalogueError,
    dossiers::DossierError,
    http::{
        input::Wrong,
        language::Message,
        problem::{Kind, Problem},
    },
};

#[derive(Debug, thiserror::Error)]
pub enum OcopError {
    #[error(transparent)]
    Wrong(#[from] Wrong),
    #[error("there is no such dossier, product or account")]
    NoSuchThing,
    #[error(transparent)]
    Dossier(#[from] DossierError),
    #[error("this takes an officer")]
    NotAnOfficer,
    #[error("only who applied may take it back")]
    NotTheApplicant,
    #[error("the officer does not sit on the council today")]
    NotOnCouncil,
    #[error("nobody judges a product of their own")]
    OwnDossier,
    #[error("the council has given no ballot")]
    NoBallots,
    #[error("{have} of {need} samples have come")]
    SamplesMissing { have: i64, need: i64 },
    #[error(transparent)]
    Internal(#[from] sea_orm::DbErr),
}

impl From<OcopError> for Problem {
    fn from(error: OcopError) -> Self {
        match error {
            OcopError::Wrong(wrong) => wrong.into(),
            OcopError::NoSuchThing => Self::not_found(),
            OcopError::Dossier(error) => error.into(),
            OcopError::NotAnOfficer => crate::identity::IdentityError::WrongOffice.into(),
            OcopError::NotTheApplicant => Self::new(Kind::Forbidden, "not-the-applicant", "problem-not-the-applicant"),
            OcopError::NotOnCouncil => Self::new(Kind::Forbidden, "not-on-council", "problem-not-on-council"),
            OcopError::OwnDossier => Self::new(Kind::Forbidden, "own-dossier", "problem-own-dossier"),
            OcopError::NoBallots => Self::new(Kind::Conflict, "no-ballots", "problem-no-ballots"),
            OcopError::SamplesMissing { have, need } => Self::new(
                Kind::Conflict,
                "samples-missing",
                Message::new("problem-samples-missing")
                    .with("have", have.to_string())
                    .with("need", need.to_string()),
            ),
            OcopError::Internal(error) => error.into(),
        }
    }
}

impl From<CatalogueError> for OcopError {
    fn from(error: CatalogueError) -> Self {
        match error {
            CatalogueError::Wrong(wrong) => wrong.into(),
            CatalogueError::Internal(error) => error.into(),
            _ => Self::NoSuchThing,
        }
    }
}
