//! A lower price from a quantity on.

use sea_orm::entity::prelude::*;

use crate::{Dong, Thousandths, ids::ListingId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "price_tier")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub listing_id: ListingId,
    /// In the listing's unit.
    #[sea_orm(primary_key, auto_increment = false)]
    pub from_quantity: Thousandths,
    pub price: Dong,
}

crate::plain_table!();
