//! What the exchange keeps of an earning, frozen when it arose. A return adds a row that takes back its part.

use sea_orm::entity::prelude::*;

use crate::{
    Dong, Rate, Timestamp,
    ids::{CommissionId, InvoiceId, SellerId},
    payments::earning::Custody,
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "commission")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CommissionId,
    pub order_id: Uuid,
    pub seller_id: SellerId,
    pub custody: Custody,
    pub kind: Kind,
    /// The rule that it follows: the day of its set, and its place in it.
    pub rule_from: String,
    pub rule_position: i32,
    pub rate_bp: Rate,
    /// The goods it is of; below zero for what came back, as is the amount.
    pub base: Dong,
    pub amount: Dong,
    pub at: Timestamp,
    /// The invoice that asks for it, where money goes straight to sellers.
    pub invoice_id: Option<InvoiceId>,
}

/// Whether it is taken or given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Kind {
    #[sea_orm(string_value = "charge")]
    Charge,
    /// Goods came back.
    #[sea_orm(string_value = "offset")]
    Offset,
}

impl Kind {
    /// The word the wire and the table use.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Charge => "charge",
            Self::Offset => "offset",
        }
    }
}

crate::plain_table!();
