//! The rules of GS1's JSON schema of EPCIS 2.0, and those of the standard that a schema cannot say.

use serde_json::{Map, Value};

use super::checker::{
    Checker, Fields, Others, Rule, anything, boolean, hexadecimal, number, offset, term, text, time, unique_uris, uri,
    uris, word,
};
use super::violation::Problem;
use super::words::{ALERT_TYPES, COMPONENTS, MEASUREMENT_TYPES};
use crate::part::is_unit;
use crate::vocabulary::{Action, BizStep, BizTransactionType, Disposition, ErrorReason, PartyType, is_uri};

/// What any event may say of itself.
const EVENT: &Fields = &[
    ("@context", context),
    ("type", anything),
    ("eventTime", time),
    ("recordTime", time),
    ("eventTimeZoneOffset", offset),
    ("eventID", uri),
    ("certificationInfo", uri_or_uris),
    ("errorDeclaration", error_declaration),
];

/// What any event of the standard may say beside what it is about.
const CIRCUMSTANCES: &Fields = &[
    ("bizStep", term::<BizStep>),
    ("disposition", term::<Disposition>),
    ("readPoint", place),
    ("bizLocation", place),
    ("bizTransactionList", transactions),
    ("sourceList", sources),
    ("destinationList", destinations),
    ("sensorElementList", sensors),
];

const OBJECT: &Fields = &[
    ("action", word::<Action>),
    ("epcList", unique_uris),
    ("quantityList", quantities),
    ("persistentDisposition", persistent_disposition),
    ("ilmd", ilmd),
];

const AGGREGATION: &Fields = &[
    ("action", word::<Action>),
    ("parentID", uri),
    ("childEPCs", uris),
    ("childQuantityList", quantities),
];

const TRANSACTION: &Fields = &[
    ("action", word::<Action>),
    ("parentID", uri),
    ("epcList", uris),
    ("quantityList", quantities),
];

const TRANSFORMATION: &Fields = &[
    ("inputEPCList", unique_uris),
    ("inputQuantityList", quantities),
    ("outputEPCList", unique_uris),
    ("outputQuantityList", quantities),
    ("transformationID", uri),
    ("persistentDisposition", persistent_disposition),
    ("ilmd", ilmd),
];

/// Checks an event; `alone` when it stands outside a document and needs a context of its own.
pub(super) fn event(checker: &mut Checker, value: &Value, alone: bool) {
    let own: &Fields = match value.get("type") {
        Some(Value::String(kind)) => match kind.as_str() {
            "ObjectEvent" => OBJECT,
            "AggregationEvent" | "AssociationEvent" => AGGREGATION,
            "TransactionEvent" => TRANSACTION,
            "TransformationEvent" => TRANSFORMATION,
            _ => {
                checker.at("type", |checker| {
                    if !is_uri(kind) {
                        checker.wrong(Problem::Unexpected(kind.clone(), "a type of event or a URI"));
                    }
                });
                extended(checker, value, alone);
                return;
            }
        },
        Some(_) => return checker.wrong_at("type", Problem::Wanted("a text")),
        None if value.is_object() => return checker.wrong_at("type", Problem::Missing),
        None => return checker.wrong(Problem::Wanted("an object")),
    };
    let required = required(alone);
    if let Some(event) = checker.object(value, &[EVENT, CIRCUMSTANCES, own], required, Others::Namespaced) {
        match event.get("type").and_then(Value::as_str) {
            Some("ObjectEvent") => object_event(checker, event),
            Some("AggregationEvent") => aggregation_event(checker, event),
            Some("TransactionEvent") => transaction_event(checker, event),
            Some("TransformationEvent") => transformation_event(checker, event),
            _ => association_event(checker, event),
        }
    }
}

fn required(alone: bool) -> &'static [&'static str] {
    if alone {
        &["@context", "eventTime", "eventTimeZoneOffset"]
    } else {
        &["eventTime", "eventTimeZoneOffset"]
    }
}

/// An event of somebody's own type: whatever it holds beside what every event has, under any key.
fn extended(checker: &mut Checker, value: &Value, alone: bool) {
    checker.object(value, &[EVENT, CIRCUMSTANCES], required(alone), Others::Any);
}

fn is_filled(event: &Map<String, Value>, field: &str) -> bool {
    event
        .get(field)
        .and_then(Value::as_array)
        .is_some_and(|list| !list.is_empty())
}

