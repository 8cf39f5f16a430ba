//! How goods reach their buyer and for how much, order cycles, and store credit.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for sql in [DELIVERY, CYCLES, ORDERS, CREDIT] {
            crate::run(manager, sql).await?;
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

const DELIVERY: &str = "
create table delivery_zone (
    id {uuid} primary key,
    seller_id {uuid} not null references seller (id),
    position integer not null check (position >= 0),
    name text not null check (length(name) between 1 and 80),
    places text not null,
    fee bigint not null check (fee >= 0 and fee <= 9999999999999),
    included_grams bigint not null check (included_grams >= 0),
    fee_per_kg bigint not null check (fee_per_kg >= 0 and fee_per_kg <= 9999999999999),
    free_from bigint check (free_from > 0)
);
create index delivery_zone_seller on delivery_zone (seller_id);

create table pickup_point (
    id {uuid} primary key,
    seller_id {uuid} not null references seller (id),
    position integer not null check (position >= 0),
    name text not null check (length(name) between 1 and 80),
    commune_code text not null check (length(commune_code) = 5),
    street text not null,
    opening text not null
);
create index pickup_point_seller on pickup_point (seller_id);

create table farm_time (
    id {uuid} primary key,
    seller_id {uuid} not null references seller (id),
    weekday integer not null check (weekday between 1 and 7),
    opens text not null check (length(opens) = 5),
    closes text not null check (length(closes) = 5),
    closes_hours_before integer not null check (closes_hours_before >= 0),
    capacity bigint not null check (capacity > 0),
    check (opens < closes)
);
create index farm_time_seller on farm_time (seller_id);

create table farm_day (
    time_id {uuid} not null,
    day text not null check (length(day) = 10),
    taken bigint not null check (taken >= 0),
    capacity bigint not null check (capacity > 0),
    primary key (time_id, day),
    check (taken <= capacity)
)";

const CYCLES: &str = "
create table order_cycle (
    id {uuid} primary key,
    seller_id {uuid} not null references seller (id),
    name text not null check (length(name) between 1 and 120),
    opens_at bigint not null,
    closes_at bigint not null,
    hand_over_on text not null check (length(hand_over_on) = 10),
    ship boolean not null,
    pickup boolean not null,
    farm boolean not null,
    note text not null,
    created_at bigint not null,
    created_by {uuid} references person (id),
    check (opens_at < closes_at),
    check (ship or pickup or farm)
);
create index order_cycle_seller on order_cycle (seller_id, id);

create table order_cycle_listing (
    cycle_id {uuid} not null references order_cycle (id),
    listing_id {uuid} not null references listing (id),
    primary key (cycle_id, listing_id)
);
create index order_cycle_listing_listing on order_cycle_listing (listing_id)";

const ORDERS: &str = "
alter table customer_order add column delivery_fee bigint not null default 0 check (delivery_fee >= 0);
alter table customer_order add column credit_used bigint not null default 0 check (credit_used >= 0);
alter table customer_order add column cycle_id {uuid} references order_cycle (id);
create index customer_order_cycle on customer_order (cycle_id) where cycle_id is not null;

create table order_collection (
    order_id {uuid} primary key references customer_order (id),
    name text not null,
    commune_code text not null,
    street text not null,
    opening text not null,
    time_id {uuid},
    day text,
    opens text,
    closes text,
    booked boolean not null,
    check ((time_id is null) = (day is null)),
    check (not booked or time_id is not null)
)";

const CREDIT: &str = "
create table store_credit (
    seller_id {uuid} not null references seller (id),
    person_id {uuid} not null references person (id),
    balance bigint not null check (balance >= 0 and balance <= 9999999999999),
    updated_at bigint not null,
    primary key (seller_id, person_id)
);
create index store_credit_person on store_credit (person_id, seller_id);

create table store_credit_entry (
    id {uuid} primary key,
    seller_id {uuid} not null,
    person_id {uuid} not null,
    amount bigint not null check (amount <> 0),
    why text not null check (why in ('gift', 'refund', 'returned', 'spent')),
    order_id {uuid} references customer_order (id),
    note text,
    recorded_at bigint not null,
    recorded_by {uuid} references person (id),
    foreign key (seller_id, person_id) references store_credit (seller_id, person_id),
    check ((why = 'spent') = (amount < 0)),
    check (why = 'gift' or order_id is not null)
);
create index store_credit_entry_of on store_credit_entry (seller_id, person_id, id);
create index store_credit_entry_order on store_credit_entry (order_id)";
