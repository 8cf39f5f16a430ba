//! Plots over HTTP. Where exactly they lie is for their sellers and for officers.

use axum::{Json, extract::State};
use entity::{Day, ids::PlotId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::{
    cycle_api::CycleWire,
    edit_plot::{EditPlot, edit_plot},
    geometry::{Geometry, differs},
    interval::first_free_day,
    plant_protection::{self, Product},
    read::{self, PlotView},
    register_plot::{RegisterPlot, register_plot},
};
use crate::{
    app::App,
    catalogue::Selling,
    checked,
    http::{
        body::{Body, Id, Params, day},
        idempotency::{Answer, Once, write_once},
        input::{Field, Wrong},
        list::{List, PageParams},
        problem::Problem,
    },
    identity::Officer,
    trace::TraceError,
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
    /// Where exactly, as GeoJSON: its seller and officers alone are told.
    #[schema(value_type = Option<Object>)]
    geometry: Option<Value>,
    /// The area within the border, where there is one, in square metres.
    computed_area_m2: Option<i64>,
    /// The declared area and that within the border are more than 30 % apart.
    area_differs: bool,
    /// What grows there now.
    open_cycle: Option<CycleWire>,
}

impl From<PlotView> for PlotWire {
    fn from(view: PlotView) -> Self {
        let row = view.plot;
        let geometry = row.geometry.as_deref().and_then(Geometry::from_text);
        let computed = geometry.as_ref().and_then(Geometry::area_m2);
        Self {
            id: row.id.to_string(),
            seller_id: row.seller_id.to_string(),
            name: row.name,
            commune_code: row.commune_code.to_string(),
            area_m2: row.area_m2,
            growing_area_code: row.growing_area_code,
            geometry: geometry.map(|geometry| geometry.to_json()),
            computed_area_m2: computed,
            area_differs: computed.is_some_and(|computed| differs(row.area_m2, computed)),
            open_cycle: view.cycle.map(CycleWire::from),
        }
    }
}

/// Of which plot.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PlotParams {
    /// Only of this plot.
    #[param(value_type = Option<String>)]
    pub plot: Field<String>,
}

impl PlotParams {
    pub(super) fn check(&self) -> Result<Option<PlotId>, Wrong> {
        match self.plot.given().filter(|text| !text.is_empty()) {
            None => Ok(None),
            Some(text) => text
                .parse()
                .map(Some)
                .map_err(|_| Wrong::one("?plot", "wrong-no-such-plot")),
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
        |view| view.plot.id.to_string(),
        PlotWire::from,
    )))
}

/// One plot: the caller's own, or to an officer anybody's.
#[utoipa::path(get, path = "/api/v1/plots/{id}", tag = "trace", params(("id" = String, Path)),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = PlotWire)))]
pub async fn get_plot(
    State(app): State<App>,
    officer: Result<Officer, Problem>,
    selling: Result<Selling, Problem>,
    Id(id): Id<PlotId>,
) -> Result<Json<PlotWire>, Problem> {
    let db = app.db().read();
    let row = match officer {
        Ok(_) => read::plot(db, None, id).await?,
        Err(_) => read::plot(db, Some(selling?.sellers()), id).await?,
    };
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
            let plot = register_plot(unit, new).await?;
            let view = PlotView { plot, cycle: None };
            Answer::created(format!("/api/v1/plots/{}", view.plot.id), &PlotWire::from(view))
        })
    })
    .await
}

/// Changes what is said of a plot: its name, commune, area, growing-area code, or where exactly it lies.
#[utoipa::path(patch, path = "/api/v1/plots/{id}", tag = "trace", params(("id" = String, Path)), request_body = EditPlot,
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = PlotWire)))]
pub async fn update_plot(
    State(app): State<App>,
    selling: Selling,
    Id(id): Id<PlotId>,
    Body { value, .. }: Body<EditPlot>,
) -> Result<Json<PlotWire>, Problem> {
    let edit = value.check()?;
    let view = app
        .write(selling.actor(), move |unit| {
            let (selling, edit) = (selling.clone(), edit.clone());
            Box::pin(async move {
                edit_plot(unit, &selling, id, edit).await?;
                let view = read::plot(&*unit, Some(selling.sellers()), id).await?;
                view.ok_or(TraceError::NoSuchThing)
            })
        })
        .await?;
    Ok(Json(view.into()))
}

/// On which day.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct IntervalParams {
    /// The day of the harvest that is thought of, `2026-11-21`; when absent, today.
    #[param(value_type = Option<String>, format = Date)]
    pub on: Field<String>,
}

/// From when on a plot may be harvested.
#[derive(Debug, Serialize, ToSchema)]
pub struct IntervalWire {
    on: String,
    /// A harvest on that day would be in time.
    free: bool,
    /// The first day from `on` on that lies in no pre-harvest interval.
    free_on: String,
    /// The spraying that it waits for.
    because: Option<BecauseWire>,
}

/// A spraying that a harvest waits for.
#[derive(Debug, Serialize, ToSchema)]
pub struct BecauseWire {
    diary_id: String,
    product: String,
    sprayed_on: String,
    interval_days: i32,
}

/// The first day on which a plot may be harvested, and why not before.
#[utoipa::path(get, path = "/api/v1/plots/{id}/interval", tag = "trace", params(("id" = String, Path), IntervalParams),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = IntervalWire)))]
pub async fn interval(
    State(app): State<App>,
    selling: Selling,
    Id(id): Id<PlotId>,
    Params(params): Params<IntervalParams>,
) -> Result<Json<IntervalWire>, Problem> {
    let mut wrong = Wrong::default();
    let on = wrong.optional("?on", &params.on, day);
    checked!(wrong; on);
    let on: Day = on.unwrap_or(app.today());
    let db = app.db().read();
    read::plot(db, Some(selling.sellers()), id)
        .await?
        .ok_or_else(Problem::not_found)?;
    let sprayings = read::sprayings(db, &[id]).await?;
    let waits = first_free_day(on, &sprayings);
    Ok(Json(IntervalWire {
        on: on.iso(),
        free: waits.is_none(),
        free_on: waits.map_or(on, |(free_on, _)| free_on).iso(),
        because: waits.map(|(_, spraying)| BecauseWire {
            diary_id: spraying.entry.to_string(),
            product: spraying.product.clone(),
            sprayed_on: spraying.on.iso(),
            interval_days: spraying.interval_days,
        }),
    }))
}

/// A plant protection product and how long it keeps from harvest.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProductWire {
    /// The active ingredient.
    name: &'static str,
    /// On which crop.
    crop: &'static str,
    interval_days: i32,
    source: &'static str,
    /// When the source says so.
    as_of: &'static str,
}

impl From<&'static Product> for ProductWire {
    fn from(row: &'static Product) -> Self {
        Self {
            name: row.name,
            crop: row.crop.label(),
            interval_days: row.interval_days,
            source: row.source.title,
            as_of: row.source.as_of,
        }
    }
}

/// Plant protection products whose pre-harvest interval is known from a published source. They are a help in writing: what
/// the label of the bottle says goes before.
#[utoipa::path(get, path = "/api/v1/plant-protection", tag = "trace",
    responses((status = OK, body = List<ProductWire>)))]
pub async fn list_products() -> Json<List<ProductWire>> {
    let items: Vec<_> = plant_protection::PRODUCTS.iter().map(ProductWire::from).collect();
    Json(List {
        total: Some(items.len() as u64),
        items,
        next_cursor: None,
    })
}
