//! A dossier takes a step: its state, its clock, and the row that tells who did it.

use entity::{
    Day,
    dossiers::{
        dossier::{self, Kind, Stage},
        stage,
        step::{self, What},
        supplement,
    },
    ids::{DossierId, DossierStepId},
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder, sea_query::Expr,
};

use super::{
    DossierError,
    calendar::after,
    clock::{Clock, Pause},
    lifecycle::{Event, Standing, next},
    periods::working_days,
    remind::settle,
};
use crate::db::Unit;

/// The dossier as it is now and stays until this unit ends: an update that changes nothing takes the row's lock on both
/// databases.
pub async fn locked(unit: &Unit, id: DossierId) -> Result<dossier::Model, DossierError> {
    dossier::Entity::update_many()
        .col_expr(dossier::Column::Title, Expr::col(dossier::Column::Title))
        .filter(dossier::Column::Id.eq(id))
        .exec(unit)
        .await?;
    let row = dossier::Entity::find_by_id(id).one(unit).await?;
    row.ok_or(DossierError::NoSuchThing)
}

/// Moves a [`locked`] dossier by `event` and writes the step down, with the actor's hand.
///
/// Accepting ends the commune's stage and starts the province's clock; closing ends the stage there is; what is asked for
/// stops the clock and an answer lets it go on, with the deadline moved by exactly the working days it stood.
///
/// # Errors
///
/// [`DossierError::WrongState`] when the rules do not have this move.
pub async fn advance(
    unit: &mut Unit,
    dossier: &mut dossier::Model,
    event: Event,
    what: What,
    remark: &str,
) -> Result<(), DossierError> {
    let from = standing(dossier);
    let to = next(from, event)?;
    let today = unit.now().day();
    dossier.state = to.state;
    dossier.resumes = to.resumes;
    dossier.stage = to.stage();
    match event {
        Event::Ask => dossier.stands_since = Some(today),
        Event::Answer => {
            dossier.stands_since = None;
            dossier.due_on = wind(unit, dossier.id, dossier.stage, None).await?;
        }
        Event::Accept => {
            wind(unit, dossier.id, from.stage(), Some(today)).await?;
            let stage = begin_stage(dossier.id, dossier.kind, Stage::Province, today);
            dossier.due_on = stage.due_on;
            stage::Entity::insert(stage.into_active_model())
                .exec_without_returning(&*unit)
                .await?;
        }
        Event::Grant | Event::Refuse | Event::Withdraw => {
            dossier.stands_since = None;
            dossier.stage = from.stage();
            dossier.due_on = wind(unit, dossier.id, dossier.stage, Some(today)).await?;
            dossier.closed_at = Some(unit.now());
        }
        Event::Sample | Event::Score => {}
    }
    if matches!(event, Event::Ask | Event::Answer | Event::Accept) || dossier.state.is_closed() {
        // Whatever was said of the old deadline no longer helps anybody.
        settle(unit, dossier.id.0).await?;
    }
    dossier.clone().into_active_model().reset_all().update(&*unit).await?;
    note(unit, dossier.id, what, remark).await
}

/// Where `dossier` stands.
#[must_use]
pub const fn standing(dossier: &dossier::Model) -> Standing {
    Standing {
        state: dossier.state,
        resumes: dossier.resumes,
    }
}

/// A stage that begins on `day`.
pub(super) fn begin_stage(dossier_id: DossierId, kind: Kind, stage: Stage, day: Day) -> stage::Model {
    let days = working_days(kind, stage, day);
    stage::Model {
        dossier_id,
        stage,
        started_on: day,
        working_days: days,
        stood_days: 0,
        due_on: after(day, days),
        ended_on: None,
    }
}

/// Reads a stage's clock from what was asked and answered, writes down what it shows, and returns the deadline.
async fn wind(unit: &Unit, id: DossierId, which: Stage, ended_on: Option<Day>) -> Result<Day, DossierError> {
    let row = stage::Entity::find_by_id((id, which)).one(unit).await?;
    let row = row.ok_or(DossierError::NoSuchThing)?;
    let clock = Clock {
        started_on: row.started_on,
        working_days: row.working_days,
        pauses: pauses(unit, id, which).await?,
    };
    let today = unit.now().day();
    let due_on = clock.due_on(today);
    let mut row = row.into_active_model();
    row.due_on = Set(due_on);
    row.stood_days = Set(clock.stood(today));
    row.ended_on = Set(ended_on);
    row.update(unit).await?;
    Ok(due_on)
}

async fn pauses(db: &impl ConnectionTrait, id: DossierId, stage: Stage) -> Result<Vec<Pause>, DbErr> {
    let rows = supplement::Entity::find()
        .filter(supplement::Column::DossierId.eq(id))
        .filter(supplement::Column::Stage.eq(stage))
        .order_by_asc(supplement::Column::AskedAt)
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| Pause {
            asked_on: row.asked_at.day(),
            answered_on: row.answered_at.map(entity::Timestamp::day),
        })
        .collect())
}

/// Writes down what the unit's actor did.
pub(super) async fn note(unit: &mut Unit, id: DossierId, what: What, remark: &str) -> Result<(), DossierError> {
    let hand = unit.actor().hand().ok_or(DossierError::Nobody)?;
    let row = step::ActiveModel {
        id: Set(unit.id::<DossierStepId>()),
        dossier_id: Set(id),
        what: Set(what),
        person_id: Set(hand),
        behalf_id: Set(unit.actor().person().filter(|person| *person != hand)),
        note: Set(remark.to_owned()),
        at: Set(unit.now()),
    };
    step::Entity::insert(row).exec_without_returning(&*unit).await?;
    Ok(())
}
