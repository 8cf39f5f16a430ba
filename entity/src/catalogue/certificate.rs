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
    /// The day it was taken back; from then on it holds no more, whatever `ends_on` says.
    pub revoked_on: Option<Day>,
}

impl Model {
    /// Whether it holds on `day`: from the day it was granted until the day before it ends.
    #[must_use]
    pub fn holds_on(&self, day: Day) -> bool {
        self.granted_on <= day && day < self.ends_on && self.revoked_on.is_none()
    }
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
    pub fn from_code(code: &str) -> Option<Self> {
        use sea_orm::Iterable as _;
        Self::iter().find(|kind| kind.code() == code)
    }

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

impl Precision {
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Month => "month",
            Self::Year => "year",
        }
    }
}

crate::plain_table!();
