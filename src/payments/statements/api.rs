//! Statements over HTTP.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use entity::ids::SellerId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    read::{self, Kind, Statement},
    workbook::table,
};
use crate::{
    app::App,
    checked,
    http::{
        body::{Id, Params},
        input::{Field, Wrong},
        language::Language,
        problem::Problem,
    },
    payments::{
        access::{Party, known},
        month::Month,
        sheet::{XLSX, saved, workbook_of},
    },
};

/// A month of a seller's account with the exchange.
#[derive(Debug, Serialize, ToSchema)]
pub struct StatementWire {
    seller: StatementSellerWire,
    /// `2026-11`, in Vietnam's time.
    month: String,
    /// What the exchange owed the seller when the month began, in đồng; below zero, what they owed it.
    opening: i64,
    items: Vec<MovementWire>,
    totals: TotalsWire,
    /// What it owed when the month ended, or owes now.
    closing: i64,
}

/// Whose account it is.
#[derive(Debug, Serialize, ToSchema)]
pub struct StatementSellerWire {
    id: String,
    name: String,
    tax_code: Option<String>,
}

/// A movement of the account.
#[derive(Debug, Serialize, ToSchema)]
pub struct MovementWire {
    /// The transfer of the ledger that it is.
    id: String,
    at: String,
    /// `earned`, `kept` (it is in the seller's own hands), `returned`, `commission`, `withheld`, `payout`, `invoiced` (the
    /// seller paid an invoice), `credit` (the seller gave store credit) or `other`.
    kind: &'static str,
    order_id: Option<String>,
    /// The payout or invoice that it is about.
    about: Option<String>,
    /// đồng; above zero where the exchange owes more after it.
    amount: i64,
    /// What the exchange owes after it.
    balance: i64,
}

/// What the movements of each kind come to, in đồng. What is taken is above zero.
#[derive(Debug, Serialize, ToSchema)]
pub struct TotalsWire {
    /// What was sold, before anything came back.
    revenue: i64,
    returned: i64,
    commission: i64,
    vat: i64,
    pit: i64,
    payouts: i64,
    /// What of the revenue was in the seller's own hands already.
    kept: i64,
    /// What the seller paid on invoices.
    invoiced: i64,
    /// Everything else, above zero where the exchange owes more after it.
    other: i64,
}

impl StatementWire {
    fn new(statement: &Statement, (vat, pit): (i64, i64)) -> Self {
        Self {
            seller: StatementSellerWire {
                id: statement.seller.id.to_string(),
                name: statement.seller.name.clone(),
                tax_code: statement.seller.tax_code.clone(),
            },
            month: statement.month.to_string(),
            opening: statement.opening,
            items: statement
                .movements
                .iter()
                .map(|movement| {
                    let about = movement.about.map(|id| id.to_string());
                    let (order_id, about) = if movement.kind.of_order() {
                        (about, None)
                    } else {
                        (None, about)
                    };
                    MovementWire {
                        id: movement.id.to_string(),
                        at: movement.at.rfc3339(),
                        kind: movement.kind.code(),
                        order_id,
                        about,
                        amount: movement.amount,
                        balance: movement.balance,
                    }
                })
                .collect(),
            totals: TotalsWire {
                revenue: statement.sum(&[Kind::Earned]),
                returned: -statement.sum(&[Kind::Returned]),
                commission: -statement.sum(&[Kind::Commission]),
                vat,
                pit,
                payouts: -statement.sum(&[Kind::Payout]),
                kept: -statement.sum(&[Kind::Kept]),
                invoiced: statement.sum(&[Kind::Invoiced]),
                other: statement.sum(&[Kind::Credit, Kind::Other]),
            },
            closing: statement.closing,
        }
    }
}

/// Which month.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct MonthParam {
    /// `2026-11`; by default the month it is in Vietnam.
    #[param(value_type = Option<String>)]
    month: Field<String>,
}

async fn of(app: &App, party: &Party, id: SellerId, params: &MonthParam) -> Result<(Statement, (i64, i64)), Problem> {
    party.must_see(id)?;
    let seller = known(app.db().read(), id).await?;
    let mut wrong = Wrong::default();
    let month = wrong.optional("?month", &params.month, |wrong, pointer, field| {
        let month = wrong.required(pointer, field)?.parse::<Month>().ok();
        if month.is_none() {
            wrong.note(pointer, "wrong-month");
        }
        month
    });
    checked!(wrong; month);
    let month = month.unwrap_or_else(|| Month::of(app.today()));
    let db = app.db().read();
    let statement = read::statement(db, seller, month).await?;
    let taxes = read::taxes(db, &statement.seller, month).await?;
    Ok((statement, taxes))
}

/// A month of a seller's account, for its owners, officers and administrators; a workbook to whoever accepts only that.
#[utoipa::path(get, path = "/api/v1/sellers/{id}/statement", tag = "payments", params(("id" = String, Path), MonthParam),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = StatementWire)))]
pub async fn get_statement(
    State(app): State<App>,
    party: Party,
    headers: HeaderMap,
    Id(id): Id<SellerId>,
    Params(params): Params<MonthParam>,
) -> Result<Response, Problem> {
    let (statement, taxes) = of(&app, &party, id, &params).await?;
    let accepts = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
    if accepts.is_some_and(|accepts| accepts.contains(XLSX) && !accepts.contains("json")) {
        return as_workbook(&statement, taxes, &headers).await;
    }
    Ok(Json(StatementWire::new(&statement, taxes)).into_response())
}

async fn as_workbook(statement: &Statement, taxes: (i64, i64), headers: &HeaderMap) -> Result<Response, Problem> {
    let table = table(statement, taxes, Language::of_api(headers));
    let name = format!("sao-ke-{}.xlsx", statement.month);
    Ok(saved(XLSX, &name, workbook_of(vec![table]).await?))
}

/// The same as a workbook.
#[utoipa::path(get, path = "/api/v1/sellers/{id}/statement.xlsx", tag = "payments",
    params(("id" = String, Path), MonthParam), security(("bearer" = []), ("session" = [])),
    responses((status = OK, body = Vec<u8>, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))]
pub async fn get_statement_xlsx(
    State(app): State<App>,
    party: Party,
    headers: HeaderMap,
    Id(id): Id<SellerId>,
    Params(params): Params<MonthParam>,
) -> Result<Response, Problem> {
    let (statement, taxes) = of(&app, &party, id, &params).await?;
    as_workbook(&statement, taxes, &headers).await
}
