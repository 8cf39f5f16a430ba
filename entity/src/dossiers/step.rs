//! Something that was done with a dossier. Never changed.

use sea_orm::entity::prelude::*;

use crate::{
    Timestamp,
    ids::{DossierId, DossierStepId, PersonId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "dossier_step")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DossierStepId,
    pub dossier_id: DossierId,
    pub what: What,
    /// Whose hand it was.
    pub person_id: PersonId,
    /// On whose behalf, when that was somebody else.
    pub behalf_id: Option<PersonId>,
    pub note: String,
    pub at: Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum What {
    #[sea_orm(string_value = "entered")]
    Entered,
    #[sea_orm(string_value = "accepted")]
    Accepted,
    #[sea_orm(string_value = "supplement_asked")]
    SupplementAsked,
    #[sea_orm(string_value = "supplement_answered")]
    SupplementAnswered,
    #[sea_orm(string_value = "samples_received")]
    SamplesReceived,
    #[sea_orm(string_value = "scored")]
    Scored,
    #[sea_orm(string_value = "granted")]
    Granted,
    #[sea_orm(string_value = "refused")]
    Refused,
    #[sea_orm(string_value = "withdrawn")]
    Withdrawn,
}

impl What {
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Entered => "entered",
            Self::Accepted => "accepted",
            Self::SupplementAsked => "supplement_asked",
            Self::SupplementAnswered => "supplement_answered",
            Self::SamplesReceived => "samples_received",
            Self::Scored => "scored",
            Self::Granted => "granted",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
        }
    }
}

crate::plain_table!();
