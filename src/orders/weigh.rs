//! What is ordered by the piece and charged by weight is weighed before it leaves, and costs what it weighs. Less than it was
//! thought to: the difference goes back. More: up to a tolerance it is asked for on top; who does not pay that gets it for
//! the estimate (ADR 0023).

use entity::{
    Quantity, Thousandths,
    ids::{OrderId, OrderLineId},
    orders::{further_payment::Why as Further, line, order::Side},
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    OrdersError, amount,
    books::{costs_less, costs_more},
    cancel::write_line,
    edits, further,
    lifecycle::{self, Event, Money},
    news::{self, News},
    open::{gone, open},
    periods,
};
use crate::{
    db::Unit,
    http::input::{Field, QuantityInput, Wrong},
    payments::refund::Why,
};

/// What a line weighs.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct WeightInput {
    #[schema(value_type = String)]
    pub line_id: Field<String>,
    /// All its pieces together.
    #[schema(value_type = QuantityInput)]
    pub weight: Field<QuantityInput>,
}

/// What was weighed.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct WeighInput {
    #[schema(value_type = Vec<WeightInput>, min_items = 1, max_items = 100)]
    pub lines: Field<Vec<Field<WeightInput>>>,
}

/// A checked [`WeighInput`].
#[derive(Clone, Debug, Default)]
pub struct Weigh(Vec<(OrderLineId, Quantity)>);

impl WeighInput {
    pub fn check(&self) -> Result<Weigh, Wrong> {
        let mut wrong = Wrong::default();
        let given = wrong.required("/lines", &self.lines);
        if given.is_some_and(|given| given.is_empty() || given.len() > 100) {
            wrong.note("/lines", "wrong-required");
        }
        let mut read: Vec<(OrderLineId, Quantity)> = Vec::new();
        for (place, part) in given.into_iter().flatten().enumerate() {
            let at = format!("/lines/{place}");
            let Some(part) = wrong.required(&at, part) else {
                continue;
            };
            let line = wrong.code::<OrderLineId>(&format!("{at}/line_id"), &part.line_id, "wrong-no-such-line");
            let weight = wrong.quantity(&format!("{at}/weight"), &part.weight);
            if line.is_some_and(|line| read.iter().any(|(known, _)| *known == line)) {
                wrong.note(format!("{at}/line_id"), "wrong-line-twice");
            }
            read.extend(line.zip(weight));
        }
        wrong.result()?;
        Ok(Weigh(read))
    }
}

/// Settles lines of the order `id` by what they weigh.
pub async fn weigh(unit: &mut Unit, id: OrderId, new: &Weigh) -> Result<(), OrdersError> {
    let mut open = open(unit, id).await?;
    // As for packing: confirmed, and its money there or at the door.
    let before = open.standing();
    let given = open.given(Side::Seller);
    if before.goods.rest {
        lifecycle::next(before, Event::Pack { rest: false }, given)?;
    } else if before.goods.packed == 0 || before.state != entity::orders::order::State::Confirmed {
        return Err(lifecycle::Illegal::GoodsLeft.into());
    }
    edits::must_not_wait(&*unit, &open).await?;
    let tolerance = periods::weight_tolerance(unit.now().day());
    let mut wrong = Wrong::default();
    let mut settled = Vec::new();
    for (place, (id, weight)) in new.0.iter().enumerate() {
        let at = format!("/lines/{place}");
        let Some(line) = open.line(*id) else {
            wrong.note(format!("{at}/line_id"), "wrong-no-such-line");
            continue;
        };
        let (Some(price), Some(unit)) = (line.weight_price, line.weight_unit) else {
            wrong.note(format!("{at}/line_id"), "wrong-not-by-weight");
            continue;
        };
        if line.weighed.is_some() || line.quantity == Thousandths::ZERO {
            wrong.note(format!("{at}/line_id"), "wrong-weighed-already");
            continue;
        }
        if gone(&open.parcels, line.id).0 > 0 {
            return Err(lifecycle::Illegal::GoodsLeft.into());
        }
        let Some(weight) = weight.convert(unit).filter(|weight| weight.amount.0 > 0) else {
            wrong.note(format!("{at}/weight/unit"), "wrong-unit-mismatch");
            continue;
        };
        match amount::of_weighed(price, weight.amount, line.amount, tolerance) {
            Some(result) => settled.push((line.clone(), weight.amount, result)),
            None => wrong.note(format!("{at}/weight/value"), "wrong-order-amount"),
        }
    }
    wrong.result()?;
    edits::overtaken(unit, &open).await?;
    let at_the_door = open.payment.is_none() && open.money() == Money::OnDelivery;
    let (mut less, mut more) = (0, 0);
    for (line, weight, result) in settled {
        // What is asked for on top is not the line's price before it is paid.
        let amount = if at_the_door {
            result.amount
        } else {
            line.amount.min(result.amount)
        };
        less += result.less.0;
        more += if at_the_door { result.more.0 } else { 0 };
        let after = line::Model {
            weighed: Some(weight),
            amount,
            ..line.clone()
        };
        write_line(unit, &after).await?;
        if let Some(place) = open.lines.iter().position(|known| known.id == line.id) {
            open.lines[place] = after;
        }
        if !at_the_door && result.more.0 > 0 {
            further::ask(unit, &mut open, Further::Weight, line.id.0, result.more).await?;
        }
    }
    costs_less(unit, &mut open, entity::Dong(less), Why::Weighed).await?;
    if more > 0 {
        costs_more(unit, &mut open, entity::Dong(more)).await?;
    }
    news::tell(unit, &open.order, News::Weighed).await
}
