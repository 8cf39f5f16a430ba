//! The buyer has the goods: buyer and seller may both say so. The last parcel completes the order.

use entity::{
    ids::{OrderId, ParcelId},
    orders::{
        order::{self, Cash, Delivery, Method, Side, State},
        parcel,
    },
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    OrdersError, earn,
    lifecycle::{self, Event},
    news::{self, News},
    open::{Open, move_on, open},
    ship::{chosen, leave},
};
use crate::{
    checked,
    db::Unit,
    http::input::{Field, Wrong},
};

/// Which parcel came; nothing said: all that are on their way, or wait to be fetched.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct DeliverInput {
    #[schema(value_type = Option<String>)]
    pub parcel_id: Field<String>,
    /// The seller of an order that is paid on delivery says by delivering that the cash came, unless this is `false`.
    #[schema(value_type = Option<bool>)]
    pub cash: Field<bool>,
}

/// A checked [`DeliverInput`].
#[derive(Clone, Copy, Debug, Default)]
pub struct Deliver {
    parcel: Option<ParcelId>,
    cash: Option<bool>,
}

impl DeliverInput {
    pub fn check(&self) -> Result<Deliver, Wrong> {
        let mut wrong = Wrong::default();
        let parcel = wrong.optional("/parcel_id", &self.parcel_id, |wrong, pointer, field| {
            wrong.code(pointer, field, "wrong-no-such-parcel")
        });
        let cash = wrong.optional("/cash", &self.cash, |wrong, pointer, field| {
            wrong.required(pointer, field).copied()
        });
        checked!(wrong; parcel, cash);
        Ok(Deliver { parcel, cash })
    }
}

/// Notes that parcels of the order `id` came. Said twice, or by both, it is no mistake.
pub async fn deliver(unit: &mut Unit, id: OrderId, by: Side, new: Deliver) -> Result<(), OrdersError> {
    let mut open = open(unit, id).await?;
    let from = match open.order.delivery {
        Delivery::Ship => parcel::State::Shipped,
        Delivery::Pickup | Delivery::Farm => parcel::State::Packed,
    };
    let arriving = chosen(&open, new.parcel, from)?;
    let before = open.standing();
    let known = arriving.is_empty()
        && open
            .parcels
            .iter()
            .any(|parcel| Some(parcel.row.id) == new.parcel && parcel.row.state == parcel::State::Delivered);
    if !known {
        let event = Event::Deliver(u32::try_from(arriving.len()).unwrap_or(u32::MAX));
        let after = lifecycle::next(before, event, open.given(by))?;
        if after != before {
            if from == parcel::State::Packed {
                leave(unit, &mut open, &arriving, event).await?;
            }
            parcel::Entity::update_many()
                .col_expr(parcel::Column::State, Expr::value(parcel::State::Delivered))
                .col_expr(parcel::Column::DeliveredAt, Expr::value(Some(unit.now())))
                .filter(parcel::Column::Id.is_in(arriving.iter().copied()))
                .exec(&*unit)
                .await?;
            move_on(unit, &open.order, before, after).await?;
            open.order.state = after.state;
            open.order.fulfilment = after.goods.fulfilment();
            if after.state == State::Completed {
                completed(unit, &mut open).await?;
            }
            news::tell(unit, &open.order, News::Delivered(by)).await?;
        }
    }
    said(unit, &mut open, by, new.cash).await?;
    earn::if_due(unit, &mut open).await
}

/// What whoever says it says beside: the buyer that all of it came, the seller that the cash did.
async fn said(unit: &Unit, open: &mut Open, by: Side, cash: Option<bool>) -> Result<(), OrdersError> {
    match by {
        Side::Buyer if open.order.state == State::Completed && open.order.received_at.is_none() => {
            open.order.received_at = Some(unit.now());
        }
        Side::Seller if open.order.method == Method::Cod && open.order.payment_id.is_none() => {
            open.order.cash = Some(if cash == Some(false) { Cash::Missing } else { Cash::Came });
        }
        _ => return Ok(()),
    }
    order::Entity::update_many()
        .col_expr(order::Column::ReceivedAt, Expr::value(open.order.received_at))
        .col_expr(order::Column::Cash, Expr::value(open.order.cash))
        .filter(order::Column::Id.eq(open.order.id))
        .exec(unit)
        .await?;
    Ok(())
}

/// Notes that an order is completed: from now on goods may be given back for some time, and then its money is earned.
pub(super) async fn completed(unit: &Unit, open: &mut Open) -> Result<(), OrdersError> {
    open.order.state = State::Completed;
    open.order.fulfilment = order::Fulfilment::Delivered;
    open.order.delivered_at = Some(unit.now());
    order::Entity::update_many()
        .col_expr(order::Column::DeliveredAt, Expr::value(open.order.delivered_at))
        .filter(order::Column::Id.eq(open.order.id))
        .exec(unit)
        .await?;
    Ok(())
}
