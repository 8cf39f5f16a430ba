//! The transparency log of what is recorded of batches (ADR 0029).

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        super::run(manager, LOG).await?;
        super::run(manager, WITNESS).await
    }
}

// A leaf refers to no event: it outlives whatever happens to one.
const LOG: &str = "
create table event_leaf (
    event_id {uuid} primary key,
    salt {bytes},
    commitment {bytes} not null,
    leaf_index bigint,
    erased_at bigint
);
create unique index event_leaf_index on event_leaf (leaf_index);
create index event_leaf_waiting on event_leaf (event_id) where leaf_index is null;

create table log_tile (
    level integer not null check (level between 0 and 7),
    n bigint not null check (n >= 0),
    bytes {bytes} not null,
    primary key (level, n)
);

create table log_key (
    name text primary key,
    purpose text not null check (purpose in ('log', 'witness')),
    public_key text not null,
    sealed text not null,
    made_at bigint not null,
    frozen_at bigint
);
create unique index log_key_in_use on log_key (purpose) where frozen_at is null;

create table log_checkpoint (
    origin text not null references log_key (name),
    size bigint not null check (size > 0),
    root text not null,
    note text not null,
    at bigint not null,
    cosigned integer not null check (cosigned >= 0),
    primary key (origin, size)
);

create table log_cosignature (
    origin text not null,
    size bigint not null,
    witness text not null,
    line text not null,
    at bigint not null,
    primary key (origin, size, witness),
    foreign key (origin, size) references log_checkpoint (origin, size) on delete cascade
)
";

const WITNESS: &str = "
create table witnessed_checkpoint (
    origin text primary key,
    size bigint not null check (size >= 0),
    root text not null,
    note text not null,
    at bigint not null
);

alter table partner add column log_key text;
alter table partner add column witness_key text;
alter table partner add column witness_url text;
alter table partner add column witnessed_size bigint;
alter table partner add column witness_failure text
";
