//! What sellers' systems are told: the same bytes to each of them, as often as they are sent.

use sea_orm::entity::prelude::*;

use crate::{
    Timestamp,
    ids::{SellerId, WebhookEventId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "webhook_event")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: WebhookEventId,
    pub seller_id: SellerId,
    pub kind: String,
    /// JSON, as it is sent.
    pub body: String,
    pub made_at: Timestamp,
}

crate::plain_table!();
