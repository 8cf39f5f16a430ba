//! The query language: every parameter of the standard's own descriptions, what is refused, and which events match.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use epcis::query::{Fault, Limit, MasterData, NoMasterData, Order, OrderBy, PARAMETERS, Query};
use epcis::{Event, Namespaces};
use serde_json::{Value, json};

const DATA: &str = "../../../shared/data/trace/rest";

fn official(name: &str) -> Option<Value> {
    let path: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join(DATA).join(name);
    if path.exists() {
        let text = std::fs::read_to_string(path).expect("the file can be read");
        return Some(serde_json::from_str(&text).expect("JSON"));
    }
    assert!(
        std::env::var("CI").as_deref() != Ok("true"),
        "{} is missing",
        path.display()
    );
    println!("skipped: {} is missing", path.display());
    None
}

fn namespaces() -> Namespaces {
    Namespaces::of_context(&json!({ "a": "https://a.example/", "q": "https://a.example/" }))
}

fn read(pairs: &[(&str, &str)]) -> Result<Query, String> {
    Query::from_pairs(pairs.iter().copied(), &namespaces()).map_err(|error| error.to_string())
}

/// A value that a parameter's schema allows.
fn sample(name: &str, schema: &Value) -> String {
    let items = &schema["items"];
    let word = |word: &str| word.to_owned();
    match (schema["type"].as_str(), name) {
        (_, "eventType") => word("ObjectEvent|AggregationEvent"),
        (_, "EQ_action") => word("ADD|OBSERVE"),
        (_, "EQ_bizStep") => word("shipping|https://example.org/step"),
        (_, name) if name.contains("isposition") => word("in_transit"),
        (_, "EQ_errorReason") => word("did_not_occur"),
        (_, "EQ_type") => word("Temperature"),
        (_, "orderBy") => word("eventTime"),
        (_, "orderDirection") => word("ASC"),
        (Some("array"), _) if items["format"] == "uri" => word("urn:x:1|https://example.org/1"),
        (Some("array" | "string"), _) if schema["format"] != "date-time" => word("text"),
        (Some("string"), _) => word("2026-04-12T08:30:00+07:00"),
        (Some("integer" | "number"), _) => word("5"),
        (Some("boolean"), _) => word("true"),
        _ => panic!("{name}: {schema}"),
    }
}

#[test]
fn every_parameter_of_the_openapi_description_is_read() {
    let Some(description) = official("openapi.json") else {
        return;
    };
    let parameters = &description["components"]["parameters"];
    let mut read_here = BTreeSet::new();
    for reference in description["paths"]["/events"]["get"]["parameters"]
        .as_array()
        .expect("parameters")
    {
        let key = reference["$ref"]
            .as_str()
            .expect("a reference")
            .rsplit('/')
            .next()
            .expect("a name");
        let parameter = &parameters[key];
        if parameter["in"] != "query" {
            continue;
        }
        let name = parameter["name"].as_str().expect("a name");
        let schema = match parameter["schema"]["$ref"].as_str() {
            Some(reference) => &description["components"]["schemas"][reference.rsplit('/').next().expect("a name")],
            None => &parameter["schema"],
        };
        let value = sample(name, schema);
        let mut pairs = vec![(name, value.as_str())];
        if matches!(name, "eventCountLimit" | "orderDirection") {
            pairs.push(("orderBy", "eventTime"));
        }
        let query = read(&pairs).unwrap_or_else(|error| panic!("{name}={value}: {error}"));
        assert_ne!(query, Query::default(), "{name} says something");
        assert!(PARAMETERS.contains(&name), "{name} is listed");
        read_here.insert(name);
    }
    assert!(read_here.len() >= 55, "only {} parameters", read_here.len());
}

/// A value that the schema of named queries allows, following references.
fn json_sample(schema: &Value, definitions: &Value, name: &str) -> Value {
    if let Some(reference) = schema["$ref"].as_str() {
        let definition = reference.rsplit('/').next().expect("a name");
        return match definition {
            "time" => json!("2026-04-12T08:30:00Z"),
            "uri" | "id" | "eventID" => json!("urn:x:1"),
            "decimal" => json!(1.5),
            "action" => json!("ADD"),
            "bizStep" => json!("shipping"),
            "disposition" => json!("active"),
            "error-reason" => json!("incorrect_data"),
            "measurementType" => json!("Temperature"),
            "eventType" => json!("ObjectEvent"),
            "date-string-or-number" => json!(3),
            "string-array-or-date-string-or-number" => json!(["x", "y"]),
            other => panic!("{name}: {other} of {definitions}"),
        };
    }
    match schema["type"].as_str() {
        Some("array") => json!([json_sample(&schema["items"], definitions, name)]),
        Some("integer" | "number") => json!(1),
        Some("boolean") => json!(true),
        Some("string") if name == "orderBy" => json!("eventTime"),
        Some("string") if name == "orderDirection" => json!("DESC"),
        Some("string") => json!("x"),
        _ => panic!("{name}: {schema}"),
    }
}

