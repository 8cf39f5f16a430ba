//! Why store credit became more or less. Rows are only added.

use sea_orm::entity::prelude::*;

use crate::{
    Dong, Timestamp,
    ids::{CreditEntryId, OrderId, PersonId, SellerId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "store_credit_entry")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CreditEntryId,
    pub seller_id: SellerId,
    pub person_id: PersonId,
    /// Below zero where it was spent.
    pub amount: Dong,
    pub why: Why,
    pub order_id: Option<OrderId>,
    pub note: Option<String>,
    pub recorded_at: Timestamp,
    pub recorded_by: Option<PersonId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Why {
    /// The seller gives it.
    #[sea_orm(string_value = "gift")]
    Gift,
    /// Money of an order that the buyer took this way.
    #[sea_orm(string_value = "refund")]
    Refund,
    /// The order it was spent on was given up.
    #[sea_orm(string_value = "returned")]
    Returned,
    #[sea_orm(string_value = "spent")]
    Spent,
}

impl Why {
    /// The word the wire and the table use.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Gift => "gift",
            Self::Refund => "refund",
            Self::Returned => "returned",
            Self::Spent => "spent",
        }
    }
}

crate::plain_table!();
