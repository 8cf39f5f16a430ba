//! The feed over HTTP. Every answer that succeeds is signed.

use std::{convert::Infallible, io::Write as _, time::Duration};

use axum::{
    extract::{FromRequestParts, State},
    http::{HeaderValue, Method, header, request::Parts},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use utoipa::{IntoParams, OpenApi};

use super::{
    ADD_CHECKPOINT, CHANGES, FederationError, PAGE, SCHEMA, SNAPSHOT, feed,
    http_signature::{self, Exchange},
    key::Identity,
    read::{self, Cursor, SnapshotCursor},
    wire::{
        ChangesPage, Endpoints, ExchangeDocument, FeedItem, LISTING_FORMAT, ListingDocument, LogDescribed, Retention,
        SnapshotEnd,
    },
};
use crate::{
    app::App,
    http::{
        body::Params,
        input::{Field, Wrong},
        pages::accepts_gzip,
        problem::{Problem, ProblemDetails},
    },
    trace::log,
};

/// Items on a page, unless asked otherwise, and at most.
const LIMIT: usize = 100;
const MOST: usize = 500;
/// Lines of a part of a snapshot, unless asked otherwise and at most: what one answer may hold in memory.
const SNAPSHOT_LIMIT: usize = 5000;
/// The longest a long-poll waits, in seconds.
const LONGEST_WAIT: usize = 25;

/// What was asked for, as far as a signature covers it, and whether the answer may be compressed.
#[derive(Debug)]
pub struct Asked {
    method: Method,
    path: String,
    query: String,
    gzip: bool,
}

impl<S: Send + Sync> FromRequestParts<S> for Asked {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self {
            method: parts.method.clone(),
            path: parts.uri.path().to_owned(),
            query: parts.uri.query().unwrap_or("").to_owned(),
            gzip: accepts_gzip(&parts.headers),
        })
    }
}

/// The answer `text`, compressed if that is wanted, with the digest of its bytes as they are sent and our signature.
fn signed(
    app: &App,
    identity: &Identity,
    asked: &Asked,
    kind: &'static str,
    text: String,
) -> Result<Response, Problem> {
    let (bytes, encoding) = if asked.gzip {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        let zipped = encoder.write_all(text.as_bytes()).and_then(|()| encoder.finish());
        (zipped.map_err(|error| Problem::internal(&error))?, Some("gzip"))
    } else {
        (text.into_bytes(), None)
    };
    let exchange = Exchange {
        status: 200,
        method: asked.method.as_str(),
        path: &asked.path,
        query: &asked.query,
    };
    let told = http_signature::sign(&identity.key, exchange, &bytes, app.source().wall_clock());
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("no-cache, no-transform"),
    );
    headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    // Public listings are for everybody, a page of another site included.
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    if let Some(encoding) = encoding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    for (name, value) in [
        ("content-digest", told.content_digest),
        ("signature-input", told.signature_input),
        ("signature", told.signature),
    ] {
        headers.insert(
            name,
            HeaderValue::from_str(&value).map_err(|error| Problem::internal(&error))?,
        );
    }
    Ok(response)
}

/// What this exchange is: its id, its keys, and where its feed is. Addresses are relative to this document's.
#[utoipa::path(get, path = "/.well-known/choque-exchange", tag = "federation",
    responses((status = OK, body = ExchangeDocument)))]
pub async fn describe_exchange(State(app): State<App>, asked: Asked) -> Result<Response, Problem> {
    let identity = Identity::of(&app).await?;
    let floor = feed::position(app.db().read())
        .await?
        .map_or(0, |position| position.floor);
    let document = ExchangeDocument {
        name: name(&app),
        exchange_id: identity.exchange_id.clone(),
        keys: identity.keys.clone(),
        endpoints: Endpoints {
            changes: CHANGES,
            snapshot: SNAPSHOT,
            schema: SCHEMA,
            documentation: PAGE,
        },
        log: LogDescribed {
            key: log::verifier_key(&app).await?,
            checkpoint: "/log/checkpoint",
            witness_key: log::witness_key(&app).await?,
            add_checkpoint: ADD_CHECKPOINT,
        },
        retention: Retention {
            floor: Cursor {
                epoch: identity.epoch.clone(),
                seq: floor,
            }
            .to_string(),
            tombstone_days: feed::TOMBSTONE_DAYS,
        },
        formats: vec![LISTING_FORMAT],
        epoch: identity.epoch.clone(),
    };
    let text = serde_json::to_string(&document).map_err(|error| Problem::internal(&error))?;
    signed(&app, &identity, &asked, "application/json", text)
}

