//! Reading what others send: the same verdict as GS1's schema, every violation with its place, and limits.

use std::path::{Path, PathBuf};

use epcis::read::{Input, Problem, read_json};
use epcis::{Limits, Violation};
use proptest::prelude::*;
use serde_json::{Value, json};

/// Outside the repository: gs1/EPCIS, with its licence beside it.
const DATA: &str = "../../../shared/data/trace";

fn official(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(DATA).join(name);
    if path.exists() {
        return Some(path);
    }
    assert!(
        std::env::var("CI").as_deref() != Ok("true"),
        "{} is missing",
        path.display()
    );
    println!("skipped: {} is missing", path.display());
    None
}

fn documents(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
    for entry in std::fs::read_dir(folder).expect("the folder can be read") {
        let path = entry.expect("the entry can be read").path();
        if path.is_dir() {
            documents(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "jsonld") {
            let text = std::fs::read_to_string(&path).expect("the file can be read");
            found.push((path, text));
        }
    }
}

fn examples() -> Option<Vec<(PathBuf, String)>> {
    let mut found = Vec::new();
    documents(&official("epcis-examples")?, &mut found);
    assert!(found.len() >= 41, "only {} examples", found.len());
    Some(found)
}

fn schema() -> Option<jsonschema::Validator> {
    let text = std::fs::read_to_string(official("EPCIS-JSON-Schema.json")?).expect("the file can be read");
    let schema = serde_json::from_str(&text).expect("JSON");
    Some(
        jsonschema::options()
            .should_validate_formats(true)
            .build(&schema)
            .expect("the schema is valid"),
    )
}

/// What was read and written again, or everything that is wrong.
fn read(text: &str) -> Result<Value, Vec<Violation>> {
    let reading = read_json(text.as_bytes(), &Limits::default())?.whole()?;
    Ok(match &reading.input {
        Input::Document(document) => serde_json::to_value(document),
        Input::QueryDocument(document) => serde_json::to_value(document),
        Input::Event(event) => serde_json::to_value(event),
    }
    .expect("what was read is JSON"))
}

#[test]
fn every_example_that_the_schema_accepts_comes_back_equal() {
    let (Some(examples), Some(schema)) = (examples(), schema()) else {
        return;
    };
    for (path, text) in examples {
        let value: Value = serde_json::from_str(text.trim_start_matches('\u{FEFF}')).expect("JSON");
        assert!(schema.is_valid(&value), "{} is valid", path.display());
        match read(&text) {
            Ok(written) => assert_eq!(written, value, "{}", path.display()),
            Err(violations) => panic!("{}: {violations:#?}", path.display()),
        }
        // Each event is one that may stand alone.
        let events = value.pointer("/epcisBody/eventList").and_then(Value::as_array);
        for event in events.into_iter().flatten() {
            let mut event = event.clone();
            let context = &mut event["@context"];
            if context.is_null() {
                *context = value["@context"].clone();
            }
            if schema.is_valid(&event) {
                assert_eq!(read(&event.to_string()), Ok(event), "{}", path.display());
            }
        }
    }
}

/// Every place of a document, as a pointer.
fn places(value: &Value, pointer: String, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                let key = key.replace('~', "~0").replace('/', "~1");
                places(value, format!("{pointer}/{key}"), found);
            }
        }
        Value::Array(values) => {
            for (index, value) in values.iter().enumerate() {
                places(value, format!("{pointer}/{index}"), found);
            }
        }
        _ => {}
    }
    if !pointer.is_empty() {
        found.push(pointer);
    }
}

/// Changes one place of a document.
fn mutated(document: &Value, pointer: &str, mutation: &Mutation) -> Value {
    let mut changed = document.clone();
    let (parent, key) = pointer.rsplit_once('/').expect("a pointer");
    let key = key.replace("~1", "/").replace("~0", "~");
    let parent = changed.pointer_mut(parent).expect("a parent");
    let remove = |parent: &mut Value| match parent {
        Value::Object(fields) => fields.remove(&key),
        Value::Array(values) => key.parse().ok().map(|index: usize| values.remove(index)),
        _ => None,
    };
    match mutation {
        Mutation::Remove => drop(remove(parent)),
        Mutation::Rename(name) => {
            if let (Some(value), Value::Object(fields)) = (remove(parent), parent) {
                fields.insert(name.clone(), value);
            }
        }
        Mutation::Replace(value) => match parent {
            Value::Object(fields) => drop(fields.insert(key, value.clone())),
            Value::Array(values) => values[key.parse::<usize>().expect("an index")] = value.clone(),
            _ => {}
        },
        Mutation::Repeat => {
            if let Value::Array(values) = parent {
                values.push(values[key.parse::<usize>().expect("an index")].clone());
            }
        }
    }
    changed
}

