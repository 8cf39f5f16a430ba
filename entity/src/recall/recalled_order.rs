//! An order that got goods of a batch which is called back, or was to get them.

use sea_orm::entity::prelude::*;

use crate::ids::{OrderId, RecallId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "recall_order")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub recall_id: RecallId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub order_id: OrderId,
    pub outcome: Outcome,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Outcome {
    /// A job is about to see to it.
    #[sea_orm(string_value = "waiting")]
    Waiting,
    /// None of it had left: it was given up.
    #[sea_orm(string_value = "cancelled")]
    Cancelled,
    /// What had not left of these goods was given up.
    #[sea_orm(string_value = "shortened")]
    Shortened,
    /// Goods had left: its buyer was told.
    #[sea_orm(string_value = "told")]
    Told,
}

impl Outcome {
    /// The word the wire and the table use.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Cancelled => "cancelled",
            Self::Shortened => "shortened",
            Self::Told => "told",
        }
    }
}

crate::plain_table!();
