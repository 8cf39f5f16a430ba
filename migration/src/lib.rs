//! The history of the database, frozen: forward only, each file never edited once it has landed, and none of them knows
//! today's entities. A migration is SQL that both databases read, with `{uuid}` for the one type they name differently.

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
        ]
    }
}

/// Runs `sql` statement by statement in the dialect of the database at hand.
async fn run(manager: &SchemaManager<'_>, sql: &str) -> Result<(), DbErr> {
    let uuid = match manager.get_database_backend() {
        sea_orm::DbBackend::Postgres => "uuid",
        _ => "blob",
    };
    for statement in sql.split(';').map(str::trim).filter(|statement| !statement.is_empty()) {
        manager
            .get_connection()
            .execute_unprepared(&statement.replace("{uuid}", uuid))
            .await?;
    }
    Ok(())
}
