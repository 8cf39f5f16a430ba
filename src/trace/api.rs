//! A batch's codes and stickers over HTTP.

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use entity::ids::BatchId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{TraceError, events::batch_uri, labels::Template, print::print, read};
use crate::{
    app::App,
    catalogue::Selling,
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

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct LabelParams {
    /// `a4-24` (the default), `a4-65` or `roll-50x30`.
    #[param(value_type = Option<String>)]
    template: Field<String>,
    /// Stickers, 1 to 1000; one sheet by default.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 1000)]
    count: Field<String>,
    /// Codes of their own per sticker; not given out yet, so only `0`.
    #[param(value_type = Option<String>)]
    serials: Field<String>,
}

/// Stickers of a batch of the caller's, ready to print.
#[utoipa::path(get, path = "/api/v1/batches/{id}/labels.pdf", tag = "trace", params(("id" = String, Path), LabelParams),
    security(("bearer" = []), ("session" = [])),
    responses((status = OK, body = Vec<u8>, content_type = "application/pdf")))]
pub async fn labels_pdf(
    State(app): State<App>,
    selling: Selling,
    Id(id): Id<BatchId>,
    Params(params): Params<LabelParams>,
) -> Result<Response, Problem> {
    let mut wrong = Wrong::default();
    let template = match params.template.given() {
        None => Some(Template::A4x24),
        Some(name) => {
            let known = Template::ALL
                .into_iter()
                .find(|(_, code)| code == name)
                .map(|(template, _)| template);
            if known.is_none() {
                wrong.note("?template", "wrong-template");
            }
            known
        }
    };
    let sheet = template.map_or(1, Template::per_page);
    let count = wrong.count("?count", &params.count, 1..=1000, sheet);
    if params.serials.given().is_some_and(|serials| serials != "0") {
        wrong.note("?serials", "wrong-serials");
    }
    crate::checked!(wrong; template, count);
    let view = read::batch(app.db().read(), id)
        .await?
        .filter(|view| selling.acts_for(view.batch.seller_id));
    let view = view.ok_or_else(Problem::not_found)?;
    let pdf = print(app.db().read(), app.resolver_url(), &view, template, count).await?;
    let name = format!("inline; filename=\"tem-{}.pdf\"", view.batch.short_code);
    Ok((
        [
            (header::CONTENT_TYPE, "application/pdf".to_owned()),
            (header::CONTENT_DISPOSITION, name),
        ],
        pdf,
    )
        .into_response())
}
