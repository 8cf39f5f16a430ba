//! Batches become other batches: mixed, split, packed anew or processed. One verb, one event with all that went in and all
//! that came out, so that no gram has two stories.

use entity::{
    Day, Lot, Quantity, ShortCode, Thousandths, Timestamp,
    catalogue::product,
    frame::change::{Cause, Subject},
    ids::{BatchId, EventId, ProductId, TransformationId},
    trace::{
        batch,
        transformation::{self, Kind},
        transformation_input, transformation_output,
    },
};
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    judge::{inherited, overdrawn, plots_of, ratio},
    make::{free_lot, insert},
    mass_balance::{self, Made, SAME, shares, weight},
    register_batch::{BatchInput, MOST, inputs},
    yields::limits,
};
use crate::{
    catalogue::Selling,
    checked,
    db::Unit,
    http::{
        body::{day, moment},
        input::{Field, QuantityInput, Wrong},
        language::Message,
    },
    trace::{
        TraceError,
        events::{self, MadeFacts, TransformationFacts, batch_uri},
        holds::{Hold, put_hold},
        keep_event::keep_event,
    },
};

/// What became of what.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct Transform {
    /// `mix` (several become one), `split` (one becomes several), `repack` (the same goods in other packs) or `process`
    /// (something else is made, and some of the weight goes).
    #[schema(value_type = String, example = "process")]
    pub kind: Field<String>,
    #[schema(value_type = Vec<BatchInput>, min_items = 1, max_items = 100)]
    pub inputs: Field<Vec<BatchInput>>,
    #[schema(value_type = Vec<NewOutput>, min_items = 1, max_items = 100)]
    pub outputs: Field<Vec<NewOutput>>,
    /// A moment (RFC 3339) or a day; when absent, now.
    #[schema(value_type = Option<String>)]
    pub happened_at: Field<String>,
    #[schema(value_type = Option<String>, max_length = 500)]
    pub note: Field<String>,
}

/// A batch that came out.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct NewOutput {
    #[schema(value_type = String)]
    pub product_id: Field<String>,
    /// 1 to 20 characters that GS1 allows in a lot; when absent the exchange makes one.
    #[schema(value_type = Option<String>, max_length = 20)]
    pub lot: Field<String>,
    #[schema(value_type = QuantityInput)]
    pub quantity: Field<QuantityInput>,
    /// What all of it weighs, where `quantity` counts packs: 20 boxes, 4 kg.
    #[schema(value_type = Option<QuantityInput>)]
    pub net_weight: Field<QuantityInput>,
    #[schema(value_type = Option<String>, format = Date)]
    pub packed_on: Field<String>,
    /// When absent: for what is processed, the product's shelf life; else the soonest of the inputs. Packing anew does not
    /// make goods younger.
    #[schema(value_type = Option<String>, format = Date)]
    pub expires_on: Field<String>,
}

/// A checked transformation.
#[derive(Clone, Debug)]
pub struct NewTransformation {
    kind: Kind,
    inputs: Vec<(BatchId, Quantity)>,
    outputs: Vec<Output>,
    happened_at: Option<Timestamp>,
    note: String,
}

#[derive(Clone, Debug)]
struct Output {
    product: ProductId,
    lot: Option<Lot>,
    quantity: Quantity,
    net_weight: Option<Quantity>,
    packed_on: Option<Day>,
    expires_on: Option<Day>,
}

impl Output {
    /// What counts in the balance.
    fn weighs(&self) -> Quantity {
        self.net_weight.unwrap_or(self.quantity)
    }
}

