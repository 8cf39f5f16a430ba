//! Payouts over HTTP.

use axum::{
    Json,
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use entity::{
    Timestamp,
    ids::{PayoutId, SellerId},
    payments::{
        account_access::What,
        payout::{self, State as Standing},
        payout_line,
    },
};
use sea_orm::Iterable as _;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    ChangeSchedule, Schedule, change_schedule, fail, file, make, make_due,
    read::{self, PayoutView},
    schedule_of, send,
};
use crate::{
    app::App,
    checked,
    db::{Unit, Work},
    http::{
        body::{Body, Id, Params},
        idempotency::{Answer, Once, write_once},
        input::{Field, Wrong},
        language::Language,
        list::{List, PageParams},
        problem::Problem,
    },
    identity::Administrator,
    payments::{
        Account, PayeeWire, PaymentsError,
        access::{Party, known},
        account::log_access,
        commission::api::PartyWire,
        ledger::{self, LedgerAccount},
        sheet::{XLSX, saved, workbook_of},
    },
};

/// When a seller is paid out, and what waits.
#[derive(Debug, Serialize, ToSchema)]
pub struct ScheduleWire {
    /// `daily`, `weekly` or `threshold`.
    every: &'static str,
    /// 1, Monday, to 7, Sunday; counts where it is weekly.
    weekday: i32,
    /// đồng; counts where it is by a sum.
    threshold: i64,
    /// What the exchange owes the seller now, in đồng; below zero, what they owe it.
    balance: i64,
    /// What the next payout would come to; below zero, what is taken off later ones.
    claimable: i64,
    /// The next day on which it is looked at; `null` where it is by a sum.
    next_on: Option<String>,
}

async fn schedule_wire(app: &App, seller: SellerId, schedule: Schedule) -> Result<ScheduleWire, PaymentsError> {
    let db = app.db().read();
    Ok(ScheduleWire {
        every: schedule.every.code(),
        weekday: schedule.weekday,
        threshold: schedule.threshold.0,
        balance: ledger::balance(db, LedgerAccount::seller(seller), None).await?,
        claimable: read::claimable(db, seller).await?,
        next_on: schedule.next(app.today()).map(|day| day.iso()),
    })
}

/// When a seller is paid out, for its owners, officers and administrators.
#[utoipa::path(get, path = "/api/v1/sellers/{id}/payout-schedule", tag = "payments", params(("id" = String, Path)),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = ScheduleWire)))]
pub async fn get_schedule(
    State(app): State<App>,
    party: Party,
    Id(id): Id<SellerId>,
) -> Result<Json<ScheduleWire>, Problem> {
    party.must_see(id)?;
    known(app.db().read(), id).await?;
    let schedule = schedule_of(app.db().read(), id, app.today()).await?;
    Ok(Json(schedule_wire(&app, id, schedule).await?))
}

/// Changes when a seller is paid out; its owner does, or an administrator.
#[utoipa::path(put, path = "/api/v1/sellers/{id}/payout-schedule", tag = "payments", params(("id" = String, Path)),
    request_body = ChangeSchedule, security(("bearer" = []), ("session" = [])),
    responses((status = OK, body = ScheduleWire)))]
pub async fn put_schedule(
    State(app): State<App>,
    party: Party,
    Id(id): Id<SellerId>,
    Body { value, .. }: Body<ChangeSchedule>,
) -> Result<Json<ScheduleWire>, Problem> {
    let actor = party.must_change(id)?;
    known(app.db().read(), id).await?;
    let new = value.check(app.today())?;
    app.write(actor, move |unit| {
        Box::pin(async move { change_schedule(unit, id, new).await.map_err(PaymentsError::from) })
    })
    .await?;
    Ok(Json(schedule_wire(&app, id, new).await?))
}

/// Held money that goes to its seller.
#[derive(Debug, Serialize, ToSchema)]
pub struct PayoutWire {
    id: String,
    /// What people call it.
    number: String,
    /// The memo by which a bank's notice of it is known.
    reference: String,
    seller: PartyWire,
    /// đồng, above zero.
    amount: i64,
    /// How many lines it pays.
    lines: i64,
    /// `made`, `sent`, `done` or `failed`.
    state: &'static str,
    account: PayeeWire,
    made_at: String,
    sent_at: Option<String>,
    done_at: Option<String>,
    failed_at: Option<String>,
    /// Why it failed.
    reason: Option<String>,
    /// What it pays, where one payout is asked for; empty when it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    items: Option<Vec<PayoutLineWire>>,
}

/// Something that a payout pays, or takes off.
#[derive(Debug, Serialize, ToSchema)]
pub struct PayoutLineWire {
    order_id: Option<String>,
    /// `earned`, `returned`, `commission`, `tax` or `credit`.
    kind: &'static str,
    /// đồng; below zero for what is taken off.
    amount: i64,
    at: String,
}

