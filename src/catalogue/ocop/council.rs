//! Who sits on the council that gives the points. An administrator appoints them; they give their points as officers.

use entity::{
    Day,
    catalogue::council_member::{self, Column, Entity},
    identity::person,
    ids::PersonId,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, OnConflict},
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::OcopError;
use crate::{
    checked,
    db::Unit,
    http::{
        body::day,
        input::{Field, Wrong},
        list::Paging,
    },
};

/// From when until when somebody sits on the council.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct Appoint {
    /// Today by default.
    #[schema(value_type = Option<String>, format = Date)]
    pub from_on: Field<String>,
    /// The last day; without one, until further notice.
    #[schema(value_type = Option<String>, format = Date)]
    pub until_on: Field<String>,
}

/// A checked appointment.
#[derive(Clone, Copy, Debug)]
pub struct Appointment {
    from_on: Day,
    until_on: Option<Day>,
}

impl Appoint {
    pub fn check(&self, today: Day) -> Result<Appointment, Wrong> {
        let mut wrong = Wrong::default();
        let from_on = wrong.optional("/from_on", &self.from_on, day);
        let until_on = wrong.optional("/until_on", &self.until_on, day);
        let from = from_on.map(|day| day.unwrap_or(today));
        if let (Some(from), Some(Some(until))) = (from, until_on)
            && until < from
        {
            wrong.note("/until_on", "wrong-until-before-from");
        }
        checked!(wrong; from, until_on);
        Ok(Appointment {
            from_on: from,
            until_on,
        })
    }
}

/// Appoints `person`, or changes their days.
pub async fn appoint(
    unit: &mut Unit,
    person: PersonId,
    appointment: Appointment,
) -> Result<council_member::Model, OcopError> {
    if person::Entity::find_by_id(person).one(&*unit).await?.is_none() {
        return Err(OcopError::NoSuchThing);
    }
    let row = council_member::ActiveModel {
        person_id: Set(person),
        from_on: Set(appointment.from_on),
        until_on: Set(appointment.until_on),
        appointed_by: Set(unit.actor().hand()),
        appointed_at: Set(unit.now()),
    };
    let replace = OnConflict::column(Column::PersonId)
        .update_columns([
            Column::FromOn,
            Column::UntilOn,
            Column::AppointedBy,
            Column::AppointedAt,
        ])
        .to_owned();
    Entity::insert(row)
        .on_conflict(replace)
        .exec_without_returning(&*unit)
        .await?;
    Entity::find_by_id(person)
        .one(&*unit)
        .await?
        .ok_or(OcopError::NoSuchThing)
}

/// Ends a membership from today on. What the member gave stays.
pub async fn dismiss(unit: &mut Unit, person: PersonId) -> Result<(), OcopError> {
    let today = unit.now().day();
    let row = Entity::find_by_id(person).one(&*unit).await?;
    let row = row.ok_or(OcopError::NoSuchThing)?;
    if row.from_on < today {
        let yesterday = today.plus_days(-1);
        let until = row.until_on.map_or(yesterday, |until| until.min(yesterday));
        Entity::update_many()
            .col_expr(Column::UntilOn, Expr::value(until))
            .filter(Column::PersonId.eq(person))
            .exec(&*unit)
            .await?;
    } else {
        Entity::delete_by_id(person).exec(&*unit).await?;
    }
    Ok(())
}

/// Whether `person` sits on the council on `day`.
pub async fn sits(db: &impl ConnectionTrait, person: PersonId, day: Day) -> Result<bool, DbErr> {
    let row = Entity::find_by_id(person).one(db).await?;
    Ok(row.is_some_and(|row| row.sits_on(day)))
}

/// Members, past ones too; one row more than fits.
pub async fn members(db: &impl ConnectionTrait, paging: Paging) -> Result<Vec<council_member::Model>, DbErr> {
    let mut find = Entity::find().order_by_asc(Column::PersonId).limit(paging.limit + 1);
    if let Some(after) = paging.after {
        find = find.filter(Column::PersonId.gt(PersonId(after)));
    }
    find.all(db).await
}
