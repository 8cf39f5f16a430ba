//! Named queries: questions that somebody keeps, to ask them again or to subscribe to. A name is its owner's; of others'
//! nothing is told.

use axum::{
    Json,
    extract::{
        Path, State,
        ws::{WebSocketUpgrade, rejection::WebSocketUpgradeRejection},
    },
    http::StatusCode,
    response::{IntoResponse, Response},
};
use entity::{ids::NamedQueryId, trace::named_query};
use epcis::Query;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    EpcisError,
    api::encoded,
    headers::{Asked, allow},
    paging::Paged,
    party::Asker,
    query::{self, HeaderParams, PagingParams, Question},
    socket,
    wish::Wish,
};
use crate::{
    app::App,
    db::{Unit, is_duplicate},
    http::{
        body::Body,
        idempotency::{Answer, Once, write_once},
        input::{Field, Wrong},
        problem::{Problem, ProblemDetails},
    },
};

const LONGEST_NAME: usize = 100;
const LONGEST_QUERY: usize = 16 * 1024;
/// Queries of one owner.
const MOST: u64 = 100;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create, list_options))
        .routes(routes!(get, remove, options))
        .routes(routes!(events, events_options))
}

/// A question with its name.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct NewQuery {
    /// 1 to 100 characters, without a slash.
    #[schema(value_type = String, example = "shipped")]
    name: Field<String>,
    /// In the form of GS1's query schema.
    #[schema(value_type = Object, example = json!({"eventType": ["ObjectEvent"], "EQ_bizStep": ["shipping"]}))]
    query: Field<Value>,
}

/// A named query.
#[derive(Debug, Serialize, ToSchema)]
pub struct QueryWire {
    name: String,
    #[schema(value_type = Object)]
    query: Value,
}

impl TryFrom<named_query::Model> for QueryWire {
    type Error = EpcisError;

    fn try_from(row: named_query::Model) -> Result<Self, EpcisError> {
        Ok(Self {
            query: serde_json::from_str(&row.query)?,
            name: row.name,
        })
    }
}

impl NewQuery {
    fn check(&self) -> Result<(String, String), EpcisError> {
        let mut wrong = Wrong::default();
        let name = self.name.given().map(|name| name.trim().to_owned()).filter(|name| {
            (1..=LONGEST_NAME).contains(&name.chars().count())
                && !name.contains(['/', '\0'])
                && name != "."
                && name != ".."
        });
        if name.is_none() {
            wrong.note("/name", "epcis-say-query-name");
        }
        let query = self.query.given().filter(|query| query.is_object());
        let text = query.map(Value::to_string).filter(|text| text.len() <= LONGEST_QUERY);
        match query {
            Some(query) if text.is_some() => {
                if let Err(error) = Query::from_json(query) {
                    wrong.note(
                        format!("/query/{}", error.parameter.replace('~', "~0").replace('/', "~1")),
                        super::paging::fault(error.fault.to_string()),
                    );
                }
            }
            _ => wrong.note("/query", super::paging::fault("it is an object of parameters")),
        }
        match (name, text) {
            (Some(name), Some(text)) if wrong.0.is_empty() => Ok((name, text)),
            _ => Err(EpcisError::Query(wrong)),
        }
    }
}

/// The query `name` of `owner`.
pub async fn find(db: &impl ConnectionTrait, owner: Uuid, name: &str) -> Result<named_query::Model, EpcisError> {
    if name.contains('\0') {
        return Err(EpcisError::NoSuchName);
    }
    named_query::Entity::find()
        .filter(named_query::Column::OwnerId.eq(owner))
        .filter(named_query::Column::Name.eq(name))
        .one(db)
        .await?
        .ok_or(EpcisError::NoSuchName)
}

/// The query as it is asked; what was kept has been read before.
pub fn read(row: &named_query::Model) -> Result<Query, EpcisError> {
    let query: Value = serde_json::from_str(&row.query)?;
    Query::from_json(&query).map_err(|error| query::refused("/query/", &error))
}

