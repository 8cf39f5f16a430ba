//! What of an earning a payment paid.

use sea_orm::entity::prelude::*;

use crate::{Dong, ids::PaymentId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "earning_source")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub order_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub payment_id: PaymentId,
    /// The order's main payment first.
    pub position: i32,
    pub amount: Dong,
    /// What of it was taken back since.
    pub returned: Dong,
}

crate::plain_table!();
