//! Sends what subscribers are to hear, each in a lane of its own. Every process looks at the same table; a subscription is
//! claimed before something is sent, so no two send at once, and its cursor moves only when that has arrived: what was sent
//! when a process died is sent again, and lost is nothing.

use std::{sync::Arc, time::Duration};

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use entity::{
    Timestamp,
    ids::QuerySubscriptionId,
    trace::{
        event, named_query, query_sent as sent,
        query_subscription::{self as subscription, State},
    },
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, Query},
};

use super::{
    EpcisError,
    answer::{Heading, document},
    follow::{AGAIN_MS, Follow, News},
    named,
    party::Reader,
    schedule::Schedule,
    subscribe::SEAL,
};
use crate::{
    app::App,
    catalogue::webhooks::{pause, sign},
    db::{Actor, Unit},
    http::reach::Reach,
    jobs::Lanes,
};

const LOOK_EVERY: Duration = Duration::from_millis(500);
const PATIENCE: Duration = Duration::from_secs(15);
/// For how long a claim keeps others away: longer than an attempt may take.
const CLAIM_MS: i64 = 30_000;
/// Subscriptions served at once.
const AT_ONCE: usize = 64;
/// Events in one delivery.
const TOGETHER: usize = 500;
/// How far a cursor may lie behind when there was nothing to send.
const BEHIND_MS: i64 = 60_000;
const READ: usize = 16 * 1024;
const LONGEST_ERROR: usize = 200;

/// Sends as long as the program runs.
pub async fn run(app: App) {
    let reach = match Reach::straight(app.is_demo(), PATIENCE) {
        Ok(reach) => Arc::new(reach),
        Err(error) => {
            tracing::error!(%error, "nothing can be sent to subscribers");
            return;
        }
    };
    let mut lanes: Lanes<QuerySubscriptionId> = Lanes::new(AT_ONCE);
    loop {
        match due(&app).await {
            Ok(rows) => {
                for row in rows {
                    if lanes.room(&row.id, 1) == 0 {
                        continue;
                    }
                    let (app, reach) = (app.clone(), Arc::clone(&reach));
                    lanes.start(row.id, async move {
                        if let Err(error) = errand(&app, &reach, row).await {
                            tracing::warn!(%error, "a subscription could not be served; it is tried again");
                        }
                    });
                }
            }
            Err(error) => tracing::warn!(%error, "subscriptions could not be read; they wait"),
        }
        // Its lanes are joined meanwhile.
        lanes.rest(LOOK_EVERY).await;
        tokio::time::sleep(LOOK_EVERY / 5).await;
    }
}

async fn due(app: &App) -> Result<Vec<subscription::Model>, DbErr> {
    subscription::Entity::find()
        .filter(subscription::Column::State.eq(State::On))
        .filter(subscription::Column::DueAt.lte(app.now()))
        .filter(subscription::Column::ClaimedUntil.lt(app.source().wall_clock()))
        .order_by_asc(subscription::Column::DueAt)
        .limit(AT_ONCE as u64)
        .all(app.db().read())
        .await
}

/// Looks whether there is something for a subscriber, and sends it.
async fn errand(app: &App, reach: &Reach, row: subscription::Model) -> Result<(), EpcisError> {
    let db = app.db().read();
    let Some(named) = named_query::Entity::find_by_id(row.query_id).one(db).await? else {
        return Ok(());
    };
    let query = named::read(&named)?;
    let reader = Reader::of_job(app, row.made_by)
        .await
        .map_err(|error| DbErr::Custom(error.to_string()))?;
    let now = app.now();
    let had = Query::select()
        .column(sent::Column::EventId)
        .from(sent::Entity)
        .and_where(sent::Column::SubscriptionId.eq(row.id))
        .to_owned();
    let follow = Follow {
        query: &query,
        reader: &reader,
        resolver: app.resolver_url(),
        first: row.first_at,
        cursor: row.cursor_at,
        told: Condition::all().add(event::Column::Id.not_in_subquery(had)),
    };
    let news = follow.news(db, now, TOGETHER).await?;
    let empty = news.page.found.is_empty();
    if empty && !(row.schedule.is_some() && row.report_if_empty) {
        return pass(app, &row, &news, now).await;
    }
    let token = format!("{:016x}", app.source().random());
    if !claim(app, &row, &token).await? {
        return Ok(());
    }
    let id = row.id.to_string();
    let heading = Heading {
        query: &named.name,
        subscription: Some(&id),
    };
    let body = document(heading, now, &news.page.found)?.to_string();
    let failed = post(app, reach, &row, &news, body).await.err();
    settle(app, row, token, news, failed, now).await
}

