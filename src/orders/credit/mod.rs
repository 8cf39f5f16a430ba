//! Store credit: what a person may spend at a seller's without paying. It belongs to one seller and one person with an
//! account; a guest has none.
//!
//! The balance is a row that a CHECK keeps from falling below zero, and it moves by a conditional update; beside it one
//! entry tells each move. Entries are only added. Credit is locked last of all.

pub(super) mod api;
mod read;

use entity::{
    Dong,
    ids::{CreditEntryId, OrderId, PersonId, SellerId},
    orders::{
        store_credit,
        store_credit_entry::{self, Why as Kind},
    },
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, DbErr, EntityTrait, QueryFilter,
    sea_query::{Expr, ExprTrait, OnConflict},
};

use super::OrdersError;
use crate::{db::Unit, http::input::Wrong, payments};

/// Why somebody gets store credit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// The seller gives it, perhaps with a word; after an order of theirs where that is known.
    Gift(Option<OrderId>, Option<String>),
    /// Money of the order that the buyer takes this way.
    Refund(OrderId),
    /// What was spent on the order comes back.
    Returned(OrderId),
}

/// Adds `amount` to what `person` may spend at `seller`'s.
pub async fn grant(
    unit: &mut Unit,
    seller: SellerId,
    person: PersonId,
    amount: Dong,
    why: Why,
) -> Result<(), OrdersError> {
    let too_much = || OrdersError::from(Wrong::one("/amount", "wrong-order-amount"));
    if amount <= Dong::ZERO || amount > Dong::MAX {
        return Err(too_much());
    }
    let row = store_credit::ActiveModel {
        seller_id: Set(seller),
        person_id: Set(person),
        balance: Set(amount),
        updated_at: Set(unit.now()),
    };
    let more = Expr::col((store_credit::Entity, store_credit::Column::Balance)).add(amount.0);
    let add = OnConflict::columns([store_credit::Column::SellerId, store_credit::Column::PersonId])
        .value(store_credit::Column::Balance, more.clone())
        .value(store_credit::Column::UpdatedAt, unit.now())
        .action_and_where(more.lte(Dong::MAX.0))
        .to_owned();
    match store_credit::Entity::insert(row)
        .on_conflict(add)
        .exec_without_returning(&*unit)
        .await
    {
        Ok(0) | Err(DbErr::RecordNotInserted) => return Err(too_much()),
        Ok(_) => {}
        Err(error) => return Err(error.into()),
    }
    // A refund or a return has its own rows in the ledger; a gift is the seller's cost.
    if matches!(why, Why::Gift(..)) {
        payments::credit_given(unit, seller, amount).await?;
    }
    let (kind, order, note) = match why {
        Why::Gift(order, note) => (Kind::Gift, order, note),
        Why::Refund(order) => (Kind::Refund, Some(order), None),
        Why::Returned(order) => (Kind::Returned, Some(order), None),
    };
    let told = Told {
        seller,
        person,
        amount: amount.0,
        kind,
        order,
        note,
    };
    Ok(enter(unit, told).await?)
}

/// Spends `amount` on `order`; `false`, and nothing is done, when there is less.
pub async fn spend(
    unit: &mut Unit,
    seller: SellerId,
    person: PersonId,
    amount: Dong,
    order: OrderId,
) -> Result<bool, OrdersError> {
    if amount <= Dong::ZERO {
        return Ok(amount == Dong::ZERO);
    }
    let taken = store_credit::Entity::update_many()
        .col_expr(
            store_credit::Column::Balance,
            Expr::col(store_credit::Column::Balance).sub(amount.0),
        )
        .col_expr(store_credit::Column::UpdatedAt, Expr::value(unit.now()))
        .filter(store_credit::Column::SellerId.eq(seller))
        .filter(store_credit::Column::PersonId.eq(person))
        .filter(store_credit::Column::Balance.gte(amount))
        .exec(&*unit)
        .await?;
    if taken.rows_affected == 0 {
        return Ok(false);
    }
    let told = Told {
        seller,
        person,
        amount: -amount.0,
        kind: Kind::Spent,
        order: Some(order),
        note: None,
    };
    enter(unit, told).await?;
    Ok(true)
}

/// Gives back what is still spent on `order`, or `at_most` of it, and tells how much that was.
pub async fn give_back(unit: &mut Unit, order: OrderId, at_most: Option<Dong>) -> Result<Dong, OrdersError> {
    let Some(first) = spent_on(unit, order).await?.into_iter().next() else {
        return Ok(Dong::ZERO);
    };
    // An update that changes nothing takes the row's lock: what is read behind it stays so until this unit ends.
    store_credit::Entity::update_many()
        .col_expr(store_credit::Column::Balance, Expr::col(store_credit::Column::Balance))
        .filter(store_credit::Column::SellerId.eq(first.seller_id))
        .filter(store_credit::Column::PersonId.eq(first.person_id))
        .exec(&*unit)
        .await?;
    let spent = still_spent(unit, order).await?;
    let back = at_most.map_or(spent, |most| std::cmp::min(spent, most));
    if back > Dong::ZERO {
        grant(unit, first.seller_id, first.person_id, back, Why::Returned(order)).await?;
        return Ok(back);
    }
    Ok(Dong::ZERO)
}

/// What is spent on `order` and has not come back.
pub(super) async fn still_spent(unit: &Unit, order: OrderId) -> Result<Dong, DbErr> {
    Ok(Dong(
        -spent_on(unit, order).await?.iter().map(|row| row.amount.0).sum::<i64>(),
    ))
}

/// Spends on `order` again what was given back of it; `false`, and nothing is done, when there is less by now.
pub(super) async fn spend_again(unit: &mut Unit, order: OrderId, amount: Dong) -> Result<bool, OrdersError> {
    let rows = spent_on(unit, order).await?;
    let Some(first) = rows.first() else {
        return Ok(amount == Dong::ZERO);
    };
    let missing = amount.0 + rows.iter().map(|row| row.amount.0).sum::<i64>();
    spend(
        unit,
        first.seller_id,
        first.person_id,
        Dong(std::cmp::max(missing, 0)),
        order,
    )
    .await
}

/// What was spent on `order`, and what of it came back.
async fn spent_on(unit: &Unit, order: OrderId) -> Result<Vec<store_credit_entry::Model>, DbErr> {
    store_credit_entry::Entity::find()
        .filter(store_credit_entry::Column::OrderId.eq(order))
        .filter(store_credit_entry::Column::Why.is_in([Kind::Spent, Kind::Returned]))
        .all(unit)
        .await
}

struct Told {
    seller: SellerId,
    person: PersonId,
    amount: i64,
    kind: Kind,
    order: Option<OrderId>,
    note: Option<String>,
}

async fn enter(unit: &Unit, told: Told) -> Result<(), DbErr> {
    let row = store_credit_entry::ActiveModel {
        id: Set(unit.id::<CreditEntryId>()),
        seller_id: Set(told.seller),
        person_id: Set(told.person),
        amount: Set(Dong(told.amount)),
        why: Set(told.kind),
        order_id: Set(told.order),
        note: Set(told.note),
        recorded_at: Set(unit.now()),
        recorded_by: Set(unit.actor().hand()),
    };
    store_credit_entry::Entity::insert(row)
        .exec_without_returning(unit)
        .await
        .map(|_| ())
}

pub(super) use read::balances;
