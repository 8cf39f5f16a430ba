//! Plots, what grows on them, and the diary, as their sellers see them. Nothing here writes.

use std::collections::HashMap;

use entity::{
    Day,
    ids::{CropCycleId, DiaryEntryId, PlotId, SellerId},
    trace::{
        crop_cycle,
        diary_entry::{self, Activity},
        plot,
    },
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    sea_query::Expr,
};

use super::interval::Spraying;
use crate::http::list::Paging;

/// A line recorded later than this after it happened is marked: memory may have failed.
pub const LATE_MS: i64 = 7 * 24 * 60 * 60 * 1000;

/// A plot and what grows on it now.
#[derive(Clone, Debug)]
pub struct PlotView {
    pub plot: plot::Model,
    pub cycle: Option<crop_cycle::Model>,
}

/// Plots of `own` sellers; one row more than fits.
pub(super) async fn plots(db: &impl ConnectionTrait, own: &[SellerId], paging: Paging) -> Result<Vec<PlotView>, DbErr> {
    let mut query = plot::Entity::find()
        .filter(plot::Column::SellerId.is_in(own.iter().copied()))
        .order_by_asc(plot::Column::Id)
        .limit(paging.limit + 1);
    if let Some(after) = paging.after {
        query = query.filter(plot::Column::Id.gt(PlotId(after)));
    }
    views(db, query.all(db).await?).await
}

/// A plot, only of `own` sellers when given.
pub(super) async fn plot(
    db: &impl ConnectionTrait,
    own: Option<&[SellerId]>,
    id: PlotId,
) -> Result<Option<PlotView>, DbErr> {
    let mut query = plot::Entity::find_by_id(id);
    if let Some(own) = own {
        query = query.filter(plot::Column::SellerId.is_in(own.iter().copied()));
    }
    let rows = query.all(db).await?;
    Ok(views(db, rows).await?.pop())
}

async fn views(db: &impl ConnectionTrait, plots: Vec<plot::Model>) -> Result<Vec<PlotView>, DbErr> {
    let open = crop_cycle::Entity::find()
        .filter(crop_cycle::Column::PlotId.is_in(plots.iter().map(|plot| plot.id)))
        .filter(crop_cycle::Column::EndedOn.is_null())
        .all(db)
        .await?;
    let mut open: HashMap<PlotId, crop_cycle::Model> = open.into_iter().map(|row| (row.plot_id, row)).collect();
    let view = |plot: plot::Model| PlotView {
        cycle: open.remove(&plot.id),
        plot,
    };
    Ok(plots.into_iter().map(view).collect())
}

/// Crop cycles on plots of `own` sellers, on `plot` alone when given, newest first; one row more than fits.
pub(super) async fn cycles(
    db: &impl ConnectionTrait,
    own: &[SellerId],
    plot: Option<PlotId>,
    paging: Paging,
) -> Result<Vec<crop_cycle::Model>, DbErr> {
    let mut query = own_cycles(own)
        .order_by_desc(crop_cycle::Column::Id)
        .limit(paging.limit + 1);
    if let Some(plot) = plot {
        query = query.filter(crop_cycle::Column::PlotId.eq(plot));
    }
    if let Some(before) = paging.after {
        query = query.filter(crop_cycle::Column::Id.lt(CropCycleId(before)));
    }
    query.all(db).await
}

pub(super) async fn cycle(
    db: &impl ConnectionTrait,
    own: &[SellerId],
    id: CropCycleId,
) -> Result<Option<crop_cycle::Model>, DbErr> {
    own_cycles(own).filter(crop_cycle::Column::Id.eq(id)).one(db).await
}

fn own_cycles(own: &[SellerId]) -> sea_orm::Select<crop_cycle::Entity> {
    let plots = plot::Entity::find()
        .select_only()
        .column(plot::Column::Id)
        .filter(plot::Column::SellerId.is_in(own.iter().copied()));
    crop_cycle::Entity::find().filter(crop_cycle::Column::PlotId.in_subquery(plots.into_query()))
}

