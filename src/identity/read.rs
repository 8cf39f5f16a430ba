//! What may be seen of people: oneself, and for an administrator everybody.

use entity::{
    Phone,
    identity::{person, role, role::Office, session},
    ids::PersonId,
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::SignedIn;
use crate::http::list::Paging;

/// A person and the offices they hold.
pub(super) type Account = (person::Model, Vec<Office>);

/// The accounts `caller` may see, a page at a time; one row more than fits.
pub(super) async fn accounts(
    db: &impl ConnectionTrait,
    caller: &SignedIn,
    phone: Option<&Phone>,
    paging: Paging,
) -> Result<Vec<Account>, DbErr> {
    let mut query = person::Entity::find()
        .order_by_asc(person::Column::Id)
        .limit(paging.limit + 1);
    if !caller.in_office_now(Office::Administrator) {
        query = query.filter(person::Column::Id.eq(caller.person()));
    }
    if let Some(phone) = phone {
        query = query.filter(person::Column::Phone.eq(phone.clone()));
    }
    if let Some(after) = paging.after {
        query = query.filter(person::Column::Id.gt(PersonId(after)));
    }
    let people = query.all(db).await?;
    let ids: Vec<_> = people.iter().map(|person| person.id).collect();
    let roles = role::Entity::find()
        .filter(role::Column::PersonId.is_in(ids))
        .all(db)
        .await?;
    let offices = |id: PersonId| {
        roles
            .iter()
            .filter(|role| role.person_id == id)
            .map(|role| role.role)
            .collect()
    };
    Ok(people
        .into_iter()
        .map(|person| (offices(person.id), person))
        .map(|(offices, person)| (person, offices))
        .collect())
}

/// One account, if `caller` may see it.
pub(super) async fn account(
    db: &impl ConnectionTrait,
    caller: &SignedIn,
    id: PersonId,
) -> Result<Option<Account>, DbErr> {
    if id != caller.person() && !caller.in_office_now(Office::Administrator) {
        return Ok(None);
    }
    own_account(db, id).await
}

/// The account of `id`, for that person.
pub(super) async fn own_account(db: &impl ConnectionTrait, id: PersonId) -> Result<Option<Account>, DbErr> {
    let Some(person) = person::Entity::find_by_id(id).one(db).await? else {
        return Ok(None);
    };
    let roles = role::Entity::find()
        .filter(role::Column::PersonId.eq(id))
        .all(db)
        .await?;
    Ok(Some((person, roles.into_iter().map(|role| role.role).collect())))
}

/// The caller's own sessions and tokens, newest first, a page at a time; one row more than fits.
pub(super) async fn sessions(
    db: &impl ConnectionTrait,
    caller: &SignedIn,
    paging: Paging,
) -> Result<Vec<session::Model>, DbErr> {
    let mut query = session::Entity::find()
        .filter(session::Column::PersonId.eq(caller.person()))
        .order_by_desc(session::Column::Id)
        .limit(paging.limit + 1);
    if let Some(before) = paging.after {
        query = query.filter(session::Column::Id.lt(entity::ids::SessionId(before)));
    }
    query.all(db).await
}

/// One of the caller's own sessions and tokens.
pub(super) async fn session(
    db: &impl ConnectionTrait,
    caller: &SignedIn,
    id: entity::ids::SessionId,
) -> Result<Option<session::Model>, DbErr> {
    session::Entity::find_by_id(id)
        .filter(session::Column::PersonId.eq(caller.person()))
        .one(db)
        .await
}
