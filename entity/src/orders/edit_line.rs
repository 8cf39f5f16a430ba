//! What a line of an order would become.

use sea_orm::entity::prelude::*;

use crate::{
    Dong, Thousandths, Unit,
    ids::{ListingId, OrderEditId, OrderEditLineId, OrderLineId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "order_edit_line")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OrderEditLineId,
    pub edit_id: OrderEditId,
    pub position: i32,
    pub line_id: OrderLineId,
    pub before_quantity: Thousandths,
    pub before_price: Dong,
    pub before_amount: Dong,
    /// Another listing in its place.
    pub listing_id: Option<ListingId>,
    pub title: String,
    /// Nothing: the line goes.
    pub quantity: Thousandths,
    pub unit: Unit,
    pub price: Dong,
    pub amount: Dong,
}

crate::plain_table!();
