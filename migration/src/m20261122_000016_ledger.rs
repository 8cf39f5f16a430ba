//! What is given back, what sellers have earned, what is kept of it, and how the rest reaches them.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for part in [LEDGER, REFUNDS, EARNINGS, COMMISSION, PAYOUTS] {
            crate::run(manager, part).await?;
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

const LEDGER: &str = "
alter table payment add column refunded bigint not null default 0 check (refunded >= 0 and refunded <= received);
alter table payment add column earned bigint not null default 0 check (earned >= 0 and earned + refunded <= received);
alter table transfer add column about {uuid};
create index notice_account_day on notice (account_id, received_at);
create index transfer_about on transfer (about) where about is not null;
create index transfer_debit_seller on transfer (debit_id, recorded_at) where debit_kind = 'seller';
create index transfer_credit_seller on transfer (credit_id, recorded_at) where credit_kind = 'seller';
create index transfer_debit_account on transfer (debit_id, recorded_at) where debit_kind = 'account';
create index transfer_credit_account on transfer (credit_id, recorded_at) where credit_kind = 'account'
";

const REFUNDS: &str = "
create table refund (
    id {uuid} primary key,
    reference text not null unique,
    payment_id {uuid} references payment (id),
    order_id {uuid} not null,
    seller_id {uuid} not null references seller (id),
    owed_by text not null check (owed_by in ('seller', 'exchange')),
    method text not null check (method in ('transfer', 'cash')),
    amount bigint not null check (amount > 0 and amount <= 9999999999999),
    why text not null check (why in ('cancelled', 'unconfirmed', 'short', 'weighed', 'returned', 'edited', 'late', 'overpaid')),
    state text not null check (state in ('owed', 'sent', 'done', 'credited')),
    bank_bin text check (length(bank_bin) = 6),
    number_sealed text,
    number_tail text check (length(number_tail) between 1 and 4),
    holder_sealed text,
    named_at bigint,
    created_at bigint not null,
    sent_at bigint,
    sent_by {uuid} references person (id),
    done_at bigint,
    notice_id {uuid} unique references notice (id),
    check ((bank_bin is null) = (named_at is null)),
    check ((bank_bin is null) = (number_sealed is null)),
    check ((bank_bin is null) = (number_tail is null)),
    check ((bank_bin is null) = (holder_sealed is null)),
    check (state <> 'owed' or sent_at is null),
    check (state <> 'sent' or sent_at is not null),
    check ((state in ('done', 'credited')) = (done_at is not null))
);
create index refund_state on refund (state, id);
create index refund_seller on refund (seller_id, id);
create index refund_order on refund (order_id);
create index refund_payment on refund (payment_id);
create index payment_part on payment (expires_at) where status = 'expired' and received > refunded;

create table refund_access (
    id {uuid} primary key,
    refund_id {uuid} not null references refund (id),
    person_id {uuid} references person (id),
    at bigint not null
);
create index refund_access_refund on refund_access (refund_id, at)
";

const EARNINGS: &str = "
create table earning (
    order_id {uuid} primary key,
    seller_id {uuid} not null references seller (id),
    custody text not null check (custody in ('direct', 'held')),
    goods bigint not null check (goods >= 0),
    delivery bigint not null check (delivery >= 0),
    cash bigint not null check (cash >= 0),
    credit bigint not null check (credit >= 0 and cash + credit <= goods + delivery),
    category text not null,
    returned bigint not null default 0 check (returned >= 0 and returned <= goods),
    returned_delivery bigint not null default 0 check (returned_delivery >= 0 and returned_delivery <= delivery),
    returned_cash bigint not null default 0 check (returned_cash >= 0 and returned_cash <= cash),
    returned_credit bigint not null default 0 check (returned_credit >= 0 and returned_credit <= credit),
    earned_at bigint not null,
    check (goods + delivery > 0),
    check (returned_cash + returned_credit <= returned + returned_delivery)
);
create index earning_seller on earning (seller_id, earned_at);

create table earning_source (
    order_id {uuid} not null references earning (order_id),
    payment_id {uuid} not null references payment (id),
    position integer not null check (position >= 0),
    amount bigint not null check (amount > 0),
    returned bigint not null default 0 check (returned >= 0 and returned <= amount),
    primary key (order_id, payment_id)
);
create index earning_source_payment on earning_source (payment_id);

