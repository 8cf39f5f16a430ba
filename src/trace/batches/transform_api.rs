//! Transformations and yield ratios over HTTP.

use axum::{Json, extract::State};
use entity::{
    ids::{ProductId, TransformationId},
    trace::{transformation_input, yield_ratio},
};
use sea_orm::EntityTrait;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    api::BatchWire,
    declare_ratio::{DeclareRatio, declare_ratio},
    read::{self, TransformationView},
    transform::{Transform, transform},
};
use crate::{
    app::App,
    catalogue::Selling,
    http::{
        body::{Body, Id, Params},
        idempotency::{Answer, Once, write_once},
        list::{List, PageParams},
        problem::Problem,
    },
    trace::{QuantityWire, TraceError, events},
};

/// A batch that went in.
#[derive(Debug, Serialize, ToSchema)]
pub struct UsedWire {
    batch_id: String,
    quantity: QuantityWire,
}

impl From<&transformation_input::Model> for UsedWire {
    fn from(row: &transformation_input::Model) -> Self {
        Self {
            batch_id: row.batch_id.to_string(),
            quantity: entity::Quantity::new(row.quantity, row.unit).into(),
        }
    }
}

/// What became of what.
#[derive(Debug, Serialize, ToSchema)]
pub struct TransformationWire {
    id: String,
    seller_id: String,
    /// `mix`, `split`, `repack` or `process`.
    kind: &'static str,
    happened_at: String,
    recorded_at: String,
    note: String,
    /// The `eventID` of the EPCIS event that tells the same.
    event_id: String,
    inputs: Vec<UsedWire>,
    outputs: Vec<BatchWire>,
}

impl TransformationWire {
    fn new(resolver: &str, view: &TransformationView) -> Self {
        let row = &view.transformation;
        Self {
            id: row.id.to_string(),
            seller_id: row.seller_id.to_string(),
            kind: row.kind.code(),
            happened_at: row.happened_at.rfc3339(),
            recorded_at: row.recorded_at.rfc3339(),
            note: row.note.clone(),
            event_id: events::name(row.event_id),
            inputs: view.inputs.iter().map(UsedWire::from).collect(),
            outputs: view
                .outputs
                .iter()
                .map(|batch| BatchWire::new(resolver, batch))
                .collect(),
        }
    }
}

/// What the caller's batches became, newest first.
#[utoipa::path(get, path = "/api/v1/transformations", tag = "trace", params(PageParams),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = List<TransformationWire>)))]
pub async fn list_transformations(
    State(app): State<App>,
    selling: Selling,
    Params(params): Params<PageParams>,
) -> Result<Json<List<TransformationWire>>, Problem> {
    let paging = params.paging()?;
    let rows = read::transformations(app.db().read(), selling.sellers(), paging).await?;
    Ok(Json(List::page(
        rows,
        paging.limit,
        |view| view.transformation.id.to_string(),
        |view| TransformationWire::new(app.resolver_url(), &view),
    )))
}

/// One transformation of the caller's.
#[utoipa::path(get, path = "/api/v1/transformations/{id}", tag = "trace", params(("id" = String, Path)),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = TransformationWire)))]
pub async fn get_transformation(
    State(app): State<App>,
    selling: Selling,
    Id(id): Id<TransformationId>,
) -> Result<Json<TransformationWire>, Problem> {
    let view = read::transformation(app.db().read(), selling.sellers(), id)
        .await?
        .ok_or_else(Problem::not_found)?;
    Ok(Json(TransformationWire::new(app.resolver_url(), &view)))
}

/// Makes batches of batches: mixes, splits, packs anew or processes them. More coming out than went in, times the declared
/// ratio of a product that is processed, is recorded and held; what is held among the inputs holds the outputs too. Where
/// an input is on sale, so much less of it is.
#[utoipa::path(post, path = "/api/v1/transformations", tag = "trace", request_body = Transform,
    params(("Idempotency-Key" = Option<String>, Header)), security(("bearer" = []), ("session" = [])),
    responses((status = CREATED, body = TransformationWire)))]
pub async fn create_transformation(
    State(app): State<App>,
    selling: Selling,
    once: Once,
    Body { value, digest }: Body<Transform>,
) -> Result<Answer, Problem> {
    let new = value.check(app.now())?;
    let resolver = app.resolver_url().to_owned();
    write_once(&app, selling.actor(), once, &digest, {
        let selling = selling.clone();
        move |unit| {
            let (selling, new, resolver) = (selling.clone(), new.clone(), resolver.clone());
            Box::pin(async move {
                let made = transform(unit, &resolver, &selling, new).await?;
                let view = read::transformation(&*unit, selling.sellers(), made)
                    .await?
                    .ok_or(TraceError::NoSuchThing)?;
                Answer::created(
                    format!("/api/v1/transformations/{}", view.transformation.id),
                    &TransformationWire::new(&resolver, &view),
                )
            })
        }
    })
    .await
}

/// How much of a product comes out of so much that goes in.
#[derive(Debug, Serialize, ToSchema)]
pub struct RatioWire {
    product_id: String,
    /// A decimal number as text; `null` where none was declared, and one to one is taken.
    #[schema(example = "0.2")]
    ratio: Option<String>,
    declared_at: Option<String>,
}

impl RatioWire {
    fn new(product: ProductId, row: Option<&yield_ratio::Model>) -> Self {
        Self {
            product_id: product.to_string(),
            ratio: row.map(|row| entity::Thousandths(row.per_mille).to_string()),
            declared_at: row.map(|row| row.declared_at.rfc3339()),
        }
    }
}

/// The ratio that was declared for a product of the caller's.
#[utoipa::path(get, path = "/api/v1/products/{id}/yield-ratio", tag = "trace", params(("id" = String, Path)),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = RatioWire)))]
pub async fn get_ratio(
    State(app): State<App>,
    selling: Selling,
    Id(id): Id<ProductId>,
) -> Result<Json<RatioWire>, Problem> {
    let db = app.db().read();
    entity::catalogue::product::Entity::find_by_id(id)
        .one(db)
        .await?
        .filter(|product| selling.acts_for(product.seller_id))
        .ok_or_else(Problem::not_found)?;
    let row = yield_ratio::Entity::find_by_id(id).one(db).await?;
    Ok(Json(RatioWire::new(id, row.as_ref())))
}

/// Declares how much of a product so much that goes in gives. Making much more than that of a batch holds what is made.
#[utoipa::path(put, path = "/api/v1/products/{id}/yield-ratio", tag = "trace", params(("id" = String, Path)),
    request_body = DeclareRatio, security(("bearer" = []), ("session" = [])),
    responses((status = OK, body = RatioWire)))]
pub async fn put_ratio(
    State(app): State<App>,
    selling: Selling,
    Id(id): Id<ProductId>,
    Body { value, .. }: Body<DeclareRatio>,
) -> Result<Json<RatioWire>, Problem> {
    let per_mille = value.check()?;
    let row = app
        .write(selling.actor(), move |unit| {
            let selling = selling.clone();
            Box::pin(async move { declare_ratio(unit, &selling, id, per_mille).await })
        })
        .await?;
    Ok(Json(RatioWire::new(id, Some(&row))))
}
