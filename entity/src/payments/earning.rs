//! What an order has earned its seller, written once when it is delivered.

use sea_orm::entity::prelude::*;

use crate::{Dong, Timestamp, ids::SellerId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "earning")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub order_id: Uuid,
    pub seller_id: SellerId,
    pub custody: Custody,
    pub goods: Dong,
    pub delivery: Dong,
    /// What of both was paid in cash.
    pub cash: Dong,
    /// What of both was paid with store credit.
    pub credit: Dong,
    pub category: String,
    /// What of the goods was taken back since, and of the delivery.
    pub returned: Dong,
    pub returned_delivery: Dong,
    /// What of that had been cash, and what store credit.
    pub returned_cash: Dong,
    pub returned_credit: Dong,
    pub earned_at: Timestamp,
}

/// Who has the money of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Custody {
    /// The seller: buyers pay straight to them.
    #[sea_orm(string_value = "direct")]
    Direct,
    /// The exchange's provider, until it is paid out.
    #[sea_orm(string_value = "held")]
    Held,
}

impl Custody {
    /// The word the wire and the table use.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::Held => "held",
        }
    }
}

crate::plain_table!();
