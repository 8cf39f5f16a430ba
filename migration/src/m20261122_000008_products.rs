//! What a product is made of in words of its category, the numbers it had before, words for its photographs, and
//! photographs that arrive in pieces.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let bytes = match manager.get_database_backend() {
            sea_orm::DbBackend::Postgres => "bytea",
            _ => "blob",
        };
        crate::run(manager, CATALOGUE).await?;
        crate::run(manager, &MEDIA.replace("{bytes}", bytes)).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

const CATALOGUE: &str = "
alter table product add column attributes text;

alter table product_photo add column alt text check (length(alt) between 1 and 200);

create table former_gtin (
    gtin text primary key check (length(gtin) = 14),
    product_id {uuid} not null references product (id),
    replaced_at bigint not null
);
create index former_gtin_product on former_gtin (product_id)
";

const MEDIA: &str = "
create table upload (
    id {uuid} primary key,
    person_id {uuid} not null references person (id),
    size bigint not null check (size > 0),
    received bigint not null check (received between 0 and size),
    pieces integer not null check (pieces >= 0),
    digest text check (length(digest) = 64),
    photo_id {uuid} references photo (id),
    expires_at bigint not null
);
create index upload_person on upload (person_id);
create index upload_expires on upload (expires_at);
create index upload_photo on upload (photo_id);

create table upload_piece (
    upload_id {uuid} not null references upload (id),
    start bigint not null check (start >= 0),
    bytes {bytes} not null,
    primary key (upload_id, start)
)
";
