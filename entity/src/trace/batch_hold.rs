//! Why a batch may not be sold: what happened is recorded, not refused, and an officer looks.

use sea_orm::entity::prelude::*;

use crate::{
    Day, Timestamp,
    identity::role::Office,
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
    /// The numbers behind the reason, in plain Vietnamese.
    pub detail: String,
    /// The same in English; empty where nobody has said it.
    pub detail_en: String,
    pub created_at: Timestamp,
    pub released_at: Option<Timestamp>,
    pub released_by: Option<PersonId>,
    pub release_reason: Option<String>,
    /// The office in which it was released: what the public is told of who did.
    pub released_office: Option<Office>,
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
    /// More stickers were printed than it has units.
    #[sea_orm(string_value = "over_printed")]
    OverPrinted,
    /// More was sold or promised than it held.
    #[sea_orm(string_value = "over_sold")]
    OverSold,
    /// It is being recalled.
    #[sea_orm(string_value = "recalled")]
    Recalled,
}

impl Reason {
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::PreHarvestInterval => "pre_harvest_interval",
            Self::MassBalance => "mass_balance",
            Self::OverPrinted => "over_printed",
            Self::OverSold => "over_sold",
            Self::Recalled => "recalled",
        }
    }
}

crate::plain_table!();
