//! Sends what is due, each endpoint in a lane of its own: one that is slow or dead holds up nobody else. Every process takes
//! from the same table; a row is claimed before it is tried, so no two try it at once, and one whose process died is tried
//! again when the claim is over.

use std::{sync::Arc, time::Duration};

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use entity::{
    Timestamp,
    catalogue::{
        staff::{self, StaffRole},
        webhook_delivery::{self as delivery, State},
        webhook_endpoint::{self as endpoint, Reason, State as EndpointState},
        webhook_event as event,
    },
    ids::{WebhookDeliveryId, WebhookEndpointId, WebhookEventId},
};
use reqwest::Url;
use sea_orm::{
    ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait, Query},
};

use super::{schedule::pause, secret, signature::sign};
use crate::{
    app::App,
    db::{Actor, Unit},
    http::{language::Message, reach::Reach},
    identity::messages::{About, Note, To, tell_all},
    jobs::Lanes,
};

const LOOK_EVERY: Duration = Duration::from_millis(250);
/// The longest an endpoint may take to answer.
const PATIENCE: Duration = Duration::from_secs(15);
/// For how long a claim keeps others away: longer than an attempt may take.
const CLAIM_MS: i64 = 30_000;
/// Deliveries on their way at once: in all, to one endpoint, and to one where nothing arrives.
const AT_ONCE: usize = 128;
const TO_ONE: usize = 4;
const TO_A_FAILING_ONE: usize = 1;
/// What is read of an answer, so that the connection can be used again.
const READ: usize = 16 * 1024;
/// What is kept of why it failed.
const LONGEST_ERROR: usize = 200;
/// An endpoint where nothing has arrived for so long is disabled with the next delivery that is given up.
const HOPELESS_MS: i64 = 3 * 24 * 60 * 60 * 1000;

/// Sends as long as the program runs.
pub(super) async fn run(app: App) {
    let reach = match Reach::straight(app.is_demo(), PATIENCE) {
        Ok(reach) => Arc::new(reach),
        Err(error) => {
            tracing::error!(%error, "nothing can be sent to sellers' systems");
            return;
        }
    };
    let mut lanes = Lanes::new(AT_ONCE);
    loop {
        if !lanes.full()
            && let Err(error) = start_due(&app, &reach, &mut lanes).await
        {
            tracing::warn!(%error, "what sellers' systems are to hear could not be read; it waits");
        }
        lanes.rest(LOOK_EVERY).await;
    }
}

async fn start_due(app: &App, reach: &Arc<Reach>, lanes: &mut Lanes<WebhookEndpointId>) -> Result<(), DbErr> {
    for endpoint in waited_for(app).await? {
        let failing = endpoint.failing_since.is_some();
        let room = lanes.room(&endpoint.id, if failing { TO_A_FAILING_ONE } else { TO_ONE });
        if room == 0 {
            continue;
        }
        let token = format!("{:016x}", app.source().random());
        let claim = token.clone();
        let ids = app
            .write(Actor::System, move |unit| {
                let token = claim.clone();
                Box::pin(async move { claim_some(unit, endpoint.id, room as u64, token).await })
            })
            .await?;
        for id in ids {
            let (app, reach, token) = (app.clone(), Arc::clone(reach), token.clone());
            lanes.start(endpoint.id, async move {
                if let Err(error) = errand(&app, &reach, id, &token).await {
                    tracing::warn!(%error, "a seller's system could not be told; it is tried again later");
                }
            });
        }
    }
    Ok(())
}

/// The endpoints for which something is due: those where it arrives first, of these the longest unheard of.
async fn waited_for(app: &App) -> Result<Vec<endpoint::Model>, DbErr> {
    let due = Query::select()
        .expr(Expr::val(1))
        .from(delivery::Entity)
        .and_where(
            Expr::col((delivery::Entity, delivery::Column::EndpointId))
                .equals((endpoint::Entity, endpoint::Column::Id)),
        )
        .and_where(delivery::Column::State.eq(State::Waiting))
        .and_where(delivery::Column::DueAt.lte(app.now()))
        .and_where(delivery::Column::ClaimedUntil.lte(app.source().wall_clock()))
        .to_owned();
    let mut endpoints = endpoint::Entity::find()
        .filter(endpoint::Column::State.eq(EndpointState::On))
        .filter(Expr::exists(due))
        .order_by_asc(endpoint::Column::Id)
        .all(app.db().read())
        .await?;
    endpoints.sort_by_key(|endpoint| (endpoint.failing_since.is_some(), endpoint.last_delivered_at));
    Ok(endpoints)
}