impl PayoutWire {
    fn of(app: &App, view: PayoutView, items: Option<Vec<payout_line::Model>>) -> Result<Self, PaymentsError> {
        let PayoutView {
            payout,
            seller,
            account,
        } = view;
        let account = Account::open(app.vault(), &account)?;
        Ok(Self {
            id: payout.id.to_string(),
            number: payout.number,
            reference: payout.reference.to_string(),
            seller: PartyWire {
                id: seller.id.to_string(),
                name: seller.name,
            },
            amount: payout.amount.0,
            lines: payout.lines,
            state: payout.state.code(),
            account: PayeeWire {
                number_masked: account.masked(),
                bank_bin: account.bank_bin,
                bank_name: account.bank_name,
                holder_name: account.holder,
            },
            made_at: payout.made_at.rfc3339(),
            sent_at: payout.sent_at.map(Timestamp::rfc3339),
            done_at: payout.done_at.map(Timestamp::rfc3339),
            failed_at: payout.failed_at.map(Timestamp::rfc3339),
            reason: payout.reason,
            items: items.map(|items| {
                items
                    .into_iter()
                    .map(|line| PayoutLineWire {
                        order_id: line.order_id.map(|id| id.to_string()),
                        kind: line.why.code(),
                        amount: line.amount.0,
                        at: line.at.rfc3339(),
                    })
                    .collect()
            }),
        })
    }
}

/// Which payouts to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PayoutParams {
    /// Only those with this state: `made`, `sent`, `done` or `failed`.
    #[param(value_type = Option<String>)]
    state: Field<String>,
    /// Only those of this seller.
    #[param(value_type = Option<String>)]
    seller: Field<String>,
}

/// Payouts, newest first: to owners their own, to officers and administrators all.
#[utoipa::path(get, path = "/api/v1/payouts", tag = "payments", params(PageParams, PayoutParams),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = List<PayoutWire>)))]
pub async fn list_payouts(
    State(app): State<App>,
    party: Party,
    Params(page): Params<PageParams>,
    Params(filter): Params<PayoutParams>,
) -> Result<Json<List<PayoutWire>>, Problem> {
    let paging = page.paging()?;
    let mut wrong = Wrong::default();
    let state = wrong.optional("?state", &filter.state, |wrong, pointer, field| {
        let code = wrong.required(pointer, field)?;
        let state = Standing::iter().find(|state| state.code() == code);
        if state.is_none() {
            wrong.note(pointer, "wrong-payout-state");
        }
        state
    });
    let seller = wrong.optional("?seller", &filter.seller, |wrong, pointer, field| {
        wrong.code::<SellerId>(pointer, field, "wrong-id")
    });
    checked!(wrong; state, seller);
    let own = match (party.whose(page.only_mine()), seller) {
        (None, None) => None,
        (None, Some(seller)) => Some(vec![seller]),
        (Some(own), None) => Some(own),
        (Some(own), Some(seller)) => Some(own.into_iter().filter(|one| *one == seller).collect()),
    };
    let rows = read::page(app.db().read(), own.as_deref(), state, paging).await?;
    let list = List::page(
        rows,
        paging.limit,
        |view| view.payout.id.to_string(),
        |view| PayoutWire::of(&app, view, None),
    );
    Ok(Json(List {
        items: list.items.into_iter().collect::<Result<_, _>>()?,
        next_cursor: list.next_cursor,
        total: None,
    }))
}

async fn whole(app: &App, id: PayoutId) -> Result<PayoutView, Problem> {
    read::one(app.db().read(), id).await?.ok_or_else(Problem::not_found)
}

async fn shown(app: &App, id: PayoutId) -> Result<Json<PayoutWire>, Problem> {
    let view = whole(app, id).await?;
    let lines = read::lines(app.db().read(), id).await?;
    Ok(Json(PayoutWire::of(app, view, Some(lines))?))
}

/// A payout with what it pays.
#[utoipa::path(get, path = "/api/v1/payouts/{id}", tag = "payments", params(("id" = String, Path)),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = PayoutWire)))]
pub async fn get_payout(
    State(app): State<App>,
    party: Party,
    Id(id): Id<PayoutId>,
) -> Result<Json<PayoutWire>, Problem> {
    party.must_see(whole(&app, id).await?.seller.id)?;
    shown(&app, id).await
}

/// For whom payouts are made.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct MakePayouts {
    /// Only for this seller, whatever waits for them. Absent: for all whose day or sum has come.
    #[schema(value_type = Option<String>)]
    seller_id: Field<String>,
}

/// Makes what is due by each seller's schedule now, or one seller's payout at once; a duty does the same by itself.
#[utoipa::path(post, path = "/api/v1/payouts", tag = "payments", request_body = MakePayouts,
    params(("Idempotency-Key" = Option<String>, Header)), security(("bearer" = []), ("session" = [])),
    responses((status = OK, body = List<PayoutWire>, description = "Those that were made.")))]
