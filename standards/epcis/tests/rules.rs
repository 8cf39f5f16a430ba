//! The rules across fields, and what reading refuses and keeps.

use epcis::{EpcisDocument, Event};
use serde_json::{Value, json};

fn event(kind: &str, fields: &Value) -> Value {
    let mut event = json!({
        "type": kind, "eventTime": "2026-04-12T08:30:00+07:00", "eventTimeZoneOffset": "+07:00",
    });
    for (key, value) in fields.as_object().expect("fields are an object") {
        event[key] = value.clone();
    }
    event
}

fn verdict(kind: &str, fields: &Value) -> String {
    match serde_json::from_value::<Event>(event(kind, fields)) {
        Err(error) => format!("unreadable: {error}"),
        Ok(read) => read
            .check()
            .map_or_else(|violation| violation.to_string(), |()| "fine".to_owned()),
    }
}

const EPC: &str = "urn:epc:id:sgtin:0614141.107346.2018";

fn check(kind: &str, rows: &[(Value, &str)]) {
    for (fields, expected) in rows {
        assert_eq!(verdict(kind, fields), *expected, "{kind} {fields}");
    }
}

#[test]
fn object_events() {
    let of = |quantity: Value| json!({ "action": "ADD", "quantityList": [quantity] });
    let nothing = "/epcList: missing or empty";
    check(
        "ObjectEvent",
        &[
            (json!({ "action": "ADD", "epcList": [EPC] }), "fine"),
            (json!({ "action": "ADD", "epcList": [] }), "fine"),
            (json!({ "action": "ADD" }), nothing),
            (json!({ "action": "ADD", "quantityList": [] }), nothing),
            (
                json!({ "action": "OBSERVE", "sensorElementList": [{ "sensorReport": [{ "type": "Temperature" }] }], "readPoint": { "id": "a:b" } }),
                "fine",
            ),
            (
                json!({ "action": "OBSERVE", "sensorElementList": [{ "sensorReport": [{ "type": "Temperature" }] }] }),
                nothing,
            ),
            (
                json!({ "action": "ADD", "epcList": ["x"] }),
                "/epcList/0: \"x\" is not a URI (RFC 3986)",
            ),
            (
                json!({ "action": "ADD", "epcList": [], "note": 1 }),
                "/note: the key \"note\" has no namespace",
            ),
            (json!({ "action": "ADD", "epcList": [], "ilmd": { "a:b": 1 } }), "fine"),
            (
                json!({ "action": "OBSERVE", "epcList": [], "ilmd": { "a:b": 1 } }),
                "/ilmd: ilmd describes objects when they are made: the action must be ADD",
            ),
            (
                json!({ "action": "ADD", "epcList": [], "ilmd": { "lot": 1 } }),
                "/ilmd/lot: the key \"lot\" has no namespace",
            ),
            (of(json!({ "epcClass": EPC, "quantity": 1.5, "uom": "KGM" })), "fine"),
            (
                of(json!({ "epcClass": EPC, "quantity": 1.5 })),
                "/quantityList/0/quantity: 1.5 pieces cannot be counted: a quantity without a unit is a whole number",
            ),
            (
                of(json!({ "epcClass": EPC, "quantity": 1.5, "uom": "kg" })),
                "/quantityList/0/uom: \"kg\" is not a unit of UN/ECE Recommendation 20",
            ),
            (
                json!({ "action": "ADD", "bizStep": "harvesting" }),
                "unreadable: ObjectEvent: \"harvesting\" is not a business step of the Core Business Vocabulary",
            ),
        ],
    );
}

#[test]
fn aggregation_and_association_events() {
    let no_children = "/childEPCs: missing or empty";
    check(
        "AggregationEvent",
        &[
            (
                json!({ "action": "ADD", "childEPCs": [EPC] }),
                "/parentID: missing or empty",
            ),
            (json!({ "action": "OBSERVE", "childEPCs": [EPC] }), "fine"),
            (json!({ "action": "DELETE", "parentID": EPC }), "fine"),
            (
                json!({ "action": "ADD", "parentID": EPC, "childEPCs": [] }),
                no_children,
            ),
        ],
    );
    check(
        "AssociationEvent",
        &[
            (json!({ "action": "ADD", "parentID": EPC, "childEPCs": [EPC] }), "fine"),
            (json!({ "action": "ADD", "parentID": EPC }), no_children),
            (
                json!({ "action": "ADD", "childEPCs": [EPC] }),
                "unreadable: AssociationEvent: missing field `parentID`",
            ),
        ],
    );
}

