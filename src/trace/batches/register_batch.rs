//! A farmer tells of a batch: what, how much, when, from which plots or batches. GTIN + lot becomes its public name.

use std::collections::BTreeMap;

use entity::{
    Day, Gtin, Lot, Quantity, ShortCode, Thousandths,
    catalogue::product,
    frame::change::{Cause, Subject},
    ids::{BatchId, EventId, PlotId, ProductId},
    trace::{batch, batch_hold, batch_input, batch_plot, diary_entry, diary_entry::Activity, plot},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde::Deserialize;
use utoipa::ToSchema;

use super::mass_balance::{self, Made, SAME};
use crate::{
    catalogue::Selling,
    checked,
    db::{Unit, is_duplicate},
    http::{
        body::day,
        input::{Field, QuantityInput, Wrong},
    },
    trace::{
        TraceError,
        batches::yields::limits,
        events::{self, BatchFacts, batch_uri},
        farm::interval::{Spraying, pre_harvest_interval},
        holds::{Hold, put_hold},
        keep_event::keep_event,
    },
};

/// How many plots or inputs one batch may name.
const MOST: usize = 100;

/// What a new batch needs.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct RegisterBatch {
    #[schema(value_type = String)]
    pub product_id: Field<String>,
    /// 1 to 20 characters that GS1 allows in a lot; when absent the exchange makes one.
    #[schema(value_type = Option<String>, max_length = 20)]
    pub lot: Field<String>,
    #[schema(value_type = QuantityInput)]
    pub quantity: Field<QuantityInput>,
    /// A day, `2026-11-21`.
    #[schema(value_type = String, format = Date)]
    pub harvested_on: Field<String>,
    /// The plots it was harvested from.
    #[schema(value_type = Option<Vec<String>>, max_items = 100)]
    pub plot_ids: Field<Vec<Field<String>>>,
    /// The batches that went into it.
    #[schema(value_type = Option<Vec<BatchInput>>, max_items = 100)]
    pub inputs: Field<Vec<BatchInput>>,
    #[schema(value_type = Option<String>, format = Date)]
    pub packed_on: Field<String>,
    #[schema(value_type = Option<String>, format = Date)]
    pub expires_on: Field<String>,
}

/// A batch that went into another.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct BatchInput {
    #[schema(value_type = String)]
    pub batch_id: Field<String>,
    #[schema(value_type = QuantityInput)]
    pub quantity: Field<QuantityInput>,
}

/// A checked batch.
#[derive(Clone, Debug)]
pub struct NewBatch {
    product: ProductId,
    lot: Option<Lot>,
    quantity: Quantity,
    harvested_on: Day,
    plots: Vec<PlotId>,
    inputs: Vec<(BatchId, Quantity)>,
    packed_on: Option<Day>,
    expires_on: Option<Day>,
}

impl NewBatch {
    /// The plots it was harvested from.
    #[must_use]
    pub fn plots(&self) -> &[PlotId] {
        &self.plots
    }
}

impl RegisterBatch {
    pub fn check(&self, today: Day) -> Result<NewBatch, Wrong> {
        let mut wrong = Wrong::default();
        let product = wrong.code::<ProductId>("/product_id", &self.product_id, "wrong-no-such-product");
        let lot = wrong.optional("/lot", &self.lot, |w, p, f| w.code::<Lot>(p, f, "wrong-lot"));
        let quantity = wrong.quantity("/quantity", &self.quantity);
        let harvested_on = day(&mut wrong, "/harvested_on", &self.harvested_on);
        let plots = wrong.optional("/plot_ids", &self.plot_ids, plots);
        let inputs = wrong.optional("/inputs", &self.inputs, inputs);
        let packed_on = wrong.optional("/packed_on", &self.packed_on, day);
        let expires_on = wrong.optional("/expires_on", &self.expires_on, day);
        // A phone that is a day ahead is believed; a harvest next week is a plan, and plans are not batches.
        if harvested_on.is_some_and(|day| day > today.plus_days(1)) {
            wrong.note("/harvested_on", "wrong-future");
        }
        if let (Some(harvested), Some(Some(packed))) = (harvested_on, packed_on)
            && packed < harvested
        {
            wrong.note("/packed_on", "wrong-packed-before-harvest");
        }
        if let (Some(harvested), Some(Some(expires))) = (harvested_on, expires_on)
            && expires <= harvested
        {
            wrong.note("/expires_on", "wrong-expires-before-harvest");
        }
        checked!(wrong; product, lot, quantity, harvested_on, plots, inputs, packed_on, expires_on);
        let (plots, inputs) = (plots.unwrap_or_default(), inputs.unwrap_or_default());
        Ok(NewBatch {
            product,
            lot,
            quantity,
            harvested_on,
            plots,
            inputs,
            packed_on,
            expires_on,
        })
    }
}

