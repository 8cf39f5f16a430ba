//! Crop cycles over HTTP.

use axum::{Json, extract::State};
use entity::{ids::CropCycleId, trace::crop_cycle};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    grow::{BeginCycle, EndCycle, begin_cycle, end_cycle},
    plot_api::PlotParams,
    read,
};
use crate::{
    app::App,
    catalogue::Selling,
    http::{
        body::{Body, Id, Params},
        idempotency::{Answer, Once, write_once},
        list::{List, PageParams},
        problem::Problem,
    },
};

/// What grows on a plot from when to when.
#[derive(Debug, Serialize, ToSchema)]
pub struct CycleWire {
    id: String,
    plot_id: String,
    product_id: Option<String>,
    crop: String,
    began_on: String,
    /// `null` while it goes on.
    ended_on: Option<String>,
    expected_yield_kg: Option<i64>,
}

impl From<crop_cycle::Model> for CycleWire {
    fn from(row: crop_cycle::Model) -> Self {
        Self {
            id: row.id.to_string(),
            plot_id: row.plot_id.to_string(),
            product_id: row.product_id.map(|id| id.to_string()),
            crop: row.crop,
            began_on: row.began_on.iso(),
            ended_on: row.ended_on.map(|day| day.iso()),
            expected_yield_kg: row.expected_yield_kg,
        }
    }
}

/// Crop cycles on the caller's plots, newest first.
#[utoipa::path(get, path = "/api/v1/crop-cycles", tag = "trace", params(PageParams, PlotParams),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = List<CycleWire>)))]
pub async fn list_cycles(
    State(app): State<App>,
    selling: Selling,
    Params(params): Params<PageParams>,
    Params(of): Params<PlotParams>,
) -> Result<Json<List<CycleWire>>, Problem> {
    let (paging, plot) = (params.paging()?, of.check()?);
    let rows = read::cycles(app.db().read(), selling.sellers(), plot, paging).await?;
    Ok(Json(List::page(
        rows,
        paging.limit,
        |row| row.id.to_string(),
        CycleWire::from,
    )))
}

/// One crop cycle of the caller's.
#[utoipa::path(get, path = "/api/v1/crop-cycles/{id}", tag = "trace", params(("id" = String, Path)),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = CycleWire)))]
pub async fn get_cycle(
    State(app): State<App>,
    selling: Selling,
    Id(id): Id<CropCycleId>,
) -> Result<Json<CycleWire>, Problem> {
    let row = read::cycle(app.db().read(), selling.sellers(), id).await?;
    row.map(|row| Json(row.into())).ok_or_else(Problem::not_found)
}

/// Something begins to grow on a plot. While it goes on, the diary and the harvests of the plot belong to it; a second one
/// before it has ended is 409.
#[utoipa::path(post, path = "/api/v1/crop-cycles", tag = "trace", request_body = BeginCycle,
    params(("Idempotency-Key" = Option<String>, Header)), security(("bearer" = []), ("session" = [])),
    responses((status = CREATED, body = CycleWire)))]
pub async fn create_cycle(
    State(app): State<App>,
    selling: Selling,
    once: Once,
    Body { value, digest }: Body<BeginCycle>,
) -> Result<Answer, Problem> {
    let new = value.check(app.today())?;
    write_once(&app, selling.actor(), once, &digest, {
        let selling = selling.clone();
        move |unit| {
            let (selling, new) = (selling.clone(), new.clone());
            Box::pin(async move {
                let made = begin_cycle(unit, &selling, new).await?;
                Answer::created(format!("/api/v1/crop-cycles/{}", made.id), &CycleWire::from(made))
            })
        }
    })
    .await
}

/// Ends a crop cycle; 409 when it has ended.
#[utoipa::path(post, path = "/api/v1/crop-cycles/{id}/end", tag = "trace", params(("id" = String, Path)),
    request_body = EndCycle, security(("bearer" = []), ("session" = [])),
    responses((status = OK, body = CycleWire)))]
pub async fn finish_cycle(
    State(app): State<App>,
    selling: Selling,
    Id(id): Id<CropCycleId>,
    Body { value, .. }: Body<EndCycle>,
) -> Result<Json<CycleWire>, Problem> {
    let ended_on = value.check(app.today())?;
    let row = app
        .write(selling.actor(), move |unit| {
            let selling = selling.clone();
            Box::pin(async move { end_cycle(unit, &selling, id, ended_on).await })
        })
        .await?;
    Ok(Json(row.into()))
}
