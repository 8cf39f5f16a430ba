//! What a recall does after the fact: orders give up what has not left, buyers and stalls are told, and what a recalled
//! batch went into since is recalled too.

use std::{sync::Arc, time::Duration};

use entity::{
    ids::{BatchId, OrderId, RecallId, StallId},
    market::stall,
    recall::{recall, recalled_order, recalled_order::Outcome, recalled_stall, thing},
};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr};

use super::{RecallError, call_back::extend, reach};
use crate::{
    app::App,
    db::{Actor, Unit},
    http::language::Message,
    identity::messages::{About, Note, To, tell},
    jobs::{Handler, Recurring},
    orders::{Recalled, give_up_lots},
};

/// Under what a recall leaves its work in the outbox; the fact is the recall's id.
pub const TOPIC: &str = "recall.spread";

/// Takes what recalls leave.
pub(super) fn handler() -> Handler {
    Arc::new(|app, payload| {
        Box::pin(async move {
            let id: RecallId = payload.parse().map_err(|_| format!("{payload} is no recall"))?;
            spread(&app, id).await.map_err(|error| error.to_string())
        })
    })
}

/// Sees to every order and stall that waits for the recall `id`; each in a unit of its own, so that a large recall keeps
/// nobody else from writing and goes on where it was cut off.
pub async fn spread(app: &App, id: RecallId) -> Result<(), RecallError> {
    let db = app.db().read();
    let orders: Vec<OrderId> = recalled_order::Entity::find()
        .select_only()
        .column(recalled_order::Column::OrderId)
        .filter(recalled_order::Column::RecallId.eq(id))
        .filter(recalled_order::Column::Outcome.eq(Outcome::Waiting))
        .order_by_asc(recalled_order::Column::OrderId)
        .into_tuple()
        .all(db)
        .await?;
    for order in orders {
        app.write(Actor::System, move |unit| {
            Box::pin(async move { see_to_order(unit, id, order).await })
        })
        .await?;
    }
    let stalls: Vec<StallId> = recalled_stall::Entity::find()
        .select_only()
        .column(recalled_stall::Column::StallId)
        .filter(recalled_stall::Column::RecallId.eq(id))
        .filter(recalled_stall::Column::ToldAt.is_null())
        .into_tuple()
        .all(db)
        .await?;
    for stall in stalls {
        app.write(Actor::System, move |unit| {
            Box::pin(async move { tell_stall(unit, id, stall).await })
        })
        .await?;
    }
    Ok(())
}

async fn find(unit: &Unit, id: RecallId) -> Result<recall::Model, RecallError> {
    recall::Entity::find_by_id(id)
        .one(unit)
        .await?
        .ok_or(RecallError::NoSuchRecall)
}

/// The batches of this exchange that the recall `id` reached.
async fn batches(unit: &Unit, id: RecallId) -> Result<Vec<BatchId>, DbErr> {
    let rows: Vec<Option<BatchId>> = thing::Entity::find()
        .select_only()
        .column(thing::Column::BatchId)
        .filter(thing::Column::RecallId.eq(id))
        .filter(thing::Column::BatchId.is_not_null())
        .into_tuple()
        .all(unit)
        .await?;
    Ok(rows.into_iter().flatten().collect())
}

async fn see_to_order(unit: &mut Unit, id: RecallId, order: OrderId) -> Result<(), RecallError> {
    let row = recalled_order::Entity::find_by_id((id, order)).one(&*unit).await?;
    if row.is_none_or(|row| row.outcome != Outcome::Waiting) {
        return Ok(());
    }
    let recall = find(unit, id).await?;
    // Lifted before anybody got to it: nothing is to be given up any more.
    let came_to = if recall.ended_at.is_some() {
        Vec::new()
    } else {
        let lots = batches(unit, id).await?;
        give_up_lots(unit, order, &lots, &recall.reason).await?
    };
    let outcome = if came_to.contains(&Recalled::Cancelled) {
        Outcome::Cancelled
    } else if came_to.contains(&Recalled::Shortened) {
        Outcome::Shortened
    } else {
        Outcome::Told
    };
    recalled_order::Entity::update_many()
        .col_expr(recalled_order::Column::Outcome, Expr::value(outcome))
        .filter(recalled_order::Column::RecallId.eq(id))
        .filter(recalled_order::Column::OrderId.eq(order))
        .exec(&*unit)
        .await?;
    Ok(())
}

async fn tell_stall(unit: &mut Unit, id: RecallId, stall: StallId) -> Result<(), RecallError> {
    let told = recalled_stall::Entity::update_many()
        .col_expr(recalled_stall::Column::ToldAt, Expr::value(Some(unit.now())))
        .filter(recalled_stall::Column::RecallId.eq(id))
        .filter(recalled_stall::Column::StallId.eq(stall))
        .filter(recalled_stall::Column::ToldAt.is_null())
        .exec(&*unit)
        .await?;
    let recall = find(unit, id).await?;
    if told.rows_affected == 0 || recall.ended_at.is_some() {
        return Ok(());
    }
    let Some(stall) = stall::Entity::find_by_id(stall).one(&*unit).await? else {
        return Ok(());
    };
    if let Some(keeper) = stall.person_id {
        let text = Message::new("recall-tell-stall")
            .with("stall", stall.code)
            .with("reason", recall.reason);
        let note = Note::new(About::Orders, text).linked(format!("/thu-hoi/{id}"));
        tell(unit, To::person(keeper), note).await?;
    }
    Ok(())
}

/// Follows what recalls in force go into later, twice a minute.
pub(super) fn duty() -> Recurring {
    Recurring {
        name: "recall.follow",
        every: Duration::from_secs(30),
        run: Arc::new(|app| Box::pin(async move { follow(&app).await.map_err(|error| error.to_string()) })),
    }
}

/// Walks again from every recall in force; where there is more than it knows of, it is extended.
pub async fn follow(app: &App) -> Result<(), RecallError> {
    let db = app.db().read();
    let in_force = recall::Entity::find()
        .filter(recall::Column::EndedAt.is_null())
        .order_by_asc(recall::Column::Id)
        .all(db)
        .await?;
    for known in in_force {
        let things = reach::things(db, &known.epc, known.scope).await?;
        let held: u64 =
            sea_orm::PaginatorTrait::count(thing::Entity::find().filter(thing::Column::RecallId.eq(known.id)), db)
                .await?;
        let found = things.batches.len() + things.foreign.len();
        if u64::try_from(found).unwrap_or(u64::MAX) <= held {
            continue;
        }
        let id = known.id;
        app.write(Actor::System, move |unit| {
            Box::pin(async move {
                let mut recall = find(unit, id).await?;
                if recall.ended_at.is_none() {
                    extend(unit, &mut recall).await?;
                }
                Ok::<_, RecallError>(())
            })
        })
        .await?;
    }
    Ok(())
}