async fn keep(unit: &mut Unit, who: &Asker, name: String, query: String) -> Result<named_query::Model, EpcisError> {
    let there = named_query::Entity::find()
        .filter(named_query::Column::OwnerId.eq(who.owner))
        .count(&*unit)
        .await?;
    if there >= MOST {
        return Err(EpcisError::TooMany);
    }
    let row = named_query::Model {
        id: unit.id::<NamedQueryId>(),
        owner_id: who.owner,
        made_by: who.person,
        name,
        query,
        created_at: unit.now(),
    };
    let active = named_query::ActiveModel {
        id: Set(row.id),
        owner_id: Set(row.owner_id),
        made_by: Set(row.made_by),
        name: Set(row.name.clone()),
        query: Set(row.query.clone()),
        created_at: Set(row.created_at),
    };
    match named_query::Entity::insert(active).exec_without_returning(&*unit).await {
        Ok(_) => Ok(row),
        Err(error) if is_duplicate(&error) => Err(EpcisError::QueryExists),
        Err(error) => Err(error.into()),
    }
}

/// The caller's named queries.
#[utoipa::path(get, path = "/epcis/v2/queries", tag = "epcis", params(PagingParams, HeaderParams),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = Vec<QueryWire>)))]
pub async fn list(State(app): State<App>, asked: Asked, who: Asker, paged: Paged) -> Result<Response, Problem> {
    asked.json()?;
    paged.nothing_else()?;
    let mut select = named_query::Entity::find()
        .filter(named_query::Column::OwnerId.eq(who.owner))
        .order_by_asc(named_query::Column::Id)
        .limit(paged.per_page as u64 + 1);
    if let Some(after) = paged.after::<NamedQueryId>()? {
        select = select.filter(named_query::Column::Id.gt(after));
    }
    let rows = select.all(app.db().read()).await?;
    let (headers, rows) = paged.page(app.now(), rows, |row| row.id.to_string());
    let queries: Result<Vec<QueryWire>, _> = rows.into_iter().map(QueryWire::try_from).collect();
    Ok((headers, Json(queries?)).into_response())
}

/// Keeps a question under a name.
#[utoipa::path(post, path = "/epcis/v2/queries", tag = "epcis", request_body = NewQuery,
    params(HeaderParams, ("GS1-EPCIS-Version" = Option<String>, Header), ("GS1-CBV-Version" = Option<String>, Header),
        ("Idempotency-Key" = Option<String>, Header)),
    security(("bearer" = []), ("session" = [])),
    responses((status = CREATED, body = QueryWire),
        (status = CONFLICT, description = "There is one of this name, or there are too many.", body = ProblemDetails,
            content_type = "application/problem+json")))]
pub async fn create(
    State(app): State<App>,
    asked: Asked,
    who: Asker,
    once: Once,
    Body { value, digest }: Body<NewQuery>,
) -> Result<Answer, Problem> {
    asked.json()?;
    let (name, query) = value.check()?;
    write_once(&app, who.actor.clone(), once, &digest, move |unit| {
        let (who, name, query) = (who.clone(), name.clone(), query.clone());
        Box::pin(async move {
            let row = keep(unit, &who, name, query).await?;
            let place = format!("/epcis/v2/queries/{}", encoded(&row.name));
            Answer::created(place, &QueryWire::try_from(row)?)
        })
    })
    .await
}

/// What may be done here, in `Allow`, and what is spoken, in `GS1-*`.
#[utoipa::path(options, path = "/epcis/v2/queries", tag = "epcis", params(HeaderParams),
    responses((status = NO_CONTENT, description = "In headers.")))]
pub async fn list_options() -> Response {
    allow("OPTIONS, GET, POST")
}

/// A named query of the caller's.
#[utoipa::path(get, path = "/epcis/v2/queries/{queryName}", tag = "epcis",
    params(("queryName" = String, Path), HeaderParams), security(("bearer" = []), ("session" = [])),
    responses((status = OK, body = QueryWire)))]
