//! Plots, diary and batches over HTTP.

use axum::{
    Json,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use entity::{
    ids::{BatchId, DiaryEntryId, PlotId},
    trace::{batch_hold, diary_entry, plot},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    TraceError,
    events::batch_uri,
    read::{self, BatchView},
    record_diary::{RecordDiary, record_diary},
    register_batch::{RegisterBatch, register_batch},
    register_plot::{RegisterPlot, register_plot},
};
use crate::{
    app::App,
    catalogue::{Selling, sellers_of},
    http::{
        body::{Body, Id, Maybe, Params},
        idempotency::{Answer, Once, write_once},
        input::{Field, Wrong},
        language::Message,
        list::{List, PageParams},
        problem::Problem,
    },
    identity::{IdentityError, SignedIn},
    media::qr::Qr,
};

/// A quantity: a decimal number as text, and a unit's code.
#[derive(Debug, Serialize, ToSchema)]
pub struct QuantityWire {
    #[schema(example = "1.5")]
    value: String,
    #[schema(example = "kg")]
    unit: &'static str,
}

impl From<entity::Quantity> for QuantityWire {
    fn from(quantity: entity::Quantity) -> Self {
        Self {
            value: quantity.amount.to_string(),
            unit: quantity.unit.code(),
        }
    }
}

/// A plot.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlotWire {
    id: String,
    seller_id: String,
    name: String,
    commune_code: String,
    area_m2: i64,
    growing_area_code: Option<String>,
}

impl From<plot::Model> for PlotWire {
    fn from(row: plot::Model) -> Self {
        Self {
            id: row.id.to_string(),
            seller_id: row.seller_id.to_string(),
            name: row.name,
            commune_code: row.commune_code.to_string(),
            area_m2: row.area_m2,
            growing_area_code: row.growing_area_code,
        }
    }
}

/// The caller's plots.
#[utoipa::path(get, path = "/api/v1/plots", tag = "trace", params(PageParams), security(("bearer" = []), ("session" = [])),
    responses((status = OK, body = List<PlotWire>)))]
pub async fn list_plots(
    State(app): State<App>,
    selling: Selling,
    Params(params): Params<PageParams>,
) -> Result<Json<List<PlotWire>>, Problem> {
    let paging = params.paging()?;
    let rows = read::plots(app.db().read(), selling.sellers(), paging).await?;
    Ok(Json(List::page(
        rows,
        paging.limit,
        |row| row.id.to_string(),
        PlotWire::from,
    )))
}

/// One of the caller's plots.
#[utoipa::path(get, path = "/api/v1/plots/{id}", tag = "trace", params(("id" = String, Path)),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = PlotWire)))]
pub async fn get_plot(State(app): State<App>, selling: Selling, Id(id): Id<PlotId>) -> Result<Json<PlotWire>, Problem> {
    let row = read::plot(app.db().read(), selling.sellers(), id).await?;
    row.map(|row| Json(row.into())).ok_or_else(Problem::not_found)
}

/// Names a plot.
#[utoipa::path(post, path = "/api/v1/plots", tag = "trace", request_body = RegisterPlot,
    params(("Idempotency-Key" = Option<String>, Header)), security(("bearer" = []), ("session" = [])),
    responses((status = CREATED, body = PlotWire)))]
pub async fn create_plot(
    State(app): State<App>,
    selling: Selling,
    once: Once,
    Body { value, digest }: Body<RegisterPlot>,
) -> Result<Answer, Problem> {
    let new = value.check(&selling)?;
    write_once(&app, selling.actor(), once, &digest, move |unit| {
        let new = new.clone();
        Box::pin(async move {
            let made = register_plot(unit, new).await?;
            Answer::created(format!("/api/v1/plots/{}", made.id), &PlotWire::from(made))
        })
    })
    .await
}

