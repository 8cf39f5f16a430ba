//! Order cycles over HTTP.

use axum::{Json, extract::State, http::StatusCode};
use entity::{
    Timestamp,
    catalogue::seller,
    ids::{OrderCycleId, SellerId},
    orders::order::Delivery,
};
use sea_orm::{EntityTrait, Iterable};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    edit_lines::{EditLines, edit_lines},
    read::{self, View},
    update::{CycleInput, set_cycle, take_back},
};
use crate::{
    app::App,
    catalogue::Selling,
    http::{
        body::{Body, Id, Ids, Params},
        idempotency::{Answer, Once, write_once},
        list::{List, PageParams},
        problem::{Problem, ProblemDetails},
    },
    orders::{
        OrderViewer, OrdersError,
        api::{OrderWire, shown},
    },
};

/// Days in which orders are taken for one day of hand-over.
#[derive(Debug, Serialize, ToSchema)]
pub struct CycleWire {
    id: String,
    name: String,
    opens_at: String,
    closes_at: String,
    hand_over_on: String,
    /// `ship`, `pickup`, `farm`
    modes: Vec<&'static str>,
    listing_ids: Vec<String>,
    note: String,
    /// `planned`, `open` or `closed`.
    state: &'static str,
    created_at: String,
}

impl CycleWire {
    fn new((row, listings): View, now: Timestamp) -> Self {
        Self {
            id: row.id.to_string(),
            state: if now < row.opens_at {
                "planned"
            } else if now < row.closes_at {
                "open"
            } else {
                "closed"
            },
            modes: Delivery::iter()
                .filter(|delivery| row.hands_over(*delivery))
                .map(Delivery::code)
                .collect(),
            name: row.name,
            opens_at: row.opens_at.rfc3339(),
            closes_at: row.closes_at.rfc3339(),
            hand_over_on: row.hand_over_on.iso(),
            listing_ids: listings.iter().map(ToString::to_string).collect(),
            note: row.note,
            created_at: row.created_at.rfc3339(),
        }
    }
}

/// A seller's cycles, newest first.
#[utoipa::path(get, path = "/api/v1/sellers/{id}/cycles", tag = "orders", params(("id" = String, Path), PageParams),
    responses((status = OK, body = List<CycleWire>)))]
pub async fn list_cycles(
    State(app): State<App>,
    Id(seller): Id<SellerId>,
    Params(params): Params<PageParams>,
) -> Result<Json<List<CycleWire>>, Problem> {
    let paging = params.paging()?;
    if seller::Entity::find_by_id(seller).one(app.db().read()).await?.is_none() {
        return Err(Problem::not_found());
    }
    let rows = read::of_seller(app.db().read(), seller, paging).await?;
    let now = app.now();
    Ok(Json(List::page(
        rows,
        paging.limit,
        |(row, _)| row.id.to_string(),
        |view| CycleWire::new(view, now),
    )))
}

/// One cycle of a seller.
#[utoipa::path(get, path = "/api/v1/sellers/{id}/cycles/{cycle}", tag = "orders",
    params(("id" = String, Path), ("cycle" = String, Path)), responses((status = OK, body = CycleWire)))]
pub async fn get_cycle(
    State(app): State<App>,
    Ids(seller, cycle): Ids<SellerId, OrderCycleId>,
) -> Result<Json<CycleWire>, Problem> {
    let view = read::one(app.db().read(), seller, cycle).await?;
    Ok(Json(CycleWire::new(view.ok_or_else(Problem::not_found)?, app.now())))
}

