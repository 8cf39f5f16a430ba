//! How much of a product is made of so much that goes in, as its seller declares it.

use sea_orm::entity::prelude::*;

use crate::{
    Timestamp,
    ids::{PersonId, ProductId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "yield_ratio")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub product_id: ProductId,
    /// Thousandths of what goes in: of 1 kg of fresh leaf at 200, 200 g of tea.
    pub per_mille: i64,
    pub declared_at: Timestamp,
    pub declared_by: PersonId,
}

crate::plain_table!();