fn is_action(event: &Map<String, Value>, action: &str) -> bool {
    event.get("action").and_then(Value::as_str) == Some(action)
}

fn require(checker: &mut Checker, met: bool, field: &str) {
    if !met {
        checker.wrong_at(field, Problem::Missing);
    }
}

fn object_event(checker: &mut Checker, event: &Map<String, Value>) {
    require(checker, event.contains_key("action"), "action");
    if event.contains_key("ilmd") && event.contains_key("action") && !is_action(event, "ADD") {
        checker.wrong_at("ilmd", Problem::IlmdWithoutAdd);
    }
    let sensed = is_filled(event, "sensorElementList") && event.contains_key("readPoint");
    let objects = event.contains_key("epcList") || is_filled(event, "quantityList");
    require(checker, objects || sensed, "epcList");
}

fn children(checker: &mut Checker, event: &Map<String, Value>) {
    let children = is_filled(event, "childEPCs") || is_filled(event, "childQuantityList");
    require(checker, children || is_action(event, "DELETE"), "childEPCs");
}

fn aggregation_event(checker: &mut Checker, event: &Map<String, Value>) {
    require(checker, event.contains_key("action"), "action");
    // Whoever sees children may not see what they are in (EPCIS 2.0, 7.4.3).
    let parent = event.contains_key("parentID") || is_action(event, "OBSERVE");
    require(checker, parent, "parentID");
    children(checker, event);
}

fn association_event(checker: &mut Checker, event: &Map<String, Value>) {
    require(checker, event.contains_key("action"), "action");
    require(checker, event.contains_key("parentID"), "parentID");
    children(checker, event);
}

fn transaction_event(checker: &mut Checker, event: &Map<String, Value>) {
    require(checker, event.contains_key("action"), "action");
    require(checker, is_filled(event, "bizTransactionList"), "bizTransactionList");
    let objects = event.contains_key("epcList") || is_filled(event, "quantityList");
    require(checker, objects || is_action(event, "DELETE"), "epcList");
}

fn transformation_event(checker: &mut Checker, event: &Map<String, Value>) {
    let inputs = is_filled(event, "inputEPCList") || is_filled(event, "inputQuantityList");
    let outputs = is_filled(event, "outputEPCList") || is_filled(event, "outputQuantityList");
    // Pieces of a longer transformation may come one side at a time.
    let piece = event.contains_key("transformationID");
    require(checker, inputs || (piece && outputs), "inputEPCList");
    require(checker, outputs || piece, "outputEPCList");
}

pub(super) fn context(checker: &mut Checker, value: &Value) {
    fn one(checker: &mut Checker, value: &Value) {
        if !value.is_object() {
            uri(checker, value);
        }
    }
    if value.is_array() {
        checker.each(value, one);
        checker.unique(value);
    } else {
        one(checker, value);
    }
}

fn uri_or_uris(checker: &mut Checker, value: &Value) {
    if value.is_array() {
        uris(checker, value);
    } else {
        uri(checker, value);
    }
}

fn error_declaration(checker: &mut Checker, value: &Value) {
    const FIELDS: &Fields = &[
        ("declarationTime", time),
        ("reason", term::<ErrorReason>),
        ("correctiveEventIDs", uris),
    ];
    checker.object(value, &[FIELDS], &["declarationTime"], Others::Namespaced);
}

fn place(checker: &mut Checker, value: &Value) {
    checker.object(value, &[&[("id", uri)]], &["id"], Others::Any);
}

fn quantities(checker: &mut Checker, value: &Value) {
    fn one(checker: &mut Checker, value: &Value) {
        const FIELDS: &Fields = &[("epcClass", uri), ("quantity", number), ("uom", unit)];
        let quantity = checker.object(value, &[FIELDS], &["epcClass"], Others::None);
        let pieces = quantity
            .filter(|quantity| !quantity.contains_key("uom"))
            .and_then(|quantity| quantity.get("quantity")?.as_f64());
        if let Some(pieces) = pieces.filter(|pieces| pieces.fract() != 0.0) {
            checker.wrong_at("quantity", Problem::FractionOfPiece(pieces.to_string()));
        }
    }
    checker.each(value, one);
}

