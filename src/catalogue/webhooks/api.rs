//! Sellers' systems over HTTP. Only owners, and nobody for somebody else: a secret is shown here.

use axum::{Json, extract::State, http::StatusCode};
use entity::{
    Timestamp,
    catalogue::{
        webhook_delivery::{self as delivery, State as DeliveryState},
        webhook_endpoint as endpoint,
    },
    ids::{WebhookDeliveryId, WebhookEndpointId},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    change::{self, Change},
    open::{self, Open},
    read, replay, secret,
};
use crate::{
    app::App,
    catalogue::{CatalogueError, Selling},
    http::{
        body::{Body, Id, Ids, Params},
        idempotency::{Answer, Once, write_once},
        list::{List, PageParams},
        problem::{Problem, ProblemDetails},
    },
    identity::InPerson,
};

/// Where a seller's own system hears of what happens.
#[derive(Debug, Serialize, ToSchema)]
pub struct EndpointWire {
    id: String,
    seller_id: String,
    url: String,
    /// What it hears of; empty: of everything.
    kinds: Vec<String>,
    note: String,
    /// `on`, `off`, or `disabled`: the program gave up.
    state: &'static str,
    /// `gave_up`: for days nothing arrived; `gone`: it answered 410.
    disabled_reason: Option<&'static str>,
    /// Since when nothing has arrived.
    failing_since: Option<String>,
    last_delivered_at: Option<String>,
    created_at: String,
    /// With which deliveries are signed; shown when it is made and never again.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD")]
    secret: Option<String>,
}

impl From<endpoint::Model> for EndpointWire {
    fn from(row: endpoint::Model) -> Self {
        Self {
            id: row.id.to_string(),
            seller_id: row.seller_id.to_string(),
            url: row.url,
            kinds: row.kinds.split_whitespace().map(ToOwned::to_owned).collect(),
            note: row.note,
            state: row.state.code(),
            disabled_reason: row.disabled_reason.map(endpoint::Reason::code),
            failing_since: row.failing_since.map(Timestamp::rfc3339),
            last_delivered_at: row.last_delivered_at.map(Timestamp::rfc3339),
            created_at: row.created_at.rfc3339(),
            secret: None,
        }
    }
}

/// An event on its way to an endpoint.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeliveryWire {
    id: String,
    /// What happened.
    kind: String,
    /// The `webhook-id` it is sent under, however often.
    webhook_id: String,
    /// `waiting`, `delivered` or `failed`.
    state: &'static str,
    attempts: i32,
    next_attempt_at: Option<String>,
    /// What the endpoint answered last, when it answered.
    last_status: Option<i32>,
    last_error: Option<String>,
    delivered_at: Option<String>,
    created_at: String,
    /// What is sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    body: Option<String>,
}

impl From<delivery::Model> for DeliveryWire {
    fn from(row: delivery::Model) -> Self {
        let waits = row.state == DeliveryState::Waiting;
        Self {
            id: row.id.to_string(),
            kind: row.kind,
            webhook_id: super::send::public_id(row.event_id),
            state: row.state.code(),
            attempts: row.attempts,
            next_attempt_at: waits.then(|| row.due_at.rfc3339()),
            last_status: row.last_status,
            last_error: row.last_error,
            delivered_at: row.delivered_at.map(Timestamp::rfc3339),
            created_at: row.created_at.rfc3339(),
            body: None,
        }
    }
}

/// The endpoints of the sellers that the caller owns, newest first.
#[utoipa::path(get, path = "/api/v1/webhook-endpoints", tag = "catalogue", params(PageParams),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = List<EndpointWire>)))]
pub async fn list_endpoints(
    State(app): State<App>,
    _: InPerson,
    selling: Selling,
    Params(params): Params<PageParams>,
) -> Result<Json<List<EndpointWire>>, Problem> {
    let paging = params.paging()?;
    let mut owned = selling.sellers().to_vec();
    owned.retain(|seller| selling.owns(*seller));
    let rows = read::endpoints(app.db().read(), owned, paging).await?;
    Ok(Json(List::page(
        rows,
        paging.limit,
        |row| row.id.to_string(),
        EndpointWire::from,
    )))
}

