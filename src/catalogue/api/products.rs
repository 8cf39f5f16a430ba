//! Products over HTTP.

use axum::{Json, extract::State};
use entity::ids::ProductId;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::whose;
use crate::{
    app::App,
    catalogue::{
        attributes,
        lists::{self, ListedProduct},
        make_product::{MakeProduct, make_product},
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

/// A product.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProductWire {
    id: String,
    seller_id: String,
    name: String,
    category: String,
    unit: &'static str,
    gtin: String,
    /// `global`: issued by GS1. `restricted`: means something only on this exchange.
    gtin_kind: &'static str,
    /// Numbers it had before; they go on leading to it.
    former_gtins: Vec<String>,
    brand: Option<String>,
    description: String,
    shelf_life_days: Option<i32>,
    /// Values of the category's attributes by key, as `GET /categories` describes them.
    #[schema(value_type = Object)]
    attributes: Map<String, Value>,
    /// Attributes that buyers expect and that are not given yet.
    lacks: Vec<&'static str>,
    /// Ids in the order in which they are shown.
    photos: Vec<String>,
    created_at: String,
    updated_at: String,
}

impl From<ListedProduct> for ProductWire {
    fn from(listed: ListedProduct) -> Self {
        let row = listed.product;
        Self {
            id: row.id.to_string(),
            seller_id: row.seller_id.to_string(),
            attributes: attributes::values(row.attributes.as_deref()),
            lacks: attributes::lacking(&row.category, row.attributes.as_deref()),
            name: row.name,
            category: row.category,
            unit: row.unit.code(),
            gtin: row.gtin.to_string(),
            gtin_kind: row.gtin_kind.code(),
            former_gtins: listed.former_gtins.iter().map(ToString::to_string).collect(),
            brand: row.brand,
            description: row.description,
            shelf_life_days: row.shelf_life_days,
            photos: listed.photos.iter().map(ToString::to_string).collect(),
            created_at: row.created_at.rfc3339(),
            updated_at: row.updated_at.rfc3339(),
        }
    }
}

/// Products.
#[utoipa::path(get, path = "/api/v1/products", tag = "catalogue", params(PageParams),
    security((), ("bearer" = []), ("session" = [])), responses((status = OK, body = List<ProductWire>)))]
pub async fn list_products(
    State(app): State<App>,
    Maybe(caller): Maybe<SignedIn>,
    Params(params): Params<PageParams>,
) -> Result<Json<List<ProductWire>>, Problem> {
    let paging = params.paging()?;
    let own = whose(&app, &params, caller.as_ref()).await?;
    let rows = lists::products(app.db().read(), own.as_deref(), paging).await?;
    Ok(Json(List::page(
        rows,
        paging.limit,
        |listed| listed.product.id.to_string(),
        ProductWire::from,
    )))
}

/// One product.
#[utoipa::path(get, path = "/api/v1/products/{id}", tag = "catalogue", params(("id" = String, Path)),
    responses((status = OK, body = ProductWire)))]
pub async fn get_product(State(app): State<App>, Id(id): Id<ProductId>) -> Result<Json<ProductWire>, Problem> {
    let found = lists::product(app.db().read(), id).await?;
    found.map(|found| Json(found.into())).ok_or_else(Problem::not_found)
}

/// Adds a product. Without a `gtin` it gets a number of the exchange's.
#[utoipa::path(post, path = "/api/v1/products", tag = "catalogue", request_body = MakeProduct,
    params(("Idempotency-Key" = Option<String>, Header)), security(("bearer" = []), ("session" = [])),
    responses((status = CREATED, body = ProductWire)))]
pub async fn create_product(
    State(app): State<App>,
    selling: Selling,
    once: Once,
    Body { value, digest }: Body<MakeProduct>,
) -> Result<Answer, Problem> {
    let new = value.check(&selling)?;
    let prefix = app.config().gs1_prefix.clone();
    write_once(&app, selling.actor(), once, &digest, move |unit| {
        let (new, prefix) = (new.clone(), prefix.clone());
        Box::pin(async move {
            let made = ListedProduct {
                product: make_product(unit, prefix.as_deref(), new).await?,
                photos: Vec::new(),
                former_gtins: Vec::new(),
            };
            Answer::created(
                format!("/api/v1/products/{}", made.product.id),
                &ProductWire::from(made),
            )
        })
    })
    .await
}
