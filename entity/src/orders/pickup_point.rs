//! Where goods of a seller may be fetched.

use sea_orm::entity::prelude::*;

use crate::{
    CommuneCode,
    ids::{PickupPointId, SellerId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "pickup_point")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PickupPointId,
    pub seller_id: SellerId,
    pub position: i32,
    pub name: String,
    pub commune_code: CommuneCode,
    pub street: String,
    /// When it is open, in the seller's words.
    pub opening: String,
}

crate::plain_table!();
