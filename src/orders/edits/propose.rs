//! The seller proposes.

use entity::{
    Dong, Quantity, Thousandths,
    ids::{ListingId, OrderEditId, OrderId, OrderLineId},
    listings::listing,
    orders::{
        edit::{self, State},
        edit_line, line,
        order::{Side, State as OrderState},
    },
};
use sea_orm::{ActiveValue::Set, EntityTrait};
use serde::Deserialize;
use utoipa::ToSchema;

use super::read::open_of;
use crate::{
    checked,
    db::Unit,
    http::input::{Field, QuantityInput, Wrong},
    listings::{offer::Terms, read::tiers_of},
    orders::{
        OrdersError, amount,
        cancel::in_unit_of,
        lifecycle::{self, Event, Goods, Illegal, Money},
        news::{self, News},
        open::{Open, open},
        periods::Period,
    },
};

/// Another listing of the seller's in a line's place.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct SubstituteInput {
    #[schema(value_type = String)]
    pub listing_id: Field<String>,
    #[schema(value_type = QuantityInput)]
    pub quantity: Field<QuantityInput>,
    /// Đồng for one unit; by default what it costs now, and never more.
    #[schema(value_type = Option<i64>, minimum = 1)]
    pub price: Field<i64>,
}

/// What a line would become: another quantity (nothing: the line goes), a lower price, or another listing.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct ProposeLineInput {
    #[schema(value_type = String)]
    pub line_id: Field<String>,
    #[schema(value_type = Option<QuantityInput>)]
    pub quantity: Field<QuantityInput>,
    #[schema(value_type = Option<i64>, minimum = 1)]
    pub price: Field<i64>,
    #[schema(value_type = Option<SubstituteInput>)]
    pub substitute: Field<SubstituteInput>,
}

/// A proposal.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct ProposeInput {
    /// Words to the buyer.
    #[schema(value_type = Option<String>, max_length = 500)]
    pub note: Field<String>,
    #[schema(value_type = Vec<ProposeLineInput>, min_items = 1, max_items = 100)]
    pub lines: Field<Vec<Field<ProposeLineInput>>>,
}

/// A checked proposal; what depends on the order is checked when it is made.
#[derive(Clone, Debug, Default)]
pub struct Propose {
    note: String,
    lines: Vec<ProposeLine>,
}

#[derive(Clone, Debug)]
struct ProposeLine {
    line: OrderLineId,
    to: To,
}

#[derive(Clone, Debug)]
enum To {
    Same {
        quantity: Option<Quantity>,
        price: Option<Dong>,
    },
    Other {
        listing: ListingId,
        quantity: Quantity,
        price: Option<Dong>,
    },
}

impl ProposeInput {
    pub fn check(&self) -> Result<Propose, Wrong> {
        let mut wrong = Wrong::default();
        let note = wrong.prose("/note", &self.note, 500);
        let given = wrong.required("/lines", &self.lines);
        if given.is_some_and(|given| given.is_empty() || given.len() > 100) {
            wrong.note("/lines", "wrong-required");
        }
        let mut lines: Vec<ProposeLine> = Vec::new();
        for (place, field) in given.into_iter().flatten().enumerate() {
            let at = format!("/lines/{place}");
            let Some(input) = wrong.required(&at, field) else {
                continue;
            };
            let line = wrong.code::<OrderLineId>(&format!("{at}/line_id"), &input.line_id, "wrong-no-such-line");
            if line.is_some_and(|line| lines.iter().any(|known| known.line == line)) {
                wrong.note(format!("{at}/line_id"), "wrong-line-twice");
            }
            let to = to(&mut wrong, &at, input);
            lines.extend(line.zip(to).map(|(line, to)| ProposeLine { line, to }));
        }
        checked!(wrong; note);
        Ok(Propose { note, lines })
    }
}

