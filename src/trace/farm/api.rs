//! Plots and the diary over HTTP.

use axum::{Json, extract::State};
use entity::{
    ids::{DiaryEntryId, PlotId},
    trace::{diary_entry, plot},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    read,
    record_diary::{RecordDiary, record_diary},
    register_plot::{RegisterPlot, register_plot},
};
use crate::{
    app::App,
    catalogue::Selling,
    http::{
        body::{Body, Id, Params},
        idempotency::{Answer, Once, write_once},
        input::Wrong,
        language::Message,
        list::{List, PageParams},
        problem::Problem,
    },
    trace::{TraceError, events},
};

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
            event_id: events::name(row.event_id),
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
