//! What went into what, and recalls.

use sea_orm::{ConnectionTrait, Statement, prelude::Uuid};
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, GRAPH).await?;
        draw_known(manager).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

// An edge outlives its event, which may be erased, so it refers to it without a foreign key.
const GRAPH: &str = "
create table trace_edge (
    from_epc text not null check (length(from_epc) between 1 and 900),
    to_epc text not null check (length(to_epc) between 1 and 900),
    event_id {uuid} not null,
    primary key (from_epc, to_epc, event_id)
);
create index trace_edge_to on trace_edge (to_epc, from_epc)
";

/// Draws the edges of the transformations there are. Until now only the exchange itself wrote events, each batch by its
/// canonical Digital Link, of which the graph keeps everything but the host.
async fn draw_known(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let db = manager.get_connection();
    let backend = db.get_database_backend();
    let known = db
        .query_all_raw(Statement::from_string(
            backend,
            "select i.epc as input, o.epc as output, i.event_id as event_id
             from event_epc i join event_epc o on o.event_id = i.event_id
             where i.role = 'input' and o.role = 'output'",
        ))
        .await?;
    for row in known {
        let [input, output] = [row.try_get::<String>("", "input")?, row.try_get("", "output")?];
        let event: Uuid = row.try_get("", "event_id")?;
        let edge = [key(&input).into(), key(&output).into(), event.into()];
        let sql = "insert into trace_edge (from_epc, to_epc, event_id) values ($1, $2, $3)";
        db.execute_raw(Statement::from_sql_and_values(backend, sql, edge))
            .await?;
    }
    Ok(())
}

fn key(epc: &str) -> String {
    match epc.rfind("/01/") {
        Some(at) => format!("https://id.gs1.org{}", &epc[at..]),
        None => epc.to_owned(),
    }
}
