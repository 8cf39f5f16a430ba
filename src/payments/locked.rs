//! A payment's row, changed by one unit at a time.

use entity::{ids::PaymentId, payments::payment};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};

use super::PaymentsError;
use crate::db::Unit;

/// The payment as it is now and stays until this unit ends: an update that changes nothing takes the row's lock on
/// both databases, and whoever else wants to change it waits and then reads what this unit left.
pub async fn locked(unit: &Unit, id: PaymentId) -> Result<payment::Model, PaymentsError> {
    payment::Entity::update_many()
        .col_expr(payment::Column::Received, Expr::col(payment::Column::Received))
        .filter(payment::Column::Id.eq(id))
        .exec(unit)
        .await?;
    let row = payment::Entity::find_by_id(id).one(unit).await?;
    row.ok_or(PaymentsError::NoSuchThing)
}

/// Writes what happened to a [`locked`] payment and wakes who watches it.
pub async fn write_back(unit: &mut Unit, payment: &payment::Model) -> Result<(), PaymentsError> {
    payment::Entity::update_many()
        .col_expr(payment::Column::Received, Expr::value(payment.received))
        .col_expr(payment::Column::Status, Expr::value(payment.status))
        .col_expr(payment::Column::Confirmed, Expr::value(payment.confirmed))
        .col_expr(payment::Column::SettledAt, Expr::value(payment.settled_at))
        .filter(payment::Column::Id.eq(payment.id))
        .exec(&*unit)
        .await?;
    Ok(unit.signal(topic(payment.id)).await?)
}

/// What open pages of a payment wait on.
#[must_use]
pub fn topic(id: PaymentId) -> String {
    format!("payment:{id}")
}