pub async fn make_payouts(
    State(app): State<App>,
    administrator: Administrator,
    once: Once,
    Body { value, digest }: Body<MakePayouts>,
) -> Result<Response, Problem> {
    let mut wrong = Wrong::default();
    let seller = wrong.optional("/seller_id", &value.seller_id, |wrong, pointer, field| {
        wrong.code::<SellerId>(pointer, field, "wrong-id")
    });
    checked!(wrong; seller);
    if let Some(seller) = seller {
        if known(app.db().read(), seller).await.is_err() {
            return Err(Wrong::one("/seller_id", "wrong-unknown-seller").into());
        }
        let keeper = app.clone();
        let answer = write_once(&app, administrator.actor(), once, &digest, move |unit| {
            let keeper = keeper.clone();
            Box::pin(async move {
                let row = make(unit, seller).await?;
                let list = made(&keeper, &*unit, vec![row]).await?;
                Answer::ok(&list)
            })
        })
        .await?;
        return Ok(answer.into_response());
    }
    // Each seller's payout is a unit of its own, and none is made twice: asking again makes what is due by then.
    let rows = make_due(&app, &administrator.actor()).await?;
    Ok(Json(made(&app, app.db().read(), rows).await?).into_response())
}

async fn made(
    app: &App,
    db: &impl sea_orm::ConnectionTrait,
    rows: Vec<payout::Model>,
) -> Result<List<PayoutWire>, PaymentsError> {
    let views = read::views(db, rows).await?;
    let items = views.into_iter().map(|view| PayoutWire::of(app, view, None));
    Ok(List {
        items: items.collect::<Result<_, _>>()?,
        next_cursor: None,
        total: None,
    })
}

async fn change<F>(app: &App, administrator: &Administrator, id: PayoutId, work: F) -> Result<Json<PayoutWire>, Problem>
where
    F: for<'u> Fn(&'u mut Unit) -> Work<'u, payout::Model, PaymentsError> + Send + Sync + 'static,
{
    app.write(administrator.actor(), work).await?;
    shown(app, id).await
}

/// The bank was told to send it. Saying so twice changes nothing.
#[utoipa::path(post, path = "/api/v1/payouts/{id}/sent", tag = "payments", params(("id" = String, Path)),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = PayoutWire)))]
pub async fn send_payout(
    State(app): State<App>,
    administrator: Administrator,
    Id(id): Id<PayoutId>,
) -> Result<Json<PayoutWire>, Problem> {
    change(&app, &administrator, id, move |unit| {
        Box::pin(async move { send(unit, id).await })
    })
    .await
}

/// Why a payout failed.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct FailPayout {
    #[schema(value_type = String, max_length = 200)]
    reason: Field<String>,
}

/// It could not be sent, or came back: what it paid waits for the next payout.
#[utoipa::path(post, path = "/api/v1/payouts/{id}/failed", tag = "payments", params(("id" = String, Path)),
    request_body = FailPayout, security(("bearer" = []), ("session" = [])),
    responses((status = OK, body = PayoutWire)))]
pub async fn fail_payout(
    State(app): State<App>,
    administrator: Administrator,
    Id(id): Id<PayoutId>,
    Body { value, .. }: Body<FailPayout>,
) -> Result<Json<PayoutWire>, Problem> {
    whole(&app, id).await?;
    let mut wrong = Wrong::default();
    let reason = wrong.line("/reason", &value.reason, 200);
    checked!(wrong; reason);
    change(&app, &administrator, id, move |unit| {
        let reason = reason.clone();
        Box::pin(async move {
            unit.because(&reason);
            fail(unit, id, &reason).await
        })
    })
    .await
}

/// The payouts that the bank has not been told of, with whole account numbers; every number read is logged.
async fn to_send(
    app: &App,
    administrator: &Administrator,
    headers: &HeaderMap,
) -> Result<crate::payments::sheet::Table, Problem> {
    let views = read::to_send(app.db().read()).await?;
    let table = file::table(app.vault(), &views, Language::of_api(headers))?;
    let accounts: Vec<_> = views.iter().map(|view| view.account.id).collect();
    app.write(administrator.actor(), move |unit| {
        let accounts = accounts.clone();
        Box::pin(async move {
            for id in accounts {
                log_access(unit, id, What::Read).await?;
            }
            Ok::<_, PaymentsError>(())
        })
    })
    .await?;
    Ok(table)
}

/// The payouts in `made` as a file for a bank, oldest first: number, account, holder, bank, NAPAS number, amount, memo.
#[utoipa::path(get, path = "/api/v1/payouts/file.csv", tag = "payments", security(("bearer" = []), ("session" = [])),
    responses((status = OK, body = String, content_type = "text/csv")))]
pub async fn get_file_csv(
    State(app): State<App>,
    administrator: Administrator,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let table = to_send(&app, &administrator, &headers).await?;
    Ok(saved("text/csv; charset=utf-8", "chi-tra.csv", file::as_csv(&table)))
}

/// The same as a workbook.
#[utoipa::path(get, path = "/api/v1/payouts/file.xlsx", tag = "payments", security(("bearer" = []), ("session" = [])),
    responses((status = OK, body = Vec<u8>, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))]
pub async fn get_file_xlsx(
    State(app): State<App>,
    administrator: Administrator,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let table = to_send(&app, &administrator, &headers).await?;
    Ok(saved(XLSX, "chi-tra.xlsx", workbook_of(vec![table]).await?))
}
