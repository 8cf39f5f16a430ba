//! A secret with which deliveries are signed. It is not kept: it is derived from its id and the exchange's own secret.

use sea_orm::entity::prelude::*;

use crate::{
    Timestamp,
    ids::{WebhookEndpointId, WebhookSecretId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "webhook_secret")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: WebhookSecretId,
    pub endpoint_id: WebhookEndpointId,
    pub made_at: Timestamp,
    /// Set when another one took its place: until then it signs, too.
    pub until: Option<Timestamp>,
}

crate::plain_table!();
