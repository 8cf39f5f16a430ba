//! How a unit becomes durable.
//!
//! SQLite: one thread owns the one writing connection. It begins (`BEGIN IMMEDIATE`), runs whatever waits, each unit in a
//! `SAVEPOINT` of its own, commits once, and only then answers. A unit that fails is rolled back to its savepoint and
//! disturbs nobody.
//!
//! PostgreSQL: each unit is a task with a transaction of its own, run again on a serialisation failure or deadlock.

use std::{
    panic::AssertUnwindSafe,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use futures_util::{FutureExt, future::BoxFuture};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbErr, SqliteTransactionMode, TransactionOptions,
    TransactionTrait,
};
use tokio::{
    runtime::Handle,
    sync::{Notify, mpsc, oneshot},
};

use super::{
    step::step,
    unit::{Actor, Connection, Unit, Work, Wrote, wants_rerun},
};
use crate::app::Source;

/// Units in one durable commit, at most: enough to share a disk flush, few enough to answer soon.
const TOGETHER: usize = 64;
/// How often PostgreSQL may ask for a unit again before the caller is told that the database is busy.
const RERUNS: u32 = 12;

#[derive(Debug)]
pub(super) enum Writer {
    Sqlite {
        queue: mpsc::Sender<Box<dyn Job>>,
    },
    Postgres {
        database: DatabaseConnection,
        source: Arc<Source>,
        bells: Bells,
    },
}

/// Rung after a commit.
#[derive(Clone, Debug, Default)]
pub(super) struct Bells {
    pub changed: Arc<Notify>,
    pub signalled: Arc<Notify>,
    /// How many commits of this process held news: see [`Wrote::news`].
    pub news: Arc<AtomicU64>,
}

impl Bells {
    fn ring(&self, wrote: Wrote) {
        if wrote.news {
            self.news.fetch_add(1, Ordering::SeqCst);
        }
        if wrote.changes {
            self.changed.notify_waiters();
        }
        if wrote.signals {
            self.signalled.notify_waiters();
        }
    }
}

impl Writer {
    pub(super) fn sqlite(connection: DatabaseConnection, source: Arc<Source>, bells: Bells) -> Self {
        let (queue, waiting) = mpsc::channel(1024);
        let runtime = Handle::current();
        // Each statement is a message to the connection's thread and one back. A thread of its own is woken by the answer;
        // a task would have to be found by a worker first.
        std::thread::Builder::new()
            .name("writer".to_owned())
            .spawn(move || runtime.block_on(write_sqlite(connection, source, bells, waiting)))
            .expect("a thread for the writer");
        Self::Sqlite { queue }
    }

    pub(super) const fn postgres(database: DatabaseConnection, source: Arc<Source>, bells: Bells) -> Self {
        Self::Postgres {
            database,
            source,
            bells,
        }
    }

    pub(super) async fn write<T, E, F>(&self, actor: Actor, work: F) -> Result<T, E>
    where
        F: for<'u> Fn(&'u mut Unit) -> Work<'u, T, E> + Send + Sync + 'static,
        T: Send + 'static,
        E: From<DbErr> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let job = Box::new(Task {
            work,
            actor,
            outcome: None,
            reply,
        });
        match self {
            Self::Sqlite { queue } => {
                if queue.send(job).await.is_err() {
                    return Err(gone().into());
                }
            }
            Self::Postgres {
                database,
                source,
                bells,
            } => {
                let (database, source, bells) = (database.clone(), Arc::clone(source), bells.clone());
                tokio::spawn(write_postgres(database, source, bells, job));
            }
        }
        answer.await.unwrap_or_else(|_| Err(gone().into()))
    }
}

fn gone() -> DbErr {
    DbErr::Custom("the unit of work ended without an answer".to_owned())
}

/// A unit on its way, whatever it returns.
pub(super) trait Job: Send {
    fn actor(&self) -> &Actor;
    /// Runs the work; `true` when what it wrote shall stay.
    fn run<'u>(&'u mut self, unit: &'u mut Unit) -> BoxFuture<'u, bool>;
    /// Tells the caller, once it is known whether the work is durable.
    fn answer(self: Box<Self>, durable: Result<(), DbErr>);
}

impl std::fmt::Debug for dyn Job {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Job").field("actor", self.actor()).finish()
    }
}

struct Task<F, T, E> {
    work: F,
    actor: Actor,
    outcome: Option<Result<T, E>>,
    reply: oneshot::Sender<Result<T, E>>,
}

impl<T, E, F> Job for Task<F, T, E>
where
    F: for<'u> Fn(&'u mut Unit) -> Work<'u, T, E> + Send + Sync,
    T: Send,
    E: From<DbErr> + Send,
{
    fn actor(&self) -> &Actor {
        &self.actor
    }

    fn run<'u>(&'u mut self, unit: &'u mut Unit) -> BoxFuture<'u, bool> {
        Box::pin(async move {
            // A panic in one unit must not take the writer, and with it every other unit, along.
            let mut outcome = AssertUnwindSafe((self.work)(unit))
                .catch_unwind()
                .await
                .unwrap_or_else(|_| Err(DbErr::Custom("the unit of work panicked".to_owned()).into()));
            let ended = async {
                unit.sign().await?;
                unit.catch_up().await
            };
            if outcome.is_ok()
                && let Err(error) = ended.await
            {
                outcome = Err(error.into());
            }
            let keep = outcome.is_ok();
            self.outcome = Some(outcome);
            keep
        })
    }

    fn answer(self: Box<Self>, durable: Result<(), DbErr>) {
        let outcome = match (durable, self.outcome) {
            (Ok(()), Some(outcome)) => outcome,
            // A refusal stands, whatever became of the commit it shared.
            (Err(_), Some(Err(refusal))) => Err(refusal),
            (Err(error), _) => Err(error.into()),
            (Ok(()), None) => Err(gone().into()),
        };
        // The caller may have gone; the work stays done.
        let _ = self.reply.send(outcome);
    }
}

