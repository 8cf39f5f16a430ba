//! Banks, money accounts and the ledger over HTTP.

use axum::{Json, extract::State};
use entity::{
    ids::SellerId,
    payments::{
        account::{self, Kind},
        account_access::What,
        transfer,
    },
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    Account, PaymentsError,
    account::{account_of_seller, held_account, log_access},
    banks::{Bank, banks},
    change_account::{ChangeAccount, change_account},
    ledger,
};
use crate::{
    app::App,
    catalogue::{Selling, money_account_set},
    db::Actor,
    http::{
        body::{Body, Id, Params},
        input::Field,
        list::{List, PageParams},
        problem::Problem,
    },
    identity::{Administrator, InPerson},
};

/// A bank or wallet that takes a VietQR transfer.
#[derive(Debug, Serialize, ToSchema)]
pub struct BankWire {
    /// The six digits under which NAPAS knows it.
    bin: &'static str,
    name: &'static str,
    full_name: &'static str,
}

/// The banks, in the order of their numbers.
#[utoipa::path(get, path = "/api/v1/banks", tag = "payments", responses((status = OK, body = List<BankWire>)))]
pub async fn list_banks() -> Json<List<BankWire>> {
    let wire = |bank: &'static Bank| BankWire {
        bin: &bank.bin,
        name: &bank.name,
        full_name: &bank.full_name,
    };
    let items: Vec<_> = banks().iter().map(wire).collect();
    Json(List {
        total: Some(items.len() as u64),
        items,
        next_cursor: None,
    })
}

/// A money account. What its notices are signed with is never shown.
#[derive(Debug, Serialize, ToSchema)]
pub struct MoneyAccountWire {
    id: String,
    /// `seller`, `stall` or `held`.
    kind: &'static str,
    bank_bin: String,
    bank_name: &'static str,
    number_masked: String,
    /// The whole number, where it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    number: Option<String>,
    holder_name: String,
    /// `none`, `sepay`, `casso` or `payos`.
    notices: &'static str,
    /// Whether its notices are signed with a credential of its own.
    own_credential: bool,
    created_at: String,
}

impl MoneyAccountWire {
    /// `row` as its owner sees it, with its number if `reveal` is set; then the reading must be logged.
    pub fn of(app: &App, row: &account::Model, reveal: bool) -> Result<Self, PaymentsError> {
        let account = Account::open(app.vault(), row)?;
        Ok(Self {
            id: row.id.to_string(),
            kind: row.kind.code(),
            number_masked: account.masked(),
            bank_bin: account.bank_bin,
            bank_name: account.bank_name,
            number: reveal.then_some(account.number),
            holder_name: account.holder,
            notices: row.notices.code(),
            own_credential: row.credential_sealed.is_some(),
            created_at: row.created_at.rfc3339(),
        })
    }
}

/// What to show of a money account.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RevealParams {
    /// `1`: the whole number, too; the reading is logged.
    #[param(value_type = Option<String>)]
    reveal: Field<String>,
}

/// Shows an account, and logs it where the whole number is shown.
async fn show(
    app: &App,
    actor: Actor,
    row: Option<account::Model>,
    params: &RevealParams,
) -> Result<Json<MoneyAccountWire>, Problem> {
    let row = row.ok_or(PaymentsError::NoSuchThing)?;
    let reveal = params
        .reveal
        .given()
        .is_some_and(|value| value == "1" || value == "true");
    if reveal {
        let id = row.id;
        app.write(actor, move |unit| {
            Box::pin(async move { log_access(unit, id, What::Read).await.map_err(PaymentsError::from) })
        })
        .await?;
    }
    Ok(Json(MoneyAccountWire::of(app, &row, reveal)?))
}

/// Where the buyers of a seller of the caller's pay.
#[utoipa::path(get, path = "/api/v1/sellers/{id}/money-account", tag = "payments",
    params(("id" = String, Path), RevealParams), security(("bearer" = []), ("session" = [])),
    responses((status = OK, body = MoneyAccountWire)))]
pub async fn get_seller_account(
    State(app): State<App>,
    _: InPerson,
    selling: Selling,
    Id(id): Id<SellerId>,
    Params(params): Params<RevealParams>,
) -> Result<Json<MoneyAccountWire>, Problem> {
    selling.must_own(id)?;
    let row = account_of_seller(app.db().read(), id).await?;
    show(&app, selling.actor(), row, &params).await
}

/// Changes where they pay from now on; what was asked for before still goes to the former account.
#[utoipa::path(put, path = "/api/v1/sellers/{id}/money-account", tag = "payments", params(("id" = String, Path)),
    request_body = ChangeAccount, security(("bearer" = []), ("session" = [])),
    responses((status = OK, body = MoneyAccountWire)))]
pub async fn put_seller_account(
    State(app): State<App>,
    _: InPerson,
    selling: Selling,
    Id(id): Id<SellerId>,
    Body { value, .. }: Body<ChangeAccount>,
) -> Result<Json<MoneyAccountWire>, Problem> {
    selling.must_own(id)?;
    let new = value.check(Kind::Seller, Some(id))?;
    let keeper = app.clone();
    let row = app
        .write(selling.actor(), move |unit| {
            let (keeper, new) = (keeper.clone(), new.clone());
            Box::pin(async move {
                let former = account_of_seller(&*unit, id).await?;
                let now = change_account(unit, keeper.vault(), former.as_ref(), new).await?;
                let changed = former.is_none_or(|former| former.id != now.id);
                money_account_set(unit, id, changed).await?;
                Ok::<_, PaymentsError>(now)
            })
        })
        .await?;
    Ok(Json(MoneyAccountWire::of(&app, &row, false)?))
}

