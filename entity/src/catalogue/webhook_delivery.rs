//! An event on its way to one endpoint.

use sea_orm::entity::prelude::*;

use crate::{
    Timestamp,
    ids::{WebhookDeliveryId, WebhookEndpointId, WebhookEventId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "webhook_delivery")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: WebhookDeliveryId,
    pub endpoint_id: WebhookEndpointId,
    pub event_id: WebhookEventId,
    /// As the event's.
    pub kind: String,
    pub state: State,
    /// All attempts, counted when each begins.
    pub attempts: i32,
    /// Attempts since it was first sent, or last sent again by hand.
    pub round: i32,
    pub due_at: Timestamp,
    /// Who tries it now.
    pub claim: Option<String>,
    /// Until when nobody else does, on the machine's clock.
    pub claimed_until: Timestamp,
    /// What was answered last.
    pub last_status: Option<i32>,
    pub last_error: Option<String>,
    pub delivered_at: Option<Timestamp>,
    pub created_at: Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum State {
    #[sea_orm(string_value = "waiting")]
    Waiting,
    #[sea_orm(string_value = "delivered")]
    Delivered,
    #[sea_orm(string_value = "failed")]
    Failed,
}

impl State {
    /// The word on the wire.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
        }
    }
}

crate::plain_table!();
