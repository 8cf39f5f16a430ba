//! Money for an order has come in full.
//!
//! Being paid is written on the payment and nowhere else. The goods stay held until they leave the seller's hands: they
//! are promised to this buyer either way, so nobody can be sold them twice, and until then they are in the store.

use entity::{
    listings::listing,
    orders::{
        line,
        order::{self, Side, State},
    },
    payments::payment,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::{
    OrdersError, extras, further,
    lifecycle::{self, Event, Given, Money},
    news::{self, News},
    open::{move_on, unpacked},
};
use crate::{
    db::Unit,
    listings::hold::{HoldError, Wanted, hold},
};

/// What became of the money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paid {
    /// All that it was for is held for its buyer.
    Done,
    /// What it was for was given up and is gone, in whole or in part. Nothing has changed; a person has to look.
    Late,
}

/// Lets the orders that `payment` was asked for know that it has come in full; the caller has locked it.
///
/// Orders given up for want of it are taken up again if all they want can be held once more, and then all of them.
pub async fn mark_paid(unit: &mut Unit, payment: &payment::Model) -> Result<Paid, OrdersError> {
    let orders = order::Entity::find()
        .filter(order::Column::PaymentId.eq(payment.id))
        .order_by_asc(order::Column::Id)
        .all(&*unit)
        .await?;
    if orders.is_empty()
        && let Some(row) = further::of_payment(unit, payment.id).await?
    {
        return further::paid(unit, &row, payment).await;
    }
    if orders.is_empty() || orders.iter().any(|order| order.state == State::Cancelled) {
        return Ok(Paid::Late);
    }
    let expired: Vec<_> = orders.iter().filter(|order| order.state == State::Expired).collect();
    if !take_again(unit, &expired).await? {
        return Ok(Paid::Late);
    }
    for order in expired {
        let given = Given {
            delivery: order.delivery,
            money: Money::All,
            by: Side::Exchange,
        };
        let before = unpacked(order);
        let after = lifecycle::next(before, Event::Revive, given)?;
        move_on(unit, order, before, after).await?;
    }
    for order in &orders {
        news::tell(unit, order, News::Paid).await?;
    }
    Ok(Paid::Done)
}

/// Takes up again all that `orders` let go, or nothing of it.
async fn take_again(unit: &mut Unit, orders: &[&order::Model]) -> Result<bool, OrdersError> {
    let mut taken = Vec::new();
    let mut all = true;
    for order in orders {
        all = extras::take_again(unit, order).await?;
        if !all {
            break;
        }
        taken.push(order);
    }
    if all && (orders.is_empty() || hold_again(unit, orders).await?) {
        return Ok(true);
    }
    for order in taken {
        extras::let_go(unit, order).await?;
    }
    Ok(false)
}

/// Holds the goods of `orders` anew, at the prices of then; `false` when something of it is gone or off sale.
async fn hold_again(unit: &mut Unit, orders: &[&order::Model]) -> Result<bool, OrdersError> {
    let lines = line::Entity::find()
        .filter(line::Column::OrderId.is_in(orders.iter().map(|order| order.id)))
        .filter(line::Column::Quantity.gt(0))
        .all(&*unit)
        .await?;
    let listings = listing::Entity::find()
        .filter(listing::Column::Id.is_in(lines.iter().map(|line| line.listing_id)))
        .filter(listing::Column::State.eq(listing::State::Live))
        .all(&*unit)
        .await?;
    let wanted: Option<Vec<_>> = lines
        .iter()
        .map(|line| {
            let listing = listings.iter().find(|listing| listing.id == line.listing_id)?;
            Some(Wanted {
                holder: line.id.0,
                listing,
                quantity: line.quantity,
            })
        })
        .collect();
    match wanted {
        None => Ok(false),
        Some(wanted) => match hold(unit, &wanted).await {
            Ok(_) => Ok(true),
            Err(HoldError::Short(_)) => Ok(false),
            Err(HoldError::Internal(error)) => Err(error.into()),
        },
    }
}
