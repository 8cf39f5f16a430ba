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
use serde_json::Value;

use crate::db::Unit;

/// The listing itself waits.
pub(super) async fn submit(unit: &mut Unit, listing: ListingId) -> Result<(), DbErr> {
    wait(unit, listing, None).await
}

/// An edit waits, in the shape of the request.
pub(super) async fn propose(unit: &mut Unit, listing: ListingId, proposed: &Value) -> Result<(), DbErr> {
    wait(unit, listing, Some(proposed.to_string())).await
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
