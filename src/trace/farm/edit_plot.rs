//! A seller says more of a plot, or otherwise. What is absent stays as it is.

use entity::{
    CommuneCode,
    frame::change::{Cause, Subject},
    ids::PlotId,
    trace::{batch_plot, plot},
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{geometry::Geometry, register_plot::geometry};
use crate::{
    catalogue::{Selling, commune},
    checked,
    db::Unit,
    http::input::{Change, Field, Patch, Wrong},
    trace::TraceError,
};

/// The fields to change.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct EditPlot {
    #[schema(value_type = Option<String>, max_length = 120)]
    pub name: Field<String>,
    #[schema(value_type = Option<String>)]
    pub commune_code: Field<String>,
    /// Square metres.
    #[schema(value_type = Option<i64>, minimum = 1, maximum = 100_000_000)]
    pub area_m2: Field<i64>,
    /// The state's growing-area code; `null` takes it away.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 60)]
    pub growing_area_code: Patch<String>,
    /// A GeoJSON Point or Polygon; `null` takes it away.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    pub geometry: Patch<Value>,
}

/// Checked changes.
#[derive(Clone, Debug)]
pub struct PlotEdit {
    name: Option<String>,
    commune_code: Option<CommuneCode>,
    area_m2: Option<i64>,
    growing_area_code: Change<String>,
    geometry: Change<Geometry>,
}

impl EditPlot {
    pub fn check(&self) -> Result<PlotEdit, Wrong> {
        let mut wrong = Wrong::default();
        let name = wrong.optional("/name", &self.name, |w, p, f| w.line(p, f, 120));
        let commune_code = wrong.optional("/commune_code", &self.commune_code, commune);
        let area_m2 = wrong.optional("/area_m2", &self.area_m2, |w, p, f| w.integer(p, f, 1..=100_000_000));
        let growing_area_code = self
            .growing_area_code
            .read(&mut wrong, "/growing_area_code", |w, p, f| w.line(p, f, 60));
        let geometry = self.geometry.read(&mut wrong, "/geometry", geometry);
        checked!(wrong; name, commune_code, area_m2, growing_area_code, geometry);
        Ok(PlotEdit {
            name,
            commune_code,
            area_m2,
            growing_area_code,
            geometry,
        })
    }
}

/// Writes the changes. The pages of batches that grew there show them.
pub async fn edit_plot(
    unit: &mut Unit,
    selling: &Selling,
    id: PlotId,
    edit: PlotEdit,
) -> Result<plot::Model, TraceError> {
    let before = plot::Entity::find_by_id(id)
        .one(&*unit)
        .await?
        .filter(|plot| selling.acts_for(plot.seller_id))
        .ok_or(TraceError::NoSuchThing)?;
    let after = plot::Model {
        name: edit.name.unwrap_or_else(|| before.name.clone()),
        commune_code: edit.commune_code.unwrap_or_else(|| before.commune_code.clone()),
        area_m2: edit.area_m2.unwrap_or(before.area_m2),
        growing_area_code: edit.growing_area_code.over(before.growing_area_code.clone()),
        geometry: match edit.geometry {
            Change::Keep => before.geometry.clone(),
            Change::Remove => None,
            Change::To(geometry) => Some(geometry.to_text()),
        },
        ..before
    };
    let mut row = after.clone().into_active_model();
    row.name = Set(after.name.clone());
    row.commune_code = Set(after.commune_code.clone());
    row.area_m2 = Set(after.area_m2);
    row.growing_area_code = Set(after.growing_area_code.clone());
    row.geometry = Set(after.geometry.clone());
    row.update(&*unit).await?;
    let grown = batch_plot::Entity::find()
        .filter(batch_plot::Column::PlotId.eq(id))
        .all(&*unit)
        .await?;
    let batches = grown.into_iter().map(|row| row.batch_id.into());
    unit.changed_all(Subject::Batch, batches, Cause::Edited).await?;
    Ok(after)
}
