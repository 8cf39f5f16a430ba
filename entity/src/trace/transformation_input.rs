//! Which batches went into a transformation, and how much of each.

use sea_orm::entity::prelude::*;

use crate::{
    Thousandths, Unit,
    ids::{BatchId, TransformationId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "transformation_input")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub transformation_id: TransformationId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub batch_id: BatchId,
    pub quantity: Thousandths,
    pub unit: Unit,
}

crate::plain_table!();
