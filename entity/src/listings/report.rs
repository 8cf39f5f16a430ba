//! What somebody reports: of a listing, a product or a seller. Kept, also when it is closed.

use sea_orm::entity::prelude::*;

use crate::{
    Timestamp,
    ids::{PersonId, ReportId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "report")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ReportId,
    /// By which whoever reported it asks what became of it.
    pub code: String,
    pub subject: Subject,
    pub subject_id: Uuid,
    pub reason: Reason,
    /// Possibly empty.
    pub words: String,
    /// How to reach whoever reported it, sealed.
    pub contact_sealed: Option<String>,
    /// Whoever reported it, if they were signed in.
    pub person_id: Option<PersonId>,
    pub outcome: Option<Outcome>,
    /// What whoever reported it is told.
    pub answer: Option<String>,
    pub closed_by: Option<PersonId>,
    pub created_at: Timestamp,
    pub closed_at: Option<Timestamp>,
}

/// What a report or a takedown is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Subject {
    #[sea_orm(string_value = "listing")]
    Listing,
    #[sea_orm(string_value = "product")]
    Product,
    #[sea_orm(string_value = "seller")]
    Seller,
}

impl Subject {
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Listing => "listing",
            Self::Product => "product",
            Self::Seller => "seller",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Listing, Self::Product, Self::Seller]
            .into_iter()
            .find(|subject| subject.code() == code)
    }
}

/// Why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Reason {
    /// Counterfeit.
    #[sea_orm(string_value = "fake")]
    Fake,
    #[sea_orm(string_value = "unsafe")]
    Unsafe,
    /// It does not come from where it says.
    #[sea_orm(string_value = "wrong_origin")]
    WrongOrigin,
    #[sea_orm(string_value = "prohibited")]
    Prohibited,
    #[sea_orm(string_value = "price")]
    Price,
    #[sea_orm(string_value = "other")]
    Other,
}

impl Reason {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 6] = [
        Self::Fake,
        Self::Unsafe,
        Self::WrongOrigin,
        Self::Prohibited,
        Self::Price,
        Self::Other,
    ];

    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Fake => "fake",
            Self::Unsafe => "unsafe",
            Self::WrongOrigin => "wrong_origin",
            Self::Prohibited => "prohibited",
            Self::Price => "price",
            Self::Other => "other",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.code() == code)
    }
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Outcome {
    /// Something was done.
    #[sea_orm(string_value = "acted")]
    Acted,
    #[sea_orm(string_value = "unfounded")]
    Unfounded,
    /// Another report told the same.
    #[sea_orm(string_value = "duplicate")]
    Duplicate,
}

impl Outcome {
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Acted => "acted",
            Self::Unfounded => "unfounded",
            Self::Duplicate => "duplicate",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Acted, Self::Unfounded, Self::Duplicate]
            .into_iter()
            .find(|outcome| outcome.code() == code)
    }
}

crate::plain_table!();
