//! Why a batch just made may not be sold yet: the rules of the interval and of the mass balance, over what is known.

use entity::{
    Quantity,
    ids::{BatchId, PlotId},
    trace::{
        batch::{self},
        batch_hold::{self, Reason},
        batch_input, batch_plot, crop_cycle, plot, yield_ratio,
    },
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Query,
};

use super::{
    mass_balance::{self, Expected, Made, SAME, shares, sum},
    yields::{limits, usual},
};
use crate::{
    db::Unit,
    trace::{
        farm::{
            interval::pre_harvest_interval,
            read::{cycle_on, sprayings},
        },
        holds::Hold,
    },
};

/// Where a batch came from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Story<'s> {
    pub plots: &'s [plot::Model],
    pub inputs: &'s [(batch::Model, Quantity)],
}

/// The holds for `made`, which is written already.
pub(super) async fn judge(unit: &Unit, made: &batch::Model, story: &Story<'_>) -> Result<Vec<Hold>, DbErr> {
    let quantity = Quantity::new(made.quantity, made.unit);
    let mut holds = Vec::new();
    let plots: Vec<_> = story.plots.iter().map(|plot| plot.id).collect();
    holds.extend(pre_harvest_interval(made.harvested_on, &sprayings(unit, &plots).await?));
    if story.inputs.is_empty() {
        holds.extend(mass_balance::more_than_grows(
            quantity,
            story.plots.iter().map(|plot| plot.area_m2).sum(),
        ));
        for plot in story.plots {
            holds.extend(beyond_cycle(unit, made, plot).await?);
        }
        return Ok(holds);
    }
    let taken: Vec<_> = story.inputs.iter().map(|(_, quantity)| *quantity).collect();
    let one = Made {
        quantity,
        per_mille: ratio(unit, made).await?,
    };
    holds.extend(mass_balance::more_than_went_in(
        &[one],
        &taken,
        limits(made.harvested_on),
    ));
    for (input, _) in story.inputs {
        holds.extend(overdrawn(unit, input).await?);
    }
    holds.extend(inherited(unit, story.inputs).await?);
    Ok(holds)
}

/// The declared ratio of what `made` is, in thousandths; one to one where none is declared.
pub(super) async fn ratio(db: &impl ConnectionTrait, made: &batch::Model) -> Result<i64, DbErr> {
    let row = yield_ratio::Entity::find_by_id(made.product_id).one(db).await?;
    Ok(row.map_or(SAME, |row| row.per_mille))
}

/// Whether more was taken of `input`, by all that was made of it, than there was.
pub(super) async fn overdrawn(db: &impl ConnectionTrait, input: &batch::Model) -> Result<Option<Hold>, DbErr> {
    let had = Quantity::new(input.quantity, input.unit);
    let taken = used_of(db, input).await?;
    Ok(mass_balance::more_than_there_was(input.lot.as_str(), had, taken))
}

/// How much of `input` others were made of, in its own unit.
pub async fn used_of(db: &impl ConnectionTrait, input: &batch::Model) -> Result<Quantity, DbErr> {
    let uses = batch_input::Entity::find()
        .filter(batch_input::Column::InputId.eq(input.id))
        .all(db)
        .await?;
    Ok(sum(
        uses.iter().map(|used| Quantity::new(used.quantity, used.unit)),
        input.unit,
    ))
}

/// What is held does not become free by being mixed, split or packed anew: each reason goes on, with the lot it comes from.
pub(super) async fn inherited(
    db: &impl ConnectionTrait,
    inputs: &[(batch::Model, Quantity)],
) -> Result<Vec<Hold>, DbErr> {
    let open = batch_hold::Entity::find()
        .filter(batch_hold::Column::BatchId.is_in(inputs.iter().map(|(input, _)| input.id)))
        .filter(batch_hold::Column::ReleasedAt.is_null())
        .order_by_asc(batch_hold::Column::Id)
        .all(db)
        .await?;
    let told = |row: batch_hold::Model| {
        let (input, _) = inputs.iter().find(|(input, _)| input.id == row.batch_id)?;
        if row.reason == Reason::Recalled {
            // In the recall's own words, by which it finds the hold again when it follows the lot, and ends it.
            return Some(Hold {
                reason: row.reason,
                until: row.until,
                detail: row.detail,
                detail_en: row.detail_en,
            });
        }
        Some(Hold {
            reason: row.reason,
            until: row.until,
            detail: format!("Làm từ lô {} đang bị giữ: {}", input.lot, row.detail),
            detail_en: format!("Made of lot {}, which is held: {}", input.lot, row.detail_en),
        })
    };
    Ok(open.into_iter().filter_map(told).collect())
}

