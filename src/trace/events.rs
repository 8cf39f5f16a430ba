//! Every stage as an EPCIS 2.0 event (pure). The diary and the batches write through these, so that from the first line
//! on the history of a batch is in the form the rest of the world reads.
//!
//! CBV 2.0 has no word for harvesting or spraying. A harvest makes a class instance (`creating_class_instance`, ADD); what
//! is done to a plot is an observation of the plot with `bizStep` `other` and the activity under our own namespace.

use std::sync::LazyLock;

use entity::{
    Day, Gtin, Lot, Quantity, Timestamp,
    ids::{EventId, PlotId},
    trace::{diary_entry::Activity, event, transformation::Kind},
};
use epcis::{
    Action, BizStep, ErrorDeclaration, ErrorReason, Event, EventCore, Extensions, ObjectEvent, Place,
    Quantity as EpcisQuantity, TransformationEvent, namespaces::Namespaces,
};
use serde_json::{Value, json};

/// The namespace of what EPCIS has no word for.
pub const NAMESPACE: &str = "https://choque.vn/epcis/1";
/// Its prefix in our documents.
pub const PREFIX: &str = "choque";
/// GS1's name space for master data inside `ilmd`.
pub const MASTER_DATA: &str = "urn:epcglobal:cbv:mda";

/// An event and what it can be found by, ready to be stored.
#[derive(Clone, Debug)]
pub struct Recorded {
    pub id: EventId,
    /// The public name, `eventID`.
    pub event_id: String,
    /// Empty, unless it declares an event of the same name to be wrong.
    pub version: String,
    pub kind: String,
    pub event_time: Timestamp,
    pub biz_step: Option<String>,
    pub action: Option<String>,
    pub disposition: Option<String>,
    pub read_point: Option<String>,
    pub biz_location: Option<String>,
    pub document: String,
    /// The `@context` of its prefixes, as JSON; absent for our own.
    pub context: Option<String>,
    /// The CBV event hash.
    pub hash: String,
    /// `event_id` claims to be the hash and is not.
    pub hash_differs: bool,
    pub declares_error: bool,
    /// It names a batch of ours.
    pub public: bool,
    /// (role, EPC) pairs for the index, by the names of [`index_name`](super::epcis::index_name).
    pub epcs: Vec<(&'static str, String)>,
}

/// What the prefixes of our own events stand for.
#[must_use]
pub fn namespaces() -> Namespaces {
    let mut namespaces = Namespaces::standard();
    namespaces.declare(PREFIX, &format!("{NAMESPACE}/"));
    namespaces
}

/// The public name of a batch, as EPC class: its Digital Link under the resolver that stickers carry.
#[must_use]
pub fn batch_uri(resolver: &str, gtin: &Gtin, lot: &Lot) -> String {
    digital_link::DigitalLink::for_lot(**gtin, lot).uri(resolver)
}

/// The name of a plot in events. Plots have no GLN; the name is ours and says nothing about whose it is.
#[must_use]
pub fn plot_uri(plot: PlotId) -> String {
    format!("urn:uuid:{plot}")
}

/// What is told of a line of the diary.
#[derive(Clone, Debug)]
pub struct DiaryFacts<'a> {
    pub activity: Activity,
    pub happened_at: Timestamp,
    pub plot: Option<PlotId>,
    /// The batch's [`batch_uri`].
    pub batch: Option<&'a str>,
    pub note: &'a str,
    pub input_name: Option<&'a str>,
    pub interval_days: Option<i32>,
    /// Of the input, or of the harvest.
    pub amount: Option<Quantity>,
    /// The `eventID` of the line that this one is to be read instead of.
    pub corrects: Option<&'a str>,
}

