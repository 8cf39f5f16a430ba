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
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, sea_query::Expr};

use super::{
    IdentityError,
    community::{ON_BEHALF, acting, skill},
};
use crate::{
    app::{App, sha256},
    db::{Actor, Deed, Unit},
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
    opened_at: Timestamp,
    second_factor: bool,
    /// Whether offices want a second factor here: not in demos.
    wants_second_factor: bool,
    /// Whose hand it is, when a helper acts for this person.
    helper: Option<PersonId>,
    request: Arc<Request>,
}

/// What the request asks for, for the acts that are noted.
#[derive(Debug)]
pub(super) struct Request {
    pub method: String,
    pub path: String,
    pub route: String,
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

    /// Whether the office is held. That alone allows nothing: see [`SignedIn::in_office_now`].
    #[must_use]
    pub fn holds(&self, office: Office) -> bool {
        self.offices.contains(&office)
    }

    /// Whether this session has passed a second factor.
    #[must_use]
    pub const fn passed_second_factor(&self) -> bool {
        self.second_factor
    }

    /// Whether one of the offices held is not to be exercised without a second factor.
    #[must_use]
    pub fn needs_second_factor(&self) -> bool {
        self.wants_second_factor && self.offices.iter().any(|office| guarded(*office))
    }

    /// Whether the office is held and may be exercised in this session.
    #[must_use]
    pub fn in_office_now(&self, office: Office) -> bool {
        self.exercises(office).is_ok()
    }

    /// Refuses unless the office is held and may be exercised in this session.
    pub(super) fn exercises(&self, office: Office) -> Result<(), IdentityError> {
        if !self.holds(office) {
            Err(IdentityError::WrongOffice)
        } else if guarded(office) && self.wants_second_factor && !self.second_factor {
            Err(IdentityError::SecondFactorMissing)
        } else {
            Ok(())
        }
    }

    /// When the person proved, for this session, who they are.
    pub(super) const fn opened_at(&self) -> Timestamp {
        self.opened_at
    }

    /// The helper who acts for this person, if it is not this person's own hand.
    #[must_use]
    pub const fn helper(&self) -> Option<PersonId> {
        self.helper
    }

    #[must_use]
    pub fn actor(&self) -> Actor {
        let skill = skill::of(&self.request.method, &self.request.route);
        match (self.helper, skill) {
            (Some(helper), _) => self.deed(helper, Office::Helper, Some(self.person)),
            (None, Some(skill)) => Actor::Practising(self.person, skill),
            (None, None) => Actor::Person(self.person),
        }
    }

    /// Acting in `office`: what is written is noted as an act.
    pub(super) fn in_office(&self, office: Office) -> Actor {
        self.deed(self.person, office, None)
    }

    /// Acting as a helper for `farmer`, of whom the request itself says nothing.
    pub(super) fn helping(&self, farmer: PersonId) -> Actor {
        self.deed(self.person, Office::Helper, Some(farmer))
    }

    fn deed(&self, by: PersonId, office: Office, behalf: Option<PersonId>) -> Actor {
        Actor::InOffice(Arc::new(Deed {
            by,
            office,
            behalf,
            method: self.request.method.clone(),
            path: self.request.path.clone(),
            route: self.request.route.clone(),
            skill: skill::of(&self.request.method, &self.request.route),
        }))
    }

    pub(super) fn request(&self) -> &Request {
        &self.request
    }

    /// This helper, acting for `farmer` from here on: as the farmer, but with no office of anybody's.
    pub(super) fn acting_for(self, farmer: person::Model) -> Self {
        Self {
            person: farmer.id,
            name: farmer.name,
            phone: farmer.phone,
            offices: Vec::new(),
            helper: Some(self.person),
            ..self
        }
    }
}

