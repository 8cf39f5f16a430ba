//! A person deals with money that nobody could match: it is for a payment after all, or it was sent back.

use entity::{
    ids::{NoticeId, PaymentId, PersonId},
    payments::{
        account,
        notice::{self, State},
        payment, transfer,
    },
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, sea_query::Expr};

use super::{
    SettlementError,
    settle::{Outcome, claim, pay},
};
use crate::{
    db::Unit,
    http::input::Wrong,
    payments::{
        PaymentsError,
        ledger::{self, Entry, LedgerAccount},
        record_notice::seal_note,
    },
    vault::Vault,
};

/// Credits an unmatched notice to the payment `to`, by the word of `person`, and returns the payment. It has to be one into
/// the same owner's account: what lies in one account cannot have paid another.
pub async fn assign(
    unit: &mut Unit,
    id: NoticeId,
    to: PaymentId,
    person: PersonId,
) -> Result<payment::Model, SettlementError> {
    let notice = claim(unit, id, State::Unmatched)
        .await?
        .ok_or(SettlementError::NotUnmatched)?;
    let wrong = || SettlementError::Wrong(Wrong::one("/payment_id", "wrong-no-such-payment"));
    let payment = payment::Entity::find_by_id(to).one(&*unit).await?.ok_or_else(wrong)?;
    if !is_one_owner(&*unit, &notice, &payment).await? {
        return Err(wrong());
    }
    unit.because("assigned by hand");
    match pay(unit, &notice, payment, transfer::Reason::Matched).await? {
        Outcome::Credited(_) => {
            sign(unit, id, person, None).await?;
            payment::Entity::find_by_id(to).one(&*unit).await?.ok_or_else(wrong)
        }
        Outcome::Unmatched(_) => Err(PaymentsError::Closed.into()),
    }
}

/// Whether the notice's money lies where the payment asked for it.
async fn is_one_owner(
    db: &impl ConnectionTrait,
    notice: &notice::Model,
    payment: &payment::Model,
) -> Result<bool, DbErr> {
    // Money in an account that is none of ours: only who may deal with all of it is let here.
    let Some(account) = notice.account_id else {
        return Ok(true);
    };
    if account == payment.account_id {
        return Ok(true);
    }
    let rows = account::Entity::find()
        .filter(account::Column::Id.is_in([account, payment.account_id]))
        .all(db)
        .await?;
    let [a, b] = rows.as_slice() else {
        return Ok(false);
    };
    let same_kind = a.kind == b.kind && a.seller_id == b.seller_id;
    Ok(same_kind && (a.kind != account::Kind::Stall || a.number_hash == b.number_hash))
}

/// Notes that unmatched money was sent back to whoever sent it.
pub async fn send_back(
    unit: &mut Unit,
    vault: &Vault,
    id: NoticeId,
    note: &str,
    person: PersonId,
) -> Result<(), SettlementError> {
    let notice = claim(unit, id, State::Unmatched)
        .await?
        .ok_or(SettlementError::NotUnmatched)?;
    notice::Entity::update_many()
        .col_expr(notice::Column::State, Expr::value(State::Returned))
        .filter(notice::Column::Id.eq(id))
        .exec(&*unit)
        .await?;
    let sealed = seal_note(unit, vault, id, note);
    sign(unit, id, person, Some(sealed)).await?;
    unit.because("sent back by hand");
    let Some(account) = notice.account_id else {
        return Ok(());
    };
    let entry = Entry {
        debit: LedgerAccount::unmatched(account),
        credit: LedgerAccount::account(account),
        amount: notice.amount,
        reason: transfer::Reason::Sorted,
        notice: Some(id),
        payment: None,
    };
    Ok(ledger::record(unit, entry).await?)
}

async fn sign(unit: &Unit, id: NoticeId, person: PersonId, note: Option<String>) -> Result<(), DbErr> {
    notice::Entity::update_many()
        .col_expr(notice::Column::HandledBy, Expr::value(person))
        .col_expr(notice::Column::HandledAt, Expr::value(unit.now()))
        .col_expr(notice::Column::NoteSealed, Expr::value(note))
        .filter(notice::Column::Id.eq(id))
        .exec(unit)
        .await
        .map(|_| ())
}
