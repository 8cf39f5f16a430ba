//! Something begins to grow on a plot, and is over.

use entity::{
    Day,
    ids::{CropCycleId, PlotId, ProductId},
    trace::{crop_cycle, diary_entry, plot},
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, EntityTrait, IntoActiveModel, QueryFilter,
    sea_query::Expr,
};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    catalogue::Selling,
    checked,
    db::{Unit, is_duplicate},
    http::{
        body::day,
        input::{Field, Wrong},
    },
    trace::TraceError,
};

/// What begins to grow.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct BeginCycle {
    #[schema(value_type = String)]
    pub plot_id: Field<String>,
    /// What is sold of it, where it is one product.
    #[schema(value_type = Option<String>)]
    pub product_id: Field<String>,
    /// What grows, in the farmer's words.
    #[schema(value_type = String, max_length = 80, example = "Chè trung du")]
    pub crop: Field<String>,
    /// The day of sowing, planting or pruning.
    #[schema(value_type = String, format = Date)]
    pub began_on: Field<String>,
    /// Kilograms that the whole cycle is expected to give.
    #[schema(value_type = Option<i64>, minimum = 1, maximum = 100_000_000)]
    pub expected_yield_kg: Field<i64>,
}

/// A checked beginning.
#[derive(Clone, Debug)]
pub struct NewCycle {
    plot: PlotId,
    product: Option<ProductId>,
    crop: String,
    began_on: Day,
    expected_yield_kg: Option<i64>,
}

impl BeginCycle {
    pub fn check(&self, today: Day) -> Result<NewCycle, Wrong> {
        let mut wrong = Wrong::default();
        let plot = wrong.code::<PlotId>("/plot_id", &self.plot_id, "wrong-no-such-plot");
        let product = wrong.optional("/product_id", &self.product_id, |w, p, f| {
            w.code::<ProductId>(p, f, "wrong-no-such-product")
        });
        let crop = wrong.line("/crop", &self.crop, 80);
        let began_on = day(&mut wrong, "/began_on", &self.began_on);
        let expected_yield_kg = wrong.optional("/expected_yield_kg", &self.expected_yield_kg, |w, p, f| {
            w.integer(p, f, 1..=100_000_000)
        });
        if began_on.is_some_and(|day| day > today.plus_days(1)) {
            wrong.note("/began_on", "wrong-future");
        }
        checked!(wrong; plot, product, crop, began_on, expected_yield_kg);
        Ok(NewCycle {
            plot,
            product,
            crop,
            began_on,
            expected_yield_kg,
        })
    }
}

/// Writes the cycle. A plot has one at a time; what the diary tells of the plot since its first day belongs to it.
pub async fn begin_cycle(unit: &mut Unit, selling: &Selling, new: NewCycle) -> Result<crop_cycle::Model, TraceError> {
    let plot = plot::Entity::find_by_id(new.plot)
        .one(&*unit)
        .await?
        .filter(|plot| selling.acts_for(plot.seller_id))
        .ok_or_else(|| Wrong::one("/plot_id", "wrong-no-such-plot"))?;
    if let Some(product) = new.product {
        entity::catalogue::product::Entity::find_by_id(product)
            .one(&*unit)
            .await?
            .filter(|product| product.seller_id == plot.seller_id)
            .ok_or_else(|| Wrong::one("/product_id", "wrong-no-such-product"))?;
    }
    let others = crop_cycle::Entity::find()
        .filter(crop_cycle::Column::PlotId.eq(plot.id))
        .filter(
            Condition::any()
                .add(crop_cycle::Column::EndedOn.is_null())
                .add(crop_cycle::Column::EndedOn.gte(new.began_on)),
        )
        .all(&*unit)
        .await?;
    if others.iter().any(|cycle| cycle.ended_on.is_none()) {
        return Err(TraceError::StillGrowing);
    }
    if !others.is_empty() {
        return Err(Wrong::one("/began_on", "wrong-cycle-overlaps").into());
    }
    let made = crop_cycle::Model {
        id: unit.id::<CropCycleId>(),
        plot_id: plot.id,
        product_id: new.product,
        crop: new.crop,
        began_on: new.began_on,
        ended_on: None,
        expected_yield_kg: new.expected_yield_kg,
        recorded_at: unit.now(),
        recorded_by: unit.actor().person().unwrap_or_else(|| selling.person()),
    };
    let inserted = crop_cycle::Entity::insert(made.clone().into_active_model())
        .exec_without_returning(&*unit)
        .await;
    match inserted {
        Ok(_) => {}
        Err(error) if is_duplicate(&error) => return Err(TraceError::StillGrowing),
        Err(error) => return Err(error.into()),
    }
    diary_entry::Entity::update_many()
        .col_expr(diary_entry::Column::CycleId, Expr::value(made.id))
        .filter(diary_entry::Column::PlotId.eq(plot.id))
        .filter(diary_entry::Column::CycleId.is_null())
        .filter(diary_entry::Column::HappenedAt.gte(made.began_on.start()))
        .exec(&*unit)
        .await?;
    Ok(made)
}

/// When it was over.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct EndCycle {
    /// Its last day; when absent, today.
    #[schema(value_type = Option<String>, format = Date)]
    pub ended_on: Field<String>,
}

impl EndCycle {
    pub fn check(&self, today: Day) -> Result<Day, Wrong> {
        let mut wrong = Wrong::default();
        let ended_on = wrong.optional("/ended_on", &self.ended_on, day);
        if ended_on.flatten().is_some_and(|day| day > today.plus_days(1)) {
            wrong.note("/ended_on", "wrong-future");
        }
        checked!(wrong; ended_on);
        Ok(ended_on.unwrap_or(today))
    }
}

/// Ends a cycle.
pub async fn end_cycle(
    unit: &mut Unit,
    selling: &Selling,
    id: CropCycleId,
    ended_on: Day,
) -> Result<crop_cycle::Model, TraceError> {
    let cycle = super::read::cycle(&*unit, selling.sellers(), id)
        .await?
        .ok_or(TraceError::NoSuchThing)?;
    if cycle.ended_on.is_some() {
        return Err(TraceError::CycleEnded);
    }
    if ended_on < cycle.began_on {
        return Err(Wrong::one("/ended_on", "wrong-ends-before-it-begins").into());
    }
    let mut row = cycle.into_active_model();
    row.ended_on = Set(Some(ended_on));
    Ok(row.update(&*unit).await?)
}