/// The event of a line of the diary.
#[must_use]
pub fn diary(id: EventId, facts: &DiaryFacts<'_>) -> Recorded {
    let step = match facts.activity {
        Activity::Packing => BizStep::Packing,
        _ => BizStep::Other,
    };
    let mut epcs = Vec::new();
    let mut core = core(id, facts.happened_at, step);
    let mut event_epcs = Vec::new();
    if let Some(plot) = facts.plot {
        let uri = plot_uri(plot);
        core.read_point = Some(Place::new(uri.clone()));
        if facts.batch.is_none() {
            event_epcs.push(uri.clone());
        }
        epcs.push(("location", uri));
    }
    let mut event = ObjectEvent::new(core, Action::Observe);
    if let Some(batch) = facts.batch {
        event.quantity_list = Some(vec![EpcisQuantity::unknown(batch)]);
        epcs.push(("epc", batch.to_owned()));
    }
    if !event_epcs.is_empty() {
        event.epc_list = Some(event_epcs);
    }
    let mut told = vec![("activity", json!(facts.activity.code()))];
    if !facts.note.is_empty() {
        told.push(("note", json!(facts.note)));
    }
    if let Some(name) = facts.input_name {
        told.push(("input", json!(name)));
    }
    if let Some(days) = facts.interval_days {
        told.push(("preHarvestIntervalDays", json!(days)));
    }
    if let Some(amount) = facts.amount {
        told.push(("amount", json!(amount.amount.to_string())));
        told.push(("amountUnit", json!(amount.unit.code())));
    }
    if let Some(corrected) = facts.corrects {
        told.push(("corrects", json!(corrected)));
    }
    event.extensions = ours(told);
    recorded(id, facts.happened_at, step, &Event::from(event), epcs)
}

/// What is told of a batch.
#[derive(Clone, Debug)]
pub struct BatchFacts<'a> {
    /// The batch's [`batch_uri`].
    pub batch: &'a str,
    pub lot: &'a Lot,
    pub quantity: Quantity,
    pub harvested_on: Day,
    pub packed_on: Option<Day>,
    pub expires_on: Option<Day>,
    pub plots: &'a [PlotId],
    /// The [`batch_uri`] of what went in, and how much of it.
    pub inputs: &'a [(String, Quantity)],
}

/// The event by which a batch comes to be: a harvest, or a transformation of the batches that went into it.
#[must_use]
pub fn batch(id: EventId, facts: &BatchFacts<'_>) -> Recorded {
    let at = facts.packed_on.unwrap_or(facts.harvested_on).start();
    let step = BizStep::CreatingClassInstance;
    let mut core = core(id, at, step);
    let mut epcs: Vec<_> = facts.plots.iter().map(|plot| ("location", plot_uri(*plot))).collect();
    // One event has one place; a batch from several plots names them all in its master data.
    core.read_point = facts.plots.first().map(|plot| Place::new(plot_uri(*plot)));
    let mut ilmd = vec![
        ("cbvmda:lotNumber".to_owned(), json!(facts.lot.as_str())),
        ("cbvmda:harvestEndDate".to_owned(), json!(facts.harvested_on.iso())),
    ];
    if let Some(day) = facts.expires_on {
        ilmd.push(("cbvmda:itemExpirationDate".to_owned(), json!(day.iso())));
    }
    if facts.plots.len() > 1 {
        ilmd.push((
            format!("{PREFIX}:plots"),
            json!(facts.plots.iter().map(|plot| plot_uri(*plot)).collect::<Vec<_>>()),
        ));
    }
    let ilmd: Extensions = ilmd.into_iter().collect();
    let made = quantity(facts.batch, facts.quantity);
    let event = if facts.inputs.is_empty() {
        epcs.push(("epc", facts.batch.to_owned()));
        let mut event = ObjectEvent::new(core, Action::Add);
        event.quantity_list = Some(vec![made]);
        event.ilmd = Some(ilmd);
        Event::from(event)
    } else {
        epcs.push(("output", facts.batch.to_owned()));
        epcs.extend(facts.inputs.iter().map(|(uri, _)| ("input", uri.clone())));
        let mut event = TransformationEvent::new(core);
        event.input_quantity_list = Some(
            facts
                .inputs
                .iter()
                .map(|(uri, amount)| quantity(uri, *amount))
                .collect(),
        );
        event.output_quantity_list = Some(vec![made]);
        event.ilmd = Some(ilmd);
        Event::from(event)
    };
    recorded(id, at, step, &event, epcs)
}

