//! Which batches came out of a transformation.

use sea_orm::entity::prelude::*;

use crate::ids::{BatchId, TransformationId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "transformation_output")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub transformation_id: TransformationId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub batch_id: BatchId,
}

crate::plain_table!();
