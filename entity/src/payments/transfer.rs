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
    /// The order, refund, payout or invoice it is about.
    pub about: Option<Uuid>,
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
    /// What the exchange has kept of a seller's earnings; its id is the seller's.
    #[sea_orm(string_value = "commission")]
    Commission,
    /// Tax withheld from a seller and owed to the state; its id is the seller's.
    #[sea_orm(string_value = "tax")]
    Tax,
    /// What is to be given back to a buyer.
    #[sea_orm(string_value = "refund")]
    Refund,
    /// Store credit that buyers hold with a seller; its id is the seller's.
    #[sea_orm(string_value = "credit")]
    Credit,
    /// Money in a seller's own hands; its id is the seller's.
    #[sea_orm(string_value = "cash")]
    Cash,
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
            Self::Commission => "commission",
            Self::Tax => "tax",
            Self::Refund => "refund",
            Self::Credit => "credit",
            Self::Cash => "cash",
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
    /// It is promised back.
    #[sea_orm(string_value = "refund")]
    Refund,
    /// It was given back.
    #[sea_orm(string_value = "refunded")]
    Refunded,
    /// Goods came back, and what they earned is the buyer's again.
    #[sea_orm(string_value = "returned")]
    Returned,
    #[sea_orm(string_value = "commission")]
    Commission,
    #[sea_orm(string_value = "withheld")]
    Withheld,
    #[sea_orm(string_value = "payout")]
    Payout,
    /// Withheld tax went to the state.
    #[sea_orm(string_value = "remitted")]
    Remitted,
    /// A seller paid what was invoiced.
    #[sea_orm(string_value = "invoiced")]
    Invoiced,
    /// Store credit was given.
    #[sea_orm(string_value = "credit")]
    Credit,
    /// What was earned is in the seller's own hands already, or is taken from there.
    #[sea_orm(string_value = "cash")]
    Cash,
    /// A person said what unmatched money is.
    #[sea_orm(string_value = "sorted")]
    Sorted,
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
            Self::Refunded => "refunded",
            Self::Returned => "returned",
            Self::Commission => "commission",
            Self::Withheld => "withheld",
            Self::Payout => "payout",
            Self::Remitted => "remitted",
            Self::Invoiced => "invoiced",
            Self::Credit => "credit",
            Self::Cash => "cash",
            Self::Sorted => "sorted",
        }
    }
}

crate::plain_table!();