/// What grew on `plot` on `day`.
pub async fn cycle_on(db: &impl ConnectionTrait, plot: PlotId, day: Day) -> Result<Option<crop_cycle::Model>, DbErr> {
    crop_cycle::Entity::find()
        .filter(crop_cycle::Column::PlotId.eq(plot))
        .filter(crop_cycle::Column::BeganOn.lte(day))
        .filter(
            Condition::any()
                .add(crop_cycle::Column::EndedOn.is_null())
                .add(crop_cycle::Column::EndedOn.gte(day)),
        )
        .order_by_desc(crop_cycle::Column::BeganOn)
        .one(db)
        .await
}

/// A line of the diary and the newest line that corrects it.
#[derive(Clone, Debug)]
pub struct LineView {
    pub line: diary_entry::Model,
    pub corrected_by: Option<DiaryEntryId>,
}

impl LineView {
    /// Whether it was written down so late that memory may have failed.
    #[must_use]
    pub const fn is_late(&self) -> bool {
        self.line.recorded_at.0 - self.line.happened_at.0 > LATE_MS
    }
}

/// Which lines are asked for; all of them when nothing is said.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wanted {
    pub plot: Option<PlotId>,
    pub activity: Option<Activity>,
}

/// Lines of the diaries of `own` sellers, newest first; one row more than fits.
pub(super) async fn diary(
    db: &impl ConnectionTrait,
    own: &[SellerId],
    wanted: &Wanted,
    paging: Paging,
) -> Result<Vec<LineView>, DbErr> {
    let mut query = diary_entry::Entity::find()
        .filter(diary_entry::Column::SellerId.is_in(own.iter().copied()))
        .order_by_desc(diary_entry::Column::Id)
        .limit(paging.limit + 1);
    if let Some(plot) = wanted.plot {
        query = query.filter(diary_entry::Column::PlotId.eq(plot));
    }
    if let Some(activity) = wanted.activity {
        query = query.filter(diary_entry::Column::Activity.eq(activity));
    }
    if let Some(before) = paging.after {
        query = query.filter(diary_entry::Column::Id.lt(DiaryEntryId(before)));
    }
    lines(db, query.all(db).await?).await
}

pub(super) async fn diary_line(
    db: &impl ConnectionTrait,
    own: &[SellerId],
    id: DiaryEntryId,
) -> Result<Option<LineView>, DbErr> {
    let rows = diary_entry::Entity::find_by_id(id)
        .filter(diary_entry::Column::SellerId.is_in(own.iter().copied()))
        .all(db)
        .await?;
    Ok(lines(db, rows).await?.pop())
}

pub(super) async fn lines(db: &impl ConnectionTrait, rows: Vec<diary_entry::Model>) -> Result<Vec<LineView>, DbErr> {
    let corrections: HashMap<_, _> = diary_entry::Entity::find()
        .filter(diary_entry::Column::CorrectionOf.is_in(rows.iter().map(|row| row.id)))
        .order_by_asc(diary_entry::Column::Id)
        .all(db)
        .await?
        .into_iter()
        .filter_map(|row| Some((row.correction_of?, row.id)))
        .collect();
    let view = |line: diary_entry::Model| LineView {
        corrected_by: corrections.get(&line.id).copied(),
        line,
    };
    Ok(rows.into_iter().map(view).collect())
}

/// The sprayings on `plots` that ask for days of waiting. What has been corrected does not count; its correction does.
pub async fn sprayings(db: &impl ConnectionTrait, plots: &[PlotId]) -> Result<Vec<Spraying>, DbErr> {
    let rows = diary_entry::Entity::find()
        .filter(diary_entry::Column::PlotId.is_in(plots.iter().copied()))
        .filter(diary_entry::Column::Activity.eq(Activity::Spraying))
        .filter(diary_entry::Column::IntervalDays.gt(0))
        .filter(Expr::cust(
            "not exists (select 1 from diary_entry c where c.correction_of = diary_entry.id)",
        ))
        .all(db)
        .await?;
    Ok(rows.iter().map(Spraying::of).collect())
}
