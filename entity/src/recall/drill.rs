//! A recall that was carried out and taken back at once, to see how long it takes and what it would reach.

use sea_orm::entity::prelude::*;

use crate::{
    Timestamp,
    ids::{BatchId, RecallDrillId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "recall_drill")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RecallDrillId,
    pub at: Timestamp,
    pub batch_id: BatchId,
    pub batches: i64,
    /// Things reached that are no batches of this exchange.
    pub foreign_epcs: i64,
    pub listings: i64,
    pub orders: i64,
    pub stalls: i64,
    pub partners: i64,
    pub truncated: bool,
    /// Microseconds it took to find out what is affected.
    pub trace_us: i64,
    /// Microseconds it took to hold, freeze and note all of it.
    pub effects_us: i64,
}

crate::plain_table!();