/// Names a system that is to hear of what happens. Deliveries follow Standard Webhooks: `webhook-id`, `webhook-timestamp` and
/// `webhook-signature` sign the body `{type, timestamp, data}`. 2xx within 15 seconds counts; anything else is tried again
/// over three days.
#[utoipa::path(post, path = "/api/v1/webhook-endpoints", tag = "catalogue", request_body = Open,
    params(("Idempotency-Key" = Option<String>, Header)), security(("bearer" = []), ("session" = [])),
    responses((status = CREATED, body = EndpointWire)))]
pub async fn create_endpoint(
    State(app): State<App>,
    _: InPerson,
    selling: Selling,
    once: Once,
    Body { value, digest }: Body<Open>,
) -> Result<Answer, Problem> {
    let (new, by) = (value.check(&app, &selling)?, selling.person());
    let answer = write_once(&app, selling.actor(), once, &digest, move |unit| {
        let new = new.clone();
        Box::pin(async move {
            let (made, secret) = open::open(unit, by, new).await?;
            let wire = EndpointWire {
                // Its id in its place: the answer is kept, and a secret is not.
                secret: Some(secret.to_string()),
                ..EndpointWire::from(made)
            };
            Answer::created(format!("/api/v1/webhook-endpoints/{}", wire.id), &wire)
        })
    })
    .await?;
    answer.with_text("secret", |id| Some(secret::text(&app, id.parse().ok()?)))
}

/// One endpoint.
#[utoipa::path(get, path = "/api/v1/webhook-endpoints/{id}", tag = "catalogue", params(("id" = String, Path)),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = EndpointWire)))]
pub async fn get_endpoint(
    State(app): State<App>,
    _: InPerson,
    selling: Selling,
    Id(id): Id<WebhookEndpointId>,
) -> Result<Json<EndpointWire>, Problem> {
    let row = read::owned(app.db().read(), &selling, id).await?;
    Ok(Json(row.into()))
}

/// Changes an endpoint, or switches it off or on again.
#[utoipa::path(patch, path = "/api/v1/webhook-endpoints/{id}", tag = "catalogue", request_body = Change,
    params(("id" = String, Path)), security(("bearer" = []), ("session" = [])),
    responses((status = OK, body = EndpointWire)))]
pub async fn patch_endpoint(
    State(app): State<App>,
    _: InPerson,
    selling: Selling,
    Id(id): Id<WebhookEndpointId>,
    Body { value, .. }: Body<Change>,
) -> Result<Json<EndpointWire>, Problem> {
    read::owned(app.db().read(), &selling, id).await?;
    let changes = value.check(&app)?;
    let row = app
        .write(selling.actor(), move |unit| {
            let changes = changes.clone();
            Box::pin(async move { change::change(unit, id, changes).await })
        })
        .await?;
    Ok(Json(row.into()))
}

/// Takes an endpoint away, with everything that waited for it.
#[utoipa::path(delete, path = "/api/v1/webhook-endpoints/{id}", tag = "catalogue", params(("id" = String, Path)),
    security(("bearer" = []), ("session" = [])),
    responses((status = NO_CONTENT, description = "Nothing is sent there any more.")))]
pub async fn delete_endpoint(
    State(app): State<App>,
    _: InPerson,
    selling: Selling,
    Id(id): Id<WebhookEndpointId>,
) -> Result<StatusCode, Problem> {
    read::owned(app.db().read(), &selling, id).await?;
    app.write(selling.actor(), move |unit| {
        Box::pin(async move { change::remove(unit, id).await })
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Gives an endpoint a new secret. For a day the one before signs, too.
#[utoipa::path(post, path = "/api/v1/webhook-endpoints/{id}/rotate-secret", tag = "catalogue",
    params(("id" = String, Path)), security(("bearer" = []), ("session" = [])),
    responses((status = OK, body = EndpointWire)))]
pub async fn rotate_secret(
    State(app): State<App>,
    _: InPerson,
    selling: Selling,
    Id(id): Id<WebhookEndpointId>,
) -> Result<Json<EndpointWire>, Problem> {
    let row = read::owned(app.db().read(), &selling, id).await?;
    let made = app
        .write(selling.actor(), move |unit| {
            Box::pin(async move { Ok::<_, CatalogueError>(secret::rotate(unit, id).await?) })
        })
        .await?;
    Ok(Json(EndpointWire {
        secret: Some(secret::text(&app, made)),
        ..row.into()
    }))
}

/// Sends an event of kind `webhook.test`, to see whether it arrives.
#[utoipa::path(post, path = "/api/v1/webhook-endpoints/{id}/test", tag = "catalogue",
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    security(("bearer" = []), ("session" = [])),
    responses((status = CREATED, body = DeliveryWire),
        (status = CONFLICT, description = "The endpoint is off, or earlier tries still wait.", body = ProblemDetails,
            content_type = "application/problem+json")))]
