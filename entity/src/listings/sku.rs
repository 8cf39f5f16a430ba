//! A seller's own code for a listing, by which a file finds it again.

use sea_orm::entity::prelude::*;

use crate::ids::{ListingId, SellerId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "listing_sku")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub listing_id: ListingId,
    pub seller_id: SellerId,
    /// One of a kind for its seller.
    pub code: String,
}

crate::plain_table!();
