//! Subscriptions by webhook: somebody's system is sent what a named query finds, signed with a secret of theirs.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use entity::{
    Timestamp,
    ids::{NamedQueryId, QuerySubscriptionId},
    trace::query_subscription::{self as subscription, State as Condition},
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    EpcisError,
    headers::{Asked, allow},
    named,
    paging::Paged,
    party::Asker,
    query::{HeaderParams, PagingParams},
    wish::Wish,
};
use crate::{
    app::App,
    db::Unit,
    http::{
        body::Body,
        idempotency::{Answer, Once, write_once},
        input::Wrong,
        problem::{Problem, ProblemDetails},
        reach::Reach,
    },
};

/// The context under which secrets are sealed.
pub const SEAL: &str = "epcis subscription";
const LONGEST_DEST: usize = 2000;
/// Subscriptions to one query.
const MOST: u64 = 10;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create, list_options))
        .routes(routes!(get, remove, options))
}

/// Who is to hear, and when: `stream` being true, or a `schedule`.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "the description of a body that is read member by member")]
#[schema(rename_all = "camelCase")]
pub struct NewSubscription {
    /// An address of https; in demos also of this machine.
    #[schema(example = "https://client.example.com/queryCallback")]
    dest: String,
    /// 16 to 200 characters. What is sent carries `GS1-Signature`: the base64 of the HMAC-SHA256, with this token for a key, of
    /// `webhook-id`, `webhook-timestamp` and the body, with points between them, behind `v1,` (Standard Webhooks).
    signature_token: String,
    /// As soon as there is something.
    stream: Option<bool>,
    /// As cron's: `second`, `minute`, `hour`, `dayOfMonth`, `month`, `dayOfWeek`, each a number, a range `[1-5]`, or several with
    /// commas; in Vietnam's time.
    schedule: Option<Object>,
    /// On a schedule: also when there is nothing new.
    report_if_empty: Option<bool>,
    /// Events recorded from then on; by default from now on.
    initial_record_time: Option<String>,
}

/// Any JSON object.
#[derive(Debug, ToSchema)]
pub struct Object {}

/// A subscription; its secret is not shown.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SubscriptionWire {
    #[serde(rename = "subscriptionID")]
    subscription_id: String,
    dest: String,
    created_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    last_notified_at: Option<String>,
    initial_record_time: String,
    /// Everything recorded before this has arrived.
    min_record_time: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    stream: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = Object)]
    schedule: Option<Value>,
    report_if_empty: bool,
    epc_format: &'static str,
    /// `on`, or `gave_up`: for days nothing arrived.
    state: &'static str,
    /// Why it did not arrive the last time.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    last_error: Option<String>,
}

impl TryFrom<subscription::Model> for SubscriptionWire {
    type Error = EpcisError;

    fn try_from(row: subscription::Model) -> Result<Self, EpcisError> {
        let schedule = row.schedule.as_deref().map(serde_json::from_str).transpose()?;
        Ok(Self {
            subscription_id: row.id.to_string(),
            dest: row.dest,
            created_at: row.created_at.rfc3339(),
            last_notified_at: row.last_notified_at.map(Timestamp::rfc3339),
            initial_record_time: row.first_at.rfc3339(),
            min_record_time: row.cursor_at.rfc3339(),
            stream: schedule.is_none().then_some(true),
            schedule,
            report_if_empty: row.report_if_empty,
            epc_format: "Never_Translates",
            state: match row.state {
                Condition::On => "on",
                Condition::GaveUp => "gave_up",
            },
            last_error: row.last_error,
        })
    }
}

/// A subscription that may be made.
#[derive(Clone, Debug)]
struct New {
    dest: String,
    secret: String,
    wish: Wish,
}

