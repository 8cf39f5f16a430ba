//! Money that came and is to be given back, for one order.

use sea_orm::entity::prelude::*;

use crate::{
    Dong, PaymentReference, Timestamp,
    ids::{NoticeId, PaymentId, PersonId, RefundId, SellerId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "refund")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RefundId,
    /// The memo by which a bank's notice of it is known.
    pub reference: PaymentReference,
    /// What it was paid with; `None`: in cash.
    pub payment_id: Option<PaymentId>,
    pub order_id: Uuid,
    pub seller_id: SellerId,
    pub owed_by: Owes,
    pub method: Method,
    pub amount: Dong,
    pub why: Why,
    pub state: State,
    /// Where it shall go, once the buyer has said so: all four, or none.
    pub bank_bin: Option<String>,
    pub number_sealed: Option<String>,
    pub number_tail: Option<String>,
    pub holder_sealed: Option<String>,
    pub named_at: Option<Timestamp>,
    pub created_at: Timestamp,
    pub sent_at: Option<Timestamp>,
    pub sent_by: Option<PersonId>,
    pub done_at: Option<Timestamp>,
    /// The bank's notice that it went out.
    pub notice_id: Option<NoticeId>,
}

/// Whose money it is to be given back from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Owes {
    #[sea_orm(string_value = "seller")]
    Seller,
    /// The money is held.
    #[sea_orm(string_value = "exchange")]
    Exchange,
}

impl Owes {
    /// The word the wire and the table use.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Seller => "seller",
            Self::Exchange => "exchange",
        }
    }
}

/// How it is given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Method {
    #[sea_orm(string_value = "transfer")]
    Transfer,
    /// From hand to hand.
    #[sea_orm(string_value = "cash")]
    Cash,
}

impl Method {
    /// The word the wire and the table use.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Transfer => "transfer",
            Self::Cash => "cash",
        }
    }
}

/// Why it is given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Why {
    #[sea_orm(string_value = "cancelled")]
    Cancelled,
    /// The seller did not answer in time.
    #[sea_orm(string_value = "unconfirmed")]
    Unconfirmed,
    /// Not all of it could be sent.
    #[sea_orm(string_value = "short")]
    Short,
    /// It weighed less.
    #[sea_orm(string_value = "weighed")]
    Weighed,
    #[sea_orm(string_value = "returned")]
    Returned,
    /// The order was changed to less.
    #[sea_orm(string_value = "edited")]
    Edited,
    /// It came when the goods were gone.
    #[sea_orm(string_value = "late")]
    Late,
    #[sea_orm(string_value = "overpaid")]
    Overpaid,
}

impl Why {
    /// The word the wire and the table use.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Cancelled => "cancelled",
            Self::Unconfirmed => "unconfirmed",
            Self::Short => "short",
            Self::Weighed => "weighed",
            Self::Returned => "returned",
            Self::Edited => "edited",
            Self::Late => "late",
            Self::Overpaid => "overpaid",
        }
    }
}

/// Where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum State {
    #[sea_orm(string_value = "owed")]
    Owed,
    /// Whoever owes it says that it is on its way.
    #[sea_orm(string_value = "sent")]
    Sent,
    /// A bank, the buyer, or a hand that gave it says that it is there.
    #[sea_orm(string_value = "done")]
    Done,
    /// The buyer took store credit instead.
    #[sea_orm(string_value = "credited")]
    Credited,
}

impl State {
    /// The word the wire and the table use.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Owed => "owed",
            Self::Sent => "sent",
            Self::Done => "done",
            Self::Credited => "credited",
        }
    }
}

crate::plain_table!();