/// Whether an office is exercised only in sessions that passed a second factor. Managers and helpers work on phones that go
/// from hand to hand in a market; what they may do is undone easily.
const fn guarded(office: Office) -> bool {
    matches!(office, Office::Officer | Office::Administrator)
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
        let caller = find(app, &secret, kind, Request::of(parts))
            .await?
            .filter(|caller| is_meant(parts, caller.person))
            .ok_or(IdentityError::NotSignedIn)?;
        match parts.headers.get(ON_BEHALF) {
            None => Ok(caller),
            Some(farmer) => Ok(acting::on_behalf(app, caller, farmer).await?),
        }
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
        opened_at: row.created_at,
        second_factor: row.second_factor_at.is_some(),
        wants_second_factor: !app.is_demo(),
        helper: None,
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

/// A session about to be opened.
#[derive(Clone, Debug)]
pub(super) struct Opening {
    person: PersonId,
    kind: Kind,
    name: Option<String>,
    days: i64,
    second_factor: bool,
    secret: String,
}

impl Opening {
    /// For `person`, who has proven who they are; `second_factor` when that took two factors.
    pub(super) fn new(app: &App, person: PersonId, kind: Kind, second_factor: bool) -> Self {
        Self {
            person,
            kind,
            name: None,
            days: LASTS_DAYS,
            second_factor,
            secret: app.source().secret(),
        }
    }

    /// Opens it in a unit of its own.
    pub(super) async fn open(self, app: &App) -> Result<Issued, IdentityError> {
        app.write(Actor::Person(self.person), move |unit| {
            let opening = self.clone();
            Box::pin(async move { opening.insert(unit).await })
        })
        .await
    }

    /// Opens it in `unit`.
    pub(super) async fn insert(self, unit: &mut Unit) -> Result<Issued, IdentityError> {
        let id: SessionId = unit.id();
        let expires_at = unit.now().plus(self.days * DAY_MS);
        let row = session::ActiveModel {
            id: Set(id),
            secret_hash: Set(sha256(&self.secret)),
            person_id: Set(self.person),
            kind: Set(self.kind),
            name: Set(self.name),
            created_at: Set(unit.now()),
            expires_at: Set(expires_at),
            second_factor_at: Set(self.second_factor.then(|| unit.now())),
        };
        session::Entity::insert(row).exec_without_returning(&*unit).await?;
        // The person's own ended sessions go now; nobody else has to remember to sweep.
        session::Entity::delete_many()
            .filter(session::Column::PersonId.eq(self.person))
            .filter(session::Column::ExpiresAt.lte(unit.now()))
            .exec(&*unit)
            .await?;
        Ok(Issued {
            id,
            secret: self.secret,
            expires_at,
        })
    }
}

/// An API token that lasts ten years, for `choque token create`. Whoever has the command line has the machine: it counts as
/// having passed a second factor.
pub async fn issue_token(app: &App, phone: &Phone, name: &str) -> Result<String, IdentityError> {
    let found = person::Entity::find()
        .filter(person::Column::Phone.eq(phone.clone()))
        .one(app.db().read())
        .await?;
    let person = found.ok_or(IdentityError::NoSuchThing)?;
    let opening = Opening {
        name: Some(name.to_owned()),
        days: 3650,
        ..Opening::new(app, person.id, Kind::Token, true)
    };
    Ok(opening.open(app).await?.secret)
}

/// Whose session `id` is.
pub(super) async fn owner(db: &impl ConnectionTrait, id: SessionId) -> Result<Option<PersonId>, DbErr> {
    let row = session::Entity::find_by_id(id).one(db).await?;
    Ok(row.map(|row| row.person_id))
}

/// From now on the session `id` counts as having passed a second factor: its owner just gave one.
pub(super) async fn note_second_factor(unit: &mut Unit, id: SessionId) -> Result<(), IdentityError> {
    session::Entity::update_many()
        .col_expr(session::Column::SecondFactorAt, Expr::value(unit.now()))
        .filter(session::Column::Id.eq(id))
        .exec(&*unit)
        .await?;
    Ok(())
}

/// None of `person`'s sessions counts as having passed a second factor any more: there is none left. Tokens of the command
/// line stay as they are.
pub(super) async fn forget_second_factor(unit: &mut Unit, person: PersonId) -> Result<(), IdentityError> {
    session::Entity::update_many()
        .col_expr(session::Column::SecondFactorAt, Expr::value(Option::<Timestamp>::None))
        .filter(session::Column::PersonId.eq(person))
        .filter(session::Column::Name.is_null())
        .exec(&*unit)
        .await?;
    Ok(())
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