/// A line of the diary.
#[derive(Debug, Serialize, ToSchema)]
pub struct DiaryWire {
    id: String,
    plot_id: Option<String>,
    batch_id: Option<String>,
    activity: &'static str,
    happened_at: String,
    recorded_at: String,
    note: String,
    input_name: Option<String>,
    interval_days: Option<i32>,
    /// The `eventID` of the EPCIS event that tells the same.
    event_id: String,
}

impl From<diary_entry::Model> for DiaryWire {
    fn from(row: diary_entry::Model) -> Self {
        Self {
            id: row.id.to_string(),
            plot_id: row.plot_id.map(|id| id.to_string()),
            batch_id: row.batch_id.map(|id| id.to_string()),
            activity: row.activity.code(),
            happened_at: row.happened_at.rfc3339(),
            recorded_at: row.recorded_at.rfc3339(),
            note: row.note,
            input_name: row.input_name,
            interval_days: row.interval_days,
            event_id: super::events::name(row.event_id),
        }
    }
}

/// The caller's diary, newest line first.
#[utoipa::path(get, path = "/api/v1/diary", tag = "trace", params(PageParams), security(("bearer" = []), ("session" = [])),
    responses((status = OK, body = List<DiaryWire>)))]
pub async fn list_diary(
    State(app): State<App>,
    selling: Selling,
    Params(params): Params<PageParams>,
) -> Result<Json<List<DiaryWire>>, Problem> {
    let paging = params.paging()?;
    let rows = read::diary(app.db().read(), selling.sellers(), paging).await?;
    Ok(Json(List::page(
        rows,
        paging.limit,
        |row| row.id.to_string(),
        DiaryWire::from,
    )))
}

/// One line of the caller's diary.
#[utoipa::path(get, path = "/api/v1/diary/{id}", tag = "trace", params(("id" = String, Path)),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = DiaryWire)))]
pub async fn get_diary(
    State(app): State<App>,
    selling: Selling,
    Id(id): Id<DiaryEntryId>,
) -> Result<Json<DiaryWire>, Problem> {
    let row = read::diary_line(app.db().read(), selling.sellers(), id).await?;
    row.map(|row| Json(row.into())).ok_or_else(Problem::not_found)
}

/// One line, or several written without signal.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum DiaryBody {
    Many(Vec<RecordDiary>),
    One(RecordDiary),
}

/// What was recorded: one line for one, `items` in the order sent for several.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum DiaryAnswer {
    One(DiaryWire),
    Many { items: Vec<DiaryWire> },
}

/// Lines one request may carry.
const MOST_LINES: usize = 200;

/// Records what was done on a plot or with a batch: one line, or an array of lines written offline. All are recorded, or
/// none; a line whose `id` is known already is not recorded again.
#[utoipa::path(post, path = "/api/v1/diary", tag = "trace", request_body = DiaryBody,
    params(("Idempotency-Key" = Option<String>, Header)), security(("bearer" = []), ("session" = [])),
    responses((status = CREATED, body = DiaryAnswer)))]
pub async fn create_diary(
    State(app): State<App>,
    selling: Selling,
    once: Once,
    Body { value, digest }: Body<DiaryBody>,
) -> Result<Answer, Problem> {
    let now = app.now();
    let (several, lines) = match &value {
        DiaryBody::One(line) => (false, vec![line.check("", now)]),
        DiaryBody::Many(lines) if lines.is_empty() => return Err(Wrong::one("", "wrong-required").into()),
        DiaryBody::Many(lines) if lines.len() > MOST_LINES => {
            return Err(Wrong::one("", Message::new("wrong-too-many").with("max", MOST_LINES)).into());
        }
        DiaryBody::Many(lines) => (
            true,
            lines
                .iter()
                .enumerate()
                .map(|(place, line)| line.check(&format!("/{place}"), now))
                .collect(),
        ),
    };
    let mut wrong = Wrong::default();
    let mut new = Vec::new();
    for line in lines {
        match line {
            Ok(line) => new.push(line),
            Err(more) => wrong.0.extend(more.0),
        }
    }
    wrong.result()?;
    let resolver = app.resolver_url().to_owned();
    write_once(&app, selling.actor(), once, &digest, {
        let selling = selling.clone();
        move |unit| {
            let (selling, new, resolver) = (selling.clone(), new.clone(), resolver.clone());
            Box::pin(async move {
                let mut items = Vec::new();
                for line in new {
                    items.push(DiaryWire::from(record_diary(unit, &resolver, &selling, line).await?));
                }
                if several {
                    return Answer::created("/api/v1/diary".to_owned(), &DiaryAnswer::Many { items });
                }
                let item = items.pop().ok_or(TraceError::NoSuchThing)?;
                Answer::created(format!("/api/v1/diary/{}", item.id), &DiaryAnswer::One(item))
            })
        }
    })
    .await
}

