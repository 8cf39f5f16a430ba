//! Sellers and products as lists for the API.

use entity::{
    Gtin,
    catalogue::{former_gtin, product, product_photo, seller},
    ids::{PhotoId, ProductId, SellerId},
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::http::list::Paging;

pub(super) async fn seller(db: &impl ConnectionTrait, id: SellerId) -> Result<Option<seller::Model>, DbErr> {
    seller::Entity::find_by_id(id).one(db).await
}

/// A product with what belongs to it.
#[derive(Clone, Debug)]
pub struct ListedProduct {
    pub product: product::Model,
    /// In order.
    pub photos: Vec<PhotoId>,
    /// Numbers it had before, which stickers may still carry.
    pub former_gtins: Vec<Gtin>,
}

/// Products by id, only those of `own` sellers when given; one row more than fits.
pub(super) async fn products(
    db: &impl ConnectionTrait,
    own: Option<&[SellerId]>,
    paging: Paging,
) -> Result<Vec<ListedProduct>, DbErr> {
    let mut query = product::Entity::find()
        .order_by_asc(product::Column::Id)
        .limit(paging.limit + 1);
    if let Some(own) = own {
        query = query.filter(product::Column::SellerId.is_in(own.iter().copied()));
    }
    if let Some(after) = paging.after {
        query = query.filter(product::Column::Id.gt(ProductId(after)));
    }
    around(db, query.all(db).await?).await
}

/// The product `id` with what belongs to it.
pub async fn product(db: &impl ConnectionTrait, id: ProductId) -> Result<Option<ListedProduct>, DbErr> {
    let found = product::Entity::find_by_id(id).all(db).await?;
    Ok(around(db, found).await?.pop())
}

async fn around(db: &impl ConnectionTrait, rows: Vec<product::Model>) -> Result<Vec<ListedProduct>, DbErr> {
    let photos = product_photo::Entity::find()
        .filter(product_photo::Column::ProductId.is_in(rows.iter().map(|row| row.id)))
        .order_by_asc(product_photo::Column::Position)
        .all(db)
        .await?;
    let former = former_gtin::Entity::find()
        .filter(former_gtin::Column::ProductId.is_in(rows.iter().map(|row| row.id)))
        .order_by_asc(former_gtin::Column::ReplacedAt)
        .all(db)
        .await?;
    let listed = |product: product::Model| ListedProduct {
        photos: photos
            .iter()
            .filter(|photo| photo.product_id == product.id)
            .map(|photo| photo.photo_id)
            .collect(),
        former_gtins: former
            .iter()
            .filter(|number| number.product_id == product.id)
            .map(|number| number.gtin.clone())
            .collect(),
        product,
    };
    Ok(rows.into_iter().map(listed).collect())
}
