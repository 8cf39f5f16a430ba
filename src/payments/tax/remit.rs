//! An administrator says that the tax of a month has gone to the state.

use entity::{
    Dong,
    payments::{tax_remittance, transfer::Reason},
};
use sea_orm::EntityTrait;

use super::read::tax_return;
use crate::{
    db::{Unit, is_duplicate},
    payments::{
        PaymentsError, held_account,
        ledger::{self, Entry, LedgerAccount},
        month::Month,
    },
};

/// Books what was withheld in `month`, a month that is over, as gone to the state: once.
pub async fn remit(unit: &mut Unit, month: Month) -> Result<tax_remittance::Model, PaymentsError> {
    if month.end() > unit.now() {
        return Err(crate::http::input::Wrong::one("/month", "wrong-month-not-over").into());
    }
    let told = tax_return(&*unit, month).await?;
    let amount = Dong(told.totals.due());
    let account = held_account(&*unit).await?.ok_or(PaymentsError::Nothing)?;
    if amount <= Dong::ZERO {
        return Err(PaymentsError::Nothing);
    }
    let row = tax_remittance::Model {
        month: month.to_string(),
        amount,
        at: unit.now(),
        made_by: unit.actor().hand(),
    };
    tax_remittance::Entity::insert(tax_remittance::ActiveModel::from(row.clone()))
        .exec_without_returning(&*unit)
        .await
        .map_err(|error| {
            if is_duplicate(&error) {
                PaymentsError::Done
            } else {
                error.into()
            }
        })?;
    for (seller, sums) in &told.sellers {
        let due = sums.due();
        let (tax, bank) = (LedgerAccount::tax(seller.id), LedgerAccount::account(account.id));
        // A seller of whom more was given back than withheld lowers what is sent for the others.
        let (debit, credit) = if due >= 0 { (tax, bank) } else { (bank, tax) };
        if due != 0 {
            let entry = Entry {
                debit,
                credit,
                amount: Dong(due.abs()),
                reason: Reason::Remitted,
                notice: None,
                payment: None,
            };
            ledger::record(unit, entry).await?;
        }
    }
    Ok(row)
}
