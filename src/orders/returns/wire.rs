//! A return as the API tells it.

use entity::{Dong, Quantity, Timestamp, orders::return_request};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    lifecycle::{By, default_of, possible},
    read::ReturnView,
};
use crate::{
    orders::{amount, edits::api::DefaultWire},
    trace::QuantityWire,
};

/// Goods that go back.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReturnLineWire {
    line_id: String,
    title: String,
    quantity: QuantityWire,
    /// What falls on them of the line's price, in đồng.
    amount: i64,
}

/// What somebody wrote.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReturnMessageWire {
    id: String,
    /// `buyer`, `seller` or `officer`.
    by: &'static str,
    text: String,
    at: String,
}

/// How the money goes back.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReturnRefundWire {
    /// `transfer`, `cash` or `credit`.
    kind: &'static str,
    /// The refund's, by which the buyer names the account it goes to.
    id: Option<String>,
}

/// Who decided, and why.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReturnDecisionWire {
    /// `seller`, `officer`, or `exchange` when nobody did anything in time.
    by: &'static str,
    reason: Option<String>,
}

/// Somebody wants to give goods back.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReturnWire {
    pub(super) id: String,
    order_id: String,
    order_number: String,
    /// `asked`, `goods_wanted`, `sent`, `refused`, `disputed`, `refunded`, `closed` or `withdrawn`.
    state: &'static str,
    /// `broken`, `wrong`, `late`, `quality` or `other`.
    reason: &'static str,
    text: String,
    /// Addresses of photographs.
    photos: Vec<String>,
    /// The buyer would rather have credit with this seller.
    credit: bool,
    lines: Vec<ReturnLineWire>,
    /// What is, or would be, given back, in đồng.
    amount: i64,
    /// What it comes to when nobody does anything; `null` once it is settled.
    default_outcome: Option<DefaultWire>,
    /// From when on the buyer may dispute while the seller says nothing.
    dispute_from: Option<String>,
    messages: Vec<ReturnMessageWire>,
    /// `null` while nothing is given back.
    refund: Option<ReturnRefundWire>,
    /// Whether the goods went back on sale; `null`: they have not come back.
    restocked: Option<bool>,
    decision: Option<ReturnDecisionWire>,
    /// Who carries the goods back, and what they call them.
    carrier: String,
    tracking: String,
    /// What the caller may do now: `accept`, `refuse`, `receive` (seller), `send`, `withdraw`, `dispute` (buyer), `decide`
    /// (officer).
    actions: Vec<&'static str>,
    created_at: String,
    updated_at: String,
}

impl ReturnWire {
    pub(super) fn new(view: &ReturnView, by: By, now: Timestamp) -> Self {
        let row = &view.row;
        let silent = row.dispute_from.is_some_and(|from| from <= now);
        let default = default_of(row.state).zip(row.due_at);
        Self {
            id: row.id.to_string(),
            order_id: row.order_id.to_string(),
            order_number: view.order.number.to_string(),
            state: row.state.code(),
            reason: row.reason.code(),
            text: row.words.clone(),
            photos: view.photos.iter().map(|photo| photo.src.clone()).collect(),
            credit: row.as_credit,
            lines: view
                .lines
                .iter()
                .map(|(line, part)| ReturnLineWire {
                    line_id: line.id.to_string(),
                    title: line.title.clone(),
                    quantity: Quantity::new(part.quantity, line.unit).into(),
                    amount: amount::part_of(line.amount, part.quantity, line.quantity).0,
                })
                .collect(),
            amount: row.amount.0,
            default_outcome: default.map(|((_, outcome), at)| DefaultWire {
                at: at.rfc3339(),
                outcome: outcome.code(),
            }),
            dispute_from: row.dispute_from.map(Timestamp::rfc3339),
            messages: view
                .messages
                .iter()
                .map(|message| ReturnMessageWire {
                    id: message.id.to_string(),
                    by: message.side.code(),
                    text: message.words.clone(),
                    at: message.at.rfc3339(),
                })
                .collect(),
            refund: refund(view),
            restocked: row.restocked,
            decision: row.decided_by.map(|by| ReturnDecisionWire {
                by: by.code(),
                reason: row.decision.clone(),
            }),
            carrier: row.carrier.clone(),
            tracking: row.tracking.clone(),
            actions: possible(row.state, by, silent)
                .into_iter()
                .map(super::lifecycle::Event::code)
                .collect(),
            created_at: row.created_at.rfc3339(),
            updated_at: row.updated_at.rfc3339(),
        }
    }
}

fn refund(view: &ReturnView) -> Option<ReturnRefundWire> {
    let row = &view.row;
    if row.state != return_request::State::Refunded || row.amount == Dong::ZERO {
        return None;
    }
    let kind = match (
        row.refund_id,
        row.as_credit && row.person_id.is_some(),
        view.order.payment_id,
    ) {
        (None, ..) | (Some(_), true, _) => "credit",
        (Some(_), false, Some(_)) => "transfer",
        (Some(_), false, None) => "cash",
    };
    Some(ReturnRefundWire {
        kind,
        id: row.refund_id.map(|id| id.to_string()),
    })
}
