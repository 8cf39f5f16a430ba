//! A seller changes what a product is. What is absent stays as it is.

use entity::{
    Gtin,
    catalogue::{
        former_gtin,
        product::{self, GtinKind},
    },
    frame::change::{Cause, Subject},
    ids::ProductId,
};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ColumnTrait, EntityTrait, QueryFilter,
    sea_query::{Expr, OnConflict},
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{CatalogueError, attributes::Given, category::category, gtin, make_product::given};
use crate::{
    checked,
    db::{Unit, is_duplicate},
    http::input::{Field, Wrong},
};

/// The fields to change.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct EditProduct {
    #[schema(value_type = Option<String>, max_length = 160)]
    pub name: Field<String>,
    /// An id of `GET /categories`. Attributes that the new category does not have fall away.
    #[schema(value_type = Option<String>)]
    pub category: Field<String>,
    /// An empty one takes it away.
    #[schema(value_type = Option<String>, max_length = 120)]
    pub brand: Field<String>,
    #[schema(value_type = Option<String>, max_length = 8000)]
    pub description: Field<String>,
    /// Days it keeps after packing; 0 for nothing to say.
    #[schema(value_type = Option<i64>, minimum = 0, maximum = 36500)]
    pub shelf_life_days: Field<i64>,
    /// The seller's own number in place of the present one, which goes on leading here.
    #[schema(value_type = Option<String>)]
    pub gtin: Field<String>,
    /// Values by key; `null` takes one away, those not named stay.
    #[schema(value_type = Option<Object>)]
    pub attributes: Field<Given>,
}

/// Checked changes; `None` stays as it is.
#[derive(Clone, Debug)]
#[expect(clippy::option_option, reason = "absent, removed, or given: three things")]
pub struct ProductEdit {
    name: Option<String>,
    category: Option<&'static str>,
    brand: Option<Option<String>>,
    description: Option<String>,
    shelf_life_days: Option<Option<i32>>,
    gtin: Option<Gtin>,
    attributes: Field<Given>,
}

impl EditProduct {
    /// The changes in the shape of the request, so that they can wait for an officer and be read again.
    #[must_use]
    pub fn told(&self) -> Map<String, Value> {
        fn given<T: Serialize>(field: &Field<T>) -> Option<Value> {
            field.given().and_then(|value| serde_json::to_value(value).ok())
        }
        [
            ("name", given(&self.name)),
            ("category", given(&self.category)),
            ("brand", given(&self.brand)),
            ("description", given(&self.description)),
            ("shelf_life_days", given(&self.shelf_life_days)),
            ("gtin", given(&self.gtin)),
            ("attributes", given(&self.attributes)),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)))
        .collect()
    }

    /// Checks the changes against the product as it stands `before` them.
    pub fn check(&self, before: &product::Model) -> Result<ProductEdit, Wrong> {
        let mut wrong = Wrong::default();
        let name = wrong.optional("/name", &self.name, |wrong, pointer, field| {
            wrong.line(pointer, field, 160)
        });
        let category = wrong.optional("/category", &self.category, |wrong, pointer, field| {
            let known = category(wrong.required(pointer, field)?);
            if known.is_none() {
                wrong.note(pointer, "wrong-category");
            }
            known.map(|category| category.id.as_str())
        });
        let brand = wrong.optional("/brand", &self.brand, |wrong, pointer, field| match field {
            Field::Given(text) if text.trim().is_empty() => Some(None),
            field => wrong.line(pointer, field, 120).map(Some),
        });
        let description = wrong.optional("/description", &self.description, |wrong, pointer, field| {
            wrong.prose(pointer, field, 8000)
        });
        let shelf_life_days = wrong.optional("/shelf_life_days", &self.shelf_life_days, |wrong, pointer, field| {
            let days = wrong.integer(pointer, field, 0..=36_500)?;
            Some(i32::try_from(days).ok().filter(|days| *days > 0))
        });
        let gtin = wrong.optional("/gtin", &self.gtin, |wrong, _, field| gtin::own(wrong, field));
        // Checked again when it is written, for the category may be another by then.
        let wanted = match category {
            Some(Some(id)) => Some(id),
            Some(None) => Some(before.category.as_str()),
            None => None,
        };
        let attributes = given(&mut wrong, wanted, before.attributes.as_deref(), &self.attributes);
        checked!(wrong; name, category, brand, description, shelf_life_days, gtin, attributes);
        let _ = attributes;
        Ok(ProductEdit {
            name,
            category,
            brand,
            description,
            shelf_life_days,
            gtin,
            attributes: self.attributes.clone(),
        })
    }
}

