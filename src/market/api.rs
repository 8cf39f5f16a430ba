//! Markets, stalls and counter sales over HTTP.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use entity::{
    Dong,
    ids::{SaleId, StallId},
    payments::{account::Kind, payment::Confirmed},
};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    MarketError, StallKeeper,
    confirm_sale::confirm_sale as confirm,
    day::Sums,
    live, read,
    read::{Cursor, SaleView, StallFilter, StallView},
    ring_up::{RingUp, ring_up},
    set_money_account::set_money_account,
    stand::{self, Paper, Stand},
    wire::{DayWire, MarketWire, SaleWire, StallWire},
};
use crate::{
    app::App,
    checked,
    http::{
        body::{Body, Id, Maybe, Params, day as read_day},
        idempotency::{Answer, Once, write_once},
        input::{Field, Wrong},
        list::{List, PageParams, limit},
        problem::Problem,
    },
    identity::{IdentityError, SignedIn},
    media::print::in_turn,
    payments::{ChangeAccount, ledger},
};

/// Markets.
#[utoipa::path(get, path = "/api/v1/markets", tag = "market", params(PageParams),
    responses((status = OK, body = List<MarketWire>)))]
pub async fn list_markets(
    State(app): State<App>,
    Params(params): Params<PageParams>,
) -> Result<Json<List<MarketWire>>, Problem> {
    let paging = params.paging()?;
    let db = app.db().read();
    let rows = read::markets(db, paging).await?;
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let stalls = read::stall_counts(db, &ids).await?;
    Ok(Json(List::page(
        rows,
        paging.limit,
        |row| row.id.to_string(),
        |row| {
            let count = stalls.get(&row.id).copied().unwrap_or(0);
            MarketWire::new(row, count)
        },
    )))
}

/// One market, by its id or slug.
#[utoipa::path(get, path = "/api/v1/markets/{id}", tag = "market", params(("id" = String, Path)),
    responses((status = OK, body = MarketWire)))]
pub async fn get_market(State(app): State<App>, Id(id): Id<String>) -> Result<Json<MarketWire>, Problem> {
    let db = app.db().read();
    let row = read::market(db, &id).await?.ok_or_else(Problem::not_found)?;
    let stalls = read::stall_counts(db, &[row.id]).await?;
    let count = stalls.get(&row.id).copied().unwrap_or(0);
    Ok(Json(MarketWire::new(row, count)))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct StallParams {
    /// Items on a page, 1 to 100; 24 by default.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    limit: Field<String>,
    /// The `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    cursor: Field<String>,
    /// `1`: only the caller's own.
    #[param(value_type = Option<String>)]
    mine: Field<String>,
    /// Only those of the market with this id or slug.
    #[param(value_type = Option<String>)]
    market: Field<String>,
}

/// Stalls.
#[utoipa::path(get, path = "/api/v1/stalls", tag = "market", params(StallParams),
    security((), ("bearer" = []), ("session" = [])), responses((status = OK, body = List<StallWire>)))]
pub async fn list_stalls(
    State(app): State<App>,
    Maybe(caller): Maybe<SignedIn>,
    Params(params): Params<StallParams>,
) -> Result<Json<List<StallWire>>, Problem> {
    let pages = PageParams {
        limit: params.limit,
        cursor: params.cursor,
        mine: params.mine,
    };
    let paging = pages.paging()?;
    let reader = caller.as_ref().map(SignedIn::person);
    let mut filter = StallFilter::default();
    if pages.only_mine() {
        filter.keeper = Some(reader.ok_or(IdentityError::NotSignedIn)?);
    }
    let db = app.db().read();
    if let Some(name) = params.market.given().filter(|name| !name.is_empty()) {
        let market = read::market(db, name).await?;
        filter.market = Some(market.ok_or_else(|| Wrong::one("?market", "wrong-no-such-market"))?.id);
    }
    let rows = read::stalls(db, &filter, paging).await?;
    page_of(
        rows,
        paging.limit,
        |view| view.stall.id.to_string(),
        |view| StallWire::new(app.vault(), &view, reader),
    )
}

/// A page whose items may turn out unreadable.
fn page_of<R, T>(
    rows: Vec<R>,
    limit: u64,
    cursor: impl FnOnce(&R) -> String,
    item: impl FnMut(R) -> Result<T, MarketError>,
) -> Result<Json<List<T>>, Problem> {
    let page = List::page(rows, limit, cursor, item);
    Ok(Json(List {
        items: page.items.into_iter().collect::<Result<_, _>>()?,
        next_cursor: page.next_cursor,
        total: page.total,
    }))
}

/// One stall. Its keeper sees the whole account number.
#[utoipa::path(get, path = "/api/v1/stalls/{id}", tag = "market", params(("id" = String, Path)),
    security((), ("bearer" = []), ("session" = [])), responses((status = OK, body = StallWire)))]
