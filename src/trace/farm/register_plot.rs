//! A seller names a place where things grow.

use entity::{
    CommuneCode,
    ids::{PlotId, SellerId},
    trace::plot,
};
use sea_orm::{EntityTrait, IntoActiveModel};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::geometry::Geometry;
use crate::{
    catalogue::{Selling, commune},
    checked,
    db::Unit,
    http::input::{Field, Wrong},
    trace::TraceError,
};

/// What a new plot needs.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct RegisterPlot {
    /// Whose; the caller's first seller when absent.
    #[schema(value_type = Option<String>)]
    pub seller_id: Field<String>,
    #[schema(value_type = String, max_length = 120, example = "Đồi chè sau nhà")]
    pub name: Field<String>,
    #[schema(value_type = String, example = "05503")]
    pub commune_code: Field<String>,
    /// Square metres.
    #[schema(value_type = i64, minimum = 1, maximum = 100_000_000, example = 3600)]
    pub area_m2: Field<i64>,
    /// The state's growing-area code (mã số vùng trồng).
    #[schema(value_type = Option<String>, max_length = 60)]
    pub growing_area_code: Field<String>,
    /// Where exactly: a GeoJSON Point or Polygon (RFC 7946) of at most 500 positions. Only the seller and officers see it.
    #[schema(value_type = Option<Object>, example = json!({"type": "Point", "coordinates": [105.7771, 21.5439]}))]
    pub geometry: Field<Value>,
}

/// A checked plot.
#[derive(Clone, Debug)]
pub struct NewPlot {
    seller_id: SellerId,
    name: String,
    commune_code: CommuneCode,
    area_m2: i64,
    growing_area_code: Option<String>,
    geometry: Option<Geometry>,
}

impl RegisterPlot {
    pub fn check(&self, selling: &Selling) -> Result<NewPlot, Wrong> {
        let mut wrong = Wrong::default();
        let seller_id = selling.choose(&mut wrong, "/seller_id", &self.seller_id);
        let name = wrong.line("/name", &self.name, 120);
        let commune_code = commune(&mut wrong, "/commune_code", &self.commune_code);
        let area_m2 = wrong.integer("/area_m2", &self.area_m2, 1..=100_000_000);
        let growing_area_code = wrong.optional(
            "/growing_area_code",
            &self.growing_area_code,
            |wrong, pointer, field| wrong.line(pointer, field, 60),
        );
        let geometry = wrong.optional("/geometry", &self.geometry, geometry);
        checked!(wrong; seller_id, name, commune_code, area_m2, growing_area_code, geometry);
        Ok(NewPlot {
            seller_id,
            name,
            commune_code,
            area_m2,
            growing_area_code,
            geometry,
        })
    }
}

/// The geometry that `field` gives.
pub(super) fn geometry(wrong: &mut Wrong, pointer: &str, field: &Field<Value>) -> Option<Geometry> {
    let value = wrong.required(pointer, field)?;
    Geometry::read(wrong, pointer, value)
}

/// Writes the plot.
pub async fn register_plot(unit: &mut Unit, new: NewPlot) -> Result<plot::Model, TraceError> {
    let made = plot::Model {
        id: unit.id::<PlotId>(),
        seller_id: new.seller_id,
        name: new.name,
        commune_code: new.commune_code,
        area_m2: new.area_m2,
        growing_area_code: new.growing_area_code,
        created_at: unit.now(),
        geometry: new.geometry.map(|geometry| geometry.to_text()),
    };
    plot::Entity::insert(made.clone().into_active_model())
        .exec_without_returning(&*unit)
        .await?;
    Ok(made)
}
