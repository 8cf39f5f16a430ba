use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use uuid::Uuid;

use super::*;

fn recorded(document: &str, epcs: &[(&'static str, &str)]) -> Recorded {
    Recorded {
        id: EventId(Uuid::from_u128(1)),
        event_id: "urn:uuid:1".to_owned(),
        version: String::new(),
        kind: "TransformationEvent".to_owned(),
        event_time: entity::Timestamp(0),
        biz_step: None,
        action: None,
        disposition: None,
        read_point: None,
        biz_location: None,
        document: document.to_owned(),
        context: None,
        hash: String::new(),
        hash_differs: false,
        declares_error: false,
        public: true,
        epcs: epcs.iter().map(|(role, epc)| (*role, (*epc).to_owned())).collect(),
    }
}

fn arrows(recorded: &Recorded) -> Vec<(String, String)> {
    edges_of(recorded)
        .into_iter()
        .map(|edge| (edge.from_epc, edge.to_epc))
        .collect()
}

const LOT: &str = "https://id.gs1.org/01/09520123456788/10/A%2F1";

#[test]
fn all_ways_of_writing_a_batch_are_one() {
    for written in [
        "https://id.gs1.org/01/09520123456788/10/A%2F1",
        "https://choque.example.vn/01/09520123456788/10/A%2f1",
        "http://brand.example/some/shop/01/09520123456788/10/A%2F1?17=271231",
        "https://brand.example/01/09520123456788/22/2A/10/A%2F1",
        "urn:epc:class:lgtin:9520123.045678.A%2F1",
    ] {
        assert_eq!(key(written), LOT, "{written}");
    }
    let (gtin, lot) = batch_of(LOT).expect("a batch");
    assert_eq!(batch_key(&gtin, &lot), LOT);
    assert_eq!(key("urn:uuid:7"), "urn:uuid:7", "what is no Digital Link stays");
    assert_eq!(batch_of("https://id.gs1.org/01/09520123456788/10/A%2F1/21/7"), None);
    let long = format!("urn:example:{}", "x".repeat(3000));
    assert!(key(&long).len() <= LONGEST);
    assert_ne!(key(&long), key(&format!("{long}y")));
}

#[test]
fn each_kind_of_event_draws_its_own_arrows() {
    let pair = |from: &str, to: &str| (from.to_owned(), to.to_owned());
    let mixed = recorded(
        "{}",
        &[("input", "urn:a"), ("input_class", "urn:b"), ("output", "urn:c")],
    );
    assert_eq!(arrows(&mixed), [pair("urn:a", "urn:c"), pair("urn:b", "urn:c")]);
    let packed = recorded("{}", &[("parent", "urn:box"), ("child", "urn:a"), ("child_class", LOT)]);
    assert_eq!(arrows(&packed), [pair(LOT, "urn:box"), pair("urn:a", "urn:box")]);
    let seen = recorded("{}", &[("epc", "urn:a"), ("location", "urn:here")]);
    assert_eq!(arrows(&seen), []);
    let itself = recorded("{}", &[("input", "urn:a"), ("output", "urn:a")]);
    assert_eq!(arrows(&itself), [], "what is washed stays what it is");
    let single = format!("{LOT}/21/7");
    let document = format!(r#"{{"childEPCs": ["{single}"]}}"#);
    let boxed = recorded(&document, &[("parent", "urn:box"), ("child", &single)]);
    let single = key(&single);
    assert_eq!(single, "https://id.gs1.org/01/09520123456788/21/7");
    assert_eq!(arrows(&boxed), [pair(LOT, &single), pair(&single, "urn:box")]);
}

#[test]
fn what_is_told_in_two_events_is_tied_together() {
    let document = r#"{"transformationID": "urn:t:7"}"#;
    let first = arrows(&recorded(document, &[("input", "urn:a")]));
    let second = arrows(&recorded(document, &[("output", "urn:b")]));
    assert_eq!(first[0].1, second[0].0);
    assert!(first[0].1.starts_with(KNOT));
    let many: Vec<_> = (0..100).map(|number| format!("urn:{number}")).collect();
    let mut epcs = Vec::new();
    epcs.extend(many[..50].iter().map(|epc| ("input", epc.as_str())));
    epcs.extend(many[50..].iter().map(|epc| ("output", epc.as_str())));
    assert_eq!(edges_of(&recorded("{}", &epcs)).len(), 100);
}

proptest! {
    /// Knots change how arrows are stored, never what is reached.
    #[test]
    fn knots_reach_what_plain_arrows_reach(
        events in prop::collection::vec((prop::collection::btree_set(0_u8..30, 1..6), prop::collection::btree_set(0_u8..30, 1..6)), 0..12),
        start in 0_u8..30,
    ) {
        let mut drawn: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut plain: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (nth, (inputs, outputs)) in events.iter().enumerate() {
            let names = |things: &BTreeSet<u8>| things.iter().map(|thing| format!("urn:{thing}")).collect::<Vec<_>>();
            let (inputs, outputs) = (names(inputs), names(outputs));
            let mut epcs: Vec<(&'static str, &str)> = Vec::new();
            epcs.extend(inputs.iter().map(|epc| ("input", epc.as_str())));
            epcs.extend(outputs.iter().map(|epc| ("output", epc.as_str())));
            let event = Recorded { id: EventId(Uuid::from_u128(nth as u128)), ..recorded("{}", &epcs) };
            for edge in edges_of(&event) {
                drawn.entry(edge.from_epc).or_default().insert(edge.to_epc);
            }
            for input in &inputs {
                plain.entry(input.clone()).or_default().extend(outputs.iter().cloned());
            }
        }
        let reached = |arrows: &BTreeMap<String, BTreeSet<String>>| {
            let start = format!("urn:{start}");
            let mut seen = BTreeSet::from([start.clone()]);
            let mut left = vec![start.clone()];
            while let Some(thing) = left.pop() {
                for next in arrows.get(&thing).into_iter().flatten() {
                    if seen.insert(next.clone()) {
                        left.push(next.clone());
                    }
                }
            }
            seen.retain(|thing| !thing.starts_with(KNOT) && *thing != start);
            seen
        };
        prop_assert_eq!(reached(&drawn), reached(&plain));
    }
}
