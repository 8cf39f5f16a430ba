//! Categories over HTTP.

use axum::{Json, http::HeaderMap};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    catalogue::category::{Category, categories},
    http::{language::Language, list::List},
};

/// A category; every one may be assigned to a product.
#[derive(Debug, Serialize, ToSchema)]
pub struct CategoryWire {
    id: &'static str,
    parent: Option<&'static str>,
    name: &'static str,
    /// The product set of the OCOP classification (QĐ 26/2026).
    ocop_set: Option<u8>,
}

/// The categories, each group before its leaves.
#[utoipa::path(get, path = "/api/v1/categories", tag = "catalogue", responses((status = OK, body = List<CategoryWire>)))]
pub async fn list_categories(headers: HeaderMap) -> Json<List<CategoryWire>> {
    let language = Language::of_api(&headers);
    let wire = |category: &'static Category| CategoryWire {
        id: &category.id,
        parent: category.parent.as_deref(),
        name: category.name(language),
        ocop_set: category.ocop_set_no,
    };
    let items: Vec<_> = categories().iter().map(wire).collect();
    Json(List {
        total: Some(items.len() as u64),
        items,
        next_cursor: None,
    })
}
