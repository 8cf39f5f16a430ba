//! Stands in until the ledger lands.
#![expect(clippy::unused_async, reason = "stands in")]
use super::PaymentsError;
use crate::db::Unit;
use entity::{
    Dong,
    ids::{PaymentId, SellerId},
};
use uuid::Uuid;
pub mod refund {
    use super::*;
    #[derive(Clone, Copy, Debug)]
    pub enum Why {
        Cancelled,
        Unconfirmed,
        Short,
        Weighed,
        Returned,
        Edited,
        Late,
        Overpaid,
    }
    #[derive(Clone, Debug)]
    pub struct Model {
        pub id: RefundId,
    }
    #[derive(Clone, Copy, Debug)]
    pub struct RefundId(pub Uuid);
    pub async fn credited(_: &mut Unit, id: RefundId) -> Result<Model, PaymentsError> {
        Ok(made(id.0))
    }
}
#[derive(Clone, Copy, Debug)]
pub struct NewRefund {
    pub payment: PaymentId,
    pub order: Uuid,
    pub seller: SellerId,
    pub amount: Dong,
    pub why: refund::Why,
}
#[derive(Clone, Copy, Debug)]
pub struct NewCashRefund {
    pub order: Uuid,
    pub seller: SellerId,
    pub amount: Dong,
    pub why: refund::Why,
}
#[derive(Clone, Debug)]
pub struct Earning {
    pub order: Uuid,
    pub seller: SellerId,
    pub payment: Option<PaymentId>,
    pub further: Vec<PaymentId>,
    pub goods: Dong,
    pub delivery: Dong,
    pub credit: Dong,
    pub category: String,
}
pub async fn refund(unit: &mut Unit, new: NewRefund) -> Result<refund::Model, PaymentsError> {
    use entity::payments::payment;
    use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter, sea_query::Expr};
    let after = Expr::col(payment::Column::Refunded).add(new.amount.0);
    let done = payment::Entity::update_many()
        .col_expr(payment::Column::Refunded, after.clone())
        .filter(payment::Column::Id.eq(new.payment))
        .filter(after.lte(Expr::col(payment::Column::Received)))
        .exec(&*unit)
        .await?;
    if done.rows_affected == 0 {
        return Err(PaymentsError::Raced);
    }
    Ok(refund::Model {
        id: refund::RefundId(unit.id()),
    })
}
pub async fn refund_cash(unit: &mut Unit, _: NewCashRefund) -> Result<refund::Model, PaymentsError> {
    Ok(refund::Model {
        id: refund::RefundId(unit.id()),
    })
}
pub async fn earn(_: &mut Unit, _: Earning) -> Result<(), PaymentsError> {
    Ok(())
}
pub async fn unearn(_: &mut Unit, _: Uuid, _: Dong) -> Result<(), PaymentsError> {
    Ok(())
}
pub async fn refunds_of_orders(
    _: &impl sea_orm::ConnectionTrait,
    _: &[Uuid],
) -> Result<Vec<refund::Model>, sea_orm::DbErr> {
    Ok(Vec::new())
}
