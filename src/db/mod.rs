//! The database: a pool for reading, one way of writing.
//!
//! Reads go to [`Db::read`], which on SQLite cannot write even by mistake. Everything that writes is a unit of work
//! ([`Unit`]), run through [`Db::write`]: on SQLite by the one writer thread, which puts waiting units into one durable
//! commit; on PostgreSQL in a transaction of its own, run again when the database asks for it (ADR 0006).
//!
//! Nothing outside this folder and the migrations knows which of the two it talks to.

mod changes;
mod later;
mod lease;
mod record;
mod scrub;
mod step;
mod unit;
mod writer;

use std::{
    str::FromStr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use migration::MigratorTrait;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseConnection, DbErr, EntityTrait, QueryFilter, SqlxPostgresConnector,
    SqlxSqliteConnector,
};
use sqlx::{
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use tokio::sync::Notify;

pub use changes::{Change, any_unnumbered, changes_after, newest_change, sequence};
pub use lease::Lease;
pub use record::record_units;
pub use scrub::scrub;
pub use unit::{Actor, Deed, SubjectId, Unit, Work};

use crate::app::Source;
use writer::{Bells, Writer};

/// Why a database could not be opened. Each says which setting to look at.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("CHOQUE_DATABASE_URL: '{0}' is neither sqlite://… nor postgres://…")]
    UnknownScheme(String),
    #[error("CHOQUE_DATABASE_URL: {0}")]
    Address(#[source] sqlx::Error),
    #[error("CHOQUE_DATABASE_URL: cannot make the folder for {path}: {cause}")]
    Folder { path: String, cause: std::io::Error },
    #[error("CHOQUE_STATE: the secret in {path} cannot be read or made: {cause}")]
    Secret { path: String, cause: std::io::Error },
    #[error(
        "CHOQUE_SECRET: this database was sealed with another secret; give that one (by default it is the file 'secret' in CHOQUE_STATE)"
    )]
    OtherSecret,
    #[error("the database cannot be reached or used: {0}")]
    Unusable(#[from] DbErr),
}

/// An open database.
#[derive(Debug)]
pub struct Db {
    readers: DatabaseConnection,
    writer: Writer,
    /// Rung after a commit that wrote change rows, and after the sequencer numbered some.
    pub(crate) changed: Arc<Notify>,
    /// Rung after a commit that signalled open pages.
    pub(crate) signalled: Arc<Notify>,
    news: Arc<AtomicU64>,
}

impl Db {
    /// Opens the database at `url` and brings its tables up to date.
    pub async fn open(url: &str, source: Arc<Source>) -> Result<Self, OpenError> {
        let bells = Bells::default();
        let (readers, writer) = if url.starts_with("sqlite:") {
            let options = sqlite_options(url)?;
            let one = SqlitePoolOptions::new()
                .max_connections(1)
                .test_before_acquire(false)
                .idle_timeout(None)
                .max_lifetime(None);
            let writing = one.connect_with(options.clone()).await.map_err(OpenError::Address)?;
            let writing = SqlxSqliteConnector::from_sqlx_sqlite_pool(writing);
            migrate(&writing).await?;
            // Looks at the tables that have grown since they were looked at last, and at no more than a part of each:
            // without their figures the planner takes `state = 'live'` for a better filter than a handful of keys.
            writing.execute_unprepared("pragma optimize = 0x10002").await?;
            let many = SqlitePoolOptions::new().max_connections(4).test_before_acquire(false);
            let reading = many
                .connect_with(options.pragma("query_only", "on"))
                .await
                .map_err(OpenError::Address)?;
            let readers = SqlxSqliteConnector::from_sqlx_sqlite_pool(reading);
            (readers, Writer::sqlite(writing, source, bells.clone()))
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            let options = PgConnectOptions::from_str(url)
                .map_err(OpenError::Address)?
                // Lists of ids make many statements that differ in their length alone; one that is not kept costs a
                // round trip of its own.
                .statement_cache_capacity(256)
                .application_name("choque");
            let pool = PgPoolOptions::new()
                .max_connections(16)
                .acquire_timeout(Duration::from_secs(10))
                // Pinging before each use costs a third of the read throughput; an idle connection is pinged by its keep-alive.
                .test_before_acquire(false)
                .connect_with(options)
                .await
                .map_err(OpenError::Address)?;
            let connection = SqlxPostgresConnector::from_sqlx_postgres_pool(pool);
            migrate(&connection).await?;
            (connection.clone(), Writer::postgres(connection, source, bells.clone()))
        } else {
            return Err(OpenError::UnknownScheme(url.to_owned()));
        };
        Ok(Self {
            readers,
            writer,
            changed: bells.changed,
            signalled: bells.signalled,
            news: bells.news,
        })
    }

    /// The connections to read with.
    #[must_use]
    pub const fn read(&self) -> &DatabaseConnection {
        &self.readers
    }

    /// How many commits of this process have put something on sale, changed it or taken it off, at somebody's wish.
    #[must_use]
    pub fn news(&self) -> u64 {
        self.news.load(Ordering::SeqCst)
    }

    /// Runs `work` as one unit: all of it is durable when this returns `Ok`, and none of it when it returns `Err`.
    ///
    /// `work` may run more than once, so it must have no effect outside the unit. Dropping the returned future cancels
    /// nothing: a unit that was begun ends by itself.
    pub async fn write<T, E, F>(&self, actor: Actor, work: F) -> Result<T, E>
    where
        F: for<'u> Fn(&'u mut Unit) -> Work<'u, T, E> + Send + Sync + 'static,
        T: Send + 'static,
        E: From<DbErr> + Send + 'static,
    {
        self.writer.write(actor, work).await
    }
}

async fn migrate(connection: &DatabaseConnection) -> Result<(), DbErr> {
    migration::Migrator::up(connection, None).await
}

fn sqlite_options(url: &str) -> Result<SqliteConnectOptions, OpenError> {
    let options = SqliteConnectOptions::from_str(url).map_err(OpenError::Address)?;
    if let Some(folder) = options
        .get_filename()
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        std::fs::create_dir_all(folder).map_err(|cause| OpenError::Folder {
            path: options.get_filename().display().to_string(),
            cause,
        })?;
    }
    Ok(options
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(5))
        .statement_cache_capacity(256)
        // 4 MiB per connection; the operating system caches the rest of the file.
        .pragma("cache_size", "-4096")
        .optimize_on_close(true, None))
}

/// What this exchange remembers of itself under `name`.
pub async fn setting(db: &impl ConnectionTrait, name: &str) -> Result<Option<String>, DbErr> {
    use entity::frame::setting::{Column, Entity};
    Ok(Entity::find()
        .filter(Column::Name.eq(name))
        .one(db)
        .await?
        .map(|row| row.value))
}

/// Whether `error` is a broken uniqueness rule, so that a verb can name the field that is taken.
#[must_use]
pub fn is_duplicate(error: &DbErr) -> bool {
    matches!(error.sql_err(), Some(sea_orm::SqlErr::UniqueConstraintViolation(_)))
}
