//! A rule of commission. Those of one day are a set: from that day on the first that fits holds.

use sea_orm::entity::prelude::*;

use crate::{Day, Dong, Rate, Timestamp, catalogue::seller::Kind, ids::PersonId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "commission_rule")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub from_on: Day,
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i32,
    /// A category or a group of them; `None`: any.
    pub category: Option<String>,
    pub kind: Option<Kind>,
    /// The OCOP stars that the seller has at least.
    pub stars: Option<i32>,
    pub rate_bp: Rate,
    pub floor: Dong,
    pub cap: Option<Dong>,
    pub note: String,
    pub made_at: Timestamp,
    pub made_by: Option<PersonId>,
}

crate::plain_table!();