async fn write_sqlite(
    connection: DatabaseConnection,
    source: Arc<Source>,
    bells: Bells,
    mut waiting: mpsc::Receiver<Box<dyn Job>>,
) {
    while let Some(first) = waiting.recv().await {
        // The transaction keeps the connection until it ends: taking it from its pool for each statement would cost a
        // message to it there and one back, each time.
        let transaction = match connection.begin_with_options(IMMEDIATE).await {
            Ok(transaction) => Arc::new(transaction),
            Err(error) => {
                first.answer(Err(error));
                continue;
            }
        };
        let mut done = Vec::new();
        let mut wrote = Wrote::default();
        let mut broken = None;
        let mut mark = Mark::default();
        let mut next = Some(first);
        while let Some(mut job) = next {
            let mut unit = Unit::new(
                Connection::Sqlite(Arc::clone(&transaction)),
                Arc::clone(&source),
                job.actor().clone(),
            );
            match mark.around(&transaction, job.as_mut(), &mut unit).await {
                Ok(()) => {
                    wrote.changes |= unit.wrote().changes;
                    wrote.news |= unit.wrote().news;
                    wrote.signals |= unit.wrote().signals;
                }
                Err(error) => broken = Some(error),
            }
            done.push(job);
            next = if done.len() < TOGETHER && broken.is_none() {
                waiting.try_recv().ok()
            } else {
                None
            };
        }
        let durable = match (broken, Arc::into_inner(transaction)) {
            (None, Some(transaction)) => {
                step().await;
                // One that fails is rolled back when it is dropped.
                transaction.commit().await
            }
            (Some(error), Some(transaction)) => {
                let _ = transaction.rollback().await;
                Err(error)
            }
            // No unit outlives its turn.
            (_, None) => Err(gone()),
        };
        step().await;
        // Before anybody is answered: whoever then looks for what they wrote is known to have written it.
        if durable.is_ok() {
            bells.ring(wrote);
        }
        for job in done {
            job.answer(durable.clone());
        }
    }
}

/// SQLite: whoever writes takes the lock at once, or two that read first would refuse each other.
const IMMEDIATE: TransactionOptions = TransactionOptions {
    isolation_level: None,
    access_mode: None,
    sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
};

/// To where a unit is taken back when it fails.
#[derive(Clone, Copy, Debug, Default)]
enum Mark {
    #[default]
    None,
    /// At the state as it is: the last unit was taken back to it.
    Here,
    /// Before the last unit, which stays.
    Behind,
}

impl Mark {
    /// Runs `job` so that nothing of it stays when it fails.
    async fn around(
        &mut self,
        transaction: &DatabaseTransaction,
        job: &mut dyn Job,
        unit: &mut Unit,
    ) -> Result<(), DbErr> {
        // One message for both, where the last mark is given up.
        let set = match self {
            Self::None => Some("SAVEPOINT unit"),
            Self::Here => None,
            Self::Behind => Some("RELEASE unit; SAVEPOINT unit"),
        };
        if let Some(set) = set {
            transaction.execute_unprepared(set).await?;
        }
        if job.run(unit).await {
            unit.kept();
            *self = Self::Behind;
        } else {
            transaction.execute_unprepared("ROLLBACK TO unit").await?;
            *self = Self::Here;
        }
        Ok(())
    }
}

async fn write_postgres(database: DatabaseConnection, source: Arc<Source>, bells: Bells, mut job: Box<dyn Job>) {
    let mut reruns = 0;
    loop {
        let transaction = match database.begin().await {
            Ok(transaction) => transaction,
            Err(error) => return job.answer(Err(error)),
        };
        let mut unit = Unit::new(
            Connection::Postgres(transaction),
            Arc::clone(&source),
            job.actor().clone(),
        );
        let keep = job.run(&mut unit).await;
        let (must_rerun, wrote) = (unit.must_rerun(), unit.wrote());
        if keep && !must_rerun {
            unit.kept();
        }
        let Connection::Postgres(transaction) = unit.into_connection() else {
            return;
        };
        step().await;
        let durable = if keep && !must_rerun {
            transaction.commit().await
        } else {
            transaction.rollback().await
        };
        step().await;
        let asked_again = must_rerun || durable.as_ref().is_err_and(wants_rerun);
        if asked_again && reruns < RERUNS {
            reruns += 1;
            // Spread those that collided: a random part of a window that doubles up to 128 ms.
            let window = 2_u64 << reruns.min(6);
            tokio::time::sleep(Duration::from_millis(source.random() % window)).await;
            continue;
        }
        if keep && durable.is_ok() {
            bells.ring(wrote);
        }
        return job.answer(durable);
    }
}
