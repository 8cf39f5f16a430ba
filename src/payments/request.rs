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
    let row = pending(unit, &new);
    payment::Entity::insert(payment::ActiveModel::from(row.clone()))
        .exec_without_returning(&*unit)
        .await?;
    // Its reference was printed or drawn before, from a seed that somebody else made: it may have been paid already, and
    // settlement looks for its money. One that is its own seed was unknown to everybody until now.
    if new.seed != new.id.0 {
        unit.leave(REQUESTED, serde_json::json!({"payment_id": new.id.0}).to_string())
            .await?;
    }
    Ok(row)
}

/// Makes pending payments that are their own seeds, all at once and not before something else is executed.
pub fn request_later(unit: &Unit, new: &[NewPayment]) -> Vec<payment::Model> {
    let rows: Vec<_> = new.iter().map(|new| pending(unit, new)).collect();
    if !rows.is_empty() {
        unit.later(&payment::Entity::insert_many(
            rows.iter().cloned().map(payment::ActiveModel::from),
        ));
    }
    rows
}

fn pending(unit: &Unit, new: &NewPayment) -> payment::Model {
    payment::Model {
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
    }
}
