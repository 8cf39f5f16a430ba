//! How often a code was scanned. Who did is not kept.

use sea_orm::entity::prelude::*;

use crate::{Timestamp, ids::BatchId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "scan_count")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub batch_id: BatchId,
    /// A unit's own number; empty for the code that all units of the batch share.
    #[sea_orm(primary_key, auto_increment = false)]
    pub serial: String,
    pub scans: i64,
    pub first_at: Timestamp,
    pub last_at: Timestamp,
}

crate::plain_table!();
