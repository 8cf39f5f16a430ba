//! A market with its stalls (Chợ 4.0).

use sea_orm::entity::prelude::*;

use crate::{CommuneCode, Slug, ids::MarketId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "market")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MarketId,
    pub slug: Slug,
    pub name: String,
    pub commune_code: Option<CommuneCode>,
    /// Turned cashless in the first wave.
    pub first_wave: bool,
    pub source: Option<String>,
}

crate::plain_table!();
