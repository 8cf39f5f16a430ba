//! One notice is settled: the payment it names is credited, or it is set aside for a person with the reason why. All of
//! it in one unit, once: whoever claims the notice settles it.

use std::sync::Arc;

use entity::{
    Timestamp,
    ids::{MoneyAccountId, NoticeId},
    payments::{
        account,
        notice::{self, Reason, State},
        payment::{self, Status},
        transfer,
    },
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, sea_query::Expr};

use super::{SettlementError, mark_paid::mark_paid};
use crate::{
    app::App,
    db::{Actor, Unit},
    jobs::Handler,
    market,
    orders::Paid,
    payments::{
        credit::credit,
        ledger::{self, Entry, LedgerAccount},
        locked,
        record_notice::{NoticeReceived, reopen},
        sepay::Told,
        write_back,
    },
};

/// Takes what [`crate::payments::record_notice`] leaves, for notices that could not be settled at once.
pub(super) fn handler() -> Handler {
    Arc::new(|app, payload| {
        Box::pin(async move {
            let settled = async {
                let fact: NoticeReceived = serde_json::from_str(&payload)?;
                settle(&app, NoticeId(fact.notice_id)).await
            };
            settled.await.map_err(|error| error.to_string())
        })
    })
}

/// Settles a notice, unless it is settled already.
pub async fn settle(app: &App, id: NoticeId) -> Result<(), SettlementError> {
    let keeper = app.clone();
    app.write(Actor::System, move |unit| {
        let keeper = keeper.clone();
        Box::pin(async move {
            let Some(notice) = claim(unit, id, State::Received).await? else {
                return Ok(());
            };
            let (told, accounts) = reopen(&*unit, keeper.vault(), &notice).await?;
            let outcome = outcome(unit, &notice, &told, &accounts).await?;
            close(unit, &notice, &outcome).await
        })
    })
    .await
}

/// The notice, if it is still in `state`; then nobody else settles it until this unit ends.
pub(super) async fn claim(unit: &Unit, id: NoticeId, state: State) -> Result<Option<notice::Model>, SettlementError> {
    let claimed = notice::Entity::update_many()
        .col_expr(notice::Column::SettledAt, Expr::value(unit.now()))
        .filter(notice::Column::Id.eq(id))
        .filter(notice::Column::State.eq(state))
        .exec(unit)
        .await?;
    if claimed.rows_affected == 0 {
        return Ok(None);
    }
    Ok(notice::Entity::find_by_id(id).one(unit).await?)
}

/// What a claimed notice comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Credited(payment::Model),
    Unmatched(Reason),
}

async fn outcome(
    unit: &mut Unit,
    notice: &notice::Model,
    told: &Told,
    accounts: &[account::Model],
) -> Result<Outcome, SettlementError> {
    let Some(first) = accounts.first() else {
        return Ok(Outcome::Unmatched(Reason::UnknownAccount));
    };
    let found = match find_payment(unit, told, accounts).await? {
        None => sell_at_stand(unit, notice, told, accounts).await?,
        found => found,
    };
    let outcome = match found {
        Some(payment) => pay(unit, notice, payment, transfer::Reason::Received).await?,
        None if told.references.is_empty() => Outcome::Unmatched(Reason::NoReference),
        None => Outcome::Unmatched(Reason::UnknownReference),
    };
    if let Outcome::Unmatched(_) = outcome {
        let entry = Entry {
            debit: LedgerAccount::account(first.id),
            credit: LedgerAccount::unmatched(first.id),
            amount: notice.amount,
            reason: transfer::Reason::Unmatched,
            notice: Some(notice.id),
            payment: None,
        };
        ledger::record(unit, entry).await?;
    }
    Ok(outcome)
}