/// What others call this exchange until they choose a name of their own.
fn name(app: &App) -> String {
    let public = app.config().public_url();
    let host = public.split_once("://").map_or(public.as_str(), |(_, host)| host);
    format!("Chợ Quê {host}")
}

/// Where to go on, and how.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ChangesParams {
    /// The `next_cursor` of the page before; without it, from the beginning.
    #[param(value_type = Option<String>)]
    since: Field<String>,
    /// Items on a page, 1 to 500; 100 by default.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 500)]
    limit: Field<String>,
    /// Seconds to wait for something new when there is nothing, at most 25.
    #[param(value_type = Option<u32>, minimum = 0, maximum = 25)]
    wait: Field<String>,
}

/// A cursor given in a query, or a note that it is none. An empty one is none at all.
fn cursor<C: std::str::FromStr>(wrong: &mut Wrong, pointer: &str, field: &Field<String>) -> Option<C> {
    let text = field.given().filter(|text| !text.is_empty())?;
    let cursor = text.parse().ok();
    if cursor.is_none() {
        wrong.note(pointer, "wrong-cursor");
    }
    cursor
}

/// What has changed since a cursor: for each listing its latest state. A page without items is the end, for now. A cursor
/// of another epoch, or one that is too old, is answered with 410, the epoch and the snapshot's address.
#[utoipa::path(get, path = "/federation/v1/changes", tag = "federation", params(ChangesParams),
    responses((status = OK, body = ChangesPage),
        (status = GONE, body = ProblemDetails, content_type = "application/problem+json",
            description = "The feed cannot go on from this cursor: begin with `snapshot`, then go on in `epoch`.")))]
pub async fn list_changes(
    State(app): State<App>,
    asked: Asked,
    Params(params): Params<ChangesParams>,
) -> Result<Response, Problem> {
    let mut wrong = Wrong::default();
    let since: Option<Cursor> = cursor(&mut wrong, "?since", &params.since);
    let limit = wrong.count("?limit", &params.limit, 1..=MOST, LIMIT);
    let wait = wrong.count("?wait", &params.wait, 0..=LONGEST_WAIT, 0);
    wrong.result()?;
    let (limit, wait) = (
        limit.unwrap_or(LIMIT) as u64,
        Duration::from_secs(wait.unwrap_or(0) as u64),
    );
    let (db, identity) = (app.db().read(), Identity::of(&app).await?);
    if !feed::caught_up(&app).await? {
        return Err(FederationError::Unready.into());
    }
    let begin = read::begin(db, &identity, since.as_ref()).await?;
    // Listened to before the feed is read, or what comes in between would be missed.
    let mut news = app.live().subscribe(feed::TOPIC);
    let until = tokio::time::Instant::now() + wait;
    let mut rows = read::changes(db, begin, limit).await?;
    while rows.is_empty() && matches!(tokio::time::timeout_at(until, news.changed()).await, Ok(true)) {
        rows = read::changes(db, begin, limit).await?;
    }
    let page = read::changes_page(&identity, &rows, begin, app.now());
    signed(&app, &identity, &asked, "application/json", page)
}

/// Which part of a snapshot.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SnapshotParams {
    /// As `next` of the part before has it; without it, from the beginning.
    #[param(value_type = Option<String>)]
    after: Field<String>,
    /// Lines, 1 to 5000; 5000 by default.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 5000)]
    limit: Field<String>,
}

