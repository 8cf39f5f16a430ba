//! An order with all that a change of it depends on. Nobody else changes it until the unit ends: its payments are locked
//! first, in the order of their keys, and then its row, as settlement does it, so that the two never wait crosswise.

use entity::{
    Thousandths,
    ids::{OrderId, OrderLineId, PaymentId},
    orders::{
        edit, further_payment, line,
        order::{self, Side, State},
        parcel, parcel_line,
    },
    payments::payment,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, sea_query::Expr,
};

use super::{
    OrdersError,
    lifecycle::{Given, Goods, Money, Standing},
};
use crate::{db::Unit, payments};

/// An order that is being changed.
#[derive(Clone, Debug)]
pub struct Open {
    pub order: order::Model,
    pub payment: Option<payment::Model>,
    /// What is asked for on top and has not been paid.
    pub asked: Vec<further_payment::Model>,
    /// What was asked for on top and has been paid, the last first.
    pub further: Vec<payment::Model>,
    pub lines: Vec<line::Model>,
    pub parcels: Vec<Parcel>,
}

/// A parcel and what is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parcel {
    pub row: parcel::Model,
    pub lines: Vec<parcel_line::Model>,
}

/// Opens the order `id`.
pub async fn open(unit: &mut Unit, id: OrderId) -> Result<Open, OrdersError> {
    let before = find(unit, id).await?;
    let mut asked = asked_for(unit, id).await?;
    let mut ids: Vec<PaymentId> = asked.iter().map(|row| row.payment_id).collect();
    ids.extend(before.payment_id);
    ids.sort();
    ids.dedup();
    let mut own = None;
    let mut further = Vec::new();
    for id in ids {
        let row = payments::locked(unit, id).await?;
        if Some(row.id) == before.payment_id {
            own = Some(row);
        } else {
            further.push(row);
        }
    }
    let order = locked(unit, id).await?;
    // A payment may be replaced, and another asked for, while its order lives.
    if order.payment_id != before.payment_id || asked_for(unit, id).await? != asked {
        return Err(OrdersError::Overtaken);
    }
    asked.retain(|row| row.state == further_payment::State::Asked);
    further.retain(|row| asked.iter().all(|asked| asked.payment_id != row.id));
    further.reverse();
    let lines = line::Entity::find()
        .filter(line::Column::OrderId.eq(id))
        .order_by_asc(line::Column::Position)
        .all(&*unit)
        .await?;
    Ok(Open {
        order,
        payment: own,
        asked,
        further,
        lines,
        parcels: parcels_of(&*unit, &[id]).await?,
    })
}

pub(super) async fn find(unit: &Unit, id: OrderId) -> Result<order::Model, OrdersError> {
    order::Entity::find_by_id(id)
        .one(unit)
        .await?
        .ok_or(OrdersError::NoSuchOrder)
}

/// The order as it is now and stays until this unit ends: an update that changes nothing takes the row's lock.
pub(super) async fn locked(unit: &Unit, id: OrderId) -> Result<order::Model, OrdersError> {
    order::Entity::update_many()
        .col_expr(order::Column::UpdatedAt, Expr::col(order::Column::UpdatedAt))
        .filter(order::Column::Id.eq(id))
        .exec(unit)
        .await?;
    find(unit, id).await
}

async fn asked_for(unit: &Unit, id: OrderId) -> Result<Vec<further_payment::Model>, DbErr> {
    further_payment::Entity::find()
        .filter(further_payment::Column::OrderId.eq(id))
        .filter(further_payment::Column::State.ne(further_payment::State::Lapsed))
        .order_by_asc(further_payment::Column::PaymentId)
        .all(unit)
        .await
}

/// Whether lines of the order `id` stand in a parcel or a proposal, so that they may not be replaced.
pub(super) async fn is_touched(unit: &Unit, id: OrderId) -> Result<bool, DbErr> {
    let parcels = parcel::Entity::find()
        .filter(parcel::Column::OrderId.eq(id))
        .count(unit)
        .await?;
    let edits = edit::Entity::find()
        .filter(edit::Column::OrderId.eq(id))
        .count(unit)
        .await?;
    Ok(parcels + edits > 0)
}

