//! Parcels are on their way, and what is in them leaves the stock.

use entity::{
    Thousandths,
    ids::{OrderId, ParcelId},
    orders::{order::Side, parcel},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    OrdersError,
    lifecycle::{self, Event},
    news::{self, News},
    open::{Open, gone, move_on, open},
    pack::must_be_free,
};
use crate::{
    checked,
    db::Unit,
    http::input::{Field, Wrong},
    listings::{
        hold,
        hold_parts::{End, hand_over, rename_all},
    },
};

/// Which parcel, and with whom; nothing said: all that are packed.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct ShipInput {
    #[schema(value_type = Option<String>)]
    pub parcel_id: Field<String>,
    /// Who carries it.
    #[schema(value_type = Option<String>, max_length = 80)]
    pub carrier: Field<String>,
    /// What the carrier calls it.
    #[schema(value_type = Option<String>, max_length = 80)]
    pub tracking: Field<String>,
}

/// A checked [`ShipInput`].
#[derive(Clone, Debug, Default)]
pub struct Ship {
    parcel: Option<ParcelId>,
    carrier: String,
    tracking: String,
}

impl ShipInput {
    pub fn check(&self) -> Result<Ship, Wrong> {
        let mut wrong = Wrong::default();
        let parcel = wrong.optional("/parcel_id", &self.parcel_id, |wrong, pointer, field| {
            wrong.code(pointer, field, "wrong-no-such-parcel")
        });
        let carrier = words(&mut wrong, "/carrier", &self.carrier);
        let tracking = words(&mut wrong, "/tracking", &self.tracking);
        checked!(wrong; parcel, carrier, tracking);
        Ok(Ship {
            parcel,
            carrier,
            tracking,
        })
    }
}

/// One line of words, which may be none.
pub(super) fn words(wrong: &mut Wrong, pointer: &str, field: &Field<String>) -> Option<String> {
    match field {
        Field::Missing => Some(String::new()),
        Field::Given(text) if text.trim().is_empty() => Some(String::new()),
        field => wrong.line(pointer, field, 80),
    }
}

/// Sends parcels of the order `id` on their way. One that is on its way already is no mistake.
pub async fn ship(unit: &mut Unit, id: OrderId, new: &Ship) -> Result<(), OrdersError> {
    let mut open = open(unit, id).await?;
    let chosen = chosen(&open, new.parcel, parcel::State::Packed)?;
    if chosen.is_empty() && new.parcel.is_some() {
        return Ok(());
    }
    let before = open.standing();
    let event = Event::Ship(u32::try_from(chosen.len()).unwrap_or(u32::MAX));
    let after = lifecycle::next(before, event, open.given(Side::Seller))?;
    if after == before {
        return Ok(());
    }
    let going = open.parcels.iter().filter(|parcel| chosen.contains(&parcel.row.id));
    must_be_free(unit, going.flat_map(|parcel| &parcel.lines).map(|part| part.line_id)).await?;
    leave(unit, &mut open, &chosen, event).await?;
    parcel::Entity::update_many()
        .col_expr(parcel::Column::State, Expr::value(parcel::State::Shipped))
        .col_expr(parcel::Column::ShippedAt, Expr::value(Some(unit.now())))
        .col_expr(parcel::Column::Carrier, Expr::value(new.carrier.clone()))
        .col_expr(parcel::Column::Tracking, Expr::value(new.tracking.clone()))
        .filter(parcel::Column::Id.is_in(chosen.iter().copied()))
        .exec(&*unit)
        .await?;
    move_on(unit, &open.order, before, after).await?;
    news::tell(unit, &open.order, News::Shipped).await
}

/// Those of the order's parcels that are `from`, or the one that is asked for, if it is.
pub(super) fn chosen(open: &Open, asked: Option<ParcelId>, from: parcel::State) -> Result<Vec<ParcelId>, OrdersError> {
    if let Some(id) = asked
        && open
            .parcels
            .iter()
            .all(|parcel| parcel.row.id != id || parcel.row.state == parcel::State::Unpacked)
    {
        return Err(Wrong::one("/parcel_id", "wrong-no-such-parcel").into());
    }
    Ok(open
        .parcels
        .iter()
        .filter(|parcel| parcel.row.state == from && asked.is_none_or(|id| id == parcel.row.id))
        .map(|parcel| parcel.row.id)
        .collect())
}

/// Takes what is in `parcels` out of the stock: it leaves the seller's hands.
pub(super) async fn leave(
    unit: &mut Unit,
    open: &mut Open,
    parcels: &[ParcelId],
    event: Event,
) -> Result<(), OrdersError> {
    let mut holders: Vec<Uuid> = Vec::new();
    let mut lent: Vec<(Uuid, Uuid)> = Vec::new();
    for line in &open.lines {
        let going: i64 = open
            .parcels
            .iter()
            .filter(|parcel| parcels.contains(&parcel.row.id))
            .flat_map(|parcel| &parcel.lines)
            .filter(|part| part.line_id == line.id)
            .map(|part| part.quantity.0)
            .sum();
        let there = line.quantity.0 - gone(&open.parcels, line.id).0;
        if going == 0 {
            continue;
        }
        if going >= there {
            holders.push(line.id.0);
            continue;
        }
        let own: Uuid = unit.id();
        let keep = Thousandths(there - going);
        hand_over(unit, line.id.0, own, keep, Thousandths(there), End::First).await?;
        holders.push(own);
        lent.push((own, line.id.0));
    }
    hold::issue(unit, &holders).await?;
    for (own, line) in lent {
        rename_all(unit, own, line).await?;
    }
    let delivery = open.order.delivery;
    for parcel in &mut open.parcels {
        if parcels.contains(&parcel.row.id)
            && let Some(state) = lifecycle::parcel(parcel.row.state, event, delivery)
        {
            parcel.row.state = state;
        }
    }
    Ok(())
}