#[derive(Debug, Clone)]
enum Mutation {
    Remove,
    Rename(String),
    Replace(Value),
    Repeat,
}

fn words() -> impl Strategy<Value = String> {
    prop_oneof![
        proptest::sample::select(vec![
            "",
            "a",
            "a:b",
            "urn:x:y",
            "https://example.org/a",
            "a b:c",
            "ADD",
            "OBSERVE",
            "DELETE",
            "shipping",
            "active",
            "po",
            "location",
            "harvesting",
            "urn:epcglobal:cbv:bizstep:shipping",
            "Temperature",
            "https://ns.gs1.org/cbv/BizStep-shipping",
            "https://gs1.org/voc/Temperature",
            "ObjectEvent",
            "AggregationEvent",
            "TransactionEvent",
            "TransformationEvent",
            "AssociationEvent",
            "EPCISDocument",
            "EPCISQueryDocument",
            "2026-04-12T08:30:00+07:00",
            "2026-04-12T08:30:60Z",
            "2016-12-31T23:59:60Z",
            "2026-04-12",
            "+07:00",
            "+14:01",
            "KGM",
            "kg",
            "2.0",
            "2.",
            "ff",
            "zz",
            "my_ns:x",
            "http://[::1]:80/",
            "http://[::1",
            "a:%zz",
            "a:b#c#d",
            "a:\\b",
            "đ:x",
            "http://a:b:c/",
            "x:",
            "http://",
            "a:[b]",
        ])
        .prop_map(str::to_owned),
        "[a-z]{1,4}:[ -~]{0,12}",
        "(urn|http|https|a):(//)?[a-z@:.%/?#0-9\\[\\]]{0,14}",
        "2026-0[0-9]-[0-3][0-9]T[0-2][0-9]:[0-6][0-9]:[0-6][0-9](\\.[0-9]{1,3})?(Z|z|[+-][0-2][0-9]:[0-6][0-9])",
    ]
}

fn keys() -> impl Strategy<Value = String> {
    proptest::sample::select(vec![
        "action",
        "epcList",
        "quantityList",
        "ilmd",
        "parentID",
        "childEPCs",
        "type",
        "note",
        "a:note",
        "bizStep",
        "persistentDisposition",
        "transformationID",
        "inputEPCList",
        "id",
        "epcisBody",
        "eventList",
        "errorDeclaration",
        "sensorElementList",
        "my_ns:x",
        "https://a.example/x",
        "@context",
        "uom",
        "time",
        "certificationInfo",
    ])
    .prop_map(str::to_owned)
}

