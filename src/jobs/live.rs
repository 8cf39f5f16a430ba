//! Pages that wait for something to change, without asking the database each by itself.
//!
//! A unit signals a topic (`payment:{id}`, `stall:{id}`) in its transaction. One reader per process looks for signals,
//! at once when this process wrote one and often enough for what another process wrote, and wakes who waits here. A
//! signal says only "look again": whoever wakes reads the row, so a signal that comes twice does no harm.

use std::{
    collections::{HashMap, HashSet},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use entity::{frame::signal, ids::SignalId};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter};
use tokio::sync::watch;

use crate::app::App;

/// How long a signal of another process may take to be seen.
const LOOK_EVERY: Duration = Duration::from_millis(150);
/// A signal becomes visible when its unit commits, which may be after younger ones: it is looked for this long.
const WINDOW_MS: i64 = 10_000;

/// Who waits in this process, by topic.
#[derive(Debug)]
pub struct Live(Mutex<Topics>);

#[derive(Debug)]
struct Topics {
    waiting: HashMap<String, watch::Sender<()>>,
    closed: bool,
}

/// Waits for one topic.
#[derive(Debug)]
pub struct Subscription(Option<watch::Receiver<()>>);

impl Subscription {
    /// Returns `true` when the topic was signalled since the last call (or since subscribing), and `false` when the
    /// program is about to end and nothing will follow.
    pub async fn changed(&mut self) -> bool {
        match &mut self.0 {
            Some(receiver) => receiver.changed().await.is_ok(),
            None => false,
        }
    }
}

impl Live {
    #[must_use]
    pub fn new() -> Self {
        Self(Mutex::new(Topics {
            waiting: HashMap::new(),
            closed: false,
        }))
    }

    /// Begins to listen. Read the row after this and before the first wait, or a change in between is missed.
    #[must_use]
    pub fn subscribe(&self, topic: &str) -> Subscription {
        let mut topics = self.topics();
        if topics.closed {
            return Subscription(None);
        }
        let sender = topics
            .waiting
            .entry(topic.to_owned())
            .or_insert_with(|| watch::Sender::new(()));
        Subscription(Some(sender.subscribe()))
    }

    /// Ends every wait: the program stops, and a stream that stays open would hold it up.
    pub fn close(&self) {
        let mut topics = self.topics();
        topics.closed = true;
        topics.waiting.clear();
    }

    fn ring(&self, topic: &str) {
        let mut topics = self.topics();
        if topics.waiting.get(topic).is_some_and(|sender| sender.send(()).is_err()) {
            topics.waiting.remove(topic);
        }
    }

    /// Whether anybody waits; forgets topics that nobody waits for any more.
    fn anybody(&self) -> bool {
        let mut topics = self.topics();
        topics.waiting.retain(|_, sender| sender.receiver_count() > 0);
        !topics.waiting.is_empty()
    }

    fn topics(&self) -> MutexGuard<'_, Topics> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Live {
    fn default() -> Self {
        Self::new()
    }
}

/// Looks for signals as long as the program runs.
pub(super) async fn listen(app: App) {
    let mut seen = HashSet::new();
    loop {
        let rung = app.db().signalled.notified();
        if app.live().anybody() {
            if let Err(error) = ring_new(&app, &mut seen).await {
                tracing::warn!(%error, "signals could not be read; open pages learn of changes later");
            }
        } else {
            seen.clear();
        }
        let _ = tokio::time::timeout(LOOK_EVERY, rung).await;
    }
}

async fn ring_new(app: &App, seen: &mut HashSet<SignalId>) -> Result<(), DbErr> {
    let since = app.source().wall_clock().plus(-WINDOW_MS);
    let recent = signal::Entity::find()
        .filter(signal::Column::At.gte(since))
        .all(app.db().read())
        .await?;
    for row in &recent {
        if !seen.contains(&row.id) {
            app.live().ring(&row.topic);
        }
    }
    *seen = recent.into_iter().map(|row| row.id).collect();
    Ok(())
}
