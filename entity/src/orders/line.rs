//! A line of an order. Title and price are those of the moment it was ordered.

use sea_orm::entity::prelude::*;

use crate::{
    Dong, Thousandths, Unit,
    ids::{ListingId, OrderId, OrderLineId, ProductId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "order_line")]
pub struct Model {
    /// Holds the stock (`stock_hold.holder_id`).
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OrderLineId,
    pub order_id: OrderId,
    pub position: i32,
    pub listing_id: ListingId,
    pub product_id: ProductId,
    pub title: String,
    pub quantity: Thousandths,
    pub unit: Unit,
    pub price: Dong,
    pub amount: Dong,
    /// Charged by weight: đồng for one `weight_unit`, and what the pieces are thought to weigh. `price` and `amount` are
    /// then estimates.
    pub weight_price: Option<Dong>,
    pub weight_unit: Option<Unit>,
    pub estimated_weight: Option<Thousandths>,
    /// What was ordered and then given up; `quantity` is what is left.
    pub given_up: Thousandths,
    /// What its pieces weighed, in `weight_unit`; price and amount are then no estimates any more.
    pub weighed: Option<Thousandths>,
}

crate::plain_table!();
