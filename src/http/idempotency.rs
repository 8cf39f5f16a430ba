//! `Idempotency-Key`: a request sent twice is done once, and both get the same answer.
//!
//! The key is claimed in the transaction of the work itself, so there is no moment in which one is durable without the
//! other. Answers are kept for 30 days.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    extract::FromRequestParts,
    http::{HeaderValue, Method, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use entity::frame::idempotency;
use sea_orm::{ActiveValue::Set, EntityTrait};
use serde::Serialize;
use serde_json::Value;

use super::problem::{Kind, Problem};
use crate::{
    app::{App, sha256},
    db::{Actor, Unit, Work, is_duplicate},
};

/// How long an answer is kept.
pub const KEPT_MS: i64 = 30 * 24 * 60 * 60 * 1000;

/// The request's key, if it has one, and what the key is scoped to.
#[derive(Clone, Debug)]
pub struct Once {
    key: Option<String>,
    method: Method,
    path: String,
}

impl<S: Send + Sync> FromRequestParts<S> for Once {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let key = match parts.headers.get("idempotency-key") {
            None => None,
            Some(value) => match value.to_str().map(str::trim) {
                Ok(key) if (1..=255).contains(&key.len()) => Some(key.to_owned()),
                _ => {
                    return Err(Problem::new(
                        Kind::Malformed,
                        "idempotency-key",
                        "problem-idempotency-key",
                    ));
                }
            },
        };
        Ok(Self {
            key,
            method: parts.method.clone(),
            path: parts.uri.path().to_owned(),
        })
    }
}

impl Once {
    /// Of a form that carries a key of its own, so that pressing the button twice sends it once. People go back and
    /// change what they wrote: unlike a program's, their key stands for this content alone.
    #[must_use]
    pub fn of_form(key: &str, path: &str, digest: &str) -> Self {
        Self {
            key: (!key.is_empty()).then(|| sha256(format!("{key}\n{digest}"))),
            method: Method::POST,
            path: path.to_owned(),
        }
    }
}

/// An answer that can be given again word for word.
#[derive(Clone, Debug)]
pub struct Answer {
    status: StatusCode,
    location: Option<String>,
    body: String,
}

impl Answer {
    /// 201 with where the new thing is.
    pub fn created(location: String, body: &impl Serialize) -> Result<Self, Problem> {
        let body = serde_json::to_string(body).map_err(|error| Problem::internal(&error))?;
        Ok(Self {
            status: StatusCode::CREATED,
            location: Some(location),
            body,
        })
    }

    /// 202 with where to ask what became of it.
    pub fn accepted(location: String, body: &impl Serialize) -> Result<Self, Problem> {
        let created = Self::created(location, body)?;
        Ok(Self {
            status: StatusCode::ACCEPTED,
            ..created
        })
    }

    /// 200.
    pub fn ok(body: &impl Serialize) -> Result<Self, Problem> {
        let body = serde_json::to_string(body).map_err(|error| Problem::internal(&error))?;
        Ok(Self {
            status: StatusCode::OK,
            location: None,
            body,
        })
    }
}

impl Answer {
    /// The same with another text under `name`: for what is shown but not kept. `text` makes it from what stands there.
    pub fn with_text(mut self, name: &str, text: impl FnOnce(&str) -> Option<String>) -> Result<Self, Problem> {
        let mut body: Value = serde_json::from_str(&self.body).map_err(|error| Problem::internal(&error))?;
        if let Some(shown) = body[name].as_str().and_then(text) {
            body[name] = Value::String(shown);
            self.body = body.to_string();
        }
        Ok(self)
    }

    /// The JSON, for a page that goes on from it.
    #[must_use]
    pub fn body(&self) -> &str {
        &self.body
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let mut response = (self.status, [(header::CONTENT_TYPE, "application/json")], self.body).into_response();
        if let Some(location) = self.location.and_then(|location| HeaderValue::from_str(&location).ok()) {
            response.headers_mut().insert(header::LOCATION, location);
        }
        response
    }
}

/// Runs `work` as a unit, at most once for the request's key.
pub async fn write_once<E, F>(app: &App, actor: Actor, once: Once, digest: &str, work: F) -> Result<Answer, Problem>
where
    F: for<'u> Fn(&'u mut Unit) -> Work<'u, Answer, E> + Send + Sync + 'static,
    E: Into<Problem> + Send + 'static,
{
    let work = Arc::new(work);
    let Some(key) = once.key else {
        return app
            .write(actor, move |unit| {
                let work = Arc::clone(&work);
                Box::pin(async move { work(unit).await.map_err(Into::into) })
            })
            .await;
    };
    // Two guests may think of the same key; the body tells them apart.
    let scope = actor
        .person()
        .map_or_else(|| format!("guest {digest}"), |person| person.to_string());
    let id = sha256(format!("{scope}\n{}\n{}\n{key}", once.method, once.path));
    let digest = digest.to_owned();
    let _claim = InFlight::claim(app, &id)?;
    // Whoever held the claim before has committed: an answer that was given is there to be read, and needs no unit.
    if let Some(row) = idempotency::Entity::find_by_id(&id).one(app.db().read()).await? {
        return given_before(row, &digest);
    }
    app.write(actor, move |unit| {
        let (work, id, digest) = (Arc::clone(&work), id.clone(), digest.clone());
        Box::pin(async move {
            let answer = work(unit).await.map_err(Into::into)?;
            let row = idempotency::ActiveModel {
                id: Set(id),
                body_hash: Set(digest),
                status: Set(i32::from(answer.status.as_u16())),
                location: Set(answer.location.clone()),
                body: Set(answer.body.clone()),
                created_at: Set(unit.now()),
            };
            // With all that the work put off, in one message.
            unit.later(&idempotency::Entity::insert(row));
            match unit.catch_up().await {
                Ok(()) => Ok(answer),
                // Another process did the same work and was first: ours is rolled back.
                Err(error) if is_duplicate(&error) => Err(in_flight()),
                Err(error) => Err(error.into()),
            }
        })
    })
    .await
}

fn given_before(row: idempotency::Model, digest: &str) -> Result<Answer, Problem> {
    if row.body_hash != digest {
        return Err(Problem::new(
            Kind::Invalid,
            "idempotency-key-reused",
            "problem-idempotency-key-reused",
        ));
    }
    let status = u16::try_from(row.status)
        .ok()
        .and_then(|status| StatusCode::from_u16(status).ok())
        .unwrap_or(StatusCode::OK);
    Ok(Answer {
        status,
        location: row.location,
        body: row.body,
    })
}

fn in_flight() -> Problem {
    Problem::new(Kind::Conflict, "in-flight", "problem-in-flight").retry_after(1)
}

/// Keys that this exchange works on in this process. Across processes the row's uniqueness decides.
#[derive(Debug, Default)]
struct Working(Mutex<HashSet<String>>);

struct InFlight {
    working: Arc<Working>,
    id: String,
}

impl InFlight {
    fn claim(app: &App, id: &str) -> Result<Self, Problem> {
        let working = app.part::<Working>();
        let is_first = working
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(id.to_owned());
        if is_first {
            Ok(Self {
                working,
                id: id.to_owned(),
            })
        } else {
            Err(in_flight())
        }
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        let mut working = self.working.0.lock().unwrap_or_else(PoisonError::into_inner);
        working.remove(&self.id);
    }
}
