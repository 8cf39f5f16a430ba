//! The data of an e-invoice over HTTP.

use axum::{
    Json,
    extract::{FromRequestParts, State},
    http::{header, request::Parts},
    response::{IntoResponse, Response},
};
use entity::{ids::OrderId, orders::order::Fulfilment};

use super::{
    super::{OrderViewer, read},
    data::{self, InvoiceData},
    xml,
};
use crate::{
    app::App,
    http::{
        body::{Id, Maybe},
        problem::{Kind, Problem},
    },
    identity::{Administrator, Officer},
    payments::tax::threshold,
};

/// Proof that the request comes from the buyer or the seller of the order in its path, or from whose office it is.
#[derive(Clone, Debug)]
pub struct InvoiceReader(OrderId);

impl FromRequestParts<App> for InvoiceReader {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let refused = match OrderViewer::from_request_parts(parts, app).await {
            Ok(viewer) => return Ok(Self(viewer.order().id)),
            Err(problem) => problem,
        };
        let Ok(Maybe(officer)) = Maybe::<Officer>::from_request_parts(parts, app).await;
        let Ok(Maybe(administrator)) = Maybe::<Administrator>::from_request_parts(parts, app).await;
        if officer.is_none() && administrator.is_none() {
            return Err(refused);
        }
        let Id(id) = Id::<OrderId>::from_request_parts(parts, app).await?;
        Ok(Self(id))
    }
}

/// The data of a sale that has happened: goods that are still on their way are not sold yet.
async fn of(app: &App, id: OrderId) -> Result<InvoiceData, Problem> {
    let db = app.db().read();
    let view = read::order(db, id).await?.ok_or_else(Problem::not_found)?;
    let (Fulfilment::Delivered, Some(sold_at)) = (view.order.fulfilment, view.order.delivered_at) else {
        return Err(Problem::new(Kind::Conflict, "order-state", "orders-say-not-now"));
    };
    let revenue = threshold::revenue(db, view.seller.id, sold_at.day().0.year()).await?;
    let standing = threshold::on(sold_at.day()).standing(revenue);
    let required = threshold::needs_invoice(view.seller.kind, standing);
    Ok(data::of(&view, sold_at, required))
}

/// The data of an e-invoice for a delivered order, for its seller, its buyer, officers and administrators.
#[utoipa::path(get, path = "/api/v1/orders/{id}/invoice.json", tag = "orders", params(("id" = String, Path)),
    security((), ("bearer" = []), ("session" = [])),
    responses((status = OK, body = InvoiceData),
        (status = CONFLICT, description = "It is not delivered yet.", body = crate::http::problem::ProblemDetails)))]
pub async fn get_invoice_json(
    State(app): State<App>,
    InvoiceReader(id): InvoiceReader,
) -> Result<Json<InvoiceData>, Problem> {
    Ok(Json(of(&app, id).await?))
}

/// The same as XML, with the names of elements that the tax office's format has; unsigned.
#[utoipa::path(get, path = "/api/v1/orders/{id}/invoice.xml", tag = "orders", params(("id" = String, Path)),
    security((), ("bearer" = []), ("session" = [])),
    responses((status = OK, body = String, content_type = "application/xml"),
        (status = CONFLICT, description = "It is not delivered yet.", body = crate::http::problem::ProblemDetails)))]
pub async fn get_invoice_xml(State(app): State<App>, InvoiceReader(id): InvoiceReader) -> Result<Response, Problem> {
    let data = of(&app, id).await?;
    let headers = [
        (header::CONTENT_TYPE, "application/xml; charset=utf-8".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"hoa-don-{}.xml\"", data.order_number),
        ),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((headers, xml::document(&data)).into_response())
}