/// Why a batch may not be sold.
#[derive(Debug, Serialize, ToSchema)]
pub struct HoldWire {
    /// `pre_harvest_interval` or `mass_balance`.
    reason: &'static str,
    /// The first day on which the harvest would have been in time.
    until: Option<String>,
    detail: String,
}

impl From<&batch_hold::Model> for HoldWire {
    fn from(row: &batch_hold::Model) -> Self {
        Self {
            reason: row.reason.code(),
            until: row.until.map(|day| day.iso()),
            detail: row.detail.clone(),
        }
    }
}

/// A batch.
#[derive(Debug, Serialize, ToSchema)]
pub struct BatchWire {
    id: String,
    product_id: String,
    seller_id: String,
    gtin: String,
    lot: String,
    quantity: QuantityWire,
    harvested_on: String,
    packed_on: Option<String>,
    expires_on: Option<String>,
    plot_ids: Vec<String>,
    /// What its stickers carry: a GS1 Digital Link.
    digital_link: String,
    /// The same for small labels.
    short_link: String,
    /// While there are any, it is kept from sale.
    holds: Vec<HoldWire>,
    recorded_at: String,
}

impl BatchWire {
    fn new(resolver: &str, view: &BatchView) -> Self {
        let batch = &view.batch;
        Self {
            id: batch.id.to_string(),
            product_id: batch.product_id.to_string(),
            seller_id: batch.seller_id.to_string(),
            gtin: batch.gtin.to_string(),
            lot: batch.lot.to_string(),
            quantity: entity::Quantity::new(batch.quantity, batch.unit).into(),
            harvested_on: batch.harvested_on.iso(),
            packed_on: batch.packed_on.map(|day| day.iso()),
            expires_on: batch.expires_on.map(|day| day.iso()),
            plot_ids: view.plots.iter().map(ToString::to_string).collect(),
            digital_link: batch_uri(resolver, &batch.gtin, &batch.lot),
            short_link: format!("{resolver}/t/{}", batch.short_code),
            holds: view.holds.iter().map(HoldWire::from).collect(),
            recorded_at: batch.recorded_at.rfc3339(),
        }
    }
}

/// Batches, newest first.
#[utoipa::path(get, path = "/api/v1/batches", tag = "trace", params(PageParams),
    security((), ("bearer" = []), ("session" = [])), responses((status = OK, body = List<BatchWire>)))]
pub async fn list_batches(
    State(app): State<App>,
    Maybe(caller): Maybe<SignedIn>,
    Params(params): Params<PageParams>,
) -> Result<Json<List<BatchWire>>, Problem> {
    let paging = params.paging()?;
    let own = match (params.only_mine(), caller) {
        (false, _) => None,
        (true, Some(caller)) => Some(sellers_of(&app, caller.person()).await?),
        (true, None) => return Err(IdentityError::NotSignedIn.into()),
    };
    let rows = read::batches(app.db().read(), own.as_deref(), paging).await?;
    let wire = |view: BatchView| BatchWire::new(app.resolver_url(), &view);
    Ok(Json(List::page(
        rows,
        paging.limit,
        |view| view.batch.id.to_string(),
        wire,
    )))
}