/// The event of `told` with the declaration, made at `now`, that it is wrong and that the event `instead` is to be read.
/// `None` when it does not read back, which no event of ours does.
#[must_use]
pub fn declared_wrong(
    id: EventId,
    told: &event::Model,
    resolver: &str,
    now: Timestamp,
    instead: EventId,
) -> Option<Recorded> {
    let mut event: Event = serde_json::from_str(&told.document).ok()?;
    event.core_mut().error_declaration = Some(ErrorDeclaration {
        declaration_time: now.rfc3339().parse().ok()?,
        reason: Some(ErrorReason::IncorrectData.into()),
        corrective_event_ids: Some(vec![name(instead)]),
        extensions: Extensions::default(),
    });
    let declared = super::epcis::recorded(id, event, &namespaces(), resolver).ok()?;
    Some(Recorded {
        context: told.context.clone(),
        public: told.public,
        ..declared
    })
}

/// A batch that came out of a transformation.
#[derive(Clone, Debug)]
pub struct MadeFacts {
    /// Its [`batch_uri`].
    pub batch: String,
    pub lot: Lot,
    pub quantity: Quantity,
    pub expires_on: Option<Day>,
}

/// What is told of batches that became others.
#[derive(Clone, Debug)]
pub struct TransformationFacts<'a> {
    pub kind: Kind,
    pub happened_at: Timestamp,
    /// The [`batch_uri`] of what went in, and how much of it.
    pub inputs: &'a [(String, Quantity)],
    pub outputs: &'a [MadeFacts],
    pub note: &'a str,
}

/// The event of a transformation: everything that went in, and everything that came out (EPCIS 2.0, 7.4.6).
#[must_use]
pub fn transformation(id: EventId, facts: &TransformationFacts<'_>) -> Recorded {
    let step = BizStep::CreatingClassInstance;
    let mut event = TransformationEvent::new(core(id, facts.happened_at, step));
    let inputs = facts.inputs.iter().map(|(uri, amount)| quantity(uri, *amount));
    event.input_quantity_list = Some(inputs.collect());
    let outputs = facts.outputs.iter().map(|made| quantity(&made.batch, made.quantity));
    event.output_quantity_list = Some(outputs.collect());
    // Master data of an event is of all its outputs: what only one of them has stays with that one's batch.
    let mut ilmd = Vec::new();
    if let [only] = facts.outputs {
        ilmd.push(("cbvmda:lotNumber".to_owned(), json!(only.lot.as_str())));
    }
    let alike = facts
        .outputs
        .windows(2)
        .all(|pair| pair[0].expires_on == pair[1].expires_on);
    if let Some(day) = facts.outputs.first().and_then(|made| made.expires_on).filter(|_| alike) {
        ilmd.push(("cbvmda:itemExpirationDate".to_owned(), json!(day.iso())));
    }
    if !ilmd.is_empty() {
        event.ilmd = Some(ilmd.into_iter().collect());
    }
    let mut told = vec![("transformation", json!(facts.kind.code()))];
    if !facts.note.is_empty() {
        told.push(("note", json!(facts.note)));
    }
    event.extensions = ours(told);
    let went_in = facts.inputs.iter().map(|(uri, _)| ("input", uri.clone()));
    let came_out = facts.outputs.iter().map(|made| ("output", made.batch.clone()));
    let epcs = went_in.chain(came_out).collect();
    recorded(id, facts.happened_at, step, &Event::from(event), epcs)
}

/// What is left of an event that was erased: its names and its moment.
#[must_use]
pub fn tombstone(id: EventId, event_id: &str, at: Timestamp) -> Recorded {
    let step = BizStep::Other;
    let mut core = core(id, at, step);
    core.event_id = Some(event_id.to_owned());
    let mut event = ObjectEvent::new(core, Action::Observe);
    // An observation names what it is of: here it is of nothing but itself.
    event.epc_list = Some(vec![name(id)]);
    event.extensions = ours(vec![("erased", json!(true))]);
    let told = recorded(id, at, step, &Event::from(event), Vec::new());
    Recorded {
        event_id: event_id.to_owned(),
        ..told
    }
}

