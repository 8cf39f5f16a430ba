//! Where money goes: a bank account of a seller, a stall or the exchange. A row is never edited: another account is another row, and what was printed or asked for keeps pointing to the old one.

use sea_orm::entity::prelude::*;

use crate::{
    Timestamp,
    ids::{MoneyAccountId, SellerId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "money_account")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MoneyAccountId,
    pub kind: Kind,
    /// Whose, where the kind is `seller`.
    pub seller_id: Option<SellerId>,
    /// Six digits by which NAPAS knows the bank.
    pub bank_bin: String,
    /// The number, sealed.
    pub number_sealed: String,
    /// A keyed hash of the number, by which a notice finds the account.
    pub number_hash: String,
    /// Its last characters, which may be shown.
    pub number_tail: String,
    /// The holder's name, sealed.
    pub holder_sealed: String,
    pub notices: Notices,
    /// What the account's own notices are signed with, sealed; `None` where the exchange's secret signs them.
    pub credential_sealed: Option<String>,
    pub created_at: Timestamp,
    pub closed_at: Option<Timestamp>,
    /// When a statement of it was last taken in: from then on what a notice tells may have been told by a statement.
    pub statement_at: Option<Timestamp>,
}

/// Whose money it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Kind {
    #[sea_orm(string_value = "seller")]
    Seller,
    #[sea_orm(string_value = "stall")]
    Stall,
    /// A licensed provider's, which holds, splits and pays out.
    #[sea_orm(string_value = "held")]
    Held,
}

impl Kind {
    /// The word the wire and the table use.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Seller => "seller",
            Self::Stall => "stall",
            Self::Held => "held",
        }
    }
}

/// Who tells that money came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Notices {
    /// Nobody: the owner confirms by hand, and it is shown as such.
    #[sea_orm(string_value = "none")]
    None,
    #[sea_orm(string_value = "sepay")]
    Sepay,
    #[sea_orm(string_value = "casso")]
    Casso,
    #[sea_orm(string_value = "payos")]
    Payos,
}

impl Notices {
    /// The word the wire and the table use.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Sepay => "sepay",
            Self::Casso => "casso",
            Self::Payos => "payos",
        }
    }
}

crate::plain_table!();
