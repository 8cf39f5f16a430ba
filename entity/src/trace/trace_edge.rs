//! What went into what: an arrow between two EPCs, drawn from the events. Recalls follow the arrows.

use sea_orm::entity::prelude::*;

use crate::ids::EventId;

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, DeriveEntityModel)]
#[sea_orm(table_name = "trace_edge")]
pub struct Model {
    /// In the one form in which the graph keeps an EPC, whatever form the event wrote.
    #[sea_orm(primary_key, auto_increment = false)]
    pub from_epc: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub to_epc: String,
    /// The event that says so. The arrow outlives it: an event that is erased took place all the same.
    #[sea_orm(primary_key, auto_increment = false)]
    pub event_id: EventId,
}

crate::plain_table!();
