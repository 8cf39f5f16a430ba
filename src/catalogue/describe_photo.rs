//! A seller says what a photograph shows, for those who cannot see it.

use entity::{
    catalogue::product_photo,
    frame::change::{Cause, Subject},
    ids::{PhotoId, ProductId},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{CatalogueError, edit_product::touch};
use crate::{
    db::Unit,
    http::input::{Field, Wrong},
};

/// Words for a photograph.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct DescribePhoto {
    /// In Vietnamese; an empty one lets the product's name stand for it again.
    #[schema(value_type = String, max_length = 200, example = "Búp chè buổi sớm")]
    pub alt: Field<String>,
}

impl DescribePhoto {
    pub fn check(&self) -> Result<Option<String>, Wrong> {
        let mut wrong = Wrong::default();
        let alt = words(&mut wrong, &self.alt);
        wrong.result()?;
        Ok(alt)
    }
}

/// The words in `field`, if there are any.
pub(super) fn words(wrong: &mut Wrong, field: &Field<String>) -> Option<String> {
    match field {
        Field::Given(text) if text.trim().is_empty() => None,
        field => wrong.line("/alt", field, 200),
    }
}

/// Gives the photograph of `product` its words.
pub async fn describe_photo(
    unit: &mut Unit,
    product: ProductId,
    photo: PhotoId,
    alt: Option<String>,
) -> Result<(), CatalogueError> {
    touch(unit, product).await?;
    let described = product_photo::Entity::update_many()
        .col_expr(product_photo::Column::Alt, Expr::value(alt))
        .filter(product_photo::Column::ProductId.eq(product))
        .filter(product_photo::Column::PhotoId.eq(photo))
        .exec(&*unit)
        .await?;
    if described.rows_affected == 0 {
        return Err(CatalogueError::NoSuchThing);
    }
    unit.changed(Subject::Product, product, Cause::Edited).await?;
    Ok(())
}
