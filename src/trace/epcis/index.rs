//! By what an event is found (pure): the names of what it is about, in the one form that all who mean the same share.

use std::{borrow::Cow, collections::HashSet};

use digital_link::DigitalLink;
use entity::{Gtin, Lot, Timestamp, ids::EventId};
use epcis::{Event, Namespaces, Quantity};
use serde_json::Value;

use crate::{app::sha256, trace::events::Recorded};

/// Under which GS1's canonical resolver stands in canonical names.
const CANONICAL: &str = "https://id.gs1.org";
/// Bytes of a name in an index: a row of PostgreSQL's has room for two of these and more.
const LONGEST: usize = 900;

/// The name under which something is indexed: its canonical Digital Link below our own resolver, however it was written,
/// so that a batch of ours is always its [`batch_uri`](crate::trace::events::batch_uri). What is no GS1 key stands as written.
///
/// A restricted number means something only to whoever gave it: below another's domain it is another's.
#[must_use]
pub fn index_name(resolver: &str, name: &str) -> String {
    let canonical = epcis::epc::canonical(name);
    let Some(path) = canonical.strip_prefix(CANONICAL) else {
        return bounded(canonical.into_owned());
    };
    let restricted = path
        .strip_prefix("/01/")
        .and_then(|rest| digital_link::Gtin::parse(rest.get(..14)?).ok())
        .is_some_and(|gtin| gtin.is_restricted());
    if restricted && !name.starts_with(resolver) && !name.starts_with(CANONICAL) {
        return bounded(name.to_owned());
    }
    bounded(format!("{resolver}{path}"))
}

/// A text as long as an index may hold; a longer one stands there as its hash.
#[must_use]
pub fn bounded(name: String) -> String {
    if name.len() <= LONGEST {
        name
    } else {
        format!("urn:sha256:{}", sha256(name))
    }
}

/// A canonical name, or the beginning of one, in the form of the index.
#[must_use]
pub fn index_form<'a>(resolver: &str, canonical: &'a str) -> Cow<'a, str> {
    match canonical.strip_prefix(CANONICAL) {
        Some(path) => Cow::Owned(format!("{resolver}{path}")),
        None => Cow::Borrowed(canonical),
    }
}

/// The batch that an indexed name is of, when it may be one of ours.
#[must_use]
pub fn batch_named(resolver: &str, indexed: &str) -> Option<(Gtin, Lot)> {
    indexed.strip_prefix(resolver)?;
    let link = DigitalLink::parse(indexed).ok()?;
    Some((Gtin(link.gtin()?), Lot(link.lot()?)))
}

/// An event as it is kept, with what it is found by. It gets its hash for a name when it has none. `namespaces` are those of the
/// document it came in.
///
/// What cannot be kept is refused by field and reason.
pub fn recorded(
    id: EventId,
    mut event: Event,
    namespaces: &Namespaces,
    resolver: &str,
) -> Result<Recorded, (&'static str, &'static str)> {
    let core = event.core_mut();
    let event_time = core.event_time.as_str().parse::<Timestamp>();
    let event_time = event_time.map_err(|_| ("/eventTime", "the time cannot be kept"))?;
    if core.event_id.as_ref().is_some_and(|id| id.len() > LONGEST) {
        return Err(("/eventID", "it is longer than 900 bytes"));
    }
    core.record_time = None;
    let namespaces = match core.context.take() {
        Some(context) => Cow::Owned(namespaces.clone().with(&context)),
        None => Cow::Borrowed(namespaces),
    };
    let hash = epcis::hash::hash(&event, &namespaces).to_string();
    let core = event.core_mut();
    let event_id = core.event_id.get_or_insert_with(|| hash.clone()).clone();
    let declaration = core.error_declaration.as_ref();
    let version = declaration.and_then(|declaration| serde_json::to_string(declaration).ok());
    let context: serde_json::Map<String, Value> = namespaces
        .declared()
        .map(|(prefix, uri)| (prefix.to_owned(), Value::from(uri)))
        .collect();
    let named = |name: &String| index_name(resolver, name);
    let core = event.core();
    let (action, mut epcs) = what(&event);
    for (_, epc) in &mut epcs {
        *epc = named(epc);
    }
    let read_point = core.read_point.as_ref().map(|place| named(&place.id));
    let biz_location = core.biz_location.as_ref().map(|place| named(&place.id));
    let places = [&read_point, &biz_location];
    epcs.extend(places.into_iter().flatten().map(|place| ("location", place.clone())));
    Ok(Recorded {
        id,
        hash_differs: event_id.starts_with("ni:///") && event_id != hash,
        version: version.map(sha256).unwrap_or_default(),
        kind: event.kind().to_owned(),
        event_time,
        biz_step: core.biz_step.as_ref().map(|step| bounded(step.as_str().to_owned())),
        action: action.map(str::to_owned),
        disposition: core.disposition.as_ref().map(|word| bounded(word.as_str().to_owned())),
        read_point,
        biz_location,
        document: serde_json::to_string(&event).map_err(|_| ("", "it cannot be written"))?,
        context: Some(Value::Object(context).to_string()),
        declares_error: core.error_declaration.is_some(),
        public: false,
        event_id,
        hash,
        epcs,
    })
}

