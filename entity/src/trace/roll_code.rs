//! One sticker of a roll: what `/t/{code}` takes, and the batch it was told to be stuck on.

use sea_orm::entity::prelude::*;

use crate::{
    ShortCode, Timestamp,
    ids::{BatchId, RollId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "roll_code")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub code: ShortCode,
    pub roll_id: RollId,
    /// The running number that people read beside the code.
    pub number: i32,
    pub batch_id: Option<BatchId>,
    pub bound_at: Option<Timestamp>,
}

crate::plain_table!();