pub async fn get_stall(
    State(app): State<App>,
    Maybe(caller): Maybe<SignedIn>,
    Id(id): Id<StallId>,
) -> Result<Json<StallWire>, Problem> {
    let view = read::stall(app.db().read(), id).await?.ok_or_else(Problem::not_found)?;
    let reader = caller.as_ref().map(SignedIn::person);
    Ok(Json(StallWire::new(app.vault(), &view, reader)?))
}

/// Names the account that the buyers of the caller's stall pay into. Another account than before closes the former.
#[utoipa::path(put, path = "/api/v1/stalls/{id}/money-account", tag = "market", params(("id" = String, Path)),
    request_body = ChangeAccount, security(("bearer" = []), ("session" = [])),
    responses((status = OK, body = StallWire)))]
pub async fn put_money_account(
    State(app): State<App>,
    keeper: StallKeeper,
    Body { value, .. }: Body<ChangeAccount>,
) -> Result<Json<StallWire>, Problem> {
    let new = value.check(Kind::Stall, None)?;
    let (stall, unlocking) = (keeper.stall().id, app.clone());
    let view = app
        .write(keeper.actor(), move |unit| {
            let (new, app) = (new.clone(), unlocking.clone());
            Box::pin(async move {
                set_money_account(unit, app.vault(), stall, new).await?;
                read::stall(&*unit, stall).await?.ok_or(MarketError::NoSuchThing)
            })
        })
        .await?;
    Ok(Json(StallWire::new(app.vault(), &view, Some(keeper.person()))?))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SalesParams {
    /// Items on a page, 1 to 100; 24 by default.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    limit: Field<String>,
    /// The `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    cursor: Field<String>,
}

/// Sales of the caller's stall, newest first.
#[utoipa::path(get, path = "/api/v1/stalls/{id}/sales", tag = "market", params(("id" = String, Path), SalesParams),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = List<SaleWire>)))]
pub async fn list_sales(
    State(app): State<App>,
    keeper: StallKeeper,
    Params(params): Params<SalesParams>,
) -> Result<Json<List<SaleWire>>, Problem> {
    let mut wrong = Wrong::default();
    let limit = limit(&mut wrong, &params.limit);
    let after = wrong.optional("?cursor", &params.cursor, |w, p, f| {
        w.code::<Cursor>(p, f, "wrong-cursor")
    });
    checked!(wrong; after);
    let rows = read::sales(app.db().read(), keeper.stall().id, after, limit).await?;
    page_of(
        rows,
        limit,
        |view| Cursor::of(&view.sale).to_string(),
        |view| SaleWire::new(app.vault(), view),
    )
}

/// Rings up a sale at the caller's stall and asks for its money. A draft that comes again under its `id` is not recorded
/// again.
#[utoipa::path(post, path = "/api/v1/stalls/{id}/sales", tag = "market", params(("id" = String, Path),
    ("Idempotency-Key" = Option<String>, Header)), request_body = RingUp, security(("bearer" = []), ("session" = [])),
    responses((status = CREATED, body = SaleWire)))]
pub async fn create_sale(
    State(app): State<App>,
    keeper: StallKeeper,
    once: Once,
    Body { value, digest }: Body<RingUp>,
) -> Result<Answer, Problem> {
    let new = value.check(app.now())?;
    let (stall, unlocking) = (keeper.stall().id, app.clone());
    write_once(&app, keeper.actor(), once, &digest, move |unit| {
        let (new, app) = (new.clone(), unlocking.clone());
        Box::pin(async move {
            let sale = ring_up(unit, stall, new).await?;
            let view = read::sale(&*unit, stall, sale.id)
                .await?
                .ok_or(MarketError::NoSuchThing)?;
            Answer::created(
                format!("/api/v1/stalls/{stall}/sales/{}", sale.id),
                &SaleWire::new(app.vault(), view)?,
            )
        })
    })
    .await
}

/// One sale of the caller's stall.
#[utoipa::path(get, path = "/api/v1/stalls/{id}/sales/{sale_id}", tag = "market",
    params(("id" = String, Path), ("sale_id" = String, Path)),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = SaleWire)))]
pub async fn get_sale(
    State(app): State<App>,
    keeper: StallKeeper,
    Id(id): Id<SaleId>,
) -> Result<Json<SaleWire>, Problem> {
    let view = read::sale(app.db().read(), keeper.stall().id, id)
        .await?
        .ok_or_else(Problem::not_found)?;
    Ok(Json(SaleWire::new(app.vault(), view)?))
}

/// Confirms by hand that the money of a sale came, where the account's bank sends no notices. Twice is once.
#[utoipa::path(post, path = "/api/v1/stalls/{id}/sales/{sale_id}/confirm", tag = "market",
    params(("id" = String, Path), ("sale_id" = String, Path)),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = SaleWire)))]
