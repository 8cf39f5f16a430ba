//! An office a person holds in the province. Selling is no office: see `catalogue::staff`.

use sea_orm::entity::prelude::*;

use crate::{Timestamp, ids::PersonId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "role")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub person_id: PersonId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub role: Office,
    pub granted_at: Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Office {
    #[sea_orm(string_value = "officer")]
    Officer,
    #[sea_orm(string_value = "market_manager")]
    MarketManager,
    #[sea_orm(string_value = "helper")]
    Helper,
    #[sea_orm(string_value = "administrator")]
    Administrator,
}

impl Office {
    /// The word on the wire and in locale ids.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Officer => "officer",
            Self::MarketManager => "market_manager",
            Self::Helper => "helper",
            Self::Administrator => "administrator",
        }
    }
}

crate::plain_table!();
