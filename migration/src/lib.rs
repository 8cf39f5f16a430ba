//! The history of the database, frozen: forward only, each file never edited once it has landed, and none of them knows
//! today's entities. A migration is SQL that both databases read, with `{uuid}` and `{bytes}` for the types they name differently.

pub use sea_orm_migration::MigratorTrait;
use sea_orm_migration::prelude::*;

mod m20261122_000001_frame;
mod m20261122_000002_rooms;
mod m20261122_000003_trade;
mod m20261122_000004_federation;
mod m20261122_000005_acts;
mod m20261122_000006_identity;
mod m20261122_000007_sellers;
mod m20261122_000008_products;
mod m20261122_000009_offers;
mod m20261122_000010_dossiers;
mod m20261122_000011_moderation;
mod m20261122_000012_wider;
mod m20261122_000013_delivery;
mod m20261122_000014_aftercare;
mod m20261122_000015_money_in;
mod m20261122_000016_ledger;
mod m20261122_000017_messages;
mod m20261122_000018_epcis;
mod m20261122_000019_log;
mod m20261122_000020_labels;
mod m20261122_000021_farm;
mod m20261122_000022_scan;
mod m20261122_000023_recall;

/// Runs the migrations in order.
#[derive(Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261122_000001_frame::Migration),
            Box::new(m20261122_000002_rooms::Migration),
            Box::new(m20261122_000003_trade::Migration),
            Box::new(m20261122_000004_federation::Migration),
            Box::new(m20261122_000005_acts::Migration),
            Box::new(m20261122_000006_identity::Migration),
            Box::new(m20261122_000007_sellers::Migration),
            Box::new(m20261122_000008_products::Migration),
            Box::new(m20261122_000009_offers::Migration),
            Box::new(m20261122_000010_dossiers::Migration),
            Box::new(m20261122_000011_moderation::Migration),
            Box::new(m20261122_000012_wider::Migration),
            Box::new(m20261122_000013_delivery::Migration),
            Box::new(m20261122_000014_aftercare::Migration),
            Box::new(m20261122_000015_money_in::Migration),
            Box::new(m20261122_000016_ledger::Migration),
            Box::new(m20261122_000017_messages::Migration),
            Box::new(m20261122_000018_epcis::Migration),
            Box::new(m20261122_000019_log::Migration),
            Box::new(m20261122_000020_labels::Migration),
            Box::new(m20261122_000021_farm::Migration),
            Box::new(m20261122_000022_scan::Migration),
            Box::new(m20261122_000023_recall::Migration),
        ]
    }
}

/// Runs `sql` statement by statement in the dialect of the database at hand.
async fn run(manager: &SchemaManager<'_>, sql: &str) -> Result<(), DbErr> {
    let (uuid, bytes) = match manager.get_database_backend() {
        sea_orm::DbBackend::Postgres => ("uuid", "bytea"),
        _ => ("blob", "blob"),
    };
    for statement in sql.split(';').map(str::trim).filter(|statement| !statement.is_empty()) {
        manager
            .get_connection()
            .execute_unprepared(&statement.replace("{uuid}", uuid).replace("{bytes}", bytes))
            .await?;
    }
    Ok(())
}

/// Changes a rule that `table` has on `column` alone, from the text `before` to the text `after`; both read as they stand
/// between the brackets of `check (…)`. What is stored already has to obey `after`.
///
/// SQLite keeps a table's rules as the text it was made with and has no statement to change one. Its manual describes
/// what is done here: the text is edited, and the schema's number raised so that every connection reads it anew.
async fn change_check(
    manager: &SchemaManager<'_>,
    table: &str,
    column: &str,
    before: &str,
    after: &str,
) -> Result<(), DbErr> {
    change_named_check(manager, table, &format!("{table}_{column}_check"), before, after).await
}

/// As [`change_check`], for a rule of several columns, which PostgreSQL knows as `name`.
async fn change_named_check(
    manager: &SchemaManager<'_>,
    table: &str,
    name: &str,
    before: &str,
    after: &str,
) -> Result<(), DbErr> {
    let db = manager.get_connection();
    if manager.get_database_backend() == sea_orm::DbBackend::Postgres {
        let change = format!("alter table {table} drop constraint {name}, add constraint {name} check ({after})");
        return db.execute_unprepared(&change).await.map(|_| ());
    }
    edit_table(
        manager,
        table,
        &format!("check ({before})"),
        &format!("check ({after})"),
    )
    .await
}

/// Lets a column be null that could not.
async fn allow_null(manager: &SchemaManager<'_>, table: &str, column: &str) -> Result<(), DbErr> {
    if manager.get_database_backend() == sea_orm::DbBackend::Postgres {
        let change = format!("alter table {table} alter column {column} drop not null");
        return manager.get_connection().execute_unprepared(&change).await.map(|_| ());
    }
    let before = format!("{column} blob not null");
    edit_table(manager, table, &before, &format!("{column} blob")).await
}

/// Replaces `before` in what SQLite has written down of a table: it keeps no rule apart from the rest, and makes a table
/// anew only with all that refers to it.
async fn edit_table(manager: &SchemaManager<'_>, table: &str, before: &str, after: &str) -> Result<(), DbErr> {
    let db = manager.get_connection();
    let [before, after] = [before, after].map(|text| text.replace('\'', "''"));
    let number = db
        .query_one_raw(sea_orm::Statement::from_string(
            db.get_database_backend(),
            "pragma schema_version",
        ))
        .await?
        .map_or(Ok(0), |row| row.try_get_by_index::<i64>(0))?;
    db.execute_unprepared("pragma writable_schema = on").await?;
    let edited = db
        .execute_unprepared(&format!(
            "update sqlite_schema set sql = replace(sql, '{before}', '{after}')
             where type = 'table' and name = '{table}' and instr(sql, '{before}') > 0"
        ))
        .await?;
    db.execute_unprepared(&format!("pragma schema_version = {}", number + 1))
        .await?;
    db.execute_unprepared("pragma writable_schema = reset").await?;
    if edited.rows_affected() == 1 {
        Ok(())
    } else {
        Err(DbErr::Migration(format!("{table} has no {before}")))
    }
}
