//! A seller says in which order the photographs of a product are shown; the first one stands for it in lists.

use std::collections::HashSet;

use entity::{
    catalogue::product_photo,
    frame::change::{Cause, Subject},
    ids::{PhotoId, ProductId},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{CatalogueError, edit_product::touch};
use crate::{
    db::Unit,
    http::{
        input::{Field, Wrong},
        language::Message,
    },
};

/// More names than a product can have photographs.
const MOST_NAMED: usize = 100;

/// The new order.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct OrderPhotos {
    /// Every photograph of the product once.
    #[schema(value_type = Vec<String>)]
    pub photos: Field<Vec<Field<String>>>,
}

impl OrderPhotos {
    pub fn check(&self) -> Result<Vec<PhotoId>, Wrong> {
        let mut wrong = Wrong::default();
        let mut order = Vec::new();
        let mut seen = HashSet::new();
        if let Some(given) = wrong.required("/photos", &self.photos) {
            if given.len() > MOST_NAMED {
                return Err(Wrong::one(
                    "/photos",
                    Message::new("wrong-too-many").with("max", MOST_NAMED),
                ));
            }
            for (place, field) in given.iter().enumerate() {
                let pointer = format!("/photos/{place}");
                match wrong.code::<PhotoId>(&pointer, field, "wrong-no-such-photo") {
                    Some(id) if !seen.insert(id) => wrong.note(pointer, "wrong-twice"),
                    Some(id) => order.push(id),
                    None => {}
                }
            }
        }
        wrong.result()?;
        Ok(order)
    }
}

/// Puts the photographs of `product` into `order`, which names each of them once.
pub async fn order_photos(unit: &mut Unit, product: ProductId, order: Vec<PhotoId>) -> Result<(), CatalogueError> {
    touch(unit, product).await?;
    let there = positions(unit, product).await?;
    let mut wrong = Wrong::default();
    for (place, id) in order.iter().enumerate() {
        if !there.contains(id) {
            wrong.note(format!("/photos/{place}"), "wrong-no-such-photo");
        }
    }
    if wrong.0.is_empty() && order.len() < there.len() {
        wrong.note("/photos", "wrong-photos-missing");
    }
    wrong.result()?;
    place(unit, product, &order).await?;
    unit.changed(Subject::Product, product, Cause::Edited).await?;
    Ok(())
}

/// The photographs of `product` in order.
pub(super) async fn positions(unit: &Unit, product: ProductId) -> Result<Vec<PhotoId>, CatalogueError> {
    Ok(product_photo::Entity::find()
        .select_only()
        .column(product_photo::Column::PhotoId)
        .filter(product_photo::Column::ProductId.eq(product))
        .order_by_asc(product_photo::Column::Position)
        .order_by_asc(product_photo::Column::PhotoId)
        .into_tuple()
        .all(unit)
        .await?)
}

/// Numbers the photographs of `product` as they stand in `order`.
pub(super) async fn place(unit: &Unit, product: ProductId, order: &[PhotoId]) -> Result<(), CatalogueError> {
    for (position, photo) in order.iter().enumerate() {
        product_photo::Entity::update_many()
            .col_expr(
                product_photo::Column::Position,
                Expr::value(i32::try_from(position).unwrap_or(i32::MAX)),
            )
            .filter(product_photo::Column::ProductId.eq(product))
            .filter(product_photo::Column::PhotoId.eq(*photo))
            .exec(unit)
            .await?;
    }
    Ok(())
}