/// Notes that there was nothing, where that is worth a write.
async fn pass(app: &App, row: &subscription::Model, news: &News, now: Timestamp) -> Result<(), EpcisError> {
    let (due, cursor) = (next_due(row, news, now)?, news.cursor);
    if row.schedule.is_none() && cursor < row.cursor_at.plus(BEHIND_MS) {
        return Ok(());
    }
    let (id, before) = (row.id, row.cursor_at);
    app.write(Actor::System, move |unit| {
        Box::pin(async move {
            subscription::Entity::update_many()
                .col_expr(subscription::Column::CursorAt, Expr::value(cursor))
                .col_expr(subscription::Column::DueAt, Expr::value(due))
                .filter(subscription::Column::Id.eq(id))
                .filter(subscription::Column::CursorAt.eq(before))
                .exec(&*unit)
                .await?;
            forget(unit, id, cursor).await
        })
    })
    .await?;
    Ok(())
}

/// When to look again: at once, where there is more.
fn next_due(row: &subscription::Model, news: &News, now: Timestamp) -> Result<Timestamp, EpcisError> {
    let Some(schedule) = &row.schedule else { return Ok(now) };
    if news.page.next.is_some() {
        return Ok(row.due_at);
    }
    let fields: serde_json::Map<String, serde_json::Value> = serde_json::from_str(schedule)?;
    let next = Schedule::read(&fields)
        .ok()
        .and_then(|schedule| schedule.next_after(now));
    Ok(next.unwrap_or(Timestamp(i64::MAX)))
}

async fn forget(unit: &Unit, id: QuerySubscriptionId, cursor: Timestamp) -> Result<(), DbErr> {
    sent::Entity::delete_many()
        .filter(sent::Column::SubscriptionId.eq(id))
        .filter(sent::Column::RecordTime.lt(cursor.plus(-AGAIN_MS)))
        .exec(unit)
        .await
        .map(|_| ())
}

/// Whether it is ours to serve now.
async fn claim(app: &App, row: &subscription::Model, token: &str) -> Result<bool, DbErr> {
    let (id, cursor, before, token) = (row.id, row.cursor_at, row.attempts, token.to_owned());
    let now = app.source().wall_clock();
    let claimed = app
        .write(Actor::System, move |unit| {
            let token = token.clone();
            Box::pin(async move {
                subscription::Entity::update_many()
                    .col_expr(subscription::Column::Claim, Expr::value(token))
                    .col_expr(subscription::Column::ClaimedUntil, Expr::value(now.plus(CLAIM_MS)))
                    .filter(subscription::Column::Id.eq(id))
                    .filter(subscription::Column::ClaimedUntil.lt(now))
                    // What was looked for is still what is to be sent.
                    .filter(subscription::Column::CursorAt.eq(cursor))
                    .filter(subscription::Column::Attempts.eq(before))
                    .exec(&*unit)
                    .await
            })
        })
        .await?;
    Ok(claimed.rows_affected == 1)
}

