//! Somebody's system hears of events that a named query finds.

use sea_orm::entity::prelude::*;

use crate::{
    Timestamp,
    ids::{NamedQueryId, PersonId, QuerySubscriptionId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "query_subscription")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: QuerySubscriptionId,
    pub query_id: NamedQueryId,
    /// Whose right to read decides what is sent.
    pub made_by: PersonId,
    pub dest: String,
    /// What its deliveries are signed with, sealed.
    pub secret: String,
    /// When it is sent, as JSON; absent: as soon as there is something.
    pub schedule: Option<String>,
    pub report_if_empty: bool,
    pub state: State,
    /// Events recorded before are not sent.
    pub first_at: Timestamp,
    /// Up to here all that was found has arrived; of just before, `query_sent` says what has.
    pub cursor_at: Timestamp,
    /// When to look again.
    pub due_at: Timestamp,
    /// Attempts that failed since something arrived.
    pub attempts: i32,
    /// Who tries it now.
    pub claim: Option<String>,
    /// Until when nobody else does, on the machine's clock.
    pub claimed_until: Timestamp,
    pub last_error: Option<String>,
    pub last_notified_at: Option<Timestamp>,
    pub created_at: Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum State {
    #[sea_orm(string_value = "on")]
    On,
    /// For days nothing arrived.
    #[sea_orm(string_value = "gave_up")]
    GaveUp,
}

crate::plain_table!();
