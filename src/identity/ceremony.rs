//! What is begun in one request and ended in another, within minutes and perhaps in another process. Whoever begins it gets
//! a secret; the row keeps the secret's hash and, sealed, what the end must know.

use entity::{
    Timestamp,
    identity::ceremony::{self, Kind},
    ids::PersonId,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, QueryFilter,
    sea_query::{Expr, ExprTrait},
};
use serde::{Serialize, de::DeserializeOwned};

use super::IdentityError;
use crate::{
    app::{App, sha256},
    db::{Actor, Unit},
};

/// How long there is to end it.
const LASTS_MS: i64 = 5 * 60 * 1000;
/// How often its end may be tried.
const TRIES: i32 = 5;

/// One under way.
#[derive(Clone, Debug)]
pub(super) struct Ceremony<T> {
    id: String,
    pub person: Option<PersonId>,
    pub state: T,
}

/// Begins one and returns its secret.
pub(super) async fn begin<T: Serialize>(
    app: &App,
    kind: Kind,
    person: Option<PersonId>,
    state: &T,
) -> Result<String, IdentityError> {
    let secret = app.source().secret();
    let id = sha256(&secret);
    let sealed = seal(app, &id, state)?;
    app.write(Actor::Guest, move |unit| {
        let (id, sealed) = (id.clone(), sealed.clone());
        Box::pin(async move {
            // What was begun and never ended goes when the next one begins.
            ceremony::Entity::delete_many()
                .filter(ceremony::Column::ExpiresAt.lte(unit.now()))
                .exec(&*unit)
                .await?;
            let row = ceremony::ActiveModel {
                id: Set(id),
                kind: Set(kind),
                person_id: Set(person),
                state: Set(sealed),
                attempts: Set(0),
                expires_at: Set(unit.now().plus(LASTS_MS)),
            };
            ceremony::Entity::insert(row).exec_without_returning(&*unit).await?;
            Ok::<_, IdentityError>(())
        })
    })
    .await?;
    Ok(secret)
}

/// The one that `secret` stands for. Asking counts as a try at its end.
pub(super) async fn attempt<T: DeserializeOwned>(
    app: &App,
    kind: Kind,
    secret: &str,
) -> Result<Ceremony<T>, IdentityError> {
    let id = sha256(secret);
    let row = app
        .write(Actor::Guest, move |unit| {
            let id = id.clone();
            Box::pin(async move {
                let counted = ceremony::Entity::update_many()
                    .col_expr(ceremony::Column::Attempts, Expr::col(ceremony::Column::Attempts).add(1))
                    .filter(open(&id, kind, unit.now()))
                    .filter(ceremony::Column::Attempts.lt(TRIES))
                    .exec(&*unit)
                    .await?;
                if counted.rows_affected == 0 {
                    return Err(IdentityError::ChallengeOver);
                }
                let row = ceremony::Entity::find_by_id(&id).one(&*unit).await?;
                row.ok_or(IdentityError::ChallengeOver)
            })
        })
        .await?;
    unseal(app, row)
}

/// The one that `secret` stands for, which ends by being asked for.
pub(super) async fn take<T: DeserializeOwned>(
    app: &App,
    kind: Kind,
    secret: &str,
) -> Result<Ceremony<T>, IdentityError> {
    let id = sha256(secret);
    let row = app
        .write(Actor::Guest, move |unit| {
            let id = id.clone();
            Box::pin(async move {
                let row = ceremony::Entity::find()
                    .filter(open(&id, kind, unit.now()))
                    .one(&*unit)
                    .await?
                    .ok_or(IdentityError::ChallengeOver)?;
                remove(unit, &id).await?;
                Ok::<_, IdentityError>(row)
            })
        })
        .await?;
    unseal(app, row)
}

/// Keeps another `state` for its end.
pub(super) async fn keep<T: Serialize>(app: &App, secret: &str, state: &T) -> Result<(), IdentityError> {
    let id = sha256(secret);
    let sealed = seal(app, &id, state)?;
    app.write(Actor::Guest, move |unit| {
        let (id, sealed) = (id.clone(), sealed.clone());
        Box::pin(async move {
            ceremony::Entity::update_many()
                .col_expr(ceremony::Column::State, Expr::value(sealed))
                .filter(ceremony::Column::Id.eq(id))
                .exec(&*unit)
                .await?;
            Ok(())
        })
    })
    .await
}

impl<T> Ceremony<T> {
    /// Ends it, once: of two who try, one is refused.
    pub(super) async fn end(&self, unit: &mut Unit) -> Result<(), IdentityError> {
        remove(unit, &self.id).await
    }

    /// Whom it is about.
    pub(super) fn person(&self) -> Result<PersonId, IdentityError> {
        self.person.ok_or(IdentityError::ChallengeOver)
    }
}

fn open(id: &str, kind: Kind, now: Timestamp) -> sea_orm::Condition {
    sea_orm::Condition::all()
        .add(ceremony::Column::Id.eq(id))
        .add(ceremony::Column::Kind.eq(kind))
        .add(ceremony::Column::ExpiresAt.gt(now))
}

async fn remove(unit: &mut Unit, id: &str) -> Result<(), IdentityError> {
    let gone = ceremony::Entity::delete_by_id(id).exec(&*unit).await?;
    if gone.rows_affected == 0 {
        Err(IdentityError::ChallengeOver)
    } else {
        Ok(())
    }
}

fn seal<T: Serialize>(app: &App, id: &str, state: &T) -> Result<String, IdentityError> {
    let text = serde_json::to_string(state).map_err(IdentityError::Unreadable)?;
    Ok(app.vault().seal(app.source(), &format!("ceremony {id}"), &text))
}

fn unseal<T: DeserializeOwned>(app: &App, row: ceremony::Model) -> Result<Ceremony<T>, IdentityError> {
    let text = app.vault().open(&format!("ceremony {}", row.id), &row.state)?;
    Ok(Ceremony {
        id: row.id,
        person: row.person_id,
        state: serde_json::from_str(&text).map_err(IdentityError::Unreadable)?,
    })
}
