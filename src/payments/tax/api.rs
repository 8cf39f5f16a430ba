//! Withheld tax and the threshold of the law over HTTP.

use axum::{Json, extract::State, http::HeaderMap, response::Response};
use entity::{Timestamp, ids::SellerId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    read::{Return, Sums, tax_return},
    remit,
    threshold::{self, Standing},
    workbook::table,
};
use crate::{
    app::App,
    checked,
    http::{
        body::{Id, Params},
        input::{Field, Wrong},
        language::Language,
        list::{List, PageParams},
        problem::Problem,
    },
    identity::Administrator,
    payments::{
        access::{Party, known},
        commission::api::PartyWire,
        month::Month,
        sheet::{XLSX, saved, workbook_of},
    },
};

/// What was withheld in a month.
#[derive(Debug, Serialize, ToSchema)]
pub struct TaxReturnWire {
    /// `2026-11`, in Vietnam's time.
    month: String,
    items: Vec<TaxLineWire>,
    totals: TaxSumsWire,
    /// When an administrator said that it went to the state.
    remitted_at: Option<String>,
}

/// A seller's line.
#[derive(Debug, Serialize, ToSchema)]
pub struct TaxLineWire {
    seller: TaxSellerWire,
    #[serde(flatten)]
    sums: TaxSumsWire,
}

/// From whom it was withheld.
#[derive(Debug, Serialize, ToSchema)]
pub struct TaxSellerWire {
    id: String,
    name: String,
    kind: &'static str,
    tax_code: Option<String>,
}

/// Sums in đồng, all above zero but `due`.
#[derive(Debug, Serialize, ToSchema)]
pub struct TaxSumsWire {
    revenue_goods: i64,
    /// Services, and what nobody knows the kind of.
    revenue_services: i64,
    revenue_transport: i64,
    vat: i64,
    pit: i64,
    /// What came back of sales, of this month's or earlier ones.
    cancelled: i64,
    vat_offset: i64,
    pit_offset: i64,
    /// Both taxes less their offsets; below zero it is carried into the next month.
    due: i64,
}

impl From<&Sums> for TaxSumsWire {
    fn from(sums: &Sums) -> Self {
        Self {
            revenue_goods: sums.goods,
            revenue_services: sums.services,
            revenue_transport: sums.transport,
            vat: sums.vat,
            pit: sums.pit,
            cancelled: sums.cancelled,
            vat_offset: sums.vat_offset,
            pit_offset: sums.pit_offset,
            due: sums.due(),
        }
    }
}

impl From<&Return> for TaxReturnWire {
    fn from(told: &Return) -> Self {
        Self {
            month: told.month.to_string(),
            items: told
                .sellers
                .iter()
                .map(|(seller, sums)| TaxLineWire {
                    seller: TaxSellerWire {
                        id: seller.id.to_string(),
                        name: seller.name.clone(),
                        kind: seller.kind.code(),
                        tax_code: seller.tax_code.clone(),
                    },
                    sums: sums.into(),
                })
                .collect(),
            totals: (&told.totals).into(),
            remitted_at: told.remitted.as_ref().map(|row| Timestamp::rfc3339(row.at)),
        }
    }
}

async fn of(app: &App, party: &Party, month: &str) -> Result<Return, Problem> {
    let month = month.parse::<Month>().map_err(|_| Problem::not_found())?;
    if !party.sees_all() {
        return Err(Problem::not_found());
    }
    Ok(tax_return(app.db().read(), month).await?)
}

/// What was withheld in a month, seller by seller, as the exchange declares it; for officers and administrators.
#[utoipa::path(get, path = "/api/v1/tax-returns/{month}", tag = "payments", params(("month" = String, Path)),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = TaxReturnWire)))]
pub async fn get_tax_return(
    State(app): State<App>,
    party: Party,
    Id(month): Id<String>,
) -> Result<Json<TaxReturnWire>, Problem> {
    Ok(Json((&of(&app, &party, &month).await?).into()))
}

/// The same as a workbook, with the columns of the declaration.
#[utoipa::path(get, path = "/api/v1/tax-returns/{month}/file.xlsx", tag = "payments", params(("month" = String, Path)),
    security(("bearer" = []), ("session" = [])),
    responses((status = OK, body = Vec<u8>, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))]
pub async fn get_tax_return_xlsx(
    State(app): State<App>,
    party: Party,
    headers: HeaderMap,
    Id(month): Id<String>,
) -> Result<Response, Problem> {
    let told = of(&app, &party, &month).await?;
    let table = table(&told, Language::of_api(&headers));
    let name = format!("to-khai-khau-tru-{}.xlsx", told.month);
    Ok(saved(XLSX, &name, workbook_of(vec![table]).await?))
}

