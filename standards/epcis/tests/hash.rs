//! Event hashes: those on which independent implementations agree, and what must not change a hash.

use std::path::{Path, PathBuf};

use epcis::hash::{hash, prehash_string};
use epcis::{EpcisDocument, Event, Namespaces};
use serde_json::{Value, json};

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

fn read_json(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).expect("the file can be read");
    serde_json::from_str(text.trim_start_matches('\u{FEFF}')).expect("JSON")
}

#[test]
fn hashes_are_those_others_calculate() {
    let (Some(hashes), Some(folder)) = (official("event_hashes.json"), official("epcis-examples")) else {
        return;
    };
    let expected = read_json(&hashes);
    let (mut compared, mut different) = (0, Vec::new());
    for (file, rows) in expected["hashes"].as_object().expect("files") {
        let document: EpcisDocument = serde_json::from_value(read_json(&folder.join(file))).expect("a document");
        let namespaces = Namespaces::of_context(&document.context);
        for (index, wanted) in rows.as_object().expect("rows") {
            let index: usize = index.parse().expect("an index");
            let event = &document.events()[index];
            compared += 1;
            if hash(event, &namespaces).to_string() != wanted.as_str().expect("a hash") {
                different.push(format!("{file} {index}:\n{}", prehash_string(event, &namespaces)));
            }
        }
    }
    assert!(compared >= 16, "only {compared} hashes");
    assert!(different.is_empty(), "{}", different.join("\n\n"));
}

fn event(value: Value) -> Event {
    serde_json::from_value(value).expect("an event")
}

fn plain() -> Value {
    json!({
        "type": "ObjectEvent", "eventTime": "2026-04-12T08:30:00.000+07:00", "eventTimeZoneOffset": "+07:00",
        "action": "ADD", "bizStep": "commissioning",
        "epcList": ["urn:epc:id:sgtin:9520123.045678.B", "urn:epc:id:sgtin:9520123.045678.A"],
        "quantityList": [{ "epcClass": "urn:epc:class:lgtin:9520123.045678.L1", "quantity": 12.5, "uom": "KGM" }],
        "readPoint": { "id": "urn:epc:id:sgln:9520123.00001.0", "a:gate": "2" },
        "ilmd": { "a:lot": "L1", "a:plot": [{ "a:area": 12 }, { "a:area": 3 }] },
        "sensorElementList": [{
            "sensorMetadata": { "time": "2026-04-12T08:30:00+07:00" },
            "sensorReport": [{ "type": "Temperature", "value": 26.0, "uom": "CEL", "a:x": "y" }, { "type": "Angle", "component": "x" }],
        }],
        "a:note": "x",
    })
}

fn namespaces() -> Namespaces {
    Namespaces::of_context(&json!([{ "a": "https://a.example/" }]))
}

#[test]
fn fields_stand_in_canonical_order() {
    assert_eq!(
        prehash_string(&event(plain()), &namespaces()),
        "eventType=ObjectEventeventTime=2026-04-12T01:30:00.000ZeventTimeZoneOffset=+07:00\
         epcListepc=https://id.gs1.org/01/09520123456788/21/Aepc=https://id.gs1.org/01/09520123456788/21/B\
         quantityListquantityElementepcClass=https://id.gs1.org/01/09520123456788/10/L1quantity=12.5uom=KGM\
         action=ADDbizStep=https://ref.gs1.org/cbv/BizStep-commissioning\
         readPointid=https://id.gs1.org/414/9520123000011{https://a.example/}gate=2\
         sensorElementListsensorElementsensorMetadatatime=2026-04-12T01:30:00.000Z\
         sensorReporttype=https://gs1.org/voc/Anglecomponent=https://ref.gs1.org/cbv/Comp-x\
         sensorReporttype=https://gs1.org/voc/Temperaturevalue=26uom=CEL{https://a.example/}x=y\
         ilmd{https://a.example/}lot=L1{https://a.example/}plot{https://a.example/}area=12\
         {https://a.example/}plot{https://a.example/}area=3\
         {https://a.example/}note=x"
    );
}

#[test]
fn the_same_event_written_otherwise_has_the_same_hash() {
    let expected = hash(&event(plain()), &namespaces());
    let same: &[(&str, Value)] = &[
        ("eventTime", json!("2026-04-12T01:30:00Z")),
        ("eventID", json!("urn:uuid:374d95fc-9457-4a51-bd6a-0bba133845a8")),
        ("recordTime", json!("2026-04-12T09:00:00Z")),
        ("certificationInfo", json!("https://example.vn/vietgap/1")),
        ("errorDeclaration", json!({ "declarationTime": "2026-05-01T00:00:00Z" })),
        (
            "epcList",
            json!([
                "https://id.example.vn/01/09520123456788/10/L1/21/A?17=270101",
                "https://example.org/tem/gtin/09520123456788/ser/B",
            ]),
        ),
        (
            "readPoint",
            json!({ "id": "https://example.org/414/9520123000011", "a:gate": " 2.0 " }),
        ),
        ("rdfs:comment", json!("nothing")),
    ];
    for (field, value) in same {
        let mut other = plain();
        other[*field] = value.clone();
        assert_eq!(hash(&event(other), &namespaces()), expected, "{field}");
    }
    // A prefix is only a name for its namespace, and a context of the event's own declares it as well.
    let text = plain().to_string().replace("\"a:", "\"b:");
    let mut other: Value = serde_json::from_str(&text).expect("JSON");
    other["@context"] = json!({ "b": "https://a.example/" });
    assert_eq!(hash(&event(other), &Namespaces::standard()), expected);
}

#[test]
fn another_event_has_another_hash() {
    let expected = hash(&event(plain()), &namespaces());
    let others: &[(&str, Value)] = &[
        ("eventTime", json!("2026-04-12T08:30:00.001+07:00")),
        ("eventTimeZoneOffset", json!("+08:00")),
        ("action", json!("OBSERVE")),
        ("bizStep", json!("packing")),
        ("disposition", json!("active")),
        ("epcList", json!(["urn:epc:id:sgtin:9520123.045678.A"])),
        ("quantityList", json!([])),
        ("ilmd", json!({})),
        (
            "readPoint",
            json!({ "id": "urn:epc:id:sgln:9520123.00001.1", "a:gate": "2" }),
        ),
        ("sensorElementList", json!([])),
        ("a:note", json!("z")),
        ("a:more", json!("")),
        ("persistentDisposition", json!({ "set": ["recalled"] })),
        (
            "bizTransactionList",
            json!([{ "type": "po", "bizTransaction": "urn:x:1" }]),
        ),
        ("sourceList", json!([{ "type": "location", "source": "urn:x:1" }])),
        (
            "destinationList",
            json!([{ "type": "location", "destination": "urn:x:1" }]),
        ),
    ];
    for (field, value) in others {
        let mut other = plain();
        other[*field] = value.clone();
        assert_ne!(hash(&event(other), &namespaces()), expected, "{field}");
    }
}
