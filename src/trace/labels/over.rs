//! More stickers than goods: what names one unit each is counted against the units that were made.

use entity::{
    Quantity,
    trace::{batch, batch_hold},
};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter};

use super::read::printed_against_produced;
use crate::{
    db::Unit,
    trace::{mass_balance::more_printed, put_hold},
};

/// Holds `batch` when it has more stickers of its own than units. What an officer has not looked at yet is not said anew
/// with every sheet.
pub(super) async fn hold_when_over(unit: &mut Unit, batch: &batch::Model) -> Result<(), DbErr> {
    let printed = printed_against_produced(&*unit, batch).await?;
    let made = Quantity::new(batch.quantity, batch.unit);
    let Some(hold) = more_printed(batch.lot.as_str(), made, printed.serials + printed.bound) else {
        return Ok(());
    };
    let open = batch_hold::Entity::find()
        .filter(batch_hold::Column::BatchId.eq(batch.id))
        .filter(batch_hold::Column::Reason.eq(hold.reason))
        .filter(batch_hold::Column::ReleasedAt.is_null())
        .one(&*unit)
        .await?;
    if open.is_none() {
        put_hold(unit, batch.id, hold).await?;
    }
    Ok(())
}
