//! Money by the printed stand: the buyer typed the amount, so the sale is known only when its money is.

use entity::{
    Dong, PaymentReference, Timestamp,
    ids::MoneyAccountId,
    market::{sale::Kind, stall},
    payments::payment,
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};

use super::{MarketError, ring_up::insert};
use crate::db::Unit;

/// The stall whose printed stand asks for money into `account` under `reference`. A stand that names a former account of
/// the stall is no longer one: what comes there is looked at by a person.
pub async fn stall_of_stand(
    db: &impl ConnectionTrait,
    account: MoneyAccountId,
    reference: &PaymentReference,
) -> Result<Option<stall::Model>, DbErr> {
    stall::Entity::find()
        .filter(stall::Column::StandReference.eq(reference.clone()))
        .filter(stall::Column::AccountId.eq(account))
        .one(db)
        .await
}

/// Makes the sale that money by the stand was for, and its payment, still pending: who brings the money credits it and
/// tells [`super::mark_paid`].
pub async fn record_stand_sale(
    unit: &mut Unit,
    stall: &stall::Model,
    amount: Dong,
    happened_at: Timestamp,
) -> Result<payment::Model, MarketError> {
    let id = unit.id();
    let (_, payment) = insert(unit, stall, Kind::Stand, id, amount, happened_at, String::new()).await?;
    Ok(payment)
}