fn unit(checker: &mut Checker, value: &Value) {
    if let Some(text) = checker.text(value)
        && !is_unit(text)
    {
        checker.wrong(Problem::Unit(text.to_owned()));
    }
}

fn transactions(checker: &mut Checker, value: &Value) {
    const FIELDS: &Fields = &[("type", term::<BizTransactionType>), ("bizTransaction", uri)];
    checker.each(value, |checker, value| {
        checker.object(value, &[FIELDS], &["bizTransaction"], Others::None);
    });
}

fn sources(checker: &mut Checker, value: &Value) {
    const FIELDS: &Fields = &[("type", term::<PartyType>), ("source", uri)];
    checker.each(value, |checker, value| {
        checker.object(value, &[FIELDS], &["type", "source"], Others::None);
    });
}

fn destinations(checker: &mut Checker, value: &Value) {
    const FIELDS: &Fields = &[("type", term::<PartyType>), ("destination", uri)];
    checker.each(value, |checker, value| {
        checker.object(value, &[FIELDS], &["type", "destination"], Others::None);
    });
}

fn persistent_disposition(checker: &mut Checker, value: &Value) {
    const FIELDS: &Fields = &[("set", dispositions), ("unset", dispositions)];
    let object = checker.object(value, &[FIELDS], &[], Others::None);
    if object.is_some_and(Map::is_empty) {
        checker.wrong(Problem::Missing);
    }
}

fn dispositions(checker: &mut Checker, value: &Value) {
    checker.each(value, term::<Disposition>);
    checker.unique(value);
    checker.not_empty(value);
}

fn ilmd(checker: &mut Checker, value: &Value) {
    checker.object(value, &[], &[], Others::Namespaced);
}

fn sensors(checker: &mut Checker, value: &Value) {
    checker.each(value, sensor_element);
}

/// Metadata and reports may both say a time or device: GS1's own examples do, although its conformance requirement 53
/// would have such an event refused.
fn sensor_element(checker: &mut Checker, value: &Value) {
    const FIELDS: &Fields = &[("sensorMetadata", sensor_metadata), ("sensorReport", sensor_reports)];
    checker.object(value, &[FIELDS], &["sensorReport"], Others::Namespaced);
}

fn sensor_metadata(checker: &mut Checker, value: &Value) {
    const FIELDS: &Fields = &[
        ("time", time),
        ("deviceID", uri),
        ("deviceMetadata", uri),
        ("rawData", uri),
        ("startTime", time),
        ("endTime", time),
        ("dataProcessingMethod", uri),
        ("bizRules", uri),
    ];
    checker.object(value, &[FIELDS], &[], Others::Namespaced);
}

fn sensor_reports(checker: &mut Checker, value: &Value) {
    const FIELDS: &Fields = &[
        ("type", measurement_type),
        ("exception", alert_type),
        ("deviceID", uri),
        ("deviceMetadata", uri),
        ("rawData", uri),
        ("dataProcessingMethod", uri),
        ("bizRules", uri),
        ("time", time),
        ("microorganism", uri),
        ("chemicalSubstance", uri),
        ("coordinateReferenceSystem", uri),
        ("value", number),
        ("component", component),
        ("stringValue", text),
        ("booleanValue", boolean),
        ("hexBinaryValue", hexadecimal),
        ("uriValue", uri),
        ("minValue", number),
        ("maxValue", number),
        ("meanValue", number),
        ("sDev", number),
        ("percRank", number),
        ("percValue", number),
        ("uom", text),
    ];
    checker.each(value, |checker, value| {
        checker.object(value, &[FIELDS], &["type"], Others::Namespaced);
    });
    checker.not_empty(value);
}

/// One of these words, or a URI outside these name spaces, where words stand bare.
fn listed(checker: &mut Checker, value: &Value, vocabulary: &'static str, words: &[&str], own: &[&str]) {
    let Some(text) = checker.text(value) else { return };
    let foreign = is_uri(text) && !own.iter().any(|prefix| text.starts_with(prefix));
    if !words.contains(&text) && !foreign {
        checker.wrong(Problem::UnknownWord {
            vocabulary,
            word: text.to_owned(),
        });
    }
}

const WEB_VOCABULARY: [&str; 4] = [
    "http://gs1.org/voc/",
    "https://gs1.org/voc/",
    "http://www.gs1.org/voc/",
    "https://www.gs1.org/voc/",
];

