//! The log of what was done in an office, or for somebody else. It is written with the deeds themselves
//! (`db::Unit::sign`); here it is read.

use std::collections::HashMap;

use entity::{
    Day,
    frame::act,
    identity::role::Office,
    ids::{ActId, PersonId},
};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{read::people, what};
use crate::http::list::Paging;

/// Which acts are asked for.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Filter {
    /// Only those that this person did in office, or that were done for them.
    pub visible_to: Option<PersonId>,
    /// Only those done by this person or for them.
    pub person: Option<PersonId>,
    /// Only those done for this person.
    pub behalf: Option<PersonId>,
    pub office: Option<Office>,
    pub from: Option<Day>,
    /// The last day.
    pub to: Option<Day>,
}

/// An act and the people in it.
#[derive(Clone, Debug)]
pub(super) struct ActView {
    pub act: act::Model,
    pub by: String,
    pub behalf: Option<String>,
    /// The code of its words: see [`what`].
    pub what: &'static str,
}

/// The acts that `filter` asks for, newest first; one more than fits.
pub(super) async fn acts(db: &impl ConnectionTrait, filter: Filter, paging: Paging) -> Result<Vec<ActView>, DbErr> {
    use act::Column;
    let of = |person: PersonId| {
        Condition::any()
            .add(Column::PersonId.eq(person))
            .add(Column::BehalfId.eq(person))
    };
    let mut query = act::Entity::find().order_by_desc(Column::Id).limit(paging.limit + 1);
    for person in [filter.visible_to, filter.person].into_iter().flatten() {
        query = query.filter(of(person));
    }
    if let Some(person) = filter.behalf {
        query = query.filter(Column::BehalfId.eq(person));
    }
    if let Some(office) = filter.office {
        query = query.filter(Column::Office.eq(office));
    }
    if let Some(from) = filter.from {
        query = query.filter(Column::At.gte(from.start()));
    }
    if let Some(to) = filter.to {
        query = query.filter(Column::At.lt(to.plus_days(1).start()));
    }
    if let Some(before) = paging.after {
        query = query.filter(Column::Id.lt(ActId(before)));
    }
    let rows = query.all(db).await?;
    let ids = rows
        .iter()
        .flat_map(|row| [Some(row.person_id), row.behalf_id])
        .flatten()
        .collect();
    let people: HashMap<_, _> = people(db, ids).await?;
    let name = |id: PersonId| people.get(&id).map(|person| person.name.clone());
    Ok(rows
        .into_iter()
        .map(|row| ActView {
            by: name(row.person_id).unwrap_or_default(),
            behalf: row.behalf_id.and_then(name),
            what: what::what(&row.method, &row.route),
            act: row,
        })
        .collect())
}
