//! The stars that buyers gave a product, pushed down by orders.

use sea_orm::entity::prelude::*;

use crate::ids::ProductId;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "product_rating")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub product_id: ProductId,
    /// All of them, added up.
    pub stars: i64,
    pub reviews: i64,
}

crate::plain_table!();
