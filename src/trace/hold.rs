//! Puts a hold on a batch.

use entity::{
    ids::{BatchHoldId, BatchId},
    trace::batch_hold,
};
use sea_orm::{ActiveValue::Set, DbErr, EntityTrait};

use super::holds::Hold;
use crate::db::Unit;

/// Writes `hold` on `batch`; it stays until an officer releases it.
pub(super) async fn put_hold(unit: &Unit, batch: BatchId, hold: Hold) -> Result<batch_hold::Model, DbErr> {
    let made = batch_hold::Model {
        id: unit.id::<BatchHoldId>(),
        batch_id: batch,
        reason: hold.reason,
        until: hold.until,
        detail: hold.detail,
        created_at: unit.now(),
        released_at: None,
        released_by: None,
        release_reason: None,
    };
    let row = batch_hold::ActiveModel {
        id: Set(made.id),
        batch_id: Set(made.batch_id),
        reason: Set(made.reason),
        until: Set(made.until),
        detail: Set(made.detail.clone()),
        created_at: Set(made.created_at),
        released_at: Set(None),
        released_by: Set(None),
        release_reason: Set(None),
    };
    batch_hold::Entity::insert(row).exec_without_returning(unit).await?;
    Ok(made)
}
