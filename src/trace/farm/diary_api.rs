//! The farm diary over HTTP.

use axum::{Json, extract::State};
use entity::{ids::DiaryEntryId, trace::diary_entry::Activity};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    plot_api::PlotParams,
    read::{self, LineView, Wanted},
    record_diary::{RecordDiary, record_diary},
};
use crate::{
    app::App,
    catalogue::Selling,
    http::{
        body::{Body, Id, Params},
        idempotency::{Answer, Once, write_once},
        input::{Field, Wrong},
        language::Message,
        list::{List, PageParams},
        problem::Problem,
    },
    trace::{QuantityWire, TraceError, events},
};

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
    /// How much: of the input, or of the harvest.
    quantity: Option<QuantityWire>,
    /// What grew on the plot on that day.
    cycle_id: Option<String>,
    /// The line that this one is to be read instead of.
    correction_of: Option<String>,
    /// The line that is to be read instead of this one.
    corrected_by: Option<String>,
    /// It was written down more than a week after it happened.
    late: bool,
    /// The `eventID` of the EPCIS event that tells the same.
    event_id: String,
}

impl From<LineView> for DiaryWire {
    fn from(view: LineView) -> Self {
        let late = view.is_late();
        let row = view.line;
        let quantity = row.quantity.zip(row.unit);
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
            quantity: quantity.map(|(amount, unit)| entity::Quantity::new(amount, unit).into()),
            cycle_id: row.cycle_id.map(|id| id.to_string()),
            correction_of: row.correction_of.map(|id| id.to_string()),
            corrected_by: view.corrected_by.map(|id| id.to_string()),
            late,
            event_id: events::name(row.event_id),
        }
    }
}

/// Which lines.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct LineParams {
    /// Only of this plot.
    #[param(value_type = Option<String>)]
    pub plot: Field<String>,
    /// Only of this activity, such as `spraying`.
    #[param(value_type = Option<String>)]
    pub activity: Field<String>,
}

impl LineParams {
    fn check(&self) -> Result<Wanted, Wrong> {
        let plot = PlotParams {
            plot: self.plot.clone(),
        };
        let activity = match self.activity.given().filter(|text| !text.is_empty()) {
            None => None,
            Some(code) => Some(Activity::from_code(code).ok_or_else(|| Wrong::one("?activity", "wrong-activity"))?),
        };
        Ok(Wanted {
            plot: plot.check()?,
            activity,
        })
    }
}

/// The caller's diary, newest line first.
#[utoipa::path(get, path = "/api/v1/diary", tag = "trace", params(PageParams, LineParams),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = List<DiaryWire>)))]
pub async fn list_diary(
    State(app): State<App>,
    selling: Selling,
    Params(params): Params<PageParams>,
    Params(of): Params<LineParams>,
) -> Result<Json<List<DiaryWire>>, Problem> {
    let (paging, wanted) = (params.paging()?, of.check()?);
    let rows = read::diary(app.db().read(), selling.sellers(), &wanted, paging).await?;
    Ok(Json(List::page(
        rows,
        paging.limit,
        |view| view.line.id.to_string(),
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
    One(Box<RecordDiary>),
}

/// What was recorded: one line for one, `items` in the order sent for several.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum DiaryAnswer {
    One(Box<DiaryWire>),
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
                let mut lines = Vec::new();
                for line in new {
                    lines.push(record_diary(unit, &resolver, &selling, line).await?);
                }
                let lines = read::lines(&*unit, lines).await.map_err(TraceError::from)?;
                let mut items: Vec<DiaryWire> = lines.into_iter().map(DiaryWire::from).collect();
                if several {
                    return Answer::created("/api/v1/diary".to_owned(), &DiaryAnswer::Many { items });
                }
                let item = items.pop().ok_or(TraceError::NoSuchThing)?;
                Answer::created(format!("/api/v1/diary/{}", item.id), &DiaryAnswer::One(Box::new(item)))
            })
        }
    })
    .await
}