#[test]
fn transaction_and_transformation_events() {
    let order = json!([{ "bizTransaction": "urn:x:1" }]);
    check(
        "TransactionEvent",
        &[
            (
                json!({ "action": "ADD", "epcList": [EPC] }),
                "/bizTransactionList: missing or empty",
            ),
            (json!({ "action": "DELETE", "bizTransactionList": order }), "fine"),
            (
                json!({ "action": "ADD", "bizTransactionList": order }),
                "/epcList: missing or empty",
            ),
        ],
    );
    let no_inputs = "/inputEPCList: missing or empty";
    let no_outputs = "/outputEPCList: missing or empty";
    let some = json!([{ "epcClass": EPC, "quantity": 5 }]);
    check(
        "TransformationEvent",
        &[
            (json!({ "inputQuantityList": some, "outputEPCList": [EPC] }), "fine"),
            (json!({ "inputEPCList": [EPC] }), no_outputs),
            (json!({ "outputEPCList": [EPC] }), no_inputs),
            (json!({ "inputEPCList": [EPC], "transformationID": "a:b" }), "fine"),
            (json!({ "outputEPCList": [EPC], "transformationID": "a:b" }), "fine"),
            (json!({ "transformationID": "a:b" }), no_inputs),
        ],
    );
}

#[test]
fn events_of_other_kinds() {
    check("https://example.org/Harvest", &[(json!({ "a:b": 1 }), "fine")]);
    check(
        "Harvest",
        &[(
            json!({}),
            "/type: \"Harvest\" is not what stands here: a type of event or a URI",
        )],
    );
}

#[test]
fn foreign_fields_come_back_at_every_level() {
    let text = json!({
        "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", { "a": "https://a.example/" }],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-04-12T10:00:00Z",
        "a:document": { "a:deep": [1, 2.5, null] },
        "epcisHeader": { "epcisMasterData": {} },
        "epcisBody": { "eventList": [
            event("ObjectEvent", &json!({
                "action": "OBSERVE", "epcList": [], "a:event": true,
                "readPoint": { "id": "a:b", "a:place": "x" },
                "certificationInfo": ["a:b", "a:c"],
                "errorDeclaration": { "declarationTime": "2026-04-12T10:00:00Z", "a:why": 1 },
                "sensorElementList": [{ "sensorReport": [{ "type": "Temperature", "value": 26.20, "a:x": 1 }] }],
            })),
            event("a:Harvest", &json!({ "a:amount": 12.75, "bizStep": "other" })),
        ], "a:body": [] },
    });
    let document: EpcisDocument = serde_json::from_value(text.clone()).expect("readable");
    assert_eq!(document.events()[1].kind(), "a:Harvest");
    assert_eq!(serde_json::to_value(&document).expect("a document is JSON"), text);
}

#[test]
fn other_documents_are_refused() {
    for (key, value) in [
        ("type", json!("EPCISQueryDocument")),
        ("creationDate", json!("2026-04-12")),
        ("epcisBody", json!({})),
    ] {
        let mut text = json!({
            "@context": "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
            "type": "EPCISDocument", "schemaVersion": "2.0", "creationDate": "2026-04-12T10:00:00Z",
            "epcisBody": { "eventList": [] },
        });
        assert!(serde_json::from_value::<EpcisDocument>(text.clone()).is_ok());
        text[key] = value;
        assert!(serde_json::from_value::<EpcisDocument>(text).is_err(), "{key}");
    }
}

proptest::proptest! {
    /// Values out of place anywhere in an event are refused or kept, never a panic.
    #[test]
    fn no_event_panics(key in "(eventTime|eventTimeZoneOffset|action|bizStep|epcList|ilmd|quantityList|readPoint|type)", text in "\\PC{0,30}", number in proptest::num::f64::ANY) {
        for value in [json!(text), json!(number), json!([text]), json!({ text.clone(): number }), Value::Null] {
            let fields = json!({ "action": "ADD", "epcList": [], key.as_str(): value });
            let _ = verdict("ObjectEvent", &fields);
        }
        let _ = (text.parse::<epcis::Time>(), text.parse::<epcis::ZoneOffset>());
        let _ = epcis::Quantity::measured("a:b", &text, "KGM");
    }
}
