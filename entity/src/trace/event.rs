//! An EPCIS 2.0 event, as its JSON document. Rows are only ever added.

use sea_orm::entity::prelude::*;

use crate::{
    Timestamp,
    ids::{EventId, PersonId, SellerId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "event")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: EventId,
    /// The `eventID` of the document.
    pub event_id: String,
    pub kind: String,
    pub event_time: Timestamp,
    pub record_time: Timestamp,
    pub biz_step: Option<String>,
    /// The party that captured it; only it may add to what it said.
    pub seller_id: Option<SellerId>,
    pub recorded_by: Option<PersonId>,
    /// The event as JSON.
    pub document: String,
}

crate::plain_table!();
