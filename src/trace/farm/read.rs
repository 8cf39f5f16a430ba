//! Plots and diary as their sellers see them.

use entity::{
    ids::{DiaryEntryId, PlotId, SellerId},
    trace::{diary_entry, plot},
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
