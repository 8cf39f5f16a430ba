//! The root, capture and events over HTTP.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use entity::ids::CaptureId;
use sea_orm::DbErr;

use super::{
    EpcisError,
    answer::{self, Heading, collection, respond},
    capture::Prepared,
    document::Sent,
    headers::{Asked, ErrorBehaviour, allow},
    job::{self, JobWire},
    paging::Paged,
    party::{Party, Reader},
    query::{self, EventParams, HeaderParams, PagingParams, Question},
    search::by_name,
};
use crate::{
    app::App,
    http::{
        idempotency::{Answer, Once, write_once},
        input::Wrong,
        language::Language,
        problem::{Problem, ProblemDetails},
    },
};

const ROOT: &str = "/epcis/v2";

/// What there is.
#[utoipa::path(get, path = "/epcis/v2", tag = "epcis", params(HeaderParams),
    responses((status = OK, description = "A `Collection` of the top-level resources.", body = Object)))]
pub async fn root(asked: Asked) -> Result<Response, Problem> {
    asked.json()?;
    let resources = [
        "events",
        "eventTypes",
        "epcs",
        "bizSteps",
        "bizLocations",
        "readPoints",
        "dispositions",
        "capture",
        "queries",
    ];
    Ok(Json(collection(&resources.map(str::to_owned))).into_response())
}

/// What may be done here, in `Allow`, and what is spoken, in `GS1-*`.
#[utoipa::path(options, path = "/epcis/v2", tag = "epcis", params(HeaderParams),
    responses((status = NO_CONTENT, description = "In headers.")))]
pub async fn root_options() -> Response {
    allow("OPTIONS, GET")
}

/// Takes in a document of events, `EPCISDocument` or `EPCISQueryDocument`, for the caller's seller, or with an administrator's
/// token for no seller. An event that is there already, by `eventID` and hash, counts as kept; one without an `eventID` gets its
/// hash for one. Under `rollback` (the default) a document that breaks a rule is refused here, and all that is wrong with it
/// named; under `proceed` the rest is kept, and the job lists what was not.
#[utoipa::path(post, path = "/epcis/v2/capture", tag = "epcis",
    request_body(description = "JSON-LD or XML, of at most as many events and bytes as `OPTIONS` says.", content(
        (Object = "application/json"), (Object = "application/ld+json"), (String = "application/xml"))),
    params(HeaderParams, ("GS1-Capture-Error-Behaviour" = Option<String>, Header, description = "`rollback` or `proceed`."),
        ("GS1-EPCIS-Version" = Option<String>, Header), ("GS1-CBV-Version" = Option<String>, Header),
        ("Idempotency-Key" = Option<String>, Header)),
    security(("bearer" = []), ("session" = [])),
    responses((status = ACCEPTED, description = "Received; `Location` is the job's address.", body = JobWire)))]
pub async fn capture(
    State(app): State<App>,
    _: Asked,
    ErrorBehaviour(behaviour): ErrorBehaviour,
    party: Party,
    once: Once,
    headers: HeaderMap,
    sent: Sent,
) -> Result<Answer, Problem> {
    let language = Language::of_api(&headers);
    let prepared = prepare(&app, sent.document()?).await?;
    if behaviour == entity::trace::capture_job::Behaviour::Rollback && !prepared.faults.is_empty() {
        return Err(refused(&prepared.faults).into());
    }
    let id: CaptureId = app.source().id();
    let (prepared, resolver) = (Arc::new(prepared), app.resolver_url().to_owned());
    write_once(&app, party.actor(), once, &sent.digest, move |unit| {
        let (prepared, party, resolver) = (Arc::clone(&prepared), party.clone(), resolver.clone());
        Box::pin(async move {
            let outcome = prepared.keep(unit, &party, &resolver, behaviour, Some(id)).await?;
            let row = job::finish(unit, id, &party, behaviour, &outcome, language)?;
            let wire = JobWire::try_from(row).map_err(EpcisError::from)?;
            Answer::accepted(format!("{ROOT}/capture/{id}"), &wire)
        })
    })
    .await
}

