//! Reading what a request carries: a JSON body, a query string, a path.

use std::convert::Infallible;

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Path, Request, rejection::BytesRejection},
    http::{header, request::Parts},
};
use entity::{Day, Timestamp};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, error::Category};

use super::{
    input::{Field, Wrong},
    language::Message,
    problem::{Kind, Problem},
};
use crate::app::sha256;

/// A JSON body and the digest by which an idempotency key knows it again.
#[derive(Debug)]
pub struct Body<T> {
    pub value: T,
    pub digest: String,
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let kind = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or("");
        let kind = kind.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
        if kind != "application/json" && !kind.ends_with("+json") {
            return Err(Problem::new(Kind::UnsupportedType, "type", "problem-type"));
        }
        let bytes = Bytes::from_request(request, state)
            .await
            .map_err(|rejection| unread(&rejection))?;
        let value = serde_json::from_slice(&bytes).map_err(|error| unreadable(&error))?;
        Ok(Self {
            value,
            digest: sha256(&bytes),
        })
    }
}

/// A JSON body that may be left out: then it is as `{}`.
#[derive(Debug)]
pub struct Spare<T> {
    pub value: T,
    pub digest: String,
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Spare<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let headers = request.headers().clone();
        let bytes = Bytes::from_request(request, state)
            .await
            .map_err(|rejection| unread(&rejection))?;
        if bytes.is_empty() {
            return Ok(Self {
                value: serde_json::from_str("{}").map_err(|error| unreadable(&error))?,
                digest: sha256("{}"),
            });
        }
        let mut whole = Request::new(axum::body::Body::from(bytes));
        *whole.headers_mut() = headers;
        let Body { value, digest } = Body::from_request(whole, state).await?;
        Ok(Self { value, digest })
    }
}

/// Why a body could not be read: too large, or broken off.
#[must_use]
pub fn unread(rejection: &BytesRejection) -> Problem {
    if rejection.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE {
        Problem::new(Kind::TooLarge, "too-large", "problem-too-large")
    } else {
        Problem::new(Kind::Malformed, "malformed", "problem-malformed")
    }
}

/// Why JSON could not be read.
#[must_use]
pub fn unreadable(error: &serde_json::Error) -> Problem {
    match error.classify() {
        // The fields themselves never fail (see `Field`): the body as a whole is not the object it should be.
        Category::Data => Wrong::one("", "wrong-object").into(),
        _ => Problem::new(
            Kind::Malformed,
            "malformed",
            Message::new("problem-json")
                .with("line", error.line())
                .with("column", error.column()),
        ),
    }
}

/// The query string, read into fields that are all text. A name given twice counts as given last.
#[derive(Debug)]
pub struct Params<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Params<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        read_pairs(parts.uri.query().unwrap_or("").as_bytes()).map(Self)
    }
}

/// Names of a query string that may be given several times.
pub trait Repeats {
    const NAMES: &'static [&'static str];
}

/// As [`Params`], but a name of [`Repeats::NAMES`] that is given several times counts as all its values, with commas
/// between them.
#[derive(Debug)]
pub struct Many<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Repeats> FromRequestParts<S> for Many<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        read_repeated(parts.uri.query().unwrap_or("").as_bytes(), T::NAMES).map(Self)
    }
}

/// A form that a page sent, read into fields that are all text.
#[derive(Debug)]
pub struct Form<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Form<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let bytes = Bytes::from_request(request, state)
            .await
            .map_err(|rejection| unread(&rejection))?;
        read_pairs(&bytes).map(Self)
    }
}

fn read_pairs<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    read_repeated(bytes, &[])
}

fn read_repeated<T: DeserializeOwned>(bytes: &[u8], repeating: &[&str]) -> Result<T, Problem> {
    let mut pairs: Map<String, Value> = Map::new();
    for (name, value) in form_urlencoded::parse(bytes) {
        // Nobody types a NUL, and no database text can hold one.
        let mut value = value.replace('\0', "");
        if repeating.contains(&&*name)
            && let Some(Value::String(before)) = pairs.get(&*name)
            && !before.is_empty()
        {
            value = format!("{before},{value}");
        }
        pairs.insert(name.into_owned(), Value::String(value));
    }
    serde_json::from_value(Value::Object(pairs))
        .map_err(|_| Problem::new(Kind::Malformed, "malformed", "problem-malformed"))
}

/// The id in the path, the last one where there are several. What cannot be an id names nothing, so it is not found.
#[derive(Debug)]
pub struct Id<I>(pub I);

impl<S: Send + Sync, I: std::str::FromStr> FromRequestParts<S> for Id<I> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Path(named) = Path::<Vec<(String, String)>>::from_request_parts(parts, state)
            .await
            .map_err(|_| Problem::not_found())?;
        let id = named.last().and_then(|(_, text)| text.parse().ok());
        id.map(Self).ok_or_else(Problem::not_found)
    }
}

/// The two ids in the path, the outer first.
#[derive(Debug)]
pub struct Ids<A, B>(pub A, pub B);

impl<S: Send + Sync, A: std::str::FromStr, B: std::str::FromStr> FromRequestParts<S> for Ids<A, B> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Path((outer, inner)) = Path::<(String, String)>::from_request_parts(parts, state)
            .await
            .map_err(|_| Problem::not_found())?;
        match (outer.parse(), inner.parse()) {
            (Ok(outer), Ok(inner)) => Ok(Self(outer, inner)),
            _ => Err(Problem::not_found()),
        }
    }
}

/// Makes an extractor optional: a refusal becomes `None`.
#[derive(Debug)]
pub struct Maybe<T>(pub Option<T>);

impl<S: Send + Sync, T: FromRequestParts<S>> FromRequestParts<S> for Maybe<T> {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        Ok(Self(T::from_request_parts(parts, state).await.ok()))
    }
}

/// A moment in RFC 3339, or the midday of a day. It may not lie more than a day ahead of `now`: the diary holds what
/// happened, and a phone's clock may be wrong by hours but not by days.
pub fn moment(wrong: &mut Wrong, pointer: &str, field: &Field<String>, now: Timestamp) -> Option<Timestamp> {
    const HALF_A_DAY: i64 = 12 * 60 * 60 * 1000;
    let text = wrong.required(pointer, field)?.trim();
    let read = match Day::from_iso(text) {
        Ok(day) => Some(day.start().plus(HALF_A_DAY).min(now.max(day.start()))),
        Err(_) => text.parse::<Timestamp>().ok(),
    };
    match read {
        Some(at) if at.0 < 0 => wrong.note(pointer, "wrong-long-ago"),
        Some(at) if at > now.plus(2 * HALF_A_DAY) => wrong.note(pointer, "wrong-future"),
        Some(at) => return Some(at),
        None => wrong.note(pointer, "wrong-moment"),
    }
    None
}

/// A day, `2026-11-21`, from 1970 to 2200.
pub fn day(wrong: &mut Wrong, pointer: &str, field: &Field<String>) -> Option<Day> {
    let text = wrong.required(pointer, field)?.trim();
    let read = Day::from_iso(text)
        .ok()
        .filter(|day| (1970..=2200).contains(&day.0.year()));
    if read.is_none() {
        wrong.note(pointer, "wrong-day");
    }
    read
}