create table commission (
    id {uuid} primary key,
    order_id {uuid} not null references earning (order_id),
    seller_id {uuid} not null references seller (id),
    custody text not null check (custody in ('direct', 'held')),
    kind text not null check (kind in ('charge', 'offset')),
    rule_from text not null,
    rule_position integer not null check (rule_position >= 0),
    rate_bp integer not null check (rate_bp between 0 and 10000),
    base bigint not null,
    amount bigint not null,
    at bigint not null,
    invoice_id {uuid},
    check ((kind = 'charge') = (amount > 0)),
    check (kind = 'charge' or amount < 0)
);
create unique index commission_once on commission (order_id) where kind = 'charge';
create index commission_seller on commission (seller_id, at);
create index commission_open on commission (seller_id, at) where invoice_id is null and custody = 'direct';
create index commission_invoiced on commission (invoice_id) where invoice_id is not null;

create table withholding (
    id {uuid} primary key,
    order_id {uuid} not null references earning (order_id),
    seller_id {uuid} not null references seller (id),
    what text not null check (what in ('goods', 'transport', 'services', 'unclear')),
    kind text not null check (kind in ('charge', 'offset')),
    rate_from text not null,
    vat_bp integer not null check (vat_bp between 0 and 10000),
    pit_bp integer not null check (pit_bp between 0 and 10000),
    base bigint not null,
    vat bigint not null,
    pit bigint not null,
    at bigint not null,
    check ((kind = 'charge') = (base > 0)),
    check (kind = 'charge' or (base < 0 and vat <= 0 and pit <= 0)),
    check (kind = 'offset' or (vat >= 0 and pit >= 0))
);
create unique index withholding_once on withholding (order_id, what) where kind = 'charge';
create index withholding_at on withholding (at);
create index withholding_seller on withholding (seller_id, at);

create table tax_remittance (
    month text primary key check (length(month) = 7),
    amount bigint not null check (amount > 0),
    at bigint not null,
    made_by {uuid} references person (id)
)
";

const COMMISSION: &str = "
create table commission_rule (
    from_on text not null check (length(from_on) = 10),
    position integer not null check (position >= 0),
    category text,
    kind text check (kind in ('household', 'cooperative', 'company')),
    stars integer check (stars between 1 and 5),
    rate_bp integer not null check (rate_bp between 0 and 5000),
    floor bigint not null check (floor >= 0),
    cap bigint check (cap >= floor),
    note text not null,
    made_at bigint not null,
    made_by {uuid} references person (id),
    primary key (from_on, position)
);

create table commission_invoice (
    id {uuid} primary key,
    number text not null unique,
    seller_id {uuid} not null references seller (id),
    month text not null check (length(month) = 7),
    amount bigint not null check (amount > 0 and amount <= 9999999999999),
    lines bigint not null check (lines > 0),
    payment_id {uuid} unique references payment (id),
    issued_at bigint not null,
    due_on text not null check (length(due_on) = 10),
    paid_at bigint,
    unique (seller_id, month)
);
create index commission_invoice_seller on commission_invoice (seller_id, id)
";

const PAYOUTS: &str = "
create table payout_schedule (
    seller_id {uuid} primary key references seller (id),
    every text not null check (every in ('daily', 'weekly', 'threshold')),
    weekday integer not null check (weekday between 1 and 7),
    threshold bigint not null check (threshold > 0 and threshold <= 9999999999999),
    changed_at bigint not null
);

create table payout (
    id {uuid} primary key,
    number text not null unique,
    reference text not null unique,
    seller_id {uuid} not null references seller (id),
    account_id {uuid} not null references money_account (id),
    from_account_id {uuid} not null references money_account (id),
    amount bigint not null check (amount > 0 and amount <= 9999999999999),
    lines bigint not null check (lines > 0),
    state text not null check (state in ('made', 'sent', 'done', 'failed')),
    made_at bigint not null,
    sent_at bigint,
    done_at bigint,
    failed_at bigint,
    reason text,
    notice_id {uuid} unique references notice (id),
    check ((state = 'failed') = (failed_at is not null)),
    check ((state = 'failed') = (reason is not null)),
    check ((state = 'done') = (done_at is not null)),
    check (state not in ('sent', 'done') or sent_at is not null)
);
create index payout_seller on payout (seller_id, id);
create index payout_state on payout (state, id);

create table payout_line (
    id {uuid} primary key,
    seller_id {uuid} not null references seller (id),
    order_id {uuid},
    why text not null check (why in ('earned', 'returned', 'commission', 'tax', 'credit')),
    amount bigint not null check (amount <> 0),
    at bigint not null,
    payout_id {uuid},
    check (why <> 'earned' or amount > 0),
    check (why not in ('returned', 'credit') or amount < 0)
);
create index payout_line_free on payout_line (seller_id, at) where payout_id is null;
create index payout_line_payout on payout_line (payout_id) where payout_id is not null
";
