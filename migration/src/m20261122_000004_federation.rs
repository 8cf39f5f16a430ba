//! The feed that partners read; partners, and what was pulled from them.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for room in [LISTINGS, FEDERATION] {
            crate::run(manager, room).await?;
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

const LISTINGS: &str = "
create table remote_exchange (
    exchange_id text primary key check (length(exchange_id) between 1 and 100),
    name text not null check (length(name) between 1 and 120),
    url text not null,
    fresh_until bigint not null
);

create table remote_listing (
    id {uuid} primary key,
    exchange_id text not null references remote_exchange (exchange_id),
    remote_id text not null check (length(remote_id) between 1 and 200),
    slug text not null unique,
    title text not null check (length(title) between 1 and 200),
    search_text text not null,
    price bigint not null check (price > 0 and price <= 9999999999999),
    unit text not null,
    stock_mode text not null check (stock_mode in ('stock', 'on_demand', 'preorder')),
    left_amount bigint check (left_amount >= 0),
    in_stock boolean not null,
    category text not null,
    star integer check (star between 3 and 5),
    star_until text,
    seller_name text not null,
    commune_code text not null check (length(commune_code) = 5),
    commune_name text not null,
    gtin text check (length(gtin) = 14),
    url text not null,
    photo_url text,
    state text not null check (state in ('live', 'gone')),
    fresh_until bigint not null,
    published_at bigint not null,
    updated_at bigint not null,
    generation bigint not null,
    digest text not null,
    details text not null,
    unique (exchange_id, remote_id),
    check ((star is null) = (star_until is null))
);
create index remote_listing_newest on remote_listing (state, published_at, id);
create index remote_listing_cheapest on remote_listing (state, price, id);
create index remote_listing_generation on remote_listing (exchange_id, state, generation)
";

const FEDERATION: &str = "
create table federation_key (
    id text primary key,
    public_key text not null,
    sealed text not null,
    made_at bigint not null
);

create table feed (
    listing_id {uuid} primary key references listing (id),
    seq bigint not null unique check (seq > 0),
    kind text not null check (kind in ('upsert', 'tombstone')),
    reason text check (reason in ('sold', 'withdrawn', 'takedown', 'recall')),
    document text,
    recorded_at bigint not null,
    check ((kind = 'upsert') = (document is not null)),
    check ((kind = 'tombstone') = (reason is not null))
);
create index feed_forgotten on feed (kind, recorded_at);

create table feed_position (
    name text primary key,
    change_seq bigint not null check (change_seq >= 0),
    day text not null,
    built boolean not null,
    built_to {uuid},
    floor bigint not null check (floor >= 0)
);

create table partner (
    id {uuid} primary key,
    exchange_id text not null unique references remote_exchange (exchange_id),
    name text not null unique check (length(name) between 1 and 120),
    url text not null,
    keys text not null,
    signs boolean not null,
    changes_url text not null,
    snapshot_url text not null,
    cursor text,
    generation bigint not null check (generation >= 0),
    snapshot_next text,
    received bigint not null check (received >= 0),
    refused bigint not null check (refused >= 0),
    last_refusal text,
    last_pull_at bigint,
    last_failure text,
    added_at bigint not null
)
";
