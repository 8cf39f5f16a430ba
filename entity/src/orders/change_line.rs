//! A line as it will be once its change is paid.

use sea_orm::entity::prelude::*;

use crate::{
    Dong, Thousandths, Unit,
    ids::{OrderChangeId, OrderChangeLineId, OrderLineId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "order_change_line")]
pub struct Model {
    /// Holds what is more of it (`stock_hold.holder_id`).
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OrderChangeLineId,
    pub change_id: OrderChangeId,
    pub line_id: OrderLineId,
    pub quantity: Thousandths,
    /// How much more than the line has now.
    pub more: Thousandths,
    pub price: Dong,
    pub amount: Dong,
    pub weight_price: Option<Dong>,
    pub weight_unit: Option<Unit>,
    pub estimated_weight: Option<Thousandths>,
}

crate::plain_table!();
