//! A recall that is carried out in earnest and taken back before anybody could see it: its unit is given up at the end. How
//! long that took is kept and published, for a time that nobody has measured is a hope.

use std::time::Instant;

use entity::{
    ids::{BatchId, RecallDrillId},
    recall::{
        drill,
        recall::{self, Scope},
    },
    trace::{batch, batch_input},
};
use sea_orm::{
    ColumnTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr,
};

use super::{RecallError, call_back::extend, reach, wire::ms};
use crate::{
    app::App,
    db::{Actor, Unit},
    trace::graph,
};

/// What a drill came to.
#[derive(Clone, Debug)]
pub struct Drill {
    pub batch: batch::Model,
    pub row: drill::Model,
}

impl std::fmt::Display for Drill {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let row = &self.row;
        write!(
            f,
            "Recall drill of {}/{}: {} lots, {} things of others, {} listings, {} orders, {} stalls, {} partners{}; \
             traced in {:.1} ms, held in {:.1} ms, {:.1} ms in all. Nothing was changed; see /thu-hoi.",
            self.batch.gtin,
            self.batch.lot,
            row.batches,
            row.foreign_epcs,
            row.listings,
            row.orders,
            row.stalls,
            row.partners,
            if row.truncated { " (cut off)" } else { "" },
            ms(row.trace_us),
            ms(row.effects_us),
            ms(row.trace_us + row.effects_us),
        )
    }
}

/// How a drill's unit ends: never by staying.
enum Ending {
    Done(Reached),
    Failed(RecallError),
}

impl From<DbErr> for Ending {
    fn from(error: DbErr) -> Self {
        Self::Failed(error.into())
    }
}

impl From<RecallError> for Ending {
    fn from(error: RecallError) -> Self {
        Self::Failed(error)
    }
}

#[derive(Clone, Copy, Debug, Default)]
struct Reached {
    batches: usize,
    foreign: usize,
    listings: usize,
    orders: usize,
    stalls: usize,
    partners: usize,
    truncated: bool,
    trace_us: u128,
    effects_us: u128,
}

/// Tries a recall of `batch` out, or of the batch that went into most others; all that it went into and came from. `None`:
/// there is no batch at all.
pub async fn drill(app: &App, batch: Option<BatchId>) -> Result<Option<Drill>, RecallError> {
    let Some(batch) = chosen(app, batch).await? else {
        return Ok(None);
    };
    let tried = batch.clone();
    let ending = app
        .write(Actor::System, move |unit| {
            let batch = tried.clone();
            Box::pin(async move {
                let reached = try_out(unit, &batch).await?;
                // An error, so that the unit is rolled back.
                Err::<(), _>(Ending::Done(reached))
            })
        })
        .await;
    let reached = match ending {
        Err(Ending::Done(reached)) => reached,
        Err(Ending::Failed(error)) => return Err(error),
        Ok(()) => return Ok(None),
    };
    let row = keep(app, batch.id, reached).await?;
    Ok(Some(Drill { batch, row }))
}

/// The batch `id`, or the one whose product went into most others; without any mixture the newest.
async fn chosen(app: &App, id: Option<BatchId>) -> Result<Option<batch::Model>, DbErr> {
    let db = app.db().read();
    if let Some(id) = id {
        return batch::Entity::find_by_id(id).one(db).await;
    }
    let busiest: Option<BatchId> = batch_input::Entity::find()
        .select_only()
        .column(batch_input::Column::InputId)
        .group_by(batch_input::Column::InputId)
        .order_by_desc(Expr::cust("count(*)"))
        .order_by_asc(batch_input::Column::InputId)
        .limit(1)
        .into_tuple()
        .one(db)
        .await?;
    if let Some(id) = busiest {
        return batch::Entity::find_by_id(id).one(db).await;
    }
    batch::Entity::find().order_by_desc(batch::Column::Id).one(db).await
}

