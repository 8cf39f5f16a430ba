//! Places that a seller delivers to for one fee.

use sea_orm::entity::prelude::*;

use crate::{
    Dong,
    ids::{DeliveryZoneId, SellerId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "delivery_zone")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DeliveryZoneId,
    pub seller_id: SellerId,
    pub position: i32,
    pub name: String,
    /// Codes of provinces and communes with spaces between them; empty is everywhere.
    pub places: String,
    pub fee: Dong,
    /// What the fee carries.
    pub included_grams: i64,
    /// For each kilogram begun beyond that.
    pub fee_per_kg: Dong,
    /// Goods for so much are carried for nothing.
    pub free_from: Option<Dong>,
}

crate::plain_table!();
