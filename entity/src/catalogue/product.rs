//! What is made: a name, a category, a GTIN. Its price and stock belong to listings.

use sea_orm::entity::prelude::*;

use crate::{
    Gtin, Timestamp, Unit,
    ids::{ProductId, SellerId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "product")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ProductId,
    pub seller_id: SellerId,
    pub name: String,
    /// An id of the category table in the `catalogue` room.
    pub category: String,
    pub unit: Unit,
    pub gtin: Gtin,
    pub gtin_kind: GtinKind,
    pub brand: Option<String>,
    pub description: String,
    /// How long it keeps after packing, in days.
    pub shelf_life_days: Option<i32>,
    /// Values of the category's attributes as a JSON object, in the forms that the `catalogue` room writes them in.
    pub attributes: Option<String>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// Whether the GTIN means the same outside this exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum GtinKind {
    /// Issued by GS1 to the seller or the province.
    #[sea_orm(string_value = "global")]
    Global,
    /// A restricted circulation number: it never leaves as `gtin` and nothing is grouped on it.
    #[sea_orm(string_value = "restricted")]
    Restricted,
}

impl GtinKind {
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Global => "global",
            Self::Restricted => "restricted",
        }
    }
}

crate::plain_table!();
