//! One line of the ledger: an amount from one ledger account to another, so that it balances by construction. Rows are only ever added; a refund swaps the accounts.

use sea_orm::entity::prelude::*;

use crate::{
    Dong, Timestamp,
    ids::{NoticeId, PaymentId, TransferId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "transfer")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TransferId,
    pub debit_kind: Side,
    pub debit_id: Uuid,
    pub credit_kind: Side,
    pub credit_id: Uuid,
    pub amount: Dong,
    pub reason: Reason,
    pub notice_id: Option<NoticeId>,
    pub payment_id: Option<PaymentId>,
    pub recorded_at: Timestamp,
}

/// What kind of ledger account an id names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Side {
    /// Money in a bank account.
    #[sea_orm(string_value = "account")]
    Account,
    /// What a buyer has paid for something.
    #[sea_orm(string_value = "payment")]
    Payment,
    /// What is owed to a seller.
    #[sea_orm(string_value = "seller")]
    Seller,
    /// Money in a bank account that nobody can explain yet.
    #[sea_orm(string_value = "unmatched")]
    Unmatched,
}

impl Side {
    /// The word the wire and the table use.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Payment => "payment",
            Self::Seller => "seller",
            Self::Unmatched => "unmatched",
        }
    }
}

/// Why money moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Reason {
    #[sea_orm(string_value = "received")]
    Received,
    #[sea_orm(string_value = "unmatched")]
    Unmatched,
    /// Unmatched money found its payment.
    #[sea_orm(string_value = "matched")]
    Matched,
    /// The seller says that it came.
    #[sea_orm(string_value = "hand")]
    Hand,
    #[sea_orm(string_value = "earned")]
    Earned,
    #[sea_orm(string_value = "refund")]
    Refund,
    /// Unmatched money was sent back.
    #[sea_orm(string_value = "returned")]
    Returned,
}

impl Reason {
    /// The word the wire and the table use.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Unmatched => "unmatched",
            Self::Matched => "matched",
            Self::Hand => "hand",
            Self::Earned => "earned",
            Self::Refund => "refund",
            Self::Returned => "returned",
        }
    }
}

crate::plain_table!();
