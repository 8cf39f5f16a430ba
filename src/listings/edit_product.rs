//! A product that is changed, and what is on sale of it.

use entity::{
    catalogue::product,
    frame::change::{Cause, Subject},
    ids::ProductId,
    listings::listing,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};

use super::{ListingsError, publish::search_text};
use crate::{
    catalogue::{CatalogueError, ProductEdit, edit_product::edit_product},
    db::{SubjectId, Unit},
};

/// Changes the product `id`; its listings follow with title and words.
pub async fn apply(unit: &mut Unit, id: ProductId, edit: ProductEdit) -> Result<product::Model, CatalogueError> {
    let after = edit_product(unit, id, edit).await?;
    let text = match search_text(unit, &after).await {
        Ok(text) => text,
        Err(ListingsError::Internal(error)) => return Err(error.into()),
        Err(_) => String::new(),
    };
    listing::Entity::update_many()
        .col_expr(listing::Column::Title, Expr::value(after.name.clone()))
        .col_expr(listing::Column::SearchText, Expr::value(text))
        .col_expr(listing::Column::UpdatedAt, Expr::value(unit.now()))
        .filter(listing::Column::ProductId.eq(id))
        .exec(&*unit)
        .await?;
    let ids = listing::Entity::find()
        .filter(listing::Column::ProductId.eq(id))
        .all(&*unit)
        .await?;
    unit.changed_all(Subject::Listing, ids.into_iter().map(|row| SubjectId::from(row.id)), Cause::Edited)
        .await?;
    Ok(after)
}
