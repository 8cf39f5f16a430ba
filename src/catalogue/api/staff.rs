//! Who works for a seller, over HTTP. Nobody does any of it for somebody else.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use entity::{
    Timestamp,
    catalogue::{invitation, staff},
    ids::{InvitationId, PersonId, SellerId},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::sellers::{SellerWire, reader, wire};
use crate::{
    app::App,
    catalogue::{
        CatalogueError, lists,
        sellers::{
            invite::{self, Invite},
            read,
            staff::leave,
        },
        selling::Selling,
    },
    http::{
        body::{Body, Id, Ids, Params},
        idempotency::{Answer, Once, write_once},
        list::{List, PageParams},
        problem::{Problem, ProblemDetails},
    },
    identity::InPerson,
};

/// Somebody who works for a seller.
#[derive(Debug, Serialize, ToSchema)]
pub struct StaffWire {
    person_id: String,
    name: String,
    /// `owner` or `staff`.
    role: &'static str,
    since: String,
}

impl From<(staff::Model, String)> for StaffWire {
    fn from((row, name): (staff::Model, String)) -> Self {
        Self {
            person_id: row.person_id.to_string(),
            name,
            role: row.role.code(),
            since: row.since.rfc3339(),
        }
    }
}

/// Who works for a seller that the caller owns.
#[utoipa::path(get, path = "/api/v1/sellers/{id}/staff", tag = "catalogue", params(("id" = String, Path), PageParams),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = List<StaffWire>)))]
pub async fn list_staff(
    State(app): State<App>,
    _: InPerson,
    selling: Selling,
    Id(seller): Id<SellerId>,
    Params(params): Params<PageParams>,
) -> Result<Json<List<StaffWire>>, Problem> {
    selling.must_own(seller)?;
    let paging = params.paging()?;
    let rows = read::staff_of(app.db().read(), seller, paging).await?;
    Ok(Json(List::page(
        rows,
        paging.limit,
        |(row, _)| row.person_id.to_string(),
        StaffWire::from,
    )))
}

/// Somebody no longer works for the seller: an owner says so of anybody, staff of themselves.
#[utoipa::path(delete, path = "/api/v1/sellers/{id}/staff/{person}", tag = "catalogue",
    params(("id" = String, Path), ("person" = String, Path)), security(("bearer" = []), ("session" = [])),
    responses((status = NO_CONTENT, description = "They no longer do."),
        (status = CONFLICT, description = "The last owner stays.", body = ProblemDetails,
            content_type = "application/problem+json")))]
