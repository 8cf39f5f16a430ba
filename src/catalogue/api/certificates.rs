//! Certificates over HTTP.

use axum::{Json, extract::State};
use entity::{catalogue::certificate, ids::CertificateId};
use serde::Serialize;
use utoipa::ToSchema;

use super::whose;
use crate::{
    app::App,
    catalogue::lists,
    http::{
        body::{Id, Maybe, Params},
        list::{List, PageParams},
        problem::Problem,
    },
    identity::SignedIn,
};

/// A certificate.
#[derive(Debug, Serialize, ToSchema)]
pub struct CertificateWire {
    id: String,
    seller_id: String,
    product_id: Option<String>,
    /// `ocop`, `vietgap`, `organic`, `gi`.
    kind: &'static str,
    star: Option<i32>,
    number: Option<String>,
    issuer: String,
    granted_on: String,
    /// The first day on which it no longer holds.
    ends_on: String,
    /// An officer checked it; otherwise the seller declares it.
    verified: bool,
}

impl From<certificate::Model> for CertificateWire {
    fn from(row: certificate::Model) -> Self {
        Self {
            id: row.id.to_string(),
            seller_id: row.seller_id.to_string(),
            product_id: row.product_id.map(|id| id.to_string()),
            kind: row.kind.code(),
            star: row.star,
            number: row.number,
            issuer: row.issuer,
            granted_on: row.granted_on.iso(),
            ends_on: row.ends_on.iso(),
            verified: row.verified,
        }
    }
}

/// Certificates, ended ones too.
#[utoipa::path(get, path = "/api/v1/certificates", tag = "catalogue", params(PageParams),
    security((), ("bearer" = []), ("session" = [])), responses((status = OK, body = List<CertificateWire>)))]
pub async fn list_certificates(
    State(app): State<App>,
    Maybe(caller): Maybe<SignedIn>,
    Params(params): Params<PageParams>,
) -> Result<Json<List<CertificateWire>>, Problem> {
    let paging = params.paging()?;
    let own = whose(&app, &params, caller.as_ref()).await?;
    let rows = lists::certificates(app.db().read(), own.as_deref(), paging).await?;
    Ok(Json(List::page(
        rows,
        paging.limit,
        |row| row.id.to_string(),
        CertificateWire::from,
    )))
}

/// One certificate.
#[utoipa::path(get, path = "/api/v1/certificates/{id}", tag = "catalogue", params(("id" = String, Path)),
    responses((status = OK, body = CertificateWire)))]
pub async fn get_certificate(
    State(app): State<App>,
    Id(id): Id<CertificateId>,
) -> Result<Json<CertificateWire>, Problem> {
    let row = lists::certificate(app.db().read(), id).await?;
    row.map(|row| Json(row.into())).ok_or_else(Problem::not_found)
}
