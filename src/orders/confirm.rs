//! The seller says that they will do it, and has so long to say it.

use entity::{
    Dong, Timestamp,
    ids::OrderId,
    orders::order::{self, Side, State},
    payments::payment,
};

use super::{
    OrdersError,
    lifecycle::{self, Event, Money},
    news::{self, News},
    open::{move_on, open},
    periods::Period,
};
use crate::db::Unit;

/// Confirms the order `id`. What is confirmed already is confirmed no second time and is no mistake.
pub async fn confirm(unit: &mut Unit, id: OrderId) -> Result<(), OrdersError> {
    let open = open(unit, id).await?;
    let before = open.standing();
    let after = lifecycle::next(before, Event::Confirm, open.given(Side::Seller))?;
    if move_on(unit, &open.order, before, after).await? {
        news::tell(unit, &open.order, News::Confirmed).await?;
    }
    Ok(())
}

/// Until when the seller of `order` has to confirm; `None`: they have, or are not asked before its money is there.
#[must_use]
pub fn confirm_by(order: &order::Model, payment: Option<&payment::Model>) -> Option<Timestamp> {
    if order.state != State::Placed {
        return None;
    }
    let since = match (Money::of(order, payment), payment) {
        (Money::All, Some(payment)) if order.total > Dong::ZERO => payment.settled_at.unwrap_or(order.created_at),
        (Money::OnDelivery | Money::All, _) => order.created_at,
        (Money::None | Money::Some, _) => return None,
    };
    Some(Period::Confirm.after(since))
}
