//! A unit of work: one transaction, who acts, what time it is, and what it leaves for others.

use std::{
    future::Future,
    pin::Pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use entity::{
    Timestamp,
    frame::{
        act,
        change::{self, Cause, Subject},
        counter, outbox, setting, signal, skill_count,
    },
    identity::role::Office,
    ids::{ActId, ChangeId, OutboxId, PersonId, SignalId},
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, EntityTrait, ExecResult, QueryFilter,
    QueryResult, QueryTrait, RuntimeErr, Statement,
    sea_query::{Expr, ExprTrait, OnConflict},
};
use uuid::Uuid;

use super::{later::together, record::Executed, step::step};
use crate::app::Source;
use skill_count::Column;

/// Inserts in one message at most: each text that differs is prepared and kept, and those of one kind of unit hardly do.
const IN_A_MESSAGE: usize = 12;

/// What a unit's closure returns.
pub type Work<'u, T, E> = Pin<Box<dyn Future<Output = Result<T, E>> + Send + 'u>>;

/// On whose account something is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// The program itself: jobs, demo, command line.
    System,
    /// Somebody who has not signed in.
    Guest,
    Person(PersonId),
    /// Somebody who does alone what helpers do for others: it is counted under this word (ADR 0015).
    Practising(PersonId, &'static str),
    /// Somebody in an office, or acting for somebody else: what they write is noted as an act of theirs.
    InOffice(Arc<Deed>),
}

impl Actor {
    /// The person it is written for: with a helper, whom they help.
    #[must_use]
    pub fn person(&self) -> Option<PersonId> {
        match self {
            Self::Person(id) | Self::Practising(id, _) => Some(*id),
            Self::InOffice(deed) => Some(deed.behalf.unwrap_or(deed.by)),
            Self::System | Self::Guest => None,
        }
    }

    /// The person whose hand it is: with a helper, the helper.
    #[must_use]
    pub fn hand(&self) -> Option<PersonId> {
        match self {
            Self::InOffice(deed) => Some(deed.by),
            _ => self.person(),
        }
    }
}

/// What somebody is about to do in an office or for somebody else, as the request tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deed {
    pub by: PersonId,
    pub office: Office,
    pub behalf: Option<PersonId>,
    pub method: String,
    pub path: String,
    pub route: String,
    /// The word under which it is counted, when it is done for somebody else.
    pub skill: Option<&'static str>,
}

pub(super) enum Connection {
    /// Shared with the units that become durable in the same commit.
    Sqlite(Arc<DatabaseTransaction>),
    Postgres(DatabaseTransaction),
}

/// The hand that a verb writes with.
pub struct Unit {
    connection: Connection,
    source: Arc<Source>,
    actor: Actor,
    now: Timestamp,
    wrote: Wrote,
    reason: Option<String>,
    /// Nothing was done that was not done before.
    repeated: bool,
    must_rerun: AtomicBool,
    executed: Executed,
    /// Inserts that nobody waits for; see [`Unit::later`].
    later: Mutex<Vec<Statement>>,
}

/// Whom a unit must ring once it is durable.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Wrote {
    pub changes: bool,
    /// Somebody put something on sale, changed it or took it off, and will look for it at once. Stock does not count, nor
    /// what jobs write: there is a lot of it, and nobody waits for it.
    pub news: bool,
    pub signals: bool,
}

impl std::fmt::Debug for Unit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Unit")
            .field("actor", &self.actor)
            .field("now", &self.now)
            .finish_non_exhaustive()
    }
}

impl Unit {
    pub(super) fn new(connection: Connection, source: Arc<Source>, actor: Actor) -> Self {
        let now = source.now();
        Self {
            connection,
            source,
            actor,
            now,
            wrote: Wrote::default(),
            reason: None,
            repeated: false,
            must_rerun: AtomicBool::new(false),
            executed: Executed::new(),
            later: Mutex::default(),
        }
    }

    /// The moment this unit began; the same for everything it writes.
    #[must_use]
    pub const fn now(&self) -> Timestamp {
        self.now
    }

    #[must_use]
    pub const fn actor(&self) -> &Actor {
        &self.actor
    }

