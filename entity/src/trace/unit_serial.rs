//! One unit of a batch that has a name of its own: GTIN + lot + serial, AI (21). Rows are made when the sticker is printed.

use sea_orm::entity::prelude::*;

use crate::{
    Gtin, Lot, Timestamp,
    ids::{BatchId, PersonId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "unit_serial")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub gtin: Gtin,
    #[sea_orm(primary_key, auto_increment = false)]
    pub lot: Lot,
    /// A running number for people and letters that nobody can guess.
    #[sea_orm(primary_key, auto_increment = false)]
    pub serial: String,
    pub batch_id: BatchId,
    /// The running number by itself, counted from 1 within the batch.
    pub number: i32,
    /// The keyed hash of what stands under the scratch layer, where there is one.
    pub scratch_hash: Option<String>,
    pub printed_at: Timestamp,
    pub printed_by: Option<PersonId>,
    pub sold_at: Option<Timestamp>,
    /// When what stands under the scratch layer was told for the first time.
    pub used_at: Option<Timestamp>,
}

crate::plain_table!();
