//! A quantity of one product made together. GTIN + lot is its public name and never changes.

use sea_orm::entity::prelude::*;

use crate::{
    Day, Gtin, Lot, ShortCode, Thousandths, Timestamp, Unit,
    ids::{BatchId, PersonId, ProductId, SellerId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "batch")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: BatchId,
    pub product_id: ProductId,
    pub seller_id: SellerId,
    pub gtin: Gtin,
    pub lot: Lot,
    pub quantity: Thousandths,
    pub unit: Unit,
    pub harvested_on: Day,
    pub packed_on: Option<Day>,
    pub expires_on: Option<Day>,
    /// What `/t/{code}` takes.
    pub short_code: ShortCode,
    pub recorded_at: Timestamp,
    pub recorded_by: PersonId,
}

crate::plain_table!();
