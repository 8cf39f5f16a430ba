//! The part of a pool that is of one batch.

use sea_orm::entity::prelude::*;

use crate::{
    Thousandths,
    ids::{BatchId, PoolId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "stock_pool_lot")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub pool_id: PoolId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub batch_id: BatchId,
    pub received: Thousandths,
    pub issued: Thousandths,
    pub held: Thousandths,
}

impl Model {
    /// What may be sold now.
    #[must_use]
    pub fn left(&self) -> Thousandths {
        Thousandths(self.received.0 - self.issued.0 - self.held.0)
    }
}

crate::plain_table!();