pub async fn test_endpoint(
    State(app): State<App>,
    _: InPerson,
    selling: Selling,
    Id(id): Id<WebhookEndpointId>,
    once: Once,
) -> Result<Answer, Problem> {
    let row = read::owned(app.db().read(), &selling, id).await?;
    write_once(&app, selling.actor(), once, "", move |unit| {
        let row = row.clone();
        Box::pin(async move {
            let made = replay::test(unit, &row).await?;
            let place = format!("/api/v1/webhook-endpoints/{id}/deliveries/{}", made.id);
            Answer::created(place, &DeliveryWire::from(made))
        })
    })
    .await
}

/// What was sent to an endpoint, newest first.
#[utoipa::path(get, path = "/api/v1/webhook-endpoints/{id}/deliveries", tag = "catalogue",
    params(("id" = String, Path), PageParams), security(("bearer" = []), ("session" = [])),
    responses((status = OK, body = List<DeliveryWire>)))]
pub async fn list_deliveries(
    State(app): State<App>,
    _: InPerson,
    selling: Selling,
    Id(id): Id<WebhookEndpointId>,
    Params(params): Params<PageParams>,
) -> Result<Json<List<DeliveryWire>>, Problem> {
    let paging = params.paging()?;
    let endpoint = read::owned(app.db().read(), &selling, id).await?;
    let rows = read::deliveries(app.db().read(), endpoint.id, paging).await?;
    Ok(Json(List::page(
        rows,
        paging.limit,
        |row| row.id.to_string(),
        DeliveryWire::from,
    )))
}

/// One delivery, with what is sent.
#[utoipa::path(get, path = "/api/v1/webhook-endpoints/{id}/deliveries/{delivery}", tag = "catalogue",
    params(("id" = String, Path), ("delivery" = String, Path)), security(("bearer" = []), ("session" = [])),
    responses((status = OK, body = DeliveryWire)))]
pub async fn get_delivery(
    State(app): State<App>,
    _: InPerson,
    selling: Selling,
    Ids(id, delivery): Ids<WebhookEndpointId, WebhookDeliveryId>,
) -> Result<Json<DeliveryWire>, Problem> {
    let endpoint = read::owned(app.db().read(), &selling, id).await?;
    let (row, event) = read::delivery(app.db().read(), endpoint.id, delivery).await?;
    Ok(Json(DeliveryWire {
        body: Some(event.body),
        ..row.into()
    }))
}

/// Sends a delivery again, under the same `webhook-id` and with the same body.
#[utoipa::path(post, path = "/api/v1/webhook-endpoints/{id}/deliveries/{delivery}/replay", tag = "catalogue",
    params(("id" = String, Path), ("delivery" = String, Path)), security(("bearer" = []), ("session" = [])),
    responses((status = ACCEPTED, body = DeliveryWire),
        (status = CONFLICT, description = "The endpoint is off.", body = ProblemDetails,
            content_type = "application/problem+json")))]
pub async fn replay_delivery(
    State(app): State<App>,
    _: InPerson,
    selling: Selling,
    Ids(id, delivery): Ids<WebhookEndpointId, WebhookDeliveryId>,
) -> Result<(StatusCode, Json<DeliveryWire>), Problem> {
    let endpoint = read::owned(app.db().read(), &selling, id).await?;
    let row = app
        .write(selling.actor(), move |unit| {
            Box::pin(async move { replay::replay(unit, endpoint.id, delivery).await })
        })
        .await?;
    Ok((StatusCode::ACCEPTED, Json(row.into())))
}