fn check(app: &App, body: &Map<String, Value>) -> Result<New, EpcisError> {
    let mut wrong = Wrong::default();
    let dest = body
        .get("dest")
        .and_then(Value::as_str)
        .filter(|text| text.len() <= LONGEST_DEST);
    let dest = dest.and_then(|text| {
        let url = Reach::new(app.is_demo()).and_then(|reach| reach.address(text)).ok()?;
        (url.scheme() == "https" || app.is_demo()).then(|| url.to_string())
    });
    if dest.is_none() {
        wrong.note("/dest", "epcis-say-dest");
    }
    let secret = ["signatureToken", "secret"].iter().find_map(|name| body.get(*name));
    let secret = secret
        .and_then(Value::as_str)
        .filter(|text| (16..=200).contains(&text.len()));
    if secret.is_none() {
        wrong.note("/signatureToken", "epcis-say-secret");
    }
    let wish = match Wish::of_json(body, app.now()) {
        Ok(wish) => Some(wish),
        Err(more) => {
            wrong.0.extend(more.0);
            None
        }
    };
    let known = [
        "dest",
        "signatureToken",
        "secret",
        "stream",
        "schedule",
        "reportIfEmpty",
        "initialRecordTime",
    ];
    for name in body.keys().filter(|name| !known.contains(&name.as_str())) {
        wrong.note(format!("/{name}"), super::paging::fault("there is no such member"));
    }
    match (dest, secret, wish) {
        (Some(dest), Some(secret), Some(wish)) if wrong.0.is_empty() => Ok(New {
            secret: app.vault().seal(app.source(), SEAL, secret),
            dest,
            wish,
        }),
        _ => Err(EpcisError::Subscription(wrong)),
    }
}

async fn keep(unit: &mut Unit, who: &Asker, query: NamedQueryId, new: New) -> Result<subscription::Model, EpcisError> {
    let there = subscription::Entity::find()
        .filter(subscription::Column::QueryId.eq(query))
        .count(&*unit)
        .await?;
    if there >= MOST {
        return Err(EpcisError::TooMany);
    }
    let now = unit.now();
    let schedule = new
        .wish
        .schedule
        .as_ref()
        .map(|(fields, _)| Value::Object(fields.clone()).to_string());
    let due = match &new.wish.schedule {
        None => Some(now),
        Some((_, schedule)) => schedule.next_after(now),
    };
    let row = subscription::ActiveModel {
        id: Set(unit.id::<QuerySubscriptionId>()),
        query_id: Set(query),
        made_by: Set(who.person),
        dest: Set(new.dest),
        secret: Set(new.secret),
        schedule: Set(schedule),
        report_if_empty: Set(new.wish.report_if_empty),
        state: Set(Condition::On),
        first_at: Set(new.wish.first),
        cursor_at: Set(new.wish.first),
        // One that never comes is never due.
        due_at: Set(due.unwrap_or(Timestamp(i64::MAX))),
        attempts: Set(0),
        claim: Set(None),
        claimed_until: Set(Timestamp(0)),
        last_error: Set(None),
        last_notified_at: Set(None),
        created_at: Set(now),
    };
    Ok(subscription::Entity::insert(row).exec_with_returning(&*unit).await?)
}

async fn find(db: &impl ConnectionTrait, query: NamedQueryId, id: &str) -> Result<subscription::Model, EpcisError> {
    let id: QuerySubscriptionId = id.parse().map_err(|_| EpcisError::NoSuchName)?;
    subscription::Entity::find_by_id(id)
        .filter(subscription::Column::QueryId.eq(query))
        .one(db)
        .await?
        .ok_or(EpcisError::NoSuchName)
}

/// Who subscribes to a query of the caller's.
#[utoipa::path(get, path = "/epcis/v2/queries/{queryName}/subscriptions", tag = "epcis",
    params(("queryName" = String, Path), PagingParams, HeaderParams), security(("bearer" = []), ("session" = [])),
    responses((status = OK, body = Vec<SubscriptionWire>)))]
pub async fn list(
    State(app): State<App>,
    asked: Asked,
    who: Asker,
    Path(name): Path<String>,
    paged: Paged,
) -> Result<Response, Problem> {
    asked.json()?;
    paged.nothing_else()?;
    let db = app.db().read();
    let query = named::find(db, who.owner, &name).await?;
    let mut select = subscription::Entity::find()
        .filter(subscription::Column::QueryId.eq(query.id))
        .order_by_asc(subscription::Column::Id)
        .limit(paged.per_page as u64 + 1);
    if let Some(after) = paged.after::<QuerySubscriptionId>()? {
        select = select.filter(subscription::Column::Id.gt(after));
    }
    let (headers, rows) = paged.page(app.now(), select.all(db).await?, |row| row.id.to_string());
    let wires: Result<Vec<SubscriptionWire>, _> = rows.into_iter().map(SubscriptionWire::try_from).collect();
    Ok((headers, Json(wires?)).into_response())
}

