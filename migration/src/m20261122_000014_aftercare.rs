//! What comes after an order is placed: parcels, weighing, further payments, edits, returns, reviews.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::change_check(manager, "order_line", "quantity", "quantity > 0", "quantity >= 0").await?;
        crate::change_check(manager, "order_line", "amount", "amount > 0", "amount >= 0").await?;
        crate::allow_null(manager, "photo", "person_id").await?;
        for tables in [ORDERS, EDITS, RETURNS, REVIEWS] {
            crate::run(manager, tables).await?;
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

const ORDERS: &str = "
alter table order_group add column language text;

alter table customer_order add column given_back bigint not null default 0 check (given_back >= 0);
alter table customer_order add column cancelled_by text check (cancelled_by in ('buyer', 'seller', 'exchange'));
alter table customer_order add column cancelled_at bigint;
alter table customer_order add column cancel_reason text;
alter table customer_order add column cash text check (cash in ('came', 'missing'));
alter table customer_order add column delivered_at bigint;
alter table customer_order add column received_at bigint;
alter table customer_order add column earned_at bigint;
create index customer_order_placed on customer_order (created_at) where state = 'placed';
create index customer_order_unearned on customer_order (delivered_at) where delivered_at is not null and earned_at is null;

alter table order_line add column given_up bigint not null default 0 check (given_up >= 0);
alter table order_line add column weighed bigint check (weighed > 0);

create table parcel (
    id {uuid} primary key,
    order_id {uuid} not null references customer_order (id),
    number integer not null check (number > 0),
    state text not null check (state in ('packed', 'shipped', 'delivered', 'unpacked')),
    carrier text not null default '',
    tracking text not null default '',
    packed_at bigint not null,
    shipped_at bigint,
    delivered_at bigint,
    unique (order_id, number)
);
create table parcel_line (
    parcel_id {uuid} not null references parcel (id),
    line_id {uuid} not null references order_line (id),
    quantity bigint not null check (quantity > 0),
    primary key (parcel_id, line_id)
);
create index parcel_line_line on parcel_line (line_id);
insert into parcel (id, order_id, number, state, packed_at, shipped_at, delivered_at)
    select id, id, 1, fulfilment, updated_at,
        case when fulfilment in ('shipped', 'delivered') then updated_at end,
        case when fulfilment = 'delivered' then updated_at end
    from customer_order where fulfilment <> 'waiting';
insert into parcel_line (parcel_id, line_id, quantity)
    select o.id, l.id, l.quantity from customer_order o join order_line l on l.order_id = o.id where o.fulfilment <> 'waiting';

create table further_payment (
    payment_id {uuid} primary key references payment (id),
    order_id {uuid} not null references customer_order (id),
    why text not null check (why in ('edit', 'weight')),
    subject_id {uuid} not null,
    amount bigint not null check (amount > 0),
    state text not null check (state in ('asked', 'paid', 'lapsed')),
    created_at bigint not null
);
create index further_payment_order on further_payment (order_id)
";

const EDITS: &str = "
create table order_edit (
    id {uuid} primary key,
    order_id {uuid} not null references customer_order (id),
    state text not null check (state in ('open', 'waiting_payment', 'accepted', 'refused', 'withdrawn', 'lapsed')),
    note text not null,
    difference bigint not null,
    created_at bigint not null,
    due_at bigint not null,
    closed_at bigint,
    payment_id {uuid} references payment (id),
    check ((state in ('open', 'waiting_payment')) = (closed_at is null))
);
create unique index order_edit_open on order_edit (order_id) where state in ('open', 'waiting_payment');
create index order_edit_due on order_edit (due_at) where state = 'open';
create table order_edit_line (
    id {uuid} primary key,
    edit_id {uuid} not null references order_edit (id),
    position integer not null check (position >= 0),
    line_id {uuid} not null references order_line (id),
    before_quantity bigint not null,
    before_price bigint not null,
    before_amount bigint not null,
    listing_id {uuid} references listing (id),
    title text not null,
    quantity bigint not null check (quantity >= 0),
    unit text not null,
    price bigint not null check (price > 0),
    amount bigint not null check (amount >= 0),
    unique (edit_id, line_id)
)
";

const RETURNS: &str = "
create table order_return (
    id {uuid} primary key,
    order_id {uuid} not null references customer_order (id),
    seller_id {uuid} not null references seller (id),
    person_id {uuid} references person (id),
    state text not null check (state in ('asked', 'goods_wanted', 'sent', 'refused', 'disputed', 'refunded', 'closed', 'withdrawn')),
    reason text not null check (reason in ('broken', 'wrong', 'late', 'quality', 'other')),
    words text not null,
    as_credit boolean not null,
    amount bigint not null check (amount >= 0),
    due_at bigint,
    dispute_from bigint,
    restocked boolean,
    decided_by text check (decided_by in ('seller', 'officer', 'exchange')),
    decision text,
    carrier text not null default '',
    tracking text not null default '',
    refund_id {uuid},
    created_at bigint not null,
    updated_at bigint not null
);
create index order_return_order on order_return (order_id);
create index order_return_seller on order_return (seller_id, id);
create index order_return_person on order_return (person_id, id);
create index order_return_due on order_return (due_at) where due_at is not null;
create table order_return_line (
    return_id {uuid} not null references order_return (id),
    line_id {uuid} not null references order_line (id),
    quantity bigint not null check (quantity > 0),
    primary key (return_id, line_id)
);
create index order_return_line_line on order_return_line (line_id);
create table order_return_message (
    id {uuid} primary key,
    return_id {uuid} not null references order_return (id),
    side text not null check (side in ('buyer', 'seller', 'officer')),
    words text not null,
    at bigint not null
);
create index order_return_message_return on order_return_message (return_id, id);
create table order_return_photo (
    return_id {uuid} not null references order_return (id),
    photo_id {uuid} not null references photo (id),
    position integer not null,
    primary key (return_id, photo_id)
)
";

const REVIEWS: &str = "
create table order_review (
    id {uuid} primary key,
    line_id {uuid} not null unique references order_line (id),
    order_id {uuid} not null references customer_order (id),
    product_id {uuid} not null references product (id),
    listing_id {uuid} not null references listing (id),
    seller_id {uuid} not null references seller (id),
    stars integer not null check (stars between 1 and 5),
    words text not null,
    signed text not null,
    created_at bigint not null,
    answer text,
    answered_at bigint,
    hidden_at bigint,
    hidden_why text
);
create index order_review_product on order_review (product_id, id);
create index order_review_seller on order_review (seller_id, id);
create table order_review_photo (
    review_id {uuid} not null references order_review (id),
    photo_id {uuid} not null references photo (id),
    position integer not null,
    primary key (review_id, photo_id)
);
create table product_rating (
    product_id {uuid} primary key references product (id),
    stars bigint not null check (stars >= 0),
    reviews bigint not null check (reviews >= 0)
);
create table seller_rating (
    seller_id {uuid} primary key references seller (id),
    stars bigint not null check (stars >= 0),
    reviews bigint not null check (reviews >= 0)
)
";