fn core(id: EventId, at: Timestamp, step: BizStep) -> EventCore {
    let time = at.rfc3339().parse().expect("a timestamp writes itself as RFC 3339");
    let offset = "+07:00".parse().expect("Vietnam's offset");
    let mut core = EventCore::at(time, offset);
    core.event_id = Some(name(id));
    core.biz_step = Some(step.into());
    core
}

/// The public name of one of our own events.
#[must_use]
pub fn name(id: EventId) -> String {
    format!("urn:uuid:{id}")
}

/// A weight or volume in its Recommendation 20 unit; a count in pieces, where it is whole.
fn quantity(uri: &str, quantity: Quantity) -> EpcisQuantity {
    match quantity.unit.epcis_uom() {
        Some((uom, per_unit)) => {
            // Thousandths of a unit times thousandths of the standard unit: millionths.
            let millionths = i128::from(quantity.amount.0) * i128::from(per_unit.0);
            let text = format!("{}.{:06}", millionths / 1_000_000, millionths % 1_000_000);
            EpcisQuantity::measured(uri, text.trim_end_matches('0').trim_end_matches('.'), uom)
                .unwrap_or_else(|_| EpcisQuantity::unknown(uri))
        }
        None if quantity.amount.0 % 1000 == 0 => EpcisQuantity::pieces(uri, quantity.amount.0.unsigned_abs() / 1000),
        None => EpcisQuantity::unknown(uri),
    }
}

