//! Reviews as everybody sees them. Nothing here writes.

use std::collections::HashMap;

use entity::{
    catalogue::product,
    ids::{OrderLineId, OrderReviewId, ProductId, SellerId},
    orders::{review, review_photo},
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::{
    http::list::Paging,
    media::read::{PhotoView, views as photo_views},
};

/// A review and what is shown with it.
#[derive(Clone, Debug)]
pub struct ReviewView {
    pub row: review::Model,
    pub product: String,
    pub photos: Vec<PhotoView>,
}

/// Of what.
#[derive(Clone, Copy, Debug)]
pub enum About {
    Product(ProductId),
    Seller(SellerId),
}

/// The newest first, a page at a time, without what was taken off; one more than fits.
pub async fn page(db: &impl ConnectionTrait, about: About, paging: Paging) -> Result<Vec<ReviewView>, DbErr> {
    let such = match about {
        About::Product(id) => review::Column::ProductId.eq(id),
        About::Seller(id) => review::Column::SellerId.eq(id),
    };
    let mut query = review::Entity::find()
        .filter(such)
        .filter(review::Column::HiddenAt.is_null())
        .order_by_desc(review::Column::Id)
        .limit(paging.limit + 1);
    if let Some(before) = paging.after {
        query = query.filter(review::Column::Id.lt(OrderReviewId(before)));
    }
    views(db, query.all(db).await?).await
}

/// The review `id`, taken off or not.
pub async fn find(db: &impl ConnectionTrait, id: OrderReviewId) -> Result<Option<ReviewView>, DbErr> {
    let row = review::Entity::find_by_id(id).one(db).await?;
    Ok(views(db, row.into_iter().collect()).await?.pop())
}

/// Which of `lines` were reviewed, and by what.
pub async fn of_lines(
    db: &impl ConnectionTrait,
    lines: &[OrderLineId],
) -> Result<HashMap<OrderLineId, OrderReviewId>, DbErr> {
    let rows: Vec<(OrderLineId, OrderReviewId)> = review::Entity::find()
        .select_only()
        .columns([review::Column::LineId, review::Column::Id])
        .filter(review::Column::LineId.is_in(lines.iter().copied()))
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().collect())
}

async fn views(db: &impl ConnectionTrait, rows: Vec<review::Model>) -> Result<Vec<ReviewView>, DbErr> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let names: HashMap<ProductId, String> = product::Entity::find()
        .filter(product::Column::Id.is_in(rows.iter().map(|row| row.product_id)))
        .all(db)
        .await?
        .into_iter()
        .map(|row| (row.id, row.name))
        .collect();
    let shown = review_photo::Entity::find()
        .filter(review_photo::Column::ReviewId.is_in(rows.iter().map(|row| row.id)))
        .order_by_asc(review_photo::Column::Position)
        .all(db)
        .await?;
    let ids: Vec<_> = shown.iter().map(|row| row.photo_id).collect();
    let photos = photo_views(db, &ids).await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let product = names.get(&row.product_id).cloned().unwrap_or_default();
            ReviewView {
                photos: shown
                    .iter()
                    .filter(|shown| shown.review_id == row.id)
                    .filter_map(|shown| Some(photos.get(&shown.photo_id)?.clone().showing(product.clone())))
                    .collect(),
                product,
                row,
            }
        })
        .collect())
}
