//! Subscriptions over a WebSocket: they live as long as the connection, the query, and its owner's right to read.

use std::{collections::BTreeMap, time::Duration};

use axum::{
    extract::ws::{Message, WebSocket, WebSocketUpgrade},
    response::Response,
};
use entity::{
    Timestamp,
    ids::{EventId, PersonId},
    trace::named_query,
};
use sea_orm::EntityTrait;

use super::{
    EpcisError,
    answer::{Heading, document},
    follow::{AGAIN_MS, Follow, all_but},
    named,
    party::Reader,
    wish::Wish,
};
use crate::app::App;

const LOOK_EVERY: Duration = Duration::from_millis(500);
/// Events in one message.
const TOGETHER: usize = 100;
/// Nobody sends anything here; what comes all the same is read and thrown away.
const LARGEST_MESSAGE: usize = 4096;

/// Opens the connection and follows the query on it.
pub fn open(app: App, upgrade: WebSocketUpgrade, query: named_query::Model, person: PersonId, wish: Wish) -> Response {
    upgrade
        .max_message_size(LARGEST_MESSAGE)
        .max_frame_size(LARGEST_MESSAGE)
        .on_upgrade(move |mut socket| async move {
            if let Err(error) = follow(&app, &mut socket, &query, person, &wish).await {
                tracing::warn!(%error, "a socket of a query ended");
            }
            // The other side may be gone already.
            let _ = socket.send(Message::Close(None)).await;
        })
}

async fn follow(
    app: &App,
    socket: &mut WebSocket,
    row: &named_query::Model,
    person: PersonId,
    wish: &Wish,
) -> Result<(), EpcisError> {
    let query = named::read(row)?;
    let mut told: BTreeMap<EventId, Timestamp> = BTreeMap::new();
    let mut cursor = wish.first;
    let mut due = match &wish.schedule {
        None => Some(app.now()),
        Some(_) => wish.next(app.now()),
    };
    loop {
        tokio::select! {
            // Nothing is expected but the end.
            heard = socket.recv() => match heard {
                Some(Ok(Message::Close(_)) | Err(_)) | None => return Ok(()),
                Some(Ok(_)) => continue,
            },
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
        let db = app.db().read();
        if named_query::Entity::find_by_id(row.id).one(db).await?.is_none() {
            return Ok(());
        }
        let now = app.now();
        if due.is_none_or(|due| due > now) {
            continue;
        }
        let Ok(reader) = Reader::of_job(app, person).await else {
            continue;
        };
        let follow = Follow {
            query: &query,
            reader: &reader,
            resolver: app.resolver_url(),
            first: wish.first,
            cursor,
            told: all_but(told.keys().copied()),
        };
        let news = follow.news(db, now, TOGETHER).await?;
        if !news.page.found.is_empty() || (wish.schedule.is_some() && wish.report_if_empty) {
            let heading = Heading {
                query: &row.name,
                subscription: None,
            };
            let text = document(heading, now, &news.page.found)?.to_string();
            if socket.send(Message::Text(text.into())).await.is_err() {
                return Ok(());
            }
        }
        cursor = news.cursor;
        told.extend(
            news.page
                .found
                .iter()
                .map(|found| (found.row.id, found.row.record_time)),
        );
        told.retain(|_, at| *at >= cursor.plus(-AGAIN_MS));
        // With more to tell, at once again.
        if news.page.next.is_none() {
            due = wish.next(now);
        }
    }
}
