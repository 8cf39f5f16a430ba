//! Changing a product over HTTP. It stands here and not in the catalogue because what is on sale of it changes too.

use axum::{Json, extract::State};
use entity::ids::ProductId;

use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{ListingsError, edit_product::change_product};
use crate::{
    app::App,
    catalogue::{ProductWire, Selling, edit_product::EditProduct, listed_product},
    http::{
        body::{Body, Id},
        problem::Problem,
    },
};

/// A product after its change.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChangedProduct {
    #[serde(flatten)]
    product: ProductWire,
    /// The change, where it waits for an officer because the product is on sale and the province reviews listings; the
    /// product is as it was until then.
    #[schema(value_type = Option<Object>)]
    proposed: Option<Map<String, Value>>,
}

/// Changes a product of the caller's; absent fields stay. What is on sale of it follows.
#[utoipa::path(patch, path = "/api/v1/products/{id}", tag = "catalogue", params(("id" = String, Path)),
    request_body = EditProduct, security(("bearer" = []), ("session" = [])),
    responses((status = OK, body = ChangedProduct)))]
pub async fn patch_product(
    State(app): State<App>,
    selling: Selling,
    Id(id): Id<ProductId>,
    Body { value, .. }: Body<EditProduct>,
) -> Result<Json<ChangedProduct>, Problem> {
    let before = listed_product(app.db().read(), id)
        .await?
        .filter(|listed| selling.acts_for(listed.product.seller_id))
        .ok_or_else(Problem::not_found)?;
    let (edit, told) = (value.check(&before.product)?, value.told());
    let (policy, prefix) = (app.policy(), app.config().gs1_prefix.clone());
    let (proposed, after) = app
        .write(selling.actor(), move |unit| {
            let (edit, told, prefix) = (edit.clone(), told.clone(), prefix.clone());
            Box::pin(async move {
                let proposed = change_product(unit, policy, prefix.as_deref(), id, edit, told).await?;
                let after = listed_product(&*unit, id).await?;
                after.map(|after| (proposed, after)).ok_or(ListingsError::NoSuchListing)
            })
        })
        .await?;
    Ok(Json(ChangedProduct {
        product: after.into(),
        proposed,
    }))
}
