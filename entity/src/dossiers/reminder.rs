//! Something with a day is near. The row is written once; it is shown once the outbox has delivered it.

use sea_orm::entity::prelude::*;

use crate::{Day, Timestamp, ids::ReminderId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "reminder")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ReminderId,
    pub topic: Topic,
    /// The dossier or certificate.
    pub subject_id: Uuid,
    /// Whose it is (OCOP: a seller). They are reminded of certificates, officers of dossiers.
    pub party_id: Uuid,
    pub title: String,
    pub due_on: Day,
    /// How many days ahead it was due to be told: working days for a dossier, calendar days for a certificate.
    pub days: i32,
    pub made_at: Timestamp,
    pub delivered_at: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Topic {
    #[sea_orm(string_value = "dossier.due")]
    DossierDue,
    #[sea_orm(string_value = "certificate.ending")]
    CertificateEnding,
}

impl Topic {
    /// The topic under which the fact is left in the outbox.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::DossierDue => "dossier.due",
            Self::CertificateEnding => "certificate.ending",
        }
    }
}

crate::plain_table!();
