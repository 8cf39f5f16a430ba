//! What somebody reports of a sticker, signed in or not.

use sea_orm::entity::prelude::*;

use crate::{
    Timestamp,
    ids::{BatchId, PersonId, ScanReportId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "scan_report")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ScanReportId,
    /// What the sticker says, as it was given.
    pub uri: String,
    /// The batch it names, if it names one of ours.
    pub batch_id: Option<BatchId>,
    pub serial: Option<String>,
    pub reason: Reason,
    /// Possibly empty.
    pub words: String,
    /// How to reach whoever reported it, sealed.
    pub contact_sealed: Option<String>,
    pub person_id: Option<PersonId>,
    pub created_at: Timestamp,
}

/// What is the matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Reason {
    /// The sticker looks copied.
    #[sea_orm(string_value = "copy")]
    Copy,
    /// What is in the pack is not what the page tells of.
    #[sea_orm(string_value = "different")]
    Different,
    /// Spoiled, or it made somebody ill.
    #[sea_orm(string_value = "spoiled")]
    Spoiled,
    /// Torn, illegible, or pasted over another one.
    #[sea_orm(string_value = "label")]
    Label,
    #[sea_orm(string_value = "other")]
    Other,
}

impl Reason {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 5] = [Self::Copy, Self::Different, Self::Spoiled, Self::Label, Self::Other];

    /// The word on the wire.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Copy => "copy",
            Self::Different => "different",
            Self::Spoiled => "spoiled",
            Self::Label => "label",
            Self::Other => "other",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.code() == code)
    }
}

crate::plain_table!();
