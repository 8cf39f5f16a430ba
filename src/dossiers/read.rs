//! Dossiers as those who may see them see them. Nothing here writes.

use std::collections::HashMap;

use entity::{
    CommuneCode, Day,
    dossiers::{
        dossier::{self, Kind, Stage, State},
        reminder, stage, step, supplement,
    },
    identity::person,
    ids::{DossierId, PersonId, ReminderId},
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, JoinType, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

pub use super::advance::standing;
use super::{
    calendar::{after, between},
    clock::remaining,
};
use crate::http::list::Paging;

/// Which dossiers are asked for.
#[derive(Clone, Debug)]
pub struct Query {
    /// Only those of these parties.
    pub parties: Option<Vec<Uuid>>,
    pub states: States,
    pub kind: Option<Kind>,
    pub commune: Option<CommuneCode>,
    /// Only those whose deadline is over.
    pub overdue: bool,
    pub today: Day,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum States {
    Open,
    Closed,
    All,
    Only(State),
}

impl States {
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "open" => Some(Self::Open),
            "closed" => Some(Self::Closed),
            "all" => Some(Self::All),
            _ => State::from_code(code).map(Self::Only),
        }
    }
}

impl Query {
    /// Whether it asks for work to be done, which is ordered by deadline; anything else is ordered by age.
    fn is_queue(&self) -> bool {
        self.parties.is_none()
            && match self.states {
                States::Open => true,
                States::Only(state) => !state.is_closed(),
                States::Closed | States::All => false,
            }
    }

    fn condition(&self) -> Condition {
        let closed = dossier::Column::ClosedAt;
        let states = match self.states {
            States::Open => Condition::all().add(closed.is_null()),
            States::Closed => Condition::all().add(closed.is_not_null()),
            States::All => Condition::all(),
            States::Only(state) => Condition::all().add(dossier::Column::State.eq(state)),
        };
        states
            .add_option(
                self.parties
                    .as_ref()
                    .map(|parties| dossier::Column::PartyId.is_in(parties.iter().copied())),
            )
            .add_option(self.kind.map(|kind| dossier::Column::Kind.eq(kind)))
            .add_option(
                self.commune
                    .as_ref()
                    .map(|commune| dossier::Column::CommuneCode.eq(commune.clone())),
            )
            .add_option(self.overdue.then(|| overdue(self.today)))
    }
}

fn overdue(today: Day) -> Condition {
    Condition::all()
        .add(dossier::Column::ClosedAt.is_null())
        .add(dossier::Column::StandsSince.is_null())
        .add(dossier::Column::DueOn.lt(today))
}

/// The dossiers that `query` asks for, one more than fits, and how many there are in all.
///
/// Officers' work comes by deadline, those whose clock stands behind the others; everything else the newest first.
pub async fn list(
    db: &impl ConnectionTrait,
    query: &Query,
    paging: Paging,
) -> Result<(Vec<dossier::Model>, u64), DbErr> {
    let find = dossier::Entity::find().filter(query.condition());
    let total = find.clone().count(db).await?;
    let last = match paging.after {
        None => None,
        Some(id) => dossier::Entity::find_by_id(DossierId(id)).one(db).await?,
    };
    let stands = || Expr::expr(Expr::case(dossier::Column::StandsSince.is_not_null(), 1).finally(0));
    let find = if query.is_queue() {
        let find = find
            .order_by_asc(stands())
            .order_by_asc(dossier::Column::DueOn)
            .order_by_asc(dossier::Column::Id);
        match last {
            None => find,
            Some(last) => {
                let rank = i32::from(last.stands_since.is_some());
                let same_rank = || stands().eq(rank);
                find.filter(
                    Condition::any()
                        .add(stands().gt(rank))
                        .add(
                            Condition::all()
                                .add(same_rank())
                                .add(dossier::Column::DueOn.gt(last.due_on)),
                        )
                        .add(
                            Condition::all()
                                .add(same_rank())
                                .add(dossier::Column::DueOn.eq(last.due_on))
                                .add(dossier::Column::Id.gt(last.id)),
                        ),
                )
            }
        }
    } else {
        let find = find.order_by_desc(dossier::Column::Id);
        match paging.after {
            None => find,
            Some(id) => find.filter(dossier::Column::Id.lt(DossierId(id))),
        }
    };
    Ok((find.limit(paging.limit + 1).all(db).await?, total))
}

pub async fn dossier(db: &impl ConnectionTrait, id: DossierId) -> Result<Option<dossier::Model>, DbErr> {
    dossier::Entity::find_by_id(id).one(db).await
}

/// A deadline as it shows on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadline {
    /// While the clock stands: what it would be if the answer came today. None once nothing is due any more.
    pub due_on: Option<Day>,
    /// Working days left; below none when it is over.
    pub remaining: Option<i32>,
    pub overdue: bool,
}

/// The deadline of `dossier` on `today`.
#[must_use]
pub fn deadline(dossier: &dossier::Model, today: Day) -> Deadline {
    if dossier.closed_at.is_some() {
        return Deadline {
            due_on: None,
            remaining: None,
            overdue: false,
        };
    }
    let due_on = match dossier.stands_since {
        Some(since) if since <= dossier.due_on => after(dossier.due_on, between(since, today)),
        _ => dossier.due_on,
    };
    Deadline {
        due_on: Some(due_on),
        remaining: Some(remaining(today, due_on)),
        overdue: dossier.stands_since.is_none() && due_on < today,
    }
}

