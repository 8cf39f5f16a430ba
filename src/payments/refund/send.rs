//! A refund goes its way: sent by whoever owes it, proved by a bank, taken by the buyer, or taken as store credit.

use entity::{
    Dong, PaymentReference,
    ids::{MoneyAccountId, NoticeId, RefundId, SellerId},
    payments::{
        account, notice, payment, payout_line,
        refund::{self, Method, State},
        transfer::Reason,
    },
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};

use crate::{
    app::MONEY,
    config::Money,
    db::{Unit, setting},
    http::input::Wrong,
    payments::{
        PaymentsError,
        account::account,
        ledger::{self, Entry, LedgerAccount},
        payouts,
    },
};

/// Where the money of a refund is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum From {
    /// In an account of the exchange's provider.
    Held(LedgerAccount),
    /// In the seller's own account.
    Own(LedgerAccount),
    /// In the seller's hands.
    Hand,
}

/// The refund, read behind its lock: an update that changes nothing makes others wait until this unit ends.
async fn locked(unit: &Unit, id: RefundId) -> Result<refund::Model, PaymentsError> {
    refund::Entity::update_many()
        .col_expr(refund::Column::Amount, Expr::col(refund::Column::Amount))
        .filter(refund::Column::Id.eq(id))
        .exec(unit)
        .await?;
    let row = refund::Entity::find_by_id(id).one(unit).await?;
    row.ok_or(PaymentsError::NoSuchThing)
}

async fn from(unit: &Unit, row: &refund::Model) -> Result<From, PaymentsError> {
    let Some(id) = row.payment_id else {
        return Ok(From::Hand);
    };
    let payment = payment::Entity::find_by_id(id)
        .one(unit)
        .await?
        .ok_or(PaymentsError::NoSuchThing)?;
    let holder = account(unit, payment.account_id)
        .await?
        .ok_or(PaymentsError::NoSuchThing)?;
    let side = LedgerAccount::account(holder.id);
    Ok(match holder.kind {
        account::Kind::Held => From::Held(side),
        account::Kind::Seller | account::Kind::Stall => From::Own(side),
    })
}

async fn write_back(unit: &Unit, row: &refund::Model) -> Result<(), PaymentsError> {
    refund::Entity::update_many()
        .col_expr(refund::Column::State, Expr::value(row.state))
        .col_expr(refund::Column::Method, Expr::value(row.method))
        .col_expr(refund::Column::SentAt, Expr::value(row.sent_at))
        .col_expr(refund::Column::SentBy, Expr::value(row.sent_by))
        .col_expr(refund::Column::DoneAt, Expr::value(row.done_at))
        .col_expr(refund::Column::NoticeId, Expr::value(row.notice_id))
        .filter(refund::Column::Id.eq(row.id))
        .exec(unit)
        .await?;
    Ok(())
}

fn entry(row: &refund::Model, credit: LedgerAccount, reason: Reason, notice: Option<NoticeId>) -> Entry {
    Entry {
        debit: LedgerAccount::refund(row.id),
        credit,
        amount: row.amount,
        reason,
        notice,
        payment: row.payment_id,
    }
}

/// Whoever owes it says that it is on its way, or that they gave it from hand to hand. Saying so twice changes nothing.
pub async fn send(unit: &mut Unit, id: RefundId, how: Method) -> Result<refund::Model, PaymentsError> {
    let before = locked(unit, id).await?;
    match (before.state, before.method == how) {
        (State::Owed, _) => {}
        (State::Sent | State::Done, true) => return Ok(before),
        (State::Sent | State::Done | State::Credited, _) => return Err(PaymentsError::RefundClosed),
    }
    let from = from(unit, &before).await?;
    let (to, reason) = match (from, how) {
        (From::Held(_), Method::Cash) => return Err(Wrong::one("/how", "wrong-refund-cash").into()),
        (From::Held(_) | From::Own(_), Method::Transfer) if before.named_at.is_none() => {
            return Err(PaymentsError::NoAccountNamed);
        }
        (From::Held(account) | From::Own(account), Method::Transfer) => (account, Reason::Refunded),
        // Given from the seller's pocket: what lies in the account for it is theirs now.
        (From::Own(account), Method::Cash) => (account, Reason::Cash),
        (From::Hand, _) => (LedgerAccount::cash(before.seller_id), Reason::Refunded),
    };
    ledger::record_about(unit, entry(&before, to, reason, None), id.0).await?;
    let after = refund::Model {
        state: if how == Method::Cash { State::Done } else { State::Sent },
        method: how,
        sent_at: Some(unit.now()),
        sent_by: unit.actor().hand(),
        done_at: (how == Method::Cash).then(|| unit.now()),
        ..before
    };
    write_back(unit, &after).await?;
    Ok(after)
}

/// The buyer says that it came.
pub async fn received(unit: &mut Unit, id: RefundId) -> Result<refund::Model, PaymentsError> {
    let before = locked(unit, id).await?;
    match before.state {
        State::Done => return Ok(before),
        State::Sent => {}
        State::Owed | State::Credited => return Err(PaymentsError::RefundClosed),
    }
    let after = refund::Model {
        state: State::Done,
        done_at: Some(unit.now()),
        ..before
    };
    write_back(unit, &after).await?;
    Ok(after)
}

