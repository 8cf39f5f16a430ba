//! Money for a sale came: open counters look again.

use entity::{ids::StallId, market::sale, payments::payment};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};

use super::MarketError;
use crate::db::Unit;

/// Tells the stall's open counters that `payment`, for one of its sales, moved. Called for every credit, also for one that
/// is too small or comes on top: what came is said as it is.
pub async fn mark_paid(unit: &mut Unit, payment: &payment::Model) -> Result<(), MarketError> {
    let sale = sale::Entity::find()
        .filter(sale::Column::PaymentId.eq(payment.id))
        .one(&*unit)
        .await?
        .ok_or(MarketError::NoSuchThing)?;
    moved(unit, &sale).await
}

/// Notes that `sale` moved and wakes who waits at its stall.
pub(super) async fn moved(unit: &mut Unit, sale: &sale::Model) -> Result<(), MarketError> {
    sale::Entity::update_many()
        .col_expr(sale::Column::ChangedAt, Expr::value(unit.now()))
        .filter(sale::Column::Id.eq(sale.id))
        .exec(&*unit)
        .await?;
    let stall: StallId = sale.stall_id;
    Ok(unit.signal(super::topic(stall)).await?)
}