impl ProductEdit {
    /// Refuses a number under `prefix`, the province's: those are given by the exchange alone.
    pub fn not_ours(&self, prefix: Option<&str>) -> Result<(), Wrong> {
        self.gtin.as_ref().map_or(Ok(()), |gtin| gtin::not_ours(prefix, gtin))
    }
}

/// Changes the product `id` and returns it as it is now. `prefix` is the province's GS1 company prefix.
///
/// A number that is replaced goes on leading to the product: stickers carry it. What is on sale of the product follows in
/// `listings::apply_edit`.
pub async fn edit_product(
    unit: &mut Unit,
    prefix: Option<&str>,
    id: ProductId,
    edit: ProductEdit,
) -> Result<product::Model, CatalogueError> {
    touch(unit, id).await?;
    let before = product::Entity::find_by_id(id)
        .one(&*unit)
        .await?
        .ok_or(CatalogueError::NoSuchThing)?;
    let mut wrong = Wrong::default();
    let category = edit.category.unwrap_or(&before.category);
    let attributes = given(
        &mut wrong,
        Some(category),
        before.attributes.as_deref(),
        &edit.attributes,
    );
    let Some(attributes) = attributes else {
        return Err(wrong.into());
    };
    let mut row = product::ActiveModel {
        id: Set(id),
        attributes: Set(attributes),
        ..Default::default()
    };
    if let Some(name) = edit.name {
        row.name = Set(name);
    }
    if let Some(category) = edit.category {
        row.category = Set(category.to_owned());
    }
    if let Some(brand) = edit.brand {
        row.brand = Set(brand);
    }
    if let Some(description) = edit.description {
        row.description = Set(description);
    }
    if let Some(days) = edit.shelf_life_days {
        row.shelf_life_days = Set(days);
    }
    let number = edit.gtin.filter(|gtin| *gtin != before.gtin);
    if let Some(gtin) = &number {
        gtin::not_ours(prefix, gtin)?;
        row.gtin = Set(gtin.clone());
        row.gtin_kind = Set(GtinKind::Global);
    }
    let after = match row.update(&*unit).await {
        Ok(after) => after,
        Err(error) if is_duplicate(&error) => return Err(CatalogueError::GtinTaken),
        Err(error) => return Err(error.into()),
    };
    if let Some(gtin) = number {
        keep_former(unit, &before, &gtin).await?;
    }
    unit.changed(Subject::Product, id, Cause::Edited).await?;
    Ok(after)
}

/// Remembers the number that `before` had, now that `gtin` has taken its place.
async fn keep_former(unit: &Unit, before: &product::Model, gtin: &Gtin) -> Result<(), CatalogueError> {
    gtin::never_anothers(unit, before.id, gtin).await?;
    // It may have had this one before and have come back to it.
    former_gtin::Entity::delete_by_id(gtin.clone()).exec(unit).await?;
    let row = former_gtin::ActiveModel {
        gtin: Set(before.gtin.clone()),
        product_id: Set(before.id),
        replaced_at: Set(unit.now()),
    };
    let again = OnConflict::column(former_gtin::Column::Gtin)
        .update_column(former_gtin::Column::ReplacedAt)
        .to_owned();
    former_gtin::Entity::insert(row)
        .on_conflict(again)
        .exec_without_returning(unit)
        .await?;
    Ok(())
}

/// Marks the product as changed now. Whoever else changes it or its photographs waits here until this unit ends.
pub(super) async fn touch(unit: &Unit, id: ProductId) -> Result<(), CatalogueError> {
    let found = product::Entity::update_many()
        .col_expr(product::Column::UpdatedAt, Expr::value(unit.now()))
        .filter(product::Column::Id.eq(id))
        .exec(unit)
        .await?;
    if found.rows_affected == 1 {
        Ok(())
    } else {
        Err(CatalogueError::NoSuchThing)
    }
}
