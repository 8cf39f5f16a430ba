//! The top-level resources (EPCIS 2.0, 12.3): which types, things, steps, places and dispositions there are, and the events of
//! each.

use axum::{
    Json,
    extract::{Path, State},
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use entity::trace::{event, event_epc};
use epcis::{BizStep, Disposition};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect, RelationDef,
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    EpcisError,
    answer::{self, collection},
    headers::{Asked, allow},
    index::index_name,
    paging::Paged,
    party::Reader,
    query::{self, EventParams, HeaderParams, PagingParams, Question},
};
use crate::{app::App, http::problem::Problem};

/// One of the resources.
#[derive(Clone, Copy, Debug)]
enum Resource {
    EventTypes,
    Epcs,
    BizSteps,
    BizLocations,
    ReadPoints,
    Dispositions,
}

impl Resource {
    /// Those that the standards name, which are there whether an event is or not.
    fn standard(self) -> Vec<&'static str> {
        match self {
            Self::EventTypes => vec![
                "AggregationEvent",
                "AssociationEvent",
                "ObjectEvent",
                "TransactionEvent",
                "TransformationEvent",
            ],
            Self::BizSteps => BizStep::ALL.iter().map(|step| step.as_str()).collect(),
            Self::Dispositions => Disposition::ALL.iter().map(|word| word.as_str()).collect(),
            Self::Epcs | Self::BizLocations | Self::ReadPoints => Vec::new(),
        }
    }

    const fn column(self) -> Option<event::Column> {
        match self {
            Self::EventTypes => Some(event::Column::Kind),
            Self::BizSteps => Some(event::Column::BizStep),
            Self::BizLocations => Some(event::Column::BizLocation),
            Self::ReadPoints => Some(event::Column::ReadPoint),
            Self::Dispositions => Some(event::Column::Disposition),
            Self::Epcs => None,
        }
    }

    /// Under which name it is asked for in a query.
    const fn parameter(self) -> Option<&'static str> {
        match self {
            Self::EventTypes => Some("eventType"),
            Self::BizSteps => Some("EQ_bizStep"),
            Self::BizLocations => Some("EQ_bizLocation"),
            Self::ReadPoints => Some("EQ_readPoint"),
            Self::Dispositions => Some("EQ_disposition"),
            Self::Epcs => None,
        }
    }

    /// The first value behind `after` (or `value` itself) that `reader` may know of and that no standard names.
    async fn first(
        self,
        db: &impl ConnectionTrait,
        reader: &Reader,
        wanted: Wanted<'_>,
    ) -> Result<Option<String>, DbErr> {
        let Some(column) = self.column() else {
            let column = event_epc::Column::Epc;
            let mut select = event_epc::Entity::find()
                .select_only()
                .column(column)
                .filter(event_epc::Column::Role.ne("location"));
            if let Some(own) = reader.events() {
                select = select.join(JoinType::InnerJoin, of_event()).filter(own);
            }
            select = match wanted {
                Wanted::Behind(Some(after)) => select.filter(column.gt(after)),
                Wanted::Behind(None) => select,
                Wanted::Exactly(value) => select.filter(column.eq(value)),
            };
            return select.order_by_asc(column).limit(1).into_tuple().one(db).await;
        };
        let mut select = event::Entity::find()
            .select_only()
            .column(column)
            .filter(column.is_not_null());
        if let Some(own) = reader.events() {
            select = select.filter(own);
        }
        let standard = self.standard();
        if !standard.is_empty() {
            select = select.filter(column.is_not_in(standard));
        }
        select = match wanted {
            Wanted::Behind(Some(after)) => select.filter(column.gt(after)),
            Wanted::Behind(None) => select,
            Wanted::Exactly(value) => select.filter(column.eq(value)),
        };
        select.order_by_asc(column).limit(1).into_tuple().one(db).await
    }

    /// A page of values: first what the standards name, then what else was captured. Each is looked up behind the one before,
    /// so that a value of a million events costs as much as one of a single event.
    async fn list(self, app: &App, paged: &Paged, reader: &Reader, asked: Asked) -> Result<Response, EpcisError> {
        asked.json()?;
        paged.nothing_else()?;
        let db = app.db().read();
        let standard = self.standard();
        let mut after = paged.after::<String>()?;
        let begin = match &after {
            None => 0,
            Some(after) => standard
                .iter()
                .position(|word| word == after)
                .map_or(standard.len(), |at| at + 1),
        };
        let fits = paged.per_page + 1;
        let mut values: Vec<String> = standard
            .iter()
            .skip(begin)
            .take(fits)
            .map(|word| (*word).to_owned())
            .collect();
        after = after.filter(|after| !standard.contains(&after.as_str()));
        while values.len() < fits {
            let Some(value) = self.first(db, reader, Wanted::Behind(after.as_deref())).await? else {
                break;
            };
            after = Some(value.clone());
            values.push(value);
        }
        let (headers, values) = paged.page(app.now(), values, Clone::clone);
        Ok((headers, Json(collection(&values))).into_response())
    }

    /// The name of `value` in the index, when there is such a thing.
    async fn find(self, app: &App, reader: &Reader, value: &str) -> Result<String, EpcisError> {
        // No database text can hold a NUL.
        if value.contains('\0') {
            return Err(EpcisError::NoSuchName);
        }
        let name = match self {
            Self::Epcs | Self::BizLocations | Self::ReadPoints => index_name(app.resolver_url(), value),
            _ => value.to_owned(),
        };
        if self.standard().contains(&value) {
            return Ok(name);
        }
        let found = self.first(app.db().read(), reader, Wanted::Exactly(&name)).await?;
        found.map(|_| name).ok_or(EpcisError::NoSuchName)
    }

    async fn one(self, app: &App, reader: &Reader, value: &str, asked: Asked) -> Result<Response, EpcisError> {
        asked.json()?;
        self.find(app, reader, value).await?;
        Ok(Json(collection(&["events".to_owned()])).into_response())
    }

    async fn events(
        self,
        app: &App,
        reader: &Reader,
        value: &str,
        paged: &Paged,
        headers: &HeaderMap,
        asked: Asked,
    ) -> Result<Response, EpcisError> {
        let name = self.find(app, reader, value).await?;
        let query = query::of_url(paged, headers, self.parameter().map(|parameter| (parameter, value)))?;
        let question = Question {
            query: &query,
            paged,
            reader,
            about: self.parameter().is_none().then_some(name.as_str()),
            name: answer::UNNAMED,
        };
        question.answer(app, asked).await
    }
}

