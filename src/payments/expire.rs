//! What a payment pays for is given up.

use entity::{ids::PaymentId, payments::payment};

use super::{
    PaymentsError,
    lifecycle::{Event, next},
    locked::{locked, write_back},
};
use crate::db::Unit;

/// Gives an open payment up and tells whether it did: one that was paid in the meantime stays as it is.
pub async fn expire(unit: &mut Unit, id: PaymentId) -> Result<bool, PaymentsError> {
    let before = locked(unit, id).await?;
    let Ok(status) = next(before.status, Event::Expired) else {
        return Ok(false);
    };
    write_back(unit, &payment::Model { status, ..before }).await?;
    Ok(true)
}
