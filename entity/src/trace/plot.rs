//! Where it grows: a plot or growing area of a seller.

use sea_orm::entity::prelude::*;

use crate::{
    CommuneCode, Timestamp,
    ids::{PlotId, SellerId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "plot")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PlotId,
    pub seller_id: SellerId,
    pub name: String,
    pub commune_code: CommuneCode,
    pub area_m2: i64,
    /// The state's growing-area code (mã số vùng trồng), free text.
    pub growing_area_code: Option<String>,
    pub created_at: Timestamp,
    /// Where exactly, as a GeoJSON geometry (RFC 7946): for its seller and officers alone.
    pub geometry: Option<String>,
}

crate::plain_table!();
