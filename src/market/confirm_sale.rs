//! The keeper says that the money came, where no bank says it.

use entity::{
    ids::{SaleId, StallId},
    market::sale,
    payments::{
        account::{self, Notices},
        payment::{self, Status},
    },
};
use sea_orm::EntityTrait;

use super::{MarketError, mark_paid::moved, ring_up::locked};
use crate::{db::Unit, payments};

/// Confirms a sale of `stall` by hand. Money that is there already stays as it is, so saying it twice does no harm. Where the
/// bank sends notices nobody may say it in the bank's place.
pub async fn confirm_sale(unit: &mut Unit, stall: StallId, id: SaleId) -> Result<sale::Model, MarketError> {
    // Waits for a second tap of the same button.
    locked(unit, stall).await?;
    let sale = sale::Entity::find_by_id(id)
        .one(&*unit)
        .await?
        .filter(|sale| sale.stall_id == stall)
        .ok_or(MarketError::NoSuchThing)?;
    let payment = payment::Entity::find_by_id(sale.payment_id)
        .one(&*unit)
        .await?
        .ok_or(MarketError::NoSuchThing)?;
    let account = account::Entity::find_by_id(payment.account_id)
        .one(&*unit)
        .await?
        .ok_or(MarketError::NoSuchThing)?;
    if matches!(payment.status, Status::Paid | Status::Overpaid) {
        return Ok(sale);
    }
    if account.notices != Notices::None {
        return Err(MarketError::BankTells);
    }
    payments::confirm_by_hand(unit, payment.id).await?;
    moved(unit, &sale).await?;
    Ok(sale)
}
