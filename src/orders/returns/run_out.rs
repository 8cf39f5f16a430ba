//! A return whose time is over comes to what was told from its start.

use entity::{
    ids::OrderReturnId,
    orders::{
        order::Side,
        return_request::{self, Decider},
    },
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr};

use super::{
    act::{open_return, turn},
    lifecycle::{Event, next},
};
use crate::{app::App, db::Unit, orders::OrdersError};

const AT_ONCE: u64 = 200;

/// Settles returns whose time is over, and returns how many those were.
pub(in crate::orders) async fn run_out(app: &App) -> Result<usize, OrdersError> {
    let due: Vec<OrderReturnId> = return_request::Entity::find()
        .select_only()
        .column(return_request::Column::Id)
        .filter(Expr::cust("due_at is not null"))
        .filter(return_request::Column::DueAt.lte(app.now()))
        .order_by_asc(return_request::Column::DueAt)
        .limit(AT_ONCE)
        .into_tuple()
        .all(app.db().read())
        .await?;
    app.write_each(&due, |unit, id| Box::pin(settle(unit, id))).await
}

async fn settle(unit: &mut Unit, id: OrderReturnId) -> Result<(), OrdersError> {
    let (mut open, mut row) = open_return(unit, id).await?;
    if row.due_at.is_none_or(|due| due > unit.now()) {
        return Ok(());
    }
    let to = next(row.state, Event::RunOut)?;
    row.decided_by = Some(Decider::Exchange);
    row.decision = None;
    turn(unit, &mut open, row, to, Side::Exchange).await
}