/// Subscribes a system to a query of the caller's. What it finds is sent as an `EPCISQueryDocument`, again with growing pauses
/// until it is answered 2xx; only then does the subscription go on to what is newer.
#[utoipa::path(post, path = "/epcis/v2/queries/{queryName}/subscriptions", tag = "epcis", request_body = NewSubscription,
    params(("queryName" = String, Path), HeaderParams, ("GS1-EPCIS-Version" = Option<String>, Header),
        ("Idempotency-Key" = Option<String>, Header)),
    security(("bearer" = []), ("session" = [])),
    responses((status = CREATED, body = SubscriptionWire),
        (status = CONFLICT, description = "There are as many as there may be.", body = ProblemDetails,
            content_type = "application/problem+json")))]
pub async fn create(
    State(app): State<App>,
    asked: Asked,
    who: Asker,
    Path(name): Path<String>,
    once: Once,
    Body { value, digest }: Body<Map<String, Value>>,
) -> Result<Answer, Problem> {
    asked.json()?;
    let query = named::find(app.db().read(), who.owner, &name).await?;
    let new = check(&app, &value)?;
    write_once(&app, who.actor.clone(), once, &digest, move |unit| {
        let (who, new, name) = (who.clone(), new.clone(), name.clone());
        Box::pin(async move {
            let row = keep(unit, &who, query.id, new).await?;
            let place = format!(
                "/epcis/v2/queries/{}/subscriptions/{}",
                super::api::encoded(&name),
                row.id
            );
            Answer::created(place, &SubscriptionWire::try_from(row)?)
        })
    })
    .await
}

/// What may be done here, in `Allow`, and what is spoken, in `GS1-*`.
#[utoipa::path(options, path = "/epcis/v2/queries/{queryName}/subscriptions", tag = "epcis",
    params(("queryName" = String, Path), HeaderParams),
    responses((status = NO_CONTENT, description = "In headers.")))]
pub async fn list_options() -> Response {
    allow("OPTIONS, GET, POST")
}

/// One subscription.
#[utoipa::path(get, path = "/epcis/v2/queries/{queryName}/subscriptions/{subscriptionID}", tag = "epcis",
    params(("queryName" = String, Path), ("subscriptionID" = String, Path), HeaderParams),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = SubscriptionWire)))]
pub async fn get(
    State(app): State<App>,
    asked: Asked,
    who: Asker,
    Path((name, id)): Path<(String, String)>,
) -> Result<Json<SubscriptionWire>, Problem> {
    asked.json()?;
    let query = named::find(app.db().read(), who.owner, &name).await?;
    let row = find(app.db().read(), query.id, &id).await?;
    Ok(Json(row.try_into()?))
}

/// Ends a subscription: nothing more is sent.
#[utoipa::path(delete, path = "/epcis/v2/queries/{queryName}/subscriptions/{subscriptionID}", tag = "epcis",
    params(("queryName" = String, Path), ("subscriptionID" = String, Path), HeaderParams),
    security(("bearer" = []), ("session" = [])),
    responses((status = NO_CONTENT, description = "It is gone.")))]
pub async fn remove(
    State(app): State<App>,
    _: Asked,
    who: Asker,
    Path((name, id)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    let query = named::find(app.db().read(), who.owner, &name).await?;
    let row = find(app.db().read(), query.id, &id).await?;
    app.write(who.actor.clone(), move |unit| {
        Box::pin(async move {
            subscription::Entity::delete_by_id(row.id).exec(&*unit).await?;
            Ok::<_, EpcisError>(())
        })
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What may be done here, in `Allow`, and what is spoken, in `GS1-*`.
#[utoipa::path(options, path = "/epcis/v2/queries/{queryName}/subscriptions/{subscriptionID}", tag = "epcis",
    params(("queryName" = String, Path), ("subscriptionID" = String, Path), HeaderParams),
    responses((status = NO_CONTENT, description = "In headers.")))]
pub async fn options() -> Response {
    allow("OPTIONS, GET, DELETE")
}
