//! People, photographs, catalogue, trace, listings, markets.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for room in [IDENTITY, MEDIA, CATALOGUE, TRACE, LISTINGS, MARKET] {
            crate::run(manager, room).await?;
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

const IDENTITY: &str = "
create table person (
    id {uuid} primary key,
    phone text not null unique check (length(phone) = 10),
    name text not null check (length(name) between 1 and 120),
    password_hash text not null,
    created_at bigint not null
);

create table role (
    person_id {uuid} not null references person (id),
    role text not null check (role in ('officer', 'market_manager', 'helper', 'administrator')),
    granted_at bigint not null,
    primary key (person_id, role)
);

create table session (
    id {uuid} primary key,
    secret_hash text not null unique,
    person_id {uuid} not null references person (id),
    kind text not null check (kind in ('browser', 'token')),
    name text,
    created_at bigint not null,
    expires_at bigint not null check (expires_at > created_at)
);
create index session_person on session (person_id);

create table sign_in_attempt (
    subject text not null,
    window_start bigint not null,
    failures integer not null check (failures > 0),
    primary key (subject, window_start)
)
";

const MEDIA: &str = "
create table photo (
    id {uuid} primary key,
    person_id {uuid} not null references person (id),
    width integer not null check (width > 0),
    height integer not null check (height > 0),
    widths text not null,
    digest text not null,
    created_at bigint not null
)
";

const CATALOGUE: &str = "
create table seller (
    id {uuid} primary key,
    slug text not null unique,
    kind text not null check (kind in ('household', 'cooperative', 'company')),
    name text not null check (length(name) between 1 and 160),
    commune_code text not null check (length(commune_code) = 5),
    street text,
    about text not null,
    source text,
    created_at bigint not null,
    updated_at bigint not null
);

create table seller_staff (
    seller_id {uuid} not null references seller (id),
    person_id {uuid} not null references person (id),
    role text not null check (role in ('owner', 'staff')),
    since bigint not null,
    primary key (seller_id, person_id)
);
create index seller_staff_person on seller_staff (person_id);

create table product (
    id {uuid} primary key,
    seller_id {uuid} not null references seller (id),
    name text not null check (length(name) between 1 and 160),
    category text not null,
    unit text not null,
    gtin text not null unique check (length(gtin) = 14),
    gtin_kind text not null check (gtin_kind in ('global', 'restricted')),
    brand text,
    description text not null,
    shelf_life_days integer check (shelf_life_days > 0),
    created_at bigint not null,
    updated_at bigint not null
);
create index product_seller on product (seller_id);
create index product_category on product (category);

create table product_photo (
    product_id {uuid} not null references product (id),
    photo_id {uuid} not null references photo (id),
    position integer not null check (position >= 0),
    primary key (product_id, photo_id)
);

create table certificate (
    id {uuid} primary key,
    seller_id {uuid} not null references seller (id),
    product_id {uuid} references product (id),
    kind text not null check (kind in ('ocop', 'vietgap', 'organic', 'gi')),
    star integer check (star between 3 and 5),
    number text,
    issuer text not null,
    granted_on text not null,
    granted_precision text not null check (granted_precision in ('day', 'month', 'year')),
    ends_on text not null,
    verified boolean not null,
    source text,
    created_at bigint not null,
    check (ends_on > granted_on),
    check ((kind = 'ocop') = (star is not null))
);
create index certificate_seller on certificate (seller_id);
create index certificate_product on certificate (product_id);
create index certificate_ends on certificate (ends_on)
";

const TRACE: &str = "
create table plot (
    id {uuid} primary key,
    seller_id {uuid} not null references seller (id),
    name text not null check (length(name) between 1 and 120),
    commune_code text not null check (length(commune_code) = 5),
    area_m2 bigint not null check (area_m2 > 0),
    growing_area_code text,
    created_at bigint not null
);
create index plot_seller on plot (seller_id);

create table event (
    id {uuid} primary key,
    event_id text not null unique,
    kind text not null,
    event_time bigint not null,
    record_time bigint not null,
    biz_step text,
    seller_id {uuid} references seller (id),
    recorded_by {uuid} references person (id),
    document text not null
);
create index event_seller on event (seller_id);
create index event_event_time on event (event_time);

create table event_epc (
    event_id {uuid} not null references event (id),
    role text not null,
    epc text not null,
    primary key (event_id, role, epc)
);
create index event_epc_epc on event_epc (epc);

create table batch (
    id {uuid} primary key,
    product_id {uuid} not null references product (id),
    seller_id {uuid} not null references seller (id),
    gtin text not null check (length(gtin) = 14),
    lot text not null check (length(lot) between 1 and 20),
    quantity bigint not null check (quantity > 0),
    unit text not null,
    harvested_on text not null,
    packed_on text,
    expires_on text,
    short_code text not null unique,
    recorded_at bigint not null,
    recorded_by {uuid} not null references person (id),
    unique (gtin, lot)
);
create index batch_product on batch (product_id);
create index batch_seller on batch (seller_id);