    /// Why this is done, for whoever reads the act later.
    pub fn because(&mut self, reason: &str) {
        self.reason = Some(reason.to_owned());
    }

    /// Says that this unit only gives an answer again: there is no act to note.
    pub const fn repeats(&mut self) {
        self.repeated = true;
    }

    /// Notes the act, when the actor is one whose acts are noted, and counts what is counted.
    pub(super) async fn sign(&mut self) -> Result<(), DbErr> {
        if self.repeated {
            return Ok(());
        }
        let deed = match &self.actor {
            Actor::InOffice(deed) => deed,
            Actor::Practising(person, skill) => return self.count(*person, skill, Column::Alone).await,
            Actor::System | Actor::Guest | Actor::Person(_) => return Ok(()),
        };
        if let (Some(person), Some(skill)) = (deed.behalf, deed.skill) {
            self.count(person, skill, Column::Helped).await?;
        }
        let row = act::ActiveModel {
            id: Set(self.id::<ActId>()),
            person_id: Set(deed.by),
            office: Set(deed.office),
            behalf_id: Set(deed.behalf),
            method: Set(deed.method.clone()),
            path: Set(deed.path.clone()),
            route: Set(deed.route.clone()),
            reason: Set(self.reason.clone()),
            at: Set(self.now),
        };
        act::Entity::insert(row)
            .exec_without_returning(&*self)
            .await
            .map(|_| ())
    }

    /// Adds one to what `person` did of `skill` this month, in `column`: alone or helped.
    async fn count(&self, person: PersonId, skill: &str, column: Column) -> Result<(), DbErr> {
        let first = skill_count::ActiveModel {
            person_id: Set(person),
            month: Set(self.now.day().month()),
            kind: Set(skill.to_owned()),
            alone: Set(i64::from(matches!(column, Column::Alone))),
            helped: Set(i64::from(matches!(column, Column::Helped))),
        };
        let count_on = OnConflict::columns([Column::PersonId, Column::Month, Column::Kind])
            .value(column, Expr::col((skill_count::Entity, column)).add(1))
            .to_owned();
        skill_count::Entity::insert(first)
            .on_conflict(count_on)
            .exec_without_returning(self)
            .await
            .map(|_| ())
    }

    /// Whether nobody else writes until this unit ends, so that it may touch rows in any order.
    #[must_use]
    pub const fn writes_alone(&self) -> bool {
        matches!(self.connection, Connection::Sqlite(_))
    }

    /// A new id.
    #[must_use]
    pub fn id<I: From<Uuid>>(&self) -> I {
        self.source.id()
    }

    /// Where randomness comes from.
    #[must_use]
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// Eight random bytes as a number.
    #[must_use]
    pub fn random(&self) -> u64 {
        self.source.random()
    }

    /// Puts `insert` off until something else is executed or the unit ends, so that all that was put off goes to the
    /// database in one message. For rows whose making is not refused: what is wrong with one of them shows only then.
    pub fn later(&self, insert: &impl QueryTrait) {
        let insert = insert.build(self.get_database_backend());
        self.put_off().push(insert);
    }

    fn put_off(&self) -> MutexGuard<'_, Vec<Statement>> {
        self.later.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Executes what was put off, for whoever has to know whether it is refused.
    pub async fn catch_up(&self) -> Result<(), DbErr> {
        let mut inserts = std::mem::take(&mut *self.put_off());
        while !inserts.is_empty() {
            let rest = inserts.split_off(inserts.len().min(IN_A_MESSAGE));
            let Some(statement) = together(self.get_database_backend(), inserts) else {
                break;
            };
            inserts = rest;
            self.executed.note(&statement);
            step().await;
            let result = match &self.connection {
                Connection::Sqlite(transaction) => transaction.execute_raw(statement).await,
                Connection::Postgres(transaction) => transaction.execute_raw(statement).await,
            };
            self.watch(result)?;
        }
        Ok(())
    }