fn mutations() -> impl Strategy<Value = Mutation> {
    let values = prop_oneof![
        Just(Value::Null),
        Just(json!([])),
        Just(json!({})),
        Just(json!(true)),
        Just(json!(5)),
        Just(json!(1.5)),
        words().prop_map(Value::from),
        words().prop_map(|word| json!([word])),
        words().prop_map(|word| json!([word, word])),
        words().prop_map(|word| json!({ "id": word })),
        words().prop_map(|word| json!({ word.as_str(): word })),
    ];
    prop_oneof![
        2 => Just(Mutation::Remove),
        2 => keys().prop_map(Mutation::Rename),
        6 => values.prop_map(Mutation::Replace),
        1 => Just(Mutation::Repeat),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    /// One or two places of an official document changed: what the schema refuses is refused, with a place.
    #[test]
    fn what_the_schema_refuses_is_refused(
        example in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), mutations()), 1..3),
    ) {
        thread_local! {
            static OFFICIAL: Option<(Vec<Value>, jsonschema::Validator)> = {
                let parse = |(_, text): (PathBuf, String)| {
                    serde_json::from_str(text.trim_start_matches('\u{FEFF}')).expect("JSON")
                };
                examples().zip(schema()).map(|(examples, schema)| (examples.into_iter().map(parse).collect(), schema))
            };
        }
        OFFICIAL.with(|official| {
            let Some((examples, schema)) = official else { return Ok(()) };
            let mut document = example.get(examples).clone();
            for (place, mutation) in &changes {
                let mut found = Vec::new();
                places(&document, String::new(), &mut found);
                if !found.is_empty() {
                    document = mutated(&document, place.get(found.as_slice()).as_str(), mutation);
                }
            }
            match read(&document.to_string()) {
                Ok(written) => {
                    let errors: Vec<_> = schema.iter_errors(&document).map(|error| error.to_string()).collect();
                    prop_assert!(errors.is_empty(), "{errors:?}\n{document}");
                    prop_assert_eq!(written, document);
                }
                Err(violations) => {
                    prop_assert!(!violations.is_empty() && violations.len() <= 50);
                    // What only we refuse is a rule beyond the schema.
                    if schema.is_valid(&document) {
                        for violation in violations {
                            prop_assert!(is_beyond_the_schema(&violation), "{violation}\n{document}");
                        }
                    }
                }
            }
            Ok(())
        })?;
    }

    #[test]
    fn no_text_panics(text in "\\PC{0,80}", bytes in prop::collection::vec(any::<u8>(), 0..60)) {
        let _ = read(&text);
        let _ = read_json(&bytes, &Limits::default());
        let _ = read(&format!("{{\"type\":\"EPCISDocument\",\"epcisBody\":{text}"));
    }
}

/// Rules of the standard that its schema cannot say, and fields of events of somebody's own type.
fn is_beyond_the_schema(violation: &Violation) -> bool {
    let owned = [
        "bizStep",
        "disposition",
        "readPoint",
        "bizLocation",
        "bizTransactionList",
        "sourceList",
    ];
    let in_extended = owned.iter().chain(&["destinationList", "sensorElementList"]);
    let field_of_extended = in_extended
        .into_iter()
        .any(|field| violation.pointer.contains(&format!("/{field}")));
    match &violation.problem {
        Problem::UndeclaredPrefix(_) | Problem::FractionOfPiece(_) => true,
        Problem::Missing => violation.pointer.ends_with("/parentID") || field_of_extended,
        // A prefix with nothing after it names nothing.
        Problem::NotUri(text) | Problem::NoNamespace(text) => text.ends_with(':') || field_of_extended,
        Problem::UnknownWord { word, .. } => word.ends_with(':') || field_of_extended,
        Problem::Unexpected(text, _) => text.ends_with(':'),
        _ => field_of_extended,
    }
}

fn event(fields: &Value) -> Value {
    let mut event = json!({
        "type": "ObjectEvent", "eventTime": "2026-04-12T08:30:00+07:00", "eventTimeZoneOffset": "+07:00",
        "action": "ADD", "epcList": ["urn:epc:id:sgtin:0614141.107346.2018"],
    });
    event
        .as_object_mut()
        .expect("an object")
        .extend(fields.as_object().expect("fields").clone());
    event
}

fn document(events: &[Value]) -> Value {
    json!({
        "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", { "a": "https://a.example/" }],
        "type": "EPCISDocument", "schemaVersion": "2.0", "creationDate": "2026-04-12T10:00:00Z",
        "epcisBody": { "eventList": events },
    })
}

fn told(text: &str) -> Vec<String> {
    read(text)
        .expect_err("something is wrong")
        .iter()
        .map(Violation::to_string)
        .collect()
}

