//! A certificate on a product or on a whole seller. It shows from the day it was granted until the day it ends.

use sea_orm::entity::prelude::*;

use crate::{
    Day, Timestamp,
    ids::{CertificateId, ProductId, SellerId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "certificate")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CertificateId,
    pub seller_id: SellerId,
    /// None: it covers the seller.
    pub product_id: Option<ProductId>,
    pub kind: Kind,
    /// OCOP only: 3, 4 or 5.
    pub star: Option<i32>,
    pub number: Option<String>,
    pub issuer: String,
    pub granted_on: Day,
    /// How exactly `granted_on` is known: `day`, `month` or `year`.
    pub granted_precision: Precision,
    /// The first day it no longer holds.
    pub ends_on: Day,
    /// An officer checked it; otherwise the seller declares it.
    pub verified: bool,
    pub source: Option<String>,
    pub created_at: Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Kind {
    /// One commune, one product: the state's rating of village products.
    #[sea_orm(string_value = "ocop")]
    Ocop,
    #[sea_orm(string_value = "vietgap")]
    VietGap,
    /// TCVN 11041.
    #[sea_orm(string_value = "organic")]
    Organic,
    /// Geographical indication.
    #[sea_orm(string_value = "gi")]
    Gi,
}

impl Kind {
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Ocop => "ocop",
            Self::VietGap => "vietgap",
            Self::Organic => "organic",
            Self::Gi => "gi",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Precision {
    #[sea_orm(string_value = "day")]
    Day,
    #[sea_orm(string_value = "month")]
    Month,
    #[sea_orm(string_value = "year")]
    Year,
}

crate::plain_table!();