fn to(wrong: &mut Wrong, at: &str, input: &ProposeLineInput) -> Option<To> {
    let price = wrong.optional(&format!("{at}/price"), &input.price, Wrong::dong);
    if input.substitute.is_missing() {
        let quantity = wrong.optional(&format!("{at}/quantity"), &input.quantity, Wrong::level);
        let (quantity, price) = (quantity?, price?);
        if quantity.is_none() && price.is_none() {
            wrong.note(at, "wrong-nothing-proposed");
            return None;
        }
        return Some(To::Same { quantity, price });
    }
    let within = format!("{at}/substitute");
    let other = wrong.required(&within, &input.substitute)?;
    let listing = wrong.code(
        &format!("{within}/listing_id"),
        &other.listing_id,
        "wrong-no-such-listing",
    );
    let quantity = wrong.quantity(&format!("{within}/quantity"), &other.quantity);
    let price = wrong.optional(&format!("{within}/price"), &other.price, Wrong::dong);
    Some(To::Other {
        listing: listing?,
        quantity: quantity?,
        price: price?,
    })
}

/// What a line becomes, in the units it will be kept in.
struct After {
    listing: Option<ListingId>,
    title: String,
    unit: entity::Unit,
    quantity: Thousandths,
    price: Dong,
    amount: Dong,
}

/// Proposes a change of the order `id`, of which nothing is packed yet.
pub async fn propose(unit: &mut Unit, id: OrderId, new: &Propose) -> Result<OrderEditId, OrdersError> {
    let open = open(unit, id).await?;
    if !matches!(open.order.state, OrderState::Placed | OrderState::Confirmed)
        || open.standing().goods != Goods::UNPACKED
    {
        let event = Event::Drop { rest: true };
        return Err(lifecycle::next(open.standing(), event, open.given(Side::Seller))
            .err()
            .unwrap_or(Illegal::GoodsLeft)
            .into());
    }
    // A part of the money is completed first.
    if open.money() == Money::Some {
        return Err(Illegal::Unpaid.into());
    }
    if open_of(&*unit, id).await?.is_some() {
        return Err(OrdersError::EditOpen);
    }
    let mut wrong = Wrong::default();
    let mut rows = Vec::new();
    for (place, proposed) in new.lines.iter().enumerate() {
        let at = format!("/lines/{place}");
        let Some(line) = open.line(proposed.line).filter(|line| line.quantity.0 > 0) else {
            wrong.note(format!("{at}/line_id"), "wrong-no-such-line");
            continue;
        };
        if line.weighed.is_some() {
            wrong.note(format!("{at}/line_id"), "wrong-weighed-already");
            continue;
        }
        let after = match &proposed.to {
            To::Same { quantity, price } => same(&mut wrong, &at, line, *quantity, *price),
            To::Other {
                listing,
                quantity,
                price,
            } => other(unit, &mut wrong, &at, &open, line, *listing, *quantity, *price).await?,
        };
        rows.extend(after.map(|after| (line.clone(), after)));
    }
    let becomes = |line: &line::Model| {
        let changed = rows.iter().find(|(known, _)| known.id == line.id);
        changed.map_or(line.quantity, |(_, after)| after.quantity)
    };
    if wrong.0.is_empty() && open.lines.iter().all(|line| becomes(line) == Thousandths::ZERO) {
        wrong.note("/lines", "wrong-nothing-left");
    }
    let difference: i64 = rows.iter().map(|(line, after)| after.amount.0 - line.amount.0).sum();
    if wrong.0.is_empty() && open.order.total.0 + difference > Dong::MAX.0 {
        wrong.note("/lines", "wrong-order-amount");
    }
    wrong.result()?;
    write(unit, &open, new, difference, rows).await
}