/// What was withheld in a month that is over has gone to the state: said once.
#[utoipa::path(post, path = "/api/v1/tax-returns/{month}/remitted", tag = "payments", params(("month" = String, Path)),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = TaxReturnWire)))]
pub async fn remit_tax(
    State(app): State<App>,
    administrator: Administrator,
    Id(month): Id<String>,
) -> Result<Json<TaxReturnWire>, Problem> {
    let month = month.parse::<Month>().map_err(|_| Problem::not_found())?;
    app.write(administrator.actor(), move |unit| {
        Box::pin(async move { remit(unit, month).await })
    })
    .await?;
    Ok(Json((&tax_return(app.db().read(), month).await?).into()))
}

/// A seller's revenue of a year against the threshold of the law.
#[derive(Debug, Serialize, ToSchema)]
pub struct RevenueWire {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    seller: Option<PartyWire>,
    year: i16,
    /// What was earned on this exchange, less what came back, in đồng.
    revenue: i64,
    /// đồng a year.
    threshold: i64,
    /// The revenue as a share of the threshold, in basis points.
    share_bp: i64,
    /// `below`, `near` (from 80 %) or `over`.
    state: &'static str,
    /// Whether a sale needs an e-invoice's data: a household at or above the threshold.
    e_invoice: bool,
    /// The day from which this threshold holds, and where it is written.
    from: &'static str,
    source: &'static str,
}

fn revenue_wire(
    app: &App,
    year: i16,
    revenue: i64,
    seller: &entity::catalogue::seller::Model,
    named: bool,
) -> RevenueWire {
    let line = threshold::on(app.today());
    let standing = line.standing(revenue);
    RevenueWire {
        seller: named.then(|| PartyWire {
            id: seller.id.to_string(),
            name: seller.name.clone(),
        }),
        year,
        revenue,
        threshold: line.amount().0,
        share_bp: line.share_bp(revenue),
        state: standing.code(),
        e_invoice: threshold::needs_invoice(seller.kind, standing),
        from: &line.from,
        source: &line.source,
    }
}

/// Which year.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct YearParam {
    /// `2026`; by default the year it is in Vietnam.
    #[param(value_type = Option<String>)]
    year: Field<String>,
}

impl YearParam {
    fn year(&self, wrong: &mut Wrong, app: &App) -> Option<i16> {
        let this = app.today().0.year();
        let year = wrong.count("?year", &self.year, 2020..=2200, usize::try_from(this).unwrap_or(2026))?;
        i16::try_from(year).ok()
    }
}

/// A seller's revenue of a year against the threshold of the law, for its owners, officers and administrators.
#[utoipa::path(get, path = "/api/v1/sellers/{id}/revenue", tag = "payments", params(("id" = String, Path), YearParam),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = RevenueWire)))]
pub async fn get_revenue(
    State(app): State<App>,
    party: Party,
    Id(id): Id<SellerId>,
    Params(params): Params<YearParam>,
) -> Result<Json<RevenueWire>, Problem> {
    party.must_see(id)?;
    let db = app.db().read();
    let seller = known(db, id).await?;
    let mut wrong = Wrong::default();
    let year = params.year(&mut wrong, &app);
    checked!(wrong; year);
    let revenue = threshold::revenue(db, id, year).await?;
    Ok(Json(revenue_wire(&app, year, revenue, &seller, false)))
}

/// Which sellers.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RevenueParams {
    /// Only those who are `near` or `over`.
    #[param(value_type = Option<String>)]
    state: Field<String>,
}

/// The revenue of every seller who earned something in a year, by their ids; for officers and administrators.
#[utoipa::path(get, path = "/api/v1/revenues", tag = "payments", params(PageParams, YearParam, RevenueParams),
    security(("bearer" = []), ("session" = [])),
    responses((status = OK, body = List<RevenueWire>),
        (status = NOT_FOUND, description = "For who is in no office.", body = crate::http::problem::ProblemDetails)))]
pub async fn list_revenues(
    State(app): State<App>,
    party: Party,
    Params(page): Params<PageParams>,
    Params(params): Params<YearParam>,
    Params(filter): Params<RevenueParams>,
) -> Result<Json<List<RevenueWire>>, Problem> {
    if !party.sees_all() {
        return Err(Problem::not_found());
    }
    let paging = page.paging()?;
    let mut wrong = Wrong::default();
    let year = params.year(&mut wrong, &app);
    let state = wrong.optional("?state", &filter.state, |wrong, pointer, field| {
        let code = wrong.required(pointer, field)?;
        let state = [Standing::Near, Standing::Over]
            .into_iter()
            .find(|state| state.code() == code);
        if state.is_none() {
            wrong.note(pointer, "wrong-revenue-state");
        }
        state
    });
    checked!(wrong; year, state);
    let line = threshold::on(app.today());
    let mut rows = threshold::revenues(app.db().read(), year).await?;
    rows.retain(|(seller, revenue)| {
        state.is_none_or(|state| line.standing(*revenue) == state)
            && paging.after.is_none_or(|after| seller.id.0 > after)
    });
    rows.truncate(usize::try_from(paging.limit + 1).unwrap_or(usize::MAX));
    Ok(Json(List::page(
        rows,
        paging.limit,
        |(seller, _)| seller.id.to_string(),
        |(seller, revenue)| revenue_wire(&app, year, revenue, &seller, true),
    )))
}
