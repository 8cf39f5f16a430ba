//! What a listing offers beside price and stock: how it is packed, tiers, steps, limits, weight; and who approves it.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for part in [OFFER, STOCK, REVIEW, ORDERS] {
            crate::run(manager, part).await?;
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

const OFFER: &str = "
alter table listing add column contains bigint check (contains > 0);
alter table listing add column contains_unit text check ((contains_unit is null) = (contains is null));
alter table listing add column min_quantity bigint check (min_quantity > 0);
alter table listing add column step bigint check (step > 0);
alter table listing add column limit_quantity bigint check (limit_quantity is null
    or (limit_quantity > 0 and (min_quantity is null or min_quantity <= limit_quantity)));
alter table listing add column limit_days integer check ((limit_days is null) = (limit_quantity is null)
    and (limit_days is null or limit_days > 0));
alter table listing add column lead_days integer check (lead_days is null
    or (lead_days >= 0 and stock_mode = 'on_demand'));
alter table listing add column weight_price bigint check (weight_price > 0 and weight_price <= 9999999999999);
alter table listing add column weight_unit text check ((weight_unit is null) = (weight_price is null));
alter table listing add column piece_min bigint check ((piece_min is null) = (weight_price is null)
    and (piece_min is null or piece_min > 0));
alter table listing add column piece_max bigint check ((piece_max is null) = (weight_price is null)
    and (piece_max is null or piece_max >= piece_min));
create index listing_preorder on listing (harvest_on) where stock_mode = 'preorder' and state = 'live';

create table price_tier (
    listing_id {uuid} not null references listing (id),
    from_quantity bigint not null check (from_quantity > 0),
    price bigint not null check (price > 0 and price <= 9999999999999),
    primary key (listing_id, from_quantity)
)
";

const STOCK: &str = "
alter table stock_move add column note text check (length(note) between 1 and 200);
create unique index stock_pool_lot_once on stock_pool_lot (batch_id)
";

const REVIEW: &str = "
create table listing_review (
    id {uuid} primary key,
    listing_id {uuid} not null references listing (id),
    proposed text,
    submitted_by {uuid} references person (id),
    submitted_at bigint not null,
    state text not null check (state in ('pending', 'approved', 'returned', 'replaced', 'withdrawn')),
    decided_by {uuid} references person (id),
    decided_at bigint,
    reason text,
    check ((state = 'pending') = (decided_at is null)),
    check (state <> 'returned' or reason is not null)
);
create unique index listing_review_pending on listing_review (listing_id) where state = 'pending';
create index listing_review_listing on listing_review (listing_id, id);
create index listing_review_queue on listing_review (state, id)
";

const ORDERS: &str = "
alter table order_line add column weight_price bigint check (weight_price > 0);
alter table order_line add column weight_unit text check ((weight_unit is null) = (weight_price is null));
alter table order_line add column estimated_weight bigint check ((estimated_weight is null) = (weight_price is null)
    and (estimated_weight is null or estimated_weight > 0))
";
