//! An EPCIS 2.0 event, as its JSON document. Rows are only ever added.

use sea_orm::entity::prelude::*;

use crate::{
    Timestamp,
    ids::{CaptureId, EventId, PersonId, SellerId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "event")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: EventId,
    /// The `eventID` of the document.
    pub event_id: String,
    /// Empty for the event itself; of an error declaration, which carries the `eventID` of what it declares to be wrong,
    /// what tells it apart from others of the same event.
    pub version: String,
    pub kind: String,
    pub event_time: Timestamp,
    pub record_time: Timestamp,
    pub biz_step: Option<String>,
    /// The party that captured it; only it may add to what it said.
    pub seller_id: Option<SellerId>,
    pub recorded_by: Option<PersonId>,
    /// The event as JSON, without `recordTime` and `@context`.
    pub document: String,
    /// The CBV event hash; empty until it is computed, in rows of before it was kept.
    pub hash: String,
    /// Its `eventID` claims to be its hash and is not.
    pub hash_differs: bool,
    pub declares_error: bool,
    /// It names a batch of ours, so anybody may read it.
    pub public: bool,
    pub action: Option<String>,
    pub disposition: Option<String>,
    pub read_point: Option<String>,
    pub biz_location: Option<String>,
    /// The `@context` its prefixes come from, as JSON; absent for our own.
    pub context: Option<String>,
    /// With what it came.
    pub capture_id: Option<CaptureId>,
}

crate::plain_table!();
