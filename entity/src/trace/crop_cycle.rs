//! What grows on a plot from when to when. A plot has one cycle at a time.

use sea_orm::entity::prelude::*;

use crate::{
    Day, Timestamp,
    ids::{CropCycleId, PersonId, PlotId, ProductId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "crop_cycle")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CropCycleId,
    pub plot_id: PlotId,
    /// What is sold of it, where it is one product.
    pub product_id: Option<ProductId>,
    /// What grows, in the farmer's words.
    pub crop: String,
    pub began_on: Day,
    /// Its last day; while there is none, it goes on.
    pub ended_on: Option<Day>,
    /// What the whole cycle is expected to give, as declared.
    pub expected_yield_kg: Option<i64>,
    pub recorded_at: Timestamp,
    pub recorded_by: PersonId,
}

crate::plain_table!();
