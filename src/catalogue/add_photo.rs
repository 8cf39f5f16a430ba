//! A seller adds a photograph to a product.

use entity::{
    catalogue::product_photo,
    frame::change::{Cause, Subject},
    ids::{PhotoId, ProductId},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};

use super::{CatalogueError, edit_product::touch};
use crate::{db::Unit, http::input::Wrong};

/// Photographs a product may have.
const MOST: u64 = 12;

/// Puts `photo` behind the photographs that `product` has; `alt` are words for what it shows.
pub async fn add_photo(
    unit: &mut Unit,
    product: ProductId,
    photo: PhotoId,
    alt: Option<String>,
) -> Result<(), CatalogueError> {
    touch(unit, product).await?;
    let there = product_photo::Entity::find()
        .filter(product_photo::Column::ProductId.eq(product))
        .count(&*unit)
        .await?;
    if there >= MOST {
        return Err(Wrong::one("/photo", "wrong-too-many-photos").into());
    }
    let row = product_photo::ActiveModel {
        product_id: Set(product),
        photo_id: Set(photo),
        position: Set(i32::try_from(there).unwrap_or(0)),
        alt: Set(alt),
    };
    product_photo::Entity::insert(row)
        .exec_without_returning(&*unit)
        .await?;
    unit.changed(Subject::Product, product, Cause::Edited).await?;
    Ok(())
}
