//! Sellers and products as lists for the API.

use entity::{
    catalogue::{product, product_photo, seller},
    ids::{PhotoId, ProductId, SellerId},
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::http::list::Paging;

/// Sellers by id, only `own` ones when given; one row more than fits.
pub(super) async fn sellers(
    db: &impl ConnectionTrait,
    own: Option<&[SellerId]>,
    paging: Paging,
) -> Result<Vec<seller::Model>, DbErr> {
    let mut query = seller::Entity::find()
        .order_by_asc(seller::Column::Id)
        .limit(paging.limit + 1);
    if let Some(own) = own {
        query = query.filter(seller::Column::Id.is_in(own.iter().copied()));
    }
    if let Some(after) = paging.after {
        query = query.filter(seller::Column::Id.gt(SellerId(after)));
    }
    query.all(db).await
}

pub(super) async fn seller(db: &impl ConnectionTrait, id: SellerId) -> Result<Option<seller::Model>, DbErr> {
    seller::Entity::find_by_id(id).one(db).await
}

/// A product and its photographs in order.
pub(super) type ProductWithPhotos = (product::Model, Vec<PhotoId>);

/// Products by id, only those of `own` sellers when given; one row more than fits.
pub(super) async fn products(
    db: &impl ConnectionTrait,
    own: Option<&[SellerId]>,
    paging: Paging,
) -> Result<Vec<ProductWithPhotos>, DbErr> {
    let mut query = product::Entity::find()
        .order_by_asc(product::Column::Id)
        .limit(paging.limit + 1);
    if let Some(own) = own {
        query = query.filter(product::Column::SellerId.is_in(own.iter().copied()));
    }
    if let Some(after) = paging.after {
        query = query.filter(product::Column::Id.gt(ProductId(after)));
    }
    with_photos(db, query.all(db).await?).await
}

pub(super) async fn product(db: &impl ConnectionTrait, id: ProductId) -> Result<Option<ProductWithPhotos>, DbErr> {
    let found = product::Entity::find_by_id(id).all(db).await?;
    Ok(with_photos(db, found).await?.pop())
}

async fn with_photos(db: &impl ConnectionTrait, rows: Vec<product::Model>) -> Result<Vec<ProductWithPhotos>, DbErr> {
    let photos = product_photo::Entity::find()
        .filter(product_photo::Column::ProductId.is_in(rows.iter().map(|row| row.id)))
        .order_by_asc(product_photo::Column::Position)
        .all(db)
        .await?;
    let of = |id: ProductId| {
        photos
            .iter()
            .filter(|photo| photo.product_id == id)
            .map(|photo| photo.photo_id)
            .collect()
    };
    Ok(rows
        .into_iter()
        .map(|row| (of(row.id), row))
        .map(|(photos, row)| (row, photos))
        .collect())
}
