//! What came after an order was placed, as buyer and seller see it.

use entity::{Quantity, ids::OrderId};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    OrdersError,
    confirm::confirm_by,
    earn::return_until,
    edits::api::EditWire,
    lifecycle::{Goods, Money},
    read::{LineView, OrderView},
};
use crate::{
    payments::{self, PaymentWire},
    trace::QuantityWire,
    vault::Vault,
};

/// Who gave an order up, and why.
#[derive(Debug, Serialize, ToSchema)]
pub struct CancelledWire {
    /// `buyer`, `seller`, or `exchange` when nobody confirmed in time or the goods are called back.
    by: &'static str,
    /// Of the exchange: why the goods are called back; `null` when nobody confirmed in time.
    reason: Option<String>,
    at: String,
}

/// So much of a line.
#[derive(Debug, Serialize, ToSchema)]
pub struct PartWire {
    line_id: String,
    quantity: QuantityWire,
}

/// Goods that go together.
#[derive(Debug, Serialize, ToSchema)]
pub struct ParcelWire {
    id: String,
    /// From 1 within its order.
    number: i32,
    /// `packed`, `shipped` or `delivered`.
    state: &'static str,
    /// Who carries it; empty where nobody said.
    carrier: String,
    tracking: String,
    lines: Vec<PartWire>,
    packed_at: String,
    shipped_at: Option<String>,
    delivered_at: Option<String>,
}

/// What is asked for on top of a paid order.
#[derive(Debug, Serialize, ToSchema)]
pub struct FurtherWire {
    /// `edit` or `weight`.
    why: &'static str,
    #[serde(flatten)]
    payment: PaymentWire,
}

/// What came after an order was placed.
#[derive(Debug, Serialize, ToSchema)]
pub struct AfterWire {
    /// The three axes in one word: `unpaid`, `waiting`, `preparing`, `packed`, `part_sent`, `on_the_way`, `delivered`,
    /// `cancelled`, `expired` or `refunded`.
    summary: &'static str,
    /// Until when the seller has to confirm; then it is given up by itself and what was paid goes back.
    confirm_by: Option<String>,
    cancelled: Option<CancelledWire>,
    /// Of `total`, what was given back since; of an order that was given up, all that had come.
    given_back: i64,
    /// What the seller says of the cash of an order paid on delivery: `came` or `missing`; `null`: nothing yet.
    cash: Option<&'static str>,
    delivered_at: Option<String>,
    /// The buyer said that it came.
    received: bool,
    /// When its money became the seller's.
    earned_at: Option<String>,
    /// Until when its goods may be given back.
    return_until: Option<String>,
    parcels: Vec<ParcelWire>,
    /// What the seller proposes, while somebody is waited for.
    edit: Option<EditWire>,
    /// Ids of its returns, the oldest first.
    returns: Vec<String>,
    further_payments: Vec<FurtherWire>,
    /// What the caller may do beside `actions`: `weigh`, `edit`, `refund` (seller), `return`, `review`, `edit` (buyer: there
    /// is a proposal to answer).
    further: Vec<&'static str>,
}

impl AfterWire {
    pub fn of(vault: &Vault, view: &OrderView, as_seller: bool, now: entity::Timestamp) -> Result<Self, OrdersError> {
        let order = &view.order;
        let payment = view.payment.as_ref().map(|view| &view.payment);
        let when = |at: Option<entity::Timestamp>| at.map(entity::Timestamp::rfc3339);
        let further_payments = view
            .further
            .iter()
            .map(|(row, payment)| {
                let mut wire = payments::payment_wire(vault, &payment.payment, &payment.account)?;
                wire.order_ids = Some(payment.orders.iter().map(OrderId::to_string).collect());
                Ok(FurtherWire {
                    why: row.why.code(),
                    payment: wire,
                })
            })
            .collect::<Result<_, OrdersError>>()?;
        Ok(Self {
            summary: view.summary().code(),
            confirm_by: when(confirm_by(order, payment)),
            cancelled: order
                .cancelled_by
                .zip(order.cancelled_at)
                .map(|(by, at)| CancelledWire {
                    by: by.code(),
                    reason: order.cancel_reason.clone(),
                    at: at.rfc3339(),
                }),
            given_back: order.given_back.0,
            cash: order.cash.map(entity::orders::order::Cash::code),
            delivered_at: when(order.delivered_at),
            received: order.received_at.is_some(),
            earned_at: when(order.earned_at),
            return_until: when(return_until(order)),
            parcels: parcels(view),
            edit: view.edit.as_ref().map(|edit| EditWire::new(edit, &view.lines)),
            returns: view.returns.iter().map(|row| row.id.to_string()).collect(),
            further_payments,
            further: may(view, as_seller, now),
        })
    }
}

fn parcels(view: &OrderView) -> Vec<ParcelWire> {
    let unit_of = |id| {
        let line = view.lines.iter().find(|view| view.line.id == id);
        line.map_or(entity::Unit::Kilogram, |view| view.line.unit)
    };
    view.parcels
        .iter()
        .filter(|parcel| parcel.row.state != entity::orders::parcel::State::Unpacked)
        .map(|parcel| ParcelWire {
            id: parcel.row.id.to_string(),
            number: parcel.row.number,
            state: parcel.row.state.code(),
            carrier: parcel.row.carrier.clone(),
            tracking: parcel.row.tracking.clone(),
            lines: parcel
                .lines
                .iter()
                .map(|part| PartWire {
                    line_id: part.line_id.to_string(),
                    quantity: Quantity::new(part.quantity, unit_of(part.line_id)).into(),
                })
                .collect(),
            packed_at: parcel.row.packed_at.rfc3339(),
            shipped_at: parcel.row.shipped_at.map(entity::Timestamp::rfc3339),
            delivered_at: parcel.row.delivered_at.map(entity::Timestamp::rfc3339),
        })
        .collect()
}

/// What somebody may do beside moving the order on.
pub(super) fn may(view: &OrderView, as_seller: bool, now: entity::Timestamp) -> Vec<&'static str> {
    use entity::orders::order::State;
    let at = view.standing();
    let money = view.money();
    let there = matches!(money, Money::All | Money::OnDelivery);
    let alive = matches!(at.state, State::Placed | State::Confirmed);
    let mut may = Vec::new();
    if as_seller {
        let unweighed = |view: &LineView| view.line.weight_price.is_some() && view.line.weighed.is_none();
        if at.state == State::Confirmed && there && !at.goods.left() && view.lines.iter().any(unweighed) {
            may.push("weigh");
        }
        if alive && at.goods == Goods::UNPACKED && money != Money::Some && view.edit.is_none() {
            may.push("edit");
        }
        let came = money == Money::All && (alive || at.state == State::Completed)
            || money == Money::OnDelivery && at.state == State::Completed;
        if came && view.order.given_back < view.order.total {
            may.push("refund");
        }
    } else {
        let in_time = return_until(&view.order).is_none_or(|until| now < until);
        if at.goods.delivered > 0 && in_time {
            may.push("return");
        }
        let unsaid = |view: &LineView| view.review.is_none() && view.line.quantity.0 > 0;
        if at.state == State::Completed && view.lines.iter().any(unsaid) {
            may.push("review");
        }
        let open = |edit: &super::edits::read::EditView| edit.edit.state == entity::orders::edit::State::Open;
        if view.edit.as_ref().is_some_and(open) {
            may.push("edit");
        }
    }
    may
}
