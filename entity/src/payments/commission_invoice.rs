//! What a seller whose buyers pay them straight owes the exchange for a month.

use sea_orm::entity::prelude::*;

use crate::{
    Day, Dong, Timestamp,
    ids::{InvoiceId, PaymentId, SellerId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "commission_invoice")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: InvoiceId,
    pub number: String,
    pub seller_id: SellerId,
    /// `2026-11`.
    pub month: String,
    pub amount: Dong,
    /// How many rows of commission it asks for.
    pub lines: i64,
    /// `None` while the exchange has no account of its own.
    pub payment_id: Option<PaymentId>,
    pub issued_at: Timestamp,
    pub due_on: Day,
    pub paid_at: Option<Timestamp>,
}

crate::plain_table!();