fn same(
    wrong: &mut Wrong,
    at: &str,
    line: &line::Model,
    quantity: Option<Quantity>,
    price: Option<Dong>,
) -> Option<After> {
    let quantity = match quantity.map(|quantity| in_unit_of(line, quantity)) {
        None => line.quantity,
        Some(Ok(quantity)) => quantity,
        Some(Err((what, message))) => {
            wrong.note(format!("{at}/quantity{what}"), message);
            return None;
        }
    };
    if price.is_some_and(|price| price >= line.price || line.weight_price.is_some()) {
        wrong.note(format!("{at}/price"), "wrong-price-not-lower");
        return None;
    }
    let price = price.unwrap_or(line.price);
    let amount = if quantity == Thousandths::ZERO {
        Some(Dong::ZERO)
    } else {
        amount::of_line(price, quantity)
    };
    let Some(amount) = amount else {
        wrong.note(format!("{at}/quantity/value"), "wrong-order-amount");
        return None;
    };
    if quantity == line.quantity && price == line.price {
        wrong.note(at, "wrong-nothing-proposed");
        return None;
    }
    Some(After {
        listing: None,
        title: line.title.clone(),
        unit: line.unit,
        quantity,
        price,
        amount,
    })
}

#[expect(
    clippy::too_many_arguments,
    reason = "a line and what it would become, each word of it"
)]
async fn other(
    unit: &Unit,
    wrong: &mut Wrong,
    at: &str,
    open: &Open,
    line: &line::Model,
    id: ListingId,
    quantity: Quantity,
    price: Option<Dong>,
) -> Result<Option<After>, OrdersError> {
    let within = format!("{at}/substitute");
    let found = listing::Entity::find_by_id(id).one(unit).await?;
    let found = found.filter(|row| {
        row.seller_id == open.order.seller_id
            && row.state == listing::State::Live
            && row.id != line.listing_id
            && row.weight_price.is_none()
    });
    let Some(found) = found else {
        wrong.note(format!("{within}/listing_id"), "wrong-no-such-listing");
        return Ok(None);
    };
    let Some(told) = quantity.convert(found.unit) else {
        wrong.note(format!("{within}/quantity/unit"), "wrong-unit-mismatch");
        return Ok(None);
    };
    if found.unit.base().is_none() && told.amount.0 % 1000 != 0 {
        let message = crate::http::language::Message::new("wrong-whole").with("unit", found.unit.label());
        wrong.note(format!("{within}/quantity/value"), message);
        return Ok(None);
    }
    let terms = Terms::of(&found, tiers_of(unit, &[id]).await?.remove(&id).unwrap_or_default());
    let usual = terms.price_at(told.amount);
    let price = price.unwrap_or(usual);
    if price > usual {
        wrong.note(format!("{within}/price"), "wrong-price-not-lower");
        return Ok(None);
    }
    let Some(amount) = amount::of_line(price, told.amount) else {
        wrong.note(format!("{within}/quantity/value"), "wrong-order-amount");
        return Ok(None);
    };
    Ok(Some(After {
        listing: Some(id),
        unit: found.unit,
        title: found.title,
        quantity: told.amount,
        price,
        amount,
    }))
}

async fn write(
    unit: &mut Unit,
    open: &Open,
    new: &Propose,
    difference: i64,
    rows: Vec<(line::Model, After)>,
) -> Result<OrderEditId, OrdersError> {
    let id: OrderEditId = unit.id();
    let row = edit::ActiveModel {
        id: Set(id),
        order_id: Set(open.order.id),
        state: Set(State::Open),
        note: Set(new.note.clone()),
        difference: Set(difference),
        created_at: Set(unit.now()),
        due_at: Set(Period::Edit.after(unit.now())),
        closed_at: Set(None),
        payment_id: Set(None),
    };
    edit::Entity::insert(row).exec_without_returning(&*unit).await?;
    let lines: Vec<_> = rows
        .into_iter()
        .zip(0..)
        .map(|((line, after), position)| edit_line::ActiveModel {
            id: Set(unit.id()),
            edit_id: Set(id),
            position: Set(position),
            line_id: Set(line.id),
            before_quantity: Set(line.quantity),
            before_price: Set(line.price),
            before_amount: Set(line.amount),
            listing_id: Set(after.listing),
            title: Set(after.title),
            quantity: Set(after.quantity),
            unit: Set(after.unit),
            price: Set(after.price),
            amount: Set(after.amount),
        })
        .collect();
    edit_line::Entity::insert_many(lines)
        .exec_without_returning(&*unit)
        .await?;
    news::tell(unit, &open.order, News::Proposed).await?;
    Ok(id)
}
