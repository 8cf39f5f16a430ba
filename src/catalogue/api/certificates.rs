//! Certificates over HTTP: declared by sellers, checked by officers.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Request, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use entity::{
    catalogue::certificate::Kind,
    ids::{CertificateId, ProductId, SellerId},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    app::App,
    catalogue::{
        badge::{granted_on_iso, last_day},
        certificates::{
            CertificateError, Declare, Revoke, Verify, add_evidence, declare,
            read::{CertificateQuery, Certified, one, page},
            revoke, verify,
        },
        ocop::Party,
        selling::Selling,
    },
    db::Unit,
    http::{
        body::{Body, Id, Maybe, Params},
        idempotency::{Answer, Once, write_once},
        input::{Field, Wrong},
        list::{List, PageParams},
        problem::Problem,
    },
    identity::{IdentityError, Officer},
    media::{
        self,
        body::{media_type, photo_bytes},
    },
};

/// A certificate.
#[derive(Debug, Serialize, ToSchema)]
pub struct CertificateWire {
    id: String,
    seller_id: String,
    seller: String,
    product_id: Option<String>,
    product: Option<String>,
    /// `ocop`, `vietgap`, `organic` or `gi`.
    kind: &'static str,
    star: Option<i32>,
    number: Option<String>,
    issuer: String,
    /// A day; of a month or year it is the first.
    granted_on: String,
    /// How exactly it is known: `day`, `month` or `year`.
    granted_precision: &'static str,
    /// As exactly as it is known: `2026-11-21`, `2026-11` or `2026`.
    granted: String,
    /// The first day it no longer holds.
    ends_on: String,
    /// The last day it holds.
    last_day: String,
    /// An officer checked it; otherwise the seller declares it.
    verified: bool,
    /// Whether it holds today.
    holds: bool,
    /// The day it was taken back.
    revoked_on: Option<String>,
    /// The plots that a geographical indication covers.
    plots: Vec<CertificatePlot>,
    /// The file number of the dossier it comes of, or who published it.
    source: Option<String>,
    /// Where a photograph of the paper is; for its seller and for officers.
    evidence: Option<String>,
    /// What officers found; for its seller and for officers.
    checks: Vec<CheckWire>,
}

/// A plot that a certificate covers.
#[derive(Debug, Serialize, ToSchema)]
pub struct CertificatePlot {
    plot_id: String,
    name: String,
}

/// What an officer found, or that a certificate was taken back.
#[derive(Debug, Serialize, ToSchema)]
pub struct CheckWire {
    /// `verified`, `unverified` or `revoked`.
    outcome: &'static str,
    reason: String,
    at: String,
}

impl CertificateWire {
    fn of(found: Certified, today: entity::Day, party: Option<&Party>) -> Self {
        let row = found.certificate;
        let inside = party.is_some_and(|party| party.is_officer() || party.acts_for(row.seller_id));
        Self {
            id: row.id.to_string(),
            seller_id: row.seller_id.to_string(),
            seller: found.seller_name,
            product_id: row.product_id.map(|id| id.to_string()),
            product: found.product_name,
            kind: row.kind.code(),
            star: row.star,
            number: row.number.clone(),
            issuer: row.issuer.clone(),
            granted_on: row.granted_on.iso(),
            granted_precision: row.granted_precision.code(),
            granted: granted_on_iso(&row),
            ends_on: row.ends_on.iso(),
            last_day: last_day(&row).iso(),
            verified: row.verified,
            holds: row.holds_on(today),
            revoked_on: row.revoked_on.map(|day| day.iso()),
            plots: found
                .plots
                .into_iter()
                .map(|plot| CertificatePlot {
                    plot_id: plot.plot_id.to_string(),
                    name: plot.name,
                })
                .collect(),
            source: row.source.clone(),
            evidence: found
                .evidence
                .into_iter()
                .next_back()
                .filter(|_| inside)
                .map(|photo| photo.src),
            checks: found
                .checks
                .into_iter()
                .filter(|_| inside)
                .map(|check| CheckWire {
                    outcome: check.outcome.code(),
                    reason: check.reason,
                    at: check.at.rfc3339(),
                })
                .collect(),
        }
    }
}

/// Which certificates are listed.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CertificateParams {
    /// Items on a page, 1 to 100; 24 by default.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    limit: Field<String>,
    /// The `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    cursor: Field<String>,
    /// `1`: only those of the caller's own sellers.
    #[param(value_type = Option<String>)]
    mine: Field<String>,
    #[param(value_type = Option<String>)]
    kind: Field<String>,
    /// `1`: checked by an officer; `0`: declared by the seller.
    #[param(value_type = Option<String>)]
    verified: Field<String>,
    /// `1`: those that hold today; `0`: the others.
    #[param(value_type = Option<String>)]
    holds: Field<String>,
    #[param(value_type = Option<String>)]
    product_id: Field<String>,
    #[param(value_type = Option<String>)]
    seller_id: Field<String>,
}

