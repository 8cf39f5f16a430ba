//! One notice is settled: the payment it names is credited, or it is set aside for a person with the reason why. All of
//! it in one unit, once: whoever closes the notice first settles it, and what another did meanwhile is undone.

use std::sync::Arc;

use entity::{
    Timestamp,
    ids::{NoticeId, PaymentId},
    payments::{
        account,
        notice::{self, Reason, State},
        payment::{self, Confirmed, Status},
        transfer,
    },
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, Statement, Value, sea_query::Expr,
};

use super::{
    SettlementError, give_back,
    import_statement::waiting_of_others,
    mark_paid::{mark_paid, tell_systems},
    twin::{Twin, twin_of},
};
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
        providers::Told,
        record_notice::{Kept, NoticeReceived, reopen},
        write_back,
    },
};

/// Takes what earlier versions left in the outbox for a notice that was kept.
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
    let row = notice::Entity::find_by_id(id).one(app.db().read()).await?;
    let Some(row) = row.filter(|row| row.state == State::Received) else {
        return Ok(());
    };
    if let (notice::Provider::Statement, Some(account)) = (row.provider, row.account_id) {
        // What others told of this account and is on its way comes first: then it is seen, and nothing is credited twice.
        for other in waiting_of_others(app, account).await? {
            settle_one(app, other).await?;
        }
    }
    settle_one(app, id).await
}

async fn settle_one(app: &App, id: NoticeId) -> Result<(), SettlementError> {
    let keeper = app.clone();
    let settled = app
        .write(Actor::System, move |unit| {
            let keeper = keeper.clone();
            Box::pin(async move {
                let waiting = notice::Entity::find_by_id(id)
                    .filter(notice::Column::State.eq(State::Received))
                    .one(&*unit)
                    .await?;
                let Some(notice) = waiting else {
                    return Ok(());
                };
                let (told, accounts) = reopen(&*unit, keeper.vault(), &notice).await?;
                let kept = Kept { notice, told, accounts };
                settle_in(unit, &keeper, &kept).await
            })
        })
        .await;
    unless_overtaken(settled)
}

/// Settles a notice that was kept just now: what is known of it is not read again.
pub async fn settle_kept(app: &App, kept: Kept) -> Result<(), SettlementError> {
    let keeper = app.clone();
    let kept = Arc::new(kept);
    let settled = app
        .write(Actor::System, move |unit| {
            let (keeper, kept) = (keeper.clone(), Arc::clone(&kept));
            Box::pin(async move { settle_in(unit, &keeper, &kept).await })
        })
        .await;
    unless_overtaken(settled)
}

fn unless_overtaken(settled: Result<(), SettlementError>) -> Result<(), SettlementError> {
    match settled {
        Err(SettlementError::Overtaken) => Ok(()),
        settled => settled,
    }
}

async fn settle_in(unit: &mut Unit, app: &App, kept: &Kept) -> Result<(), SettlementError> {
    let Kept { notice, told, accounts } = kept;
    let Some(first) = accounts.first() else {
        return set_aside(unit, notice, Reason::UnknownAccount).await;
    };
    let found = find_payment(unit, told, accounts).await?;
    let statement_at = match &found {
        Some(found) => found.statement_at,
        None => statement_at(unit, first).await?,
    };
    if (statement_at.is_some() || notice.provider == notice::Provider::Statement)
        && let Some(twin) = twin_of(unit, app.vault(), kept).await?
    {
        return told_before(unit, notice, twin, found.map(|found| found.payment)).await;
    }
    let payment = match found {
        Some(found) => Some(found.payment),
        None => sell_at_stand(unit, notice, told, accounts).await?,
    };
    match payment {
        Some(payment) => match pay(unit, notice, payment, transfer::Reason::Received).await? {
            Outcome::Credited(_) => Ok(()),
            Outcome::Unmatched(reason) => set_aside(unit, notice, reason).await,
        },
        None if told.references.is_empty() => set_aside(unit, notice, Reason::NoReference).await,
        None => set_aside(unit, notice, Reason::UnknownReference).await,
    }
}

/// The same money was told of before. If that notice found no payment and this one does, that one is credited now.
async fn told_before(
    unit: &mut Unit,
    notice: &notice::Model,
    twin: Twin,
    payment: Option<payment::Model>,
) -> Result<(), SettlementError> {
    let Twin(twin) = twin;
    close(unit, notice, State::Told, None, None, Some(twin.id)).await?;
    if let (State::Unmatched, Some(payment)) = (twin.state, payment) {
        // What cannot be credited stays where a person can see it.
        pay(unit, &twin, payment, transfer::Reason::Matched).await?;
    }
    Ok(())
}

/// Leaves a notice for a person.
async fn set_aside(unit: &Unit, notice: &notice::Model, reason: Reason) -> Result<(), SettlementError> {
    close(unit, notice, State::Unmatched, Some(reason), None, None).await?;
    // What is not in an account of ours is in no ledger of ours.
    let Some(account) = notice.account_id else {
        return Ok(());
    };
    let entry = Entry {
        debit: LedgerAccount::account(account),
        credit: LedgerAccount::unmatched(account),
        amount: notice.amount,
        reason: transfer::Reason::Unmatched,
        notice: Some(notice.id),
        payment: None,
    };
    Ok(ledger::record(unit, entry).await?)
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

/// What a notice comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Credited(payment::Model),
    /// Nothing is written yet.
    Unmatched(Reason),
}

