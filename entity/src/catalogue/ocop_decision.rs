//! What was decided on an OCOP dossier. Never changed.

use sea_orm::entity::prelude::*;

use crate::{
    Day, Timestamp,
    ids::{CertificateId, DossierId, PersonId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ocop_decision")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub dossier_id: DossierId,
    pub outcome: Outcome,
    pub star: Option<i32>,
    /// The mean of the ballots, in hundredths of a point, cut and not rounded.
    pub points: Option<i32>,
    pub ballots: i32,
    pub number: Option<String>,
    pub decided_on: Day,
    pub recognised_by: Option<Recogniser>,
    pub reason: Option<String>,
    pub certificate_id: Option<CertificateId>,
    pub decided_by: PersonId,
    pub at: Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Outcome {
    #[sea_orm(string_value = "granted")]
    Granted,
    #[sea_orm(string_value = "refused")]
    Refused,
}

impl Outcome {
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Granted => "granted",
            Self::Refused => "refused",
        }
    }
}

/// Who recognises a rating.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Recogniser {
    #[sea_orm(string_value = "province")]
    Province,
    #[sea_orm(string_value = "ministry")]
    Ministry,
}

impl Recogniser {
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Province => "province",
            Self::Ministry => "ministry",
        }
    }
}

crate::plain_table!();
