//! The most one customer may order of a listing within some days. A customer is known by the telephone number: whoever
//! has two may order twice, and nobody needs an account.

use entity::{
    Phone, Quantity, Thousandths,
    ids::ListingId,
    orders::{
        group, line,
        order::{self, State},
    },
};
use sea_orm::{
    ColumnTrait, EntityTrait, JoinType, QueryFilter, QuerySelect,
    sea_query::{Expr, ExprTrait},
};

use super::{OrdersError, checkout::at, reckon::Line};
use crate::{
    db::Unit,
    http::{input::Wrong, language::Message},
    listings::{hold::lock_listing, offer::Limit},
};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// Refuses lines with which `phone` would have more than a listing's limit, telling what is left to them. The listings
/// stay locked until the unit ends, so that two checkouts at once count each other.
pub(super) async fn check(unit: &Unit, phone: &Phone, lines: &[&Line]) -> Result<(), OrdersError> {
    let mut limited: Vec<(&Line, Limit)> = lines
        .iter()
        .filter_map(|line| Some((*line, line.terms.limit?)))
        .collect();
    limited.sort_by_key(|(line, _)| line.listing.id);
    let mut over = Vec::new();
    for (line, limit) in limited {
        lock_listing(unit, line.listing.id).await?;
        let left = limit.most.0 - ordered(unit, phone, line.listing.id, limit.days).await?;
        if line.quantity.0 > left {
            over.push((line, limit, std::cmp::max(left, 0)));
        }
    }
    over.sort_by_key(|(line, ..)| line.place);
    let mut wrong = Wrong::default();
    for (line, limit, left) in over {
        let told = |amount: i64| Quantity::new(Thousandths(amount), line.listing.unit).to_string();
        let message = Message::new("orders-say-limit")
            .with("most", told(limit.most.0))
            .with("days", usize::try_from(limit.days).unwrap_or_default())
            .with("left", told(left));
        let room = Quantity::new(Thousandths(left), line.listing.unit);
        wrong.short(at(line.place), message, room);
    }
    wrong.result().map_err(OrdersError::FellShort)
}

/// How much of `listing`, in thousandths of its unit, orders of `phone` in the last `days` days are for. Orders that were
/// given up do not count.
async fn ordered(unit: &Unit, phone: &Phone, listing: ListingId, days: i32) -> Result<i64, OrdersError> {
    let since = unit.now().plus(-i64::from(days) * DAY_MS);
    let of_order = line::Entity::belongs_to(order::Entity)
        .from(line::Column::OrderId)
        .to(order::Column::Id)
        .into();
    let of_group = order::Entity::belongs_to(group::Entity)
        .from(order::Column::GroupId)
        .to(group::Column::Id)
        .into();
    let sum: Option<Option<i64>> = line::Entity::find()
        .select_only()
        .expr_as(
            Expr::col((line::Entity, line::Column::Quantity))
                .sum()
                .cast_as("bigint"),
            "ordered",
        )
        .join(JoinType::InnerJoin, of_order)
        .join(JoinType::InnerJoin, of_group)
        .filter(line::Column::ListingId.eq(listing))
        .filter(group::Column::BuyerPhone.eq(phone.clone()))
        .filter(order::Column::CreatedAt.gt(since))
        .filter(order::Column::State.is_not_in([State::Cancelled, State::Expired]))
        .into_tuple()
        .one(unit)
        .await?;
    Ok(sum.flatten().unwrap_or(0))
}
