//! Reminds people of a day that comes near. A reminder is written once, with a fact in the outbox; delivering it makes it
//! visible and tells those it is for: officers here, the staff of a seller in the room that knows sellers.

use std::{sync::Arc, time::Duration};

use entity::{
    Day,
    dossiers::{
        dossier,
        reminder::{self, Topic},
    },
    identity::role::{self, Office},
    ids::{PersonId, ReminderId},
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect, sea_query::Expr,
};
use serde_json::json;
use uuid::Uuid;

use super::{calendar, clock::remaining};
use crate::{
    app::App,
    db::{Actor, Unit, is_duplicate},
    http::language::Message,
    identity::messages::{About, Note, To, tell_all},
    jobs::{Handler, Outbox, Recurring},
};

/// Working days before a deadline on which officers are reminded, the nearest first.
const BEFORE_DEADLINE: [i32; 2] = [1, 3];
/// Reminders written in one go.
const AT_ONCE: usize = 200;

/// Something that comes near.
#[derive(Clone, Debug)]
pub struct Coming {
    pub topic: Topic,
    pub subject: Uuid,
    pub party: Uuid,
    pub title: String,
    pub due_on: Day,
    pub days: i32,
}

impl Coming {
    fn key(&self) -> (Uuid, Day, i32) {
        (self.subject, self.due_on, self.days)
    }
}

/// The nearest of `thresholds` (ascending) that `left` has come to, if any.
#[must_use]
pub fn threshold(thresholds: &[i32], left: i32) -> Option<i32> {
    thresholds.iter().copied().find(|days| left <= *days)
}

/// Writes those of `coming` that were not written before, all of one topic.
pub async fn remind(app: &App, coming: Vec<Coming>) -> Result<(), DbErr> {
    for some in coming.chunks(AT_ONCE) {
        let some: Arc<[Coming]> = some.into();
        if missing(app.db().read(), &some).await?.is_empty() {
            continue;
        }
        app.write(Actor::System, move |unit| {
            let some = Arc::clone(&some);
            Box::pin(async move {
                for reminder in missing(&*unit, &some).await? {
                    write(unit, reminder).await?;
                }
                Ok::<_, DbErr>(())
            })
        })
        .await
        // Another process wrote the same in this moment; the next round finds what is left.
        .or_else(|error| if is_duplicate(&error) { Ok(()) } else { Err(error) })?;
    }
    Ok(())
}

async fn missing<'c>(db: &impl ConnectionTrait, coming: &'c [Coming]) -> Result<Vec<&'c Coming>, DbErr> {
    let Some(first) = coming.first() else {
        return Ok(Vec::new());
    };
    let there: Vec<(Uuid, Day, i32)> = reminder::Entity::find()
        .select_only()
        .columns([
            reminder::Column::SubjectId,
            reminder::Column::DueOn,
            reminder::Column::Days,
        ])
        .filter(reminder::Column::Topic.eq(first.topic))
        .filter(reminder::Column::SubjectId.is_in(coming.iter().map(|coming| coming.subject)))
        .into_tuple()
        .all(db)
        .await?;
    Ok(coming.iter().filter(|coming| !there.contains(&coming.key())).collect())
}

/// Forgets what was said of `subject`: it is settled, or its day has moved.
pub async fn settle(unit: &Unit, subject: Uuid) -> Result<(), DbErr> {
    reminder::Entity::delete_many()
        .filter(reminder::Column::SubjectId.eq(subject))
        .exec(unit)
        .await
        .map(|_| ())
}

async fn write(unit: &mut Unit, coming: &Coming) -> Result<(), DbErr> {
    let id: ReminderId = unit.id();
    let row = reminder::ActiveModel {
        id: Set(id),
        topic: Set(coming.topic),
        subject_id: Set(coming.subject),
        party_id: Set(coming.party),
        title: Set(coming.title.clone()),
        due_on: Set(coming.due_on),
        days: Set(coming.days),
        made_at: Set(unit.now()),
        delivered_at: Set(None),
    };
    reminder::Entity::insert(row).exec_without_returning(&*unit).await?;
    unit.leave(coming.topic.code(), json!({"reminder_id": id.to_string()}).to_string())
        .await
}