async fn try_out(unit: &mut Unit, batch: &batch::Model) -> Result<Reached, RecallError> {
    let epc = graph::batch_key(&batch.gtin, &batch.lot);
    let scope = Scope::UpstreamAndDownstream;
    let begun = Instant::now();
    let things = reach::things(&*unit, &epc, scope).await?;
    let affected = reach::affected(&*unit, &things.ids()).await?;
    let partners = reach::partners(&*unit, &things).await?;
    let trace_us = begun.elapsed().as_micros();
    let begun = Instant::now();
    // One in force is no hindrance: a drill is of today's stock, and this unit leaves nothing.
    recall::Entity::update_many()
        .col_expr(recall::Column::EndedAt, Expr::value(Some(unit.now())))
        .col_expr(recall::Column::EndedBy, Expr::value(Some(batch.recorded_by)))
        .col_expr(recall::Column::EndReason, Expr::value(Some("drill")))
        .filter(recall::Column::Epc.eq(epc.as_str()))
        .filter(recall::Column::EndedAt.is_null())
        .exec(&*unit)
        .await?;
    let mut made = recall::Model {
        id: unit.id(),
        batch_id: Some(batch.id),
        epc,
        reason: "Diễn tập".to_owned(),
        scope,
        truncated: false,
        made_by: batch.recorded_by,
        office: None,
        made_at: unit.now(),
        ended_at: None,
        ended_by: None,
        end_reason: None,
    };
    recall::Entity::insert(made.clone().into_active_model())
        .exec_without_returning(&*unit)
        .await?;
    extend(unit, &mut made).await?;
    unit.catch_up().await?;
    Ok(Reached {
        batches: things.batches.len(),
        foreign: things.foreign.len(),
        listings: affected.listings.len(),
        orders: affected.orders.len(),
        stalls: affected.stalls.len(),
        partners: partners.len(),
        truncated: things.truncated,
        trace_us,
        effects_us: begun.elapsed().as_micros(),
    })
}

async fn keep(app: &App, batch: BatchId, reached: Reached) -> Result<drill::Model, DbErr> {
    app.write(Actor::System, move |unit| {
        Box::pin(async move {
            let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
            let us = |number: u128| i64::try_from(number).unwrap_or(i64::MAX);
            let row = drill::Model {
                id: unit.id::<RecallDrillId>(),
                at: unit.now(),
                batch_id: batch,
                batches: count(reached.batches),
                foreign_epcs: count(reached.foreign),
                listings: count(reached.listings),
                orders: count(reached.orders),
                stalls: count(reached.stalls),
                partners: count(reached.partners),
                truncated: reached.truncated,
                trace_us: us(reached.trace_us),
                effects_us: us(reached.effects_us),
            };
            drill::Entity::insert(row.clone().into_active_model())
                .exec_without_returning(&*unit)
                .await?;
            Ok(row)
        })
    })
    .await
}

/// The batch that `text` names on the command line: an id, a short code, or `GTIN/lot`.
pub async fn named(app: &App, text: &str) -> Result<Option<BatchId>, DbErr> {
    let db = app.db().read();
    let query = batch::Entity::find();
    let query = if let Ok(id) = text.parse::<BatchId>() {
        query.filter(batch::Column::Id.eq(id))
    } else if let Some((gtin, lot)) = text.split_once('/') {
        let (Ok(gtin), Ok(lot)) = (gtin.parse::<entity::Gtin>(), lot.parse::<entity::Lot>()) else {
            return Ok(None);
        };
        query
            .filter(batch::Column::Gtin.eq(gtin))
            .filter(batch::Column::Lot.eq(lot))
    } else if let Ok(code) = text.parse::<entity::ShortCode>() {
        query.filter(batch::Column::ShortCode.eq(code))
    } else {
        return Ok(None);
    };
    Ok(query.one(db).await?.map(|batch| batch.id))
}
