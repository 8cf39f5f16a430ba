//! Changing a product over HTTP. It stands here and not in the catalogue because what is on sale of it changes too.

use axum::{Json, extract::State};
use entity::ids::ProductId;

use super::{ListingsError, edit_product::apply_edit};
use crate::{
    app::App,
    catalogue::{ProductWire, Selling, edit_product::EditProduct, listed_product},
    http::{
        body::{Body, Id},
        problem::Problem,
    },
};

/// Changes a product of the caller's; absent fields stay. What is on sale of it follows.
#[utoipa::path(patch, path = "/api/v1/products/{id}", tag = "catalogue", params(("id" = String, Path)),
    request_body = EditProduct, security(("bearer" = []), ("session" = [])),
    responses((status = OK, body = ProductWire)))]
pub async fn patch_product(
    State(app): State<App>,
    selling: Selling,
    Id(id): Id<ProductId>,
    Body { value, .. }: Body<EditProduct>,
) -> Result<Json<ProductWire>, Problem> {
    let before = listed_product(app.db().read(), id)
        .await?
        .filter(|listed| selling.acts_for(listed.product.seller_id))
        .ok_or_else(Problem::not_found)?;
    let edit = value.check(&before.product)?;
    let prefix = app.config().gs1_prefix.clone();
    let after = app
        .write(selling.actor(), move |unit| {
            let (edit, prefix) = (edit.clone(), prefix.clone());
            Box::pin(async move {
                apply_edit(unit, prefix.as_deref(), id, edit).await?;
                listed_product(&*unit, id).await?.ok_or(ListingsError::NoSuchListing)
            })
        })
        .await?;
    Ok(Json(after.into()))
}
