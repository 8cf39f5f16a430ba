//! Batches became other batches: mixed, split, repacked or processed. It is also one EPCIS event.

use sea_orm::entity::prelude::*;

use crate::{
    Timestamp,
    ids::{EventId, PersonId, SellerId, TransformationId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "transformation")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TransformationId,
    pub seller_id: SellerId,
    pub kind: Kind,
    /// When it happened, as told.
    pub happened_at: Timestamp,
    pub recorded_at: Timestamp,
    pub recorded_by: PersonId,
    pub note: String,
    pub event_id: EventId,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Kind {
    /// Several batches become one.
    #[sea_orm(string_value = "mix")]
    Mix,
    /// One batch becomes several.
    #[sea_orm(string_value = "split")]
    Split,
    /// The same goods in other packs.
    #[sea_orm(string_value = "repack")]
    Repack,
    /// Something else is made of them, and some of the weight goes.
    #[sea_orm(string_value = "process")]
    Process,
}

impl Kind {
    /// The word on the wire and in locale ids.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Mix => "mix",
            Self::Split => "split",
            Self::Repack => "repack",
            Self::Process => "process",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        use sea_orm::Iterable as _;
        Self::iter().find(|kind| kind.code() == code)
    }
}

crate::plain_table!();
