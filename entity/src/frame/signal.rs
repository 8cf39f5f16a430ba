//! Something that a live page may be waiting for has changed. Rows are for other processes to notice and live an hour.

use sea_orm::entity::prelude::*;

use crate::{Timestamp, ids::SignalId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "signal")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SignalId,
    /// `payment:{id}`, `stall:{id}`.
    pub topic: String,
    /// By the machine's clock, whatever a demo's clock says.
    pub at: Timestamp,
}

crate::plain_table!();
