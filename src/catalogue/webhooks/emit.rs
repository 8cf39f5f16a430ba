//! Something happened to a seller: their systems are told, as soon as this unit is durable.

use entity::{
    Timestamp,
    catalogue::{
        webhook_delivery::{self as delivery, State},
        webhook_endpoint::{self as endpoint, State as EndpointState},
        webhook_event as event,
    },
    ids::{SellerId, WebhookDeliveryId, WebhookEndpointId, WebhookEventId},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, DbErr, EntityTrait, QueryFilter, sea_query::Query};
use serde_json::{Value, json};

use super::KINDS;
use crate::{
    app::App,
    db::{Actor, Unit},
};

/// For how long an event is kept that nothing waits for: 30 days, within which it can be sent again.
const KEPT_MS: i64 = 30 * 24 * 60 * 60 * 1000;

/// Whether an endpoint that hears of `kinds` hears of `kind`.
pub fn hears(kinds: &str, kind: &str) -> bool {
    kinds.is_empty() || kinds.split(' ').any(|heard| heard == kind)
}

/// Tells the systems of `seller` that `kind` (one of [`KINDS`]) happened, with `data`. Without an endpoint that hears of it
/// nothing is written.
pub async fn emit(unit: &mut Unit, seller: SellerId, kind: &'static str, data: Value) -> Result<(), DbErr> {
    debug_assert!(KINDS.contains(&kind), "{kind} is no kind of event");
    let endpoints = endpoint::Entity::find()
        .filter(endpoint::Column::SellerId.eq(seller))
        .filter(endpoint::Column::State.eq(EndpointState::On))
        .all(&*unit)
        .await?;
    let hearing: Vec<_> = endpoints
        .iter()
        .filter(|endpoint| hears(&endpoint.kinds, kind))
        .map(|endpoint| endpoint.id)
        .collect();
    if hearing.is_empty() {
        return Ok(());
    }
    write(unit, seller, kind, &data, &hearing).await.map(|_| ())
}

/// Writes an event and its deliveries, and returns the ids of these.
pub(super) async fn write(
    unit: &mut Unit,
    seller: SellerId,
    kind: &str,
    data: &Value,
    endpoints: &[WebhookEndpointId],
) -> Result<Vec<WebhookDeliveryId>, DbErr> {
    let id = unit.id::<WebhookEventId>();
    let body = json!({"type": kind, "timestamp": unit.now().rfc3339(), "data": data});
    let row = event::ActiveModel {
        id: Set(id),
        seller_id: Set(seller),
        kind: Set(kind.to_owned()),
        body: Set(body.to_string()),
        made_at: Set(unit.now()),
    };
    event::Entity::insert(row).exec_without_returning(&*unit).await?;
    let ids: Vec<_> = endpoints.iter().map(|_| unit.id::<WebhookDeliveryId>()).collect();
    let rows = endpoints
        .iter()
        .zip(&ids)
        .map(|(endpoint, delivery_id)| delivery::ActiveModel {
            id: Set(*delivery_id),
            endpoint_id: Set(*endpoint),
            event_id: Set(id),
            kind: Set(kind.to_owned()),
            state: Set(State::Waiting),
            attempts: Set(0),
            round: Set(0),
            due_at: Set(unit.now()),
            claim: Set(None),
            claimed_until: Set(Timestamp(0)),
            last_status: Set(None),
            last_error: Set(None),
            delivered_at: Set(None),
            created_at: Set(unit.now()),
        });
    let rows: Vec<_> = rows.collect();
    delivery::Entity::insert_many(rows)
        .exec_without_returning(&*unit)
        .await?;
    Ok(ids)
}

/// Forgets events of long ago that nothing waits for; their deliveries go with them.
pub(super) async fn sweep(app: &App) -> Result<(), DbErr> {
    app.write(Actor::System, |unit| {
        Box::pin(async move {
            let waiting = Query::select()
                .column(delivery::Column::EventId)
                .from(delivery::Entity)
                .and_where(delivery::Column::State.eq(State::Waiting))
                .to_owned();
            event::Entity::delete_many()
                .filter(event::Column::MadeAt.lt(unit.now().plus(-KEPT_MS)))
                .filter(event::Column::Id.not_in_subquery(waiting))
                .exec(&*unit)
                .await
                .map(|_| ())
        })
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_names_nothing_hears_everything() {
        assert!(hears("", "order.paid"));
        assert!(hears("order.placed order.paid", "order.paid"));
        assert!(!hears("order.paid", "order.p") && !hears("order.placed", "order.paid"));
    }
}
