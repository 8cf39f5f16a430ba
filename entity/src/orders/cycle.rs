//! Days in which a seller takes orders for one day of hand-over.

use sea_orm::entity::prelude::*;

use super::order::Delivery;
use crate::{
    Day, Timestamp,
    ids::{OrderCycleId, PersonId, SellerId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "order_cycle")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OrderCycleId,
    pub seller_id: SellerId,
    pub name: String,
    pub opens_at: Timestamp,
    /// From then on nothing is ordered nor changed.
    pub closes_at: Timestamp,
    pub hand_over_on: Day,
    pub ship: bool,
    pub pickup: bool,
    pub farm: bool,
    pub note: String,
    pub created_at: Timestamp,
    pub created_by: Option<PersonId>,
}

impl Model {
    /// Whether its goods are handed over in this way.
    #[must_use]
    pub const fn hands_over(&self, delivery: Delivery) -> bool {
        match delivery {
            Delivery::Ship => self.ship,
            Delivery::Pickup => self.pickup,
            Delivery::Farm => self.farm,
        }
    }
}

crate::plain_table!();