/// The classes that a transformation takes in and gives out, by their names in the index.
#[must_use]
pub fn passing(event: &Event, resolver: &str) -> Vec<String> {
    let Event::TransformationEvent(event) = event else {
        return Vec::new();
    };
    let named = |classes: &Option<Vec<Quantity>>| -> HashSet<String> {
        let classes = classes.iter().flatten();
        classes.map(|class| index_name(resolver, &class.epc_class)).collect()
    };
    let (inputs, outputs) = (named(&event.input_quantity_list), named(&event.output_quantity_list));
    inputs.intersection(&outputs).cloned().collect()
}

/// The action, and which things and classes stand in which place of the event.
fn what(event: &Event) -> (Option<&'static str>, Vec<(&'static str, String)>) {
    let mut epcs = Vec::new();
    let mut put = |role: &'static str, things: &Option<Vec<String>>, classes: &Option<Vec<Quantity>>| {
        epcs.extend(things.iter().flatten().map(|epc| (role, epc.clone())));
        epcs.extend(classes.iter().flatten().map(|class| (role, class.epc_class.clone())));
    };
    let action = match event {
        Event::ObjectEvent(event) => {
            put("epc", &event.epc_list, &event.quantity_list);
            Some(event.action)
        }
        Event::AggregationEvent(event) => {
            put("parent", &event.parent_id.clone().map(|id| vec![id]), &None);
            put("child", &event.child_epcs, &event.child_quantity_list);
            Some(event.action)
        }
        Event::TransactionEvent(event) => {
            put("parent", &event.parent_id.clone().map(|id| vec![id]), &None);
            put("epc", &event.epc_list, &event.quantity_list);
            Some(event.action)
        }
        Event::TransformationEvent(event) => {
            put("input", &event.input_epc_list, &event.input_quantity_list);
            put("output", &event.output_epc_list, &event.output_quantity_list);
            None
        }
        Event::AssociationEvent(event) => {
            put("parent", &Some(vec![event.parent_id.clone()]), &None);
            put("child", &event.child_epcs, &event.child_quantity_list);
            Some(event.action)
        }
        Event::Extended(_) => None,
    };
    (action.map(epcis::Action::as_str), epcs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::events::batch_uri;

    const RESOLVER: &str = "https://id.example.vn";

    #[test]
    fn who_means_the_same_finds_the_same() {
        let gtin = Gtin(digital_link::Gtin::parse("09520123456788").expect("a GTIN"));
        for lot in ["L-1", "a/b", "A.B_c", "50%"] {
            let lot: Lot = lot.parse().expect("a lot");
            let ours = batch_uri(RESOLVER, &gtin, &lot);
            assert_eq!(index_name(RESOLVER, &ours), ours);
            assert_eq!(
                index_name(RESOLVER, &batch_uri("https://elsewhere.example", &gtin, &lot)),
                ours
            );
            assert_eq!(batch_named(RESOLVER, &ours), Some((gtin.clone(), lot)));
        }
        let urn = "urn:epc:id:sgtin:952012345.0678.7";
        assert!(
            index_name(RESOLVER, urn).starts_with(RESOLVER),
            "{}",
            index_name(RESOLVER, urn)
        );
        assert_eq!(index_name(RESOLVER, "urn:uuid:7"), "urn:uuid:7");
    }

    #[test]
    fn a_restricted_number_of_another_is_not_ours() {
        let restricted = digital_link::Gtin::from_body("0200000000001").expect("a GTIN");
        let theirs = format!("https://elsewhere.example/01/{restricted}/10/L1");
        assert_eq!(index_name(RESOLVER, &theirs), theirs);
        let ours = format!("{RESOLVER}/01/{restricted}/10/L1");
        assert_eq!(index_name(RESOLVER, &ours), ours);
    }
}
