//! An order is given up, in whole or in part: by its buyer until the seller confirms, by its seller until goods leave, and
//! by the exchange when the seller never confirms. What came for it goes back.

use entity::{
    Quantity, Thousandths,
    ids::{OrderId, OrderLineId},
    orders::{
        line,
        order::{self, Side},
        parcel,
    },
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    OrdersError, amount,
    books::{costs_less, give_all_back},
    edits, extras, further,
    lifecycle::{self, Event, Money, Standing},
    news::{self, News},
    open::{Open, gone, move_on, open},
};
use crate::{
    checked,
    db::Unit,
    http::{
        input::{Field, QuantityInput, Wrong},
        language::Message,
    },
    listings::{
        hold,
        hold_parts::{End, hand_over, rename_all},
    },
    payments::refund::Why,
};

/// So much of a line.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct PartInput {
    #[schema(value_type = String)]
    pub line_id: Field<String>,
    /// In the line's unit or one that converts into it.
    #[schema(value_type = QuantityInput)]
    pub quantity: Field<QuantityInput>,
}

/// What giving an order up may say.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct CancelInput {
    /// Needed of the seller once money has come.
    #[schema(value_type = Option<String>, max_length = 500)]
    pub reason: Field<String>,
    /// Only these are given up; what is packed is not.
    #[schema(value_type = Option<Vec<PartInput>>)]
    pub lines: Field<Vec<Field<PartInput>>>,
}

/// A checked [`CancelInput`].
#[derive(Clone, Debug, Default)]
pub struct Cancel {
    pub reason: Option<String>,
    pub parts: Option<Vec<(OrderLineId, Quantity)>>,
}

impl CancelInput {
    pub fn check(&self) -> Result<Cancel, Wrong> {
        let mut wrong = Wrong::default();
        let reason = wrong.optional("/reason", &self.reason, |wrong, pointer, field| {
            wrong.line(pointer, field, 500)
        });
        let parts = wrong.optional("/lines", &self.lines, parts);
        checked!(wrong; reason, parts);
        Ok(Cancel { reason, parts })
    }
}

/// Parts of lines as a body gives them.
pub(super) fn parts(
    wrong: &mut Wrong,
    pointer: &str,
    field: &Field<Vec<Field<PartInput>>>,
) -> Option<Vec<(OrderLineId, Quantity)>> {
    let given = wrong.required(pointer, field)?;
    if given.is_empty() || given.len() > 100 {
        wrong.note(pointer, "wrong-required");
        return None;
    }
    let mut read = Vec::with_capacity(given.len());
    for (place, part) in given.iter().enumerate() {
        let at = format!("{pointer}/{place}");
        let Some(part) = wrong.required(&at, part) else {
            continue;
        };
        let line = wrong.code::<OrderLineId>(&format!("{at}/line_id"), &part.line_id, "wrong-no-such-line");
        let quantity = wrong.quantity(&format!("{at}/quantity"), &part.quantity);
        if line.is_some_and(|line| read.iter().any(|(known, _)| *known == line)) {
            wrong.note(format!("{at}/line_id"), "wrong-line-twice");
        }
        read.extend(line.zip(quantity));
    }
    (read.len() == given.len()).then_some(read)
}

/// `parts` in their lines' units, each at most what `most` says of its line.
pub(super) fn parts_of(
    open: &Open,
    parts: &[(OrderLineId, Quantity)],
    most: impl Fn(&line::Model) -> Thousandths,
) -> Result<Vec<(OrderLineId, Thousandths)>, Wrong> {
    let mut wrong = Wrong::default();
    let mut read = Vec::with_capacity(parts.len());
    for (place, (id, quantity)) in parts.iter().enumerate() {
        let Some(line) = open.line(*id) else {
            wrong.note(format!("/lines/{place}/line_id"), "wrong-no-such-line");
            continue;
        };
        match in_unit_of(line, *quantity) {
            Err((what, message)) => wrong.note(format!("/lines/{place}/quantity{what}"), message),
            Ok(amount) if amount > most(line) => {
                let left = Quantity::new(most(line), line.unit).to_string();
                let message = Message::new("wrong-more-than-left").with("left", left);
                wrong.note(format!("/lines/{place}/quantity"), message);
            }
            Ok(amount) => read.push((*id, amount)),
        }
    }
    wrong.result()?;
    Ok(read)
}

