//! What was done in an office or for somebody else.

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
create table act (
    id {uuid} primary key,
    person_id {uuid} not null references person (id),
    office text not null check (office in ('officer', 'market_manager', 'helper', 'administrator')),
    behalf_id {uuid} references person (id),
    method text not null,
    path text not null,
    route text not null,
    reason text,
    at bigint not null
);
create index act_person on act (person_id, id);
create index act_behalf on act (behalf_id, id)
";
