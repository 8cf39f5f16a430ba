//! Sellers over HTTP.

use axum::{Json, extract::State};
use entity::{catalogue::seller, ids::SellerId};
use serde::Serialize;
use utoipa::ToSchema;

use super::whose;
use crate::{
    app::App,
    catalogue::{
        CatalogueError,
        edit_seller::{EditSeller, edit_seller},
        lists,
        open_seller::{OpenSeller, open_seller},
        selling::Selling,
    },
    http::{
        body::{Body, Id, Maybe, Params},
        idempotency::{Answer, Once, write_once},
        list::{List, PageParams},
        problem::Problem,
    },
    identity::SignedIn,
};

/// A seller.
#[derive(Debug, Serialize, ToSchema)]
pub struct SellerWire {
    id: String,
    slug: String,
    kind: &'static str,
    name: String,
    commune_code: String,
    street: Option<String>,
    about: String,
    created_at: String,
}

impl From<seller::Model> for SellerWire {
    fn from(row: seller::Model) -> Self {
        Self {
            id: row.id.to_string(),
            slug: row.slug.to_string(),
            kind: row.kind.code(),
            name: row.name,
            commune_code: row.commune_code.to_string(),
            street: row.street,
            about: row.about,
            created_at: row.created_at.rfc3339(),
        }
    }
}

/// Sellers.
#[utoipa::path(get, path = "/api/v1/sellers", tag = "catalogue", params(PageParams),
    security((), ("bearer" = []), ("session" = [])), responses((status = OK, body = List<SellerWire>)))]
pub async fn list_sellers(
    State(app): State<App>,
    Maybe(caller): Maybe<SignedIn>,
    Params(params): Params<PageParams>,
) -> Result<Json<List<SellerWire>>, Problem> {
    let paging = params.paging()?;
    let own = whose(&app, &params, caller.as_ref()).await?;
    let rows = lists::sellers(app.db().read(), own.as_deref(), paging).await?;
    Ok(Json(List::page(
        rows,
        paging.limit,
        |row| row.id.to_string(),
        SellerWire::from,
    )))
}

/// One seller.
#[utoipa::path(get, path = "/api/v1/sellers/{id}", tag = "catalogue", params(("id" = String, Path)),
    responses((status = OK, body = SellerWire)))]
pub async fn get_seller(State(app): State<App>, Id(id): Id<SellerId>) -> Result<Json<SellerWire>, Problem> {
    let row = lists::seller(app.db().read(), id).await?;
    row.map(|row| Json(row.into())).ok_or_else(Problem::not_found)
}

/// Begins to sell; the caller owns the new seller.
#[utoipa::path(post, path = "/api/v1/sellers", tag = "catalogue", request_body = OpenSeller,
    params(("Idempotency-Key" = Option<String>, Header)), security(("bearer" = []), ("session" = [])),
    responses((status = CREATED, body = SellerWire)))]
pub async fn create_seller(
    State(app): State<App>,
    caller: SignedIn,
    once: Once,
    Body { value, digest }: Body<OpenSeller>,
) -> Result<Answer, Problem> {
    let new = value.check()?;
    let owner = caller.person();
    write_once(&app, caller.actor(), once, &digest, move |unit| {
        let new = new.clone();
        Box::pin(async move {
            let (id, _) = open_seller(unit, owner, new).await?;
            let row = lists::seller(&*unit, id).await?.ok_or(CatalogueError::NoSuchThing)?;
            Answer::created(format!("/api/v1/sellers/{id}"), &SellerWire::from(row))
        })
    })
    .await
}

/// Changes a seller of the caller's; absent fields stay.
#[utoipa::path(patch, path = "/api/v1/sellers/{id}", tag = "catalogue", params(("id" = String, Path)), request_body = EditSeller,
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = SellerWire)))]
pub async fn patch_seller(
    State(app): State<App>,
    selling: Selling,
    Id(id): Id<SellerId>,
    Body { value, .. }: Body<EditSeller>,
) -> Result<Json<SellerWire>, Problem> {
    if !selling.acts_for(id) {
        return Err(Problem::not_found());
    }
    let edit = value.check()?;
    let row = app
        .write(selling.actor(), move |unit| {
            let edit = edit.clone();
            Box::pin(async move {
                edit_seller(unit, id, edit).await?;
                lists::seller(&*unit, id).await?.ok_or(CatalogueError::NoSuchThing)
            })
        })
        .await?;
    Ok(Json(row.into()))
}