impl Transform {
    pub fn check(&self, now: Timestamp) -> Result<NewTransformation, Wrong> {
        let mut wrong = Wrong::default();
        let kind = wrong
            .required("/kind", &self.kind)
            .and_then(|code| Kind::from_code(code));
        if kind.is_none() && wrong.at("/kind").is_none() {
            wrong.note("/kind", "wrong-transformation-kind");
        }
        let inputs = inputs(&mut wrong, "/inputs", &self.inputs);
        let outputs = outputs(&mut wrong, &self.outputs);
        let happened_at = wrong.optional("/happened_at", &self.happened_at, |w, p, f| moment(w, p, f, now));
        let note = wrong.prose("/note", &self.note, 500);
        if inputs.as_ref().is_some_and(Vec::is_empty) {
            wrong.note("/inputs", "wrong-required");
        }
        let count = (inputs.as_ref().map(Vec::len), outputs.as_ref().map(Vec::len));
        match (kind, count) {
            (Some(Kind::Mix), (Some(1), _)) => wrong.note("/inputs", "wrong-mix-of-one"),
            (Some(Kind::Mix), (_, Some(2..))) => wrong.note("/outputs", "wrong-mix-into-many"),
            (Some(Kind::Split), (Some(2..), _)) => wrong.note("/inputs", "wrong-split-of-many"),
            (Some(Kind::Split), (_, Some(1))) => wrong.note("/outputs", "wrong-split-into-one"),
            _ => {}
        }
        checked!(wrong; kind, inputs, outputs, happened_at, note);
        Ok(NewTransformation {
            kind,
            inputs,
            outputs,
            happened_at,
            note,
        })
    }
}

fn outputs(wrong: &mut Wrong, field: &Field<Vec<NewOutput>>) -> Option<Vec<Output>> {
    let given = wrong.required("/outputs", field)?;
    if given.is_empty() {
        wrong.note("/outputs", "wrong-required");
        return None;
    }
    if given.len() > MOST {
        wrong.note("/outputs", Message::new("wrong-too-many").with("max", MOST));
        return None;
    }
    let outputs: Vec<Option<Output>> = given
        .iter()
        .enumerate()
        .map(|(place, output)| {
            let at = |field: &str| format!("/outputs/{place}/{field}");
            let product = wrong.code::<ProductId>(&at("product_id"), &output.product_id, "wrong-no-such-product");
            let lot = wrong.optional(&at("lot"), &output.lot, |w, p, f| w.code::<Lot>(p, f, "wrong-lot"));
            let quantity = wrong.quantity(&at("quantity"), &output.quantity);
            let net_weight = wrong.optional(&at("net_weight"), &output.net_weight, |w, p, f| {
                let weighs = w.quantity(p, f)?;
                if weight(weighs).is_none() {
                    w.note(format!("{p}/unit"), "wrong-unit-not-weight");
                    return None;
                }
                Some(weighs)
            });
            let packed_on = wrong.optional(&at("packed_on"), &output.packed_on, day);
            let expires_on = wrong.optional(&at("expires_on"), &output.expires_on, day);
            Some(Output {
                product: product?,
                lot: lot?,
                quantity: quantity?,
                net_weight: net_weight?,
                packed_on: packed_on?,
                expires_on: expires_on?,
            })
        })
        .collect();
    outputs.into_iter().collect()
}