/// `Err`: why it did not arrive.
async fn post(app: &App, reach: &Reach, row: &subscription::Model, news: &News, body: String) -> Result<(), Failed> {
    let secret = app.vault().open(SEAL, &row.secret).map_err(|error| Failed {
        status: None,
        why: error.to_string(),
    })?;
    // The same events go out under the same id, so that who has had them knows.
    let last = news.page.found.last().map(|found| found.row.id.to_string());
    let id = format!("{}.{}", row.id, last.unwrap_or_else(|| row.due_at.0.to_string()));
    let timestamp = app.source().wall_clock().0 / 1000;
    let signature = sign(&[secret.into_bytes()], &id, timestamp, &body);
    let mut headers = HeaderMap::new();
    for (name, value) in [
        (header::CONTENT_TYPE, "application/json".to_owned()),
        (HeaderName::from_static("gs1-epcis-version"), "2.0.0".to_owned()),
        (HeaderName::from_static("gs1-cbv-version"), "2.0.0".to_owned()),
        (HeaderName::from_static("gs1-signature"), signature.clone()),
        (HeaderName::from_static("webhook-id"), id),
        (HeaderName::from_static("webhook-timestamp"), timestamp.to_string()),
        (HeaderName::from_static("webhook-signature"), signature),
    ] {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(name, value);
        }
    }
    let failed = |status, why: String| Failed { status, why };
    let url = reach
        .address(&row.dest)
        .map_err(|error| failed(None, error.to_string()))?;
    let heard = reach
        .post(url, headers, body.into_bytes(), READ)
        .await
        .map_err(|error| failed(None, error.to_string()))?;
    if (200..300).contains(&heard.status) {
        Ok(())
    } else {
        Err(failed(Some(heard.status), format!("it answered {}", heard.status)))
    }
}

#[derive(Clone, Debug)]
struct Failed {
    status: Option<u16>,
    why: String,
}

/// Writes down what became of it. The cursor moves only when it arrived.
async fn settle(
    app: &App,
    row: subscription::Model,
    token: String,
    news: News,
    failed: Option<Failed>,
    now: Timestamp,
) -> Result<(), EpcisError> {
    let due = next_due(&row, &news, now)?;
    let cursor = news.cursor;
    let arrived: Vec<_> = news
        .page
        .found
        .iter()
        .filter(|found| found.row.record_time >= cursor.plus(-AGAIN_MS))
        .map(|found| (found.row.id, found.row.record_time))
        .collect();
    let (row, arrived, failed) = (Arc::new(row), Arc::new(arrived), Arc::new(failed));
    app.write(Actor::System, move |unit| {
        let (row, arrived, failed, token) = (
            Arc::clone(&row),
            Arc::clone(&arrived),
            Arc::clone(&failed),
            token.clone(),
        );
        Box::pin(async move {
            let update = subscription::Entity::update_many()
                .col_expr(subscription::Column::Claim, Expr::value(None::<String>))
                .col_expr(subscription::Column::ClaimedUntil, Expr::value(Timestamp(0)));
            let update = match &*failed {
                None => update
                    .col_expr(subscription::Column::CursorAt, Expr::value(cursor))
                    .col_expr(subscription::Column::DueAt, Expr::value(due))
                    .col_expr(subscription::Column::Attempts, Expr::value(0))
                    .col_expr(subscription::Column::LastError, Expr::value(None::<String>))
                    .col_expr(subscription::Column::LastNotifiedAt, Expr::value(unit.now())),
                Some(failed) => {
                    let attempts = row.attempts + 1;
                    let why: String = failed.why.chars().take(LONGEST_ERROR).collect();
                    let update = update
                        .col_expr(subscription::Column::Attempts, Expr::value(attempts))
                        .col_expr(subscription::Column::LastError, Expr::value(Some(why)));
                    match pause(attempts, unit.random()) {
                        Some(pause) if failed.status != Some(410) => {
                            update.col_expr(subscription::Column::DueAt, Expr::value(unit.now().plus(pause)))
                        }
                        _ => update.col_expr(subscription::Column::State, Expr::value(State::GaveUp)),
                    }
                }
            };
            let mine = update
                .filter(subscription::Column::Id.eq(row.id))
                .filter(subscription::Column::Claim.eq(&token))
                .exec(&*unit)
                .await?;
            if mine.rows_affected == 0 || failed.is_some() {
                return Ok(());
            }
            if !arrived.is_empty() {
                let rows = arrived.iter().map(|(event, at)| sent::ActiveModel {
                    subscription_id: Set(row.id),
                    event_id: Set(*event),
                    record_time: Set(*at),
                });
                sent::Entity::insert_many(rows).exec_without_returning(&*unit).await?;
            }
            forget(unit, row.id, cursor).await
        })
    })
    .await?;
    Ok(())
}
