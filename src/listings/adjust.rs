//! A seller tells of goods that came in, or of what was counted. Stock counts at once, whoever reviews listings.

use entity::{
    Quantity,
    ids::{BatchId, ListingId},
    listings::{listing, stock_move},
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    ListingsError,
    go_live::own,
    hold::tell_pool,
    offer::Pack,
    pools::{self, CORRECTED, RECEIVED, Why},
};
use crate::{
    catalogue::Selling,
    checked,
    db::Unit,
    http::input::{Field, QuantityInput, Wrong},
};

/// A change of the stock that a listing draws on. Of `receive` and `correct` exactly one is given.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct AdjustStock {
    /// So much came in.
    #[schema(value_type = Option<QuantityInput>)]
    pub receive: Field<QuantityInput>,
    /// So much may be sold from now on, what is promised to buyers not counted; it may be nothing.
    #[schema(value_type = Option<QuantityInput>)]
    pub correct: Field<QuantityInput>,
    /// A batch of this stock; without one, stock of no particular lot.
    #[schema(value_type = Option<String>)]
    pub lot: Field<String>,
    /// Why; needed with `correct`.
    #[schema(value_type = Option<String>, max_length = 200)]
    pub reason: Field<String>,
}

/// A checked change of stock.
#[derive(Clone, Debug)]
pub struct Adjustment {
    kind: Kind,
    lot: Option<BatchId>,
    reason: Option<String>,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Receive(Quantity),
    Correct(Quantity),
}

impl AdjustStock {
    pub fn check(&self) -> Result<Adjustment, Wrong> {
        let mut wrong = Wrong::default();
        let kind = match (self.receive.is_missing(), self.correct.is_missing()) {
            (false, true) => wrong.quantity("/receive", &self.receive).map(Kind::Receive),
            (true, false) => wrong.level("/correct", &self.correct).map(Kind::Correct),
            _ => {
                wrong.note("/receive", "wrong-receive-or-correct");
                None
            }
        };
        let lot = wrong.optional("/lot", &self.lot, |wrong, pointer, field| {
            wrong.code(pointer, field, "wrong-no-such-batch")
        });
        let reason = if self.correct.is_missing() {
            wrong.optional("/reason", &self.reason, |wrong, pointer, field| {
                wrong.line(pointer, field, 200)
            })
        } else {
            wrong.line("/reason", &self.reason, 200).map(Some)
        };
        checked!(wrong; kind, lot, reason);
        Ok(Adjustment { kind, lot, reason })
    }
}

/// What became of the stock.
#[derive(Clone, Debug)]
pub struct Adjusted {
    /// `None`: it was counted, and it was right.
    pub moved: Option<stock_move::Model>,
    /// What may be sold now of the lot, or of stock of no lot.
    pub left: Quantity,
}

/// Moves the stock of the caller's listing `id`.
pub async fn adjust(
    unit: &mut Unit,
    selling: &Selling,
    id: ListingId,
    new: &Adjustment,
) -> Result<Adjusted, ListingsError> {
    let listing: listing::Model = own(unit, selling, id).await?;
    let uncounted = || ListingsError::from(Wrong::one("", "wrong-no-stock"));
    let pool_id = listing.pool_id.ok_or_else(uncounted)?;
    let pool = pools::locked(unit, pool_id).await?.ok_or_else(uncounted)?;
    let (pointer, told) = match new.kind {
        Kind::Receive(quantity) => ("/receive", quantity),
        Kind::Correct(quantity) => ("/correct", quantity),
    };
    let amount = Pack::of(&listing)
        .convert(told, pool.unit)
        .ok_or_else(|| Wrong::one(format!("{pointer}/unit"), "wrong-unit-mismatch"))?
        .amount;
    let why = |reason| Why {
        reason,
        note: new.reason.as_deref(),
    };
    let before = pools::left(unit, &pool, new.lot)
        .await?
        .ok_or(ListingsError::NoSuchLot)?;
    let (moved, left) = match new.kind {
        Kind::Receive(_) => {
            let left = entity::Thousandths(before.0 + amount.0);
            let all = pool.received.0 + amount.0;
            if all > entity::Thousandths::MAX.0 {
                return Err(Wrong::one("/receive/value", "wrong-too-large").into());
            }
            let moved = pools::receive(unit, pool_id, new.lot, amount, why(RECEIVED)).await?;
            (Some(moved), left)
        }
        Kind::Correct(_) => {
            let moved = pools::set_left(unit, &pool, new.lot, amount, why(CORRECTED)).await?;
            (moved, amount)
        }
    };
    if moved.is_some() {
        tell_pool(unit, pool_id).await?;
    }
    Ok(Adjusted {
        moved,
        left: Quantity::new(left, pool.unit),
    })
}
