//! A legal party that sells: household, cooperative or company.

use sea_orm::entity::prelude::*;

use crate::{CommuneCode, Slug, Timestamp, ids::SellerId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "seller")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SellerId,
    pub slug: Slug,
    pub kind: Kind,
    pub name: String,
    pub commune_code: CommuneCode,
    pub street: Option<String>,
    pub about: String,
    /// Where the facts come from, when they come from the press and not from the seller.
    pub source: Option<String>,
    /// As the tax office gave it: see `catalogue::tax_code`.
    pub tax_code: Option<String>,
    /// Where buyers fetch what they bought; together with its street, or not at all.
    pub pickup_commune: Option<CommuneCode>,
    pub pickup_street: Option<String>,
    pub pickup_note: Option<String>,
    pub standing: Standing,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// Whether an officer has verified who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Standing {
    #[sea_orm(string_value = "applying")]
    Applying,
    #[sea_orm(string_value = "verified")]
    Verified,
}

impl Standing {
    /// The word on the wire.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Applying => "applying",
            Self::Verified => "verified",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Applying, Self::Verified]
            .into_iter()
            .find(|standing| standing.code() == code)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Kind {
    #[sea_orm(string_value = "household")]
    Household,
    #[sea_orm(string_value = "cooperative")]
    Cooperative,
    #[sea_orm(string_value = "company")]
    Company,
}

impl Kind {
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Household => "household",
            Self::Cooperative => "cooperative",
            Self::Company => "company",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Household, Self::Cooperative, Self::Company]
            .into_iter()
            .find(|kind| kind.code() == code)
    }
}

crate::plain_table!();
