//! Who made, read or closed a money account.

use sea_orm::entity::prelude::*;

use crate::{
    Timestamp,
    ids::{AccountAccessId, MoneyAccountId, PersonId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "money_account_access")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AccountAccessId,
    pub account_id: MoneyAccountId,
    /// `None`: the program itself.
    pub person_id: Option<PersonId>,
    pub what: What,
    pub at: Timestamp,
}

/// What was done with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum What {
    #[sea_orm(string_value = "made")]
    Made,
    /// Its whole number was shown.
    #[sea_orm(string_value = "read")]
    Read,
    #[sea_orm(string_value = "closed")]
    Closed,
}

impl What {
    /// The word the wire and the table use.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Made => "made",
            Self::Read => "read",
            Self::Closed => "closed",
        }
    }
}

crate::plain_table!();
