//! Where a stall's buyers pay. Another account is another row: what was printed or asked for keeps pointing to the former.

use entity::{PaymentReference, ids::StallId, market::stall};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};

use super::{MarketError, ring_up::locked};
use crate::{
    db::Unit,
    payments::{self, NewAccount, change_account},
    vault::Vault,
};

/// Lets the stall's buyers pay into `new` from now on, and gives the stall the memo of its printed stand if it has none. The
/// account that the stall has already is kept.
pub async fn set_money_account(
    unit: &mut Unit,
    vault: &Vault,
    stall: StallId,
    new: NewAccount,
) -> Result<(), MarketError> {
    let stall = locked(unit, stall).await?;
    let former = match stall.account_id {
        Some(id) => payments::account::account(&*unit, id).await?,
        None => None,
    };
    let account = change_account(unit, vault, former.as_ref(), new).await?;
    let memo = stall
        .stand_reference
        .unwrap_or_else(|| PaymentReference::of(stall.id.0));
    stall::Entity::update_many()
        .col_expr(stall::Column::AccountId, Expr::value(account.id))
        .col_expr(stall::Column::StandReference, Expr::value(memo))
        .filter(stall::Column::Id.eq(stall.id))
        .exec(&*unit)
        .await?;
    Ok(())
}
