//! The farm side of provenance: where exactly a plot lies, what grows on it from when to when, corrections of the diary,
//! how batches became other batches, and holds that an officer releases with a reason.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::change_check(
            manager,
            "batch_hold",
            "reason",
            "reason in ('pre_harvest_interval', 'mass_balance')",
            "reason in ('pre_harvest_interval', 'mass_balance', 'over_printed', 'over_sold', 'recalled')",
        )
        .await?;
        crate::run(manager, FARM).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

const FARM: &str = "
alter table batch_hold add column detail_en text not null default '';
alter table batch_hold add column released_office text check (released_office in ('officer', 'administrator'));
create index batch_hold_open on batch_hold (id) where released_at is null;

alter table plot add column geometry text check (length(geometry) between 1 and 40000);

create table crop_cycle (
    id {uuid} primary key,
    plot_id {uuid} not null references plot (id),
    product_id {uuid} references product (id),
    crop text not null check (length(crop) between 1 and 80),
    began_on text not null,
    ended_on text,
    expected_yield_kg bigint check (expected_yield_kg > 0),
    recorded_at bigint not null,
    recorded_by {uuid} not null references person (id),
    check (ended_on is null or ended_on >= began_on)
);
create index crop_cycle_plot on crop_cycle (plot_id, began_on);
create unique index crop_cycle_open on crop_cycle (plot_id) where ended_on is null;

alter table diary_entry add column cycle_id {uuid} references crop_cycle (id);
alter table diary_entry add column quantity bigint check (quantity > 0);
alter table diary_entry add column unit text;
alter table diary_entry add column correction_of {uuid} references diary_entry (id);
create index diary_entry_correction_of on diary_entry (correction_of) where correction_of is not null;

create table yield_ratio (
    product_id {uuid} primary key references product (id),
    per_mille bigint not null check (per_mille between 1 and 1000000),
    declared_at bigint not null,
    declared_by {uuid} not null references person (id)
);

create table transformation (
    id {uuid} primary key,
    seller_id {uuid} not null references seller (id),
    kind text not null check (kind in ('mix', 'split', 'repack', 'process')),
    happened_at bigint not null,
    recorded_at bigint not null,
    recorded_by {uuid} not null references person (id),
    note text not null,
    event_id {uuid} not null references event (id)
);
create index transformation_seller on transformation (seller_id);

create table transformation_input (
    transformation_id {uuid} not null references transformation (id),
    batch_id {uuid} not null references batch (id),
    quantity bigint not null check (quantity > 0),
    unit text not null,
    primary key (transformation_id, batch_id)
);
create index transformation_input_batch on transformation_input (batch_id);

create table transformation_output (
    transformation_id {uuid} not null references transformation (id),
    batch_id {uuid} not null references batch (id),
    primary key (transformation_id, batch_id)
);
create unique index transformation_output_batch on transformation_output (batch_id);
";