/// A payment found and locked, and when a statement of its account was last taken in.
#[derive(Debug, FromQueryResult)]
struct Found {
    #[sea_orm(nested)]
    payment: payment::Model,
    statement_at: Option<Timestamp>,
}

/// The payment that a notice names, locked by the same statement: that of the first of its references that one of
/// `accounts` knows.
async fn find_payment(unit: &Unit, told: &Told, accounts: &[account::Model]) -> Result<Option<Found>, SettlementError> {
    if told.references.is_empty() {
        return Ok(None);
    }
    let marks = |from: usize, count: usize| -> String {
        let marks: Vec<_> = (from..from + count).map(|place| format!("${place}")).collect();
        marks.join(", ")
    };
    let sql = format!(
        "update payment set received = received where reference in ({}) and account_id in ({}) returning *, \
         (select statement_at from money_account where money_account.id = payment.account_id) as statement_at",
        marks(1, told.references.len()),
        marks(1 + told.references.len(), accounts.len()),
    );
    let values: Vec<Value> = told
        .references
        .iter()
        .map(|reference| reference.as_str().into())
        .chain(accounts.iter().map(|account| account.id.0.into()))
        .collect();
    let statement = Statement::from_sql_and_values(unit.get_database_backend(), sql, values);
    let found = Found::find_by_statement(statement).all(unit).await?;
    let place = |found: &Found| {
        let payment = &found.payment;
        let place = told
            .references
            .iter()
            .position(|reference| *reference == payment.reference);
        (place, payment.created_at, payment.id.0)
    };
    Ok(found.into_iter().min_by_key(place))
}

async fn statement_at(unit: &Unit, account: &account::Model) -> Result<Option<Timestamp>, SettlementError> {
    let row = account::Entity::find_by_id(account.id).one(unit).await?;
    Ok(row.and_then(|row| row.statement_at))
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
/// (`Received`) or was unmatched until now (`Matched`). The notice is closed with it, unless it cannot be credited.
pub(super) async fn pay(
    unit: &mut Unit,
    notice: &notice::Model,
    payment: payment::Model,
    reason: transfer::Reason,
) -> Result<Outcome, SettlementError> {
    // Who found a payment for new money locked it; a sale made just now is nobody else's.
    let before = match reason {
        transfer::Reason::Received => payment,
        _ => locked(unit, payment.id).await?,
    };
    // Only a word of its owner's leaves some that was confirmed by hand.
    let by_hand = match before.confirmed {
        Some(Confirmed::Hand) => ledger::by_hand(unit, before.id).await?,
        Some(Confirmed::Bank) | None => entity::Dong::ZERO,
    };
    // What was given up and promised back in part is not taken up again by the rest.
    let promised_back = before.status == Status::Expired && before.refunded.0 > 0;
    let credited = credit(&before, by_hand, notice.amount, unit.now())
        .ok()
        .filter(|_| !promised_back);
    let Some(credit) = credited else {
        if before.status == Status::Refunded {
            return Ok(Outcome::Unmatched(Reason::Closed));
        }
        return too_late(unit, notice, before, reason).await;
    };
    write_back(unit, &credit.after).await?;
    if mark_paid(unit, &before, &credit.after).await? == Paid::Late {
        return too_late(unit, notice, before, reason).await;
    }
    tell_systems(unit, &credit.after).await?;
    close(unit, notice, State::Credited, None, Some(&credit.after), None).await?;
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
    give_back::excess(unit, &before, &credit.after).await?;
    Ok(Outcome::Credited(credit.after))
}

/// What the money was for was given up, and is gone: it is promised back, or waits for a person where there is no order.
async fn too_late(
    unit: &mut Unit,
    notice: &notice::Model,
    before: payment::Model,
    reason: transfer::Reason,
) -> Result<Outcome, SettlementError> {
    if give_back::late(unit, notice, &before, reason).await? {
        return Ok(Outcome::Credited(before));
    }
    write_back(unit, &before).await?;
    Ok(Outcome::Unmatched(Reason::Late))
}

const CLOSE: &str = "update notice set state = $1, reason = $2, payment_id = $3, account_id = coalesce($4, account_id), \
    twin_id = $5, settled_at = $6 where id = $7 and state = $8";

/// Writes what became of a notice that was as `notice` says; refused when somebody else was first.
pub(super) async fn close(
    unit: &Unit,
    notice: &notice::Model,
    state: State,
    reason: Option<Reason>,
    payment: Option<&payment::Model>,
    twin: Option<NoticeId>,
) -> Result<(), SettlementError> {
    let payment_id: Option<PaymentId> = payment.map(|payment| payment.id);
    let values: [Value; 8] = [
        state.code().into(),
        reason.map(|reason| reason.code().to_owned()).into(),
        payment_id.map(|id| id.0).into(),
        payment.map(|payment| payment.account_id.0).into(),
        twin.map(|id| id.0).into(),
        unit.now().0.into(),
        notice.id.0.into(),
        notice.state.code().into(),
    ];
    let statement = Statement::from_sql_and_values(unit.get_database_backend(), CLOSE, values);
    if unit.execute_raw(statement).await?.rows_affected() == 1 {
        Ok(())
    } else {
        Err(SettlementError::Overtaken)
    }
}
