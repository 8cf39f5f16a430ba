//! What the home page asks of the other rooms. Nothing here writes.

use entity::{
    Day, Slug, Timestamp,
    catalogue::{certificate, product, seller},
    listings::listing::{self, State},
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::catalogue::read::{by_id, holds_on};

/// A recognition that was given lately.
#[derive(Clone, Debug)]
pub struct Recognition {
    pub certificate: certificate::Model,
    pub product_name: String,
    pub seller_name: String,
    pub seller_slug: Slug,
}

/// The latest OCOP recognitions that hold on `day`.
pub async fn newest_recognitions(db: &impl ConnectionTrait, day: Day, limit: u64) -> Result<Vec<Recognition>, DbErr> {
    let certificates = certificate::Entity::find()
        .filter(certificate::Column::Kind.eq(certificate::Kind::Ocop))
        .filter(certificate::Column::ProductId.is_not_null())
        .filter(holds_on(day))
        .order_by_desc(certificate::Column::GrantedOn)
        .order_by_desc(certificate::Column::Id)
        .limit(limit)
        .all(db)
        .await?;
    let products = product::Entity::find()
        .filter(product::Column::Id.is_in(certificates.iter().filter_map(|row| row.product_id)))
        .all(db)
        .await?;
    let sellers = seller::Entity::find()
        .filter(seller::Column::Id.is_in(certificates.iter().map(|row| row.seller_id)))
        .all(db)
        .await?;
    let (products, sellers) = (by_id(products, |row| row.id), by_id(sellers, |row| row.id));
    Ok(certificates
        .into_iter()
        .filter_map(|certificate| {
            let seller = sellers.get(&certificate.seller_id)?;
            Some(Recognition {
                product_name: products.get(&certificate.product_id?)?.name.clone(),
                seller_name: seller.name.clone(),
                seller_slug: seller.slug.clone(),
                certificate,
            })
        })
        .collect())
}

/// How many listings are live.
pub async fn count_live(db: &impl ConnectionTrait) -> Result<u64, DbErr> {
    listing::Entity::find()
        .filter(listing::Column::State.eq(State::Live))
        .count(db)
        .await
}

/// Slugs of live listings and when they last changed, by id; at most `limit` after the first `skip`.
pub async fn listing_slugs(db: &impl ConnectionTrait, skip: u64, limit: u64) -> Result<Vec<(Slug, Timestamp)>, DbErr> {
    listing::Entity::find()
        .select_only()
        .columns([listing::Column::Slug, listing::Column::UpdatedAt])
        .filter(listing::Column::State.eq(State::Live))
        .order_by_asc(listing::Column::Id)
        .offset(skip)
        .limit(limit)
        .into_tuple()
        .all(db)
        .await
}

/// Slugs of sellers and when they last changed, by id; at most `limit`.
pub async fn seller_slugs(db: &impl ConnectionTrait, limit: u64) -> Result<Vec<(Slug, Timestamp)>, DbErr> {
    seller::Entity::find()
        .select_only()
        .columns([seller::Column::Slug, seller::Column::UpdatedAt])
        .order_by_asc(seller::Column::Id)
        .limit(limit)
        .into_tuple()
        .all(db)
        .await
}
