//! Takes off sale all that an erased seller had there.

use entity::{
    frame::change::{Cause, Subject},
    ids::{ListingId, SellerId},
    listings::listing::{self, State},
};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QuerySelect, sea_query::Expr};

use crate::db::{SubjectId, Unit};

/// Withdraws every listing of `sellers`, whatever state it is in, and the words by which it was found.
pub async fn withdraw_all_of(unit: &mut Unit, sellers: &[SellerId]) -> Result<(), DbErr> {
    let ids: Vec<ListingId> = listing::Entity::find()
        .select_only()
        .column(listing::Column::Id)
        .filter(listing::Column::SellerId.is_in(sellers.iter().copied()))
        .into_tuple()
        .all(&*unit)
        .await?;
    if ids.is_empty() {
        return Ok(());
    }
    listing::Entity::update_many()
        .col_expr(listing::Column::State, Expr::value(State::Withdrawn))
        .col_expr(listing::Column::SearchText, Expr::value(""))
        .col_expr(listing::Column::UpdatedAt, Expr::value(unit.now()))
        .filter(listing::Column::Id.is_in(ids.iter().copied()))
        .exec(&*unit)
        .await?;
    unit.changed_all(Subject::Listing, ids.into_iter().map(SubjectId::from), Cause::Withdrawn)
        .await
}
