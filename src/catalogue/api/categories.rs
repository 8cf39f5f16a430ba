//! Categories over HTTP.

use axum::{Json, extract::Path, http::HeaderMap};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    catalogue::{
        attributes::{self, Attribute},
        category::{Category, categories, category},
    },
    http::{language::Language, list::List, problem::Problem},
};

/// A category; every one may be assigned to a product.
#[derive(Debug, Serialize, ToSchema)]
pub struct CategoryWire {
    id: &'static str,
    parent: Option<&'static str>,
    name: &'static str,
    /// The product set of the OCOP classification (QĐ 26/2026).
    ocop_set: Option<u8>,
    /// In Google's product taxonomy, where one fits for sure.
    google_category: Option<u32>,
    /// Of the GS1 Global Product Classification, where one fits for sure.
    gpc_brick: Option<&'static str>,
    /// What a product of it may say, in the order to show it; a leaf's are its own and its group's.
    attributes: Vec<AttributeWire>,
}

/// Something that a product of a category may say.
#[derive(Debug, Serialize, ToSchema)]
pub struct AttributeWire {
    key: &'static str,
    name: &'static str,
    /// `text`, `integer`, `decimal` (as text), `choice`, `choices`, `flag` or `date`.
    kind: &'static str,
    /// What a number counts.
    unit: Option<&'static str>,
    /// Buyers expect it; a product without it is taken all the same.
    required: bool,
    /// The least number.
    least: Option<&'static str>,
    /// The greatest number; of a text, how many characters it may have.
    most: Option<&'static str>,
    /// What may be chosen.
    choices: Vec<ChoiceWire>,
}

/// Something to choose.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChoiceWire {
    code: &'static str,
    name: &'static str,
}

impl AttributeWire {
    fn of(attribute: &'static Attribute, language: Language) -> Self {
        Self {
            key: &attribute.key,
            name: attribute.name(language),
            kind: attribute.kind.code(),
            unit: attribute.unit.as_deref(),
            required: attribute.required,
            least: attribute.least.as_deref(),
            most: attribute.most.as_deref(),
            choices: attribute
                .choices()
                .iter()
                .map(|choice| ChoiceWire {
                    code: &choice.code,
                    name: choice.name(language),
                })
                .collect(),
        }
    }
}

impl CategoryWire {
    fn of(category: &'static Category, language: Language) -> Self {
        Self {
            id: &category.id,
            parent: category.parent.as_deref(),
            name: category.name(language),
            ocop_set: category.ocop_set_no,
            google_category: category.google_category,
            gpc_brick: category.gpc_brick.as_deref(),
            attributes: attributes::of(&category.id)
                .iter()
                .map(|attribute| AttributeWire::of(attribute, language))
                .collect(),
        }
    }
}

/// The categories, each group before its leaves.
#[utoipa::path(get, path = "/api/v1/categories", tag = "catalogue", responses((status = OK, body = List<CategoryWire>)))]
pub async fn list_categories(headers: HeaderMap) -> Json<List<CategoryWire>> {
    let language = Language::of_api(&headers);
    let items: Vec<_> = categories()
        .iter()
        .map(|category| CategoryWire::of(category, language))
        .collect();
    Json(List {
        total: Some(items.len() as u64),
        items,
        next_cursor: None,
    })
}

/// One category.
#[utoipa::path(get, path = "/api/v1/categories/{id}", tag = "catalogue", params(("id" = String, Path)),
    responses((status = OK, body = CategoryWire)))]
pub async fn get_category(headers: HeaderMap, Path(id): Path<String>) -> Result<Json<CategoryWire>, Problem> {
    let found = category(&id).ok_or_else(Problem::not_found)?;
    Ok(Json(CategoryWire::of(found, Language::of_api(&headers))))
}
