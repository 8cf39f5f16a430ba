//! What partners are told of each listing: one row, the latest (ADR 0010).

use sea_orm::entity::prelude::*;

use crate::{Timestamp, ids::ListingId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "feed")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub listing_id: ListingId,
    /// Taken anew each time the row changes, from a counter whose lock orders the writers: a reader that has seen n will
    /// never find another row below n.
    pub seq: i64,
    pub kind: Kind,
    /// Of a tombstone.
    pub reason: Option<Reason>,
    /// Of an upsert: the listing as canonical JSON.
    pub document: Option<String>,
    pub recorded_at: Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Kind {
    #[sea_orm(string_value = "upsert")]
    Upsert,
    #[sea_orm(string_value = "tombstone")]
    Tombstone,
}

impl Kind {
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Upsert => "upsert",
            Self::Tombstone => "tombstone",
        }
    }
}

/// Why a listing is no longer there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Reason {
    #[sea_orm(string_value = "sold")]
    Sold,
    #[sea_orm(string_value = "withdrawn")]
    Withdrawn,
    #[sea_orm(string_value = "takedown")]
    Takedown,
    #[sea_orm(string_value = "recall")]
    Recall,
}

impl Reason {
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Sold => "sold",
            Self::Withdrawn => "withdrawn",
            Self::Takedown => "takedown",
            Self::Recall => "recall",
        }
    }
}

crate::plain_table!();