/// The parcels of `orders`, in the order of their numbers.
pub async fn parcels_of(db: &impl ConnectionTrait, orders: &[OrderId]) -> Result<Vec<Parcel>, DbErr> {
    let rows = parcel::Entity::find()
        .filter(parcel::Column::OrderId.is_in(orders.iter().copied()))
        .order_by_asc(parcel::Column::OrderId)
        .order_by_asc(parcel::Column::Number)
        .all(db)
        .await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let mut lines = parcel_line::Entity::find()
        .filter(parcel_line::Column::ParcelId.is_in(rows.iter().map(|row| row.id)))
        .order_by_asc(parcel_line::Column::LineId)
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let (within, others) = lines.drain(..).partition(|line| line.parcel_id == row.id);
            lines = others;
            Parcel { row, lines: within }
        })
        .collect())
}

/// How much of `line` lies in those of `parcels` whose state is one of `states`.
#[must_use]
pub fn within(parcels: &[Parcel], line: OrderLineId, states: &[parcel::State]) -> Thousandths {
    let sum = parcels
        .iter()
        .filter(|parcel| states.contains(&parcel.row.state))
        .flat_map(|parcel| &parcel.lines)
        .filter(|part| part.line_id == line)
        .map(|part| part.quantity.0)
        .sum();
    Thousandths(sum)
}

/// How much of `line` lies in a parcel.
#[must_use]
pub fn packed(parcels: &[Parcel], line: OrderLineId) -> Thousandths {
    use parcel::State::{Delivered, Packed, Shipped};
    within(parcels, line, &[Packed, Shipped, Delivered])
}

/// How much of `line` has left.
#[must_use]
pub fn gone(parcels: &[Parcel], line: OrderLineId) -> Thousandths {
    within(parcels, line, &[parcel::State::Shipped, parcel::State::Delivered])
}

/// Where the order of `lines` and `parcels` stands.
#[must_use]
pub fn standing<'l>(state: State, lines: impl IntoIterator<Item = &'l line::Model>, parcels: &[Parcel]) -> Standing {
    let rest = lines
        .into_iter()
        .any(|line| packed(parcels, line.id).0 < line.quantity.0);
    let states = parcels.iter().map(|parcel| parcel.row.state);
    Standing {
        state,
        goods: Goods::of(rest, states),
    }
}

/// Where an order stands of which nothing is packed, as far as its row tells it.
pub(super) const fn unpacked(order: &order::Model) -> Standing {
    Standing {
        state: order.state,
        goods: Goods::UNPACKED,
    }
}

impl Open {
    #[must_use]
    pub fn money(&self) -> Money {
        Money::of(&self.order, self.payment.as_ref())
    }

    #[must_use]
    pub fn standing(&self) -> Standing {
        standing(self.order.state, &self.lines, &self.parcels)
    }

    #[must_use]
    pub fn given(&self, by: Side) -> Given {
        Given {
            delivery: self.order.delivery,
            money: self.money(),
            by,
        }
    }

    #[must_use]
    pub fn line(&self, id: OrderLineId) -> Option<&line::Model> {
        self.lines.iter().find(|line| line.id == id)
    }

    /// How much of `line` is still to be packed.
    #[must_use]
    pub fn rest(&self, line: &line::Model) -> Thousandths {
        Thousandths(line.quantity.0 - packed(&self.parcels, line.id).0)
    }

    /// What of the total was not given back.
    #[must_use]
    pub const fn kept(&self) -> i64 {
        self.order.total.0 - self.order.given_back.0
    }
}

/// Moves an order from where it was read to `after`, and tells whether it moved. Somebody who moved it in between is
/// not overwritten.
pub(super) async fn move_on(
    unit: &Unit,
    order: &order::Model,
    before: Standing,
    after: Standing,
) -> Result<bool, OrdersError> {
    if before == after {
        return Ok(false);
    }
    let moved = order::Entity::update_many()
        .col_expr(order::Column::State, Expr::value(after.state))
        .col_expr(order::Column::Fulfilment, Expr::value(after.goods.fulfilment()))
        .col_expr(order::Column::UpdatedAt, Expr::value(unit.now()))
        .filter(order::Column::Id.eq(order.id))
        .filter(order::Column::State.eq(order.state))
        .filter(order::Column::Fulfilment.eq(order.fulfilment))
        .exec(unit)
        .await?;
    if moved.rows_affected == 0 {
        return Err(OrdersError::Overtaken);
    }
    Ok(true)
}

/// By which the goods of `orders` are held.
pub(super) async fn holders(db: &impl ConnectionTrait, orders: &[OrderId]) -> Result<Vec<uuid::Uuid>, DbErr> {
    let lines = line::Entity::find()
        .filter(line::Column::OrderId.is_in(orders.iter().copied()))
        .all(db)
        .await?;
    Ok(lines.into_iter().map(|line| line.id.0).collect())
}