fn measurement_type(checker: &mut Checker, value: &Value) {
    listed(checker, value, "measurement type", &MEASUREMENT_TYPES, &WEB_VOCABULARY);
}

fn alert_type(checker: &mut Checker, value: &Value) {
    listed(checker, value, "sensor alert type", &ALERT_TYPES, &WEB_VOCABULARY);
}

fn component(checker: &mut Checker, value: &Value) {
    let own = ["urn:epcglobal:cbv", "http://ns.gs1.org/cbv/", "https://ns.gs1.org/cbv/"];
    listed(checker, value, "component", &COMPONENTS, &own);
}

/// Checks a document without its events, which are checked one by one as they are read.
pub(super) fn document(checker: &mut Checker, fields: &Value) {
    const FIELDS: &Fields = &[
        ("@context", context),
        ("id", uri),
        ("type", anything),
        ("schemaVersion", version),
        ("creationDate", time),
        ("instanceIdentifier", text),
        ("sender", text),
        ("receiver", text),
        ("epcisHeader", header),
        ("epcisBody", anything),
    ];
    let required = ["@context", "schemaVersion", "creationDate"];
    checker.object(fields, &[FIELDS], &required, Others::Namespaced);
}

/// Checks the answer to a query without its events.
pub(super) fn query_document(checker: &mut Checker, fields: &Value) {
    const FIELDS: &Fields = &[
        ("@context", context),
        ("id", uri),
        ("type", anything),
        ("schemaVersion", version),
        ("creationDate", time),
        ("epcisBody", query_body),
    ];
    checker.object(fields, &[FIELDS], &["@context"], Others::Namespaced);
}

fn query_body(checker: &mut Checker, value: &Value) {
    const RESULTS: Rule = |checker, value| {
        const FIELDS: &Fields = &[
            ("queryName", text),
            ("subscriptionID", text),
            ("resultsBody", results_body),
        ];
        checker.object(value, &[FIELDS], &["queryName", "resultsBody"], Others::Namespaced);
    };
    checker.object(
        value,
        &[&[("queryResults", RESULTS)]],
        &["queryResults"],
        Others::Namespaced,
    );
}

fn results_body(checker: &mut Checker, value: &Value) {
    const FIELDS: &Fields = &[("eventList", anything), ("vocabularyList", vocabularies)];
    checker.object(value, &[FIELDS], &[], Others::Namespaced);
}

fn version(checker: &mut Checker, value: &Value) {
    if let Some(text) = checker.text(value)
        && !text
            .split('.')
            .all(|part| !part.is_empty() && part.bytes().all(|c| c.is_ascii_digit()))
    {
        checker.wrong(Problem::Unexpected(text.to_owned(), "numbers with points between"));
    }
}

fn header(checker: &mut Checker, value: &Value) {
    const MASTER_DATA: Rule = |checker, value| {
        checker.object(value, &[&[("vocabularyList", vocabularies)]], &[], Others::Any);
    };
    checker.object(value, &[&[("epcisMasterData", MASTER_DATA)]], &[], Others::Namespaced);
}

fn vocabularies(checker: &mut Checker, value: &Value) {
    const ATTRIBUTE: Rule = |checker, value| {
        const FIELDS: &Fields = &[("id", uri), ("attribute", attribute_value)];
        checker.object(value, &[FIELDS], &["id"], Others::Any);
    };
    const ELEMENT: Rule = |checker, value| {
        const FIELDS: &Fields = &[
            ("id", uri),
            ("attributes", |checker, value| checker.each(value, ATTRIBUTE)),
            ("children", uris),
        ];
        checker.object(value, &[FIELDS], &["id"], Others::Any);
    };
    const VOCABULARY: Rule = |checker, value| {
        const FIELDS: &Fields = &[
            ("type", uri),
            ("vocabularyElementList", |checker, value| {
                checker.each(value, ELEMENT);
            }),
        ];
        checker.object(value, &[FIELDS], &["type"], Others::Any);
    };
    checker.each(value, VOCABULARY);
}

fn attribute_value(checker: &mut Checker, value: &Value) {
    if !(value.is_number() || value.is_string() || value.is_object()) {
        checker.wrong(Problem::Wanted("a number, a text or an object"));
    }
}