async fn claim_some(
    unit: &mut Unit,
    endpoint: WebhookEndpointId,
    most: u64,
    token: String,
) -> Result<Vec<WebhookDeliveryId>, DbErr> {
    let (now, wall) = (unit.now(), unit.source().wall_clock());
    let free = |id: Vec<WebhookDeliveryId>| {
        delivery::Entity::update_many()
            .col_expr(delivery::Column::Claim, Expr::value(token.clone()))
            .col_expr(delivery::Column::ClaimedUntil, Expr::value(wall.plus(CLAIM_MS)))
            .col_expr(delivery::Column::Attempts, Expr::col(delivery::Column::Attempts).add(1))
            .col_expr(delivery::Column::Round, Expr::col(delivery::Column::Round).add(1))
            .filter(delivery::Column::Id.is_in(id))
            .filter(delivery::Column::State.eq(State::Waiting))
            .filter(delivery::Column::ClaimedUntil.lte(wall))
    };
    let ids: Vec<WebhookDeliveryId> = delivery::Entity::find()
        .select_only()
        .column(delivery::Column::Id)
        .filter(delivery::Column::EndpointId.eq(endpoint))
        .filter(delivery::Column::State.eq(State::Waiting))
        .filter(delivery::Column::DueAt.lte(now))
        .filter(delivery::Column::ClaimedUntil.lte(wall))
        .order_by_asc(delivery::Column::DueAt)
        .order_by_asc(delivery::Column::Id)
        .limit(most)
        .into_tuple()
        .all(&*unit)
        .await?;
    free(ids.clone()).exec(&*unit).await?;
    delivery::Entity::find()
        .select_only()
        .column(delivery::Column::Id)
        .filter(delivery::Column::Id.is_in(ids))
        .filter(delivery::Column::Claim.eq(token.clone()))
        .into_tuple()
        .all(&*unit)
        .await
}

/// What an attempt came to.
#[derive(Clone, Debug)]
struct Outcome {
    status: Option<u16>,
    error: Option<String>,
}

async fn errand(app: &App, reach: &Reach, id: WebhookDeliveryId, token: &str) -> Result<(), DbErr> {
    let db = app.db().read();
    let Some(row) = delivery::Entity::find_by_id(id).one(db).await? else {
        return Ok(());
    };
    let (Some(endpoint), Some(event)) = (
        endpoint::Entity::find_by_id(row.endpoint_id).one(db).await?,
        event::Entity::find_by_id(row.event_id).one(db).await?,
    ) else {
        return Ok(());
    };
    let secrets = secret::signing(db, endpoint.id, app.now()).await?;
    let secrets: Vec<_> = secrets.into_iter().map(|id| secret::bytes(app, id)).collect();
    let outcome = post(app, reach, &endpoint, &event, &secrets).await;
    let token = token.to_owned();
    app.write(Actor::System, move |unit| {
        let (row, endpoint, token, outcome) = (row.clone(), endpoint.clone(), token.clone(), outcome.clone());
        Box::pin(async move { settle(unit, &row, &endpoint, &token, outcome).await })
    })
    .await
}

async fn post(
    app: &App,
    reach: &Reach,
    endpoint: &endpoint::Model,
    event: &event::Model,
    secrets: &[Vec<u8>],
) -> Outcome {
    let failed = |error: String| Outcome {
        status: None,
        error: Some(error.chars().take(LONGEST_ERROR).collect()),
    };
    let url = match reach.address(&endpoint.url) {
        Ok(url) => url,
        Err(error) => return failed(error.to_string()),
    };
    let id = public_id(event.id);
    // Who verifies it looks at a clock of their own.
    let at = app.source().wall_clock().0 / 1000;
    let signed = sign(secrets, &id, at, &event.body);
    let (Ok(id), Ok(signed)) = (HeaderValue::try_from(id), HeaderValue::try_from(signed)) else {
        return failed("it cannot be signed".to_owned());
    };
    let headers = HeaderMap::from_iter([
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (HeaderName::from_static("webhook-id"), id),
        (HeaderName::from_static("webhook-timestamp"), HeaderValue::from(at)),
        (HeaderName::from_static("webhook-signature"), signed),
    ]);
    match reach.post(url, headers, event.body.clone().into_bytes(), READ).await {
        Ok(heard) => Outcome {
            status: Some(heard.status),
            error: (!(200..300).contains(&heard.status)).then(|| format!("it answered {}", heard.status)),
        },
        Err(error) => failed(error.to_string()),
    }
}

