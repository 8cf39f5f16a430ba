//! Endpoints and what was sent to them. Nothing here writes.

use entity::{
    catalogue::{webhook_delivery as delivery, webhook_endpoint as endpoint, webhook_event as event},
    ids::{SellerId, WebhookDeliveryId, WebhookEndpointId},
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::{
    catalogue::{CatalogueError, Selling},
    http::list::Paging,
};

/// The endpoint `id` of a seller that the caller owns; of a stranger's nothing is told.
pub async fn owned(
    db: &impl ConnectionTrait,
    selling: &Selling,
    id: WebhookEndpointId,
) -> Result<endpoint::Model, CatalogueError> {
    let row = endpoint::Entity::find_by_id(id).one(db).await?;
    let row = row.ok_or(CatalogueError::NoSuchThing)?;
    selling.must_own(row.seller_id)?;
    Ok(row)
}

/// The endpoints of `sellers`, newest first; one more than fits.
pub async fn endpoints(
    db: &impl ConnectionTrait,
    sellers: Vec<SellerId>,
    paging: Paging,
) -> Result<Vec<endpoint::Model>, DbErr> {
    let mut query = endpoint::Entity::find()
        .filter(endpoint::Column::SellerId.is_in(sellers))
        .order_by_desc(endpoint::Column::Id)
        .limit(paging.limit + 1);
    if let Some(before) = paging.after {
        query = query.filter(endpoint::Column::Id.lt(WebhookEndpointId(before)));
    }
    query.all(db).await
}

/// What was sent to `endpoint`, newest first; one more than fits.
pub async fn deliveries(
    db: &impl ConnectionTrait,
    endpoint: WebhookEndpointId,
    paging: Paging,
) -> Result<Vec<delivery::Model>, DbErr> {
    let mut query = delivery::Entity::find()
        .filter(delivery::Column::EndpointId.eq(endpoint))
        .order_by_desc(delivery::Column::Id)
        .limit(paging.limit + 1);
    if let Some(before) = paging.after {
        query = query.filter(delivery::Column::Id.lt(WebhookDeliveryId(before)));
    }
    query.all(db).await
}

/// The delivery `id` of `endpoint`, with what is sent.
pub async fn delivery(
    db: &impl ConnectionTrait,
    endpoint: WebhookEndpointId,
    id: WebhookDeliveryId,
) -> Result<(delivery::Model, event::Model), CatalogueError> {
    let row = delivery::Entity::find_by_id(id).one(db).await?;
    let row = row
        .filter(|row| row.endpoint_id == endpoint)
        .ok_or(CatalogueError::NoSuchThing)?;
    let event = event::Entity::find_by_id(row.event_id).one(db).await?;
    Ok((row, event.ok_or(CatalogueError::NoSuchThing)?))
}
