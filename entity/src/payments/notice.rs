//! A bank's or gateway's message that money moved, kept once.

use sea_orm::entity::prelude::*;

use crate::{
    Dong, Timestamp,
    codes::PaymentReference,
    ids::{MoneyAccountId, NoticeId, PaymentId, PersonId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "notice")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: NoticeId,
    pub provider: Provider,
    /// Whose credential signed it (`exchange`, or a money account's id): who holds one credential must not be able to use up the numbers of another.
    pub scope: String,
    /// The provider's own number for it.
    pub provider_id: String,
    pub account_id: Option<MoneyAccountId>,
    pub amount: Dong,
    pub direction: Direction,
    /// The first payment reference in its text.
    pub reference: Option<PaymentReference>,
    /// Its text, sealed.
    pub content_sealed: String,
    /// The message as it came, sealed.
    pub body_sealed: String,
    pub happened_at: Option<Timestamp>,
    pub received_at: Timestamp,
    pub state: State,
    /// Why it is not credited.
    pub reason: Option<Reason>,
    pub payment_id: Option<PaymentId>,
    pub settled_at: Option<Timestamp>,
    /// The notice that told of the same money before, where another provider told it.
    pub twin_id: Option<NoticeId>,
    /// Who dealt with it by hand.
    pub handled_by: Option<PersonId>,
    pub handled_at: Option<Timestamp>,
    /// What they noted, sealed.
    pub note_sealed: Option<String>,
}

/// Who sent it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Provider {
    #[sea_orm(string_value = "sepay")]
    Sepay,
    #[sea_orm(string_value = "casso")]
    Casso,
    #[sea_orm(string_value = "payos")]
    Payos,
    #[sea_orm(string_value = "vnpay")]
    Vnpay,
    #[sea_orm(string_value = "momo")]
    Momo,
    #[sea_orm(string_value = "zalopay")]
    Zalopay,
    /// A statement of the bank's that a person took in.
    #[sea_orm(string_value = "statement")]
    Statement,
}

impl Provider {
    /// The word the wire and the table use.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Sepay => "sepay",
            Self::Casso => "casso",
            Self::Payos => "payos",
            Self::Vnpay => "vnpay",
            Self::Momo => "momo",
            Self::Zalopay => "zalopay",
            Self::Statement => "statement",
        }
    }
}

/// Which way the money went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Direction {
    #[sea_orm(string_value = "in")]
    In,
    #[sea_orm(string_value = "out")]
    Out,
}

impl Direction {
    /// The word the wire and the table use.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::In => "in",
            Self::Out => "out",
        }
    }
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum State {
    /// Kept, not yet settled.
    #[sea_orm(string_value = "received")]
    Received,
    #[sea_orm(string_value = "credited")]
    Credited,
    /// Somebody has to look.
    #[sea_orm(string_value = "unmatched")]
    Unmatched,
    /// Money that went out, or none that moved.
    #[sea_orm(string_value = "ignored")]
    Ignored,
    /// Another notice told of the same money before.
    #[sea_orm(string_value = "told")]
    Told,
    /// Unmatched money that a person sent back.
    #[sea_orm(string_value = "returned")]
    Returned,
}

impl State {
    /// The word the wire and the table use.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Credited => "credited",
            Self::Unmatched => "unmatched",
            Self::Ignored => "ignored",
            Self::Told => "told",
            Self::Returned => "returned",
        }
    }
}

/// Why money could not be credited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Reason {
    /// Its text names no payment.
    #[sea_orm(string_value = "no_reference")]
    NoReference,
    /// It names a payment that is not there.
    #[sea_orm(string_value = "unknown_reference")]
    UnknownReference,
    /// It went to an account that is not ours.
    #[sea_orm(string_value = "unknown_account")]
    UnknownAccount,
    /// What it should pay was given up, and could not be brought back.
    #[sea_orm(string_value = "late")]
    Late,
    /// It was refunded or called off.
    #[sea_orm(string_value = "closed")]
    Closed,
}

impl Reason {
    /// The word the wire and the table use.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NoReference => "no_reference",
            Self::UnknownReference => "unknown_reference",
            Self::UnknownAccount => "unknown_account",
            Self::Late => "late",
            Self::Closed => "closed",
        }
    }
}

crate::plain_table!();
