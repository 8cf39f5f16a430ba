//! Goods are packed: all that is still to be packed, or a parcel of less. What is missing then waits for another parcel, or
//! is given up and its money goes back.

use entity::{
    Quantity, Thousandths,
    ids::{OrderId, OrderLineId, ParcelId},
    orders::{order::Side, parcel, parcel_line},
};
use sea_orm::{ActiveValue::Set, EntityTrait};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    OrdersError,
    cancel::{PartInput, drop_parts, parts, parts_of},
    edits,
    lifecycle::{self, Event},
    news::{self, News},
    open::{Open, move_on, open},
};
use crate::{
    checked,
    db::Unit,
    http::input::{Field, Wrong},
    listings::hold::kept_lot,
    payments::refund::Why,
};

/// What is packed; nothing said: all that is still to be packed.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct PackInput {
    #[schema(value_type = Option<Vec<PartInput>>)]
    pub lines: Field<Vec<Field<PartInput>>>,
    /// What becomes of what is missing: `later` (another parcel) or `drop` (it is given up and its money goes back). Needed
    /// when something is.
    #[schema(value_type = Option<String>)]
    pub rest: Field<String>,
}

/// A checked [`PackInput`].
#[derive(Clone, Debug, Default)]
pub struct Pack {
    parts: Option<Vec<(OrderLineId, Quantity)>>,
    rest: Option<Rest>,
}

/// What becomes of what is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rest {
    Later,
    Drop,
}

impl PackInput {
    pub fn check(&self) -> Result<Pack, Wrong> {
        let mut wrong = Wrong::default();
        let parts = wrong.optional("/lines", &self.lines, parts);
        let rest = wrong.optional("/rest", &self.rest, |wrong, pointer, field| {
            match wrong.required(pointer, field)?.as_str() {
                "later" => Some(Rest::Later),
                "drop" => Some(Rest::Drop),
                _ => {
                    wrong.note(pointer, "wrong-rest");
                    None
                }
            }
        });
        checked!(wrong; parts, rest);
        Ok(Pack { parts, rest })
    }
}

/// Packs a parcel of the order `id`. Where all is packed already there is nothing to do, and that is no mistake.
pub async fn pack(unit: &mut Unit, id: OrderId, new: &Pack) -> Result<(), OrdersError> {
    let mut open = open(unit, id).await?;
    let all = |open: &Open| -> Vec<(OrderLineId, Thousandths)> {
        let rest = open.lines.iter().map(|line| (line.id, open.rest(line)));
        rest.filter(|(_, rest)| rest.0 > 0).collect()
    };
    let packed = match &new.parts {
        None => all(&open),
        Some(parts) => parts_of(&open, parts, |line| open.rest(line))?,
    };
    let missing: Vec<_> = all(&open)
        .into_iter()
        .map(|(id, rest)| {
            let part = packed
                .iter()
                .find(|(known, _)| *known == id)
                .map_or(0, |(_, part)| part.0);
            (id, Thousandths(rest.0 - part))
        })
        .filter(|(_, missing)| missing.0 > 0)
        .collect();
    if !missing.is_empty() && new.rest.is_none() {
        return Err(Wrong::one("/rest", "wrong-required").into());
    }
    let later = !missing.is_empty() && new.rest == Some(Rest::Later);
    let before = open.standing();
    let after = lifecycle::next(before, Event::Pack { rest: later }, open.given(Side::Seller))?;
    if after == before {
        return Ok(());
    }
    edits::must_not_wait(&*unit, &open).await?;
    edits::overtaken(unit, &open).await?;
    must_be_free(unit, packed.iter().map(|(line, _)| *line)).await?;
    let row = insert(unit, &open, &packed).await?;
    open.parcels.push(row);
    if !later {
        drop_parts(unit, &mut open, &missing, Why::Short).await?;
    }
    move_on(unit, &open.order, before, after).await?;
    let short = !missing.is_empty() && !later;
    news::tell(unit, &open.order, if short { News::Shortened } else { News::Packed }).await
}

/// Refuses goods of a lot that is held: what has not left stays until an officer has looked.
pub(super) async fn must_be_free(unit: &Unit, lines: impl Iterator<Item = OrderLineId>) -> Result<(), OrdersError> {
    let holders: Vec<_> = lines.map(|line| line.0).collect();
    match kept_lot(unit, &holders).await? {
        Some(lot) => Err(OrdersError::LotHeld(lot)),
        None => Ok(()),
    }
}

async fn insert(
    unit: &Unit,
    open: &Open,
    packed: &[(OrderLineId, Thousandths)],
) -> Result<super::open::Parcel, OrdersError> {
    let id: ParcelId = unit.id();
    let number = open.parcels.iter().map(|parcel| parcel.row.number).max().unwrap_or(0) + 1;
    let row = parcel::Model {
        id,
        order_id: open.order.id,
        number,
        state: parcel::State::Packed,
        carrier: String::new(),
        tracking: String::new(),
        packed_at: unit.now(),
        shipped_at: None,
        delivered_at: None,
    };
    parcel::Entity::insert(parcel::ActiveModel::from(row.clone()))
        .exec_without_returning(unit)
        .await?;
    let lines: Vec<_> = packed
        .iter()
        .map(|(line_id, quantity)| parcel_line::Model {
            parcel_id: id,
            line_id: *line_id,
            quantity: *quantity,
        })
        .collect();
    let rows = lines.iter().map(|line| parcel_line::ActiveModel {
        parcel_id: Set(line.parcel_id),
        line_id: Set(line.line_id),
        quantity: Set(line.quantity),
    });
    parcel_line::Entity::insert_many(rows)
        .exec_without_returning(unit)
        .await?;
    Ok(super::open::Parcel { row, lines })
}
