//! A listing that is sold in a cycle.

use sea_orm::entity::prelude::*;

use crate::ids::{ListingId, OrderCycleId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "order_cycle_listing")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub cycle_id: OrderCycleId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub listing_id: ListingId,
}

crate::plain_table!();
