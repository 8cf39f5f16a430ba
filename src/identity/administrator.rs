//! The first administrator, made on the command line: there is nobody yet who could appoint one.

use entity::{Phone, identity::role::Office};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::{
    IdentityError, SignUp,
    appoint::appoint,
    second_factor,
    sign_up::{check, insert_person},
};
use crate::{app::App, db::Actor, http::input::Field};

/// Makes an account for `phone`, or takes the one there is, and makes it an administrator's.
pub async fn create_administrator(app: &App, phone: &Phone, name: &str, password: &str) -> Result<(), IdentityError> {
    use entity::identity::person;
    let known = person::Entity::find()
        .filter(person::Column::Phone.eq(phone.clone()))
        .one(app.db().read())
        .await?;
    let given = |text: &str| Field::Given(text.to_owned());
    let new = if known.is_some() {
        None
    } else {
        let input = SignUp {
            phone: given(phone.as_str()),
            name: given(name),
            password: given(password),
        };
        Some(check(app, &input).await?)
    };
    app.write(Actor::System, move |unit| {
        let (known, new) = (known.as_ref().map(|person| person.id), new.clone());
        Box::pin(async move {
            let person = match (known, new) {
                (Some(id), _) => id,
                (None, Some(new)) => insert_person(unit, new).await?,
                (None, None) => return Err(IdentityError::NoSuchThing),
            };
            appoint(unit, person, Office::Administrator).await.map(|_| ())
        })
    })
    .await
}

/// Removes every second factor of the account with this phone: its owner has lost them all, and stands before whoever has the
/// command line.
pub async fn forget_second_factors(app: &App, phone: &Phone) -> Result<(), IdentityError> {
    use entity::identity::person;
    let found = person::Entity::find()
        .filter(person::Column::Phone.eq(phone.clone()))
        .one(app.db().read())
        .await?;
    let person = found.ok_or(IdentityError::NoSuchThing)?.id;
    app.write(Actor::System, move |unit| {
        Box::pin(async move { second_factor::reset(unit, person).await })
    })
    .await
}
