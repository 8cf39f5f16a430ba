//! The EPCIS repository: what queries look for beside an event, capture jobs, named queries and who subscribes to them.

use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // An error declaration carries the eventID of what it declares to be wrong, so that name alone is not unique.
        let event = match manager.get_database_backend() {
            DbBackend::Postgres => EVENT_POSTGRES,
            _ => EVENT_SQLITE,
        };
        for part in [event, INDEXES, TABLES] {
            crate::run(manager, part).await?;
        }
        Ok(())
    }

    /// `foreign_keys` cannot be switched inside a transaction; SQLite's part opens its own.
    fn use_transaction(&self) -> Option<bool> {
        Some(false)
    }
}

const EVENT_POSTGRES: &str = "
alter table event
    drop constraint event_event_id_key,
    add column version text not null default '',
    add column hash text not null default '',
    add column hash_differs boolean not null default false,
    add column declares_error boolean not null default false,
    add column public boolean not null default false,
    add column action text,
    add column disposition text,
    add column read_point text,
    add column biz_location text,
    add column context text,
    add column capture_id uuid;
drop index event_event_time;
";

/// SQLite has no statement that takes a rule away: the table is made anew, as its manual describes (`ALTER TABLE`, 7).
const EVENT_SQLITE: &str = "
pragma foreign_keys = off;
begin immediate;
create table event_anew (
    id blob primary key,
    event_id text not null,
    version text not null default '',
    kind text not null,
    event_time bigint not null,
    record_time bigint not null,
    biz_step text,
    seller_id blob references seller (id),
    recorded_by blob references person (id),
    document text not null,
    hash text not null default '',
    hash_differs boolean not null default false,
    declares_error boolean not null default false,
    public boolean not null default false,
    action text,
    disposition text,
    read_point text,
    biz_location text,
    context text,
    capture_id blob
);
insert into event_anew (id, event_id, kind, event_time, record_time, biz_step, seller_id, recorded_by, document)
    select id, event_id, kind, event_time, record_time, biz_step, seller_id, recorded_by, document from event;
drop table event;
alter table event_anew rename to event;
create index event_seller on event (seller_id);
commit;
pragma foreign_keys = on
";

const INDEXES: &str = "
create unique index event_name on event (event_id, version);
create index event_event_time on event (event_time, id);
create index event_record_time on event (record_time, id);
create index event_biz_step on event (biz_step, id);
create index event_disposition on event (disposition, id) where disposition is not null;
create index event_read_point on event (read_point, id) where read_point is not null;
create index event_biz_location on event (biz_location, id) where biz_location is not null;
create index event_unhashed on event (id) where hash = '';
drop index event_epc_epc;
create index event_epc_epc on event_epc (epc, event_id)
";

const TABLES: &str = "
create table capture_job (
    id {uuid} primary key,
    seller_id {uuid} references seller (id),
    made_by {uuid} not null references person (id),
    behaviour text not null check (behaviour in ('rollback', 'proceed')),
    running boolean not null,
    success boolean not null,
    kept integer not null check (kept >= 0),
    errors text not null,
    warnings text not null,
    created_at bigint not null,
    finished_at bigint
);
create index capture_job_seller on capture_job (seller_id, id);
create index capture_job_made_by on capture_job (made_by, id);

create table named_query (
    id {uuid} primary key,
    owner_id {uuid} not null,
    made_by {uuid} not null references person (id),
    name text not null check (length(name) between 1 and 100),
    query text not null,
    created_at bigint not null,
    unique (owner_id, name)
);

create table query_subscription (
    id {uuid} primary key,
    query_id {uuid} not null references named_query (id) on delete cascade,
    made_by {uuid} not null references person (id),
    dest text not null,
    secret text not null,
    schedule text,
    report_if_empty boolean not null,
    state text not null check (state in ('on', 'gave_up')),
    first_at bigint not null,
    cursor_at bigint not null,
    due_at bigint not null,
    attempts integer not null check (attempts >= 0),
    claim text,
    claimed_until bigint not null,
    last_error text,
    last_notified_at bigint,
    created_at bigint not null
);
create index query_subscription_query on query_subscription (query_id, id);
create index query_subscription_due on query_subscription (due_at) where state = 'on';

create table query_sent (
    subscription_id {uuid} not null references query_subscription (id) on delete cascade,
    event_id {uuid} not null,
    record_time bigint not null,
    primary key (subscription_id, event_id)
);

create table vocabulary_element (
    id {uuid} primary key,
    owner_id {uuid} not null,
    vocabulary text not null,
    name text not null,
    attributes text not null,
    children text not null,
    recorded_at bigint not null,
    unique (owner_id, vocabulary, name)
);
create index vocabulary_element_name on vocabulary_element (name)
";
