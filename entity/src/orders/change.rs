//! More of a paid order, which waits for its own payment.

use sea_orm::entity::prelude::*;

use crate::{
    Dong, Timestamp,
    ids::{OrderChangeId, OrderId, PaymentId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "order_change")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OrderChangeId,
    pub order_id: OrderId,
    pub payment_id: PaymentId,
    /// Those of the order once it is paid.
    pub delivery_fee: Dong,
    pub total: Dong,
    pub state: State,
    pub created_at: Timestamp,
    pub closed_at: Option<Timestamp>,
}

/// Where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum State {
    #[sea_orm(string_value = "waiting")]
    Waiting,
    #[sea_orm(string_value = "done")]
    Done,
    /// Not paid in time, or the order was given up.
    #[sea_orm(string_value = "dropped")]
    Dropped,
}

crate::plain_table!();
