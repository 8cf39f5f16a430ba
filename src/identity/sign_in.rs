//! Signing in with phone and password. Failures are counted in the database, so that two processes count together.

use entity::{
    Phone,
    identity::{attempt, person},
    ids::PersonId,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, QueryFilter,
    sea_query::{Expr, ExprTrait, OnConflict},
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{IdentityError, password};
use crate::{
    app::{App, sha256},
    checked,
    db::{Actor, Unit},
    http::input::{Field, Wrong},
};

/// Failures allowed in one window.
const ALLOWED: i32 = 10;
/// The length of a window.
const WINDOW_MS: i64 = 15 * 60 * 1000;

/// Phone and password.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct SignIn {
    #[schema(value_type = String, example = "0900000001")]
    pub phone: Field<String>,
    #[schema(value_type = String)]
    pub password: Field<String>,
}

/// Who signs in with `input`.
pub async fn sign_in(app: &App, input: &SignIn) -> Result<PersonId, IdentityError> {
    let mut wrong = Wrong::default();
    let phone = wrong.code::<Phone>("/phone", &input.phone, "identity-say-phone-invalid");
    let password = wrong
        .required("/password", &input.password)
        .filter(|password| !password.is_empty())
        .cloned();
    if password.is_none() && wrong.at("/password").is_none() {
        wrong.note("/password", "identity-say-password-missing");
    }
    checked!(wrong; phone, password);
    let limited = app.config().limits && !app.is_demo();
    let subject = sha256(phone.as_str());
    let window = app.now().0 / WINDOW_MS * WINDOW_MS;
    if limited {
        let row = attempt::Entity::find_by_id((subject.clone(), entity::Timestamp(window)))
            .one(app.db().read())
            .await?;
        if row.is_some_and(|row| row.failures >= ALLOWED) {
            let left = usize::try_from((window + WINDOW_MS - app.now().0) / 60_000 + 1).unwrap_or(15);
            return Err(IdentityError::TooMany { minutes: left });
        }
    }
    let found = person::Entity::find()
        .filter(person::Column::Phone.eq(phone))
        .one(app.db().read())
        .await?;
    let (id, stored) = found.map(|person| (person.id, person.password_hash)).unzip();
    if password::verify(stored, password).await?
        && let Some(id) = id
    {
        return Ok(id);
    }
    if limited {
        app.write(Actor::Guest, move |unit| {
            let subject = subject.clone();
            Box::pin(async move { count_failure(unit, subject, window).await })
        })
        .await?;
    }
    Err(IdentityError::WrongPassword)
}

async fn count_failure(unit: &mut Unit, subject: String, window: i64) -> Result<(), IdentityError> {
    let day_ago = entity::Timestamp(window - 24 * 60 * 60 * 1000);
    attempt::Entity::delete_many()
        .filter(attempt::Column::WindowStart.lt(day_ago))
        .exec(&*unit)
        .await?;
    let first = attempt::ActiveModel {
        subject: Set(subject),
        window_start: Set(entity::Timestamp(window)),
        failures: Set(1),
    };
    let count_on = OnConflict::columns([attempt::Column::Subject, attempt::Column::WindowStart])
        .value(
            attempt::Column::Failures,
            Expr::col((attempt::Entity, attempt::Column::Failures)).add(1),
        )
        .to_owned();
    attempt::Entity::insert(first)
        .on_conflict(count_on)
        .exec_without_returning(&*unit)
        .await?;
    Ok(())
}
