//! Signals; money accounts, payments, notices, ledger; counter sales; orders and what they hold of the stock.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for room in [FRAME, LISTINGS, PAYMENTS, MARKET, ORDERS] {
            crate::run(manager, room).await?;
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

const FRAME: &str = "
create table signal (
    id {uuid} primary key,
    topic text not null,
    at bigint not null
);
create index signal_at on signal (at)
";

const LISTINGS: &str = "
alter table listing add column promised bigint not null default 0 check (promised >= 0 and (cap is null or promised <= cap));

create table stock_hold (
    id {uuid} primary key,
    holder_id {uuid} not null,
    listing_id {uuid} not null references listing (id),
    pool_id {uuid} references stock_pool (id),
    batch_id {uuid} references batch (id),
    amount bigint not null check (amount > 0),
    state text not null check (state in ('held', 'released', 'issued')),
    created_at bigint not null,
    closed_at bigint,
    check ((state = 'held') = (closed_at is null))
);
create index stock_hold_holder on stock_hold (holder_id);
create index stock_hold_pool on stock_hold (pool_id)
";

const PAYMENTS: &str = "
create table money_account (
    id {uuid} primary key,
    kind text not null check (kind in ('seller', 'stall', 'held')),
    seller_id {uuid} references seller (id),
    bank_bin text not null check (length(bank_bin) = 6),
    number_sealed text not null,
    number_hash text not null,
    number_tail text not null check (length(number_tail) between 1 and 4),
    holder_sealed text not null,
    notices text not null check (notices in ('none', 'sepay')),
    credential_sealed text,
    created_at bigint not null,
    closed_at bigint,
    check ((kind = 'seller') = (seller_id is not null))
);
create index money_account_number on money_account (number_hash);
create unique index money_account_seller on money_account (seller_id) where closed_at is null;

create table money_account_access (
    id {uuid} primary key,
    account_id {uuid} not null references money_account (id),
    person_id {uuid} references person (id),
    what text not null check (what in ('made', 'read', 'closed')),
    at bigint not null
);
create index money_account_access_account on money_account_access (account_id, at);

create table payment (
    id {uuid} primary key,
    reference text not null,
    account_id {uuid} not null references money_account (id),
    purpose text not null check (purpose in ('order', 'sale')),
    amount bigint not null check (amount > 0 and amount <= 9999999999999),
    received bigint not null check (received >= 0),
    status text not null check (status in ('pending', 'paid', 'underpaid', 'overpaid', 'expired', 'refunded')),
    confirmed text check (confirmed in ('bank', 'hand')),
    created_at bigint not null,
    expires_at bigint,
    settled_at bigint,
    unique (account_id, reference)
);
create index payment_expiring on payment (expires_at) where status = 'pending';

create table notice (
    id {uuid} primary key,
    provider text not null check (provider in ('sepay')),
    scope text not null,
    provider_id text not null,
    account_id {uuid} references money_account (id),
    amount bigint not null check (amount > 0),
    direction text not null check (direction in ('in', 'out')),
    reference text,
    content_sealed text not null,
    body_sealed text not null,
    happened_at bigint,
    received_at bigint not null,
    state text not null check (state in ('received', 'credited', 'unmatched', 'ignored')),
    reason text,
    payment_id {uuid} references payment (id),
    settled_at bigint,
    unique (provider, scope, provider_id)
);
create index notice_state on notice (state, id);
create index notice_reference on notice (reference) where state = 'unmatched';

create table transfer (
    id {uuid} primary key,
    debit_kind text not null check (debit_kind in ('account', 'payment', 'seller', 'unmatched')),
    debit_id {uuid} not null,
    credit_kind text not null check (credit_kind in ('account', 'payment', 'seller', 'unmatched')),
    credit_id {uuid} not null,
    amount bigint not null check (amount > 0),
    reason text not null check (reason in ('received', 'unmatched', 'matched', 'hand', 'earned', 'refund')),
    notice_id {uuid} references notice (id),
    payment_id {uuid} references payment (id),
    recorded_at bigint not null,
    check (debit_kind <> credit_kind or debit_id <> credit_id)
);
create unique index transfer_notice on transfer (notice_id, reason) where notice_id is not null;
create index transfer_payment on transfer (payment_id)
";

const MARKET: &str = "
alter table stall add column account_id {uuid} references money_account (id);
alter table stall add column stand_reference text;
create unique index stall_stand on stall (stand_reference);
create index stall_person on stall (person_id);

create table sale (
    id {uuid} primary key,
    stall_id {uuid} not null references stall (id),
    kind text not null check (kind in ('counter', 'stand')),
    amount bigint not null check (amount > 0 and amount <= 9999999999999),
    note text not null,
    payment_id {uuid} not null unique references payment (id),
    happened_at bigint not null,
    recorded_at bigint not null,
    changed_at bigint not null,
    recorded_by {uuid} references person (id)
);
create index sale_day on sale (stall_id, happened_at);
create index sale_changed on sale (stall_id, changed_at);

create table sale_line (
    sale_id {uuid} not null references sale (id),
    position integer not null check (position >= 0),
    name text not null check (length(name) between 1 and 160),
    quantity bigint not null check (quantity > 0),
    price bigint not null check (price > 0),
    amount bigint not null check (amount > 0),
    primary key (sale_id, position)
)
";

const ORDERS: &str = "
create table order_group (
    id {uuid} primary key,
    token_hash text not null unique,
    person_id {uuid} references person (id),
    buyer_name text not null check (length(buyer_name) between 1 and 120),
    buyer_phone text not null check (length(buyer_phone) = 10),
    commune_code text not null check (length(commune_code) = 5),
    street text not null,
    created_at bigint not null
);
create index order_group_person on order_group (person_id);

create table customer_order (
    id {uuid} primary key,
    number text not null unique,
    group_id {uuid} not null references order_group (id),
    seller_id {uuid} not null references seller (id),
    delivery text not null check (delivery in ('ship', 'pickup', 'farm')),
    method text not null check (method in ('vietqr', 'cod')),
    total bigint not null check (total > 0 and total <= 9999999999999),
    state text not null check (state in ('placed', 'confirmed', 'completed', 'cancelled', 'expired')),
    fulfilment text not null check (fulfilment in ('waiting', 'packed', 'shipped', 'delivered')),
    payment_id {uuid} references payment (id),
    created_at bigint not null,
    updated_at bigint not null,
    check ((method = 'vietqr') = (payment_id is not null))
);
create index customer_order_group on customer_order (group_id);
create index customer_order_seller on customer_order (seller_id, id);
create index customer_order_payment on customer_order (payment_id);

create table order_line (
    id {uuid} primary key,
    order_id {uuid} not null references customer_order (id),
    position integer not null check (position >= 0),
    listing_id {uuid} not null references listing (id),
    product_id {uuid} not null references product (id),
    title text not null,
    quantity bigint not null check (quantity > 0),
    unit text not null,
    price bigint not null check (price > 0),
    amount bigint not null check (amount > 0),
    unique (order_id, position)
);
create index order_line_listing on order_line (listing_id)
";