    /// Appends to the change log that the public sees `subject` differently from now on.
    #[expect(clippy::unused_async, reason = "whoever calls it need not know when it is executed")]
    pub async fn changed(
        &mut self,
        subject: Subject,
        subject_id: impl Into<SubjectId> + Send,
        cause: Cause,
    ) -> Result<(), DbErr> {
        let row = change::ActiveModel {
            id: Set(self.id::<ChangeId>()),
            subject: Set(subject),
            subject_id: Set(subject_id.into().0),
            cause: Set(cause),
            recorded_at: Set(self.now),
            seq: Set(None),
        };
        self.later(&change::Entity::insert(row));
        self.told(cause);
        Ok(())
    }

    fn told(&mut self, cause: Cause) {
        self.wrote.changes = true;
        self.wrote.news |= cause != Cause::Stock && self.actor.person().is_some();
    }

    /// [`Unit::changed`] for many subjects of one kind at once.
    #[expect(clippy::unused_async, reason = "whoever calls it need not know when it is executed")]
    pub async fn changed_all(
        &mut self,
        subject: Subject,
        ids: impl IntoIterator<Item = SubjectId> + Send,
        cause: Cause,
    ) -> Result<(), DbErr> {
        let rows: Vec<_> = ids
            .into_iter()
            .map(|id| change::ActiveModel {
                id: Set(self.id::<ChangeId>()),
                subject: Set(subject),
                subject_id: Set(id.0),
                cause: Set(cause),
                recorded_at: Set(self.now),
                seq: Set(None),
            })
            .collect();
        if rows.is_empty() {
            return Ok(());
        }
        self.later(&change::Entity::insert_many(rows));
        self.told(cause);
        Ok(())
    }

    /// Wakes whoever waits for `topic` ([`crate::jobs::Live`]), in every process, once this unit is durable.
    #[expect(clippy::unused_async, reason = "whoever calls it need not know when it is executed")]
    pub async fn signal(&mut self, topic: String) -> Result<(), DbErr> {
        let row = signal::ActiveModel {
            id: Set(self.id::<SignalId>()),
            topic: Set(topic),
            at: Set(self.source.wall_clock()),
        };
        self.later(&signal::Entity::insert(row));
        self.wrote.signals = true;
        Ok(())
    }

    /// Leaves `payload` (JSON) for the job that takes `topic`, to be done after this unit is durable.
    #[expect(clippy::unused_async, reason = "whoever calls it need not know when it is executed")]
    pub async fn leave(&mut self, topic: &str, payload: String) -> Result<(), DbErr> {
        let row = outbox::ActiveModel {
            id: Set(self.id::<OutboxId>()),
            topic: Set(topic.to_owned()),
            payload: Set(payload),
            created_at: Set(self.now),
            due_at: Set(self.now),
            attempts: Set(0),
            last_error: Set(None),
            done_at: Set(None),
        };
        self.later(&outbox::Entity::insert(row));
        Ok(())
    }

