//! What a seller shows before what they offer may go live, and what an officer found of it. An item without a row is open.

use sea_orm::entity::prelude::*;

use crate::{
    Timestamp,
    ids::{PersonId, SellerId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "seller_check")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub seller_id: SellerId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub item: Item,
    pub state: State,
    /// In the seller's words, or how it was shown.
    pub note: String,
    pub given_at: Timestamp,
    /// `None`: the exchange noticed by itself.
    pub given_by: Option<PersonId>,
    pub decided_at: Option<Timestamp>,
    /// `None` where nobody had to decide: an electronic identity, terms accepted.
    pub decided_by: Option<PersonId>,
    pub reason: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Item {
    /// Who the owner is: an electronic identity, or a paper that an officer saw.
    #[sea_orm(string_value = "identity")]
    Identity,
    #[sea_orm(string_value = "tax_code")]
    TaxCode,
    #[sea_orm(string_value = "address")]
    Address,
    #[sea_orm(string_value = "money_account")]
    MoneyAccount,
    /// The terms of the exchange.
    #[sea_orm(string_value = "terms")]
    Terms,
}

impl Item {
    /// In the order in which they are shown.
    pub const ALL: [Self; 5] = [
        Self::Identity,
        Self::TaxCode,
        Self::Address,
        Self::MoneyAccount,
        Self::Terms,
    ];

    /// The word on the wire.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::TaxCode => "tax_code",
            Self::Address => "address",
            Self::MoneyAccount => "money_account",
            Self::Terms => "terms",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|item| item.code() == code)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum State {
    #[sea_orm(string_value = "given")]
    Given,
    #[sea_orm(string_value = "verified")]
    Verified,
    #[sea_orm(string_value = "refused")]
    Refused,
}

impl State {
    /// The word on the wire.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::Verified => "verified",
            Self::Refused => "refused",
        }
    }
}

crate::plain_table!();
