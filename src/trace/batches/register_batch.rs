//! A farmer tells of a batch: what, how much, when, from which plots or batches. GTIN + lot becomes its public name.

use std::collections::BTreeMap;

use entity::{
    Day, Lot, Quantity, ShortCode,
    catalogue::product,
    frame::change::{Cause, Subject},
    ids::{BatchId, EventId, PlotId, ProductId},
    trace::{batch, batch_hold, plot},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    judge::{Story, judge},
    make::{free_lot, insert},
};
use crate::{
    catalogue::Selling,
    checked,
    db::Unit,
    http::{
        body::day,
        input::{Field, QuantityInput, Wrong},
    },
    trace::{
        TraceError,
        events::{self, BatchFacts, batch_uri},
        holds::put_hold,
        keep_event::keep_event,
    },
};

/// How many plots or inputs one batch may name.
pub(super) const MOST: usize = 100;

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

pub(super) fn inputs(
    wrong: &mut Wrong,
    pointer: &str,
    field: &Field<Vec<BatchInput>>,
) -> Option<Vec<(BatchId, Quantity)>> {
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
    let story = Story {
        plots: &found.plots,
        inputs: &found.inputs,
    };
    let reasons = judge(unit, &made, &story).await?;
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
