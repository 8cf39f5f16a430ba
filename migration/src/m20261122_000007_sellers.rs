//! Sellers: legal data, hours, closure, verification, invitations. Community digital teams: consent, and what a farmer
//! does alone.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for part in [SELLERS, COMMUNITY] {
            crate::run(manager, part).await?;
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

const SELLERS: &str = "
alter table seller add column tax_code text check (length(tax_code) between 10 and 14);
alter table seller add column pickup_commune text check (length(pickup_commune) = 5);
alter table seller add column pickup_street text;
alter table seller add column pickup_note text;
alter table seller add column standing text not null default 'applying' check (standing in ('applying', 'verified'));
create index seller_standing on seller (standing, id);

create table seller_hours (
    seller_id {uuid} not null references seller (id),
    weekday integer not null check (weekday between 1 and 7),
    opens text not null check (length(opens) = 5),
    closes text not null check (length(closes) = 5),
    primary key (seller_id, weekday, opens),
    check (closes > opens)
);

create table seller_closure (
    id {uuid} primary key,
    seller_id {uuid} not null references seller (id),
    from_on text not null,
    until_on text not null,
    note text not null,
    told text not null check (told in ('nothing', 'closed', 'open')),
    created_at bigint not null,
    created_by {uuid} not null references person (id),
    check (until_on >= from_on)
);
create index seller_closure_seller on seller_closure (seller_id, until_on);
create index seller_closure_due on seller_closure (from_on) where told <> 'open';

create table seller_check (
    seller_id {uuid} not null references seller (id),
    item text not null check (item in ('identity', 'tax_code', 'address', 'money_account', 'terms')),
    state text not null check (state in ('given', 'verified', 'refused')),
    note text not null,
    given_at bigint not null,
    given_by {uuid} references person (id),
    decided_at bigint,
    decided_by {uuid} references person (id),
    reason text,
    primary key (seller_id, item),
    check ((state = 'given') = (decided_at is null)),
    check (state <> 'refused' or reason is not null)
);

create table seller_invitation (
    id {uuid} primary key,
    seller_id {uuid} not null references seller (id),
    phone text not null check (length(phone) = 10),
    role text not null check (role in ('owner', 'staff')),
    code_hash text not null unique,
    created_at bigint not null,
    created_by {uuid} not null references person (id),
    expires_at bigint not null check (expires_at > created_at),
    accepted_at bigint,
    accepted_by {uuid} references person (id),
    revoked_at bigint,
    check ((accepted_at is null) = (accepted_by is null)),
    check (accepted_at is null or revoked_at is null)
);
create index seller_invitation_seller on seller_invitation (seller_id, id)
";

const COMMUNITY: &str = "
create table consent (
    id {uuid} primary key,
    helper_id {uuid} not null references person (id),
    farmer_id {uuid} references person (id),
    phone text check (length(phone) = 10),
    name text not null check (length(name) between 1 and 120),
    scope text not null,
    text_version text not null,
    how text not null check (how in ('code', 'witness')),
    witness_name text,
    witness_role text,
    witness_place text,
    created_at bigint not null,
    given_at bigint,
    until_on text,
    revoked_at bigint,
    revoked_by {uuid} references person (id),
    check ((how = 'code') = (phone is not null)),
    check ((how = 'witness') = (witness_name is not null and witness_role is not null and witness_place is not null)),
    check ((given_at is null) = (until_on is null)),
    check (given_at is null or farmer_id is not null)
);
create index consent_helper on consent (helper_id, id);
create index consent_farmer on consent (farmer_id, id);

create table skill_count (
    person_id {uuid} not null references person (id),
    month text not null check (length(month) = 7),
    kind text not null,
    alone bigint not null check (alone >= 0),
    helped bigint not null check (helped >= 0),
    primary key (person_id, month, kind)
)
";