create table batch_plot (
    batch_id {uuid} not null references batch (id),
    plot_id {uuid} not null references plot (id),
    primary key (batch_id, plot_id)
);
create index batch_plot_plot on batch_plot (plot_id);

create table batch_input (
    batch_id {uuid} not null references batch (id),
    input_id {uuid} not null references batch (id),
    quantity bigint not null check (quantity > 0),
    unit text not null,
    primary key (batch_id, input_id),
    check (batch_id <> input_id)
);
create index batch_input_input on batch_input (input_id);

create table batch_hold (
    id {uuid} primary key,
    batch_id {uuid} not null references batch (id),
    reason text not null check (reason in ('pre_harvest_interval', 'mass_balance')),
    until text,
    detail text not null,
    created_at bigint not null,
    released_at bigint,
    released_by {uuid} references person (id),
    release_reason text,
    check ((released_at is null) = (released_by is null))
);
create index batch_hold_batch on batch_hold (batch_id);

create table diary_entry (
    id {uuid} primary key,
    seller_id {uuid} not null references seller (id),
    plot_id {uuid} references plot (id),
    batch_id {uuid} references batch (id),
    activity text not null check (activity in
        ('sowing', 'fertilising', 'spraying', 'watering', 'weeding', 'harvest', 'processing', 'packing')),
    happened_at bigint not null,
    recorded_at bigint not null,
    recorded_by {uuid} not null references person (id),
    note text not null,
    input_name text,
    interval_days integer check (interval_days >= 0),
    event_id {uuid} not null references event (id),
    check (plot_id is not null or batch_id is not null)
);
create index diary_entry_plot on diary_entry (plot_id, happened_at);
create index diary_entry_batch on diary_entry (batch_id);
create index diary_entry_seller on diary_entry (seller_id)
";

const LISTINGS: &str = "
create table stock_pool (
    id {uuid} primary key,
    seller_id {uuid} not null references seller (id),
    product_id {uuid} not null references product (id),
    unit text not null,
    received bigint not null check (received >= 0),
    issued bigint not null check (issued >= 0),
    held bigint not null check (held >= 0),
    constraint stock_pool_enough check (received - issued - held >= 0)
);
create index stock_pool_product on stock_pool (product_id);

create table stock_pool_lot (
    pool_id {uuid} not null references stock_pool (id),
    batch_id {uuid} not null references batch (id),
    received bigint not null check (received >= 0),
    issued bigint not null check (issued >= 0),
    held bigint not null check (held >= 0),
    primary key (pool_id, batch_id),
    constraint stock_pool_lot_enough check (received - issued - held >= 0)
);
create index stock_pool_lot_batch on stock_pool_lot (batch_id);

create table stock_move (
    id {uuid} primary key,
    pool_id {uuid} not null references stock_pool (id),
    batch_id {uuid} references batch (id),
    delta bigint not null check (delta <> 0),
    reason text not null,
    recorded_at bigint not null,
    recorded_by {uuid} references person (id)
);
create index stock_move_pool on stock_move (pool_id);

create table listing (
    id {uuid} primary key,
    slug text not null unique,
    product_id {uuid} not null references product (id),
    seller_id {uuid} not null references seller (id),
    title text not null,
    price bigint not null check (price > 0 and price <= 9999999999999),
    unit text not null,
    stock_mode text not null check (stock_mode in ('stock', 'on_demand', 'preorder')),
    pool_id {uuid} references stock_pool (id),
    factor bigint not null check (factor > 0),
    harvest_on text,
    cap bigint check (cap > 0),
    state text not null check (state in ('draft', 'review', 'live', 'withdrawn', 'taken_down')),
    search_text text not null,
    created_at bigint not null,
    updated_at bigint not null,
    published_at bigint,
    check ((stock_mode = 'stock') = (pool_id is not null)),
    check ((stock_mode = 'preorder') = (cap is not null and harvest_on is not null))
);
create index listing_seller on listing (seller_id);
create index listing_product on listing (product_id);
create index listing_pool on listing (pool_id);
create index listing_newest on listing (state, published_at, id);
create index listing_cheapest on listing (state, price, id)
";

const MARKET: &str = "
create table market (
    id {uuid} primary key,
    slug text not null unique,
    name text not null,
    commune_code text,
    first_wave boolean not null,
    source text
);

create table stall (
    id {uuid} primary key,
    market_id {uuid} not null references market (id),
    code text not null,
    keeper_name text not null,
    goods text not null,
    person_id {uuid} references person (id),
    unique (market_id, code)
)
";
