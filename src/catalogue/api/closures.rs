//! When a seller is closed, over HTTP.

use axum::{Json, extract::State, http::StatusCode};
use entity::{
    catalogue::closure,
    ids::{ClosureId, SellerId},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    app::App,
    catalogue::{
        sellers::{
            closure::{CloseSeller, close_seller, open_again},
            read,
        },
        selling::Selling,
    },
    http::{
        body::{Body, Id, Ids, Params},
        idempotency::{Answer, Once, write_once},
        list::{List, PageParams},
        problem::Problem,
    },
};

/// Days on which a seller is closed.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClosureWire {
    id: String,
    from: String,
    /// The last day.
    until: String,
    note: String,
    created_at: String,
}

impl From<closure::Model> for ClosureWire {
    fn from(row: closure::Model) -> Self {
        Self {
            id: row.id.to_string(),
            from: row.from_on.iso(),
            until: row.until_on.iso(),
            note: row.note,
            created_at: row.created_at.rfc3339(),
        }
    }
}

fn must_work_for(selling: &Selling, seller: SellerId) -> Result<(), Problem> {
    if selling.acts_for(seller) {
        Ok(())
    } else {
        Err(Problem::not_found())
    }
}

/// The closures of a seller of the caller's, newest first.
#[utoipa::path(get, path = "/api/v1/sellers/{id}/closures", tag = "catalogue", params(("id" = String, Path), PageParams),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = List<ClosureWire>)))]
pub async fn list_closures(
    State(app): State<App>,
    selling: Selling,
    Id(seller): Id<SellerId>,
    Params(params): Params<PageParams>,
) -> Result<Json<List<ClosureWire>>, Problem> {
    must_work_for(&selling, seller)?;
    let paging = params.paging()?;
    let rows = read::closures(app.db().read(), seller, paging).await?;
    Ok(Json(List::page(
        rows,
        paging.limit,
        |row| row.id.to_string(),
        ClosureWire::from,
    )))
}

/// Closes a seller of the caller's: nothing of theirs is on sale on these days, and every link leads where it led.
#[utoipa::path(post, path = "/api/v1/sellers/{id}/closures", tag = "catalogue", request_body = CloseSeller,
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    security(("bearer" = []), ("session" = [])), responses((status = CREATED, body = ClosureWire)))]
pub async fn create_closure(
    State(app): State<App>,
    selling: Selling,
    Id(seller): Id<SellerId>,
    once: Once,
    Body { value, digest }: Body<CloseSeller>,
) -> Result<Answer, Problem> {
    must_work_for(&selling, seller)?;
    let new = value.check(app.today())?;
    let by = selling.person();
    write_once(&app, selling.actor(), once, &digest, move |unit| {
        let new = new.clone();
        Box::pin(async move {
            let made = close_seller(unit, seller, by, new).await?;
            Answer::created(
                format!("/api/v1/sellers/{seller}/closures/{}", made.id),
                &ClosureWire::from(made),
            )
        })
    })
    .await
}

/// Takes a closure back: the seller is open again at once, or never closes.
#[utoipa::path(delete, path = "/api/v1/sellers/{id}/closures/{closure}", tag = "catalogue",
    params(("id" = String, Path), ("closure" = String, Path)), security(("bearer" = []), ("session" = [])),
    responses((status = NO_CONTENT, description = "It is open.")))]
pub async fn delete_closure(
    State(app): State<App>,
    selling: Selling,
    Ids(seller, closure): Ids<SellerId, ClosureId>,
) -> Result<StatusCode, Problem> {
    must_work_for(&selling, seller)?;
    app.write(selling.actor(), move |unit| {
        Box::pin(async move { open_again(unit, seller, closure).await })
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