/// The account in which a licensed provider holds buyers' money, where the province chose that.
#[utoipa::path(get, path = "/api/v1/money-accounts/held", tag = "payments", params(RevealParams),
    security(("bearer" = []), ("session" = [])),
    responses((status = OK, body = MoneyAccountWire),
        (status = NOT_FOUND, description = "There is none yet.", body = crate::http::problem::ProblemDetails)))]
pub async fn get_held_account(
    State(app): State<App>,
    administrator: Administrator,
    Params(params): Params<RevealParams>,
) -> Result<Json<MoneyAccountWire>, Problem> {
    let row = held_account(app.db().read()).await?;
    show(&app, administrator.actor(), row, &params).await
}

/// Changes the account in which a licensed provider holds buyers' money.
#[utoipa::path(put, path = "/api/v1/money-accounts/held", tag = "payments", request_body = ChangeAccount,
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = MoneyAccountWire)))]
pub async fn put_held_account(
    State(app): State<App>,
    administrator: Administrator,
    Body { value, .. }: Body<ChangeAccount>,
) -> Result<Json<MoneyAccountWire>, Problem> {
    let new = value.check(Kind::Held, None)?;
    let keeper = app.clone();
    let row = app
        .write(administrator.actor(), move |unit| {
            let (keeper, new) = (keeper.clone(), new.clone());
            Box::pin(async move {
                let former = held_account(&*unit).await?;
                change_account(unit, keeper.vault(), former.as_ref(), new).await
            })
        })
        .await?;
    Ok(Json(MoneyAccountWire::of(&app, &row, false)?))
}

/// The ledger added up.
#[derive(Debug, Serialize, ToSchema)]
pub struct TrialBalanceWire {
    items: Vec<LedgerLineWire>,
    /// Of all kinds together, in đồng; always equal to `credit`.
    debit: i64,
    credit: i64,
}

/// The ledger accounts of one kind together.
#[derive(Debug, Serialize, ToSchema)]
pub struct LedgerLineWire {
    /// `account`: money in bank accounts; `payment`: what buyers paid; `seller`: what is owed to sellers; `unmatched`:
    /// money that nobody can explain yet.
    kind: &'static str,
    debit: i64,
    credit: i64,
    /// `debit` less `credit`.
    balance: i64,
}

/// The trial balance; for administrators.
#[utoipa::path(get, path = "/api/v1/ledger/trial-balance", tag = "payments",
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = TrialBalanceWire)))]
pub async fn trial_balance(State(app): State<App>, _: Administrator) -> Result<Json<TrialBalanceWire>, Problem> {
    let lines = ledger::trial_balance(app.db().read()).await?;
    let items: Vec<_> = lines
        .into_iter()
        .map(|line| LedgerLineWire {
            kind: line.kind.code(),
            debit: line.debit,
            credit: line.credit,
            balance: line.debit - line.credit,
        })
        .collect();
    Ok(Json(TrialBalanceWire {
        debit: items.iter().map(|line| line.debit).sum(),
        credit: items.iter().map(|line| line.credit).sum(),
        items,
    }))
}

/// One line of the ledger.
#[derive(Debug, Serialize, ToSchema)]
pub struct TransferWire {
    id: String,
    debit: LedgerAccountWire,
    credit: LedgerAccountWire,
    /// đồng, above zero.
    amount: i64,
    /// Such as `received`, `unmatched`, `matched`, `hand`, `earned`, `refund`, `sorted`.
    reason: &'static str,
    notice_id: Option<String>,
    payment_id: Option<String>,
    recorded_at: String,
}

/// A ledger account.
#[derive(Debug, Serialize, ToSchema)]
pub struct LedgerAccountWire {
    kind: &'static str,
    /// Of the bank account, the payment or the seller.
    id: String,
}

impl From<transfer::Model> for TransferWire {
    fn from(row: transfer::Model) -> Self {
        let side = |kind: transfer::Side, id: uuid::Uuid| LedgerAccountWire {
            kind: kind.code(),
            id: id.to_string(),
        };
        Self {
            id: row.id.to_string(),
            debit: side(row.debit_kind, row.debit_id),
            credit: side(row.credit_kind, row.credit_id),
            amount: row.amount.0,
            reason: row.reason.code(),
            notice_id: row.notice_id.map(|id| id.to_string()),
            payment_id: row.payment_id.map(|id| id.to_string()),
            recorded_at: row.recorded_at.rfc3339(),
        }
    }
}

/// The ledger, newest first; for administrators.
#[utoipa::path(get, path = "/api/v1/ledger/transfers", tag = "payments", params(PageParams),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = List<TransferWire>)))]
pub async fn list_transfers(
    State(app): State<App>,
    _: Administrator,
    Params(params): Params<PageParams>,
) -> Result<Json<List<TransferWire>>, Problem> {
    let paging = params.paging()?;
    let rows = ledger::transfers(app.db().read(), paging).await?;
    Ok(Json(List::page(
        rows,
        paging.limit,
        |row| row.id.to_string(),
        TransferWire::from,
    )))
}
