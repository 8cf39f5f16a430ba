//! Stickers that are known one by one: serial numbers of units, and rolls numbered before anybody knows of which batch.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, LABELS).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

const LABELS: &str = "
create table unit_serial (
    gtin text not null check (length(gtin) = 14),
    lot text not null check (length(lot) between 1 and 20),
    serial text not null check (length(serial) between 1 and 20),
    batch_id {uuid} not null references batch (id),
    number integer not null check (number > 0),
    scratch_hash text check (length(scratch_hash) = 64),
    printed_at bigint not null,
    printed_by {uuid} references person (id),
    sold_at bigint,
    used_at bigint,
    primary key (gtin, lot, serial),
    unique (batch_id, number),
    check (used_at is null or scratch_hash is not null)
);

create table roll (
    id {uuid} primary key,
    commune_code text not null check (length(commune_code) = 5),
    first integer not null check (first > 0),
    count integer not null check (count between 1 and 5000),
    template text not null check (length(template) between 1 and 20),
    seller_id {uuid} references seller (id),
    made_by {uuid} references person (id),
    made_at bigint not null,
    unique (commune_code, first)
);
create index roll_seller on roll (seller_id, id) where seller_id is not null;

create table roll_binding (
    id {uuid} primary key,
    roll_id {uuid} not null references roll (id),
    batch_id {uuid} not null references batch (id),
    first integer not null check (first > 0),
    last integer not null,
    bound integer not null check (bound >= 0),
    clashes integer not null check (clashes >= 0),
    happened_at bigint not null,
    recorded_at bigint not null,
    recorded_by {uuid} references person (id),
    check (last >= first),
    check (bound + clashes <= last - first + 1)
);
create index roll_binding_roll on roll_binding (roll_id, id);
create index roll_binding_batch on roll_binding (batch_id, id);

create table roll_code (
    code text primary key check (length(code) = 9),
    roll_id {uuid} not null references roll (id),
    number integer not null,
    batch_id {uuid} references batch (id),
    bound_at bigint,
    unique (roll_id, number),
    check ((batch_id is null) = (bound_at is null))
);
create index roll_code_batch on roll_code (batch_id) where batch_id is not null
";
