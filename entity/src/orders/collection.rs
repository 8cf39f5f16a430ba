//! Where and when an order is fetched, as it was when it was ordered.

use sea_orm::entity::prelude::*;

use crate::{
    CommuneCode, Day,
    ids::{FarmTimeId, OrderId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "order_collection")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub order_id: OrderId,
    pub name: String,
    pub commune_code: CommuneCode,
    pub street: String,
    pub opening: String,
    /// At the farm: which of its times, and on which day.
    pub time_id: Option<FarmTimeId>,
    pub day: Option<Day>,
    pub opens: Option<String>,
    pub closes: Option<String>,
    /// It counts among those of that time.
    pub booked: bool,
}

crate::plain_table!();
