//! A batch's codes and stickers over HTTP.

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use entity::ids::BatchId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{TraceError, events::batch_uri, read};
use crate::{
    app::App,
    http::{
        body::{Id, Params},
        input::{Field, Wrong},
        problem::Problem,
    },
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
