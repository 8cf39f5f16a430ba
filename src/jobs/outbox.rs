//! Delivers what units left for later rooms: at least once each, oldest first, again after a while when it failed.

use std::{collections::HashMap, sync::Arc, time::Duration};

use entity::frame::outbox;
use futures_util::future::BoxFuture;
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr};

use crate::{
    app::App,
    db::{Actor, Lease},
};

/// Does what one fact asks for. It may be called twice for the same fact, so what it does must be the same done twice.
pub type Handler = Arc<dyn Fn(App, String) -> BoxFuture<'static, Result<(), String>> + Send + Sync>;

const LOOK_EVERY: Duration = Duration::from_millis(500);
const AT_ONCE: u64 = 20;
/// The longest wait between two attempts.
const LONGEST_WAIT_MS: i64 = 60 * 60 * 1000;

/// Which job takes which topic.
#[derive(Clone, Default)]
pub struct Outbox {
    handlers: HashMap<&'static str, Handler>,
}

impl std::fmt::Debug for Outbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.handlers.keys()).finish()
    }
}

impl Outbox {
    /// Lets `handler` take every fact left under `topic`.
    #[must_use]
    pub fn on(mut self, topic: &'static str, handler: Handler) -> Self {
        self.handlers.insert(topic, handler);
        self
    }

    pub(super) async fn run(self, app: App) {
        let mut lease = Lease::new(&app, "outbox");
        loop {
            match self.deliver_due(&app, &mut lease).await {
                // More may be waiting.
                Ok(delivered) if delivered > 0 => {}
                Ok(_) => tokio::time::sleep(LOOK_EVERY).await,
                Err(error) => {
                    tracing::warn!(%error, "the outbox could not be read; what is in it waits");
                    tokio::time::sleep(LOOK_EVERY * 4).await;
                }
            }
        }
    }

    async fn deliver_due(&self, app: &App, lease: &mut Lease) -> Result<usize, DbErr> {
        if !lease.held(app).await? {
            return Ok(0);
        }
        self.deliver(app).await
    }

    /// Delivers what is due now and returns how many facts were tried.
    pub async fn deliver(&self, app: &App) -> Result<usize, DbErr> {
        let due = outbox::Entity::find()
            .filter(outbox::Column::DoneAt.is_null())
            .filter(outbox::Column::DueAt.lte(app.now()))
            .order_by_asc(outbox::Column::DueAt)
            .order_by_asc(outbox::Column::Id)
            .limit(AT_ONCE)
            .all(app.db().read())
            .await?;
        for fact in &due {
            let outcome = match self.handlers.get(fact.topic.as_str()) {
                Some(handler) => handler(app.clone(), fact.payload.clone()).await,
                // A newer version of the program may know the topic: keep it.
                None => Err(format!("nobody takes {}", fact.topic)),
            };
            settle(app, fact, outcome).await?;
        }
        Ok(due.len())
    }
}

async fn settle(app: &App, fact: &outbox::Model, outcome: Result<(), String>) -> Result<(), DbErr> {
    let (id, attempts) = (fact.id, fact.attempts + 1);
    app.write(Actor::System, move |unit| {
        let outcome = outcome.clone();
        Box::pin(async move {
            let now = unit.now();
            let row = outbox::Entity::update_many().col_expr(outbox::Column::Attempts, Expr::value(attempts));
            let row = match outcome {
                Ok(()) => row.col_expr(outbox::Column::DoneAt, Expr::value(now)),
                Err(error) => {
                    tracing::warn!(%error, attempts, "a job failed; it is tried again later");
                    // 2 s, 4 s, 8 s … up to an hour.
                    let wait = 1000_i64.saturating_mul(1 << attempts.clamp(1, 20)).min(LONGEST_WAIT_MS);
                    row.col_expr(outbox::Column::LastError, Expr::value(error))
                        .col_expr(outbox::Column::DueAt, Expr::value(now.plus(wait)))
                }
            };
            row.filter(outbox::Column::Id.eq(id)).exec(&*unit).await.map(|_| ())
        })
    })
    .await
}
