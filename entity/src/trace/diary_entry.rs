//! One line of the farm diary. It is also an EPCIS event: `event_id` names it.

use sea_orm::entity::prelude::*;

use crate::{
    Thousandths, Timestamp, Unit,
    ids::{BatchId, CropCycleId, DiaryEntryId, EventId, PersonId, PlotId, SellerId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "diary_entry")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DiaryEntryId,
    pub seller_id: SellerId,
    pub plot_id: Option<PlotId>,
    pub batch_id: Option<BatchId>,
    pub activity: Activity,
    /// When it happened, as told.
    pub happened_at: Timestamp,
    /// When the server heard of it.
    pub recorded_at: Timestamp,
    pub recorded_by: PersonId,
    pub note: String,
    /// The fertiliser or plant protection product used.
    pub input_name: Option<String>,
    /// Days that must pass before harvest.
    pub interval_days: Option<i32>,
    pub event_id: EventId,
    /// What grew on the plot on that day.
    pub cycle_id: Option<CropCycleId>,
    /// How much: of the input, or of the harvest. It goes with `unit`.
    pub quantity: Option<Thousandths>,
    pub unit: Option<Unit>,
    /// The line that this one is to be read instead of; both stay.
    pub correction_of: Option<DiaryEntryId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Activity {
    #[sea_orm(string_value = "sowing")]
    Sowing,
    #[sea_orm(string_value = "fertilising")]
    Fertilising,
    #[sea_orm(string_value = "spraying")]
    Spraying,
    #[sea_orm(string_value = "watering")]
    Watering,
    #[sea_orm(string_value = "weeding")]
    Weeding,
    #[sea_orm(string_value = "harvest")]
    Harvest,
    #[sea_orm(string_value = "processing")]
    Processing,
    #[sea_orm(string_value = "packing")]
    Packing,
}

impl Activity {
    /// The word on the wire and in locale ids.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Sowing => "sowing",
            Self::Fertilising => "fertilising",
            Self::Spraying => "spraying",
            Self::Watering => "watering",
            Self::Weeding => "weeding",
            Self::Harvest => "harvest",
            Self::Processing => "processing",
            Self::Packing => "packing",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        use sea_orm::Iterable as _;
        Self::iter().find(|activity| activity.code() == code)
    }
}

crate::plain_table!();
