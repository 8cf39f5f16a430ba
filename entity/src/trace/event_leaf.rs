//! What the transparency log holds of an event: a salted commitment to it. Without the salt it says nothing.

use sea_orm::entity::prelude::*;

use crate::{Timestamp, ids::EventId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "event_leaf")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub event_id: EventId,
    /// 32 random bytes; `None` once the event was erased.
    pub salt: Option<Vec<u8>>,
    /// 32 bytes.
    pub commitment: Vec<u8>,
    /// Its place in the log, from 0; `None` until it has one.
    pub leaf_index: Option<i64>,
    pub erased_at: Option<Timestamp>,
}

crate::plain_table!();