/// The `webhook-id` under which an event is sent.
pub(super) fn public_id(id: WebhookEventId) -> String {
    format!("msg_{}", id.0.simple())
}

/// Writes down what became of an attempt, if it is still this one's to tell.
async fn settle(
    unit: &mut Unit,
    row: &delivery::Model,
    endpoint: &endpoint::Model,
    token: &str,
    outcome: Outcome,
) -> Result<(), DbErr> {
    let now = unit.now();
    let again = pause(row.round, unit.random());
    let mut update = delivery::Entity::update_many()
        .col_expr(delivery::Column::Claim, Expr::value(None::<String>))
        .col_expr(delivery::Column::ClaimedUntil, Expr::value(Timestamp(0)))
        .col_expr(delivery::Column::LastStatus, Expr::value(outcome.status.map(i32::from)))
        .col_expr(delivery::Column::LastError, Expr::value(outcome.error.clone()));
    update = match (&outcome.error, again) {
        (None, _) => update
            .col_expr(delivery::Column::State, Expr::value(State::Delivered))
            .col_expr(delivery::Column::DeliveredAt, Expr::value(now)),
        (Some(_), Some(pause)) => update.col_expr(delivery::Column::DueAt, Expr::value(now.plus(pause))),
        (Some(_), None) => update.col_expr(delivery::Column::State, Expr::value(State::Failed)),
    };
    let mine = update
        .filter(delivery::Column::Id.eq(row.id))
        .filter(delivery::Column::Claim.eq(token))
        .exec(&*unit)
        .await?;
    if mine.rows_affected == 0 {
        return Ok(());
    }
    let of_endpoint =
        |update: sea_orm::UpdateMany<endpoint::Entity>| update.filter(endpoint::Column::Id.eq(endpoint.id));
    if outcome.error.is_none() {
        of_endpoint(endpoint::Entity::update_many())
            .col_expr(endpoint::Column::FailingSince, Expr::value(None::<Timestamp>))
            .col_expr(endpoint::Column::LastDeliveredAt, Expr::value(now))
            .exec(&*unit)
            .await?;
        return Ok(());
    }
    of_endpoint(endpoint::Entity::update_many())
        .col_expr(endpoint::Column::FailingSince, Expr::value(now))
        .filter(endpoint::Column::FailingSince.is_null())
        .exec(&*unit)
        .await?;
    if outcome.status == Some(410) {
        return disable(unit, endpoint, Reason::Gone).await;
    }
    let since = endpoint::Entity::find_by_id(endpoint.id)
        .one(&*unit)
        .await?
        .and_then(|endpoint| endpoint.failing_since);
    if again.is_none() && since.is_some_and(|since| since.plus(HOPELESS_MS) <= now) {
        return disable(unit, endpoint, Reason::GaveUp).await;
    }
    Ok(())
}

/// Sends nothing more to `endpoint` and tells its owners so.
async fn disable(unit: &mut Unit, endpoint: &endpoint::Model, reason: Reason) -> Result<(), DbErr> {
    let disabled = endpoint::Entity::update_many()
        .col_expr(endpoint::Column::State, Expr::value(EndpointState::Disabled))
        .col_expr(endpoint::Column::DisabledReason, Expr::value(Some(reason)))
        .col_expr(endpoint::Column::UpdatedAt, Expr::value(unit.now()))
        .filter(endpoint::Column::Id.eq(endpoint.id))
        .filter(endpoint::Column::State.eq(EndpointState::On))
        .exec(&*unit)
        .await?;
    if disabled.rows_affected == 0 {
        return Ok(());
    }
    delivery::Entity::update_many()
        .col_expr(delivery::Column::State, Expr::value(State::Failed))
        .filter(delivery::Column::EndpointId.eq(endpoint.id))
        .filter(delivery::Column::State.eq(State::Waiting))
        .exec(&*unit)
        .await?;
    let owners = staff::Entity::find()
        .filter(staff::Column::SellerId.eq(endpoint.seller_id))
        .filter(staff::Column::Role.eq(StaffRole::Owner))
        .all(&*unit)
        .await?;
    let host = Url::parse(&endpoint.url)
        .ok()
        .and_then(|url| url.host_str().map(ToOwned::to_owned))
        .unwrap_or_default();
    let text = match reason {
        Reason::GaveUp => Message::new("messages-webhook-disabled"),
        Reason::Gone => Message::new("messages-webhook-gone"),
    };
    let note = Note::new(About::Reminders, text.with("host", host));
    tell_all(unit, owners.iter().map(|row| To::person(row.person_id)), &note).await
}