/// One batch.
#[utoipa::path(get, path = "/api/v1/batches/{id}", tag = "trace", params(("id" = String, Path)),
    responses((status = OK, body = BatchWire)))]
pub async fn get_batch(State(app): State<App>, Id(id): Id<BatchId>) -> Result<Json<BatchWire>, Problem> {
    let view = read::batch(app.db().read(), id).await?.ok_or_else(Problem::not_found)?;
    Ok(Json(BatchWire::new(app.resolver_url(), &view)))
}

/// Registers a batch. A harvest inside a pre-harvest interval or beyond what can be is recorded all the same; `holds` then
/// says why it may not be sold yet.
#[utoipa::path(post, path = "/api/v1/batches", tag = "trace", request_body = RegisterBatch,
    params(("Idempotency-Key" = Option<String>, Header)), security(("bearer" = []), ("session" = [])),
    responses((status = CREATED, body = BatchWire)))]
pub async fn create_batch(
    State(app): State<App>,
    selling: Selling,
    once: Once,
    Body { value, digest }: Body<RegisterBatch>,
) -> Result<Answer, Problem> {
    let new = value.check(app.today())?;
    let resolver = app.resolver_url().to_owned();
    write_once(&app, selling.actor(), once, &digest, {
        let selling = selling.clone();
        move |unit| {
            let (selling, new, resolver) = (selling.clone(), new.clone(), resolver.clone());
            Box::pin(async move {
                let plots = new.plots().to_vec();
                let made = register_batch(unit, &resolver, &selling, new).await?;
                let view = BatchView {
                    batch: made.batch,
                    plots,
                    holds: made.holds,
                };
                Answer::created(
                    format!("/api/v1/batches/{}", view.batch.id),
                    &BatchWire::new(&resolver, &view),
                )
            })
        }
    })
    .await
}

/// The batch's QR code as SVG.
#[utoipa::path(get, path = "/api/v1/batches/{id}/qr.svg", tag = "trace", params(("id" = String, Path)),
    responses((status = OK, body = String, content_type = "image/svg+xml")))]
pub async fn qr_svg(State(app): State<App>, Id(id): Id<BatchId>) -> Result<Response, Problem> {
    let code = code(&app, id).await?;
    Ok(([(header::CONTENT_TYPE, "image/svg+xml")], code.svg()).into_response())
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PngParams {
    /// Pixels of a side, 64 to 2048; 512 by default.
    #[param(value_type = Option<u32>, minimum = 64, maximum = 2048)]
    size: Field<String>,
}

/// The batch's QR code as PNG.
#[utoipa::path(get, path = "/api/v1/batches/{id}/qr.png", tag = "trace", params(("id" = String, Path), PngParams),
    responses((status = OK, body = Vec<u8>, content_type = "image/png")))]
pub async fn qr_png(
    State(app): State<App>,
    Id(id): Id<BatchId>,
    Params(params): Params<PngParams>,
) -> Result<Response, Problem> {
    let mut wrong = Wrong::default();
    let size = wrong.count("?size", &params.size, 64..=2048, 512);
    crate::checked!(wrong; size);
    let code = code(&app, id).await?;
    let png = code.png(u32::try_from(size).unwrap_or(512)).map_err(TraceError::from)?;
    Ok(([(header::CONTENT_TYPE, "image/png")], png).into_response())
}

async fn code(app: &App, id: BatchId) -> Result<Qr, Problem> {
    let view = read::batch(app.db().read(), id).await?.ok_or_else(Problem::not_found)?;
    let uri = batch_uri(app.resolver_url(), &view.batch.gtin, &view.batch.lot);
    Ok(Qr::of(&uri).map_err(TraceError::from)?)
}
