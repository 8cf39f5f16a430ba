//! Money in: payments through a gateway, notices that a bank's statement tells again, unmatched money that a person dealt
//! with.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, SQL).await?;
        crate::change_check(
            manager,
            "notice",
            "state",
            "state in ('received', 'credited', 'unmatched', 'ignored')",
            "state in ('received', 'credited', 'unmatched', 'ignored', 'told', 'returned')",
        )
        .await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

const SQL: &str = "
alter table payment add column gateway text check (gateway in ('vnpay', 'momo', 'zalopay'));

create table gateway_payment (
    payment_id {uuid} primary key references payment (id),
    gateway text not null check (gateway in ('vnpay', 'momo', 'zalopay')),
    attempt bigint not null check (attempt > 0),
    order_number text not null,
    state text not null check (state in ('wanted', 'open', 'failed', 'closed')),
    redirect_url text,
    wanted_at bigint not null,
    asked_at bigint,
    check ((state = 'wanted') = (redirect_url is null))
);
create index gateway_payment_open on gateway_payment (wanted_at) where state in ('wanted', 'open');

alter table notice add column twin_id {uuid} references notice (id);
alter table notice add column handled_by {uuid} references person (id);
alter table notice add column handled_at bigint;
alter table notice add column note_sealed text;
create unique index notice_twin on notice (twin_id) where twin_id is not null;
create index notice_account_amount on notice (account_id, amount);

alter table money_account add column statement_at bigint
";
