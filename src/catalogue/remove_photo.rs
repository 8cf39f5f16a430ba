//! A seller takes a photograph away from a product, and from the exchange.

use entity::{
    catalogue::product_photo,
    frame::change::{Cause, Subject},
    ids::{PhotoId, ProductId},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::{
    CatalogueError,
    edit_product::touch,
    order_photos::{place, positions},
};
use crate::{db::Unit, media};

/// Removes `photo` from `product`; those behind it move up. A photograph belongs to one product, so its pictures go too.
pub async fn remove_photo(unit: &mut Unit, product: ProductId, photo: PhotoId) -> Result<(), CatalogueError> {
    touch(unit, product).await?;
    let removed = product_photo::Entity::delete_many()
        .filter(product_photo::Column::ProductId.eq(product))
        .filter(product_photo::Column::PhotoId.eq(photo))
        .exec(&*unit)
        .await?;
    if removed.rows_affected == 0 {
        return Err(CatalogueError::NoSuchThing);
    }
    let left = positions(unit, product).await?;
    place(unit, product, &left).await?;
    media::forget(unit, photo).await?;
    unit.changed(Subject::Product, product, Cause::Edited).await?;
    Ok(())
}
