//! Stores events: the one door through which they enter, whoever tells them.

use std::collections::HashSet;

use entity::{
    ids::{CaptureId, PersonId, SellerId},
    trace::{event, event_epc},
};
use epcis::BizStep;
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, DbErr, EntityTrait, QueryFilter,
    sea_query::{Expr, Query},
};

use super::{events::Recorded, graph, labels::sold::mark_sold, log};
use crate::db::Unit;

/// Rows in one statement: few texts of statements to prepare, and well below the values a statement may have.
const EVENTS: usize = 250;
const EPCS: usize = 1000;

/// Who tells of events.
#[derive(Clone, Copy, Debug)]
pub struct By {
    pub seller: Option<SellerId>,
    pub person: Option<PersonId>,
    /// With what they came.
    pub capture: Option<CaptureId>,
}

/// Adds `recorded`, told by the person who acts for `seller`.
pub async fn keep_event(unit: &mut Unit, seller: SellerId, recorded: Recorded) -> Result<(), DbErr> {
    let by = By {
        seller: Some(seller),
        person: unit.actor().person(),
        capture: None,
    };
    if recorded.public && recorded.biz_step.as_deref() == Some(BizStep::CreatingClassInstance.as_str()) {
        open_up(unit, &recorded).await?;
    }
    keep_events(unit, by, vec![recorded]).await
}

/// Adds what `by` tells, in few statements however many events there are.
pub async fn keep_events(unit: &mut Unit, by: By, recorded: Vec<Recorded>) -> Result<(), DbErr> {
    let now = unit.now();
    let told = recorded.iter().map(|one| log::Told {
        event: one.id,
        recorded_at: now,
        seller: by.seller,
        document: &one.document,
        context: one.context.as_deref(),
    });
    log::commit_to(unit, told).await?;
    mark_sold(unit, by.seller, &recorded).await?;
    let mut events = Vec::with_capacity(recorded.len());
    let mut epcs = Vec::new();
    let mut edges = Vec::new();
    for one in recorded {
        edges.extend(graph::edges_of(&one));
        let (row, named) = one.rows(by, now);
        events.push(row);
        epcs.extend(named);
    }
    insert::<event::Entity>(unit, events, EVENTS).await?;
    insert::<event_epc::Entity>(unit, epcs, EPCS).await?;
    graph::draw(unit, edges).await
}

async fn insert<E: EntityTrait>(unit: &Unit, rows: Vec<E::ActiveModel>, most: usize) -> Result<(), DbErr>
where
    E::ActiveModel: Send,
{
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        let some: Vec<_> = rows.by_ref().take(most).collect();
        E::insert_many(some).exec_without_returning(unit).await?;
    }
    Ok(())
}

/// A batch comes to be: what others told of it before may be read by everybody from now on.
async fn open_up(unit: &Unit, making: &Recorded) -> Result<(), DbErr> {
    let made = making
        .epcs
        .iter()
        .filter(|(role, _)| matches!(*role, "epc" | "output"))
        .map(|(_, epc)| epc.clone());
    let naming = Query::select()
        .column(event_epc::Column::EventId)
        .from(event_epc::Entity)
        .and_where(event_epc::Column::Epc.is_in(made))
        .to_owned();
    event::Entity::update_many()
        .col_expr(event::Column::Public, Expr::value(true))
        .filter(event::Column::Public.eq(false))
        .filter(event::Column::Id.in_subquery(naming))
        .exec(unit)
        .await
        .map(|_| ())
}

impl Recorded {
    /// The rows that keep it.
    fn rows(self, by: By, now: entity::Timestamp) -> (event::ActiveModel, Vec<event_epc::ActiveModel>) {
        let id = self.id;
        // What an event names twice it names once.
        let mut seen = HashSet::new();
        let named = self
            .epcs
            .iter()
            .filter(|one| seen.insert(*one))
            .map(|(role, epc)| event_epc::ActiveModel {
                event_id: Set(id),
                role: Set((*role).to_owned()),
                epc: Set(epc.clone()),
            })
            .collect();
        let row = self.model(by, now);
        (sea_orm::IntoActiveModel::into_active_model(row), named)
    }

    /// The row of `event` that keeps it.
    #[must_use]
    pub fn model(self, by: By, record_time: entity::Timestamp) -> event::Model {
        event::Model {
            id: self.id,
            event_id: self.event_id,
            version: self.version,
            kind: self.kind,
            event_time: self.event_time,
            record_time,
            biz_step: self.biz_step,
            seller_id: by.seller,
            recorded_by: by.person,
            document: self.document,
            hash: self.hash,
            hash_differs: self.hash_differs,
            declares_error: self.declares_error,
            public: self.public,
            action: self.action,
            disposition: self.disposition,
            read_point: self.read_point,
            biz_location: self.biz_location,
            context: self.context,
            capture_id: by.capture,
        }
    }
}
