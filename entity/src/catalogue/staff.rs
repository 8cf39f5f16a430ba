//! Who may act for a seller.

use sea_orm::entity::prelude::*;

use crate::{
    Timestamp,
    ids::{PersonId, SellerId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "seller_staff")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub seller_id: SellerId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub person_id: PersonId,
    pub role: StaffRole,
    pub since: Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum StaffRole {
    #[sea_orm(string_value = "owner")]
    Owner,
    #[sea_orm(string_value = "staff")]
    Staff,
}

impl StaffRole {
    /// The word on the wire.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Staff => "staff",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Owner, Self::Staff].into_iter().find(|role| role.code() == code)
    }
}

crate::plain_table!();
