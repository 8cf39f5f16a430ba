//! So much of a line that goes back.

use sea_orm::entity::prelude::*;

use crate::{
    Thousandths,
    ids::{OrderLineId, OrderReturnId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "order_return_line")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub return_id: OrderReturnId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub line_id: OrderLineId,
    /// In the line's unit.
    pub quantity: Thousandths,
}

crate::plain_table!();
