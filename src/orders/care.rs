//! What orders do by themselves as time passes: those that nobody confirms go, proposals lapse, returns come to what was
//! told from their start, parts of a price that nobody completed go back, and money is earned.

use std::{sync::Arc, time::Duration};

use entity::{
    Timestamp,
    ids::OrderId,
    orders::order::{self, State},
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr};

use super::{OrdersError, cancel::lapse, earn, edits, expire, periods::Period, returns};
use crate::{app::App, jobs::Recurring};

/// Orders looked at in one go.
const AT_ONCE: u64 = 500;

/// What is done every five seconds, and every minute.
#[must_use]
pub fn duties() -> [Recurring; 2] {
    [
        Recurring {
            name: "orders.care",
            every: Duration::from_secs(5),
            run: Arc::new(|app| Box::pin(async move { care(&app).await.map_err(|error| error.to_string()) })),
        },
        Recurring {
            name: "orders.earn",
            every: Duration::from_mins(1),
            run: Arc::new(|app| {
                Box::pin(async move { earn_due(&app).await.map(|_| ()).map_err(|error| error.to_string()) })
            }),
        },
    ]
}

/// Does all whose time has come by the exchange's clock.
pub async fn care(app: &App) -> Result<(), OrdersError> {
    lapse_due(app).await?;
    while edits::lapse_due(app).await? > 0 {}
    while returns::run_out(app).await? > 0 {}
    // Once a turn: what is of no order stays due, and must not keep anybody busy.
    expire::give_parts_back(app).await?;
    Ok(())
}

/// Lets orders go that their sellers have not confirmed in time, and returns how many were looked at.
async fn lapse_due(app: &App) -> Result<usize, OrdersError> {
    let now = app.now();
    // Paid later than placed: what is younger than that cannot be due.
    let placed_before = Timestamp(now.0 - Period::Confirm.length(now));
    let due: Vec<OrderId> = order::Entity::find()
        .select_only()
        .column(order::Column::Id)
        .filter(Expr::cust("state = 'placed'"))
        .filter(order::Column::CreatedAt.lte(placed_before))
        .order_by_asc(order::Column::CreatedAt)
        .limit(AT_ONCE)
        .into_tuple()
        .all(app.db().read())
        .await?;
    app.write_each(&due, |unit, id| Box::pin(lapse(unit, id))).await
}

/// Earns orders whose time has come, and returns how many were looked at.
pub async fn earn_due(app: &App) -> Result<usize, OrdersError> {
    let now = app.now();
    let over = Timestamp(now.0 - Period::ReturnWindow.length(now));
    let due: Vec<OrderId> = order::Entity::find()
        .select_only()
        .column(order::Column::Id)
        .filter(Expr::cust("delivered_at is not null and earned_at is null"))
        .filter(order::Column::State.eq(State::Completed))
        .filter(
            Condition::any()
                .add(order::Column::ReceivedAt.is_not_null())
                .add(order::Column::DeliveredAt.lte(over)),
        )
        .filter(
            Condition::any()
                .add(order::Column::Cash.is_null())
                .add(order::Column::Cash.eq("came")),
        )
        .order_by_asc(order::Column::DeliveredAt)
        .limit(AT_ONCE)
        .into_tuple()
        .all(app.db().read())
        .await?;
    app.write_each(&due, |unit, id| Box::pin(earn::when_due(unit, id)))
        .await
}
