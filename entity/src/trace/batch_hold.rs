//! Why a batch may not be sold: what happened is recorded, not refused, and an officer looks.

use sea_orm::entity::prelude::*;

use crate::{
    Day, Timestamp,
    ids::{BatchHoldId, BatchId, PersonId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "batch_hold")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: BatchHoldId,
    pub batch_id: BatchId,
    pub reason: Reason,
    /// The first day on which the harvest would have been in time, where time is the reason.
    pub until: Option<Day>,
    /// The numbers behind the reason, in plain words.
    pub detail: String,
    pub created_at: Timestamp,
    pub released_at: Option<Timestamp>,
    pub released_by: Option<PersonId>,
    pub release_reason: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Reason {
    /// Harvested before the days after a spraying had passed (thời gian cách ly).
    #[sea_orm(string_value = "pre_harvest_interval")]
    PreHarvestInterval,
    /// More came out than the plots or inputs can give.
    #[sea_orm(string_value = "mass_balance")]
    MassBalance,
}

impl Reason {
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::PreHarvestInterval => "pre_harvest_interval",
            Self::MassBalance => "mass_balance",
        }
    }
}

crate::plain_table!();