#[test]
fn every_parameter_of_the_schema_of_named_queries_is_read() {
    let Some(schema) = official("query-schema.json") else {
        return;
    };
    let definitions = &schema["definitions"];
    let query = &definitions["EPCIS-Query"];
    let read = |name: &str, value: Value| {
        let mut body = json!({ "@context": { "a": "https://a.example/" }, name: value });
        if matches!(name, "eventCountLimit" | "orderDirection") {
            body["orderBy"] = json!("eventTime");
        }
        let read = Query::from_json(&body).unwrap_or_else(|error| panic!("{name}: {error} {body}"));
        assert_ne!(read, Query::default(), "{name} says something");
        // What has the wrong type is refused by name.
        body[name] = json!({ "x": [] });
        let error = Query::from_json(&body).expect_err("an object is no value");
        assert_eq!(error.parameter, name);
    };
    for (name, property) in query["properties"].as_object().expect("properties") {
        if name != "@context" {
            read(name, json_sample(property, definitions, name));
        }
    }
    let patterns = query["patternProperties"].as_object().expect("patterns");
    assert!(patterns.len() > 80);
    for (pattern, property) in patterns {
        let name = pattern
            .trim_matches(['^', '$'])
            .replace("[a-z][a-zA-Z0-9]*\\\\:\\\\w+", "a:field")
            .replace("bizTransaction_[a-z][a-zA-Z0-9_]+", "bizTransaction_po")
            .replace("[a-z][a-zA-Z0-9_]+", "owning_party")
            .replace("[A-Z0-9]{2,4}", "KGM")
            .replace("\\\\w+_\\\\w+", "bizLocation_city");
        assert!(!name.contains(['[', '\\', '+']), "{name}");
        read(&name, json_sample(property, definitions, &name));
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn what_is_malformed_is_refused_by_name() {
    let rows: &[(&[(&str, &str)], &str)] = &[
        (&[("EQ_colour", "red")], "EQ_colour: there is no such parameter"),
        (&[("colour", "red")], "colour: there is no such parameter"),
        (&[("", "")], ": there is no such parameter"),
        (&[("EQ_", "x")], "EQ_: there is no such parameter"),
        (&[("MATCH_colour", "x:y")], "MATCH_colour: there is no such parameter"),
        (&[("GE_quantity_kg", "5")], "GE_quantity_kg: there is no such parameter"),
        (&[("EXISTS_ilmd", "true")], "EXISTS_ilmd: there is no such parameter"),
        (&[("EQ_INNER_ILMD_", "5")], "EQ_INNER_ILMD_: there is no such parameter"),
        (
            &[("GE_eventTime", "2026-04-12")],
            "GE_eventTime: \"2026-04-12\" is not a time with a zone (RFC 3339)",
        ),
        (
            &[("EQ_action", "ADD|MAKE")],
            "EQ_action: \"MAKE\" is not a kind of action of the Core Business Vocabulary",
        ),
        (
            &[("EQ_bizStep", "harvesting")],
            "EQ_bizStep: \"harvesting\" is not a business step of the Core Business Vocabulary",
        ),
        (&[("EQ_bizStep", "")], "EQ_bizStep: a value is wanted"),
        (&[("EQ_readPoint", "field 1")], "EQ_readPoint: \"field 1\" is not a URI"),
        (
            &[("MATCH_epc", "urn:epc:idpat:sgtin:*")],
            "MATCH_epc: \"urn:epc:idpat:sgtin:*\" is no EPC pattern",
        ),
        (&[("GT_quantity", "many")], "GT_quantity: \"many\" is not a number"),
        (&[("GT_quantity", "inf")], "GT_quantity: \"inf\" is not a number"),
        (&[("EQ_quantity", "5|x")], "EQ_quantity: \"x\" is not a number"),
        (&[("GE_a:field", "x")], "GE_a:field: \"x\" is not a number"),
        (
            &[("EQ_b:field", "x")],
            "EQ_b:field: \"b\" is a prefix that nothing declares",
        ),
        (
            &[("EXISTS_errorDeclaration", "maybe")],
            "EXISTS_errorDeclaration: \"maybe\" is not true or false",
        ),
        (
            &[("EQ_booleanValue", "1")],
            "EQ_booleanValue: \"1\" is not true or false",
        ),
        (&[("perPage", "0")], "perPage: \"0\" is not a whole number from 1"),
        (&[("perPage", "-1")], "perPage: \"-1\" is not a whole number from 1"),
        (
            &[("maxEventCount", "99999999999")],
            "maxEventCount: \"99999999999\" is not a whole number from 1",
        ),
        (
            &[("orderBy", "bizStep")],
            "orderBy: \"bizStep\" is neither eventTime, recordTime nor a field with a prefix",
        ),
        (
            &[("orderDirection", "up")],
            "orderDirection: \"up\" is neither ASC nor DESC",
        ),
        (
            &[("eventCountLimit", "5")],
            "eventCountLimit: it needs orderBy beside it",
        ),
        (
            &[
                ("orderBy", "eventTime"),
                ("eventCountLimit", "5"),
                ("maxEventCount", "5"),
            ],
            "maxEventCount: eventCountLimit was given too, and only one of them may be",
        ),
        (
            &[("EQ_eventID", "urn:x:1"), ("EQ_eventID", "urn:x:2")],
            "EQ_eventID: it was given before",
        ),
        (
            &[("eventType", "Harvest")],
            "eventType: \"Harvest\" is no type of event",
        ),
        (
            &[("EQ_source_owner", "urn:x:1")],
            "EQ_source_owner: \"owner\" is not a source or destination type of the Core Business Vocabulary",
        ),
        (&[("nextPageToken", "")], "nextPageToken: a value is wanted"),
        (
            &[("EQATTR_bizLocation", "x")],
            "EQATTR_bizLocation: there is no such parameter",
        ),
        (&[("HASATTR_colour", "x")], "HASATTR_colour: there is no such parameter"),
    ];
    for (pairs, message) in rows {
        assert_eq!(read(pairs).expect_err("it is malformed"), *message);
    }
    for body in [
        json!([]),
        json!("x"),
        json!({ "EQ_bizStep": "shipping" }),
        json!({ "EQ_eventID": [] }),
    ] {
        assert!(Query::from_json(&body).is_err(), "{body}");
    }
    let error = Query::from_json(&json!({ "EQ_eventID": "urn:x:1" })).expect_err("no list");
    assert_eq!((error.parameter.as_str(), error.fault), ("EQ_eventID", Fault::List));
}

#[test]
fn what_is_asked_of_the_answer() {
    let query = read(&[
        ("orderBy", "a:n"),
        ("orderDirection", "ASC"),
        ("eventCountLimit", "3"),
        ("perPage", "2"),
        ("nextPageToken", "x"),
    ])
    .expect("a query");
    assert_eq!((query.limit, query.per_page), (Some(Limit::First(3)), Some(2)));
    assert_eq!(query.next_page_token.as_deref(), Some("x"));
    let Some(Order {
        by: OrderBy::Extension(name),
        descending: false,
    }) = query.order
    else {
        panic!("{:?}", query.order);
    };
    assert_eq!(name.as_str(), "https://a.example/n");
    let query = read(&[("maxEventCount", "3"), ("orderBy", "recordTime")]).expect("a query");
    assert_eq!(query.limit, Some(Limit::AtMost(3)));
    assert!(query.order.expect("an order").descending, "the standard's default");
}

fn object_event() -> Value {
    json!({
        "type": "ObjectEvent", "eventTime": "2026-04-12T08:30:00+07:00", "eventTimeZoneOffset": "+07:00",
        "recordTime": "2026-04-12T02:00:00Z", "eventID": "urn:uuid:1", "action": "ADD",
        "bizStep": "commissioning", "disposition": "active",
        "persistentDisposition": { "set": ["conformant"], "unset": ["recalled"] },
        "epcList": ["urn:epc:id:sgtin:9520123.045678.A"],
        "quantityList": [
            { "epcClass": "urn:epc:class:lgtin:9520123.045678.L1", "quantity": 12.5, "uom": "KGM" },
            { "epcClass": "urn:epc:idpat:sgtin:9520123.045678.*", "quantity": 40 },
        ],
        "readPoint": { "id": "urn:epc:id:sgln:9520123.00001.0", "a:gate": 2 },
        "bizLocation": { "id": "https://example.vn/kho/1", "a:floor": "G" },
        "bizTransactionList": [{ "type": "po", "bizTransaction": "urn:x:po1" }, { "bizTransaction": "urn:x:other" }],
        "sourceList": [{ "type": "owning_party", "source": "urn:epc:id:pgln:4000001.00000" }],
        "destinationList": [{ "type": "https://example.vn/kieu", "destination": "urn:x:buyer" }],
        "certificationInfo": ["https://example.vn/vietgap/1"],
        "ilmd": { "a:lot": "L1", "a:made": "2026-04-12T00:00:00Z", "a:plot": [{ "a:area": 12 }] },
        "errorDeclaration": {
            "declarationTime": "2026-05-01T00:00:00Z", "reason": "incorrect_data",
            "correctiveEventIDs": ["urn:uuid:2"], "a:by": { "a:who": "Hoa" },
        },
        "sensorElementList": [{
            "sensorMetadata": {
                "time": "2026-04-12T01:00:00Z", "startTime": "2026-04-12T00:00:00Z", "endTime": "2026-04-12T02:00:00Z",
                "deviceID": "urn:x:logger", "rawData": "urn:x:raw", "bizRules": "urn:x:rules", "a:battery": 80,
            },
            "sensorReport": [
                { "type": "Temperature", "value": 26.0, "minValue": 20, "maxValue": 30, "meanValue": 25, "sDev": 0.5,
                  "percRank": 95, "percValue": 29, "uom": "CEL", "a:quality": "good" },
                { "type": "gs1:MolarMass", "chemicalSubstance": "urn:x:nitrate", "microorganism": "urn:x:e-coli",
                  "dataProcessingMethod": "urn:x:method", "stringValue": "low", "booleanValue": true,
                  "hexBinaryValue": "f0f0", "uriValue": "urn:x:value" },
            ],
            "a:mount": "ceiling",
        }],
        "a:note": "xin chào", "a:weight": 12.5, "a:code": "007", "a:deep": { "a:deeper": [{ "a:deepest": 3 }] },
        "a:partner": "https://example.vn/htx", "a:flag": true,
    })
}

fn event(value: Value) -> Event {
    serde_json::from_value(value).expect("an event")
}

/// A warehouse within a commune within a province, and what is known of it.
struct Known;

impl MasterData for Known {
    fn is_within(&self, place: &str, ancestor: &str) -> bool {
        place == "https://example.vn/kho/1" && ancestor == "https://example.vn/xa"
    }

    fn attribute(&self, id: &str, name: &str) -> Vec<String> {
        match (id, name) {
            ("https://example.vn/kho/1", "https://a.example/city") => vec!["Thái Nguyên".to_owned()],
            ("https://example.vn/htx", "name") => vec!["HTX".to_owned()],
            _ => Vec::new(),
        }
    }
}

fn check(event: &Value, rows: &[(&str, &str, bool)]) {
    let event = self::event(event.clone());
    // The prefix of the event is another than that of the query.
    for (name, value, expected) in rows {
        let query = read(&[(name, value)]).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(
            query.matches(&event, &namespaces(), &Known),
            *expected,
            "{name}={value}"
        );
    }
}

#[test]
fn what_when_where_and_why() {
    check(
        &object_event(),
        &[
            ("eventType", "ObjectEvent", true),
            ("eventType", "AggregationEvent|ObjectEvent", true),
            ("eventType", "TransactionEvent", false),
            ("GE_eventTime", "2026-04-12T01:30:00Z", true),
            ("GE_eventTime", "2026-04-12T01:30:00.001Z", false),
            ("LT_eventTime", "2026-04-12T01:30:00Z", false),
            ("LT_eventTime", "2026-04-12T08:30:01 07:00", true),
            ("GE_recordTime", "2026-04-12T02:00:00Z", true),
            ("LT_recordTime", "2026-04-12T02:00:00Z", false),
            ("EQ_action", "OBSERVE|ADD", true),
            ("EQ_action", "DELETE", false),
            ("EQ_bizStep", "commissioning", true),
            ("EQ_bizStep", "cbv:BizStep-commissioning", true),
            ("EQ_bizStep", "urn:epcglobal:cbv:bizstep:commissioning", true),
            ("EQ_bizStep", "packing|https://example.org/x", false),
            ("EQ_disposition", "active|in_transit", true),
            ("EQ_disposition", "in_transit", false),
            ("EQ_persistentDisposition_set", "conformant", true),
            ("EQ_persistentDisposition_set", "recalled", false),
            ("EQ_persistentDisposition_unset", "recalled", true),
            ("EQ_persistentDisposition_unset", "conformant", false),
            ("EQ_readPoint", "https://id.gs1.org/414/9520123000011", true),
            ("EQ_readPoint", "https://id.gs1.org/414/9520123000028", false),
            ("WD_readPoint", "https://example.vn/xa", false),
            ("EQ_bizLocation", "https://example.vn/kho/1", true),
            ("EQ_bizLocation", "https://example.vn/xa", false),
            ("WD_bizLocation", "https://example.vn/xa", true),
            ("WD_bizLocation", "https://example.vn/kho/1", true),
            ("EQ_bizTransaction_po", "urn:x:po1", true),
            ("EQ_bizTransaction_inv", "urn:x:po1", false),
            ("EQ_bizTransaction_po", "urn:x:other", false),
            ("EQ_source_owning_party", "https://id.gs1.org/417/4000001000005", true),
            ("EQ_source_location", "https://id.gs1.org/417/4000001000005", false),
            ("EQ_destination_https://example.vn/kieu", "urn:x:buyer", true),
            ("EQ_destination_location", "urn:x:buyer", false),
            ("EQ_eventID", "urn:uuid:0|urn:uuid:1", true),
            ("EQ_eventID", "urn:uuid:2", false),
            ("EQ_certificationInfo", "https://example.vn/vietgap/1", true),
            ("EQ_certificationInfo", "https://example.vn/vietgap/2", false),
            ("EXISTS_errorDeclaration", "true", true),
            ("EXISTS_errorDeclaration", "false", true),
            ("GE_errorDeclarationTime", "2026-05-01T00:00:00Z", true),
            ("LT_errorDeclarationTime", "2026-05-01T00:00:00Z", false),
            ("GE_errorDeclaration_Time", "2026-05-01T00:00:01Z", false),
            ("LT_errorDeclaration_Time", "2026-05-01T00:00:01Z", true),
            ("EQ_errorReason", "incorrect_data", true),
            ("EQ_errorReason", "did_not_occur", false),
            ("EQ_correctiveEventID", "urn:uuid:2", true),
            ("EQ_correctiveEventID", "urn:uuid:1", false),
            ("EQ_transformationID", "urn:x:1", false),
        ],
    );
    let mut plain = object_event();
    for field in [
        "errorDeclaration",
        "recordTime",
        "eventID",
        "bizStep",
        "disposition",
        "readPoint",
    ] {
        plain.as_object_mut().expect("an object").remove(field);
    }
    check(
        &plain,
        &[
            ("EXISTS_errorDeclaration", "true", false),
            ("EXISTS_errorDeclaration", "false", true),
            ("GE_errorDeclarationTime", "2000-01-01T00:00:00Z", false),
            ("LT_recordTime", "2030-01-01T00:00:00Z", false),
            ("EQ_eventID", "urn:uuid:1", false),
            ("EQ_bizStep", "commissioning", false),
            ("EQ_disposition", "active", false),
            ("EQ_readPoint", "https://id.gs1.org/414/9520123000011", false),
        ],
    );
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn things_and_quantities() {
    let thing = "urn:epc:id:sgtin:9520123.045678.A";
    let link = "https://id.example.vn/01/09520123456788/10/L9/21/A";
    let all = "urn:epc:idpat:sgtin:9520123.045678.*";
    let lot = "https://example.vn/01/09520123456788/10/L1";
    check(
        &object_event(),
        &[
            ("MATCH_epc", thing, true),
            ("MATCH_epc", link, true),
            ("MATCH_epc", all, true),
            ("MATCH_epc", "urn:epc:idpat:sgtin:9520124.*.*", false),
            ("MATCH_anyEPC", thing, true),
            ("MATCH_parentID", thing, false),
            ("MATCH_inputEPC", thing, false),
            ("MATCH_outputEPC", thing, false),
            ("MATCH_epcClass", lot, true),
            ("MATCH_epcClass", all, true),
            ("MATCH_epcClass", thing, false),
            ("MATCH_anyEPCClass", lot, true),
            ("MATCH_inputEPCClass", lot, false),
            ("MATCH_outputEPCClass", lot, false),
            ("EQ_quantity", "40", true),
            ("EQ_quantity", "1|12.5", true),
            ("EQ_quantity", "41", false),
            ("GT_quantity", "40", false),
            ("GE_quantity", "40", true),
            ("LT_quantity", "12.5", false),
            ("LE_quantity", "12.5", true),
            ("EQ_quantity_KGM", "12.5", true),
            ("EQ_quantity_GRM", "12500", true),
            ("GT_quantity_KGM", "12.5", false),
            ("GE_quantity_TNE", "0.0125", true),
            ("LT_quantity_KGM", "40", true),
            ("LE_quantity_KGM", "12.4", false),
            ("GE_quantity_KGM", "40", false),
            ("EQ_quantity_C62", "40", true),
            ("EQ_quantity_LTR", "12.5", false),
        ],
    );
    let base = json!({ "eventTime": "2026-04-12T08:30:00+07:00", "eventTimeZoneOffset": "+07:00" });
    let of = |fields: Value| {
        let mut event = base.clone();
        let fields = fields.as_object().expect("fields").clone();
        event.as_object_mut().expect("an object").extend(fields);
        event
    };
    let quantities = json!([{ "epcClass": lot, "quantity": 3, "uom": "KGM" }]);
    for (kind, parent) in [
        ("AggregationEvent", true),
        ("AssociationEvent", true),
        ("TransactionEvent", false),
    ] {
        let (things, classes) = if parent {
            ("childEPCs", "childQuantityList")
        } else {
            ("epcList", "quantityList")
        };
        let event = of(json!({
            "type": kind, "action": "ADD", "parentID": "urn:epc:id:sscc:0614141.1234567890",
            things: [thing], classes: quantities,
        }));
        check(
            &event,
            &[
                ("MATCH_parentID", "https://id.gs1.org/00/106141412345678908", true),
                ("MATCH_anyEPC", "urn:epc:idpat:sscc:0614141.*", true),
                ("MATCH_epc", thing, true),
                ("MATCH_epc", "urn:epc:id:sscc:0614141.1234567890", false),
                ("MATCH_epcClass", lot, true),
                ("LE_quantity_KGM", "3", true),
            ],
        );
    }
    check(
        &of(json!({
            "type": "TransformationEvent", "transformationID": "urn:x:1",
            "inputEPCList": [thing], "outputEPCList": ["urn:x:out"],
            "inputQuantityList": quantities, "outputQuantityList": [{ "epcClass": "urn:x:class", "quantity": 1 }],
        })),
        &[
            ("EQ_transformationID", "urn:x:0|urn:x:1", true),
            ("EQ_transformationID", "urn:x:2", false),
            ("MATCH_inputEPC", thing, true),
            ("MATCH_inputEPC", "urn:x:out", false),
            ("MATCH_outputEPC", "urn:x:out", true),
            ("MATCH_outputEPC", thing, false),
            ("MATCH_anyEPC", "urn:x:out", true),
            ("MATCH_epc", thing, false),
            ("MATCH_inputEPCClass", lot, true),
            ("MATCH_outputEPCClass", "urn:x:class", true),
            ("MATCH_outputEPCClass", lot, false),
            ("MATCH_anyEPCClass", "urn:x:class", true),
            ("MATCH_epcClass", lot, false),
            ("EQ_action", "ADD", false),
        ],
    );
    check(
        &of(json!({
            "type": "a:Harvest", "action": "ADD", "epcList": [thing], "quantityList": quantities,
            "persistentDisposition": { "set": ["conformant"] }, "ilmd": { "a:lot": "L" },
        })),
        &[
            ("eventType", "q:Harvest", true),
            ("eventType", "https://a.example/Harvest", true),
            ("eventType", "ObjectEvent", false),
            ("MATCH_epc", link, true),
            ("MATCH_anyEPCClass", lot, true),
            ("EQ_action", "ADD", true),
            ("EQ_persistentDisposition_set", "conformant", true),
            ("EQ_ILMD_a:lot", "L", true),
        ],
    );
}

#[test]
fn sensors() {
    check(
        &object_event(),
        &[
            ("EXISTS_sensorElementList", "true", true),
            ("GE_time", "2026-04-12T01:00:00Z", true),
            ("LT_time", "2026-04-12T01:00:00Z", false),
            ("GE_startTime", "2026-04-12T00:00:00Z", true),
            ("LT_startTime", "2026-04-12T00:00:00Z", false),
            ("GE_endTime", "2026-04-12T02:00:01Z", false),
            ("LT_endTime", "2026-04-12T02:00:01Z", true),
            ("EQ_type", "Temperature|Angle", true),
            ("EQ_type", "MolarMass", true),
            ("EQ_type", "gs1:Temperature", true),
            ("EQ_deviceMetadata", "urn:x:logger", false),
            ("EQ_rawData", "urn:x:raw", true),
            ("EXISTS_sensorElement", "true", true),
            ("EQ_type", "Angle", false),
            ("EQ_deviceID", "urn:x:logger", true),
            ("EQ_deviceID", "urn:x:other", false),
            ("EQ_bizRules", "urn:x:rules", true),
            ("EQ_bizRules", "urn:x:other", false),
            ("EQ_dataProcessingMethod", "urn:x:method", true),
            ("EQ_dataProcessingMethod", "urn:x:other", false),
            ("EQ_microorganism", "urn:x:e-coli", true),
            ("EQ_microorganism", "urn:x:other", false),
            ("EQ_chemicalSubstance", "urn:x:nitrate", true),
            ("EQ_chemicalSubstance", "urn:x:other", false),
            ("EQ_stringValue", "high|low", true),
            ("EQ_stringValue", "high", false),
            ("EQ_booleanValue", "true", true),
            ("EQ_booleanValue", "false", false),
            ("EQ_hexBinaryValue", "f0f0", true),
            ("EQ_hexBinaryValue", "00", false),
            ("EQ_uriValue", "urn:x:value", true),
            ("EQ_uriValue", "urn:x:other", false),
            ("EQ_value_CEL", "26", true),
            ("EQ_value_FAH", "78.8", true),
            ("GE_value_KEL", "299.15", true),
            ("GT_value_CEL", "26", false),
            ("LT_value_CEL", "26.1", true),
            ("LE_value_CEL", "25.9", false),
            ("EQ_value_KGM", "26", false),
            ("GE_minValue_CEL", "20", true),
            ("LT_minValue_CEL", "20", false),
            ("GT_maxValue_CEL", "29", true),
            ("LE_maxValue_CEL", "29", false),
            ("GE_meanValue_CEL", "25", true),
            ("LT_meanValue_CEL", "25", false),
            ("LE_sDev_CEL", "0.5", true),
            ("GT_sDev_CEL", "0.5", false),
            ("GE_percValue_CEL", "29", true),
            ("LT_percValue_CEL", "29", false),
            ("GE_percRank", "95", true),
            ("LT_percRank", "95", false),
            ("GT_percRank", "94", true),
            ("LE_percRank", "94", false),
            ("EQ_percRank", "95", true),
            ("EQ_SENSORELEMENT_a:mount", "ceiling", true),
            ("EQ_SENSORELEMENT_a:quality", "good", false),
            ("EQ_INNER_SENSORELEMENT_a:quality", "good", true),
            ("GE_SENSORMETADATA_a:battery", "80", true),
            ("EXISTS_SENSORMETADATA_a:battery", "true", true),
            ("EXISTS_SENSORREPORT_a:battery", "true", false),
            ("EQ_SENSORREPORT_a:quality", "good|bad", true),
        ],
    );
    let mut plain = object_event();
    plain["sensorElementList"] = json!([]);
    check(
        &plain,
        &[
            ("EXISTS_sensorElementList", "true", false),
            ("EQ_type", "Temperature", false),
        ],
    );
}

#[test]
fn extension_fields() {
    check(
        &object_event(),
        &[
            ("EQ_q:note", "xin chào", true),
            ("EQ_https://a.example/note", "xin chào|x", true),
            ("EQ_https://a.example/#note", "xin chào", true),
            ("EQ_a:note", "xin", false),
            ("EXISTS_a:note", "true", true),
            ("EXISTS_a:nothing", "true", false),
            ("EQ_a:weight", "12.5", true),
            ("GT_a:weight", "12.5", false),
            ("GE_a:weight", "12.5", true),
            ("LT_a:weight", "13", true),
            ("LE_a:weight", "12", false),
            ("GT_a:note", "1", false),
            ("EQ_a:code", "007", true),
            ("EQ_a:code", "07", false),
            ("EQ_a:flag", "true", true),
            ("EQ_a:deepest", "3", false),
            ("EQ_INNER_a:deepest", "3", true),
            ("EXISTS_INNER_a:deeper", "true", true),
            ("GT_INNER_a:deepest", "3", false),
            ("EXISTS_INNER_a:deep", "true", false),
            ("EQ_ILMD_a:lot", "L1", true),
            ("EQ_a:lot", "L1", false),
            ("GE_ILMD_a:made", "2026-04-12T07:00:00+07:00", true),
            ("LT_ILMD_a:made", "2026-04-12T00:00:00Z", false),
            ("EQ_ILMD_a:made", "2026-04-12T07:00:00+07:00", true),
            ("EXISTS_ILMD_a:plot", "true", true),
            ("EXISTS_ILMD_a:area", "true", false),
            ("GE_INNER_ILMD_a:area", "12", true),
            ("EXISTS_INNER_ILMD_a:area", "true", true),
            ("EXISTS_ERROR_DECLARATION_a:by", "true", true),
            ("EQ_ERROR_DECLARATION_a:who", "Hoa", false),
            ("EQ_INNER_ERROR_DECLARATION_a:who", "Hoa", true),
            ("EQ_readPoint_a:gate", "2", true),
            ("EQ_readPoint_a:gate", "3", false),
            ("EQ_bizLocation_a:floor", "G", true),
            ("EQ_bizLocation_a:gate", "2", false),
            ("HASATTR_bizLocation", "a:city|a:street", true),
            ("HASATTR_bizLocation", "a:street", false),
            ("HASATTR_a:partner", "name", true),
            ("EQATTR_bizLocation_a:city", "Thái Nguyên", true),
            ("EQATTR_bizLocation_a:city", "Hà Nội", false),
            ("EQ_ATTR_bizLocation_a:city", "Thái Nguyên", true),
            ("EQATTR_readPoint_a:city", "Thái Nguyên", false),
        ],
    );
    let known_to_nobody = read(&[("HASATTR_bizLocation", "a:city")]).expect("a query");
    assert!(!known_to_nobody.matches(&event(object_event()), &namespaces(), &NoMasterData));
}

#[test]
fn all_predicates_together() {
    let event = event(object_event());
    let both = [("EQ_action", "ADD"), ("EQ_bizStep", "commissioning")];
    assert!(
        read(&both)
            .expect("a query")
            .matches(&event, &namespaces(), &NoMasterData)
    );
    let one = [("EQ_action", "ADD"), ("EQ_bizStep", "packing")];
    assert!(
        !read(&one)
            .expect("a query")
            .matches(&event, &namespaces(), &NoMasterData)
    );
    assert!(Query::default().matches(&event, &namespaces(), &NoMasterData));
}

#[test]
fn a_context_of_the_event_s_own_counts() {
    let mut value = object_event();
    value["b:note"] = json!("x");
    let query = read(&[("EQ_a:note", "x")]).expect("a query");
    assert!(!query.matches(&event(value.clone()), &namespaces(), &NoMasterData));
    value["@context"] = json!({ "b": "https://a.example/" });
    assert!(query.matches(&event(value), &namespaces(), &NoMasterData));
}

#[test]
fn events_are_sorted() {
    let of = |time: &str, fields: Value| {
        let mut value = json!({
            "type": "ObjectEvent", "action": "ADD", "epcList": [], "eventTime": time, "eventTimeZoneOffset": "+00:00",
        });
        value
            .as_object_mut()
            .expect("an object")
            .extend(fields.as_object().expect("fields").clone());
        event(value)
    };
    let events = [
        of(
            "2026-04-12T08:30:00+07:00",
            json!({ "a:n": 10, "recordTime": "2026-04-12T09:00:00Z" }),
        ),
        of(
            "2026-04-12T02:00:00Z",
            json!({ "a:n": 9.5, "recordTime": "2026-04-12T08:00:00Z" }),
        ),
        of("2026-04-12T01:00:00Z", json!({})),
    ];
    for (by, direction, expected) in [
        ("eventTime", "ASC", [2, 0, 1]),
        ("eventTime", "DESC", [1, 0, 2]),
        ("recordTime", "ASC", [1, 0, 2]),
        ("recordTime", "DESC", [0, 1, 2]),
        ("q:n", "ASC", [1, 0, 2]),
        ("q:n", "DESC", [0, 1, 2]),
    ] {
        let order = read(&[("orderBy", by), ("orderDirection", direction)])
            .expect("a query")
            .order
            .expect("an order");
        let mut sorted: Vec<usize> = (0..events.len()).collect();
        let namespaces = namespaces();
        sorted.sort_by(|left, right| order.compare((&events[*left], &namespaces), (&events[*right], &namespaces)));
        assert_eq!(sorted, expected, "{by} {direction}");
    }
}

proptest::proptest! {
    #[test]
    fn no_parameter_panics(
        prefix in "(EQ_|GE_|EXISTS_|MATCH_|WD_|HASATTR_|EQATTR_)?", inner in "(INNER_|ILMD_|readPoint_)*",
        name in "\\PC{0,20}", known in proptest::sample::select(PARAMETERS), value in "\\PC{0,20}",
    ) {
        let made = format!("{prefix}{inner}{name}");
        for name in [made.as_str(), known] {
            let event = event(object_event());
            if let Ok(query) = read(&[(name, &value)]) {
                let _ = query.matches(&event, &namespaces(), &NoMasterData);
            }
            for value in [json!(value), json!([value]), json!({ value.as_str(): 1 }), json!(1.5), Value::Null] {
                let _ = Query::from_json(&json!({ name: value }));
            }
        }
    }
}
