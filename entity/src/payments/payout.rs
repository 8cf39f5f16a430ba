//! Held money that goes to its seller.

use sea_orm::entity::prelude::*;

use crate::{
    Dong, PaymentReference, Timestamp,
    ids::{MoneyAccountId, NoticeId, PayoutId, SellerId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "payout")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PayoutId,
    /// What people call it.
    pub number: String,
    /// The memo by which a bank's notice of it is known.
    pub reference: PaymentReference,
    pub seller_id: SellerId,
    /// Where it goes.
    pub account_id: MoneyAccountId,
    /// Where it comes from.
    pub from_account_id: MoneyAccountId,
    pub amount: Dong,
    /// How many lines it pays.
    pub lines: i64,
    pub state: State,
    pub made_at: Timestamp,
    pub sent_at: Option<Timestamp>,
    pub done_at: Option<Timestamp>,
    pub failed_at: Option<Timestamp>,
    /// Why it failed.
    pub reason: Option<String>,
    /// The bank's notice that it went out.
    pub notice_id: Option<NoticeId>,
}

/// Where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum State {
    #[sea_orm(string_value = "made")]
    Made,
    /// The bank was told to send it.
    #[sea_orm(string_value = "sent")]
    Sent,
    /// The bank says that it went out.
    #[sea_orm(string_value = "done")]
    Done,
    /// It came back; its lines are free for another.
    #[sea_orm(string_value = "failed")]
    Failed,
}

impl State {
    /// The word the wire and the table use.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Made => "made",
            Self::Sent => "sent",
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }
}

crate::plain_table!();
