//! Erases what a person has told: the documents of their events and the salts of their leaves, the notes of their diary,
//! the names of their land. The log goes on to prove that something was recorded, and nobody can tell what.

use entity::{
    ids::{EventId, PersonId, PlotId, SellerId},
    trace::{crop_cycle, diary_entry, event, event_epc, event_leaf, plot, transformation},
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, Query},
};

use super::events;
use crate::{db::Unit, identity::ERASED};

/// Events erased in one go.
const TOGETHER: u64 = 500;

fn told_by(person: PersonId, sellers: &[SellerId]) -> Condition {
    Condition::any()
        .add(event::Column::RecordedBy.eq(person))
        .add(event::Column::SellerId.is_in(sellers.iter().copied()))
}

/// Texts that only they can have written, and ids under which answers to them may still be kept.
pub async fn traces_of(
    db: &impl ConnectionTrait,
    person: PersonId,
    sellers: &[SellerId],
) -> Result<Vec<String>, DbErr> {
    let lines = diary_entry::Entity::find()
        .filter(
            Condition::any()
                .add(diary_entry::Column::RecordedBy.eq(person))
                .add(diary_entry::Column::SellerId.is_in(sellers.iter().copied())),
        )
        .all(db)
        .await?;
    let plots: Vec<PlotId> = plot::Entity::find()
        .select_only()
        .column(plot::Column::Id)
        .filter(plot::Column::SellerId.is_in(sellers.iter().copied()))
        .into_tuple()
        .all(db)
        .await?;
    let mut traces: Vec<String> = plots.iter().map(ToString::to_string).collect();
    traces.extend(lines.iter().map(|line| line.id.to_string()));
    Ok(traces)
}

/// Erases all that `person` has told, and all that was told for `sellers`, which are theirs alone; how many events it was.
pub async fn forget_told(unit: &mut Unit, person: PersonId, sellers: &[SellerId]) -> Result<usize, DbErr> {
    let theirs = || sellers.iter().copied();
    diary_entry::Entity::update_many()
        .col_expr(diary_entry::Column::Note, Expr::value(""))
        .filter(
            Condition::any()
                .add(diary_entry::Column::RecordedBy.eq(person))
                .add(diary_entry::Column::SellerId.is_in(theirs())),
        )
        .exec(&*unit)
        .await?;
    plot::Entity::update_many()
        .col_expr(plot::Column::Name, Expr::value(ERASED))
        .col_expr(plot::Column::GrowingAreaCode, Expr::value(None::<String>))
        // The border of a field leads to its gate.
        .col_expr(plot::Column::Geometry, Expr::value(None::<String>))
        .filter(plot::Column::SellerId.is_in(theirs()))
        .exec(&*unit)
        .await?;
    let plots = Query::select()
        .column(plot::Column::Id)
        .from(plot::Entity)
        .and_where(plot::Column::SellerId.is_in(theirs()))
        .to_owned();
    crop_cycle::Entity::update_many()
        .col_expr(crop_cycle::Column::Crop, Expr::value(ERASED))
        .filter(crop_cycle::Column::PlotId.in_subquery(plots))
        .exec(&*unit)
        .await?;
    transformation::Entity::update_many()
        .col_expr(transformation::Column::Note, Expr::value(""))
        .filter(
            Condition::any()
                .add(transformation::Column::RecordedBy.eq(person))
                .add(transformation::Column::SellerId.is_in(theirs())),
        )
        .exec(&*unit)
        .await?;
    let (mut after, mut erased) = (EventId(uuid::Uuid::nil()), 0);
    loop {
        let some = event::Entity::find()
            .filter(told_by(person, sellers))
            .filter(event::Column::Id.gt(after))
            .order_by_asc(event::Column::Id)
            .limit(TOGETHER)
            .all(&*unit)
            .await?;
        let Some(last) = some.last() else { return Ok(erased) };
        after = last.id;
        for event in &some {
            erase(unit, event).await?;
        }
        let ids: Vec<EventId> = some.iter().map(|event| event.id).collect();
        event_epc::Entity::delete_many()
            .filter(event_epc::Column::EventId.is_in(ids.iter().copied()))
            .exec(&*unit)
            .await?;
        event_leaf::Entity::update_many()
            .col_expr(event_leaf::Column::Salt, Expr::value(None::<Vec<u8>>))
            .col_expr(event_leaf::Column::ErasedAt, Expr::value(unit.now()))
            .filter(event_leaf::Column::EventId.is_in(ids))
            .filter(event_leaf::Column::ErasedAt.is_null())
            .exec(&*unit)
            .await?;
        erased += some.len();
    }
}

/// Leaves of `told` that there was an event, and when.
async fn erase(unit: &Unit, told: &event::Model) -> Result<(), DbErr> {
    let tombstone = events::tombstone(told.id, &told.event_id, told.event_time);
    event::Entity::update_many()
        .col_expr(event::Column::Kind, Expr::value(tombstone.kind))
        .col_expr(event::Column::BizStep, Expr::value(tombstone.biz_step))
        .col_expr(event::Column::RecordedBy, Expr::value(None::<uuid::Uuid>))
        .col_expr(event::Column::Document, Expr::value(tombstone.document))
        .filter(event::Column::Id.eq(told.id))
        .exec(unit)
        .await
        .map(|_| ())
}
