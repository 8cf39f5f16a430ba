//! A stall that sold of a batch which is called back, or bought of it.

use sea_orm::entity::prelude::*;

use crate::{
    Timestamp,
    ids::{RecallId, StallId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "recall_stall")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub recall_id: RecallId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub stall_id: StallId,
    pub told_at: Option<Timestamp>,
}

crate::plain_table!();
