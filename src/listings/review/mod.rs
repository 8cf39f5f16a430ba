//! What waits for an officer, where the province looks at listings before they are sold: whole listings, and edits of
//! listings that are on sale. One listing has at most one thing that waits; the newest takes the place of the others.

pub(super) mod api;
mod decide;
pub mod read;

use entity::{
    ids::{ListingId, ReviewId},
    listings::review::{self, State},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, DbErr, EntityTrait, QueryFilter, sea_query::Expr};
use serde_json::{Map, Value};

use crate::db::Unit;

/// The listing itself waits.
pub(super) async fn submit(unit: &mut Unit, listing: ListingId) -> Result<(), DbErr> {
    wait(unit, listing, None).await
}

/// An edit waits, in the shape of the request. What waits of the product goes on waiting beside it.
pub(super) async fn propose(unit: &mut Unit, listing: ListingId, proposed: &Value) -> Result<(), DbErr> {
    let mut told = proposed.clone();
    if let (Some(product), Some(members)) = (waiting(unit, listing).await?.remove(PRODUCT), told.as_object_mut()) {
        members.insert(PRODUCT.to_owned(), product);
    }
    wait(unit, listing, Some(told.to_string())).await
}

/// The member of a proposal that changes the product, in the shape of `PATCH /products/{id}`.
pub(super) const PRODUCT: &str = "product";

/// Changes of the product wait with `listing`, beside those that wait already.
pub(super) async fn propose_product(
    unit: &mut Unit,
    listing: ListingId,
    changes: Map<String, Value>,
) -> Result<(), DbErr> {
    let mut told = waiting(unit, listing).await?;
    let mut product = match told.remove(PRODUCT) {
        Some(Value::Object(product)) => product,
        _ => Map::new(),
    };
    for (name, value) in changes {
        match (product.get_mut(&name), value) {
            // Attributes are changed one by one.
            (Some(Value::Object(before)), Value::Object(after)) => before.extend(after),
            (_, value) => {
                product.insert(name, value);
            }
        }
    }
    told.insert(PRODUCT.to_owned(), Value::Object(product));
    wait(unit, listing, Some(Value::Object(told).to_string())).await
}

/// The edit that waits of `listing`; nothing when none does.
async fn waiting(unit: &Unit, listing: ListingId) -> Result<Map<String, Value>, DbErr> {
    let pending = review::Entity::find()
        .filter(review::Column::ListingId.eq(listing))
        .filter(review::Column::State.eq(State::Pending))
        .one(unit)
        .await?;
    Ok(pending
        .and_then(|row| serde_json::from_str(&row.proposed?).ok())
        .unwrap_or_default())
}

async fn wait(unit: &mut Unit, listing: ListingId, proposed: Option<String>) -> Result<(), DbErr> {
    end(unit, listing, State::Replaced).await?;
    let row = review::ActiveModel {
        id: Set(unit.id::<ReviewId>()),
        listing_id: Set(listing),
        proposed: Set(proposed),
        submitted_by: Set(unit.actor().person()),
        submitted_at: Set(unit.now()),
        state: Set(State::Pending),
        decided_by: Set(None),
        decided_at: Set(None),
        reason: Set(None),
    };
    review::Entity::insert(row)
        .exec_without_returning(&*unit)
        .await
        .map(|_| ())
}

/// What waits of `listing` is no longer waited for.
pub(super) async fn end(unit: &mut Unit, listing: ListingId, state: State) -> Result<(), DbErr> {
    review::Entity::update_many()
        .col_expr(review::Column::State, Expr::value(state))
        .col_expr(review::Column::DecidedAt, Expr::value(unit.now()))
        .filter(review::Column::ListingId.eq(listing))
        .filter(review::Column::State.eq(State::Pending))
        .exec(&*unit)
        .await
        .map(|_| ())
}
