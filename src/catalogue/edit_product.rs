//! A seller changes what a product is. What is absent stays as it is.

use entity::{
    Gtin,
    catalogue::product::{self, GtinKind},
    frame::change::{Cause, Subject},
    ids::ProductId,
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set};

use super::{CatalogueError, category::category, gtin};
use crate::{
    checked,
    db::{Unit, is_duplicate},
    http::input::{Field, Wrong},
};

/// The fields to change.
#[derive(Clone, Debug, Default)]
pub struct EditProduct {
    pub name: Field<String>,
    pub category: Field<String>,
    pub brand: Field<String>,
    pub description: Field<String>,
    pub shelf_life_days: Field<i64>,
    pub gtin: Field<String>,
}

/// Checked changes.
#[derive(Clone, Debug)]
pub struct ProductEdit {
    name: Option<String>,
    category: Option<&'static str>,
    brand: Option<String>,
    description: Option<String>,
    shelf_life_days: Option<i32>,
    gtin: Option<Gtin>,
}

impl EditProduct {
    pub fn check(&self, _before: &product::Model) -> Result<ProductEdit, Wrong> {
        let mut wrong = Wrong::default();
        let name = wrong.optional("/name", &self.name, |wrong, pointer, field| wrong.line(pointer, field, 160));
        let category = wrong.optional("/category", &self.category, |wrong, pointer, field| {
            let known = category(wrong.required(pointer, field)?);
            if known.is_none() {
                wrong.note(pointer, "wrong-category");
            }
            known.map(|category| category.id.as_str())
        });
        let brand = wrong.optional("/brand", &self.brand, |wrong, pointer, field| wrong.line(pointer, field, 120));
        let description = wrong.optional("/description", &self.description, |wrong, pointer, field| {
            wrong.prose(pointer, field, 8000)
        });
        let shelf_life_days = wrong.optional("/shelf_life_days", &self.shelf_life_days, |wrong, pointer, field| {
            wrong.integer(pointer, field, 1..=36_500).and_then(|days| i32::try_from(days).ok())
        });
        let gtin = wrong.optional("/gtin", &self.gtin, |wrong, _, field| gtin::own(wrong, field));
        checked!(wrong; name, category, brand, description, shelf_life_days, gtin);
        Ok(ProductEdit {
            name,
            category,
            brand,
            description,
            shelf_life_days,
            gtin,
        })
    }
}

/// Changes the product `id`.
pub async fn edit_product(unit: &mut Unit, id: ProductId, edit: ProductEdit) -> Result<product::Model, CatalogueError> {
    let mut row = product::ActiveModel {
        id: Set(id),
        updated_at: Set(unit.now()),
        ..Default::default()
    };
    if let Some(name) = edit.name {
        row.name = Set(name);
    }
    if let Some(category) = edit.category {
        row.category = Set(category.to_owned());
    }
    if let Some(brand) = edit.brand {
        row.brand = Set(Some(brand));
    }
    if let Some(description) = edit.description {
        row.description = Set(description);
    }
    if let Some(days) = edit.shelf_life_days {
        row.shelf_life_days = Set(Some(days));
    }
    if let Some(gtin) = edit.gtin {
        row.gtin = Set(gtin);
        row.gtin_kind = Set(GtinKind::Global);
    }
    let after = match row.update(&*unit).await {
        Ok(after) => after,
        Err(error) if is_duplicate(&error) => return Err(CatalogueError::GtinTaken),
        Err(error) => return Err(error.into()),
    };
    unit.changed(Subject::Product, id, Cause::Edited).await?;
    Ok(after)
}
