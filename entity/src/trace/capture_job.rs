//! A document of events that somebody handed in, and what became of it.

use sea_orm::entity::prelude::*;

use crate::{
    Timestamp,
    ids::{CaptureId, PersonId, SellerId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "capture_job")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CaptureId,
    /// For whom; none for the exchange itself.
    pub seller_id: Option<SellerId>,
    pub made_by: PersonId,
    pub behaviour: Behaviour,
    pub running: bool,
    pub success: bool,
    /// Events that are there now because of it.
    pub kept: i32,
    /// Why events were not kept, as JSON.
    pub errors: String,
    /// What is odd about events that were kept, as JSON.
    pub warnings: String,
    pub created_at: Timestamp,
    pub finished_at: Option<Timestamp>,
}

/// What happens to the other events when one cannot be kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Behaviour {
    /// None is kept.
    #[default]
    #[sea_orm(string_value = "rollback")]
    Rollback,
    /// They are kept.
    #[sea_orm(string_value = "proceed")]
    Proceed,
}

impl Behaviour {
    /// The word on the wire.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Rollback => "rollback",
            Self::Proceed => "proceed",
        }
    }
}

crate::plain_table!();