fn plots(wrong: &mut Wrong, pointer: &str, field: &Field<Vec<Field<String>>>) -> Option<Vec<PlotId>> {
    let given = wrong.required(pointer, field)?;
    if given.len() > MOST {
        wrong.note(
            pointer,
            crate::http::language::Message::new("wrong-too-many").with("max", MOST),
        );
        return None;
    }
    let mut ids: Vec<Option<PlotId>> = Vec::new();
    for (place, text) in given.iter().enumerate() {
        ids.push(wrong.code(&format!("{pointer}/{place}"), text, "wrong-no-such-plot"));
    }
    let mut ids: Vec<_> = ids.into_iter().collect::<Option<_>>()?;
    ids.sort_unstable();
    ids.dedup();
    Some(ids)
}

fn inputs(wrong: &mut Wrong, pointer: &str, field: &Field<Vec<BatchInput>>) -> Option<Vec<(BatchId, Quantity)>> {
    let given = wrong.required(pointer, field)?;
    if given.len() > MOST {
        wrong.note(
            pointer,
            crate::http::language::Message::new("wrong-too-many").with("max", MOST),
        );
        return None;
    }
    let mut found = BTreeMap::new();
    let mut good = true;
    for (place, input) in given.iter().enumerate() {
        let at = format!("{pointer}/{place}/batch_id");
        let id = wrong.code::<BatchId>(&at, &input.batch_id, "wrong-no-such-batch");
        let quantity = wrong.quantity(&format!("{pointer}/{place}/quantity"), &input.quantity);
        match (id, quantity) {
            (Some(id), Some(quantity)) if found.insert(id, quantity).is_some() => {
                wrong.note(at, "wrong-twice");
                good = false;
            }
            (Some(_), Some(_)) => {}
            _ => good = false,
        }
    }
    good.then(|| found.into_iter().collect())
}

/// A batch just registered and why, if at all, it may not be sold yet.
#[derive(Clone, Debug)]
pub struct Registered {
    pub batch: batch::Model,
    pub holds: Vec<batch_hold::Model>,
}

