//! Signing up: a phone number, a name, a password.

use entity::{Phone, identity::person, ids::PersonId};
use sea_orm::{ActiveValue::Set, DbErr, EntityTrait};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{IdentityError, password};
use crate::{
    app::App,
    checked,
    db::{Actor, Unit, is_duplicate},
    http::input::{Field, Wrong},
};

/// Characters a password must have at least and at most.
const PASSWORD_LENGTH: std::ops::RangeInclusive<usize> = 8..=200;

/// What a new account needs.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct SignUp {
    /// Ten digits, beginning with 0; `+84` is understood.
    #[schema(value_type = String, example = "0912345678")]
    pub phone: Field<String>,
    #[schema(value_type = String, max_length = 120)]
    pub name: Field<String>,
    /// At least eight characters.
    #[schema(value_type = String, min_length = 8, max_length = 200)]
    pub password: Field<String>,
}

/// A checked account, its password hashed.
#[derive(Clone, Debug)]
pub struct NewPerson {
    pub phone: Phone,
    pub name: String,
    pub password_hash: String,
}

/// Makes the account `input` asks for.
pub async fn sign_up(app: &App, input: &SignUp) -> Result<PersonId, IdentityError> {
    let person = check(app, input).await?;
    app.write(Actor::Guest, move |unit| {
        let person = person.clone();
        Box::pin(async move { insert_person(unit, person).await })
    })
    .await
}

/// Checks `input` and hashes its password: the slow part, before any transaction.
pub(super) async fn check(app: &App, input: &SignUp) -> Result<NewPerson, IdentityError> {
    let mut wrong = Wrong::default();
    let phone = wrong.code::<Phone>("/phone", &input.phone, "identity-say-phone-invalid");
    let name = wrong.line("/name", &input.name, 120);
    let password = wrong
        .required("/password", &input.password)
        .cloned()
        .filter(|password| {
            let long_enough = PASSWORD_LENGTH.contains(&password.chars().count());
            if !long_enough {
                wrong.note("/password", "identity-say-password-short");
            }
            long_enough
        });
    checked!(wrong; phone, name, password);
    let password_hash = password::hash(app, password).await?;
    Ok(NewPerson {
        phone,
        name,
        password_hash,
    })
}

/// Writes the row of a new account.
pub async fn insert_person(unit: &mut Unit, new: NewPerson) -> Result<PersonId, IdentityError> {
    let id: PersonId = unit.id();
    let row = person::ActiveModel {
        id: Set(id),
        phone: Set(new.phone),
        name: Set(new.name),
        password_hash: Set(new.password_hash),
        created_at: Set(unit.now()),
    };
    match person::Entity::insert(row).exec_without_returning(&*unit).await {
        Ok(_) => Ok(id),
        Err(error) if is_duplicate(&error) => Err(IdentityError::PhoneTaken),
        Err(error) => Err(DbErr::into(error)),
    }
}