#[test]
fn every_violation_is_told_with_its_place() {
    let wrong = document(&[
        event(&json!({})),
        event(&json!({ "bizStep": "harvesting", "disposition": "fresh", "eventTime": "yesterday" })),
        event(&json!({ "ilmd": { "lot": 1, "b:lot": 2 }, "a/b": 1, "c:x": { "d:y": [{ "e:z": 1 }] } })),
        event(&json!({ "sensorElementList": [{
            "sensorMetadata": { "deviceID": "urn:x:1" },
            "sensorReport": [{ "type": "Warmth" }, { "type": "Temperature", "value": "26", "deviceID": "urn:x:1" }],
        }] })),
        json!("no event"),
        json!({ "type": 5 }),
    ]);
    assert_eq!(
        told(&wrong.to_string()),
        [
            "/epcisBody/eventList/1/bizStep: \"harvesting\" is not a business step of the Core Business Vocabulary",
            "/epcisBody/eventList/1/disposition: \"fresh\" is not a disposition of the Core Business Vocabulary",
            "/epcisBody/eventList/1/eventTime: \"yesterday\" is not a date and time with a zone (RFC 3339)",
            "/epcisBody/eventList/2/a~1b: the key \"a/b\" has no namespace",
            "/epcisBody/eventList/2/ilmd/lot: the key \"lot\" has no namespace",
            "/epcisBody/eventList/3/sensorElementList/0/sensorReport/0/type: \"Warmth\" is not a measurement type of the Core Business Vocabulary",
            "/epcisBody/eventList/3/sensorElementList/0/sensorReport/1/value: a number is wanted",
            "/epcisBody/eventList/4: an object is wanted",
            "/epcisBody/eventList/5/type: a text is wanted",
        ]
    );
    let prefixes = document(&[
        event(&json!({ "ilmd": { "b:lot": 2 }, "c:x": { "d:y": [{ "a:z": 1, "e:z": 1 }] }, "https://x.example/f": 1 })),
        event(&json!({ "b:x": 1, "@context": { "b": "https://b.example/" } })),
        event(&json!({ "b:x": 1, "@context": "https://example.org/somebody-s-context.jsonld" })),
    ]);
    assert_eq!(
        told(&prefixes.to_string()),
        [
            "/epcisBody/eventList/0/c:x: the prefix \"c\" is declared in no @context",
            "/epcisBody/eventList/0/c:x/d:y: the prefix \"d\" is declared in no @context",
            "/epcisBody/eventList/0/c:x/d:y/0/e:z: the prefix \"e\" is declared in no @context",
            "/epcisBody/eventList/0/ilmd/b:lot: the prefix \"b\" is declared in no @context",
        ]
    );
}

#[test]
fn frames_that_are_wrong() {
    let with = |field: &str, value: Value| {
        let mut document = document(&[]);
        document[field] = value;
        told(&document.to_string())
    };
    assert_eq!(with("creationDate", json!(5)), ["/creationDate: a text is wanted"]);
    assert_eq!(
        with("schemaVersion", json!("two")),
        ["/schemaVersion: \"two\" is not what stands here: numbers with points between"]
    );
    assert_eq!(with("note", json!(1)), ["/note: the key \"note\" has no namespace"]);
    assert_eq!(
        with("b:note", json!(1)),
        ["/b:note: the prefix \"b\" is declared in no @context"]
    );
    assert_eq!(with("epcisBody", json!([])), ["/epcisBody: an object is wanted"]);
    assert_eq!(with("epcisBody", json!({})), ["/epcisBody: missing or empty"]);
    assert_eq!(
        with("epcisBody", json!({ "eventList": {} })),
        ["/epcisBody/eventList: a list is wanted"]
    );
    assert_eq!(with("@context", json!(5)), ["/@context: a text is wanted"]);
    assert_eq!(
        with(
            "epcisHeader",
            json!({ "epcisMasterData": { "vocabularyList": [{ "vocabularyElementList": [{}] }] } })
        ),
        [
            "/epcisHeader/epcisMasterData/vocabularyList/0/vocabularyElementList/0/id: missing or empty",
            "/epcisHeader/epcisMasterData/vocabularyList/0/type: missing or empty",
        ]
    );
    assert_eq!(told("[]"), ["an object is wanted"]);
    assert_eq!(told("{}"), ["/type: missing or empty"]);
    assert!(told("{")[0].starts_with("not JSON: EOF"), "{:?}", told("{"));
    assert!(
        told("{} {}")[0].starts_with("not JSON: trailing"),
        "{:?}",
        told("{} {}")
    );
    assert!(told(&event(&json!({})).to_string())[0].contains("/@context: missing"));
}