/// Writes the batch, its event and its holds.
pub async fn register_batch(
    unit: &mut Unit,
    resolver: &str,
    selling: &Selling,
    new: NewBatch,
) -> Result<Registered, TraceError> {
    let found = find(unit, selling, &new).await?;
    let id: BatchId = unit.id();
    let lot = match new.lot {
        Some(lot) => lot,
        None => free_lot(unit, &found.product, new.harvested_on).await?,
    };
    let keeps = found
        .product
        .shelf_life_days
        .map(|days| new.packed_on.unwrap_or(new.harvested_on).plus_days(days));
    let made = batch::Model {
        id,
        product_id: found.product.id,
        seller_id: found.product.seller_id,
        gtin: found.product.gtin.clone(),
        lot,
        quantity: new.quantity.amount,
        unit: new.quantity.unit,
        harvested_on: new.harvested_on,
        packed_on: new.packed_on,
        expires_on: new.expires_on.or(keeps),
        short_code: ShortCode::from_bits(unit.random()),
        recorded_at: unit.now(),
        recorded_by: selling.person(),
    };
    insert(unit, &made, &new.plots, &new.inputs).await?;
    let uri = batch_uri(resolver, &made.gtin, &made.lot);
    let inputs: Vec<_> = found
        .inputs
        .iter()
        .map(|(input, taken)| (batch_uri(resolver, &input.gtin, &input.lot), *taken))
        .collect();
    let facts = BatchFacts {
        batch: &uri,
        lot: &made.lot,
        quantity: new.quantity,
        harvested_on: made.harvested_on,
        packed_on: made.packed_on,
        expires_on: made.expires_on,
        plots: &new.plots,
        inputs: &inputs,
    };
    let event_id: EventId = unit.id();
    keep_event(unit, made.seller_id, events::batch(event_id, &facts)).await?;
    let reasons = reasons(unit, &made, new.quantity, &found).await?;
    let mut holds = Vec::new();
    for hold in reasons {
        holds.push(put_hold(unit, id, hold).await?);
    }
    unit.changed(Subject::Batch, id, Cause::Made).await?;
    Ok(Registered { batch: made, holds })
}

/// What the batch names, all of it the caller's own.
struct Found {
    product: product::Model,
    plots: Vec<plot::Model>,
    inputs: Vec<(batch::Model, Quantity)>,
}

async fn find(unit: &Unit, selling: &Selling, new: &NewBatch) -> Result<Found, TraceError> {
    let mut wrong = Wrong::default();
    let product = product::Entity::find_by_id(new.product)
        .one(unit)
        .await?
        .filter(|product| selling.acts_for(product.seller_id));
    if product.is_none() {
        wrong.note("/product_id", "wrong-no-such-product");
    }
    let seller = product.as_ref().map(|product| product.seller_id);
    let plots = plot::Entity::find()
        .filter(plot::Column::Id.is_in(new.plots.iter().copied()))
        .all(unit)
        .await?;
    for (place, id) in new.plots.iter().enumerate() {
        if !plots
            .iter()
            .any(|plot| plot.id == *id && selling.acts_for(plot.seller_id))
        {
            wrong.note(format!("/plot_ids/{place}"), "wrong-no-such-plot");
        }
    }
    let ids = new.inputs.iter().map(|(id, _)| *id);
    let batches = batch::Entity::find()
        .filter(batch::Column::Id.is_in(ids))
        .all(unit)
        .await?;
    let mut inputs = Vec::new();
    for (place, (id, quantity)) in new.inputs.iter().enumerate() {
        match batches
            .iter()
            .find(|batch| batch.id == *id && Some(batch.seller_id) == seller)
        {
            Some(batch) => inputs.push((batch.clone(), *quantity)),
            None => wrong.note(format!("/inputs/{place}/batch_id"), "wrong-no-such-batch"),
        }
    }
    wrong.result()?;
    Ok(Found {
        product: product.ok_or(TraceError::NoSuchThing)?,
        plots,
        inputs,
    })
}

/// A lot of the day: `261121-01`, `261121-02`…
async fn free_lot(unit: &mut Unit, product: &product::Model, day: Day) -> Result<Lot, TraceError> {
    loop {
        let number = unit.next_number(&format!("lot-{}-{}", product.id, day.iso())).await?;
        let lot: Lot = format!("{}-{number:02}", day.yymmdd())
            .parse()
            .map_err(|_| TraceError::LotTaken)?;
        // The seller may have written the same lot by hand.
        if find_lot(unit, &product.gtin, &lot).await?.is_none() {
            return Ok(lot);
        }
    }
}

async fn find_lot(unit: &Unit, gtin: &Gtin, lot: &Lot) -> Result<Option<batch::Model>, TraceError> {
    let same = batch::Entity::find()
        .filter(batch::Column::Gtin.eq(gtin.clone()))
        .filter(batch::Column::Lot.eq(lot.clone()));
    Ok(same.one(unit).await?)
}

