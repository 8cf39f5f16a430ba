//! What was agreed happens, or does not.

use entity::{
    Dong, Thousandths,
    ids::{OrderEditId, OrderLineId, PaymentId},
    listings::listing,
    orders::{
        edit::{self, State},
        edit_line, line,
    },
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::Expr,
};
use uuid::Uuid;

use super::{
    lifecycle::{Event, is_open, next},
    read::open_of,
};
use crate::{
    app::App,
    db::Unit,
    listings::{hold, hold_parts::rename_all},
    orders::{
        OrdersError,
        cancel::{release_part, scaled, write_line},
        further,
        open::{Open, locked},
    },
    payments,
};

/// Proposals that lapse in one go.
const AT_ONCE: u64 = 200;

pub(super) async fn lines_of(db: &impl ConnectionTrait, id: OrderEditId) -> Result<Vec<edit_line::Model>, DbErr> {
    edit_line::Entity::find()
        .filter(edit_line::Column::EditId.eq(id))
        .order_by_asc(edit_line::Column::Position)
        .all(db)
        .await
}

/// Makes the lines what was agreed; what they need beyond what they hold is held under the ids of `changes`. Their sum is
/// the caller's.
pub(super) async fn apply(unit: &mut Unit, open: &mut Open, changes: &[edit_line::Model]) -> Result<(), OrdersError> {
    for change in changes {
        let Some(place) = open.lines.iter().position(|line| line.id == change.line_id) else {
            continue;
        };
        let before = open.lines[place].clone();
        let quantity = if change.listing_id.is_some() {
            Thousandths::ZERO
        } else {
            change.quantity
        };
        if quantity < before.quantity {
            release_part(unit, before.id.0, quantity, before.quantity).await?;
        } else {
            rename_all(unit, change.id.0, before.id.0).await?;
        }
        let given_up = (before.quantity.0 - quantity.0).max(0);
        let after = line::Model {
            quantity,
            given_up: Thousandths(before.given_up.0 + given_up),
            price: if change.listing_id.is_some() {
                before.price
            } else {
                change.price
            },
            amount: if change.listing_id.is_some() {
                Dong::ZERO
            } else {
                change.amount
            },
            estimated_weight: before
                .estimated_weight
                .map(|weight| more_or_less(weight, quantity, before.quantity)),
            ..before.clone()
        };
        write_line(unit, &after).await?;
        open.lines[place] = after;
        if let Some(id) = change.listing_id {
            let listing = listing::Entity::find_by_id(id)
                .one(&*unit)
                .await?
                .ok_or(OrdersError::Overtaken)?;
            insert(unit, open, change, &listing).await?;
        }
    }
    Ok(())
}

/// What `quantity` is thought to weigh where `whole` weighs `weight`.
fn more_or_less(weight: Thousandths, quantity: Thousandths, whole: Thousandths) -> Thousandths {
    if quantity <= whole {
        return scaled(weight, quantity, whole);
    }
    let exact = i128::from(weight.0) * i128::from(quantity.0) / i128::from(whole.0.max(1));
    Thousandths(i64::try_from(exact).unwrap_or(weight.0).max(1))
}

async fn insert(
    unit: &Unit,
    open: &mut Open,
    change: &edit_line::Model,
    listing: &listing::Model,
) -> Result<(), OrdersError> {
    let id: OrderLineId = unit.id();
    let position = open.lines.iter().map(|line| line.position).max().unwrap_or(0) + 1;
    let row = line::Model {
        id,
        order_id: open.order.id,
        position,
        listing_id: listing.id,
        product_id: listing.product_id,
        title: change.title.clone(),
        quantity: change.quantity,
        unit: change.unit,
        price: change.price,
        amount: change.amount,
        weight_price: None,
        weight_unit: None,
        estimated_weight: None,
        given_up: Thousandths::ZERO,
        weighed: None,
    };
    let active = line::ActiveModel {
        id: Set(row.id),
        order_id: Set(row.order_id),
        position: Set(row.position),
        listing_id: Set(row.listing_id),
        product_id: Set(row.product_id),
        title: Set(row.title.clone()),
        quantity: Set(row.quantity),
        unit: Set(row.unit),
        price: Set(row.price),
        amount: Set(row.amount),
        ..Default::default()
    };
    line::Entity::insert(active).exec_without_returning(unit).await?;
    rename_all(unit, change.id.0, id.0).await?;
    open.lines.push(row);
    Ok(())
}