    /// Remembers `value` under `name`, unless something is remembered there already.
    pub async fn remember(&mut self, name: &str, value: &str) -> Result<(), DbErr> {
        let row = setting::ActiveModel {
            name: Set(name.to_owned()),
            value: Set(value.to_owned()),
        };
        let keep = OnConflict::column(setting::Column::Name).do_nothing().to_owned();
        match setting::Entity::insert(row)
            .on_conflict(keep)
            .exec_without_returning(&*self)
            .await
        {
            Ok(_) | Err(DbErr::RecordNotInserted) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Remembers `value` under `name`, whatever was remembered there.
    pub async fn keep(&mut self, name: &str, value: &str) -> Result<(), DbErr> {
        let row = setting::ActiveModel {
            name: Set(name.to_owned()),
            value: Set(value.to_owned()),
        };
        let replace = OnConflict::column(setting::Column::Name)
            .update_column(setting::Column::Value)
            .to_owned();
        setting::Entity::insert(row)
            .on_conflict(replace)
            .exec_without_returning(&*self)
            .await
            .map(|_| ())
    }

    /// The next number of the series `name`, beginning with 1. Who else wants one waits until this unit ends, so no
    /// number is given twice; one taken by a unit that fails is given to the next.
    pub async fn next_number(&mut self, name: &str) -> Result<i64, DbErr> {
        self.take_numbers(name, 1).await
    }

    /// Takes the next `count` numbers of the series `name` and returns the last one given, these included. Taking none
    /// still locks the series until this unit ends.
    pub async fn take_numbers(&mut self, name: &str, count: i64) -> Result<i64, DbErr> {
        let first = counter::ActiveModel {
            name: Set(name.to_owned()),
            value: Set(0),
        };
        let keep = OnConflict::column(counter::Column::Name).do_nothing().to_owned();
        match counter::Entity::insert(first)
            .on_conflict(keep)
            .exec_without_returning(&*self)
            .await
        {
            Ok(_) | Err(DbErr::RecordNotInserted) => {}
            Err(error) => return Err(error),
        }
        counter::Entity::update_many()
            .col_expr(counter::Column::Value, Expr::col(counter::Column::Value).add(count))
            .filter(counter::Column::Name.eq(name))
            .exec(&*self)
            .await?;
        let row = counter::Entity::find_by_id(name).one(&*self).await?;
        row.map(|row| row.value)
            .ok_or_else(|| DbErr::RecordNotFound(format!("counter {name}")))
    }

    pub(super) const fn wrote(&self) -> Wrote {
        self.wrote
    }

    /// Told by the writer that what this unit wrote stays.
    pub(super) fn kept(&self) {
        self.executed.keep();
    }

    /// Whether the database asked for this unit to be run again.
    pub(super) fn must_rerun(&self) -> bool {
        self.must_rerun.load(Ordering::Relaxed)
    }

    pub(super) fn into_connection(self) -> Connection {
        self.connection
    }

    fn watch<T>(&self, result: Result<T, DbErr>) -> Result<T, DbErr> {
        if let Err(error) = &result
            && wants_rerun(error)
        {
            self.must_rerun.store(true, Ordering::Relaxed);
        }
        result
    }
}

/// Serialisation failure and deadlock: the same unit may well succeed when it is run again.
pub(super) fn wants_rerun(error: &DbErr) -> bool {
    let (DbErr::Exec(RuntimeErr::SqlxError(cause))
    | DbErr::Query(RuntimeErr::SqlxError(cause))
    | DbErr::Conn(RuntimeErr::SqlxError(cause))) = error
    else {
        return false;
    };
    cause
        .as_database_error()
        .and_then(|error| error.code().map(|code| matches!(&*code, "40001" | "40P01")))
        .unwrap_or(false)
}

#[async_trait::async_trait]
impl ConnectionTrait for Unit {
    fn get_database_backend(&self) -> DbBackend {
        match &self.connection {
            Connection::Sqlite(transaction) => transaction.get_database_backend(),
            Connection::Postgres(transaction) => transaction.get_database_backend(),
        }
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.catch_up().await?;
        self.executed.note(&statement);
        step().await;
        let result = match &self.connection {
            Connection::Sqlite(transaction) => transaction.execute_raw(statement).await,
            Connection::Postgres(transaction) => transaction.execute_raw(statement).await,
        };
        self.watch(result)
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.catch_up().await?;
        self.executed
            .note(&Statement::from_string(self.get_database_backend(), sql));
        step().await;
        let result = match &self.connection {
            Connection::Sqlite(transaction) => transaction.execute_unprepared(sql).await,
            Connection::Postgres(transaction) => transaction.execute_unprepared(sql).await,
        };
        self.watch(result)
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.catch_up().await?;
        self.executed.note(&statement);
        step().await;
        let result = match &self.connection {
            Connection::Sqlite(transaction) => transaction.query_one_raw(statement).await,
            Connection::Postgres(transaction) => transaction.query_one_raw(statement).await,
        };
        self.watch(result)
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.catch_up().await?;
        self.executed.note(&statement);
        step().await;
        let result = match &self.connection {
            Connection::Sqlite(transaction) => transaction.query_all_raw(statement).await,
            Connection::Postgres(transaction) => transaction.query_all_raw(statement).await,
        };
        self.watch(result)
    }
}

/// The id of whatever a change is about.
#[derive(Clone, Copy, Debug)]
pub struct SubjectId(pub Uuid);

macro_rules! subject_ids {
    ($($id:ident),+) => {$(
        impl From<entity::ids::$id> for SubjectId {
            fn from(id: entity::ids::$id) -> Self {
                Self(id.0)
            }
        }
    )+};
}
subject_ids!(ListingId, ProductId, SellerId, CertificateId, BatchId);
