//! Which batches went into a batch, and how much of each.

use sea_orm::entity::prelude::*;

use crate::{Thousandths, Unit, ids::BatchId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "batch_input")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub batch_id: BatchId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub input_id: BatchId,
    pub quantity: Thousandths,
    pub unit: Unit,
}

crate::plain_table!();