impl CertificateParams {
    fn query(&self, party: Option<&Party>, mine: bool, today: entity::Day) -> Result<CertificateQuery, Problem> {
        let mut wrong = Wrong::default();
        let said = |field: &Field<String>| {
            field
                .given()
                .map(|text| text.trim().to_owned())
                .filter(|text| !text.is_empty())
        };
        let kind = said(&self.kind).map(|code| Kind::from_code(&code));
        if kind == Some(None) {
            wrong.note("?kind", "wrong-certificate-kind");
        }
        let mut yes_or_no = |pointer: &str, field: &Field<String>| match said(field).as_deref() {
            None => None,
            Some("1" | "true") => Some(true),
            Some("0" | "false") => Some(false),
            Some(_) => {
                wrong.note(pointer, "wrong-yes-or-no");
                None
            }
        };
        let verified = yes_or_no("?verified", &self.verified);
        let holds = yes_or_no("?holds", &self.holds);
        let product = said(&self.product_id).map(|id| id.parse::<ProductId>());
        if matches!(product, Some(Err(_))) {
            wrong.note("?product_id", "wrong-id");
        }
        let seller = said(&self.seller_id).map(|id| id.parse::<SellerId>());
        if matches!(seller, Some(Err(_))) {
            wrong.note("?seller_id", "wrong-id");
        }
        wrong.result()?;
        let own = match (mine, party) {
            (false, _) => None,
            (true, Some(party)) => Some(party.sellers().to_vec()),
            (true, None) => return Err(IdentityError::NotSignedIn.into()),
        };
        Ok(CertificateQuery {
            own,
            kind: kind.flatten(),
            verified,
            holds: holds.map(|holds| (holds, today)),
            product: product.and_then(Result::ok),
            seller: seller.and_then(Result::ok),
        })
    }
}

/// Certificates, ended ones too.
#[utoipa::path(get, path = "/api/v1/certificates", tag = "catalogue", params(CertificateParams),
    security((), ("bearer" = []), ("session" = [])), responses((status = OK, body = List<CertificateWire>)))]
pub async fn list_certificates(
    State(app): State<App>,
    Maybe(party): Maybe<Party>,
    Params(params): Params<CertificateParams>,
) -> Result<Json<List<CertificateWire>>, Problem> {
    let pages = PageParams {
        limit: params.limit.clone(),
        cursor: params.cursor.clone(),
        mine: params.mine.clone(),
    };
    let paging = pages.paging()?;
    let today = app.today();
    let query = params.query(party.as_ref(), pages.only_mine(), today)?;
    let rows = page(app.db().read(), &query, paging).await?;
    Ok(Json(List::page(
        rows,
        paging.limit,
        |row| row.certificate.id.to_string(),
        |row| CertificateWire::of(row, today, party.as_ref()),
    )))
}

/// One certificate.
#[utoipa::path(get, path = "/api/v1/certificates/{id}", tag = "catalogue", params(("id" = String, Path)),
    security((), ("bearer" = []), ("session" = [])), responses((status = OK, body = CertificateWire)))]
pub async fn get_certificate(
    State(app): State<App>,
    Maybe(party): Maybe<Party>,
    Id(id): Id<CertificateId>,
) -> Result<Json<CertificateWire>, Problem> {
    let row = one(app.db().read(), id).await?;
    row.map(|row| Json(CertificateWire::of(row, app.today(), party.as_ref())))
        .ok_or_else(Problem::not_found)
}

async fn told(unit: &Unit, id: CertificateId, party: &Party) -> Result<CertificateWire, CertificateError> {
    let row = one(unit, id).await?.ok_or(CertificateError::NoSuchThing)?;
    Ok(CertificateWire::of(row, unit.now().day(), Some(party)))
}

/// A seller declares a certificate. It shows as what the seller says until an officer has looked.
#[utoipa::path(post, path = "/api/v1/certificates", tag = "catalogue", request_body = Declare,
    params(("Idempotency-Key" = Option<String>, Header)), security(("bearer" = []), ("session" = [])),
    responses((status = CREATED, body = CertificateWire)))]
