//! Which way each message goes: by what the person chose, and what there is of theirs to reach. Equal messages that follow
//! one another, unread, are one.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use entity::{
    identity::{
        message, message_choice, message_delivery,
        message_delivery::{Channel, State},
        person, person_email, push_subscription, session,
    },
    ids::{MessageDeliveryId, MessageId, PersonId, PushSubscriptionId},
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, DbErr, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr,
};

use super::choices::Choices;
use crate::{
    app::App,
    db::{Actor, Unit},
    jobs::Recurring,
};

const EVERY: Duration = Duration::from_millis(250);
/// Messages decided on in one unit.
const AT_ONCE: u64 = 100;
/// For how long an unread message stands for an equal one.
const SAME_FOR_MS: i64 = 60 * 60 * 1000;
const DAY_MS: i64 = 24 * 60 * 60 * 1000;
/// For how long a guest's message is kept, and with it the phone number.
const GUESTS_KEPT_MS: i64 = 30 * DAY_MS;
/// For how long a person's messages are.
const KEPT_MS: i64 = 400 * DAY_MS;

pub(super) fn duty() -> Recurring {
    Recurring {
        name: "identity.messages",
        every: EVERY,
        run: Arc::new(|app| Box::pin(async move { plan_all(&app).await.map_err(|error| error.to_string()) })),
    }
}

pub(super) fn sweeper() -> Recurring {
    Recurring {
        name: "identity.messages.sweep",
        every: Duration::from_hours(1),
        run: Arc::new(|app| Box::pin(async move { sweep(&app).await.map_err(|error| error.to_string()) })),
    }
}

async fn plan_all(app: &App) -> Result<(), DbErr> {
    loop {
        // Looked for with a reader first: mostly there is nothing to write.
        if unplanned(app.db().read(), 1).await?.is_empty() {
            return Ok(());
        }
        app.write(Actor::System, |unit| Box::pin(plan_some(unit))).await?;
    }
}

async fn unplanned(db: &impl sea_orm::ConnectionTrait, most: u64) -> Result<Vec<message::Model>, DbErr> {
    message::Entity::find()
        .filter(message::Column::PlannedAt.is_null())
        .order_by_asc(message::Column::Id)
        .limit(most)
        .all(db)
        .await
}

async fn plan_some(unit: &mut Unit) -> Result<(), DbErr> {
    let rows = unplanned(&*unit, AT_ONCE).await?;
    let ids: Vec<MessageId> = rows.iter().map(|row| row.id).collect();
    let told = told_already(unit, &rows).await?;
    let mine = message::Entity::update_many()
        .col_expr(message::Column::PlannedAt, Expr::value(unit.now()))
        .filter(message::Column::Id.is_in(ids.iter().copied()))
        .filter(message::Column::PlannedAt.is_null())
        .exec(&*unit)
        .await?;
    if mine.rows_affected != ids.len() as u64 {
        // Only while a lease goes from hand to hand. Nothing of this unit stays.
        return Err(DbErr::Custom("another process decides on the same messages".to_owned()));
    }
    let ways = Ways::of(unit, &rows).await?;
    let (mut deliveries, mut repeated, mut seen) = (Vec::new(), Vec::new(), told);
    for row in &rows {
        if !seen.insert(row.digest.clone()) {
            repeated.push(row.id);
            continue;
        }
        for (channel, subscription_id) in ways.for_message(row) {
            deliveries.push(message_delivery::ActiveModel {
                id: Set(unit.id::<MessageDeliveryId>()),
                message_id: Set(row.id),
                channel: Set(channel),
                subscription_id: Set(subscription_id),
                state: Set(State::Waiting),
                attempts: Set(0),
                due_at: Set(unit.now()),
                claim: Set(None),
                claimed_until: Set(entity::Timestamp(0)),
                last_error: Set(None),
                ended_at: Set(None),
            });
        }
    }
    if !repeated.is_empty() {
        message::Entity::delete_many()
            .filter(message::Column::Id.is_in(repeated))
            .exec(&*unit)
            .await?;
    }
    if !deliveries.is_empty() {
        message_delivery::Entity::insert_many(deliveries)
            .exec_without_returning(&*unit)
            .await?;
    }
    Ok(())
}

