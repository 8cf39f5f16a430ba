//! The stars that buyers gave a seller's goods, pushed down by orders.

use sea_orm::entity::prelude::*;

use crate::ids::SellerId;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "seller_rating")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub seller_id: SellerId,
    /// All of them, added up.
    pub stars: i64,
    pub reviews: i64,
}

crate::plain_table!();