/// Writes where a proposal stands now.
pub(super) async fn turn(
    unit: &Unit,
    row: &edit::Model,
    to: State,
    payment: Option<PaymentId>,
) -> Result<(), OrdersError> {
    let closed = (!is_open(to)).then(|| unit.now());
    let turned = edit::Entity::update_many()
        .col_expr(edit::Column::State, Expr::value(to))
        .col_expr(edit::Column::ClosedAt, Expr::value(closed))
        .col_expr(edit::Column::PaymentId, Expr::value(payment.or(row.payment_id)))
        .filter(edit::Column::Id.eq(row.id))
        .filter(edit::Column::State.eq(row.state))
        .exec(unit)
        .await?;
    if turned.rows_affected == 0 {
        return Err(OrdersError::Overtaken);
    }
    Ok(())
}

/// The difference was paid: what was agreed happens. Its sum is in the order already.
pub(in crate::orders) async fn paid(unit: &mut Unit, open: &mut Open, id: OrderEditId) -> Result<(), OrdersError> {
    let Some(row) = edit::Entity::find_by_id(id).one(&*unit).await? else {
        return Ok(());
    };
    turn(unit, &row, next(row.state, Event::Paid)?, None).await?;
    let lines = lines_of(&*unit, id).await?;
    apply(unit, open, &lines).await
}

/// The difference was not paid in time: what was held for it is free again.
pub(in crate::orders) async fn lapse(unit: &mut Unit, id: OrderEditId) -> Result<(), OrdersError> {
    let Some(row) = edit::Entity::find_by_id(id).one(&*unit).await? else {
        return Ok(());
    };
    let Ok(to) = next(row.state, Event::Lapse) else {
        return Ok(());
    };
    turn(unit, &row, to, None).await?;
    let holders: Vec<Uuid> = lines_of(&*unit, id).await?.iter().map(|line| line.id.0).collect();
    Ok(hold::release(unit, &holders).await?)
}

/// The order went on without its proposal.
pub(in crate::orders) async fn overtaken(unit: &mut Unit, open: &Open) -> Result<(), OrdersError> {
    let Some(row) = open_of(&*unit, open.order.id).await? else {
        return Ok(());
    };
    if row.state == State::Open {
        return turn(unit, &row, next(row.state, Event::Withdraw)?, None).await;
    }
    lapse(unit, row.id).await?;
    let asked = open.asked.iter().find(|asked| Some(asked.payment_id) == row.payment_id);
    if let Some(asked) = asked {
        payments::expire(unit, asked.payment_id).await?;
        further::lapsed(unit, asked).await?;
    }
    Ok(())
}

/// Refuses while the buyer has agreed to something and not paid for it yet.
pub(in crate::orders) async fn must_not_wait(db: &impl ConnectionTrait, open: &Open) -> Result<(), OrdersError> {
    let waits = open_of(db, open.order.id).await?;
    if waits.is_some_and(|row| row.state == State::WaitingPayment) {
        return Err(OrdersError::EditOpen);
    }
    Ok(())
}

/// Lets proposals lapse that nobody answered in time, and returns how many those were.
pub(in crate::orders) async fn lapse_due(app: &App) -> Result<usize, OrdersError> {
    let due: Vec<OrderEditId> = edit::Entity::find()
        .select_only()
        .column(edit::Column::Id)
        .filter(Expr::cust("state = 'open'"))
        .filter(edit::Column::DueAt.lte(app.now()))
        .limit(AT_ONCE)
        .into_tuple()
        .all(app.db().read())
        .await?;
    app.write_each(&due, |unit, id| Box::pin(unanswered(unit, id))).await
}

async fn unanswered(unit: &mut Unit, id: OrderEditId) -> Result<(), OrdersError> {
    let Some(row) = edit::Entity::find_by_id(id).one(&*unit).await? else {
        return Ok(());
    };
    locked(unit, row.order_id).await?;
    let row = edit::Entity::find_by_id(id).one(&*unit).await?;
    match row.filter(|row| row.state == State::Open) {
        Some(row) => turn(unit, &row, next(row.state, Event::Lapse)?, None).await,
        None => Ok(()),
    }
}