/// Whether the crop cycle on `plot`, with `made`, has given more than was declared or is usual.
async fn beyond_cycle(
    db: &impl ConnectionTrait,
    made: &batch::Model,
    plot: &plot::Model,
) -> Result<Option<Hold>, DbErr> {
    let Some(cycle) = cycle_on(db, plot.id, made.harvested_on).await? else {
        return Ok(None);
    };
    let harvests = harvests(db, plot.id, &cycle).await?;
    let mut parts = Vec::new();
    for harvest in &harvests {
        parts.push(part_of(db, harvest, plot.id).await?);
    }
    let expected = Expected {
        area_m2: plot.area_m2,
        declared_kg: cycle.expected_yield_kg,
        usual: usual(&cycle.crop, made.harvested_on),
        crop: cycle.crop,
    };
    Ok(mass_balance::more_than_expected(
        sum(parts, made.unit),
        &expected,
        limits(made.harvested_on),
    ))
}

/// The batches harvested from `plot` in `cycle`; what was made of other batches was harvested with those.
async fn harvests(
    db: &impl ConnectionTrait,
    plot: PlotId,
    cycle: &crop_cycle::Model,
) -> Result<Vec<batch::Model>, DbErr> {
    let on_plot = Query::select()
        .column(batch_plot::Column::BatchId)
        .from(batch_plot::Entity)
        .and_where(batch_plot::Column::PlotId.eq(plot))
        .to_owned();
    let made_of_others = Query::select()
        .column(batch_input::Column::BatchId)
        .from(batch_input::Entity)
        .to_owned();
    let mut query = batch::Entity::find()
        .filter(batch::Column::Id.in_subquery(on_plot))
        .filter(batch::Column::Id.not_in_subquery(made_of_others))
        .filter(batch::Column::HarvestedOn.gte(cycle.began_on));
    if let Some(ended_on) = cycle.ended_on {
        query = query.filter(batch::Column::HarvestedOn.lte(ended_on));
    }
    query.all(db).await
}

/// How much of `harvest` came from `plot`: what came from several is shared among them by their areas.
async fn part_of(db: &impl ConnectionTrait, harvest: &batch::Model, plot: PlotId) -> Result<Quantity, DbErr> {
    let ids: Vec<PlotId> = batch_plot::Entity::find()
        .select_only()
        .column(batch_plot::Column::PlotId)
        .filter(batch_plot::Column::BatchId.eq(harvest.id))
        .into_tuple()
        .all(db)
        .await?;
    let plots = plot::Entity::find()
        .filter(plot::Column::Id.is_in(ids))
        .order_by_asc(plot::Column::Id)
        .all(db)
        .await?;
    let areas: Vec<i128> = plots.iter().map(|row| i128::from(row.area_m2)).collect();
    let shares = shares(harvest.quantity.0, &areas);
    let own = plots
        .iter()
        .position(|row| row.id == plot)
        .and_then(|place| shares.get(place));
    Ok(Quantity::new(
        entity::Thousandths(own.copied().unwrap_or(0)),
        harvest.unit,
    ))
}

/// The plots that `batches` grew on.
pub(super) async fn plots_of(db: &impl ConnectionTrait, batches: &[BatchId]) -> Result<Vec<PlotId>, DbErr> {
    let mut plots: Vec<PlotId> = batch_plot::Entity::find()
        .select_only()
        .column(batch_plot::Column::PlotId)
        .filter(batch_plot::Column::BatchId.is_in(batches.iter().copied()))
        .into_tuple()
        .all(db)
        .await?;
    plots.sort_unstable();
    plots.dedup();
    Ok(plots)
}
