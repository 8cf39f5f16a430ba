//! What goods that go back are worth, and how that is given back.

use std::collections::HashMap;

use entity::{
    Dong, Thousandths,
    ids::{OrderLineId, OrderReturnId},
    orders::{
        order::Cash,
        return_line,
        return_request::{self, State},
    },
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, JoinType, QueryFilter, QuerySelect};

use crate::{
    db::Unit,
    listings,
    orders::{
        OrdersError, amount, books, credit,
        open::{Open, gone},
    },
    payments::refund,
};

/// What `parts` are worth to give back: of each line the part of its price that falls on them, beside what was given back
/// of it already, so that parts add up to the whole.
pub(super) async fn worth(
    db: &impl ConnectionTrait,
    open: &Open,
    parts: &[(OrderLineId, Thousandths)],
) -> Result<Dong, DbErr> {
    if open.order.cash == Some(Cash::Missing) {
        return Ok(Dong::ZERO);
    }
    let before = given_back(db, open, return_request::Column::State.eq(State::Refunded)).await?;
    let mut sum = 0;
    for (id, part) in parts {
        let Some(line) = open.line(*id) else { continue };
        let first = before.get(id).map_or(0, |quantity| quantity.0);
        let up_to = |quantity: i64| match quantity {
            0 => 0,
            quantity => amount::part_of(line.amount, Thousandths(quantity), line.quantity).0,
        };
        sum += up_to(first + part.0) - up_to(first);
    }
    let most = open.kept().max(0) + open.order.credit_used.0;
    Ok(Dong(sum.clamp(0, most)))
}

/// How much of each line went back by returns that are `such`.
async fn given_back(
    db: &impl ConnectionTrait,
    open: &Open,
    such: impl sea_orm::sea_query::IntoCondition,
) -> Result<HashMap<OrderLineId, Thousandths>, DbErr> {
    let of_return = return_line::Entity::belongs_to(return_request::Entity)
        .from(return_line::Column::ReturnId)
        .to(return_request::Column::Id)
        .into();
    let rows: Vec<(OrderLineId, Thousandths)> = return_line::Entity::find()
        .select_only()
        .columns([return_line::Column::LineId, return_line::Column::Quantity])
        .join(JoinType::InnerJoin, of_return)
        .filter(return_request::Column::OrderId.eq(open.order.id))
        .filter(such.into_condition())
        .into_tuple()
        .all(db)
        .await?;
    let mut sums = HashMap::new();
    for (line, quantity) in rows {
        let sum = sums.entry(line).or_insert(Thousandths::ZERO);
        sum.0 += quantity.0;
    }
    Ok(sums)
}

pub(super) async fn parts_of(
    db: &impl ConnectionTrait,
    id: OrderReturnId,
) -> Result<Vec<(OrderLineId, Thousandths)>, DbErr> {
    return_line::Entity::find()
        .select_only()
        .columns([return_line::Column::LineId, return_line::Column::Quantity])
        .filter(return_line::Column::ReturnId.eq(id))
        .into_tuple()
        .all(db)
        .await
}

/// Gives back what the goods of `row` are worth, as money or as credit, and notes it in the row.
pub(super) async fn pay(unit: &mut Unit, open: &mut Open, row: &mut return_request::Model) -> Result<(), OrdersError> {
    let parts = parts_of(&*unit, row.id).await?;
    let amount = worth(&*unit, open, &parts).await?;
    let kept = open.kept();
    let made = books::give_back(unit, open, amount, refund::Why::Returned).await?;
    let in_money = Dong(kept - open.kept());
    row.amount = amount;
    row.refund_id = made.first().map(|refund| refund.id.0);
    if let (true, Some(person)) = (row.as_credit, row.person_id)
        && in_money > Dong::ZERO
    {
        for refund in made {
            refund::credited(unit, refund.id).await?;
        }
        let why = credit::Why::Refund(open.order.id);
        credit::grant(unit, open.order.seller_id, person, in_money, why).await?;
    }
    Ok(())
}

/// Puts the goods of `row` back on sale; they have come back.
pub(super) async fn restock(unit: &mut Unit, open: &Open, row: &return_request::Model) -> Result<(), OrdersError> {
    let before = given_back(&*unit, open, return_request::Column::Restocked.eq(true)).await?;
    for (id, part) in parts_of(&*unit, row.id).await? {
        let first = before.get(&id).copied().unwrap_or_default();
        listings::put_back(unit, id.0, first, part, gone(&open.parcels, id)).await?;
    }
    Ok(())
}
