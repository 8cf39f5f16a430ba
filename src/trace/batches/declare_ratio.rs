//! A seller declares how much of a product so much that goes in gives.

use entity::{ids::ProductId, trace::yield_ratio};
use sea_orm::{EntityTrait, IntoActiveModel, sea_query::OnConflict};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    catalogue::Selling,
    checked,
    db::Unit,
    http::input::{Field, Wrong},
    trace::TraceError,
};

/// Ten to one: rice that is boiled, not tea that is dried.
const MOST_PER_MILLE: i64 = 10_000;

/// How much comes out.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct DeclareRatio {
    /// Of one that goes in, a decimal number as text: of 5 kg of fresh leaf 1 kg of tea is `0.2`. At most `10`.
    #[schema(value_type = String, example = "0.2")]
    pub ratio: Field<String>,
}

impl DeclareRatio {
    /// The ratio in thousandths.
    pub fn check(&self) -> Result<i64, Wrong> {
        let mut wrong = Wrong::default();
        let ratio = wrong.amount("/ratio", &self.ratio);
        if ratio.is_some_and(|ratio| ratio.0 > MOST_PER_MILLE) {
            wrong.note("/ratio", "wrong-too-large");
        }
        checked!(wrong; ratio);
        Ok(ratio.0)
    }
}

/// Writes the ratio; batches made from now on are judged by it.
pub async fn declare_ratio(
    unit: &mut Unit,
    selling: &Selling,
    product: ProductId,
    per_mille: i64,
) -> Result<yield_ratio::Model, TraceError> {
    entity::catalogue::product::Entity::find_by_id(product)
        .one(&*unit)
        .await?
        .filter(|product| selling.acts_for(product.seller_id))
        .ok_or(TraceError::NoSuchThing)?;
    let row = yield_ratio::Model {
        product_id: product,
        per_mille,
        declared_at: unit.now(),
        declared_by: unit.actor().person().unwrap_or_else(|| selling.person()),
    };
    let anew = OnConflict::column(yield_ratio::Column::ProductId)
        .update_columns([
            yield_ratio::Column::PerMille,
            yield_ratio::Column::DeclaredAt,
            yield_ratio::Column::DeclaredBy,
        ])
        .to_owned();
    yield_ratio::Entity::insert(row.clone().into_active_model())
        .on_conflict(anew)
        .exec_without_returning(&*unit)
        .await?;
    Ok(row)
}
