//! Hours of a weekday at which goods are fetched from the farm.

use sea_orm::entity::prelude::*;

use crate::ids::{FarmTimeId, SellerId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "farm_time")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: FarmTimeId,
    pub seller_id: SellerId,
    /// ISO 8601: 1 is Monday, 7 is Sunday.
    pub weekday: i32,
    /// `07:00`, Vietnam's time.
    pub opens: String,
    pub closes: String,
    /// Hours before it opens in which nobody may choose it any more.
    pub closes_hours_before: i32,
    /// Orders that one such time has room for.
    pub capacity: i64,
}

crate::plain_table!();