async fn insert(
    unit: &Unit,
    made: &batch::Model,
    plots: &[PlotId],
    inputs: &[(BatchId, Quantity)],
) -> Result<(), TraceError> {
    // Asked first, because on PostgreSQL a broken uniqueness ends the transaction without saying which rule it was.
    if find_lot(unit, &made.gtin, &made.lot).await?.is_some() {
        return Err(TraceError::LotTaken);
    }
    let row = batch::ActiveModel {
        id: Set(made.id),
        product_id: Set(made.product_id),
        seller_id: Set(made.seller_id),
        gtin: Set(made.gtin.clone()),
        lot: Set(made.lot.clone()),
        quantity: Set(made.quantity),
        unit: Set(made.unit),
        harvested_on: Set(made.harvested_on),
        packed_on: Set(made.packed_on),
        expires_on: Set(made.expires_on),
        short_code: Set(made.short_code.clone()),
        recorded_at: Set(made.recorded_at),
        recorded_by: Set(made.recorded_by),
    };
    match batch::Entity::insert(row).exec_without_returning(unit).await {
        Ok(_) => {}
        Err(error) if is_duplicate(&error) => return Err(TraceError::LotTaken),
        Err(error) => return Err(error.into()),
    }
    for plot in plots {
        let row = batch_plot::ActiveModel {
            batch_id: Set(made.id),
            plot_id: Set(*plot),
        };
        batch_plot::Entity::insert(row).exec_without_returning(unit).await?;
    }
    for (input, quantity) in inputs {
        let row = batch_input::ActiveModel {
            batch_id: Set(made.id),
            input_id: Set(*input),
            quantity: Set(quantity.amount),
            unit: Set(quantity.unit),
        };
        batch_input::Entity::insert(row).exec_without_returning(unit).await?;
    }
    Ok(())
}

async fn reasons(unit: &Unit, made: &batch::Model, quantity: Quantity, found: &Found) -> Result<Vec<Hold>, TraceError> {
    let mut holds = Vec::new();
    let sprayed = diary_entry::Entity::find()
        .filter(diary_entry::Column::PlotId.is_in(found.plots.iter().map(|plot| plot.id)))
        .filter(diary_entry::Column::Activity.eq(Activity::Spraying))
        .filter(diary_entry::Column::IntervalDays.gt(0))
        .all(unit)
        .await?;
    let sprayings: Vec<_> = sprayed.iter().map(Spraying::of).collect();
    holds.extend(pre_harvest_interval(made.harvested_on, &sprayings));
    if found.inputs.is_empty() {
        holds.extend(mass_balance::more_than_grows(
            quantity,
            found.plots.iter().map(|plot| plot.area_m2).sum(),
        ));
    } else {
        let taken: Vec<_> = found.inputs.iter().map(|(_, quantity)| *quantity).collect();
        let one = Made {
            quantity,
            per_mille: SAME,
        };
        holds.extend(mass_balance::more_than_went_in(
            &[one],
            &taken,
            limits(made.harvested_on),
        ));
        for (input, _) in &found.inputs {
            holds.extend(overdrawn(unit, input).await?);
        }
    }
    Ok(holds)
}

/// Whether more was taken of `input`, by this batch and all before it, than there was.
async fn overdrawn(unit: &Unit, input: &batch::Model) -> Result<Option<Hold>, TraceError> {
    let had = Quantity::new(input.quantity, input.unit);
    let uses = batch_input::Entity::find()
        .filter(batch_input::Column::InputId.eq(input.id))
        .all(unit)
        .await?;
    let alike = uses
        .iter()
        .filter_map(|used| Quantity::new(used.quantity, used.unit).convert(had.unit));
    let total = alike.fold(Thousandths::ZERO, |sum, used| {
        Thousandths(sum.0.saturating_add(used.amount.0))
    });
    Ok(mass_balance::more_than_there_was(
        input.lot.as_str(),
        had,
        Quantity::new(total, had.unit),
    ))
}
