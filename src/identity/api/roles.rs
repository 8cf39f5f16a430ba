//! Offices over HTTP: who holds which, appointing, dismissing. For administrators.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use entity::{identity::role, ids::PersonId};
use serde::Serialize;
use utoipa::ToSchema;

use super::super::{Administrator, IdentityError, appoint as offices, appoint::Appoint, second_factor};
use crate::{
    app::App,
    http::{
        body::{Body, Id},
        idempotency::{Answer, Once, write_once},
        list::List,
        problem::Problem,
    },
};

/// An office that is held.
#[derive(Debug, Serialize, ToSchema)]
pub struct RoleWire {
    /// `officer`, `market_manager`, `helper`, `administrator`.
    role: &'static str,
    granted_at: String,
}

impl From<role::Model> for RoleWire {
    fn from(row: role::Model) -> Self {
        Self {
            role: row.role.code(),
            granted_at: row.granted_at.rfc3339(),
        }
    }
}

/// The offices somebody holds; there are never more than fit on one page.
#[utoipa::path(get, path = "/api/v1/accounts/{id}/roles", tag = "identity", params(("id" = String, Path)),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = List<RoleWire>)))]
pub async fn list_roles(
    State(app): State<App>,
    _: Administrator,
    Id(id): Id<PersonId>,
) -> Result<Json<List<RoleWire>>, Problem> {
    let rows = offices::offices(app.db().read(), id).await?;
    let items: Vec<_> = rows
        .ok_or_else(Problem::not_found)?
        .into_iter()
        .map(RoleWire::from)
        .collect();
    Ok(Json(List {
        total: Some(items.len() as u64),
        items,
        next_cursor: None,
    }))
}

/// Appoints somebody to an office, at once; whoever holds it already goes on holding it.
#[utoipa::path(post, path = "/api/v1/accounts/{id}/roles", tag = "identity", request_body = Appoint,
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    security(("bearer" = []), ("session" = [])), responses((status = CREATED, body = RoleWire)))]
pub async fn appoint(
    State(app): State<App>,
    administrator: Administrator,
    Id(id): Id<PersonId>,
    once: Once,
    Body { value, digest }: Body<Appoint>,
) -> Result<Answer, Problem> {
    let office = value.check()?;
    write_once(&app, administrator.actor(), once, &digest, move |unit| {
        Box::pin(async move {
            let row = offices::appoint(unit, id, office).await?;
            let location = format!("/api/v1/accounts/{id}/roles/{}", office.code());
            Answer::created(location, &RoleWire::from(row))
        })
    })
    .await
}

/// Dismisses somebody from an office, at once.
#[utoipa::path(delete, path = "/api/v1/accounts/{id}/roles/{role}", tag = "identity",
    params(("id" = String, Path), ("role" = String, Path)), security(("bearer" = []), ("session" = [])),
    responses((status = NO_CONTENT, description = "The office is held no more.")))]
pub async fn dismiss(
    State(app): State<App>,
    administrator: Administrator,
    Path((id, role)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    let named = id.parse::<PersonId>().ok().zip(offices::office(&role));
    let (id, office) = named.ok_or_else(Problem::not_found)?;
    app.write(administrator.actor(), move |unit| {
        Box::pin(async move { offices::dismiss(unit, id, office).await })
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Removes every second factor of somebody who has lost them all. Make sure who asks: from now on the first factor lets them
/// in, and their offices wait until they have enrolled another.
#[utoipa::path(delete, path = "/api/v1/accounts/{id}/second-factor", tag = "identity", params(("id" = String, Path)),
    security(("bearer" = []), ("session" = [])), responses((status = NO_CONTENT, description = "There is none any more.")))]
pub async fn reset_second_factor(
    State(app): State<App>,
    administrator: Administrator,
    Id(id): Id<PersonId>,
) -> Result<StatusCode, Problem> {
    if offices::offices(app.db().read(), id).await?.is_none() {
        return Err(IdentityError::NoSuchThing.into());
    }
    app.write(administrator.actor(), move |unit| {
        Box::pin(async move { second_factor::reset(unit, id).await })
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