/// What happened to a dossier, in order.
#[derive(Clone, Debug)]
pub struct History {
    pub steps: Vec<step::Model>,
    pub stages: Vec<stage::Model>,
    pub supplements: Vec<supplement::Model>,
}

pub async fn history(db: &impl ConnectionTrait, id: DossierId) -> Result<History, DbErr> {
    Ok(History {
        steps: step::Entity::find()
            .filter(step::Column::DossierId.eq(id))
            .order_by_asc(step::Column::At)
            .order_by_asc(step::Column::Id)
            .all(db)
            .await?,
        stages: stage::Entity::find()
            .filter(stage::Column::DossierId.eq(id))
            .order_by_asc(stage::Column::Stage)
            .all(db)
            .await?,
        supplements: supplement::Entity::find()
            .filter(supplement::Column::DossierId.eq(id))
            .order_by_asc(supplement::Column::AskedAt)
            .order_by_asc(supplement::Column::Id)
            .all(db)
            .await?,
    })
}

/// What people are called.
pub async fn names(
    db: &impl ConnectionTrait,
    people: impl IntoIterator<Item = PersonId>,
) -> Result<HashMap<PersonId, String>, DbErr> {
    let rows: Vec<(PersonId, String)> = person::Entity::find()
        .select_only()
        .columns([person::Column::Id, person::Column::Name])
        .filter(person::Column::Id.is_in(people))
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().collect())
}

/// How a stage of one commune's dossiers kept its deadlines.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct OnTime {
    pub kind: Kind,
    pub stage: Stage,
    pub commune_code: CommuneCode,
    /// Stages ended by the office within the time asked for.
    pub ended: i64,
    pub on_time: i64,
    /// Stages it has now.
    pub open: i64,
    pub overdue: i64,
}

/// How each kind, stage and commune kept its deadlines from `from` to `to`, both days included, and what it has on `today`.
/// What an applicant took back is nobody's merit and nobody's fault.
pub async fn on_time(db: &impl ConnectionTrait, from: Day, to: Day, today: Day) -> Result<Vec<OnTime>, DbErr> {
    let of_stage = stage::Entity::belongs_to(dossier::Entity)
        .from(stage::Column::DossierId)
        .to(dossier::Column::Id)
        .into();
    let taken_back = Condition::all()
        .add(dossier::Column::State.eq(State::Withdrawn))
        .add(Expr::col((dossier::Entity, dossier::Column::Stage)).equals((stage::Entity, stage::Column::Stage)));
    let ended = Condition::all()
        .add(stage::Column::EndedOn.gte(from))
        .add(stage::Column::EndedOn.lte(to))
        .add(taken_back.not());
    let open = Condition::all().add(stage::Column::EndedOn.is_null());
    let count = |condition: Condition| Expr::expr(Expr::case(condition, 1).finally(0)).sum();
    stage::Entity::find()
        .select_only()
        .column(dossier::Column::Kind)
        .column(stage::Column::Stage)
        .column(dossier::Column::CommuneCode)
        .expr_as(count(ended.clone()), "ended")
        .expr_as(
            count(
                ended.clone().add(
                    Expr::col((stage::Entity, stage::Column::EndedOn))
                        .lte(Expr::col((stage::Entity, stage::Column::DueOn))),
                ),
            ),
            "on_time",
        )
        .expr_as(count(open.clone()), "open")
        .expr_as(count(open.clone().add(overdue(today))), "overdue")
        .join(JoinType::InnerJoin, of_stage)
        .filter(Condition::any().add(ended).add(open))
        .group_by(dossier::Column::Kind)
        .group_by(stage::Column::Stage)
        .group_by(dossier::Column::CommuneCode)
        .order_by_asc(dossier::Column::Kind)
        .order_by_asc(stage::Column::Stage)
        .order_by_asc(dossier::Column::CommuneCode)
        .into_model::<OnTime>()
        .all(db)
        .await
}

/// Whom reminders are for.
#[derive(Clone, Debug)]
pub struct Reminded {
    /// Deadlines of dossiers are an office's.
    pub officer: bool,
    /// Whose certificates.
    pub parties: Vec<Uuid>,
}

/// Reminders of what is still ahead on `today`, the nearest first; one more than fits.
pub async fn reminders(
    db: &impl ConnectionTrait,
    whom: &Reminded,
    today: Day,
    paging: Paging,
) -> Result<Vec<reminder::Model>, DbErr> {
    let mut theirs = Condition::any().add(
        Condition::all()
            .add(reminder::Column::Topic.eq(reminder::Topic::CertificateEnding))
            .add(reminder::Column::PartyId.is_in(whom.parties.iter().copied())),
    );
    if whom.officer {
        theirs = theirs.add(reminder::Column::Topic.eq(reminder::Topic::DossierDue));
    }
    let mut find = reminder::Entity::find()
        .filter(theirs)
        .filter(reminder::Column::DeliveredAt.is_not_null())
        .filter(reminder::Column::DueOn.gte(today))
        .order_by_asc(reminder::Column::DueOn)
        .order_by_asc(reminder::Column::Id)
        .limit(paging.limit + 1);
    if let Some(after) = paging.after
        && let Some(last) = reminder::Entity::find_by_id(ReminderId(after)).one(db).await?
    {
        find = find.filter(
            Condition::any().add(reminder::Column::DueOn.gt(last.due_on)).add(
                Condition::all()
                    .add(reminder::Column::DueOn.eq(last.due_on))
                    .add(reminder::Column::Id.gt(last.id)),
            ),
        );
    }
    find.all(db).await
}
