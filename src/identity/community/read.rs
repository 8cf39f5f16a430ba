//! Who helps whom, and what came of it. Nothing here writes.

use std::collections::HashMap;

use entity::{
    Day,
    frame::skill_count,
    identity::{
        consent::{self, Scopes},
        person,
    },
    ids::{ConsentId, PersonId},
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait,
    sea_query::{Expr, ExprTrait},
};

use super::skill;
use crate::{http::list::Paging, identity::SignedIn};

/// Months of skill that are told.
const MONTHS: usize = 12;

/// Where a consent stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Asked for; the code has not come back.
    Pending,
    Active,
    /// Its time is over.
    Ended,
    Revoked,
}

impl State {
    /// The word on the wire and in locale ids.
    #[must_use]
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Active => "active",
            Self::Ended => "ended",
            Self::Revoked => "revoked",
        }
    }
}

/// Where `row` stands on `today`.
#[must_use]
pub(super) fn state_of(row: &consent::Model, today: Day) -> State {
    match (row.revoked_at, row.until_on) {
        (Some(_), _) => State::Revoked,
        (None, None) => State::Pending,
        (None, Some(until)) if until <= today => State::Ended,
        (None, Some(_)) => State::Active,
    }
}

/// The consents that hold on `today`.
fn active(today: Day) -> Condition {
    Condition::all()
        .add(consent::Column::RevokedAt.is_null())
        .add(consent::Column::UntilOn.gt(today))
}

/// What `helper` may do for `farmer` today; `None`: nothing.
pub(super) async fn scopes_now(
    db: &impl ConnectionTrait,
    helper: PersonId,
    farmer: PersonId,
    today: Day,
) -> Result<Option<Scopes>, DbErr> {
    let rows = consent::Entity::find()
        .filter(consent::Column::HelperId.eq(helper))
        .filter(consent::Column::FarmerId.eq(farmer))
        .filter(active(today))
        .all(db)
        .await?;
    let scopes: Vec<_> = rows.iter().flat_map(|row| row.scope.iter()).collect();
    Ok((!rows.is_empty()).then(|| Scopes::of(&scopes)))
}

/// A consent and the people in it.
#[derive(Clone, Debug)]
pub(super) struct ConsentView {
    pub consent: consent::Model,
    pub helper: String,
    /// The account's, once there is one.
    pub farmer: Option<person::Model>,
    pub revoked_by: Option<String>,
}

/// The rows with the people in them.
pub(super) async fn views(db: &impl ConnectionTrait, rows: Vec<consent::Model>) -> Result<Vec<ConsentView>, DbErr> {
    let ids = rows
        .iter()
        .flat_map(|row| [Some(row.helper_id), row.farmer_id, row.revoked_by])
        .flatten()
        .collect();
    let people = people(db, ids).await?;
    let name = |id: PersonId| people.get(&id).map(|person| person.name.clone());
    Ok(rows
        .into_iter()
        .map(|row| ConsentView {
            helper: name(row.helper_id).unwrap_or_default(),
            farmer: row.farmer_id.and_then(|id| people.get(&id).cloned()),
            revoked_by: row.revoked_by.and_then(name),
            consent: row,
        })
        .collect())
}

/// People by their id.
pub(super) async fn people(
    db: &impl ConnectionTrait,
    mut ids: Vec<PersonId>,
) -> Result<HashMap<PersonId, person::Model>, DbErr> {
    ids.sort_unstable();
    ids.dedup();
    let rows = person::Entity::find()
        .filter(person::Column::Id.is_in(ids))
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|person| (person.id, person)).collect())
}

/// The consents in which `whose` helps or is helped (of everybody, when it is `None`), newest first; one more than fits.
pub(super) async fn consents(
    db: &impl ConnectionTrait,
    whose: Option<PersonId>,
    paging: Paging,
) -> Result<Vec<ConsentView>, DbErr> {
    let mut query = consent::Entity::find()
        .order_by_desc(consent::Column::Id)
        .limit(paging.limit + 1);
    if let Some(person) = whose {
        query = query.filter(of(person));
    }
    if let Some(before) = paging.after {
        query = query.filter(consent::Column::Id.lt(ConsentId(before)));
    }
    views(db, query.all(db).await?).await
}

/// Consents in which `person` helps or is helped.
fn of(person: PersonId) -> Condition {
    Condition::any()
        .add(consent::Column::HelperId.eq(person))
        .add(consent::Column::FarmerId.eq(person))
}

/// The consent `id`, if `caller` may know of it; an administrator of the exchange may know of all.
pub(super) async fn consent(
    db: &impl ConnectionTrait,
    caller: &SignedIn,
    administrator: bool,
    id: ConsentId,
) -> Result<Option<ConsentView>, DbErr> {
    let mut query = consent::Entity::find_by_id(id);
    if !administrator {
        query = query.filter(of(caller.person()));
    }
    Ok(views(db, query.all(db).await?).await?.pop())
}

