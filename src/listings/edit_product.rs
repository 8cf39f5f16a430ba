//! A seller changes a product, and what is on sale of it follows.

use entity::{
    catalogue::product,
    frame::change::{Cause, Subject},
    ids::{ListingId, ProductId},
    listings::listing::{self, State},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};

use super::{ListingsError, publish::search_text};
use crate::{
    catalogue::edit_product::{ProductEdit, edit_product},
    db::{SubjectId, Unit},
};

/// Changes the product `id` and lets its listings follow: their title is its name, and a search finds them by its words.
pub async fn apply_edit(
    unit: &mut Unit,
    prefix: Option<&str>,
    id: ProductId,
    edit: ProductEdit,
) -> Result<product::Model, ListingsError> {
    let product = edit_product(unit, prefix, id, edit).await?;
    let words = search_text(unit, &product).await?;
    listing::Entity::update_many()
        .col_expr(listing::Column::Title, Expr::value(product.name.clone()))
        .col_expr(listing::Column::SearchText, Expr::value(words))
        .col_expr(listing::Column::UpdatedAt, Expr::value(unit.now()))
        .filter(listing::Column::ProductId.eq(id))
        .exec(&*unit)
        .await?;
    let live: Vec<ListingId> = listing::Entity::find()
        .filter(listing::Column::ProductId.eq(id))
        .filter(listing::Column::State.eq(State::Live))
        .all(&*unit)
        .await?
        .into_iter()
        .map(|listing| listing.id)
        .collect();
    unit.changed_all(Subject::Listing, live.into_iter().map(SubjectId::from), Cause::Edited)
        .await?;
    Ok(product)
}
