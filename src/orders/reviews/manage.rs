//! Its seller answers a review, once; an officer takes one off.

use entity::{ids::OrderReviewId, orders::review};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};

use crate::{catalogue::rating::rate, db::Unit, orders::OrdersError};

pub(super) async fn find(unit: &Unit, id: OrderReviewId) -> Result<review::Model, OrdersError> {
    review::Entity::find_by_id(id)
        .one(unit)
        .await?
        .ok_or(OrdersError::NoSuchOrder)
}

/// The seller's answer. There is one, and it stays.
pub(super) async fn answer(unit: &mut Unit, id: OrderReviewId, words: String) -> Result<(), OrdersError> {
    let written = review::Entity::update_many()
        .col_expr(review::Column::Answer, Expr::value(Some(words.clone())))
        .col_expr(review::Column::AnsweredAt, Expr::value(Some(unit.now())))
        .filter(review::Column::Id.eq(id))
        .filter(review::Column::Answer.is_null())
        .exec(&*unit)
        .await?;
    let row = find(unit, id).await?;
    if written.rows_affected == 0 && row.answer.as_deref() != Some(words.as_str()) {
        return Err(OrdersError::Answered);
    }
    // The page of the reviews shows it; sums stay as they are.
    Ok(rate(unit, row.product_id, row.seller_id, 0, 0).await?)
}

/// Takes the review off, with its stars. Done twice, it is no mistake.
pub(super) async fn hide(unit: &mut Unit, id: OrderReviewId, why: String) -> Result<(), OrdersError> {
    unit.because(&why);
    let row = find(unit, id).await?;
    let hidden = review::Entity::update_many()
        .col_expr(review::Column::HiddenAt, Expr::value(Some(unit.now())))
        .col_expr(review::Column::HiddenWhy, Expr::value(Some(why)))
        .filter(review::Column::Id.eq(id))
        .filter(review::Column::HiddenAt.is_null())
        .exec(&*unit)
        .await?;
    if hidden.rows_affected == 1 {
        rate(unit, row.product_id, row.seller_id, -i64::from(row.stars), -1).await?;
    }
    Ok(())
}
