//! What a recall reached: batches of this exchange, each with the hold it got, and things that are not.

use sea_orm::entity::prelude::*;

use crate::ids::{BatchHoldId, BatchId, RecallId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "recall_thing")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub recall_id: RecallId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub epc: String,
    pub batch_id: Option<BatchId>,
    pub direction: Direction,
    pub hold_id: Option<BatchHoldId>,
}

/// Where it lies, seen from what is called back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Direction {
    /// It is the thing itself.
    #[sea_orm(string_value = "root")]
    Root,
    /// The thing came from it.
    #[sea_orm(string_value = "upstream")]
    Upstream,
    /// The thing went into it.
    #[sea_orm(string_value = "downstream")]
    Downstream,
}

impl Direction {
    /// The word the wire and the table use.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Root => "root",
            Self::Upstream => "upstream",
            Self::Downstream => "downstream",
        }
    }
}

crate::plain_table!();
