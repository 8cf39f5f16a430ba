//! Held money goes to its sellers: whatever changes what the exchange owes a seller is a line, each line is paid by one
//! payout, and no payout is of nothing or less.

pub(super) mod api;
mod file;
mod make;
pub mod read;
mod schedule;
mod send;

use entity::{
    Dong,
    ids::{PayoutLineId, SellerId},
    payments::payout_line::{self, Why},
};
pub use make::{duty, make, make_due};
pub use schedule::{ChangeSchedule, Schedule, change_schedule, schedule_of};
use sea_orm::{ActiveValue::Set, DbErr, EntityTrait, prelude::Uuid};
pub(super) use send::prove;
pub use send::{fail, send};

use crate::db::Unit;

/// Adds what changes the exchange's debt to a seller, unless it is nothing.
pub(super) async fn line(
    unit: &Unit,
    seller: SellerId,
    order: Option<Uuid>,
    (why, amount): (Why, i64),
) -> Result<(), DbErr> {
    if amount == 0 {
        return Ok(());
    }
    let row = payout_line::ActiveModel {
        id: Set(unit.id::<PayoutLineId>()),
        seller_id: Set(seller),
        order_id: Set(order),
        why: Set(why),
        amount: Set(Dong(amount)),
        at: Set(unit.now()),
        payout_id: Set(None),
    };
    payout_line::Entity::insert(row)
        .exec_without_returning(unit)
        .await
        .map(|_| ())
}