/// Hashes are computed away from the threads that answer others.
async fn prepare(app: &App, incoming: super::document::Incoming) -> Result<Prepared, Problem> {
    let app = app.clone();
    tokio::task::spawn_blocking(move || Prepared::of(&app, incoming))
        .await
        .map_err(|error| Problem::internal(&error))
}

fn refused(faults: &[super::capture::Fault]) -> EpcisError {
    let mut wrong = Wrong::default();
    for fault in faults {
        wrong.note(fault.pointer.clone(), fault.message.clone());
    }
    if faults.iter().any(|fault| fault.exists) {
        EpcisError::EventExists(wrong)
    } else {
        EpcisError::Document(wrong)
    }
}

/// The caller's capture jobs, newest first; an administrator's are all.
#[utoipa::path(get, path = "/epcis/v2/capture", tag = "epcis", params(PagingParams, HeaderParams),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = Vec<JobWire>)))]
pub async fn list_jobs(State(app): State<App>, asked: Asked, party: Party, paged: Paged) -> Result<Response, Problem> {
    asked.json()?;
    paged.nothing_else()?;
    let after = paged.after()?;
    let rows = job::jobs(app.db().read(), &party, after, paged.per_page).await?;
    let (headers, rows) = paged.page(app.now(), rows, |row| row.id.to_string());
    let jobs: Result<Vec<JobWire>, _> = rows.into_iter().map(JobWire::try_from).collect();
    Ok((headers, Json(jobs.map_err(EpcisError::from)?)).into_response())
}

/// What may be done here, in `Allow`; how large a document may be, in `GS1-EPCIS-Capture-Limit` (events) and
/// `GS1-EPCIS-Capture-File-Size-Limit` (bytes).
#[utoipa::path(options, path = "/epcis/v2/capture", tag = "epcis", params(HeaderParams),
    responses((status = NO_CONTENT, description = "In headers.")))]
pub async fn capture_options() -> Response {
    allow("OPTIONS, POST, GET")
}

/// What became of a document.
#[utoipa::path(get, path = "/epcis/v2/capture/{captureID}", tag = "epcis",
    params(("captureID" = String, Path), HeaderParams), security(("bearer" = []), ("session" = [])),
    responses((status = OK, body = JobWire)))]
pub async fn get_job(
    State(app): State<App>,
    asked: Asked,
    party: Party,
    Path(id): Path<String>,
) -> Result<Json<JobWire>, Problem> {
    asked.json()?;
    let id: CaptureId = id.parse().map_err(|_| EpcisError::NoSuchName)?;
    let row = job::job(app.db().read(), &party, id).await?;
    Ok(Json(JobWire::try_from(row).map_err(EpcisError::from)?))
}

/// What may be done here, in `Allow`, and what is spoken, in `GS1-*`.
#[utoipa::path(options, path = "/epcis/v2/capture/{captureID}", tag = "epcis",
    params(("captureID" = String, Path), HeaderParams),
    responses((status = NO_CONTENT, description = "In headers.")))]
pub async fn job_options() -> Response {
    allow("OPTIONS, GET")
}

/// Takes in one event and answers with it as it is kept.
#[utoipa::path(post, path = "/epcis/v2/events", tag = "epcis",
    request_body(description = "One event.", content((Object = "application/json"), (Object = "application/ld+json"))),
    params(HeaderParams, ("GS1-EPCIS-Version" = Option<String>, Header), ("GS1-CBV-Version" = Option<String>, Header),
        ("Idempotency-Key" = Option<String>, Header)),
    security(("bearer" = []), ("session" = [])),
    responses((status = CREATED, description = "Kept, or there already; `Location` is its address.", body = Object),
        (status = CONFLICT, description = "There is an event of this `eventID` with other content, and this one declares no \
            error.", body = ProblemDetails, content_type = "application/problem+json")))]
