//! A payment's row, changed by one unit at a time.

use entity::{ids::PaymentId, payments::payment};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Statement, Value, sea_query::Expr};

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

const WRITE_BACK: &str = "update payment set received = $1, status = $2, confirmed = $3, settled_at = $4 where id = $5";

/// Writes what happened to a [`locked`] payment and wakes who watches it.
pub async fn write_back(unit: &mut Unit, payment: &payment::Model) -> Result<(), PaymentsError> {
    let values: [Value; 5] = [
        payment.received.0.into(),
        payment.status.code().into(),
        payment.confirmed.map(|confirmed| confirmed.code().to_owned()).into(),
        payment.settled_at.map(|at| at.0).into(),
        payment.id.0.into(),
    ];
    let statement = Statement::from_sql_and_values(unit.get_database_backend(), WRITE_BACK, values);
    unit.execute_raw(statement).await?;
    Ok(unit.signal(topic(payment.id)).await?)
}

/// What open pages of a payment wait on.
#[must_use]
pub fn topic(id: PaymentId) -> String {
    format!("payment:{id}")
}