#[derive(Clone, Copy)]
enum Wanted<'a> {
    Behind(Option<&'a str>),
    Exactly(&'a str),
}

fn of_event() -> RelationDef {
    event_epc::Entity::belongs_to(event::Entity)
        .from(event_epc::Column::EventId)
        .to(event::Column::Id)
        .into()
}

/// The three addresses of a resource, with their description.
macro_rules! resource {
    ($module:ident $resource:ident $list:tt $one:tt $events:tt $parameter:tt) => {
        pub mod $module {
            use super::*;

            /// Which there are.
            #[utoipa::path(get, path = $list, tag = "epcis", params(PagingParams, HeaderParams),
                responses((status = OK, description = "A `Collection` of names.", body = Object)))]
            pub async fn list(
                State(app): State<App>,
                asked: Asked,
                reader: Reader,
                paged: Paged,
            ) -> Result<Response, Problem> {
                Ok(Resource::$resource.list(&app, &paged, &reader, asked).await?)
            }

            /// What there is of one: its events.
            #[utoipa::path(get, path = $one, tag = "epcis", params(($parameter = String, Path), HeaderParams),
                responses((status = OK, description = "A `Collection` that names `events`.", body = Object)))]
            pub async fn one(
                State(app): State<App>,
                asked: Asked,
                reader: Reader,
                Path(value): Path<String>,
            ) -> Result<Response, Problem> {
                Ok(Resource::$resource.one(&app, &reader, &value, asked).await?)
            }

            /// The events of one.
            #[utoipa::path(get, path = $events, tag = "epcis",
                params(($parameter = String, Path), EventParams, PagingParams, HeaderParams),
                responses((status = OK, description = "An `EPCISQueryDocument`.", content(
                    (Object = "application/json"), (Object = "application/ld+json"), (String = "application/xml")))))]
            pub async fn events(
                State(app): State<App>,
                asked: Asked,
                reader: Reader,
                Path(value): Path<String>,
                paged: Paged,
                headers: HeaderMap,
            ) -> Result<Response, Problem> {
                Ok(Resource::$resource.events(&app, &reader, &value, &paged, &headers, asked).await?)
            }

            /// What may be done here, in `Allow`, and what is spoken, in `GS1-*`.
            #[utoipa::path(options, path = $list, tag = "epcis", params(HeaderParams),
                responses((status = NO_CONTENT, description = "In headers.")))]
            pub async fn list_options() -> Response {
                allow("OPTIONS, GET")
            }

            /// What may be done here, in `Allow`, and what is spoken, in `GS1-*`.
            #[utoipa::path(options, path = $one, tag = "epcis", params(($parameter = String, Path), HeaderParams),
                responses((status = NO_CONTENT, description = "In headers.")))]
            pub async fn one_options() -> Response {
                allow("OPTIONS, GET")
            }

            /// What may be done here, in `Allow`, and what is spoken, in `GS1-*`.
            #[utoipa::path(options, path = $events, tag = "epcis", params(($parameter = String, Path), HeaderParams),
                responses((status = NO_CONTENT, description = "In headers.")))]
            pub async fn events_options() -> Response {
                allow("OPTIONS, GET")
            }

            pub fn routes() -> OpenApiRouter<App> {
                OpenApiRouter::new()
                    .routes(routes!(list, list_options))
                    .routes(routes!(one, one_options))
                    .routes(routes!(events, events_options))
            }
        }
    };
}

resource!(event_types EventTypes "/epcis/v2/eventTypes" "/epcis/v2/eventTypes/{eventType}"
    "/epcis/v2/eventTypes/{eventType}/events" "eventType");
resource!(epcs Epcs "/epcis/v2/epcs" "/epcis/v2/epcs/{epc}" "/epcis/v2/epcs/{epc}/events" "epc");
resource!(biz_steps BizSteps "/epcis/v2/bizSteps" "/epcis/v2/bizSteps/{bizStep}"
    "/epcis/v2/bizSteps/{bizStep}/events" "bizStep");
resource!(biz_locations BizLocations "/epcis/v2/bizLocations" "/epcis/v2/bizLocations/{bizLocation}"
    "/epcis/v2/bizLocations/{bizLocation}/events" "bizLocation");
resource!(read_points ReadPoints "/epcis/v2/readPoints" "/epcis/v2/readPoints/{readPoint}"
    "/epcis/v2/readPoints/{readPoint}/events" "readPoint");
resource!(dispositions Dispositions "/epcis/v2/dispositions" "/epcis/v2/dispositions/{disposition}"
    "/epcis/v2/dispositions/{disposition}/events" "disposition");

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(event_types::routes())
        .merge(epcs::routes())
        .merge(biz_steps::routes())
        .merge(biz_locations::routes())
        .merge(read_points::routes())
        .merge(dispositions::routes())
}
