//! Whoever is paid says that the money came, where no bank says so.

use entity::{
    ids::PaymentId,
    payments::{
        payment::{self, Confirmed},
        transfer::Reason,
    },
};

use super::{
    PaymentsError,
    ledger::{self, LedgerAccount},
    lifecycle::{Event, next},
    locked::{locked, write_back},
};
use crate::db::Unit;

/// Marks an open payment as paid by its owner's word, and shows it as such. Refused once it is paid or given up.
pub async fn confirm_by_hand(unit: &mut Unit, id: PaymentId) -> Result<payment::Model, PaymentsError> {
    let before = locked(unit, id).await?;
    let status = next(before.status, Event::ConfirmedByHand)?;
    // The ledger says how much of it is but somebody's word.
    if let Some(rest) = before.amount.checked_sub(before.received).filter(|rest| rest.0 > 0) {
        let entry = ledger::Entry {
            debit: LedgerAccount::account(before.account_id),
            credit: LedgerAccount::payment(id),
            amount: rest,
            reason: Reason::Hand,
            notice: None,
            payment: Some(id),
        };
        ledger::record(unit, entry).await?;
    }
    let after = payment::Model {
        received: before.amount,
        status,
        confirmed: Some(Confirmed::Hand),
        settled_at: Some(unit.now()),
        ..before
    };
    write_back(unit, &after).await?;
    Ok(after)
}