fn ours(facts: Vec<(&'static str, Value)>) -> Extensions {
    facts
        .into_iter()
        .map(|(key, value)| (format!("{PREFIX}:{key}"), value))
        .collect()
}

fn recorded(
    id: EventId,
    event_time: Timestamp,
    step: BizStep,
    event: &Event,
    epcs: Vec<(&'static str, String)>,
) -> Recorded {
    static NAMESPACES: LazyLock<Namespaces> = LazyLock::new(namespaces);
    let (kind, action, about_a_batch) = match event {
        Event::TransformationEvent(_) => ("TransformationEvent", None, true),
        Event::ObjectEvent(event) => ("ObjectEvent", Some(event.action), event.quantity_list.is_some()),
        _ => ("ObjectEvent", None, false),
    };
    let document = serde_json::to_string(event).expect("an event of ours has only text keys");
    let read_point = event.core().read_point.as_ref().map(|place| place.id.clone());
    Recorded {
        id,
        event_id: name(id),
        version: String::new(),
        kind: kind.to_owned(),
        event_time,
        biz_step: Some(step.as_str().to_owned()),
        action: action.map(|action| action.as_str().to_owned()),
        disposition: None,
        read_point,
        biz_location: None,
        document,
        context: None,
        hash: epcis::hash::hash(event, &NAMESPACES).to_string(),
        hash_differs: false,
        declares_error: false,
        public: about_a_batch,
        epcs,
    }
}

#[cfg(test)]
mod tests {
    use entity::{Thousandths, Unit};
    use uuid::Uuid;

    use super::*;

    fn checked(recorded: &Recorded) -> Value {
        let event: Event = serde_json::from_str(&recorded.document).expect("an event reads back");
        event.check().expect("an event keeps the rules");
        serde_json::from_str(&recorded.document).expect("JSON")
    }

    #[test]
    fn a_spraying_is_an_observation_of_the_plot() {
        let facts = DiaryFacts {
            activity: Activity::Spraying,
            happened_at: "2026-10-01T06:30:00+07:00".parse().expect("a moment"),
            plot: Some(PlotId(Uuid::from_u128(7))),
            batch: None,
            note: "Phun buổi sáng",
            input_name: Some("Abamectin 1.8EC"),
            interval_days: Some(7),
            amount: Some(Quantity::new(Thousandths(500), Unit::Litre)),
            corrects: None,
        };
        let event = checked(&diary(EventId(Uuid::from_u128(1)), &facts));
        assert_eq!(event["action"], "OBSERVE");
        assert_eq!(event["bizStep"], "other");
        assert_eq!(event["choque:activity"], "spraying");
        assert_eq!(event["choque:preHarvestIntervalDays"], 7);
        assert_eq!(
            (&event["choque:amount"], &event["choque:amountUnit"]),
            (&json!("0.5"), &json!("lit"))
        );
        assert_eq!(event["eventTime"], "2026-10-01T06:30:00.000+07:00");
    }

    #[test]
    fn a_tombstone_is_an_event_that_tells_nothing() {
        let at = "2026-10-01T06:30:00+07:00".parse().expect("a moment");
        let left = tombstone(EventId(Uuid::from_u128(9)), "ni:///sha-256;abc?ver=CBV2.0", at);
        let event = checked(&left);
        assert_eq!(event["eventID"], "ni:///sha-256;abc?ver=CBV2.0");
        assert_eq!(event["choque:erased"], true);
        assert!(left.epcs.is_empty());
    }

    #[test]
    fn a_harvest_adds_and_a_mixture_transforms() {
        let lot: Lot = "L-1".parse().expect("a lot");
        let mut facts = BatchFacts {
            batch: "https://id.example.vn/01/09520123456788/10/L-1",
            lot: &lot,
            quantity: Quantity::new(Thousandths(1500), Unit::Yen),
            harvested_on: Day::from_iso("2026-10-05").expect("a day"),
            packed_on: None,
            expires_on: Some(Day::from_iso("2027-10-05").expect("a day")),
            plots: &[PlotId(Uuid::from_u128(7)), PlotId(Uuid::from_u128(8))],
            inputs: &[],
        };
        let harvest = checked(&batch(EventId(Uuid::from_u128(2)), &facts));
        assert_eq!(harvest["type"], "ObjectEvent");
        assert_eq!(harvest["quantityList"][0]["quantity"], 15);
        assert_eq!(harvest["quantityList"][0]["uom"], "KGM");
        let inputs = [(
            "https://id.example.vn/01/09520123456788/10/L-0".to_owned(),
            Quantity::new(Thousandths(20_000), Unit::Box),
        )];
        facts.inputs = &inputs;
        let mixed = batch(EventId(Uuid::from_u128(3)), &facts);
        assert_eq!(checked(&mixed)["type"], "TransformationEvent");
        assert!(mixed.epcs.contains(&("input", inputs[0].0.clone())));
    }

    #[test]
    fn a_split_names_all_that_came_out() {
        let made = |lot: &str, amount| MadeFacts {
            batch: format!("https://id.example.vn/01/09520123456788/10/{lot}"),
            lot: lot.parse().expect("a lot"),
            quantity: Quantity::new(Thousandths(amount), Unit::Kilogram),
            expires_on: Some(Day::from_iso("2027-10-05").expect("a day")),
        };
        let whole = made("L-0", 10_000);
        let facts = TransformationFacts {
            kind: Kind::Split,
            happened_at: "2026-10-06T08:00:00+07:00".parse().expect("a moment"),
            inputs: &[(whole.batch, whole.quantity)],
            outputs: &[made("L-1", 4000), made("L-2", 6000)],
            note: "",
        };
        let split = transformation(EventId(Uuid::from_u128(4)), &facts);
        let event = checked(&split);
        assert_eq!(event["inputQuantityList"][0]["quantity"], 10);
        assert_eq!(event["outputQuantityList"][1]["quantity"], 6);
        assert_eq!(event["ilmd"], json!({"cbvmda:itemExpirationDate": "2027-10-05"}));
        assert_eq!(event["choque:transformation"], "split");
        assert_eq!(split.epcs.iter().filter(|(role, _)| *role == "output").count(), 2);
    }
}
