//! What buyer, seller and officer do about a return.

use entity::{
    ids::{OrderReturnId, ReturnMessageId},
    orders::{
        order::Side,
        return_message,
        return_request::{self, Decider, State},
    },
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};

use super::{
    lifecycle::{By, Event, default_of, next},
    settle,
};
use crate::{
    db::Unit,
    orders::{
        OrdersError, earn,
        news::{self, News},
        open::{Open, open},
        periods::Period,
    },
};

/// What somebody does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    Accept { back: bool },
    Refuse { reason: String },
    Send { carrier: String, tracking: String },
    Receive { restock: bool },
    Withdraw,
    Dispute { words: String },
    Decide { refund: bool, reason: String },
}

impl Act {
    const fn event(&self) -> Event {
        match self {
            Self::Accept { back } => Event::Accept { back: *back },
            Self::Refuse { .. } => Event::Refuse,
            Self::Send { .. } => Event::Send,
            Self::Receive { .. } => Event::Receive,
            Self::Withdraw => Event::Withdraw,
            Self::Dispute { .. } => Event::Dispute,
            Self::Decide { refund, .. } => Event::Decide { refund: *refund },
        }
    }
}

/// Opens the order of the return `id`, and the return behind its lock.
pub(super) async fn open_return(
    unit: &mut Unit,
    id: OrderReturnId,
) -> Result<(Open, return_request::Model), OrdersError> {
    let row = find(unit, id).await?;
    let open = open(unit, row.order_id).await?;
    Ok((open, find(unit, id).await?))
}

async fn find(unit: &Unit, id: OrderReturnId) -> Result<return_request::Model, OrdersError> {
    return_request::Entity::find_by_id(id)
        .one(unit)
        .await?
        .ok_or(OrdersError::NoSuchOrder)
}

/// Lets `act` happen to the return `id`. What has happened already happens no second time and is no mistake.
pub(super) async fn act(unit: &mut Unit, id: OrderReturnId, act: &Act) -> Result<(), OrdersError> {
    let (mut open, mut row) = open_return(unit, id).await?;
    if done(&row, act) {
        return Ok(());
    }
    let to = next(row.state, act.event())?;
    if act.event() == Event::Dispute
        && row.state == State::Asked
        && row.dispute_from.is_none_or(|from| from > unit.now())
    {
        return Err(OrdersError::TooEarly);
    }
    match act {
        Act::Refuse { reason } => decided(&mut row, Decider::Seller, Some(reason.clone())),
        Act::Accept { .. } => decided(&mut row, Decider::Seller, None),
        Act::Decide { reason, .. } => {
            unit.because(reason);
            decided(&mut row, Decider::Officer, Some(reason.clone()));
        }
        Act::Send { carrier, tracking } => {
            row.carrier.clone_from(carrier);
            row.tracking.clone_from(tracking);
        }
        Act::Receive { restock } => {
            if *restock {
                settle::restock(unit, &open, &row).await?;
            }
            row.restocked = Some(*restock);
        }
        Act::Dispute { words } => say(unit, id, return_message::Side::Buyer, words.clone()).await?,
        Act::Withdraw => {}
    }
    let by = match act {
        Act::Send { .. } | Act::Withdraw | Act::Dispute { .. } => Side::Buyer,
        Act::Decide { .. } => Side::Exchange,
        Act::Accept { .. } | Act::Refuse { .. } | Act::Receive { .. } => Side::Seller,
    };
    turn(unit, &mut open, row, to, by).await
}

/// Whether it is so already: pressed twice.
fn done(row: &return_request::Model, act: &Act) -> bool {
    match act {
        Act::Accept { back } => row.state == (if *back { State::GoodsWanted } else { State::Refunded }),
        Act::Refuse { .. } => row.state == State::Refused,
        Act::Send { .. } => row.state == State::Sent,
        Act::Receive { .. } => row.state == State::Refunded && row.restocked.is_some(),
        Act::Withdraw => row.state == State::Withdrawn,
        Act::Dispute { .. } => row.state == State::Disputed,
        Act::Decide { .. } => false,
    }
}

fn decided(row: &mut return_request::Model, by: Decider, reason: Option<String>) {
    row.decided_by = Some(by);
    row.decision = reason;
}

/// Moves `row` to `to`: with its money where that is the end of it, with a new time where somebody is waited for.
pub(super) async fn turn(
    unit: &mut Unit,
    open: &mut Open,
    mut row: return_request::Model,
    to: State,
    by: Side,
) -> Result<(), OrdersError> {
    let from = row.state;
    if to == State::Refunded {
        settle::pay(unit, open, &mut row).await?;
    }
    row.due_at = default_of(to).map(|(period, _)| period.after(unit.now()));
    row.state = to;
    let turned = return_request::Entity::update_many()
        .col_expr(return_request::Column::State, Expr::value(row.state))
        .col_expr(return_request::Column::DueAt, Expr::value(row.due_at))
        .col_expr(return_request::Column::Amount, Expr::value(row.amount))
        .col_expr(return_request::Column::RefundId, Expr::value(row.refund_id))
        .col_expr(return_request::Column::Restocked, Expr::value(row.restocked))
        .col_expr(return_request::Column::DecidedBy, Expr::value(row.decided_by))
        .col_expr(return_request::Column::Decision, Expr::value(row.decision.clone()))
        .col_expr(return_request::Column::Carrier, Expr::value(row.carrier.clone()))
        .col_expr(return_request::Column::Tracking, Expr::value(row.tracking.clone()))
        .col_expr(return_request::Column::UpdatedAt, Expr::value(unit.now()))
        .filter(return_request::Column::Id.eq(row.id))
        .filter(return_request::Column::State.eq(from))
        .exec(&*unit)
        .await?;
    if turned.rows_affected == 0 {
        return Err(OrdersError::Overtaken);
    }
    news::tell(unit, &open.order, News::Return(by, to)).await?;
    // Nothing keeps the rest from being earned any more.
    earn::if_due(unit, open).await
}

/// Writes to the other side. A seller who answers a dispute has it decided by an officer.
pub(super) async fn write(unit: &mut Unit, id: OrderReturnId, by: By, words: String) -> Result<(), OrdersError> {
    let (open, row) = open_return(unit, id).await?;
    let side = match by {
        By::Buyer => return_message::Side::Buyer,
        By::Seller => return_message::Side::Seller,
        By::Officer => return_message::Side::Officer,
    };
    say(unit, id, side, words).await?;
    if by == By::Seller && row.state == State::Disputed {
        let due = Period::DisputeDecide.after(unit.now());
        return_request::Entity::update_many()
            .col_expr(return_request::Column::DueAt, Expr::value(Some(due)))
            .filter(return_request::Column::Id.eq(id))
            .exec(&*unit)
            .await?;
    }
    let by = match by {
        By::Buyer => Side::Buyer,
        By::Seller => Side::Seller,
        By::Officer => Side::Exchange,
    };
    news::tell(unit, &open.order, News::Return(by, row.state)).await
}

async fn say(unit: &Unit, id: OrderReturnId, side: return_message::Side, words: String) -> Result<(), OrdersError> {
    let row = return_message::Model {
        id: unit.id::<ReturnMessageId>(),
        return_id: id,
        side,
        words,
        at: unit.now(),
    };
    return_message::Entity::insert(return_message::ActiveModel::from(row))
        .exec_without_returning(unit)
        .await?;
    Ok(())
}
