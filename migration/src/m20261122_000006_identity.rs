//! Second factors, codes sent to phones, electronic identity.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, SQL).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

const SQL: &str = "
alter table session add column second_factor_at bigint;

create table totp (
    person_id {uuid} primary key references person (id),
    secret text not null,
    last_step bigint not null,
    created_at bigint not null,
    confirmed_at bigint
);

create table recovery_code (
    person_id {uuid} not null references person (id),
    code_hash text not null,
    created_at bigint not null,
    used_at bigint,
    primary key (person_id, code_hash)
);

create table passkey (
    id {uuid} primary key,
    person_id {uuid} not null references person (id),
    credential_id text not null unique,
    credential text not null,
    name text not null,
    created_at bigint not null,
    last_used_at bigint
);
create index passkey_person on passkey (person_id, id);

create table ceremony (
    id text primary key,
    kind text not null check (kind in ('second_factor', 'passkey', 'identity', 'identity_link')),
    person_id {uuid} references person (id),
    state text not null,
    attempts integer not null,
    expires_at bigint not null
);
create index ceremony_expiry on ceremony (expires_at);

create table phone_code (
    phone_hash text not null,
    purpose text not null check (purpose in ('sign_in', 'sign_up', 'consent')),
    code_hash text not null,
    attempts integer not null,
    expires_at bigint not null,
    primary key (phone_hash, purpose)
);
create index phone_code_expiry on phone_code (expires_at);

create table electronic_identity (
    person_id {uuid} primary key references person (id),
    issuer text not null,
    subject text not null,
    name text not null,
    verified_at bigint not null,
    unique (issuer, subject)
)";