/// A bank's notice tells that money went out: if it names a refund or a payout of exactly that amount, that one is done.
/// Tells whether it did.
pub async fn prove(
    unit: &mut Unit,
    notice: NoticeId,
    references: &[PaymentReference],
    amount: Dong,
) -> Result<bool, PaymentsError> {
    for reference in references {
        let named = refund::Entity::find()
            .filter(refund::Column::Reference.eq(reference.clone()))
            .filter(refund::Column::Amount.eq(amount))
            .one(&*unit)
            .await?;
        if let Some(row) = named {
            if prove_one(unit, row.id, notice).await? {
                return Ok(true);
            }
        } else if payouts::prove(unit, notice, reference, amount).await? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The account whose money a notice tells of.
async fn teller(unit: &Unit, notice: NoticeId) -> Result<Option<account::Model>, PaymentsError> {
    let row = notice::Entity::find_by_id(notice).one(unit).await?;
    match row.and_then(|row| row.account_id) {
        Some(id) => Ok(account(unit, id).await?),
        None => Ok(None),
    }
}

/// Whether a notice tells of money of `expected`, or of another row of the same number: who signs for one account must
/// not be able to speak of another.
pub(in crate::payments) async fn tells_of(
    unit: &Unit,
    notice: NoticeId,
    expected: MoneyAccountId,
) -> Result<bool, PaymentsError> {
    let (teller, expected) = (teller(unit, notice).await?, account(unit, expected).await?);
    Ok(teller
        .zip(expected)
        .is_some_and(|(a, b)| a.id == b.id || a.number_hash == b.number_hash))
}

async fn prove_one(unit: &mut Unit, id: RefundId, notice: NoticeId) -> Result<bool, PaymentsError> {
    let before = locked(unit, id).await?;
    if before.state == State::Credited || before.method == Method::Cash && before.state == State::Done {
        return Ok(false);
    }
    if before.notice_id.is_some() {
        return Ok(false);
    }
    let (to, speaks) = match from(unit, &before).await? {
        From::Held(account) | From::Own(account) => (account, tells_of(unit, notice, account.1.into()).await?),
        From::Hand => (
            LedgerAccount::cash(before.seller_id),
            teller(unit, notice)
                .await?
                .is_some_and(|row| row.seller_id == Some(before.seller_id)),
        ),
    };
    if !speaks {
        return Ok(false);
    }
    if before.state == State::Owed {
        ledger::record_about(unit, entry(&before, to, Reason::Refunded, Some(notice)), id.0).await?;
    }
    let after = refund::Model {
        state: State::Done,
        method: Method::Transfer,
        sent_at: before.sent_at.or(Some(unit.now())),
        done_at: before.done_at.or(Some(unit.now())),
        notice_id: Some(notice),
        ..before
    };
    write_back(unit, &after).await?;
    Ok(true)
}

/// The buyer takes store credit instead, which whoever calls this gives them.
pub async fn credited(unit: &mut Unit, id: RefundId) -> Result<refund::Model, PaymentsError> {
    let before = locked(unit, id).await?;
    match before.state {
        State::Owed => {}
        State::Credited => return Ok(before),
        State::Sent | State::Done => return Err(PaymentsError::RefundClosed),
    }
    let (credit, hands) = (
        LedgerAccount::credit(before.seller_id),
        LedgerAccount::cash(before.seller_id),
    );
    match from(unit, &before).await? {
        From::Held(_) => ledger::record_about(unit, entry(&before, credit, Reason::Credit, None), id.0).await?,
        // The money stays with the seller, who owes goods for it now.
        From::Own(account) => {
            ledger::record_about(unit, entry(&before, account, Reason::Cash, None), id.0).await?;
            let owes = Entry {
                debit: hands,
                ..entry(&before, credit, Reason::Credit, None)
            };
            ledger::record_about(unit, owes, id.0).await?;
        }
        From::Hand => {
            ledger::record_about(unit, entry(&before, hands, Reason::Cash, None), id.0).await?;
            credit_given(unit, before.seller_id, before.amount).await?;
        }
    }
    let after = refund::Model {
        state: State::Credited,
        done_at: Some(unit.now()),
        ..before
    };
    write_back(unit, &after).await?;
    Ok(after)
}

/// A seller gives store credit out of what is theirs.
pub async fn credit_given(unit: &mut Unit, seller: SellerId, amount: Dong) -> Result<(), PaymentsError> {
    let held = setting(&*unit, MONEY).await?.as_deref() == Some(Money::Held.code());
    let entry = Entry {
        debit: if held {
            LedgerAccount::seller(seller)
        } else {
            LedgerAccount::cash(seller)
        },
        credit: LedgerAccount::credit(seller),
        amount,
        reason: Reason::Credit,
        notice: None,
        payment: None,
    };
    ledger::record(unit, entry).await?;
    if held {
        let line = (payout_line::Why::Credit, -amount.0);
        payouts::line(unit, seller, None, line).await?;
    }
    Ok(())
}
