//! An officer has looked: the batch may be sold, and the reason stays with the hold.

use entity::{
    frame::change::{Cause, Subject},
    identity::role::Office,
    ids::BatchHoldId,
    trace::batch_hold::{self, Reason},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};

use crate::{db::Unit, trace::TraceError};

/// Releases `hold` by itself. One of a recall is not: its batch would be on sale, and its stickers say that all is well, while
/// everybody else is told to bring it back.
pub async fn release_alone(
    unit: &mut Unit,
    hold: BatchHoldId,
    office: Office,
    reason: &str,
) -> Result<batch_hold::Model, TraceError> {
    let recalled = batch_hold::Entity::find_by_id(hold)
        .filter(batch_hold::Column::Reason.eq(Reason::Recalled))
        .filter(batch_hold::Column::ReleasedAt.is_null());
    if recalled.one(&*unit).await?.is_some() {
        return Err(TraceError::HeldByRecall);
    }
    release_hold(unit, hold, office, reason).await
}

/// Releases `hold` for `reason`, in `office`; who it was is the unit's actor. What other holds there are stay.
pub async fn release_hold(
    unit: &mut Unit,
    hold: BatchHoldId,
    office: Office,
    reason: &str,
) -> Result<batch_hold::Model, TraceError> {
    // The hand, not whom it writes for: an officer releases as an officer.
    let by = unit.actor().hand().ok_or(TraceError::NoSuchThing)?;
    let released = batch_hold::Entity::update_many()
        .col_expr(batch_hold::Column::ReleasedAt, Expr::value(unit.now()))
        .col_expr(batch_hold::Column::ReleasedBy, Expr::value(by))
        .col_expr(batch_hold::Column::ReleasedOffice, Expr::value(office))
        .col_expr(batch_hold::Column::ReleaseReason, Expr::value(reason))
        .filter(batch_hold::Column::Id.eq(hold))
        .filter(batch_hold::Column::ReleasedAt.is_null())
        .exec(&*unit)
        .await?;
    let row = batch_hold::Entity::find_by_id(hold)
        .one(&*unit)
        .await?
        .ok_or(TraceError::NoSuchThing)?;
    if released.rows_affected == 0 {
        return Err(TraceError::HoldReleased);
    }
    unit.because(reason);
    unit.changed(Subject::Batch, row.batch_id, Cause::Edited).await?;
    Ok(row)
}
