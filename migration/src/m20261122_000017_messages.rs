//! What people are told and by which way, and what sellers' systems are sent.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, MESSAGES).await?;
        crate::run(manager, WEBHOOKS).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

// A `claimed_until` is of the machine's clock, as leases are; everything else is of the exchange's.
const MESSAGES: &str = "
create table message (
    id {uuid} primary key,
    person_id {uuid} references person (id),
    phone text check (length(phone) = 10),
    about text not null check (about in ('orders', 'money', 'reminders')),
    text_id text not null check (length(text_id) between 1 and 80),
    arguments text not null,
    link text check (length(link) between 1 and 300),
    language text check (language in ('vi', 'en')),
    digest text not null check (length(digest) = 64),
    made_at bigint not null,
    planned_at bigint,
    read_at bigint,
    check ((person_id is null) <> (phone is null))
);
create index message_unplanned on message (id) where planned_at is null;
create index message_person on message (person_id, id);
create index message_unread on message (person_id) where read_at is null;
create index message_digest on message (digest);

create table message_choice (
    person_id {uuid} primary key references person (id),
    language text not null check (language in ('vi', 'en')),
    orders text not null,
    money text not null,
    reminders text not null,
    updated_at bigint not null
);

create table person_email (
    person_id {uuid} primary key references person (id),
    address text not null check (length(address) between 3 and 254),
    confirmed_at bigint,
    code_hash text check (length(code_hash) = 64),
    code_until bigint,
    guesses integer not null check (guesses >= 0),
    check ((code_hash is null) = (code_until is null))
);

create table push_subscription (
    id {uuid} primary key,
    person_id {uuid} not null references person (id),
    session_id {uuid} not null references session (id) on delete cascade,
    endpoint_hash text not null unique check (length(endpoint_hash) = 64),
    sealed text not null,
    created_at bigint not null,
    last_sent_at bigint
);
create index push_subscription_person on push_subscription (person_id, id);
create index push_subscription_session on push_subscription (session_id);

create table message_delivery (
    id {uuid} primary key,
    message_id {uuid} not null references message (id) on delete cascade,
    channel text not null check (channel in ('sms', 'zalo', 'email', 'push')),
    subscription_id {uuid} references push_subscription (id) on delete cascade,
    state text not null check (state in ('waiting', 'sent', 'failed', 'dropped')),
    attempts integer not null check (attempts >= 0),
    due_at bigint not null,
    claim text,
    claimed_until bigint not null,
    last_error text,
    ended_at bigint,
    unique (message_id, channel, subscription_id),
    check ((channel = 'push') = (subscription_id is not null)),
    check ((state = 'waiting') = (ended_at is null))
);
create index message_delivery_due on message_delivery (channel, due_at) where state = 'waiting';
create index message_delivery_subscription on message_delivery (subscription_id)
";

const WEBHOOKS: &str = "
create table webhook_endpoint (
    id {uuid} primary key,
    seller_id {uuid} not null references seller (id),
    url text not null check (length(url) between 1 and 2000),
    kinds text not null,
    note text not null check (length(note) <= 200),
    state text not null check (state in ('on', 'off', 'disabled')),
    disabled_reason text check (disabled_reason in ('gave_up', 'gone')),
    failing_since bigint,
    last_delivered_at bigint,
    made_by {uuid} not null references person (id),
    created_at bigint not null,
    updated_at bigint not null,
    check ((state = 'disabled') = (disabled_reason is not null))
);
create index webhook_endpoint_seller on webhook_endpoint (seller_id, id);

create table webhook_secret (
    id {uuid} primary key,
    endpoint_id {uuid} not null references webhook_endpoint (id) on delete cascade,
    made_at bigint not null,
    until bigint
);
create unique index webhook_secret_current on webhook_secret (endpoint_id) where until is null;
create index webhook_secret_endpoint on webhook_secret (endpoint_id);

create table webhook_event (
    id {uuid} primary key,
    seller_id {uuid} not null references seller (id),
    kind text not null check (length(kind) between 1 and 40),
    body text not null,
    made_at bigint not null
);
create index webhook_event_made on webhook_event (made_at);

create table webhook_delivery (
    id {uuid} primary key,
    endpoint_id {uuid} not null references webhook_endpoint (id) on delete cascade,
    event_id {uuid} not null references webhook_event (id) on delete cascade,
    kind text not null,
    state text not null check (state in ('waiting', 'delivered', 'failed')),
    attempts integer not null check (attempts >= 0),
    round integer not null check (round >= 0),
    due_at bigint not null,
    claim text,
    claimed_until bigint not null,
    last_status integer,
    last_error text,
    delivered_at bigint,
    created_at bigint not null,
    unique (endpoint_id, event_id)
);
create index webhook_delivery_due on webhook_delivery (endpoint_id, due_at) where state = 'waiting';
create index webhook_delivery_list on webhook_delivery (endpoint_id, id);
create index webhook_delivery_event on webhook_delivery (event_id)
";
