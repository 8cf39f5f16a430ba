//! What a demo alone answers to.

use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use super::clock::{self, AdvanceClock};
use crate::{
    app::App,
    http::{body::Body, problem::Problem},
};

/// What the exchange's clock shows now.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClockWire {
    /// RFC 3339.
    now: String,
}

/// Moves the demo's clock forward by the calendar; it stays moved when the program starts again.
#[utoipa::path(post, path = "/demo/clock", tag = "demo", request_body = AdvanceClock, responses((status = OK, body = ClockWire)))]
pub async fn advance_clock(
    State(app): State<App>,
    Body { value, .. }: Body<AdvanceClock>,
) -> Result<Json<ClockWire>, Problem> {
    let now = clock::advance(&app, &value).await?;
    Ok(Json(ClockWire { now: now.rfc3339() }))
}