pub async fn get(
    State(app): State<App>,
    asked: Asked,
    who: Asker,
    Path(name): Path<String>,
) -> Result<Json<QueryWire>, Problem> {
    asked.json()?;
    let row = find(app.db().read(), who.owner, &name).await?;
    Ok(Json(row.try_into()?))
}

/// Takes a named query away, and with it all that subscribe to it.
#[utoipa::path(delete, path = "/epcis/v2/queries/{queryName}", tag = "epcis",
    params(("queryName" = String, Path), HeaderParams), security(("bearer" = []), ("session" = [])),
    responses((status = NO_CONTENT, description = "It is gone.")))]
pub async fn remove(
    State(app): State<App>,
    _: Asked,
    who: Asker,
    Path(name): Path<String>,
) -> Result<StatusCode, Problem> {
    let row = find(app.db().read(), who.owner, &name).await?;
    app.write(who.actor.clone(), move |unit| {
        Box::pin(async move {
            named_query::Entity::delete_by_id(row.id).exec(&*unit).await?;
            Ok::<_, EpcisError>(())
        })
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What may be done here, in `Allow`, and what is spoken, in `GS1-*`.
#[utoipa::path(options, path = "/epcis/v2/queries/{queryName}", tag = "epcis",
    params(("queryName" = String, Path), HeaderParams),
    responses((status = NO_CONTENT, description = "In headers.")))]
pub async fn options() -> Response {
    allow("OPTIONS, GET, DELETE")
}

/// How a socket wants its events.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(
    non_snake_case,
    dead_code,
    reason = "the description of the API has the standard's names"
)]
pub struct SocketParams {
    /// Over a WebSocket: events as they are recorded. Excludes a schedule.
    stream: Option<bool>,
    /// On a schedule: also when there is nothing new.
    reportIfEmpty: Option<bool>,
    /// Events recorded from then on; by default from now on.
    initialRecordTime: Option<String>,
    second: Option<String>,
    minute: Option<String>,
    hour: Option<String>,
    dayOfMonth: Option<String>,
    month: Option<String>,
    dayOfWeek: Option<String>,
}

/// The events that a named query finds; with `Upgrade: websocket` and `stream=true` or a schedule, those to come.
#[utoipa::path(get, path = "/epcis/v2/queries/{queryName}/events", tag = "epcis",
    params(("queryName" = String, Path), PagingParams, SocketParams, HeaderParams),
    security(("bearer" = []), ("session" = [])),
    responses((status = OK, description = "An `EPCISQueryDocument`.", content(
            (Object = "application/json"), (Object = "application/ld+json"), (String = "application/xml"))),
        (status = SWITCHING_PROTOCOLS, description = "Each message is an `EPCISQueryDocument`.")))]
pub async fn events(
    State(app): State<App>,
    asked: Asked,
    who: Asker,
    Path(name): Path<String>,
    paged: Paged,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Problem> {
    let row = find(app.db().read(), who.owner, &name).await?;
    if let Some(wish) = Wish::of_url(&paged.asked, app.now())? {
        let Ok(upgrade) = upgrade else {
            return Err(EpcisError::Subscription(Wrong::one("?stream", "epcis-say-socket")).into());
        };
        return Ok(socket::open(app, upgrade, row, who.person, wish));
    }
    paged.nothing_else()?;
    let query = read(&row)?;
    let question = Question {
        query: &query,
        paged: &paged,
        reader: &who.reader,
        about: None,
        name: &row.name,
    };
    Ok(question.answer(&app, asked).await?)
}

/// What may be done here, in `Allow`, and what is spoken, in `GS1-*`.
#[utoipa::path(options, path = "/epcis/v2/queries/{queryName}/events", tag = "epcis",
    params(("queryName" = String, Path), HeaderParams),
    responses((status = NO_CONTENT, description = "In headers.")))]
pub async fn events_options() -> Response {
    allow("OPTIONS, GET")
}
