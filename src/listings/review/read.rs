//! What waits for officers, and what became of what waited. Nothing here writes.

use std::collections::HashMap;

use entity::{
    catalogue::seller,
    ids::{ListingId, ReviewId, SellerId},
    listings::{
        listing::{self, State as ListingState},
        review::{self, State},
    },
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect};

use crate::http::list::Paging;

/// A review, with the listing it is of.
#[derive(Clone, Debug)]
pub struct ReviewView {
    pub review: review::Model,
    pub listing: listing::Model,
    pub seller: seller::Model,
}

/// What waits, the oldest first, a page at a time; one more than fits.
pub async fn queue(db: &impl ConnectionTrait, paging: Paging) -> Result<Vec<ReviewView>, DbErr> {
    let of_listing = review::Entity::belongs_to(listing::Entity)
        .from(review::Column::ListingId)
        .to(listing::Column::Id)
        .into();
    let mut query = review::Entity::find()
        .join(JoinType::InnerJoin, of_listing)
        .filter(review::Column::State.eq(State::Pending))
        // What was taken down meanwhile waits for nobody.
        .filter(listing::Column::State.is_in([ListingState::Review, ListingState::Live]))
        .order_by_asc(review::Column::Id)
        .limit(paging.limit + 1);
    if let Some(after) = paging.after {
        query = query.filter(review::Column::Id.gt(ReviewId(after)));
    }
    views(db, query.all(db).await?).await
}

/// The review `id`, decided or not.
pub async fn one(db: &impl ConnectionTrait, id: ReviewId) -> Result<Option<ReviewView>, DbErr> {
    let row = review::Entity::find_by_id(id).one(db).await?;
    Ok(views(db, row.into_iter().collect()).await?.pop())
}

/// The newest review of `listing`.
pub async fn latest(db: &impl ConnectionTrait, listing: ListingId) -> Result<Option<review::Model>, DbErr> {
    review::Entity::find()
        .filter(review::Column::ListingId.eq(listing))
        .order_by_desc(review::Column::Id)
        .one(db)
        .await
}

async fn views(db: &impl ConnectionTrait, rows: Vec<review::Model>) -> Result<Vec<ReviewView>, DbErr> {
    let listings: HashMap<ListingId, listing::Model> = listing::Entity::find()
        .filter(listing::Column::Id.is_in(rows.iter().map(|row| row.listing_id)))
        .all(db)
        .await?
        .into_iter()
        .map(|row| (row.id, row))
        .collect();
    let sellers: HashMap<SellerId, seller::Model> = seller::Entity::find()
        .filter(seller::Column::Id.is_in(listings.values().map(|row| row.seller_id)))
        .all(db)
        .await?
        .into_iter()
        .map(|row| (row.id, row))
        .collect();
    Ok(rows
        .into_iter()
        .filter_map(|review| {
            let listing = listings.get(&review.listing_id)?.clone();
            let seller = sellers.get(&listing.seller_id)?.clone();
            Some(ReviewView {
                review,
                listing,
                seller,
            })
        })
        .collect())
}
