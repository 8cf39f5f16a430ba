//! Puts a hold on a batch.

use entity::{
    frame::change::{Cause, Subject},
    ids::{BatchHoldId, BatchId},
    trace::batch_hold,
};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter};

use super::Hold;
use crate::db::Unit;

/// Writes `hold` on `batch`: from now on none of it is sold, whatever listing draws on it, until an officer releases it.
/// What is said of the batch already, in the same words, is not said again.
pub async fn put_hold(unit: &mut Unit, batch: BatchId, hold: Hold) -> Result<batch_hold::Model, DbErr> {
    let known = batch_hold::Entity::find()
        .filter(batch_hold::Column::BatchId.eq(batch))
        .filter(batch_hold::Column::Reason.eq(hold.reason))
        .filter(batch_hold::Column::Detail.eq(hold.detail.as_str()))
        .filter(batch_hold::Column::ReleasedAt.is_null())
        .one(&*unit)
        .await?;
    if let Some(known) = known {
        return Ok(known);
    }
    let made = batch_hold::Model {
        id: unit.id::<BatchHoldId>(),
        batch_id: batch,
        reason: hold.reason,
        until: hold.until,
        detail: hold.detail,
        detail_en: hold.detail_en,
        created_at: unit.now(),
        released_at: None,
        released_by: None,
        release_reason: None,
        released_office: None,
    };
    batch_hold::Entity::insert(made.clone().into_active_model())
        .exec_without_returning(&*unit)
        .await?;
    // The listings that draw on it and its own page look different from now on.
    unit.changed(Subject::Batch, batch, Cause::Edited).await?;
    Ok(made)
}
