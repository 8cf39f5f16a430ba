//! Which EPCs and EPC classes an event names, so that a batch finds its events.

use sea_orm::entity::prelude::*;

use crate::ids::EventId;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "event_epc")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub event_id: EventId,
    /// Place in the event: `epc`, `input`, `output`, `parent`, `child`, `location`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub role: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub epc: String,
}

crate::plain_table!();
