//! Payments and unmatched money over HTTP.

use std::collections::HashMap;

use axum::{Json, extract::State};
use entity::{
    identity::role::Office,
    ids::MoneyAccountId,
    payments::{
        notice::{self, Reason},
        payment::Status,
    },
};
use sea_orm::Iterable;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{SettlementError, read};
use crate::{
    app::App,
    catalogue::sellers_of,
    http::{
        body::Params,
        input::{Field, Wrong},
        list::{List, PageParams},
        problem::Problem,
    },
    identity::SignedIn,
    payments::{PaymentWire, masked, payment_wire, record_notice},
};

/// Money that came and could not be credited.
#[derive(Debug, Serialize, ToSchema)]
pub struct UnmatchedWire {
    id: String,
    provider: &'static str,
    /// đồng
    amount: i64,
    /// What the sender wrote, and what banks wrote around it.
    content: String,
    /// The account it came to, where it is one of ours.
    account_id: Option<String>,
    /// The end of its number.
    number_masked: Option<String>,
    /// When the bank says that it came.
    happened_at: Option<String>,
    received_at: String,
    /// `no_reference`, `unknown_reference`, `unknown_account`, `late`, `closed`, or `unsettled` where settling it failed
    /// and is being tried again.
    reason: &'static str,
}

impl UnmatchedWire {
    /// `row`, with the ends of the accounts' numbers.
    pub(super) fn of(
        app: &App,
        row: &notice::Model,
        tails: &HashMap<MoneyAccountId, String>,
    ) -> Result<Self, SettlementError> {
        Ok(Self {
            id: row.id.to_string(),
            provider: row.provider.code(),
            amount: row.amount.0,
            content: record_notice::content(app.vault(), row)?,
            account_id: row.account_id.map(|id| id.to_string()),
            number_masked: row.account_id.and_then(|id| tails.get(&id)).map(|tail| masked(tail)),
            happened_at: row.happened_at.map(entity::Timestamp::rfc3339),
            received_at: row.received_at.rfc3339(),
            reason: row.reason.map_or(UNSETTLED, Reason::code),
        })
    }
}

/// The word for a notice that could not be settled yet.
const UNSETTLED: &str = "unsettled";

/// Which unmatched money to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ReasonParam {
    /// Only what is unmatched for this reason.
    #[param(value_type = Option<String>)]
    reason: Field<String>,
}

/// Money that could not be matched, newest first: all of it for officers and administrators, for others that of their own
/// accounts.
#[utoipa::path(get, path = "/api/v1/payments/unmatched", tag = "settlement", params(PageParams, ReasonParam),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = List<UnmatchedWire>)))]
pub async fn list_unmatched(
    State(app): State<App>,
    caller: SignedIn,
    Params(params): Params<PageParams>,
    Params(filter): Params<ReasonParam>,
) -> Result<Json<List<UnmatchedWire>>, Problem> {
    let paging = params.paging()?;
    let mut wrong = Wrong::default();
    let which = wrong.optional("?reason", &filter.reason, |wrong, pointer, field| {
        let code = wrong.required(pointer, field)?;
        if code == UNSETTLED {
            return Some(read::Which::Unsettled);
        }
        let reason = Reason::iter().find(|reason| reason.code() == code);
        if reason.is_none() {
            wrong.note(pointer, "wrong-unmatched-reason");
        }
        reason.map(read::Which::For)
    });
    crate::checked!(wrong; which);
    let db = app.db().read();
    let in_office = caller.in_office_now(Office::Administrator) || caller.in_office_now(Office::Officer);
    let own = if in_office && !params.only_mine() {
        None
    } else {
        let sellers = sellers_of(&app, caller.person()).await?;
        Some(read::accounts_of(db, caller.person(), &sellers).await?)
    };
    let rows = read::unmatched(db, own.as_deref(), which, app.now(), paging).await?;
    let tails = read::tails(db, &rows).await?;
    let mut list = List::page(rows, paging.limit, |row| row.id.to_string(), |row| row);
    let items = list
        .items
        .drain(..)
        .map(|row| UnmatchedWire::of(&app, &row, &tails))
        .collect::<Result<_, SettlementError>>()?;
    Ok(Json(List {
        items,
        next_cursor: list.next_cursor,
        total: None,
    }))
}

/// Which payments to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct StatusParam {
    /// Only those with this status: `underpaid` and `overpaid` are those to look at.
    #[param(value_type = Option<String>)]
    status: Field<String>,
}

/// The payments into the accounts of the caller's sellers and stalls, newest first.
#[utoipa::path(get, path = "/api/v1/payments", tag = "settlement", params(PageParams, StatusParam),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = List<PaymentWire>)))]
pub async fn list_payments(
    State(app): State<App>,
    caller: SignedIn,
    Params(params): Params<PageParams>,
    Params(filter): Params<StatusParam>,
) -> Result<Json<List<PaymentWire>>, Problem> {
    let paging = params.paging()?;
    let mut wrong = Wrong::default();
    let status = wrong.optional("?status", &filter.status, |wrong, pointer, field| {
        let code = wrong.required(pointer, field)?;
        let status = Status::iter().find(|status| status.code() == code);
        if status.is_none() {
            wrong.note(pointer, "wrong-payment-status");
        }
        status
    });
    crate::checked!(wrong; status);
    let db = app.db().read();
    let sellers = sellers_of(&app, caller.person()).await?;
    let own = read::accounts_of(db, caller.person(), &sellers).await?;
    let rows = read::payments(db, &own, status, paging).await?;
    let list = List::page(
        rows,
        paging.limit,
        |(row, _)| row.id.to_string(),
        |(row, account)| payment_wire(app.vault(), &row, &account),
    );
    Ok(Json(List {
        items: list.items.into_iter().collect::<Result<_, _>>()?,
        next_cursor: list.next_cursor,
        total: None,
    }))
}
