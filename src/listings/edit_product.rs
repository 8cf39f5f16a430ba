//! A seller changes a product, and what is on sale of it follows. Where the province reviews listings, a change of
//! something on sale waits with its listing until an officer approves it.

use entity::{
    catalogue::product,
    frame::change::{Cause, Subject},
    ids::{ListingId, ProductId},
    listings::listing::{self, State},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, sea_query::Expr};
use serde_json::{Map, Value};

use super::{ListingsError, hold::lock_listing, publish::search_text, review};
use crate::{
    catalogue::edit_product::{ProductEdit, edit_product},
    config::Policy,
    db::{SubjectId, Unit},
};

/// Changes the caller's product `id`, or lets the change wait where `policy` asks for that: then the answer is what waits.
/// `told` is the change in the shape of the request.
pub async fn change_product(
    unit: &mut Unit,
    policy: Policy,
    prefix: Option<&str>,
    id: ProductId,
    edit: ProductEdit,
    told: Map<String, Value>,
) -> Result<Option<Map<String, Value>>, ListingsError> {
    let listings = listing::Entity::find()
        .filter(listing::Column::ProductId.eq(id))
        .filter(listing::Column::State.is_in([State::Live, State::Review]))
        .order_by_asc(listing::Column::Id)
        .all(&*unit)
        .await?;
    let live = listings.iter().find(|listing| listing.state == State::Live);
    if let Some(listing) = live.filter(|_| policy.review_listings && !told.is_empty()) {
        edit.not_ours(prefix)?;
        lock_listing(unit, listing.id).await?;
        review::propose_product(unit, listing.id, told.clone()).await?;
        return Ok(Some(told));
    }
    apply_edit(unit, prefix, id, edit).await?;
    for listing in listings.iter().filter(|listing| listing.state == State::Review) {
        // What the officer was looking at is not what it says any more.
        review::submit(unit, listing.id).await?;
    }
    Ok(None)
}

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