/// Looks for deadlines that come near.
pub(super) fn duty() -> Recurring {
    Recurring {
        name: "dossiers.remind",
        every: Duration::from_secs(5),
        run: Arc::new(|app| Box::pin(async move { of_deadlines(&app).await.map_err(|error| error.to_string()) })),
    }
}

/// Reminds officers of open dossiers whose deadline comes near. One whose clock stands waits for the applicant.
async fn of_deadlines(app: &App) -> Result<(), DbErr> {
    let today = app.today();
    let [.., farthest] = BEFORE_DEADLINE;
    let due = dossier::Entity::find()
        .filter(dossier::Column::ClosedAt.is_null())
        .filter(dossier::Column::StandsSince.is_null())
        .filter(dossier::Column::DueOn.gte(today))
        .filter(dossier::Column::DueOn.lte(calendar::after(today, farthest)))
        .all(app.db().read())
        .await?;
    let coming = due
        .into_iter()
        .filter_map(|row| {
            Some(Coming {
                topic: Topic::DossierDue,
                subject: row.id.0,
                party: row.party_id,
                days: threshold(&BEFORE_DEADLINE, remaining(today, row.due_on))?,
                due_on: row.due_on,
                title: format!("{} · {}", row.file_number, row.title),
            })
        })
        .collect();
    remind(app, coming).await
}

pub(super) fn listens(outbox: Outbox) -> Outbox {
    let tell: Handler = Arc::new(|app, payload| Box::pin(async move { of_dossier(&app, &payload).await }));
    outbox.on(Topic::DossierDue.code(), tell)
}

/// The reminder that a fact in the outbox names.
pub fn named(payload: &str) -> Result<ReminderId, String> {
    serde_json::from_str::<serde_json::Value>(payload)
        .ok()
        .and_then(|fact| fact["reminder_id"].as_str()?.parse().ok())
        .ok_or_else(|| format!("not a reminder: {payload}"))
}

/// Makes a reminder visible and returns it, once. One that was settled in the meantime is gone, and that is well.
pub async fn deliver(unit: &mut Unit, id: ReminderId) -> Result<Option<reminder::Model>, DbErr> {
    let first = reminder::Entity::update_many()
        .col_expr(reminder::Column::DeliveredAt, Expr::value(unit.now()))
        .filter(reminder::Column::Id.eq(id))
        .filter(reminder::Column::DeliveredAt.is_null())
        .exec(&*unit)
        .await?;
    if first.rows_affected == 0 {
        return Ok(None);
    }
    reminder::Entity::find_by_id(id).one(&*unit).await
}

/// What a reminder says, as `text` has it.
#[must_use]
pub fn note(text: &'static str, reminder: &reminder::Model) -> Note {
    let text = Message::new(text)
        .with("title", reminder.title.as_str())
        .with("due", day(reminder.due_on))
        .with("days", usize::try_from(reminder.days).unwrap_or(0));
    Note::new(About::Reminders, text)
}

/// A day as both languages read it here.
fn day(day: Day) -> String {
    day.0.strftime("%d/%m/%Y").to_string()
}

/// Deadlines of dossiers are an office's: every officer is told.
async fn of_dossier(app: &App, payload: &str) -> Result<(), String> {
    let id = named(payload)?;
    let told = app.write(Actor::System, move |unit| {
        Box::pin(async move {
            let Some(reminder) = deliver(unit, id).await? else {
                return Ok(());
            };
            let officers: Vec<PersonId> = role::Entity::find()
                .select_only()
                .column(role::Column::PersonId)
                .filter(role::Column::Role.eq(Office::Officer))
                .into_tuple()
                .all(&*unit)
                .await?;
            let note = note("messages-dossier-due", &reminder);
            tell_all(unit, officers.into_iter().map(To::person), &note).await
        })
    });
    told.await.map_err(|error: DbErr| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_threshold_is_told_and_no_other() {
        let told = |left| threshold(&BEFORE_DEADLINE, left);
        assert_eq!([0, 1, 2, 3, 4].map(told), [Some(1), Some(1), Some(3), Some(3), None]);
    }
}