/// The digests of `rows` that somebody was told of within the hour and has not read.
async fn told_already(unit: &Unit, rows: &[message::Model]) -> Result<HashSet<String>, DbErr> {
    let told: Vec<String> = message::Entity::find()
        .select_only()
        .column(message::Column::Digest)
        .filter(message::Column::Digest.is_in(rows.iter().map(|row| row.digest.clone())))
        .filter(message::Column::PlannedAt.is_not_null())
        .filter(message::Column::ReadAt.is_null())
        .filter(message::Column::MadeAt.gt(unit.now().plus(-SAME_FOR_MS)))
        .into_tuple()
        .all(unit)
        .await?;
    Ok(told.into_iter().collect())
}

/// What there is of people by which they can be told.
struct Ways {
    choices: HashMap<PersonId, Choices>,
    phones: HashSet<PersonId>,
    emails: HashSet<PersonId>,
    browsers: HashMap<PersonId, Vec<PushSubscriptionId>>,
}

impl Ways {
    async fn of(unit: &Unit, rows: &[message::Model]) -> Result<Self, DbErr> {
        let people: HashSet<PersonId> = rows.iter().filter_map(|row| row.person_id).collect();
        let people = || people.iter().copied();
        let choices = message_choice::Entity::find()
            .filter(message_choice::Column::PersonId.is_in(people()))
            .all(unit)
            .await?;
        let persons = person::Entity::find()
            .filter(person::Column::Id.is_in(people()))
            .all(unit)
            .await?;
        let emails = person_email::Entity::find()
            .filter(person_email::Column::PersonId.is_in(people()))
            .filter(person_email::Column::ConfirmedAt.is_not_null())
            .all(unit)
            .await?;
        let subscriptions: Vec<(PersonId, PushSubscriptionId)> = push_subscription::Entity::find()
            .select_only()
            .columns([push_subscription::Column::PersonId, push_subscription::Column::Id])
            .join(
                JoinType::InnerJoin,
                push_subscription::Entity::belongs_to(session::Entity)
                    .from(push_subscription::Column::SessionId)
                    .to(session::Column::Id)
                    .into(),
            )
            .filter(push_subscription::Column::PersonId.is_in(people()))
            .filter(session::Column::ExpiresAt.gt(unit.now()))
            .into_tuple()
            .all(unit)
            .await?;
        let mut browsers: HashMap<_, Vec<_>> = HashMap::new();
        for (person, subscription) in subscriptions {
            browsers.entry(person).or_default().push(subscription);
        }
        Ok(Self {
            choices: choices.into_iter().map(|row| (row.person_id, row.into())).collect(),
            phones: persons
                .iter()
                .filter(|person| person.phone.can_be_dialled())
                .map(|person| person.id)
                .collect(),
            emails: emails.into_iter().map(|row| row.person_id).collect(),
            browsers,
        })
    }

    fn for_message(&self, row: &message::Model) -> Vec<(Channel, Option<PushSubscriptionId>)> {
        let Some(person) = row.person_id else {
            return vec![(Channel::Sms, None)];
        };
        let usual = Choices::default();
        let chosen = self.choices.get(&person).unwrap_or(&usual).of(row.about);
        let mut ways = Vec::new();
        for channel in chosen {
            match channel {
                Channel::Sms | Channel::Zalo if self.phones.contains(&person) => ways.push((*channel, None)),
                Channel::Email if self.emails.contains(&person) => ways.push((Channel::Email, None)),
                Channel::Push => {
                    let browsers = self.browsers.get(&person).into_iter().flatten();
                    ways.extend(browsers.map(|id| (Channel::Push, Some(*id))));
                }
                _ => {}
            }
        }
        ways
    }
}

/// Forgets what is old; what belongs to a message goes with it.
async fn sweep(app: &App) -> Result<(), DbErr> {
    app.write(Actor::System, |unit| {
        Box::pin(async move {
            let now = unit.now();
            message::Entity::delete_many()
                .filter(message::Column::PersonId.is_null())
                .filter(message::Column::PlannedAt.lt(now.plus(-GUESTS_KEPT_MS)))
                .exec(&*unit)
                .await?;
            message::Entity::delete_many()
                .filter(message::Column::PlannedAt.lt(now.plus(-KEPT_MS)))
                .exec(&*unit)
                .await
                .map(|_| ())
        })
    })
    .await
}
