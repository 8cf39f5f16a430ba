//! Somebody is asked for an amount.

use entity::{
    Dong, PaymentReference, Timestamp,
    ids::{MoneyAccountId, PaymentId},
    payments::payment::{self, Purpose, Status},
};
use sea_orm::{EntityTrait, prelude::Uuid};
use serde::{Deserialize, Serialize};

use super::PaymentsError;
use crate::db::Unit;

/// The topic under which a new payment is told to settlement: its money may have come before it.
pub const REQUESTED: &str = "payment.requested";

/// What is left under [`REQUESTED`].
#[derive(Debug, Serialize, Deserialize)]
pub struct Requested {
    pub payment_id: Uuid,
}

/// A payment to be asked for.
#[derive(Clone, Copy, Debug)]
pub struct NewPayment {
    pub id: PaymentId,
    /// What the reference is made of: a sale's id, or this payment's own.
    pub seed: Uuid,
    pub account: MoneyAccountId,
    pub purpose: Purpose,
    /// Above zero and at most [`Dong::MAX`].
    pub amount: Dong,
    /// When what it pays for is given up.
    pub expires_at: Option<Timestamp>,
}

/// Makes a pending payment.
pub async fn request(unit: &mut Unit, new: NewPayment) -> Result<payment::Model, PaymentsError> {
    let mut made = request_all(unit, &[new]).await?;
    made.pop().ok_or(PaymentsError::NoSuchThing)
}

/// Makes pending payments, all at once.
///
/// A payment whose reference was printed or drawn before, from a seed that somebody else made, may have been paid already:
/// settlement is told of it, to look for its money. One that is its own seed was unknown to everybody until now.
pub async fn request_all(unit: &mut Unit, new: &[NewPayment]) -> Result<Vec<payment::Model>, PaymentsError> {
    let rows: Vec<_> = new
        .iter()
        .map(|new| payment::Model {
            id: new.id,
            reference: PaymentReference::of(new.seed),
            account_id: new.account,
            purpose: new.purpose,
            amount: new.amount,
            received: Dong::ZERO,
            refunded: Dong::ZERO,
            earned: Dong::ZERO,
            status: Status::Pending,
            confirmed: None,
            created_at: unit.now(),
            expires_at: new.expires_at,
            settled_at: None,
            gateway: None,
        })
        .collect();
    if rows.is_empty() {
        return Ok(rows);
    }
    payment::Entity::insert_many(rows.iter().cloned().map(payment::ActiveModel::from))
        .exec_without_returning(&*unit)
        .await?;
    for new in new.iter().filter(|new| new.seed != new.id.0) {
        unit.leave(REQUESTED, serde_json::json!({"payment_id": new.id.0}).to_string())
            .await?;
    }
    Ok(rows)
}