/// Somebody who may act for a farmer today.
#[derive(Clone, Debug)]
pub(super) struct HelperView {
    pub consent: ConsentId,
    pub name: String,
    pub scope: Scopes,
    pub until: Day,
}

/// Who may act for `farmer` today.
pub(super) async fn helpers_of(
    db: &impl ConnectionTrait,
    farmer: PersonId,
    today: Day,
) -> Result<Vec<HelperView>, DbErr> {
    let rows = consent::Entity::find()
        .filter(consent::Column::FarmerId.eq(farmer))
        .filter(active(today))
        .order_by_asc(consent::Column::Id)
        .all(db)
        .await?;
    let views = views(db, rows).await?;
    Ok(views
        .into_iter()
        .filter_map(|view| {
            Some(HelperView {
                consent: view.consent.id,
                name: view.helper,
                scope: view.consent.scope,
                until: view.consent.until_on?,
            })
        })
        .collect())
}

/// What was done alone and what with help.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Share {
    pub alone: i64,
    pub helped: i64,
}

impl Share {
    fn add(&mut self, other: Self) {
        self.alone += other.alone;
        self.helped += other.helped;
    }

    /// The part done alone, in whole percent; `None` where nothing was done.
    pub(super) fn alone_percent(self) -> Option<i64> {
        let all = self.alone + self.helped;
        (all > 0).then(|| self.alone * 100 / all)
    }
}

/// A month and what was done in it, by kind in the order of [`skill::KINDS`].
#[derive(Clone, Debug)]
pub(super) struct Month {
    pub month: String,
    pub kinds: Vec<(&'static str, Share)>,
}

impl Month {
    pub(super) fn all(&self) -> Share {
        let mut all = Share::default();
        for (_, share) in &self.kinds {
            all.add(*share);
        }
        all
    }
}

/// Whose skill is asked for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Whose {
    Farmer(PersonId),
    /// All whom this helper helps today.
    HelpedBy(PersonId),
    /// All who ever had a consent.
    Everybody,
}

/// The latest months of `whose` skill, the newest first.
pub(super) async fn skill(db: &impl ConnectionTrait, whose: Whose, today: Day) -> Result<Vec<Month>, DbErr> {
    use skill_count::Column;
    let mut query = skill_count::Entity::find()
        .select_only()
        .columns([Column::Month, Column::Kind])
        .expr_as(Column::Alone.sum().cast_as("bigint"), "alone")
        .expr_as(Column::Helped.sum().cast_as("bigint"), "helped")
        .filter(Column::Month.gt(today.plus_months(-i32::try_from(MONTHS).unwrap_or(12)).month()))
        .group_by(Column::Month)
        .group_by(Column::Kind);
    query = match whose {
        Whose::Farmer(person) => query.filter(Column::PersonId.eq(person)),
        Whose::HelpedBy(_) | Whose::Everybody => {
            query.filter(Column::PersonId.in_subquery(farmers(whose, today).into_query()))
        }
    };
    let rows: Vec<(String, String, i64, i64)> = query.into_tuple().all(db).await?;
    let mut months: Vec<Month> = Vec::new();
    for (month, kind, alone, helped) in rows {
        let Some(place) = skill::KINDS.iter().position(|known| *known == kind) else {
            continue;
        };
        let at = months.iter().position(|known| known.month == month).unwrap_or_else(|| {
            months.push(Month {
                month,
                kinds: skill::KINDS.map(|kind| (kind, Share::default())).to_vec(),
            });
            months.len() - 1
        });
        months[at].kinds[place].1 = Share { alone, helped };
    }
    months.sort_by(|a, b| b.month.cmp(&a.month));
    for month in &mut months {
        month.kinds.retain(|(_, share)| *share != Share::default());
    }
    Ok(months)
}

/// The ids of the farmers of `whose`.
fn farmers(whose: Whose, today: Day) -> sea_orm::Select<consent::Entity> {
    let query = consent::Entity::find()
        .select_only()
        .column(consent::Column::FarmerId)
        .distinct()
        .filter(consent::Column::FarmerId.is_not_null());
    match whose {
        Whose::Farmer(person) => query.filter(consent::Column::FarmerId.eq(person)),
        Whose::HelpedBy(helper) => query.filter(consent::Column::HelperId.eq(helper)).filter(active(today)),
        Whose::Everybody => query,
    }
}

/// How many farmers there are of `whose`, and how many of their consents hold today.
pub(super) async fn count(db: &impl ConnectionTrait, whose: Whose, today: Day) -> Result<(u64, u64), DbErr> {
    let helped: Vec<PersonId> = farmers(whose, today).into_tuple().all(db).await?;
    let mut active = consent::Entity::find().filter(active(today));
    if let Whose::HelpedBy(helper) = whose {
        active = active.filter(consent::Column::HelperId.eq(helper));
    }
    let active = active.select_only().expr_as(Expr::value(1), "one").count(db).await?;
    Ok((u64::try_from(helped.len()).unwrap_or(0), active))
}