pub async fn capture_event(
    State(app): State<App>,
    asked: Asked,
    party: Party,
    once: Once,
    sent: Sent,
) -> Result<Answer, Problem> {
    asked.json()?;
    let prepared = prepare(&app, sent.event()?).await?;
    let Some(name) = prepared.first_name().map(str::to_owned) else {
        return Err(refused(&prepared.faults).into());
    };
    let (prepared, resolver) = (Arc::new(prepared), app.resolver_url().to_owned());
    write_once(&app, party.actor(), once, &sent.digest, move |unit| {
        let (prepared, party, resolver) = (Arc::clone(&prepared), party.clone(), resolver.clone());
        let name = name.clone();
        Box::pin(async move {
            let behaviour = entity::trace::capture_job::Behaviour::Rollback;
            let outcome = prepared.keep(unit, &party, &resolver, behaviour, None).await?;
            if !outcome.faults.is_empty() {
                return Err(Problem::from(refused(&outcome.faults)));
            }
            let found = by_name(&*unit, &Reader::all(), &name).await?;
            let last = found.last().ok_or_else(|| DbErr::RecordNotFound(name.clone()))?;
            Answer::created(format!("{ROOT}/events/{}", encoded(&name)), &answer::event(last)?)
        })
    })
    .await
}

/// A name as one segment of a path.
#[must_use]
pub fn encoded(name: &str) -> String {
    use std::fmt::Write as _;
    name.bytes().fold(String::new(), |mut path, byte| {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            path.push(char::from(byte));
        } else {
            let _ = write!(path, "%{byte:02X}");
        }
        path
    })
}

/// Events that the caller may read: everybody those that name a batch of ours, a party also its own, officers and
/// administrators all. Without `orderBy` they come in the order in which they were recorded.
#[utoipa::path(get, path = "/epcis/v2/events", tag = "epcis", params(EventParams, PagingParams, HeaderParams),
    responses((status = OK, description = "An `EPCISQueryDocument`.", content(
        (Object = "application/json"), (Object = "application/ld+json"), (String = "application/xml")))))]
pub async fn list_events(
    State(app): State<App>,
    asked: Asked,
    reader: Reader,
    paged: Paged,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let query = query::of_url(&paged, &headers, None)?;
    let question = Question {
        query: &query,
        paged: &paged,
        reader: &reader,
        about: None,
        name: answer::UNNAMED,
    };
    Ok(question.answer(&app, asked).await?)
}

/// What may be done here, in `Allow`, and what is spoken, in `GS1-*`.
#[utoipa::path(options, path = "/epcis/v2/events", tag = "epcis", params(HeaderParams),
    responses((status = NO_CONTENT, description = "In headers.")))]
pub async fn events_options() -> Response {
    allow("OPTIONS, GET, POST")
}

/// The event of this `eventID`, and the events that declare it to be wrong.
#[utoipa::path(get, path = "/epcis/v2/events/{eventID}", tag = "epcis",
    params(("eventID" = String, Path), HeaderParams),
    responses((status = OK, description = "An `EPCISQueryDocument`.", content(
        (Object = "application/json"), (Object = "application/ld+json"), (String = "application/xml")))))]
pub async fn get_event(
    State(app): State<App>,
    asked: Asked,
    reader: Reader,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    if id.contains('\0') {
        return Err(EpcisError::NoSuchName.into());
    }
    let found = by_name(app.db().read(), &reader, &id).await?;
    if found.is_empty() {
        return Err(EpcisError::NoSuchName.into());
    }
    let heading = Heading {
        query: answer::UNNAMED,
        subscription: None,
    };
    let document = answer::document(heading, app.now(), &found)?;
    Ok(respond(asked.form, HeaderMap::new(), &document)?)
}

/// What may be done here, in `Allow`, and what is spoken, in `GS1-*`.
#[utoipa::path(options, path = "/epcis/v2/events/{eventID}", tag = "epcis",
    params(("eventID" = String, Path), HeaderParams),
    responses((status = NO_CONTENT, description = "In headers.")))]
pub async fn event_options() -> Response {
    allow("OPTIONS, GET")
}

/// Lets go of a token. Tokens hold nothing here, so there is nothing to let go.
#[utoipa::path(delete, path = "/epcis/v2/nextPageToken/{token}", tag = "epcis", params(("token" = String, Path)),
    responses((status = NO_CONTENT, description = "Let go.")))]
pub async fn forget_token() -> (StatusCode, [(header::HeaderName, &'static str); 1]) {
    (StatusCode::NO_CONTENT, [(header::CACHE_CONTROL, "no-store")])
}
