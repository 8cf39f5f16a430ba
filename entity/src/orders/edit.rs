//! A change of an order that its seller proposes and its buyer decides on.

use sea_orm::entity::prelude::*;

use crate::{
    Timestamp,
    ids::{OrderEditId, OrderId, PaymentId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "order_edit")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OrderEditId,
    pub order_id: OrderId,
    pub state: State,
    /// The seller's words.
    pub note: String,
    /// What the order would cost more; below zero: less.
    pub difference: i64,
    pub created_at: Timestamp,
    /// Until when the buyer decides.
    pub due_at: Timestamp,
    pub closed_at: Option<Timestamp>,
    /// What the buyer pays on top, once they agreed.
    pub payment_id: Option<PaymentId>,
}

/// Where it stands; changes only through `orders::edits::lifecycle`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum State {
    #[sea_orm(string_value = "open")]
    Open,
    /// The buyer agreed and has to pay the difference.
    #[sea_orm(string_value = "waiting_payment")]
    WaitingPayment,
    #[sea_orm(string_value = "accepted")]
    Accepted,
    #[sea_orm(string_value = "refused")]
    Refused,
    #[sea_orm(string_value = "withdrawn")]
    Withdrawn,
    /// Nobody answered, or the difference was not paid in time.
    #[sea_orm(string_value = "lapsed")]
    Lapsed,
}

impl State {
    /// The word the wire and the table use.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::WaitingPayment => "waiting_payment",
            Self::Accepted => "accepted",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
            Self::Lapsed => "lapsed",
        }
    }
}

crate::plain_table!();
