//! Change log, outbox, leases, counters, settings and answers already given.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, SQL).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

const SQL: &str = "
create table setting (
    name text primary key,
    value text not null
);

create table counter (
    name text primary key,
    value bigint not null check (value >= 0)
);

create table lease (
    name text primary key,
    holder text not null,
    expires_at bigint not null
);

create table change (
    id {uuid} primary key,
    subject text not null check (subject in ('listing', 'product', 'seller', 'certificate', 'batch')),
    subject_id {uuid} not null,
    cause text not null check (cause in ('made', 'edited', 'stock', 'withdrawn', 'ended')),
    recorded_at bigint not null,
    seq bigint check (seq > 0)
);
create unique index change_seq on change (seq);
create index change_unnumbered on change (id) where seq is null;
create index change_subject on change (subject, subject_id);

create table outbox (
    id {uuid} primary key,
    topic text not null,
    payload text not null,
    created_at bigint not null,
    due_at bigint not null,
    attempts integer not null default 0 check (attempts >= 0),
    last_error text,
    done_at bigint
);
create index outbox_due on outbox (due_at) where done_at is null;

create table idempotency (
    id text primary key,
    body_hash text not null,
    status integer not null,
    location text,
    body text not null,
    created_at bigint not null
);
create index idempotency_created on idempotency (created_at)
";
