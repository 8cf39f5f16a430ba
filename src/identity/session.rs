//! Sessions and tokens: a secret that stands for a person until it ends. Only its hash is kept (ADR 0003).

use std::sync::Arc;

use axum::{
    extract::{FromRequestParts, MatchedPath},
    http::request::Parts,
};
use entity::{
    Phone, Timestamp,
    identity::{
        person, role,
        role::Office,
        session::{self, Kind},
    },
    ids::{PersonId, SessionId},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

use super::IdentityError;
use crate::{
    app::{App, sha256},
    db::{Actor, Deed},
    http::{
        cookies,
        layers::{SESSION_COOKIE, bearer},
        problem::Problem,
    },
};

/// How long a browser stays signed in, and how long a token from `POST /sessions` lasts.
pub(super) const LASTS_DAYS: i64 = 30;
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// Proof that the request comes from this person.
#[derive(Clone, Debug)]
pub struct SignedIn {
    person: PersonId,
    session: SessionId,
    name: String,
    phone: Phone,
    offices: Vec<Office>,
    request: Arc<Request>,
}

/// What the request asks for, for the acts that are noted.
#[derive(Debug)]
struct Request {
    method: String,
    path: String,
    route: String,
}

impl Request {
    fn of(parts: &Parts) -> Self {
        let path = parts.uri.path().to_owned();
        let route = parts.extensions.get::<MatchedPath>();
        Self {
            method: parts.method.to_string(),
            route: route.map_or_else(|| path.clone(), |route| route.as_str().to_owned()),
            path,
        }
    }
}

impl SignedIn {
    #[must_use]
    pub const fn person(&self) -> PersonId {
        self.person
    }

    #[must_use]
    pub const fn session(&self) -> SessionId {
        self.session
    }

    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    #[must_use]
    pub const fn phone(&self) -> &Phone {
        &self.phone
    }

    #[must_use]
    pub fn offices(&self) -> &[Office] {
        &self.offices
    }

    #[must_use]
    pub fn holds(&self, office: Office) -> bool {
        self.offices.contains(&office)
    }

    #[must_use]
    pub fn actor(&self) -> Actor {
        Actor::Person(self.person)
    }

    /// Acting in `office`: what is written is noted as an act.
    pub(super) fn in_office(&self, office: Office) -> Actor {
        Actor::InOffice(Arc::new(Deed {
            by: self.person,
            office,
            behalf: None,
            method: self.request.method.clone(),
            path: self.request.path.clone(),
            route: self.request.route.clone(),
        }))
    }
}

impl FromRequestParts<App> for SignedIn {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        // A caller that shows a token means that token, even when a cookie came along.
        let (secret, kind) = match bearer(&parts.headers) {
            Some(token) => (token.to_owned(), Kind::Token),
            None => match cookies::get(&parts.headers, SESSION_COOKIE) {
                Some(secret) => (secret, Kind::Browser),
                None => return Err(IdentityError::NotSignedIn.into()),
            },
        };
        find(app, &secret, kind, Request::of(parts))
            .await?
            .filter(|caller| is_meant(parts, caller.person))
            .ok_or_else(|| IdentityError::NotSignedIn.into())
    }
}

/// Whether the request is for `person` to make. A phone goes from hand to hand: what one person wrote without signal names
/// them in `Choque-Account`, and is not sent by whoever has signed in since.
fn is_meant(parts: &Parts, person: PersonId) -> bool {
    parts
        .headers
        .get("choque-account")
        .is_none_or(|account| account.as_bytes() == person.to_string().as_bytes())
}

async fn find(app: &App, secret: &str, kind: Kind, request: Request) -> Result<Option<SignedIn>, IdentityError> {
    let db = app.db().read();
    let found = session::Entity::find()
        .filter(session::Column::SecretHash.eq(sha256(secret)))
        .filter(session::Column::Kind.eq(kind))
        .filter(session::Column::ExpiresAt.gt(app.now()))
        .one(db)
        .await?;
    let Some(row) = found else { return Ok(None) };
    let Some(person) = person::Entity::find_by_id(row.person_id).one(db).await? else {
        return Ok(None);
    };
    let roles = role::Entity::find()
        .filter(role::Column::PersonId.eq(row.person_id))
        .all(db)
        .await?;
    Ok(Some(SignedIn {
        person: person.id,
        session: row.id,
        name: person.name,
        phone: person.phone,
        offices: roles.into_iter().map(|role| role.role).collect(),
        request: Arc::new(request),
    }))
}

/// A secret just made, and when it ends. This is the only moment the secret is known.
#[derive(Clone, Debug)]
pub struct Issued {
    pub id: SessionId,
    pub secret: String,
    pub expires_at: Timestamp,
}

/// Opens a session for `person`.
pub(super) async fn open(
    app: &App,
    person: PersonId,
    kind: Kind,
    name: Option<String>,
    days: i64,
) -> Result<Issued, IdentityError> {
    let secret = app.source().secret();
    let expires_at = app.now().plus(days * DAY_MS);
    let hash = sha256(&secret);
    let id = app
        .write(Actor::Person(person), move |unit| {
            let (hash, name) = (hash.clone(), name.clone());
            Box::pin(async move {
                let id: SessionId = unit.id();
                let row = session::ActiveModel {
                    id: Set(id),
                    secret_hash: Set(hash),
                    person_id: Set(person),
                    kind: Set(kind),
                    name: Set(name),
                    created_at: Set(unit.now()),
                    expires_at: Set(expires_at),
                };
                session::Entity::insert(row).exec_without_returning(&*unit).await?;
                // The person's own ended sessions go now; nobody else has to remember to sweep.
                session::Entity::delete_many()
                    .filter(session::Column::PersonId.eq(person))
                    .filter(session::Column::ExpiresAt.lte(unit.now()))
                    .exec(&*unit)
                    .await?;
                Ok::<_, IdentityError>(id)
            })
        })
        .await?;
    Ok(Issued { id, secret, expires_at })
}

/// An API token that lasts ten years, for `choque token create`.
pub async fn issue_token(app: &App, phone: &Phone, name: &str) -> Result<String, IdentityError> {
    let found = person::Entity::find()
        .filter(person::Column::Phone.eq(phone.clone()))
        .one(app.db().read())
        .await?;
    let person = found.ok_or(IdentityError::NoSuchThing)?;
    Ok(open(app, person.id, Kind::Token, Some(name.to_owned()), 3650)
        .await?
        .secret)
}

/// Ends `person`'s session `id`; what it stood for no longer signs anybody in.
pub async fn revoke(app: &App, person: PersonId, id: SessionId) -> Result<(), IdentityError> {
    let ended = app
        .write(Actor::Person(person), move |unit| {
            Box::pin(async move {
                session::Entity::delete_many()
                    .filter(session::Column::Id.eq(id))
                    .filter(session::Column::PersonId.eq(person))
                    .exec(&*unit)
                    .await
            })
        })
        .await?;
    if ended.rows_affected == 0 {
        Err(IdentityError::NoSuchThing)
    } else {
        Ok(())
    }
}