pub async fn confirm_sale(
    State(app): State<App>,
    keeper: StallKeeper,
    Id(id): Id<SaleId>,
) -> Result<Json<SaleWire>, Problem> {
    let stall = keeper.stall().id;
    let view = app
        .write(keeper.actor(), move |unit| {
            Box::pin(async move {
                confirm(unit, stall, id).await?;
                read::sale(&*unit, stall, id).await?.ok_or(MarketError::NoSuchThing)
            })
        })
        .await?;
    Ok(Json(SaleWire::new(app.vault(), view)?))
}

/// The changes of the caller's stall's sales as they happen: server-sent events. The first is `ready`; each other one has
/// no name and holds a `SaleMoved`. `Last-Event-ID` brings what was missed, up to a day of it.
#[utoipa::path(get, path = "/api/v1/stalls/{id}/events", tag = "market", params(("id" = String, Path),
    ("Last-Event-ID" = Option<String>, Header)), security(("bearer" = []), ("session" = [])),
    responses((status = OK, body = live::SaleMoved, content_type = "text/event-stream")))]
pub async fn events(State(app): State<App>, keeper: StallKeeper, headers: HeaderMap) -> Result<Response, Problem> {
    Ok(live::listen(app, keeper.stall().id, &headers).await?.into_response())
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DayParams {
    /// A day in Vietnam, `2026-11-21`; today by default.
    #[param(value_type = Option<String>, format = Date)]
    date: Field<String>,
}

/// A day of the caller's stall: what was sold, what banks told of, what is the keeper's word, what is still waited for.
#[utoipa::path(get, path = "/api/v1/stalls/{id}/day", tag = "market", params(("id" = String, Path), DayParams),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = DayWire)))]
pub async fn day(
    State(app): State<App>,
    keeper: StallKeeper,
    Params(params): Params<DayParams>,
) -> Result<Json<DayWire>, Problem> {
    let mut wrong = Wrong::default();
    let date = wrong.optional("?date", &params.date, read_day);
    checked!(wrong; date);
    let (db, date) = (app.db().read(), date.unwrap_or(app.today()));
    let views = read::sales_of_day(db, keeper.stall().id, date).await?;
    let mut sums = Sums::default();
    for view in &views {
        let by_hand = match view.payment.confirmed {
            // Part of it may have been told by a bank all the same: the ledger knows.
            Some(Confirmed::Hand) => ledger::by_hand(db, view.payment.id).await?,
            Some(Confirmed::Bank) | None => Dong::ZERO,
        };
        sums = sums
            .with(&view.payment, by_hand)
            .ok_or_else(|| sea_orm::DbErr::Custom("a day's sums are out of bounds".to_owned()))?;
    }
    let items = views
        .into_iter()
        .map(|view: SaleView| SaleWire::new(app.vault(), view))
        .collect::<Result<_, _>>()?;
    Ok(Json(DayWire::new(date, sums, items)))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct StandParams {
    /// `a5` (the default) or `a6`.
    #[param(value_type = Option<String>)]
    size: Field<String>,
}

/// The stand of the caller's stall, ready to print: the code for its account and the name that must appear.
#[utoipa::path(get, path = "/api/v1/stalls/{id}/stand.pdf", tag = "market", params(("id" = String, Path), StandParams),
    security(("bearer" = []), ("session" = [])),
    responses((status = OK, body = Vec<u8>, content_type = "application/pdf"),
        (status = CONFLICT, description = "The stall has no account to be paid into.",
            body = crate::http::problem::ProblemDetails, content_type = "application/problem+json")))]
pub async fn stand_pdf(
    State(app): State<App>,
    keeper: StallKeeper,
    Params(params): Params<StandParams>,
) -> Result<Response, Problem> {
    let mut wrong = Wrong::default();
    let paper = wrong.optional("?size", &params.size, |w, p, f| {
        w.code::<Paper>(p, f, "wrong-stand-size")
    });
    checked!(wrong; paper);
    let view: StallView = read::stall(app.db().read(), keeper.stall().id)
        .await?
        .ok_or_else(Problem::not_found)?;
    let stand = Stand::of(app.vault(), &view)?.ok_or(MarketError::NoMoneyAccount)?;
    let name = format!("inline; filename=\"qr-{}.pdf\"", stand.memo);
    let pdf = in_turn(move || stand::sheet(paper.unwrap_or(Paper::A5), &stand))
        .await
        .map_err(MarketError::from)??;
    Ok((
        [
            (header::CONTENT_TYPE, "application/pdf".to_owned()),
            (header::CONTENT_DISPOSITION, name),
        ],
        pdf,
    )
        .into_response())
}
