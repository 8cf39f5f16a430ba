//! Plots, diary and batches, as their sellers and the public see them.

use entity::{
    ids::{BatchId, DiaryEntryId, PlotId, SellerId},
    trace::{batch, batch_hold, batch_plot, diary_entry, plot},
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::http::list::Paging;

/// Plots of `own` sellers; one row more than fits.
pub(super) async fn plots(
    db: &impl ConnectionTrait,
    own: &[SellerId],
    paging: Paging,
) -> Result<Vec<plot::Model>, DbErr> {
    let mut query = plot::Entity::find()
        .filter(plot::Column::SellerId.is_in(own.iter().copied()))
        .order_by_asc(plot::Column::Id)
        .limit(paging.limit + 1);
    if let Some(after) = paging.after {
        query = query.filter(plot::Column::Id.gt(PlotId(after)));
    }
    query.all(db).await
}

pub(super) async fn plot(
    db: &impl ConnectionTrait,
    own: &[SellerId],
    id: PlotId,
) -> Result<Option<plot::Model>, DbErr> {
    plot::Entity::find_by_id(id)
        .filter(plot::Column::SellerId.is_in(own.iter().copied()))
        .one(db)
        .await
}

/// Lines of the diaries of `own` sellers, newest first; one row more than fits.
pub(super) async fn diary(
    db: &impl ConnectionTrait,
    own: &[SellerId],
    paging: Paging,
) -> Result<Vec<diary_entry::Model>, DbErr> {
    let mut query = diary_entry::Entity::find()
        .filter(diary_entry::Column::SellerId.is_in(own.iter().copied()))
        .order_by_desc(diary_entry::Column::Id)
        .limit(paging.limit + 1);
    if let Some(before) = paging.after {
        query = query.filter(diary_entry::Column::Id.lt(DiaryEntryId(before)));
    }
    query.all(db).await
}

pub(super) async fn diary_line(
    db: &impl ConnectionTrait,
    own: &[SellerId],
    id: DiaryEntryId,
) -> Result<Option<diary_entry::Model>, DbErr> {
    diary_entry::Entity::find_by_id(id)
        .filter(diary_entry::Column::SellerId.is_in(own.iter().copied()))
        .one(db)
        .await
}

/// A batch, its plots, and why it may not be sold.
#[derive(Clone, Debug)]
pub struct BatchView {
    pub batch: batch::Model,
    pub plots: Vec<PlotId>,
    /// Only those that no officer has released.
    pub holds: Vec<batch_hold::Model>,
}

/// Batches, newest first, only those of `own` sellers when given; one more than fits.
pub(super) async fn batches(
    db: &impl ConnectionTrait,
    own: Option<&[SellerId]>,
    paging: Paging,
) -> Result<Vec<BatchView>, DbErr> {
    let mut query = batch::Entity::find()
        .order_by_desc(batch::Column::Id)
        .limit(paging.limit + 1);
    if let Some(own) = own {
        query = query.filter(batch::Column::SellerId.is_in(own.iter().copied()));
    }
    if let Some(before) = paging.after {
        query = query.filter(batch::Column::Id.lt(BatchId(before)));
    }
    let rows = query.all(db).await?;
    views(db, rows).await
}

/// One batch.
pub async fn batch(db: &impl ConnectionTrait, id: BatchId) -> Result<Option<BatchView>, DbErr> {
    let rows = batch::Entity::find_by_id(id).all(db).await?;
    Ok(views(db, rows).await?.pop())
}

async fn views(db: &impl ConnectionTrait, rows: Vec<batch::Model>) -> Result<Vec<BatchView>, DbErr> {
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let plots = batch_plot::Entity::find()
        .filter(batch_plot::Column::BatchId.is_in(ids.iter().copied()))
        .all(db)
        .await?;
    let holds = batch_hold::Entity::find()
        .filter(batch_hold::Column::BatchId.is_in(ids))
        .filter(batch_hold::Column::ReleasedAt.is_null())
        .order_by_asc(batch_hold::Column::Id)
        .all(db)
        .await?;
    let view = |batch: batch::Model| BatchView {
        plots: plots
            .iter()
            .filter(|row| row.batch_id == batch.id)
            .map(|row| row.plot_id)
            .collect(),
        holds: holds.iter().filter(|row| row.batch_id == batch.id).cloned().collect(),
        batch,
    };
    Ok(rows.into_iter().map(view).collect())
}
