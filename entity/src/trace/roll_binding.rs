//! Somebody told that the stickers of a roll from one number to another are stuck on a batch. Rows are only ever added.

use sea_orm::entity::prelude::*;

use crate::{
    Timestamp,
    ids::{BatchId, PersonId, RollBindingId, RollId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "roll_binding")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RollBindingId,
    pub roll_id: RollId,
    pub batch_id: BatchId,
    pub first: i32,
    pub last: i32,
    /// How many stickers this bound that were bound to nothing before.
    pub bound: i32,
    /// How many it tells of that had been told to be on another batch.
    pub clashes: i32,
    /// When they were stuck, as told.
    pub happened_at: Timestamp,
    pub recorded_at: Timestamp,
    pub recorded_by: Option<PersonId>,
}

crate::plain_table!();