/// `quantity` in the unit of `line`; otherwise which part of it is wrong, and why.
pub(super) fn in_unit_of(line: &line::Model, quantity: Quantity) -> Result<Thousandths, (&'static str, Message)> {
    let Some(told) = quantity.convert(line.unit) else {
        let message = Message::new("wrong-line-unit").with("unit", line.unit.code());
        return Err(("/unit", message));
    };
    if line.unit.base().is_none() && told.amount.0 % 1000 != 0 {
        let message = Message::new("wrong-whole").with("unit", line.unit.label());
        return Err(("/value", message));
    }
    Ok(told.amount)
}

/// Cancels the order `id`, or gives up parts of it.
pub async fn cancel(unit: &mut Unit, id: OrderId, by: Side, new: &Cancel) -> Result<(), OrdersError> {
    let mut open = open(unit, id).await?;
    let came = matches!(open.money(), Money::Some | Money::All);
    let needs_reason = || -> Result<(), OrdersError> {
        if by == Side::Seller && came && new.reason.is_none() {
            return Err(Wrong::one("/reason", "wrong-required").into());
        }
        Ok(())
    };
    let Some(parts) = &new.parts else {
        let before = open.standing();
        let after = lifecycle::next(before, Event::Cancel, open.given(by))?;
        if before != after {
            needs_reason()?;
            give_up(unit, &mut open, after, by, new.reason.clone(), Why::Cancelled).await?;
            news::tell(unit, &open.order, News::Cancelled(by)).await?;
        }
        return Ok(());
    };
    needs_reason()?;
    let parts = parts_of(&open, parts, |line| open.rest(line))?;
    let left = |line: &line::Model| {
        let given_up = parts
            .iter()
            .find(|(id, _)| *id == line.id)
            .map_or(0, |(_, part)| part.0);
        open.rest(line).0 - given_up
    };
    let before = open.standing();
    if !before.goods.left() && before.goods.packed == 0 && open.lines.iter().all(|line| left(line) == 0) {
        // All there is.
        let after = lifecycle::next(before, Event::Cancel, open.given(by))?;
        give_up(unit, &mut open, after, by, new.reason.clone(), Why::Cancelled).await?;
        return news::tell(unit, &open.order, News::Cancelled(by)).await;
    }
    let rest = open.lines.iter().any(|line| left(line) > 0);
    let after = lifecycle::next(before, Event::Drop { rest }, open.given(by))?;
    edits::overtaken(unit, &open).await?;
    drop_parts(unit, &mut open, &parts, Why::Cancelled).await?;
    move_on(unit, &open.order, before, after).await?;
    if after.state == order::State::Completed {
        super::deliver::completed(unit, &mut open).await?;
    }
    news::tell(unit, &open.order, News::Shortened).await
}

/// Nobody confirmed in time: the order goes.
pub(super) async fn lapse(unit: &mut Unit, id: OrderId) -> Result<(), OrdersError> {
    let mut open = open(unit, id).await?;
    let due = super::confirm::confirm_by(&open.order, open.payment.as_ref());
    if due.is_none_or(|due| due > unit.now()) {
        return Ok(());
    }
    let Ok(after) = lifecycle::next(open.standing(), Event::Lapse, open.given(Side::Exchange)) else {
        return Ok(());
    };
    give_up(unit, &mut open, after, Side::Exchange, None, Why::Unconfirmed).await?;
    news::tell(unit, &open.order, News::Cancelled(Side::Exchange)).await
}