/// Writes the outputs as batches, the event, and their holds.
pub async fn transform(
    unit: &mut Unit,
    resolver: &str,
    selling: &Selling,
    new: NewTransformation,
) -> Result<TransformationId, TraceError> {
    let found = find(unit, selling, &new).await?;
    let happened_at = new.happened_at.unwrap_or(unit.now());
    let plots = plots_of(unit, &new.inputs.iter().map(|(id, _)| *id).collect::<Vec<_>>()).await?;
    let parts = parts(&new);
    let mut made = Vec::new();
    for (place, (output, product)) in new.outputs.iter().zip(&found.products).enumerate() {
        let row = row(unit, selling, &new, &found, output, product, happened_at.day()).await?;
        insert(unit, &row, &plots, &parts[place])
            .await
            .map_err(|error| at_output(error, place))?;
        made.push(row);
    }
    let event_id: EventId = unit.id();
    let uri = |batch: &batch::Model| batch_uri(resolver, &batch.gtin, &batch.lot);
    let facts = TransformationFacts {
        kind: new.kind,
        happened_at,
        inputs: &found
            .inputs
            .iter()
            .map(|(input, taken)| (uri(input), *taken))
            .collect::<Vec<_>>(),
        outputs: &made
            .iter()
            .map(|batch| MadeFacts {
                batch: uri(batch),
                lot: batch.lot.clone(),
                quantity: Quantity::new(batch.quantity, batch.unit),
                expires_on: batch.expires_on,
            })
            .collect::<Vec<_>>(),
        note: &new.note,
    };
    keep_event(unit, found.seller(), events::transformation(event_id, &facts)).await?;
    let transformation = transformation::Model {
        id: unit.id::<TransformationId>(),
        seller_id: found.seller(),
        kind: new.kind,
        happened_at,
        recorded_at: unit.now(),
        recorded_by: unit.actor().person().unwrap_or_else(|| selling.person()),
        note: new.note.clone(),
        event_id,
    };
    record(unit, &transformation, &new.inputs, &made).await?;
    let reasons = judge(unit, &new, &found, &made).await?;
    for batch in made {
        for hold in &reasons {
            put_hold(unit, batch.id, hold.clone()).await?;
        }
        unit.changed(Subject::Batch, batch.id, Cause::Made).await?;
    }
    for (input, _) in &found.inputs {
        unit.changed(Subject::Batch, input.id, Cause::Edited).await?;
    }
    Ok(transformation.id)
}

/// A lot that is taken is told at its own output.
fn at_output(error: TraceError, place: usize) -> TraceError {
    match error {
        TraceError::LotTaken => TraceError::OutputLotTaken { place },
        other => other,
    }
}

/// What it names, all of it one seller's, whom the caller acts for.
struct Found {
    inputs: Vec<(batch::Model, Quantity)>,
    /// In the order of the outputs.
    products: Vec<product::Model>,
}

impl Found {
    fn seller(&self) -> entity::ids::SellerId {
        self.inputs[0].0.seller_id
    }
}

async fn find(unit: &Unit, selling: &Selling, new: &NewTransformation) -> Result<Found, TraceError> {
    let mut wrong = Wrong::default();
    let batches = batch::Entity::find()
        .filter(batch::Column::Id.is_in(new.inputs.iter().map(|(id, _)| *id)))
        .all(unit)
        .await?;
    let own = |batch: &&batch::Model| selling.acts_for(batch.seller_id);
    let seller = new
        .inputs
        .iter()
        .find_map(|(id, _)| batches.iter().filter(own).find(|batch| batch.id == *id))
        .map(|batch| batch.seller_id);
    let mut inputs = Vec::new();
    for (place, (id, quantity)) in new.inputs.iter().enumerate() {
        let input = batches
            .iter()
            .find(|batch| batch.id == *id && Some(batch.seller_id) == seller);
        match input {
            Some(input) => inputs.push((input.clone(), *quantity)),
            None => wrong.note(format!("/inputs/{place}/batch_id"), "wrong-no-such-batch"),
        }
    }
    let known = product::Entity::find()
        .filter(product::Column::Id.is_in(new.outputs.iter().map(|output| output.product)))
        .all(unit)
        .await?;
    let mut products = Vec::new();
    for (place, output) in new.outputs.iter().enumerate() {
        let product = known
            .iter()
            .find(|product| product.id == output.product && Some(product.seller_id) == seller);
        match product {
            Some(product) => products.push(product.clone()),
            None => wrong.note(format!("/outputs/{place}/product_id"), "wrong-no-such-product"),
        }
    }
    wrong.result()?;
    Ok(Found { inputs, products })
}

/// How much of each input each output is said to hold: in the proportion of the outputs, where they compare.
fn parts(new: &NewTransformation) -> Vec<Vec<(BatchId, Quantity)>> {
    let weights: Option<Vec<i128>> = new
        .outputs
        .iter()
        .map(|output| weight(output.weighs()).map(|(_, amount)| amount))
        .collect();
    let weights = weights.unwrap_or_else(|| new.outputs.iter().map(|_| 1).collect());
    let mut parts: Vec<Vec<(BatchId, Quantity)>> = new.outputs.iter().map(|_| Vec::new()).collect();
    for (input, taken) in &new.inputs {
        for (part, share) in parts.iter_mut().zip(shares(taken.amount.0, &weights)) {
            // An output of which nothing was weighed still came from the input.
            part.push((*input, Quantity::new(Thousandths(share.max(1)), taken.unit)));
        }
    }
    parts
}

