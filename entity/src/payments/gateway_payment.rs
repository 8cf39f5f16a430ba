//! A payment as its gateway knows it: under which number, and where the buyer pays.

use sea_orm::entity::prelude::*;

use super::payment::Gateway;
use crate::{Timestamp, ids::PaymentId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "gateway_payment")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub payment_id: PaymentId,
    pub gateway: Gateway,
    /// Which try it is: a gateway takes a number once, and a buyer whose card was refused tries again.
    pub attempt: i64,
    /// The payment's reference as this gateway wants it, and the attempt behind it.
    pub order_number: String,
    pub state: State,
    /// The provider's own page.
    pub redirect_url: Option<String>,
    /// When this attempt began: VNPay asks for it again.
    pub wanted_at: Timestamp,
    /// When the provider was last asked what became of it.
    pub asked_at: Option<Timestamp>,
}

/// Where it stands at the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum State {
    /// The provider has not heard of it.
    #[sea_orm(string_value = "wanted")]
    Wanted,
    /// The buyer can pay.
    #[sea_orm(string_value = "open")]
    Open,
    /// The provider says that this attempt came to nothing.
    #[sea_orm(string_value = "failed")]
    Failed,
    /// Nothing is asked any more.
    #[sea_orm(string_value = "closed")]
    Closed,
}

crate::plain_table!();