/// The payment that a notice names: the first of its references that one of `accounts` knows.
async fn find_payment(
    unit: &Unit,
    told: &Told,
    accounts: &[account::Model],
) -> Result<Option<payment::Model>, SettlementError> {
    let ids: Vec<MoneyAccountId> = accounts.iter().map(|account| account.id).collect();
    for reference in &told.references {
        let found = payment::Entity::find()
            .filter(payment::Column::Reference.eq(reference.clone()))
            .filter(payment::Column::AccountId.is_in(ids.iter().copied()))
            .order_by_asc(payment::Column::CreatedAt)
            .order_by_asc(payment::Column::Id)
            .one(unit)
            .await?;
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

/// The payment of a new sale, where a notice names the printed stand of a stall: its buyer typed the amount.
async fn sell_at_stand(
    unit: &mut Unit,
    notice: &notice::Model,
    told: &Told,
    accounts: &[account::Model],
) -> Result<Option<payment::Model>, SettlementError> {
    for reference in &told.references {
        for account in accounts {
            if let Some(stall) = market::stall_of_stand(&*unit, account.id, reference).await? {
                let at = told.happened_at.filter(|at| is_plausible(*at, notice.received_at));
                let at = at.unwrap_or(notice.received_at);
                return Ok(Some(market::record_stand_sale(unit, &stall, notice.amount, at).await?));
            }
        }
    }
    Ok(None)
}

/// Whether a bank's time may be when a sale was made: a day's books must not be changed years later by a wrong clock.
fn is_plausible(at: Timestamp, received_at: Timestamp) -> bool {
    const DAY_MS: i64 = 24 * 60 * 60 * 1000;
    (received_at.plus(-30 * DAY_MS)..=received_at.plus(DAY_MS)).contains(&at)
}

/// Credits `notice` to `payment` and tells the room that asked for it; `reason` says whether the money is new
/// (`Received`) or was unmatched until now (`Matched`).
pub(super) async fn pay(
    unit: &mut Unit,
    notice: &notice::Model,
    payment: payment::Model,
    reason: transfer::Reason,
) -> Result<Outcome, SettlementError> {
    let before = locked(unit, payment.id).await?;
    let by_hand = ledger::by_hand(unit, before.id).await?;
    let Ok(credit) = credit(&before, by_hand, notice.amount, unit.now()) else {
        return Ok(Outcome::Unmatched(if before.status == Status::Refunded {
            Reason::Closed
        } else {
            Reason::Late
        }));
    };
    write_back(unit, &credit.after).await?;
    if mark_paid(unit, &before, &credit.after).await? == Paid::Late {
        write_back(unit, &before).await?;
        return Ok(Outcome::Unmatched(Reason::Late));
    }
    let (account, payer) = (
        LedgerAccount::account(before.account_id),
        LedgerAccount::payment(before.id),
    );
    let entry = Entry {
        debit: match (reason, notice.account_id) {
            (transfer::Reason::Matched, Some(id)) => LedgerAccount::unmatched(id),
            _ => account,
        },
        credit: payer,
        amount: notice.amount,
        reason,
        notice: Some(notice.id),
        payment: Some(before.id),
    };
    ledger::record(unit, entry).await?;
    if credit.borne_out.0 > 0 {
        let replaced = Entry {
            debit: payer,
            credit: account,
            amount: credit.borne_out,
            reason: transfer::Reason::Hand,
            notice: Some(notice.id),
            payment: Some(before.id),
        };
        ledger::record(unit, replaced).await?;
    }
    Ok(Outcome::Credited(credit.after))
}

/// Writes what a claimed notice came to.
pub(super) async fn close(unit: &Unit, notice: &notice::Model, outcome: &Outcome) -> Result<(), SettlementError> {
    let (state, reason, payment) = match outcome {
        Outcome::Credited(payment) => (State::Credited, None, Some(payment)),
        Outcome::Unmatched(reason) => (State::Unmatched, Some(*reason), None),
    };
    let account = payment.map_or(notice.account_id, |payment| Some(payment.account_id));
    notice::Entity::update_many()
        .col_expr(notice::Column::State, Expr::value(state))
        .col_expr(notice::Column::Reason, Expr::value(reason))
        .col_expr(
            notice::Column::PaymentId,
            Expr::value(payment.map(|payment| payment.id)),
        )
        .col_expr(notice::Column::AccountId, Expr::value(account))
        .filter(notice::Column::Id.eq(notice.id))
        .exec(unit)
        .await?;
    Ok(())
}
