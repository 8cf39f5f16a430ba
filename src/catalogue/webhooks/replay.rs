//! An owner has something sent again, or tries whether anything arrives.

use entity::{
    Timestamp,
    catalogue::{
        webhook_delivery::{self as delivery, State},
        webhook_endpoint::{self as endpoint, State as EndpointState},
    },
    ids::{WebhookDeliveryId, WebhookEndpointId},
};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, sea_query::Expr};
use serde_json::json;

use super::{TEST, emit};
use crate::{catalogue::CatalogueError, db::Unit};

/// Sends it again now, whatever became of it: the same id, the same bytes. Its attempts begin anew.
pub async fn replay(
    unit: &mut Unit,
    endpoint: WebhookEndpointId,
    id: WebhookDeliveryId,
) -> Result<delivery::Model, CatalogueError> {
    must_be_on(unit, endpoint).await?;
    let again = delivery::Entity::update_many()
        .col_expr(delivery::Column::State, Expr::value(State::Waiting))
        .col_expr(delivery::Column::Round, Expr::value(0))
        .col_expr(delivery::Column::DueAt, Expr::value(unit.now()))
        .col_expr(delivery::Column::DeliveredAt, Expr::value(None::<Timestamp>))
        .filter(delivery::Column::Id.eq(id))
        .filter(delivery::Column::EndpointId.eq(endpoint))
        .exec(&*unit)
        .await?;
    if again.rows_affected == 0 {
        return Err(CatalogueError::NoSuchThing);
    }
    let row = delivery::Entity::find_by_id(id).one(&*unit).await?;
    row.ok_or(CatalogueError::NoSuchThing)
}

/// Tries that may wait for one endpoint: somebody else's machine must not be shouted at by ours.
const TESTS: u64 = 5;

/// Sends something that means nothing.
pub async fn test(unit: &mut Unit, row: &endpoint::Model) -> Result<delivery::Model, CatalogueError> {
    must_be_on(unit, row.id).await?;
    let waiting = delivery::Entity::find()
        .filter(delivery::Column::EndpointId.eq(row.id))
        .filter(delivery::Column::State.eq(State::Waiting))
        .filter(delivery::Column::Kind.eq(TEST))
        .count(&*unit)
        .await?;
    if waiting >= TESTS {
        return Err(CatalogueError::TestsWait);
    }
    let data = json!({"endpoint_id": row.id.to_string(), "seller_id": row.seller_id.to_string()});
    let ids = emit::write(unit, row.seller_id, TEST, &data, &[row.id]).await?;
    let id = ids.first().copied().ok_or(CatalogueError::NoSuchThing)?;
    let row = delivery::Entity::find_by_id(id).one(&*unit).await?;
    row.ok_or(CatalogueError::NoSuchThing)
}

/// Refuses where nothing would be sent.
async fn must_be_on(unit: &Unit, id: WebhookEndpointId) -> Result<(), CatalogueError> {
    let row = endpoint::Entity::find_by_id(id).one(unit).await?;
    match row.map(|row| row.state) {
        Some(EndpointState::On) => Ok(()),
        Some(EndpointState::Off | EndpointState::Disabled) => Err(CatalogueError::EndpointOff),
        None => Err(CatalogueError::NoSuchThing),
    }
}
