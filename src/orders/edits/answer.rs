//! The buyer agrees or refuses; the seller may take it back until then.

use entity::{
    Dong, Quantity,
    ids::OrderEditId,
    listings::listing,
    orders::{
        edit::{self, State},
        edit_line,
        further_payment::Why,
    },
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::{
    apply::{apply, lines_of, turn},
    lifecycle::{Event, next},
};
use crate::{
    db::Unit,
    http::{input::Wrong, language::Message},
    listings::hold::{HoldError, Wanted, hold},
    orders::{
        OrdersError,
        books::{costs_less, costs_more},
        error::internal,
        further,
        lifecycle::{Goods, Illegal, Money},
        news::{self, News},
        open::{Open, open},
    },
    payments::refund,
};

/// What the buyer says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answered {
    Accept,
    Refuse,
}

/// Answers the proposal `id`.
pub async fn answer(unit: &mut Unit, id: OrderEditId, answered: Answered) -> Result<(), OrdersError> {
    let row = find(unit, id).await?;
    let mut open = open(unit, row.order_id).await?;
    // Behind the lock.
    let row = find(unit, id).await?;
    match (row.state, answered) {
        // Said twice.
        (State::Accepted | State::WaitingPayment, Answered::Accept) | (State::Refused, Answered::Refuse) => {
            return Ok(());
        }
        _ if row.state == State::Open && row.due_at <= unit.now() => return Err(OrdersError::EditClosed),
        _ => {}
    }
    if answered == Answered::Refuse {
        turn(unit, &row, next(row.state, Event::Refuse)?, None).await?;
        return news::tell(unit, &open.order, News::ProposalAnswered(false)).await;
    }
    let pays = row.difference > 0 && open.payment.is_some() && open.money() == Money::All
        || row.difference > 0 && open.order.total == Dong::ZERO;
    let to = next(row.state, Event::Accept { pays })?;
    if open.money() == Money::Some {
        return Err(Illegal::Unpaid.into());
    }
    if open.standing().goods != Goods::UNPACKED {
        return Err(OrdersError::Overtaken);
    }
    let lines = lines_of(unit, id).await?;
    hold_more(unit, &open, &lines).await?;
    if pays {
        let payment = further::ask(unit, &mut open, Why::Edit, id.0, Dong(row.difference)).await?;
        turn(unit, &row, to, Some(payment)).await?;
    } else {
        turn(unit, &row, to, None).await?;
        apply(unit, &mut open, &lines).await?;
        if row.difference < 0 {
            costs_less(unit, &mut open, Dong(-row.difference), refund::Why::Edited).await?;
        } else if row.difference > 0 {
            costs_more(unit, &mut open, Dong(row.difference)).await?;
        }
    }
    news::tell(unit, &open.order, News::ProposalAnswered(true)).await
}

/// The seller takes the proposal `id` back.
pub async fn withdraw(unit: &mut Unit, id: OrderEditId) -> Result<(), OrdersError> {
    let row = find(unit, id).await?;
    open(unit, row.order_id).await?;
    let row = find(unit, id).await?;
    if row.state == State::Withdrawn {
        return Ok(());
    }
    turn(unit, &row, next(row.state, Event::Withdraw)?, None).await
}

async fn find(unit: &Unit, id: OrderEditId) -> Result<edit::Model, OrdersError> {
    edit::Entity::find_by_id(id)
        .one(unit)
        .await?
        .ok_or(OrdersError::NoSuchOrder)
}

/// Holds what the proposal wants beyond what the order holds already, each line under its own id until it is the order's.
async fn hold_more(unit: &mut Unit, open: &Open, lines: &[edit_line::Model]) -> Result<(), OrdersError> {
    let mut more = Vec::new();
    for (place, change) in lines.iter().enumerate() {
        let Some(line) = open.line(change.line_id) else {
            continue;
        };
        if line.quantity != change.before_quantity || line.amount != change.before_amount {
            return Err(OrdersError::Overtaken);
        }
        let quantity = match change.listing_id {
            Some(_) => change.quantity.0,
            None => change.quantity.0 - line.quantity.0,
        };
        if quantity > 0 {
            let listing = change.listing_id.unwrap_or(line.listing_id);
            more.push((place, change.id.0, listing, entity::Thousandths(quantity)));
        }
    }
    let listings = listing::Entity::find()
        .filter(listing::Column::Id.is_in(more.iter().map(|(_, _, id, _)| *id)))
        .filter(listing::Column::State.eq(listing::State::Live))
        .all(&*unit)
        .await?;
    let mut wrong = Wrong::default();
    let mut wanted = Vec::new();
    for (place, holder, id, quantity) in &more {
        match listings.iter().find(|row| row.id == *id) {
            Some(listing) => wanted.push(Wanted {
                holder: *holder,
                listing,
                quantity: *quantity,
            }),
            None => wrong.note(format!("/lines/{place}"), "orders-say-withdrawn"),
        }
    }
    wrong.result().map_err(OrdersError::FellShort)?;
    if wanted.is_empty() {
        return Ok(());
    }
    match hold(unit, &wanted).await {
        Ok(_) => Ok(()),
        Err(HoldError::Short(short)) => {
            let mut wrong = Wrong::default();
            for short in short {
                let place = more.iter().find(|(_, holder, ..)| *holder == short.holder);
                let left: Quantity = short.left;
                if let Some((place, ..)) = place {
                    let message = Message::new("orders-say-left").with("left", left.to_string());
                    wrong.note(format!("/lines/{place}"), message);
                }
            }
            Err(OrdersError::FellShort(wrong))
        }
        Err(error) => Err(internal(error)),
    }
}
