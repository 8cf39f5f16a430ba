//! What a counter sale was made of.

use sea_orm::entity::prelude::*;

use crate::{
    Dong, Thousandths,
    ids::{BatchId, SaleId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sale_line")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub sale_id: SaleId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i32,
    pub name: String,
    pub quantity: Thousandths,
    pub price: Dong,
    pub amount: Dong,
    /// The batch it was of, where the stall says so.
    pub batch_id: Option<BatchId>,
}

crate::plain_table!();