pub async fn delete_staff(
    State(app): State<App>,
    _: InPerson,
    selling: Selling,
    Ids(seller, person): Ids<SellerId, PersonId>,
) -> Result<StatusCode, Problem> {
    if !(selling.acts_for(seller) && person == selling.person()) {
        selling.must_own(seller)?;
    }
    app.write(selling.actor(), move |unit| {
        Box::pin(async move { leave(unit, seller, person).await })
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// An invitation to work for a seller.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvitationWire {
    id: String,
    phone: String,
    /// `owner` or `staff`.
    role: &'static str,
    /// `open`, `accepted`, `revoked` or `expired`.
    state: &'static str,
    created_at: String,
    expires_at: String,
    /// The secret in the link; shown once, to who invites.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    code: Option<String>,
    /// Where it is accepted; shown once, to who invites.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    link: Option<String>,
}

impl InvitationWire {
    fn of(row: &invitation::Model, now: Timestamp) -> Self {
        Self {
            id: row.id.to_string(),
            phone: row.phone.to_string(),
            role: row.role.code(),
            state: invite::State::of(row, now).code(),
            created_at: row.created_at.rfc3339(),
            expires_at: row.expires_at.rfc3339(),
            code: None,
            link: None,
        }
    }
}

/// The invitations of a seller that the caller owns, newest first.
#[utoipa::path(get, path = "/api/v1/sellers/{id}/invitations", tag = "catalogue", params(("id" = String, Path), PageParams),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = List<InvitationWire>)))]
pub async fn list_invitations(
    State(app): State<App>,
    _: InPerson,
    selling: Selling,
    Id(seller): Id<SellerId>,
    Params(params): Params<PageParams>,
) -> Result<Json<List<InvitationWire>>, Problem> {
    selling.must_own(seller)?;
    let paging = params.paging()?;
    let rows = read::invitations(app.db().read(), seller, paging).await?;
    let now = app.now();
    Ok(Json(List::page(
        rows,
        paging.limit,
        |row| row.id.to_string(),
        |row| InvitationWire::of(&row, now),
    )))
}

/// Asks somebody to work for a seller that the caller owns. The answer holds the link; nobody is told but who invites.
#[utoipa::path(post, path = "/api/v1/sellers/{id}/invitations", tag = "catalogue", request_body = Invite,
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    security(("bearer" = []), ("session" = [])), responses((status = CREATED, body = InvitationWire)))]
pub async fn create_invitation(
    State(app): State<App>,
    _: InPerson,
    selling: Selling,
    Id(seller): Id<SellerId>,
    once: Once,
    Body { value, digest }: Body<Invite>,
) -> Result<Answer, Problem> {
    selling.must_own(seller)?;
    let (phone, role) = value.check()?;
    let (by, public) = (selling.person(), app.config().public_url());
    write_once(&app, selling.actor(), once, &digest, move |unit| {
        let (phone, public) = (phone.clone(), public.clone());
        Box::pin(async move {
            let (made, code) = invite::invite(unit, seller, by, phone, role).await?;
            let wire = InvitationWire {
                link: Some(format!("{public}/loi-moi/{code}")),
                code: Some(code),
                ..InvitationWire::of(&made, unit.now())
            };
            Answer::created(format!("/api/v1/sellers/{seller}/invitations/{}", made.id), &wire)
        })
    })
    .await
}

/// Takes back an invitation that nobody has accepted.
#[utoipa::path(delete, path = "/api/v1/sellers/{id}/invitations/{invitation}", tag = "catalogue",
    params(("id" = String, Path), ("invitation" = String, Path)), security(("bearer" = []), ("session" = [])),
    responses((status = NO_CONTENT, description = "Its link opens nothing any more."),
        (status = GONE, description = "It was accepted.", body = ProblemDetails, content_type = "application/problem+json")))]
pub async fn delete_invitation(
    State(app): State<App>,
    _: InPerson,
    selling: Selling,
    Ids(seller, invitation): Ids<SellerId, InvitationId>,
) -> Result<StatusCode, Problem> {
    selling.must_own(seller)?;
    app.write(selling.actor(), move |unit| {
        Box::pin(async move { invite::revoke(unit, seller, invitation).await })
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Accepts the invitation whose link holds `code`. Only the account with the phone that was invited can.
#[utoipa::path(post, path = "/api/v1/invitations/{code}/accept", tag = "catalogue", params(("code" = String, Path)),
    security(("bearer" = []), ("session" = [])),
    responses((status = OK, body = SellerWire),
        (status = GONE, description = "It was used, taken back, or is older than seven days.", body = ProblemDetails,
            content_type = "application/problem+json")))]
pub async fn accept_invitation(
    State(app): State<App>,
    caller: InPerson,
    Path(code): Path<String>,
) -> Result<Json<SellerWire>, Problem> {
    let (person, phone) = (caller.person(), caller.caller().phone().clone());
    let reader = reader(Some(caller.caller()), None);
    let wire = app
        .write(caller.actor(), move |unit| {
            let (code, phone) = (code.clone(), phone.clone());
            Box::pin(async move {
                let seller = invite::accept(unit, &code, person, &phone).await?;
                let row = lists::seller(&*unit, seller)
                    .await?
                    .ok_or(CatalogueError::NoSuchThing)?;
                wire(&*unit, row, unit.now().day(), reader).await
            })
        })
        .await?;
    Ok(Json(wire))
}
