//! Appointing people to offices, and dismissing them. An office is read at every request, so it begins and ends at once.

use entity::{
    identity::{person, role, role::Office},
    ids::PersonId,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, Iterable, PaginatorTrait, QueryFilter,
    QueryOrder, sea_query::OnConflict,
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::IdentityError;
use crate::{
    db::Unit,
    http::input::{Field, Wrong},
};

/// Whoever appoints or dismisses administrators waits for each other, so that two cannot dismiss the last two at once.
const ADMINISTRATORS: &str = "administrators";

/// An office to be given.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct Appoint {
    /// `officer`, `market_manager`, `helper` or `administrator`.
    #[schema(value_type = String, example = "officer")]
    role: Field<String>,
}

impl Appoint {
    pub(super) fn check(&self) -> Result<Office, Wrong> {
        let mut wrong = Wrong::default();
        let given = wrong.required("/role", &self.role);
        if let Some(office) = given.and_then(|code| office(code)) {
            return Ok(office);
        }
        if wrong.at("/role").is_none() {
            wrong.note("/role", "identity-say-role");
        }
        Err(wrong)
    }
}

/// The office whose code is `code`.
pub(super) fn office(code: &str) -> Option<Office> {
    Office::iter().find(|office| office.code() == code)
}

/// Gives `person` the office; holding it already changes nothing.
pub(super) async fn appoint(unit: &mut Unit, person: PersonId, office: Office) -> Result<role::Model, IdentityError> {
    if person::Entity::find_by_id(person).one(&*unit).await?.is_none() {
        return Err(IdentityError::NoSuchThing);
    }
    let row = role::ActiveModel {
        person_id: Set(person),
        role: Set(office),
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
        Ok(_) | Err(DbErr::RecordNotInserted) => {}
        Err(error) => return Err(error.into()),
    }
    let held = role::Entity::find_by_id((person, office)).one(&*unit).await?;
    held.ok_or(IdentityError::NoSuchThing)
}

/// Takes the office from `person`. There is always an administrator left: without one nobody could appoint another.
pub(super) async fn dismiss(unit: &mut Unit, person: PersonId, office: Office) -> Result<(), IdentityError> {
    if office == Office::Administrator {
        unit.take_numbers(ADMINISTRATORS, 0).await?;
    }
    let gone = role::Entity::delete_by_id((person, office)).exec(&*unit).await?;
    if gone.rows_affected == 0 {
        return Err(IdentityError::NoSuchThing);
    }
    if office == Office::Administrator {
        let left = role::Entity::find()
            .filter(role::Column::Role.eq(Office::Administrator))
            .count(&*unit)
            .await?;
        if left == 0 {
            return Err(IdentityError::LastAdministrator);
        }
    }
    Ok(())
}

/// The offices `person` holds; `None` when there is no such person.
pub(super) async fn offices(db: &impl ConnectionTrait, person: PersonId) -> Result<Option<Vec<role::Model>>, DbErr> {
    if person::Entity::find_by_id(person).one(db).await?.is_none() {
        return Ok(None);
    }
    role::Entity::find()
        .filter(role::Column::PersonId.eq(person))
        .order_by_asc(role::Column::Role)
        .all(db)
        .await
        .map(Some)
}
