//! A seller adds a product.

use entity::{
    Gtin, Unit as Measure,
    catalogue::product::{self, GtinKind},
    frame::change::{Cause, Subject},
    ids::{ProductId, SellerId},
};
use sea_orm::{EntityTrait, IntoActiveModel};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    CatalogueError,
    attributes::{Given, merged},
    category::category,
    gtin,
    selling::Selling,
};
use crate::{
    checked,
    db::{Unit, is_duplicate},
    http::input::{Field, Wrong},
};

/// What a new product needs.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct MakeProduct {
    /// For whom; the caller's first seller when absent.
    #[schema(value_type = Option<String>)]
    pub seller_id: Field<String>,
    #[schema(value_type = String, max_length = 160, example = "Chè tôm nõn")]
    pub name: Field<String>,
    /// An id of `GET /categories`.
    #[schema(value_type = String, example = "tea-premium")]
    pub category: Field<String>,
    /// A unit's code.
    #[schema(value_type = String, example = "kg")]
    pub unit: Field<String>,
    /// 8, 12, 13 or 14 digits; when absent the exchange gives a number.
    #[schema(value_type = Option<String>)]
    pub gtin: Field<String>,
    #[schema(value_type = Option<String>, max_length = 120)]
    pub brand: Field<String>,
    #[schema(value_type = Option<String>, max_length = 8000)]
    pub description: Field<String>,
    /// Days it keeps after packing.
    #[schema(value_type = Option<i64>, minimum = 1, maximum = 36500)]
    pub shelf_life_days: Field<i64>,
    /// Values of the category's attributes by key, as `GET /categories` describes them.
    #[schema(value_type = Option<Object>)]
    pub attributes: Field<Given>,
}

/// A checked product.
#[derive(Clone, Debug)]
pub struct NewProduct {
    seller_id: SellerId,
    name: String,
    category: &'static str,
    unit: Measure,
    gtin: Option<Gtin>,
    brand: Option<String>,
    description: String,
    shelf_life_days: Option<i32>,
    attributes: Option<String>,
}

impl MakeProduct {
    pub fn check(&self, selling: &Selling) -> Result<NewProduct, Wrong> {
        let mut wrong = Wrong::default();
        let seller_id = selling.choose(&mut wrong, "/seller_id", &self.seller_id);
        let name = wrong.line("/name", &self.name, 160);
        let known = wrong.required("/category", &self.category).map(|id| category(id));
        if matches!(known, Some(None)) {
            wrong.note("/category", "wrong-category");
        }
        let unit = wrong.code::<Measure>("/unit", &self.unit, "wrong-unit");
        let gtin = wrong.optional("/gtin", &self.gtin, |wrong, _, field| gtin::own(wrong, field));
        let brand = wrong.optional("/brand", &self.brand, |wrong, pointer, field| {
            wrong.line(pointer, field, 120)
        });
        let description = wrong.prose("/description", &self.description, 8000);
        let shelf_life_days = wrong.optional("/shelf_life_days", &self.shelf_life_days, |wrong, pointer, field| {
            wrong
                .integer(pointer, field, 1..=36_500)
                .and_then(|days| i32::try_from(days).ok())
        });
        let category = known.flatten().map(|category| category.id.as_str());
        let attributes = given(&mut wrong, category, None, &self.attributes);
        checked!(wrong; seller_id, name, category, unit, gtin, brand, description, shelf_life_days, attributes);
        Ok(NewProduct {
            seller_id,
            name,
            category,
            unit,
            gtin,
            brand,
            description,
            shelf_life_days,
            attributes,
        })
    }
}

/// The stored form of a product's attributes after `field`, in the category it is to have; `stored` is how they stand.
/// Without a category there is nothing to hold them against, and that is refused already.
#[expect(clippy::option_option, reason = "refused, or nothing to store, or what to store")]
pub(super) fn given(
    wrong: &mut Wrong,
    category: Option<&str>,
    stored: Option<&str>,
    field: &Field<Given>,
) -> Option<Option<String>> {
    match field {
        Field::WrongType => {
            wrong.note("/attributes", "wrong-object");
            None
        }
        Field::Missing => merged(wrong, category?, stored, &Given::new()),
        Field::Given(changes) => merged(wrong, category?, stored, changes),
    }
}

/// Writes the product; without a GTIN of its own it gets one (see [`gtin::allocate`]).
pub async fn make_product(
    unit: &mut Unit,
    prefix: Option<&str>,
    new: NewProduct,
) -> Result<product::Model, CatalogueError> {
    let (gtin, gtin_kind) = match new.gtin {
        Some(gtin) => {
            gtin::not_ours(prefix, &gtin)?;
            (gtin, GtinKind::Global)
        }
        None => gtin::allocate(unit, prefix).await?,
    };
    let made = product::Model {
        id: unit.id::<ProductId>(),
        seller_id: new.seller_id,
        name: new.name,
        category: new.category.to_owned(),
        unit: new.unit,
        gtin,
        gtin_kind,
        brand: new.brand,
        description: new.description,
        shelf_life_days: new.shelf_life_days,
        attributes: new.attributes,
        created_at: unit.now(),
        updated_at: unit.now(),
    };
    let row = made.clone().into_active_model();
    match product::Entity::insert(row).exec_without_returning(&*unit).await {
        Ok(_) => {}
        Err(error) if is_duplicate(&error) => return Err(CatalogueError::GtinTaken),
        Err(error) => return Err(error.into()),
    }
    gtin::never_anothers(unit, made.id, &made.gtin).await?;
    unit.changed(Subject::Product, made.id, Cause::Made).await?;
    Ok(made)
}