async fn row(
    unit: &mut Unit,
    selling: &Selling,
    new: &NewTransformation,
    found: &Found,
    output: &Output,
    product: &product::Model,
    today: Day,
) -> Result<batch::Model, TraceError> {
    let harvested = |(input, _): &(batch::Model, Quantity)| input.harvested_on;
    let harvested_on = found.inputs.iter().map(harvested).min().unwrap_or(today);
    let packed_on = match new.kind {
        Kind::Process | Kind::Repack => Some(output.packed_on.unwrap_or(today)),
        Kind::Mix | Kind::Split => output.packed_on,
    };
    let soonest = found.inputs.iter().filter_map(|(input, _)| input.expires_on).min();
    let keeps = product
        .shelf_life_days
        .map(|days| packed_on.unwrap_or(today).plus_days(days));
    let expires_on = match new.kind {
        Kind::Process => keeps,
        _ => soonest,
    };
    let lot = match output.lot.clone() {
        Some(lot) => lot,
        None => free_lot(unit, product, today).await?,
    };
    Ok(batch::Model {
        id: unit.id::<BatchId>(),
        product_id: product.id,
        seller_id: product.seller_id,
        gtin: product.gtin.clone(),
        lot,
        quantity: output.quantity.amount,
        unit: output.quantity.unit,
        harvested_on,
        packed_on,
        expires_on: output.expires_on.or(expires_on),
        short_code: ShortCode::from_bits(unit.random()),
        recorded_at: unit.now(),
        recorded_by: selling.person(),
    })
}

async fn record(
    unit: &mut Unit,
    made: &transformation::Model,
    inputs: &[(BatchId, Quantity)],
    outputs: &[batch::Model],
) -> Result<(), TraceError> {
    transformation::Entity::insert(made.clone().into_active_model())
        .exec_without_returning(&*unit)
        .await?;
    let inputs = inputs.iter().map(|(batch, quantity)| {
        let row = transformation_input::Model {
            transformation_id: made.id,
            batch_id: *batch,
            quantity: quantity.amount,
            unit: quantity.unit,
        };
        row.into_active_model()
    });
    transformation_input::Entity::insert_many(inputs)
        .exec_without_returning(&*unit)
        .await?;
    let outputs = outputs.iter().map(|batch| {
        let row = transformation_output::Model {
            transformation_id: made.id,
            batch_id: batch.id,
        };
        row.into_active_model()
    });
    transformation_output::Entity::insert_many(outputs)
        .exec_without_returning(&*unit)
        .await?;
    Ok(())
}

/// The balance of the whole, which holds every output, and what the inputs pass on.
async fn judge(
    unit: &Unit,
    new: &NewTransformation,
    found: &Found,
    made: &[batch::Model],
) -> Result<Vec<Hold>, TraceError> {
    let mut weighed = Vec::new();
    for (output, batch) in new.outputs.iter().zip(made) {
        weighed.push(Made {
            quantity: output.weighs(),
            per_mille: match new.kind {
                Kind::Process => ratio(unit, batch).await?,
                Kind::Mix | Kind::Split | Kind::Repack => SAME,
            },
        });
    }
    let taken: Vec<_> = found.inputs.iter().map(|(_, quantity)| *quantity).collect();
    let day = made.first().map_or(unit.now().day(), |batch| batch.harvested_on);
    let mut holds: Vec<Hold> = mass_balance::more_than_went_in(&weighed, &taken, limits(day))
        .into_iter()
        .collect();
    for (input, _) in &found.inputs {
        holds.extend(overdrawn(unit, input).await?);
    }
    holds.extend(inherited(unit, &found.inputs).await?);
    Ok(holds)
}
