//! Facts that a transaction leaves for later rooms, delivered at least once by the runner.

use sea_orm::entity::prelude::*;

use crate::{Timestamp, ids::OutboxId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "outbox")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OutboxId,
    /// Which job takes it.
    pub topic: String,
    /// JSON, in the shape the topic's room declares.
    pub payload: String,
    pub created_at: Timestamp,
    /// Not before this moment: now, or after a failed attempt.
    pub due_at: Timestamp,
    pub attempts: i32,
    pub last_error: Option<String>,
    /// Set when the job succeeded.
    pub done_at: Option<Timestamp>,
}

crate::plain_table!();