/// Every listing there is, one to a line, as items of the feed. The last line names the next part (`next`) or, at the end,
/// the cursor with which the feed goes on (`next_cursor`).
#[utoipa::path(get, path = "/federation/v1/snapshot", tag = "federation", params(SnapshotParams),
    responses((status = OK, body = String, content_type = "application/x-ndjson",
            description = "Lines of `FeedItem`, then one `SnapshotEnd`."),
        (status = GONE, body = ProblemDetails, content_type = "application/problem+json",
            description = "A snapshot of another epoch: begin anew.")))]
pub async fn get_snapshot(
    State(app): State<App>,
    asked: Asked,
    Params(params): Params<SnapshotParams>,
) -> Result<Response, Problem> {
    let mut wrong = Wrong::default();
    let after: Option<SnapshotCursor> = cursor(&mut wrong, "?after", &params.after);
    let limit = wrong.count("?limit", &params.limit, 1..=SNAPSHOT_LIMIT, SNAPSHOT_LIMIT);
    wrong.result()?;
    let identity = Identity::of(&app).await?;
    if !feed::caught_up(&app).await? {
        return Err(FederationError::Unready.into());
    }
    let limit = limit.unwrap_or(SNAPSHOT_LIMIT) as u64;
    let part = read::snapshot_part(app.db().read(), &identity, after.as_ref(), limit, app.now()).await?;
    signed(&app, &identity, &asked, "application/x-ndjson", part)
}

/// The shapes, from the same types that are sent.
#[derive(Debug, OpenApi)]
#[openapi(components(schemas(ExchangeDocument, ChangesPage, FeedItem, SnapshotEnd, ListingDocument)))]
pub struct Shapes;

/// Every shape of the feed, as JSON Schema (2020-12).
#[utoipa::path(get, path = "/federation/v1/schema.json", tag = "federation",
    responses((status = OK, body = Value, content_type = "application/schema+json")))]
pub async fn get_schema(State(app): State<App>, asked: Asked) -> Result<Response, Problem> {
    let identity = Identity::of(&app).await?;
    let text = schema().to_string();
    signed(&app, &identity, &asked, "application/schema+json", text)
}

fn schema() -> Value {
    // A description that was built in memory always has a JSON form.
    let document = serde_json::to_value(Shapes::openapi()).unwrap_or_default();
    let mut shapes = document["components"]["schemas"].clone();
    point_to_definitions(&mut shapes);
    let one_of = ["ChangesPage", "FeedItem", "SnapshotEnd", "ExchangeDocument"];
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Choque federation, version 1",
        "anyOf": one_of.map(|name| json!({"$ref": format!("#/$defs/{name}")})),
        "$defs": shapes,
    })
}

/// An OpenAPI document refers to its components; a schema refers to its definitions.
fn point_to_definitions(value: &mut Value) {
    match value {
        Value::Object(members) => members_point(members),
        Value::Array(items) => items.iter_mut().for_each(point_to_definitions),
        _ => {}
    }
}

fn members_point(members: &mut Map<String, Value>) {
    for (name, value) in members {
        match value
            .as_str()
            .and_then(|text| text.strip_prefix("#/components/schemas/"))
        {
            Some(target) if name == "$ref" => *value = json!(format!("#/$defs/{target}")),
            _ => point_to_definitions(value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_defines_all_it_refers_to() {
        fn references<'v>(value: &'v Value, found: &mut Vec<&'v str>) {
            match value {
                Value::Object(members) => {
                    found.extend(members.get("$ref").and_then(Value::as_str));
                    members.values().for_each(|value| references(value, found));
                }
                Value::Array(items) => items.iter().for_each(|value| references(value, found)),
                _ => {}
            }
        }
        let schema = schema();
        let mut found = Vec::new();
        references(&schema, &mut found);
        assert!(found.contains(&"#/$defs/ListingDocument"), "{found:?}");
        for reference in found {
            let name = reference.strip_prefix("#/$defs/").expect("a definition");
            assert!(schema["$defs"].get(name).is_some(), "{name}");
        }
        let required = schema["$defs"]["FeedItem"]["required"].to_string();
        assert!(
            required.contains("signature") && !required.contains("reason"),
            "{required}"
        );
    }
}