pub async fn create_certificate(
    State(app): State<App>,
    selling: Selling,
    party: Party,
    once: Once,
    Body { value, digest }: Body<Declare>,
) -> Result<Answer, Problem> {
    let new = value.check(&selling, app.today())?;
    write_once(&app, selling.actor(), once, &digest, move |unit| {
        let (new, selling, party) = (new.clone(), selling.clone(), party.clone());
        Box::pin(async move {
            let made = declare(unit, &selling, new).await?;
            let location = format!("/api/v1/certificates/{}", made.id);
            Answer::created(location, &told(unit, made.id, &party).await?)
        })
    })
    .await
}

/// A photograph of a certificate's paper.
#[derive(Debug, Serialize, ToSchema)]
pub struct EvidenceWire {
    id: String,
    src: String,
}

/// Adds a photograph of the paper (JPEG, PNG or WebP; at most 12 MiB and 40 megapixels) to a certificate of the caller's:
/// as the first file of a `multipart/form-data` body, or as the body itself. The last one added shows.
#[utoipa::path(post, path = "/api/v1/certificates/{id}/evidence", tag = "catalogue", params(("id" = String, Path)),
    request_body(content = Vec<u8>, content_type = "image/jpeg"),
    security(("bearer" = []), ("session" = [])), responses((status = CREATED, body = EvidenceWire)))]
pub async fn create_evidence(
    State(app): State<App>,
    selling: Selling,
    Id(id): Id<CertificateId>,
    request: Request,
) -> Result<Response, Problem> {
    let found = one(app.db().read(), id).await?;
    if !found.is_some_and(|found| selling.acts_for(found.certificate.seller_id)) {
        return Err(Problem::not_found());
    }
    let kind = media_type(&request);
    let bytes = photo_bytes(&kind, request).await?;
    let developed = Arc::new(media::develop(&app, bytes).await.map_err(CertificateError::from)?);
    let photo = app
        .write(selling.actor(), move |unit| {
            let developed = Arc::clone(&developed);
            Box::pin(async move {
                let photo = media::record(unit, &developed).await?;
                add_evidence(unit, id, photo).await?;
                Ok::<_, CertificateError>(photo)
            })
        })
        .await?;
    let view = media::read::views(app.db().read(), &[photo])
        .await?
        .remove(&photo)
        .ok_or_else(Problem::not_found)?;
    let location = [(header::LOCATION, view.src.clone())];
    Ok((
        StatusCode::CREATED,
        location,
        Json(EvidenceWire {
            id: photo.to_string(),
            src: view.src,
        }),
    )
        .into_response())
}

/// An officer says whether a declared certificate could be confirmed.
#[utoipa::path(post, path = "/api/v1/certificates/{id}/verify", tag = "catalogue", request_body = Verify,
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = CertificateWire)))]
pub async fn verify_certificate(
    State(app): State<App>,
    officer: Officer,
    party: Party,
    Id(id): Id<CertificateId>,
    once: Once,
    Body { value, digest }: Body<Verify>,
) -> Result<Answer, Problem> {
    let found = one(app.db().read(), id).await?.ok_or_else(Problem::not_found)?;
    if party.acts_for(found.certificate.seller_id) {
        return Err(CertificateError::Own.into());
    }
    let (verified, reason) = value.check()?;
    write_once(&app, officer.actor(), once, &digest, move |unit| {
        let (reason, party) = (reason.clone(), party.clone());
        Box::pin(async move {
            verify(unit, id, verified, &reason).await?;
            Answer::ok(&told(unit, id, &party).await?)
        })
    })
    .await
}

/// Takes a certificate back: an officer any, a seller what they declared themselves.
#[utoipa::path(post, path = "/api/v1/certificates/{id}/revoke", tag = "catalogue", request_body = Revoke,
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = CertificateWire)))]
pub async fn revoke_certificate(
    State(app): State<App>,
    party: Party,
    Id(id): Id<CertificateId>,
    once: Once,
    Body { value, digest }: Body<Revoke>,
) -> Result<Answer, Problem> {
    let found = one(app.db().read(), id).await?.ok_or_else(Problem::not_found)?;
    let row = found.certificate;
    let own = party.acts_for(row.seller_id);
    if own && row.kind == Kind::Ocop {
        return Err(CertificateError::ByDecision.into());
    }
    if !own && !party.is_officer() {
        return Err(IdentityError::WrongOffice.into());
    }
    let actor = party.actor_for(row.seller_id)?;
    let reason = value.check()?;
    write_once(&app, actor, once, &digest, move |unit| {
        let (reason, party) = (reason.clone(), party.clone());
        Box::pin(async move {
            revoke(unit, id, &reason).await?;
            Answer::ok(&told(unit, id, &party).await?)
        })
    })
    .await
}
