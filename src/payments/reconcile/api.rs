//! Reconciliation over HTTP.

use axum::{Json, extract::State};
use entity::{Day, ids::MoneyAccountId, payments::account};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    compare::{Cause, OneDay},
    read,
};
use crate::{
    app::App,
    checked,
    http::{
        body::{Params, day},
        input::{Field, Wrong},
        language::Message,
        list::{List, PageParams},
        problem::Problem,
    },
    payments::{access::Party, masked},
};

/// The most days of one answer.
const MOST_DAYS: i32 = 92;

/// Banks against the ledger.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReconciliationWire {
    from: String,
    to: String,
    /// Those in which something moved, a page at a time.
    accounts: Vec<AccountDaysWire>,
    /// Give it as `?cursor=` to get the next accounts; `null` at the end.
    next_cursor: Option<String>,
}

/// An account's sums over the days, and the days.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccountDaysWire {
    id: String,
    /// `seller`, `stall` or `held`.
    kind: &'static str,
    seller_id: Option<String>,
    number_masked: String,
    /// What banks told, and what the ledger has, in đồng.
    bank_in: i64,
    bank_out: i64,
    ledger_in: i64,
    ledger_out: i64,
    /// What the bank has more than the ledger.
    difference: i64,
    days: Vec<ReconciledDayWire>,
}

/// A day of an account.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReconciledDayWire {
    day: String,
    bank_in: i64,
    bank_out: i64,
    ledger_in: i64,
    ledger_out: i64,
    difference: i64,
    /// What makes the difference; their amounts add up to it.
    causes: Vec<CauseWire>,
}

/// What makes a bank's sum differ from the ledger's.
#[derive(Debug, Serialize, ToSchema)]
pub struct CauseWire {
    /// `unsettled`: a notice waits; `by_hand`: somebody's word that no bank has borne out; `not_seen`: money said to have
    /// been sent, of which no bank told; `not_known`: a bank tells of money that the ledger does not know; `other_sum`.
    kind: &'static str,
    /// What the bank has more by it, in đồng.
    amount: i64,
    at: String,
    notice_id: Option<String>,
    transfer_id: Option<String>,
    /// The refund or payout that it is about.
    about: Option<String>,
}

impl From<&Cause> for CauseWire {
    fn from(cause: &Cause) -> Self {
        Self {
            kind: cause.why.code(),
            amount: cause.amount,
            at: cause.at.rfc3339(),
            notice_id: cause.notice.map(|id| id.to_string()),
            transfer_id: cause.transfer.map(|id| id.to_string()),
            about: cause.about.map(|id| id.to_string()),
        }
    }
}

impl ReconciledDayWire {
    fn of(day: Day, sums: &OneDay) -> Self {
        Self {
            day: day.iso(),
            bank_in: sums.bank_in,
            bank_out: sums.bank_out,
            ledger_in: sums.ledger_in,
            ledger_out: sums.ledger_out,
            difference: sums.difference(),
            causes: sums.causes.iter().map(CauseWire::from).collect(),
        }
    }
}

/// Which account and days.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ReconcileParams {
    /// Only this account; by default all that the caller may see.
    #[param(value_type = Option<String>)]
    account: Field<String>,
    /// The first day, `2026-11-01`; by default that of the month of `to`.
    #[param(value_type = Option<String>)]
    from: Field<String>,
    /// The last day; by default today. At most 92 days.
    #[param(value_type = Option<String>)]
    to: Field<String>,
}

/// Banks against the ledger, account by account and day by day in Vietnam's time: for owners their sellers' accounts, for
/// officers and administrators all. Each difference is told with what causes it.
#[utoipa::path(get, path = "/api/v1/reconciliation", tag = "payments", params(PageParams, ReconcileParams),
    security(("bearer" = []), ("session" = [])),
    responses((status = OK, body = ReconciliationWire),
        (status = NOT_FOUND, description = "There is no such account, or it is not the caller's.",
            body = crate::http::problem::ProblemDetails)))]
pub async fn reconcile(
    State(app): State<App>,
    party: Party,
    Params(page): Params<PageParams>,
    Params(params): Params<ReconcileParams>,
) -> Result<Json<ReconciliationWire>, Problem> {
    let paging = page.paging()?;
    let mut wrong = Wrong::default();
    let only = wrong.optional("?account", &params.account, |wrong, pointer, field| {
        wrong.code::<MoneyAccountId>(pointer, field, "wrong-id")
    });
    let from = wrong.optional("?from", &params.from, day);
    let to = wrong.optional("?to", &params.to, day);
    checked!(wrong; only, from, to);
    let to = to.unwrap_or_else(|| app.today());
    let from = from.unwrap_or_else(|| to.plus_days(1 - i32::from(to.0.day())));
    if from > to || from.plus_days(MOST_DAYS) <= to {
        let span = Message::new("wrong-span").with("max", usize::try_from(MOST_DAYS).unwrap_or(92));
        return Err(Wrong::one("?from", span).into());
    }
    let db = app.db().read();
    let whose = (!party.sees_all() || page.only_mine()).then(|| party.owned());
    let whose = whose.as_deref();
    let rows = match only {
        Some(only) => vec![read::one(db, whose, only).await?.ok_or_else(Problem::not_found)?],
        None => read::accounts(db, whose, (from, to), paging).await?,
    };
    let List { items, next_cursor, .. } =
        List::page(rows, paging.limit, |account| account.id.to_string(), |account| account);
    let mut accounts = Vec::with_capacity(items.len());
    for account in items {
        let wire = of_account(&app, &account, from, to).await?;
        if only.is_some() || !wire.days.is_empty() {
            accounts.push(wire);
        }
    }
    Ok(Json(ReconciliationWire {
        from: from.iso(),
        to: to.iso(),
        accounts,
        next_cursor,
    }))
}

async fn of_account(app: &App, account: &account::Model, from: Day, to: Day) -> Result<AccountDaysWire, Problem> {
    let days = read::days(app.db().read(), account.id, from, to).await?;
    let sum = |of: fn(&OneDay) -> i64| days.values().map(of).sum::<i64>();
    Ok(AccountDaysWire {
        id: account.id.to_string(),
        kind: account.kind.code(),
        seller_id: account.seller_id.map(|id| id.to_string()),
        number_masked: masked(&account.number_tail),
        bank_in: sum(|day| day.bank_in),
        bank_out: sum(|day| day.bank_out),
        ledger_in: sum(|day| day.ledger_in),
        ledger_out: sum(|day| day.ledger_out),
        difference: sum(OneDay::difference),
        days: days
            .iter()
            .map(|(day, sums)| ReconciledDayWire::of(*day, sums))
            .collect(),
    })
}
