//! Stock of one product in its base unit. Listings of several pack sizes draw on the same pool.

use sea_orm::entity::prelude::*;

use crate::{
    Thousandths, Unit,
    ids::{PoolId, ProductId, SellerId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "stock_pool")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PoolId,
    pub seller_id: SellerId,
    pub product_id: ProductId,
    pub unit: Unit,
    /// All that ever came in. `received − issued − held` is what may be sold, and a CHECK keeps it at or above zero.
    pub received: Thousandths,
    pub issued: Thousandths,
    pub held: Thousandths,
}

impl Model {
    /// What may be sold now.
    #[must_use]
    pub fn left(&self) -> Thousandths {
        Thousandths(self.received.0 - self.issued.0 - self.held.0)
    }
}

crate::plain_table!();
