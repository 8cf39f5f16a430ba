//! When a seller's door is open, in the weeks without a closure. A day may have several spans.

use sea_orm::entity::prelude::*;

use crate::ids::SellerId;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "seller_hours")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub seller_id: SellerId,
    /// ISO 8601: 1 is Monday, 7 is Sunday.
    #[sea_orm(primary_key, auto_increment = false)]
    pub weekday: i32,
    /// `07:00`, Vietnam's time.
    #[sea_orm(primary_key, auto_increment = false)]
    pub opens: String,
    pub closes: String,
}

crate::plain_table!();
