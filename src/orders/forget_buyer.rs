//! Erases who a buyer was, from orders that are over. What was bought and paid stays: accounts must be kept.

use entity::{
    Phone,
    ids::{OrderGroupId, PersonId, SellerId},
    orders::{group, order, order::State, review},
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect,
    sea_query::Expr,
};

use crate::{db::Unit, identity::ERASED};

async fn groups_of(db: &impl ConnectionTrait, person: PersonId, phone: &Phone) -> Result<Vec<OrderGroupId>, DbErr> {
    group::Entity::find()
        .select_only()
        .column(group::Column::Id)
        .filter(
            Condition::any()
                .add(group::Column::PersonId.eq(person))
                .add(group::Column::BuyerPhone.eq(phone.clone())),
        )
        .into_tuple()
        .all(db)
        .await
}

/// How many orders are not over: what they bought, and what was bought from `sellers`.
pub async fn open_orders(
    db: &impl ConnectionTrait,
    person: PersonId,
    phone: &Phone,
    sellers: &[SellerId],
) -> Result<u64, DbErr> {
    let groups = groups_of(db, person, phone).await?;
    order::Entity::find()
        .filter(order::Column::State.is_in([State::Placed, State::Confirmed]))
        .filter(
            Condition::any()
                .add(order::Column::GroupId.is_in(groups))
                .add(order::Column::SellerId.is_in(sellers.iter().copied())),
        )
        .count(db)
        .await
}

/// Takes name, phone and address from all that `person` bought, signed in or by `phone` alone, and their name from what
/// they said of it.
pub async fn forget_buyer(unit: &mut Unit, person: PersonId, phone: &Phone) -> Result<(), DbErr> {
    let groups = groups_of(unit, person, phone).await?;
    if groups.is_empty() {
        return Ok(());
    }
    let nobody = Phone::none(0).ok_or_else(|| DbErr::Custom("no number for nobody".to_owned()))?;
    let orders = order::Entity::find()
        .select_only()
        .column(order::Column::Id)
        .filter(order::Column::GroupId.is_in(groups.iter().copied()))
        .into_tuple::<entity::ids::OrderId>()
        .all(&*unit)
        .await?;
    review::Entity::update_many()
        .col_expr(review::Column::Signed, Expr::value(ERASED))
        .filter(review::Column::OrderId.is_in(orders))
        .exec(&*unit)
        .await?;
    group::Entity::update_many()
        .col_expr(group::Column::BuyerName, Expr::value(ERASED))
        .col_expr(group::Column::BuyerPhone, Expr::value(nobody))
        .col_expr(group::Column::Street, Expr::value(""))
        .filter(group::Column::Id.is_in(groups))
        .exec(&*unit)
        .await?;
    Ok(())
}
