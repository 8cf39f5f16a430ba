//! How many orders are fetched at a farm's time on one day.

use sea_orm::entity::prelude::*;

use crate::{Day, ids::FarmTimeId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "farm_day")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub time_id: FarmTimeId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub day: Day,
    pub taken: i64,
    pub capacity: i64,
}

crate::plain_table!();