/// Opens a cycle: what is listed in it is sold only while one of its cycles is open.
#[utoipa::path(post, path = "/api/v1/sellers/{id}/cycles", tag = "orders", request_body = CycleInput,
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    security(("bearer" = []), ("session" = [])), responses((status = CREATED, body = CycleWire)))]
pub async fn create_cycle(
    State(app): State<App>,
    selling: Selling,
    Id(seller): Id<SellerId>,
    once: Once,
    Body { value, digest }: Body<CycleInput>,
) -> Result<Answer, Problem> {
    if !selling.acts_for(seller) {
        return Err(Problem::not_found());
    }
    let changes = value.check(true)?;
    write_once(&app, selling.actor(), once, &digest, move |unit| {
        let changes = changes.clone();
        Box::pin(async move {
            let id = set_cycle(unit, seller, None, changes).await?;
            let view = read::one(&*unit, seller, id).await?.ok_or_else(Problem::not_found)?;
            Answer::created(
                format!("/api/v1/sellers/{seller}/cycles/{id}"),
                &CycleWire::new(view, unit.now()),
            )
        })
    })
    .await
}

/// Changes a cycle; what is left out stays. Orders placed in it follow its times.
#[utoipa::path(patch, path = "/api/v1/sellers/{id}/cycles/{cycle}", tag = "orders", request_body = CycleInput,
    params(("id" = String, Path), ("cycle" = String, Path)), security(("bearer" = []), ("session" = [])),
    responses((status = OK, body = CycleWire)))]
pub async fn patch_cycle(
    State(app): State<App>,
    selling: Selling,
    Ids(seller, cycle): Ids<SellerId, OrderCycleId>,
    Body { value, .. }: Body<CycleInput>,
) -> Result<Json<CycleWire>, Problem> {
    if !selling.acts_for(seller) {
        return Err(Problem::not_found());
    }
    let changes = value.check(false)?;
    let view = app
        .write(selling.actor(), move |unit| {
            let changes = changes.clone();
            Box::pin(async move {
                let (before, _) = read::one(&*unit, seller, cycle)
                    .await?
                    .ok_or(OrdersError::NoSuchOrder)?;
                set_cycle(unit, seller, Some(before), changes).await?;
                read::one(&*unit, seller, cycle).await?.ok_or(OrdersError::NoSuchOrder)
            })
        })
        .await?;
    Ok(Json(CycleWire::new(view, app.now())))
}

/// Takes a cycle back in which nobody ordered anything.
#[utoipa::path(delete, path = "/api/v1/sellers/{id}/cycles/{cycle}", tag = "orders",
    params(("id" = String, Path), ("cycle" = String, Path)), security(("bearer" = []), ("session" = [])),
    responses((status = NO_CONTENT, description = "It is gone."),
        (status = CONFLICT, description = "Somebody ordered in it.", body = ProblemDetails,
            content_type = "application/problem+json")))]
pub async fn delete_cycle(
    State(app): State<App>,
    selling: Selling,
    Ids(seller, cycle): Ids<SellerId, OrderCycleId>,
) -> Result<StatusCode, Problem> {
    if !selling.acts_for(seller) {
        return Err(Problem::not_found());
    }
    app.write(selling.actor(), move |unit| {
        Box::pin(async move {
            read::one(&*unit, seller, cycle)
                .await?
                .ok_or(OrdersError::NoSuchOrder)?;
            take_back(unit, cycle).await
        })
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The buyer changes the quantities of an order placed in a cycle, until the cycle closes: up, down, or a line left out.
/// What it costs less is given back, and what it costs more is asked for.
#[utoipa::path(put, path = "/api/v1/orders/{id}/lines", tag = "orders", request_body = EditLines,
    params(("id" = String, Path)), security(("bearer" = []), ("session" = [])),
    responses((status = OK, body = OrderWire),
        (status = CONFLICT, description = "Lines fell short, or the order can no longer be changed.",
            body = ProblemDetails, content_type = "application/problem+json")))]
pub async fn put_order_lines(
    State(app): State<App>,
    viewer: OrderViewer,
    Body { value, .. }: Body<EditLines>,
) -> Result<Json<OrderWire>, Problem> {
    if !viewer.is_buyer() {
        return Err(OrdersError::NotTheBuyer.into());
    }
    let (id, money) = (viewer.order().id, app.config().money);
    let wanted = value.check()?;
    app.write(viewer.actor(), move |unit| {
        let wanted = wanted.clone();
        Box::pin(async move { edit_lines(unit, money, id, &wanted).await })
    })
    .await?;
    shown(&app, id, viewer.is_seller()).await
}
