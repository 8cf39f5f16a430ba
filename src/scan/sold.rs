//! How much of a batch is sold, and where: what makes a copied sticker on the hundredth kilogram of twenty visible.

use entity::{
    Quantity, Slug, Thousandths,
    catalogue::{seller, staff},
    listings::{listing, pool, pool_lot},
    market::{market, stall},
    trace::batch,
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait};

/// Places that are named.
const PLACES: u64 = 5;

/// What the exchange knows of the sale of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sold {
    /// What left the stock, and what is promised to orders, in the batch's unit.
    pub gone: Quantity,
    /// The whole batch.
    pub of: Quantity,
    /// Where it is on sale.
    pub places: Vec<SalePlace>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SalePlace {
    /// A listing of the exchange that draws on the batch.
    Listing { title: String, slug: Slug },
    /// A market stall that the seller's own people keep.
    Stall { code: String, market: String, slug: Slug },
}

/// What is known of the sale of `batch` of `seller`; `None` when it was never put on sale here.
pub async fn sold(
    db: &impl ConnectionTrait,
    batch: &batch::Model,
    seller: &seller::Model,
) -> Result<Option<Sold>, DbErr> {
    let lots = pool_lot::Entity::find()
        .filter(pool_lot::Column::BatchId.eq(batch.id))
        .all(db)
        .await?;
    if lots.is_empty() {
        return Ok(None);
    }
    let ids: Vec<_> = lots.iter().map(|lot| lot.pool_id).collect();
    let pools = pool::Entity::find()
        .filter(pool::Column::Id.is_in(ids.iter().copied()))
        .all(db)
        .await?;
    let mut sold = 0;
    for lot in &lots {
        let unit = pools.iter().find(|pool| pool.id == lot.pool_id).map(|pool| pool.unit);
        let amount = Thousandths(lot.issued.0.saturating_add(lot.held.0));
        // A pool of another kind of unit (pieces of what was weighed) cannot be reckoned: it is left out.
        let alike = unit.and_then(|unit| Quantity::new(amount, unit).convert(batch.unit));
        sold += alike.map_or(0, |quantity| quantity.amount.0);
    }
    let mut places = listings(db, &ids).await?;
    places.extend(stalls(db, seller).await?);
    Ok(Some(Sold {
        gone: Quantity::new(Thousandths(sold), batch.unit),
        of: Quantity::new(batch.quantity, batch.unit),
        places,
    }))
}

async fn listings(db: &impl ConnectionTrait, pools: &[entity::ids::PoolId]) -> Result<Vec<SalePlace>, DbErr> {
    let rows = listing::Entity::find()
        .filter(listing::Column::PoolId.is_in(pools.iter().copied()))
        .filter(listing::Column::State.eq(listing::State::Live))
        .order_by_asc(listing::Column::Price)
        .order_by_asc(listing::Column::Id)
        .limit(PLACES)
        .all(db)
        .await?;
    let place = |row: listing::Model| SalePlace::Listing {
        title: row.title,
        slug: row.slug,
    };
    Ok(rows.into_iter().map(place).collect())
}

async fn stalls(db: &impl ConnectionTrait, seller: &seller::Model) -> Result<Vec<SalePlace>, DbErr> {
    let people = staff::Entity::find()
        .select_only()
        .column(staff::Column::PersonId)
        .filter(staff::Column::SellerId.eq(seller.id));
    let rows = stall::Entity::find()
        .filter(stall::Column::PersonId.in_subquery(people.into_query()))
        .order_by_asc(stall::Column::Code)
        .limit(PLACES)
        .all(db)
        .await?;
    let markets = market::Entity::find()
        .filter(market::Column::Id.is_in(rows.iter().map(|row| row.market_id)))
        .all(db)
        .await?;
    let place = |row: stall::Model| {
        let market = markets.iter().find(|market| market.id == row.market_id)?;
        Some(SalePlace::Stall {
            code: row.code,
            market: market.name.clone(),
            slug: market.slug.clone(),
        })
    };
    Ok(rows.into_iter().filter_map(place).collect())
}
