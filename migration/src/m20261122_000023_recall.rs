//! What went into what, and recalls.

use sea_orm::{ConnectionTrait, Statement, prelude::Uuid};
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, GRAPH).await?;
        draw_known(manager).await?;
        crate::run(manager, RECALLS).await
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

// One recall of a thing is in force at a time. What a recall reached is kept, so that it can be lifted from just that.
const RECALLS: &str = "
create table recall (
    id {uuid} primary key,
    batch_id {uuid} references batch (id),
    epc text not null check (length(epc) between 1 and 900),
    reason text not null check (length(reason) between 1 and 1000),
    scope text not null check (scope in ('batch', 'downstream', 'upstream_and_downstream')),
    truncated boolean not null,
    made_by {uuid} not null references person (id),
    office text,
    made_at bigint not null,
    ended_at bigint,
    ended_by {uuid} references person (id),
    end_reason text check (length(end_reason) between 1 and 1000),
    check ((ended_at is null) = (ended_by is null) and (ended_at is null) = (end_reason is null))
);
create unique index recall_in_force on recall (epc) where ended_at is null;
create index recall_batch on recall (batch_id);

create table recall_thing (
    recall_id {uuid} not null references recall (id),
    epc text not null check (length(epc) between 1 and 900),
    batch_id {uuid} references batch (id),
    direction text not null check (direction in ('root', 'upstream', 'downstream')),
    hold_id {uuid} references batch_hold (id),
    primary key (recall_id, epc),
    check ((batch_id is null) = (hold_id is null))
);
create index recall_thing_batch on recall_thing (batch_id);

create table recall_listing (
    recall_id {uuid} not null references recall (id),
    listing_id {uuid} not null references listing (id),
    withdrawn boolean not null,
    primary key (recall_id, listing_id)
);
create index recall_listing_listing on recall_listing (listing_id);

create table recall_order (
    recall_id {uuid} not null references recall (id),
    order_id {uuid} not null references customer_order (id),
    outcome text not null check (outcome in ('waiting', 'cancelled', 'shortened', 'told')),
    primary key (recall_id, order_id)
);
create index recall_order_order on recall_order (order_id);

create table recall_stall (
    recall_id {uuid} not null references recall (id),
    stall_id {uuid} not null references stall (id),
    told_at bigint,
    primary key (recall_id, stall_id)
);

create table recall_drill (
    id {uuid} primary key,
    at bigint not null,
    batch_id {uuid} not null references batch (id),
    batches bigint not null,
    foreign_epcs bigint not null,
    listings bigint not null,
    orders bigint not null,
    stalls bigint not null,
    partners bigint not null,
    truncated boolean not null,
    trace_us bigint not null check (trace_us >= 0),
    effects_us bigint not null check (effects_us >= 0)
);

alter table sale_line add column batch_id {uuid} references batch (id);
create index sale_line_batch on sale_line (batch_id) where batch_id is not null
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