#[test]
fn events_that_are_right_can_go_on_without_the_others() {
    let right = event(&json!({}));
    let mixed = document(&[
        event(&json!({ "bizStep": "harvesting" })),
        right.clone(),
        event(&json!({ "b:x": 1 })),
        right.clone(),
    ]);
    let reading = read_json(mixed.to_string().as_bytes(), &Limits::default()).expect("the frame is right");
    assert_eq!(reading.refused, [0, 2]);
    assert_eq!(reading.violations.len(), 2);
    assert_eq!(reading.input.events().len(), 2);
    assert_eq!(serde_json::to_value(&reading.input.events()[1]).expect("JSON"), right);
    assert_eq!(reading.namespaces.get("a"), Some("https://a.example/"));
    assert!(reading.whole().is_err());

    let many = document(&vec![event(&json!({ "bizStep": "harvesting" })); 200]);
    let reading = read_json(many.to_string().as_bytes(), &Limits::default()).expect("the frame is right");
    assert_eq!((reading.refused.len(), reading.violations.len()), (200, 50));
}

#[test]
fn limits_hold() {
    let problem = |text: &[u8], limits: Limits| read_json(text, &limits).expect_err("too much")[0].problem.clone();
    let limits = Limits::default();
    assert_eq!(problem("[".repeat(100_000).as_bytes(), limits), Problem::TooDeep(64));
    assert_eq!(
        problem("{\"a\":".repeat(100_000).as_bytes(), limits),
        Problem::TooDeep(64)
    );
    let deep = format!("{{\"a:b\":{}1{}}}", "[".repeat(63), "]".repeat(63));
    assert_eq!(problem(deep.as_bytes(), limits), Problem::Missing, "just not too deep");
    // Brackets inside texts nest nothing.
    let brackets = event(&json!({ "a:note": "[{\"\\".repeat(500), "@context": { "a": "https://a.example/" } }));
    assert_eq!(read(&brackets.to_string()), Ok(brackets));
    assert_eq!(problem(b"[[[]]]", Limits { bytes: 5, ..limits }), Problem::TooLarge(5));
    let three = document(&vec![event(&json!({})); 3]).to_string();
    assert_eq!(
        problem(three.as_bytes(), Limits { events: 2, ..limits }),
        Problem::TooMany(2)
    );
    assert!(read_json(three.as_bytes(), &Limits { events: 3, ..limits }).is_ok());
}

#[test]
fn answers_to_queries_are_read() {
    let answer = json!({
        "@context": "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
        "type": "EPCISQueryDocument", "schemaVersion": "2.0", "creationDate": "2026-04-12T10:00:00Z",
        "epcisBody": { "queryResults": {
            "queryName": "q", "subscriptionID": "s", "resultsBody": { "eventList": [event(&json!({}))] },
        } },
    });
    let reading = read_json(answer.to_string().as_bytes(), &Limits::default()).expect("an answer");
    let Input::QueryDocument(document) = &reading.input else {
        panic!("{reading:?}")
    };
    assert_eq!((document.query_name(), document.subscription_id()), ("q", Some("s")));
    assert_eq!(read(&answer.to_string()), Ok(answer.clone()));
    let built = epcis::EpcisQueryDocument::new(
        "2026-04-12T10:00:00Z".parse().expect("a time"),
        answer["@context"].clone(),
        "q",
        reading.input.clone().into_events(),
    );
    assert_eq!(serde_json::to_value(built.for_subscription("s")).expect("JSON"), answer);
    for (pointer, value, message) in [
        (
            "/epcisBody/queryResults/queryName",
            json!(1),
            "/epcisBody/queryResults/queryName: a text is wanted",
        ),
        (
            "/epcisBody/queryResults/resultsBody",
            json!({}),
            "/epcisBody: missing or empty",
        ),
        (
            "/epcisBody/queryResults/resultsBody/eventList/0/action",
            json!("MAKE"),
            "/epcisBody/queryResults/resultsBody/eventList/0/action: \"MAKE\" is not a kind of action of the Core Business Vocabulary",
        ),
    ] {
        let mut wrong = answer.clone();
        *wrong.pointer_mut(pointer).expect("a place") = value;
        assert_eq!(told(&wrong.to_string()), [message]);
    }
}