/// Gives all of an order up. Who has to know is told by the caller.
pub(super) async fn give_up(
    unit: &mut Unit,
    open: &mut Open,
    after: Standing,
    by: Side,
    reason: Option<String>,
    why: Why,
) -> Result<(), OrdersError> {
    move_on(unit, &open.order, open.standing(), after).await?;
    order::Entity::update_many()
        .col_expr(order::Column::CancelledBy, Expr::value(Some(by)))
        .col_expr(order::Column::CancelledAt, Expr::value(Some(unit.now())))
        .col_expr(order::Column::CancelReason, Expr::value(reason.clone()))
        .filter(order::Column::Id.eq(open.order.id))
        .exec(&*unit)
        .await?;
    parcel::Entity::update_many()
        .col_expr(parcel::Column::State, Expr::value(parcel::State::Unpacked))
        .filter(parcel::Column::OrderId.eq(open.order.id))
        .filter(parcel::Column::State.eq(parcel::State::Packed))
        .exec(&*unit)
        .await?;
    edits::overtaken(unit, open).await?;
    further::lapse_all(unit, open).await?;
    let holders: Vec<Uuid> = open.lines.iter().map(|line| line.id.0).collect();
    hold::release(unit, &holders).await?;
    give_all_back(unit, open, why).await?;
    extras::let_go(unit, &open.order).await
}

/// Gives up `parts` of what lies in no parcel: their goods go back on sale, their lines cost what is left of them, and
/// what was paid for them goes back.
pub(super) async fn drop_parts(
    unit: &mut Unit,
    open: &mut Open,
    parts: &[(OrderLineId, Thousandths)],
    why: Why,
) -> Result<(), OrdersError> {
    let mut less = 0;
    for (id, part) in parts {
        let Some(place) = open.lines.iter().position(|line| line.id == *id) else {
            continue;
        };
        let before = open.lines[place].clone();
        let left = Thousandths(before.quantity.0 - part.0);
        let stays = Thousandths(left.0 - gone(&open.parcels, *id).0);
        release_part(unit, id.0, stays, Thousandths(stays.0 + part.0)).await?;
        let after = shorter(&before, *part);
        less += before.amount.0 - after.amount.0;
        write_line(unit, &after).await?;
        open.lines[place] = after;
    }
    costs_less(unit, open, entity::Dong(less), why).await
}

/// `line` once `part` of it is given up.
pub(super) fn shorter(line: &line::Model, part: Thousandths) -> line::Model {
    let left = Thousandths(line.quantity.0 - part.0);
    line::Model {
        quantity: left,
        given_up: Thousandths(line.given_up.0 + part.0),
        amount: amount::of_left(line, left),
        estimated_weight: line.estimated_weight.map(|weight| scaled(weight, left, line.quantity)),
        ..line.clone()
    }
}

/// Puts a part of what a line holds back on sale, so that `keep` of `whole` stays held.
pub(super) async fn release_part(
    unit: &mut Unit,
    holder: Uuid,
    keep: Thousandths,
    whole: Thousandths,
) -> Result<(), OrdersError> {
    let going: Uuid = unit.id();
    hand_over(unit, holder, going, keep, whole, End::Last).await?;
    hold::release(unit, &[going]).await?;
    rename_all(unit, going, holder).await?;
    Ok(())
}

/// `weight` of what is left of a line: never nothing, for a weight is above zero.
pub(super) fn scaled(weight: Thousandths, part: Thousandths, whole: Thousandths) -> Thousandths {
    let part = amount::part_of(entity::Dong(weight.0), part, whole);
    Thousandths(part.0.max(1))
}

/// Writes what a verb changed of a line.
pub(super) async fn write_line(unit: &Unit, line: &line::Model) -> Result<(), OrdersError> {
    line::Entity::update_many()
        .col_expr(line::Column::Quantity, Expr::value(line.quantity))
        .col_expr(line::Column::GivenUp, Expr::value(line.given_up))
        .col_expr(line::Column::Price, Expr::value(line.price))
        .col_expr(line::Column::Amount, Expr::value(line.amount))
        .col_expr(line::Column::EstimatedWeight, Expr::value(line.estimated_weight))
        .col_expr(line::Column::Weighed, Expr::value(line.weighed))
        .filter(line::Column::Id.eq(line.id))
        .exec(unit)
        .await?;
    Ok(())
}
