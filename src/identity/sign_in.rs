//! Proving who one is with a phone and a password, or with a code sent to the phone. Failures are counted in the database, so
//! that two processes count together. Whoever has a second factor is not in yet: see [`super::second_factor`].

use entity::{Phone, identity::person, ids::PersonId};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    IdentityError,
    limits::{self, Limit},
    password,
    phone_codes::{self, Purpose},
};
use crate::{
    app::App,
    checked,
    db::Actor,
    http::{
        address::Address,
        input::{Field, Wrong},
    },
};

/// A phone, and its password or a code sent to it.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct SignIn {
    #[schema(value_type = String, example = "0900000001")]
    pub phone: Field<String>,
    /// Needed unless there is a `code`.
    #[schema(value_type = Option<String>)]
    pub password: Field<String>,
    /// Instead of a password: the six digits that `POST /phone-codes` sent for `sign_in`.
    #[schema(value_type = Option<String>, example = "123456")]
    pub code: Field<String>,
}

enum Proof {
    Password(String),
    Code(String),
}

/// Whose first factor `input` holds.
pub async fn sign_in(app: &App, input: &SignIn, address: Address) -> Result<PersonId, IdentityError> {
    let mut wrong = Wrong::default();
    let phone = wrong.code::<Phone>("/phone", &input.phone, "identity-say-phone-invalid");
    let proof = if input.code.is_missing() {
        let password = wrong
            .required("/password", &input.password)
            .filter(|password| !password.is_empty())
            .cloned();
        if password.is_none() && wrong.at("/password").is_none() {
            wrong.note("/password", "identity-say-password-missing");
        }
        password.map(Proof::Password)
    } else {
        wrong.line("/code", &input.code, 20).map(Proof::Code)
    };
    checked!(wrong; phone, proof);
    let limits = counted(&phone, address);
    limits::refuse_when_over(app, &limits).await?;
    let found = person::Entity::find()
        .filter(person::Column::Phone.eq(phone.clone()))
        .one(app.db().read())
        .await?;
    let outcome = match proof {
        Proof::Password(password) => by_password(found, password).await,
        Proof::Code(code) => by_code(app, found, &phone, &code).await,
    };
    if matches!(
        outcome,
        Err(IdentityError::WrongPassword | IdentityError::WrongSignInCode)
    ) {
        limits::note_failure(app, limits).await?;
    }
    outcome
}

/// Whether `password` is that of the account `id`. Counted like a sign-in.
pub(super) async fn prove_password(
    app: &App,
    id: PersonId,
    password: &Field<String>,
    address: Address,
) -> Result<(), IdentityError> {
    let found = person::Entity::find_by_id(id).one(app.db().read()).await?;
    let phone = found.map(|person| person.phone).ok_or(IdentityError::NoSuchThing)?;
    let input = SignIn {
        phone: Field::Given(phone.to_string()),
        password: password.clone(),
        code: Field::Missing,
    };
    sign_in(app, &input, address).await.map(|_| ())
}

async fn by_password(found: Option<person::Model>, password: String) -> Result<PersonId, IdentityError> {
    let (id, stored) = found.map(|person| (person.id, person.password_hash)).unzip();
    if password::verify(stored, password).await?
        && let Some(id) = id
    {
        Ok(id)
    } else {
        Err(IdentityError::WrongPassword)
    }
}

async fn by_code(
    app: &App,
    found: Option<person::Model>,
    phone: &Phone,
    code: &str,
) -> Result<PersonId, IdentityError> {
    let told = |error| match error {
        IdentityError::WrongCode => IdentityError::WrongSignInCode,
        other => other,
    };
    let proven = phone_codes::check(app, phone, Purpose::SignIn, code)
        .await
        .map_err(told)?;
    let id = found.map(|person| person.id).ok_or(IdentityError::WrongSignInCode)?;
    app.write(Actor::Person(id), move |unit| {
        let proven = proven.clone();
        Box::pin(async move { proven.spend(unit).await })
    })
    .await
    .map_err(told)?;
    Ok(id)
}

/// What a failed sign-in counts against.
fn counted(phone: &Phone, address: Address) -> Vec<(Limit, String)> {
    let phone = (limits::SIGN_INS, phone.to_string());
    let from = address.0.map(|ip| (limits::SIGN_INS_FROM, ip.to_string()));
    std::iter::once(phone).chain(from).collect()
}
