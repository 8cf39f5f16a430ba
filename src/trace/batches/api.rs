//! Batches over HTTP.

use axum::{Json, extract::State};
use entity::ids::BatchId;
use serde::Serialize;
use utoipa::ToSchema;

use super::register_batch::{RegisterBatch, register_batch};
use crate::{
    app::App,
    catalogue::{Selling, sellers_of},
    http::{
        body::{Body, Id, Maybe, Params},
        idempotency::{Answer, Once, write_once},
        list::{List, PageParams},
        problem::Problem,
    },
    identity::{IdentityError, SignedIn},
    trace::{
        QuantityWire,
        events::batch_uri,
        holds::api::{HoldWire, ReleasedHoldWire},
        read::{self, BatchView},
    },
};

/// A batch.
#[derive(Debug, Serialize, ToSchema)]
pub struct BatchWire {
    id: String,
    product_id: String,
    seller_id: String,
    gtin: String,
    lot: String,
    quantity: QuantityWire,
    harvested_on: String,
    packed_on: Option<String>,
    expires_on: Option<String>,
    plot_ids: Vec<String>,
    /// What its stickers carry: a GS1 Digital Link.
    digital_link: String,
    /// The same for small labels.
    short_link: String,
    /// While there are any, it is kept from sale.
    holds: Vec<HoldWire>,
    /// Why it was kept from sale once, and why an officer let it go.
    released_holds: Vec<ReleasedHoldWire>,
    recorded_at: String,
}

impl BatchWire {
    pub(super) fn new(resolver: &str, view: &BatchView) -> Self {
        let batch = &view.batch;
        Self {
            id: batch.id.to_string(),
            product_id: batch.product_id.to_string(),
            seller_id: batch.seller_id.to_string(),
            gtin: batch.gtin.to_string(),
            lot: batch.lot.to_string(),
            quantity: entity::Quantity::new(batch.quantity, batch.unit).into(),
            harvested_on: batch.harvested_on.iso(),
            packed_on: batch.packed_on.map(|day| day.iso()),
            expires_on: batch.expires_on.map(|day| day.iso()),
            plot_ids: view.plots.iter().map(ToString::to_string).collect(),
            digital_link: batch_uri(resolver, &batch.gtin, &batch.lot),
            short_link: format!("{resolver}/t/{}", batch.short_code),
            holds: view.holds.iter().map(HoldWire::from).collect(),
            released_holds: view.released.iter().map(ReleasedHoldWire::from).collect(),
            recorded_at: batch.recorded_at.rfc3339(),
        }
    }
}

/// Batches, newest first.
#[utoipa::path(get, path = "/api/v1/batches", tag = "trace", params(PageParams),
    security((), ("bearer" = []), ("session" = [])), responses((status = OK, body = List<BatchWire>)))]
pub async fn list_batches(
    State(app): State<App>,
    Maybe(caller): Maybe<SignedIn>,
    Params(params): Params<PageParams>,
) -> Result<Json<List<BatchWire>>, Problem> {
    let paging = params.paging()?;
    let own = match (params.only_mine(), caller) {
        (false, _) => None,
        (true, Some(caller)) => Some(sellers_of(&app, caller.person()).await?),
        (true, None) => return Err(IdentityError::NotSignedIn.into()),
    };
    let rows = read::batches(app.db().read(), own.as_deref(), paging).await?;
    let wire = |view: BatchView| BatchWire::new(app.resolver_url(), &view);
    Ok(Json(List::page(
        rows,
        paging.limit,
        |view| view.batch.id.to_string(),
        wire,
    )))
}

/// One batch.
#[utoipa::path(get, path = "/api/v1/batches/{id}", tag = "trace", params(("id" = String, Path)),
    responses((status = OK, body = BatchWire)))]
pub async fn get_batch(State(app): State<App>, Id(id): Id<BatchId>) -> Result<Json<BatchWire>, Problem> {
    let view = read::batch(app.db().read(), id).await?.ok_or_else(Problem::not_found)?;
    Ok(Json(BatchWire::new(app.resolver_url(), &view)))
}

/// Registers a batch. A harvest inside a pre-harvest interval or beyond what can be is recorded all the same; `holds` then
/// says why it may not be sold yet.
#[utoipa::path(post, path = "/api/v1/batches", tag = "trace", request_body = RegisterBatch,
    params(("Idempotency-Key" = Option<String>, Header)), security(("bearer" = []), ("session" = [])),
    responses((status = CREATED, body = BatchWire)))]
pub async fn create_batch(
    State(app): State<App>,
    selling: Selling,
    once: Once,
    Body { value, digest }: Body<RegisterBatch>,
) -> Result<Answer, Problem> {
    let new = value.check(app.today())?;
    let resolver = app.resolver_url().to_owned();
    write_once(&app, selling.actor(), once, &digest, {
        let selling = selling.clone();
        move |unit| {
            let (selling, new, resolver) = (selling.clone(), new.clone(), resolver.clone());
            Box::pin(async move {
                let plots = new.plots().to_vec();
                let made = register_batch(unit, &resolver, &selling, new).await?;
                let view = BatchView {
                    batch: made.batch,
                    plots,
                    holds: made.holds,
                    released: Vec::new(),
                };
                Answer::created(
                    format!("/api/v1/batches/{}", view.batch.id),
                    &BatchWire::new(&resolver, &view),
                )
            })
        }
    })
    .await
}
