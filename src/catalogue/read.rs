//! What others ask of the catalogue.

use std::collections::HashMap;

use entity::{
    Day, Gtin, Slug,
    catalogue::{
        certificate::{self, Kind},
        former_gtin, product, product_photo, seller,
    },
    ids::{CertificateId, PhotoId, ProductId, SellerId},
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect,
};

pub use super::sellers::read::{Closure, closed_on, closures_on, hours_of};
use crate::media::read::{PhotoView, views};

/// A photograph of a product.
#[derive(Clone, Debug)]
pub struct ProductPhoto {
    pub id: PhotoId,
    pub view: PhotoView,
    /// Nobody said what it shows: the product's name stands for that.
    pub alt_is_name: bool,
}

/// The photographs of each of `products`, in the order in which they are shown, in the seller's words or else with the
/// product's name.
pub async fn photos_of_products(
    db: &impl ConnectionTrait,
    products: &[ProductId],
) -> Result<HashMap<ProductId, Vec<PhotoView>>, DbErr> {
    let photos = product_photos(db, products).await?.into_iter();
    Ok(photos
        .map(|(product, photos)| (product, photos.into_iter().map(|photo| photo.view).collect()))
        .collect())
}

/// [`photos_of_products`] with what the seller may change of them.
pub async fn product_photos(
    db: &impl ConnectionTrait,
    products: &[ProductId],
) -> Result<HashMap<ProductId, Vec<ProductPhoto>>, DbErr> {
    let of_product = product_photo::Entity::belongs_to(product::Entity)
        .from(product_photo::Column::ProductId)
        .to(product::Column::Id)
        .into();
    let links: Vec<(ProductId, PhotoId, Option<String>, String)> = product_photo::Entity::find()
        .select_only()
        .columns([
            product_photo::Column::ProductId,
            product_photo::Column::PhotoId,
            product_photo::Column::Alt,
        ])
        .column(product::Column::Name)
        .join(JoinType::InnerJoin, of_product)
        .filter(product_photo::Column::ProductId.is_in(products.iter().copied()))
        .order_by_asc(product_photo::Column::Position)
        .order_by_asc(product_photo::Column::PhotoId)
        .into_tuple()
        .all(db)
        .await?;
    let ids: Vec<_> = links.iter().map(|(_, photo, ..)| *photo).collect();
    let views = views(db, &ids).await?;
    let mut photos: HashMap<ProductId, Vec<ProductPhoto>> = HashMap::new();
    for (product, id, alt, name) in links {
        photos
            .entry(product)
            .or_default()
            .extend(views.get(&id).map(|view| ProductPhoto {
                id,
                alt_is_name: alt.is_none(),
                view: view.clone().showing(alt.unwrap_or(name)),
            }));
    }
    Ok(photos)
}

pub async fn seller_by_slug(db: &impl ConnectionTrait, slug: &Slug) -> Result<Option<seller::Model>, DbErr> {
    seller::Entity::find()
        .filter(seller::Column::Slug.eq(slug.clone()))
        .one(db)
        .await
}

/// The product that has the number `gtin`, or had it once: what is printed on a sticker leads to it for good.
pub async fn product_by_gtin(db: &impl ConnectionTrait, gtin: &Gtin) -> Result<Option<product::Model>, DbErr> {
    let found = product::Entity::find()
        .filter(product::Column::Gtin.eq(gtin.clone()))
        .one(db)
        .await?;
    if found.is_some() {
        return Ok(found);
    }
    match former_gtin::Entity::find_by_id(gtin.clone()).one(db).await? {
        Some(former) => product::Entity::find_by_id(former.product_id).one(db).await,
        None => Ok(None),
    }
}

/// Rows of certificates that hold on `day`: from the day they were granted until the day before they end, unless they were
/// taken back. [`certificate::Model::holds_on`] says the same of one row.
#[must_use]
pub fn holds_on(day: Day) -> Condition {
    Condition::all()
        .add(certificate::Column::GrantedOn.lte(day))
        .add(certificate::Column::EndsOn.gt(day))
        .add(certificate::Column::RevokedOn.is_null())
}

/// The certificates that hold on `day` on any of `products`, or on any of `sellers` as a whole, the strongest first.
pub async fn certificates_on(
    db: &impl ConnectionTrait,
    day: Day,
    products: &[ProductId],
    sellers: &[SellerId],
) -> Result<Vec<certificate::Model>, DbErr> {
    let whose = Condition::any()
        .add(certificate::Column::ProductId.is_in(products.iter().copied()))
        .add(
            Condition::all()
                .add(certificate::Column::ProductId.is_null())
                .add(certificate::Column::SellerId.is_in(sellers.iter().copied())),
        );
    certificate::Entity::find()
        .filter(holds_on(day))
        .filter(whose)
        .order_by_asc(certificate::Column::Kind)
        .order_by_desc(certificate::Column::Star)
        .order_by_asc(certificate::Column::Id)
        .all(db)
        .await
}

/// How many OCOP recognitions hold on `day`.
pub async fn count_ocop(db: &impl ConnectionTrait, day: Day) -> Result<u64, DbErr> {
    use sea_orm::PaginatorTrait as _;
    certificate::Entity::find()
        .filter(certificate::Column::Kind.eq(Kind::Ocop))
        .filter(holds_on(day))
        .count(db)
        .await
}

/// Rows by their id.
pub fn by_id<K: std::hash::Hash + Eq, R>(rows: Vec<R>, id: impl Fn(&R) -> K) -> HashMap<K, R> {
    rows.into_iter().map(|row| (id(&row), row)).collect()
}

/// The ids of certificates, for the page cache.
pub fn ids(certificates: &[certificate::Model]) -> impl Iterator<Item = CertificateId> + '_ {
    certificates.iter().map(|certificate| certificate.id)
}
