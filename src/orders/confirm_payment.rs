//! The seller says that the money for an order came, where no bank says so.

use entity::{
    ids::OrderId,
    payments::{account, payment},
};
use sea_orm::EntityTrait;

use super::{
    OrdersError, Paid, mark_paid,
    open::{find, open},
};
use crate::{
    db::Unit,
    payments::{self, lifecycle::is_paid},
};

/// Marks the payment of the order `id` as paid by its seller's word. What is paid already is no mistake; money that
/// somebody else holds, or that comes on delivery, is not the seller's to confirm.
pub async fn confirm_payment(unit: &mut Unit, id: OrderId) -> Result<(), OrdersError> {
    let order = find(unit, id).await?;
    let payment_id = order.payment_id.ok_or(OrdersError::NotByHand)?;
    let payment = payment::Entity::find_by_id(payment_id)
        .one(&*unit)
        .await?
        .ok_or(OrdersError::NotByHand)?;
    let account = account::Entity::find_by_id(payment.account_id).one(&*unit).await?;
    if account.and_then(|account| account.seller_id) != Some(order.seller_id) {
        return Err(OrdersError::NotByHand);
    }
    let payment_id = if is_paid(payment.status) {
        // What was asked for on top since.
        match open(unit, id).await?.asked.first() {
            Some(asked) => asked.payment_id,
            None => return Ok(()),
        }
    } else {
        payment_id
    };
    let payment = payments::confirm_by_hand(unit, payment_id).await?;
    match mark_paid(unit, &payment).await? {
        Paid::Done => Ok(()),
        Paid::Late => Err(OrdersError::Overtaken),
    }
}
