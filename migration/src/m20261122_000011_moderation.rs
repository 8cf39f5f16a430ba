//! Files of listings that are taken in, sellers' own codes, what buyers report, and what officers take down.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for part in [BULK, MODERATION] {
            crate::run(manager, part).await?;
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

const BULK: &str = "
create table listing_sku (
    listing_id {uuid} primary key references listing (id),
    seller_id {uuid} not null references seller (id),
    code text not null check (length(code) between 1 and 64),
    unique (seller_id, code)
);

create table listing_import (
    id {uuid} primary key,
    person_id {uuid} not null references person (id),
    seller_id {uuid} not null references seller (id),
    by_command boolean not null,
    file_name text not null,
    format text not null check (format in ('csv', 'xlsx')),
    state text not null check (state in ('ready', 'applying', 'done', 'stopped')),
    header text not null,
    ignored text not null,
    made integer not null check (made >= 0),
    changed integer not null check (changed >= 0),
    same integer not null check (same >= 0),
    refused integer not null check (refused >= 0),
    done integer not null check (done >= 0),
    created_at bigint not null,
    finished_at bigint
);
create index listing_import_person on listing_import (person_id, id);
create index listing_import_state on listing_import (state, id);

create table listing_import_row (
    import_id {uuid} not null references listing_import (id) on delete cascade,
    line integer not null check (line > 0),
    verdict text not null check (verdict in ('new', 'changed', 'same', 'refused')),
    cells text not null,
    faults text,
    written_at bigint,
    primary key (import_id, line),
    check ((verdict = 'refused') = (faults is not null))
);
create index listing_import_row_waiting on listing_import_row (import_id, verdict, written_at, line)
";

const MODERATION: &str = "
create table report (
    id {uuid} primary key,
    code text not null unique,
    subject text not null check (subject in ('listing', 'product', 'seller')),
    subject_id {uuid} not null,
    reason text not null check (reason in ('fake', 'unsafe', 'wrong_origin', 'prohibited', 'price', 'other')),
    words text not null,
    contact_sealed text,
    person_id {uuid} references person (id),
    outcome text check (outcome in ('acted', 'unfounded', 'duplicate')),
    answer text,
    closed_by {uuid} references person (id),
    created_at bigint not null,
    closed_at bigint,
    check ((closed_at is null) = (outcome is null) and (closed_at is null) = (answer is null))
);
create index report_subject on report (subject, subject_id, id);
create index report_open on report (closed_at, id);

create table report_count (
    address text not null,
    window_start bigint not null,
    reports integer not null check (reports > 0),
    primary key (address, window_start)
);

create table takedown (
    id {uuid} primary key,
    subject text not null check (subject in ('listing', 'product', 'seller')),
    subject_id {uuid} not null,
    seller_id {uuid} not null references seller (id),
    reason_code text not null check (reason_code in ('fake', 'unsafe', 'wrong_origin', 'prohibited', 'price', 'other')),
    reason text not null check (length(reason) between 1 and 2000),
    legal_basis text,
    officer_id {uuid} not null references person (id),
    state text not null check (state in ('standing', 'appealed', 'upheld', 'restored')),
    taken_down_at bigint not null,
    appeal text,
    appealed_by {uuid} references person (id),
    appealed_at bigint,
    decision text,
    decided_by {uuid} references person (id),
    decided_at bigint,
    check (decided_by is null or decided_by <> officer_id),
    check ((state in ('upheld', 'restored')) = (decided_at is not null)),
    check ((appealed_at is null) = (appeal is null))
);
create index takedown_subject on takedown (subject, subject_id);
create index takedown_seller on takedown (seller_id, id);
create index takedown_state on takedown (state, id);

create table takedown_listing (
    takedown_id {uuid} not null references takedown (id),
    listing_id {uuid} not null references listing (id),
    was text not null check (was in ('draft', 'review', 'live', 'withdrawn')),
    primary key (takedown_id, listing_id)
);
create index takedown_listing_listing on takedown_listing (listing_id)
";
