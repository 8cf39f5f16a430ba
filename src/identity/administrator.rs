//! The first administrator, made on the command line: there is nobody yet who could appoint one.

use entity::{Phone, identity::role};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, sea_query::OnConflict};

use super::{
    IdentityError, SignUp,
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
            let row = role::ActiveModel {
                person_id: Set(person),
                role: Set(role::Office::Administrator),
                granted_at: Set(unit.now()),
            };
            let keep = OnConflict::columns([role::Column::PersonId, role::Column::Role])
                .do_nothing()
                .to_owned();
            match role::Entity::insert(row)
                .on_conflict(keep)
                .exec_without_returning(&*unit)
                .await
            {
                Ok(_) | Err(sea_orm::DbErr::RecordNotInserted) => Ok(()),
                Err(error) => Err(error.into()),
            }
        })
    })
    .await
}
