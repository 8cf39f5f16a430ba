//! What scanning knows: numbers of places, how often a code was scanned, where a unit's own code was seen, and what people
//! report of a sticker.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, SCAN).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

const SCAN: &str = "
create table place_code (
    gln text primary key check (length(gln) = 13),
    kind text not null check (kind in ('market', 'seller')),
    subject_id {uuid} not null,
    created_at bigint not null,
    unique (kind, subject_id)
);

create table scan_count (
    batch_id {uuid} not null references batch (id),
    serial text not null,
    scans bigint not null check (scans > 0),
    first_at bigint not null,
    last_at bigint not null,
    primary key (batch_id, serial),
    check (last_at >= first_at)
);

create table scan_sighting (
    id {uuid} primary key,
    batch_id {uuid} not null references batch (id),
    serial text not null check (length(serial) > 0),
    seen_at bigint not null,
    latitude_tenths integer not null check (latitude_tenths between -900 and 900),
    longitude_tenths integer not null check (longitude_tenths between -1800 and 1800),
    place text not null
);
create index scan_sighting_serial on scan_sighting (batch_id, serial, seen_at);
create index scan_sighting_seen on scan_sighting (seen_at);

create table scan_report (
    id {uuid} primary key,
    uri text not null check (length(uri) between 1 and 2000),
    batch_id {uuid} references batch (id),
    serial text,
    reason text not null check (reason in ('copy', 'different', 'spoiled', 'label', 'other')),
    words text not null,
    contact_sealed text,
    person_id {uuid} references person (id),
    created_at bigint not null
);
create index scan_report_batch on scan_report (batch_id)
";
