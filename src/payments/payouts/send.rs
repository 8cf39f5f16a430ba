//! A payout goes its way: the bank was told, a notice bears it out, or it came back.

use entity::{
    Dong, PaymentReference,
    ids::{NoticeId, PayoutId},
    payments::{
        payout::{self, State},
        payout_line,
        transfer::Reason,
    },
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};

use crate::{
    catalogue::tell_staff,
    db::Unit,
    http::language::Message,
    identity::messages::{About, Note},
    payments::{
        PaymentsError,
        ledger::{self, Entry, LedgerAccount},
        refund::tells_of,
        whole,
    },
};

/// The payout, read behind its lock.
async fn locked(unit: &Unit, id: PayoutId) -> Result<payout::Model, PaymentsError> {
    payout::Entity::update_many()
        .col_expr(payout::Column::Amount, Expr::col(payout::Column::Amount))
        .filter(payout::Column::Id.eq(id))
        .exec(unit)
        .await?;
    let row = payout::Entity::find_by_id(id).one(unit).await?;
    row.ok_or(PaymentsError::NoSuchThing)
}

async fn write_back(unit: &Unit, row: &payout::Model) -> Result<(), PaymentsError> {
    payout::Entity::update_many()
        .col_expr(payout::Column::State, Expr::value(row.state))
        .col_expr(payout::Column::SentAt, Expr::value(row.sent_at))
        .col_expr(payout::Column::DoneAt, Expr::value(row.done_at))
        .col_expr(payout::Column::FailedAt, Expr::value(row.failed_at))
        .col_expr(payout::Column::Reason, Expr::value(row.reason.clone()))
        .col_expr(payout::Column::NoticeId, Expr::value(row.notice_id))
        .filter(payout::Column::Id.eq(row.id))
        .exec(unit)
        .await?;
    Ok(())
}

/// Books that the money left, or came back.
async fn book(unit: &Unit, row: &payout::Model, leaves: bool, notice: Option<NoticeId>) -> Result<(), PaymentsError> {
    let (seller, bank) = (
        LedgerAccount::seller(row.seller_id),
        LedgerAccount::account(row.from_account_id),
    );
    let (debit, credit) = if leaves { (seller, bank) } else { (bank, seller) };
    let entry = Entry {
        debit,
        credit,
        amount: row.amount,
        reason: Reason::Payout,
        notice,
        payment: None,
    };
    Ok(ledger::record_about(unit, entry, row.id.0).await?)
}

/// An administrator says that the bank was told to send it. Saying so twice changes nothing.
pub async fn send(unit: &mut Unit, id: PayoutId) -> Result<payout::Model, PaymentsError> {
    let before = locked(unit, id).await?;
    match before.state {
        State::Made => {}
        State::Sent | State::Done => return Ok(before),
        State::Failed => return Err(PaymentsError::PayoutClosed),
    }
    book(unit, &before, true, None).await?;
    let text = Message::new("ledger-tell-payout").with("amount", whole(before.amount));
    tell_staff(unit, before.seller_id, Note::new(About::Money, text)).await?;
    let after = payout::Model {
        state: State::Sent,
        sent_at: Some(unit.now()),
        ..before
    };
    write_back(unit, &after).await?;
    Ok(after)
}

/// It could not be sent, or came back: its lines are free for the next one.
pub async fn fail(unit: &mut Unit, id: PayoutId, reason: &str) -> Result<payout::Model, PaymentsError> {
    let before = locked(unit, id).await?;
    match before.state {
        State::Made => {}
        State::Sent | State::Done => book(unit, &before, false, None).await?,
        State::Failed => return Ok(before),
    }
    let after = payout::Model {
        state: State::Failed,
        done_at: None,
        failed_at: Some(unit.now()),
        reason: Some(reason.to_owned()),
        ..before
    };
    write_back(unit, &after).await?;
    payout_line::Entity::update_many()
        .col_expr(payout_line::Column::PayoutId, Expr::value(None::<PayoutId>))
        .filter(payout_line::Column::PayoutId.eq(id))
        .exec(&*unit)
        .await?;
    Ok(after)
}

/// A bank's notice that money went out names `reference`: a payout of exactly that amount is done. Tells whether one is.
pub async fn prove(
    unit: &mut Unit,
    notice: NoticeId,
    reference: &PaymentReference,
    amount: Dong,
) -> Result<bool, PaymentsError> {
    let named = payout::Entity::find()
        .filter(payout::Column::Reference.eq(reference.clone()))
        .filter(payout::Column::Amount.eq(amount))
        .one(&*unit)
        .await?;
    let Some(named) = named else { return Ok(false) };
    if !tells_of(unit, notice, named.from_account_id).await? {
        return Ok(false);
    }
    let before = locked(unit, named.id).await?;
    if before.notice_id.is_some() || before.state == State::Failed {
        return Ok(false);
    }
    if before.state == State::Made {
        book(unit, &before, true, Some(notice)).await?;
    }
    let after = payout::Model {
        state: State::Done,
        sent_at: before.sent_at.or(Some(unit.now())),
        done_at: Some(unit.now()),
        notice_id: Some(notice),
        ..before
    };
    write_back(unit, &after).await?;
    Ok(true)
}
