//! What an officer found of a certificate, or that it was taken back. Never changed.

use sea_orm::entity::prelude::*;

use crate::{
    Timestamp,
    ids::{CertificateCheckId, CertificateId, PersonId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "certificate_check")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CertificateCheckId,
    pub certificate_id: CertificateId,
    pub outcome: Outcome,
    pub reason: String,
    pub person_id: PersonId,
    pub at: Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Outcome {
    #[sea_orm(string_value = "verified")]
    Verified,
    /// It could not be confirmed: it stays what the seller says.
    #[sea_orm(string_value = "unverified")]
    Unverified,
    #[sea_orm(string_value = "revoked")]
    Revoked,
}

impl Outcome {
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::Unverified => "unverified",
            Self::Revoked => "revoked",
        }
    }
}

crate::plain_table!();
