//! GS1's own examples and schema: every example document is read, keeps the rules and is written back equal; what is
//! built here is valid under the schema.

use std::path::{Path, PathBuf};

use epcis::{
    Action, AggregationEvent, AssociationEvent, BizStep, BizTransaction, BizTransactionType, Destination, Disposition,
    EpcisDocument, ErrorDeclaration, ErrorReason, Event, EventCore, Extensions, ObjectEvent, OneOrMany, PartyType,
    PersistentDisposition, Place, Quantity, Source, Term, TransactionEvent, TransformationEvent,
};
use serde_json::{Value, json};

/// Outside the repository: gs1/EPCIS, with its licence beside it.
const DATA: &str = "../../../shared/data/trace";

/// A file or folder of the official data; `None` after saying so when it is not there.
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
    serde_json::from_str(text.trim_start_matches('\u{FEFF}'))
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn documents(folder: &Path, found: &mut Vec<(PathBuf, Value)>) {
    for entry in std::fs::read_dir(folder).expect("the folder can be read") {
        let path = entry.expect("the entry can be read").path();
        if path.is_dir() {
            documents(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "jsonld") {
            let value = read_json(&path);
            if value["type"] == "EPCISDocument" {
                found.push((path, value));
            }
        }
    }
}

fn examples() -> Option<Vec<(PathBuf, Value)>> {
    let mut found = Vec::new();
    documents(&official("epcis-examples")?, &mut found);
    assert!(found.len() >= 40, "only {} examples", found.len());
    Some(found)
}

fn schema() -> Option<jsonschema::Validator> {
    let schema = read_json(&official("EPCIS-JSON-Schema.json")?);
    Some(
        jsonschema::options()
            .should_validate_formats(true)
            .build(&schema)
            .expect("the schema is valid"),
    )
}

#[test]
fn every_example_is_read_and_written_back() {
    let Some(examples) = examples() else { return };
    for (path, value) in examples {
        let document: EpcisDocument =
            serde_json::from_value(value.clone()).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert!(!document.events().is_empty());
        for event in document.events() {
            assert_eq!(event.check(), Ok(()), "{}", path.display());
            assert!(!matches!(event, Event::Extended(_)), "{}", path.display());
        }
        assert_eq!(
            serde_json::to_value(&document).expect("a document is JSON"),
            value,
            "{}",
            path.display()
        );
        let text = serde_json::to_string(&value).expect("JSON");
        assert_eq!(
            serde_json::from_str::<EpcisDocument>(&text).expect("the same from text"),
            document
        );
    }
}

/// An example with one field changed is refused by the reader or the rules when the schema refuses it.
#[test]
fn what_the_schema_refuses_is_refused() {
    let (Some(examples), Some(schema)) = (examples(), schema()) else {
        return;
    };
    let edits: &[(&str, Value)] = &[
        ("type", json!("Harvest")),
        ("type", Value::Null),
        ("eventTime", json!("yesterday")),
        ("eventTime", json!(5)),
        ("eventTimeZoneOffset", json!("+7")),
        ("eventTimeZoneOffset", Value::Null),
        ("eventID", json!("5")),
        ("action", json!("add")),
        ("bizStep", json!("harvesting")),
        ("bizStep", json!("https://ns.gs1.org/cbv/BizStep-shipping")),
        ("disposition", json!("fresh")),
        ("epcList", json!(["not a uri"])),
        ("quantityList", json!([{ "epcClass": "urn:x:y", "quantity": "5" }])),
        (
            "quantityList",
            json!([{ "epcClass": "urn:x:y", "quantity": 5, "uom": "kg" }]),
        ),
        ("quantityList", json!([{ "quantity": 5 }])),
        ("inputQuantityList", json!([{ "epcClass": "urn:x:y", "unit": "KGM" }])),
        (
            "bizTransactionList",
            json!([{ "type": "contract", "bizTransaction": "urn:x:y" }]),
        ),
        ("sourceList", json!([{ "source": "urn:x:y" }])),
        (
            "destinationList",
            json!([{ "type": "owner", "destination": "urn:x:y" }]),
        ),
        ("readPoint", json!({ "name": "a field" })),
        ("ilmd", json!({ "lotNumber": "A1" })),
        ("persistentDisposition", json!({ "put": ["recalled"] })),
        ("errorDeclaration", json!({ "reason": "incorrect_data" })),
        ("certificationInfo", json!("none")),
        ("farmer", json!("chị Hoa")),
    ];
    let mut refused = 0;
    for (path, value) in examples {
        for (field, replacement) in edits {
            let mut changed = value.clone();
            let event = changed
                .pointer_mut("/epcisBody/eventList/0")
                .expect("an example has events");
            match replacement {
                Value::Null => drop(event.as_object_mut().expect("an object").remove(*field)),
                other => event[*field] = other.clone(),
            }
            if schema.is_valid(&changed) {
                continue;
            }
            refused += 1;
            let read = serde_json::from_value::<EpcisDocument>(changed);
            let verdict = read.map(|document| document.events().iter().try_for_each(Event::check));
            assert!(
                !matches!(verdict, Ok(Ok(()))),
                "{}: {field} = {replacement}",
                path.display()
            );
        }
    }
    assert!(refused > 500, "the schema refused only {refused} changes");
}

fn core(step: BizStep, disposition: Option<Disposition>) -> EventCore {
    let time = "2026-04-12T08:30:00.000+07:00".parse().expect("a time");
    let mut core = EventCore::at(time, "+07:00".parse().expect("an offset"));
    core.event_id = Some("urn:uuid:374d95fc-9457-4a51-bd6a-0bba133845a8".to_owned());
    core.record_time = Some("2026-04-12T09:00:00Z".parse().expect("a time"));
    core.biz_step = Some(step.into());
    core.disposition = disposition.map(Term::from);
    core.read_point = Some(Place::new("https://id.example.vn/414/9520123456788"));
    core.biz_location = Some(Place::new("geo:21.5942,105.8482"));
    core
}

fn diary() -> Vec<Event> {
    let lot = "https://id.example.vn/01/09520123456788/10/A1";
    let leaves = "https://id.example.vn/01/09520123456771/10/L1";
    let box_of_tea = "https://id.example.vn/00/952012345678912345";
    let pack = "https://id.example.vn/01/09520123456788/10/A1/21/1".to_owned();

    let mut harvest = ObjectEvent::new(
        core(BizStep::CreatingClassInstance, Some(Disposition::Active)),
        Action::Add,
    );
    harvest.quantity_list = Some(vec![Quantity::measured(leaves, "120.5", "KGM").expect("a measure")]);
    let mut ilmd = Extensions::new();
    ilmd.insert("cbvmda:lotNumber".to_owned(), json!("L1"));
    ilmd.insert("choque:plot".to_owned(), json!({ "choque:areaM2": 1200 }));
    harvest.ilmd = Some(ilmd);
    harvest.core.certification_info = Some(OneOrMany::One("https://example.vn/vietgap/1".to_owned()));

    let mut drying = TransformationEvent::new(core(BizStep::Other, None));
    drying.core.biz_step = Some("https://example.vn/step/drying".parse().expect("a URI"));
    drying.input_quantity_list = Some(vec![Quantity::measured(leaves, "120.500", "KGM").expect("a measure")]);
    drying.output_quantity_list = Some(vec![Quantity::measured(lot, "24.1", "KGM").expect("a measure")]);
    drying.persistent_disposition = Some(PersistentDisposition {
        set: Some(vec![Disposition::Conformant.into()]),
        unset: None,
    });

    let mut packing = AggregationEvent::new(core(BizStep::Packing, Some(Disposition::InProgress)), Action::Add);
    packing.parent_id = Some(box_of_tea.to_owned());
    packing.child_epcs = Some(vec![pack.clone()]);
    packing.child_quantity_list = Some(vec![Quantity::pieces(lot, 47), Quantity::unknown(leaves)]);

    let order = BizTransaction {
        kind: Some(BizTransactionType::Po.into()),
        biz_transaction: "https://example.vn/don-hang/1".to_owned(),
    };
    let mut sale = TransactionEvent::new(
        core(BizStep::RetailSelling, Some(Disposition::RetailSold)),
        Action::Add,
        vec![order],
    );
    sale.epc_list = Some(vec![pack.clone()]);
    sale.core.source_list = Some(vec![Source {
        kind: PartyType::OwningParty.into(),
        source: "https://example.vn/htx".to_owned(),
    }]);
    sale.core.destination_list = Some(vec![Destination {
        kind: PartyType::OwningParty.into(),
        destination: "https://example.vn/a".to_owned(),
    }]);
    sale.core.error_declaration = Some(ErrorDeclaration {
        declaration_time: "2026-05-01T00:00:00Z".parse().expect("a time"),
        reason: Some(ErrorReason::DidNotOccur.into()),
        corrective_event_ids: Some(vec!["urn:uuid:374d95fc-9457-4a51-bd6a-0bba133845a9".to_owned()]),
        extensions: Extensions::new(),
    });

    let mut logger = AssociationEvent::new(core(BizStep::Installing, None), Action::Add, box_of_tea);
    logger.child_epcs = Some(vec![pack]);
    logger
        .extensions
        .insert("choque:note".to_owned(), json!("cảm biến nhiệt"));

    vec![
        harvest.into(),
        drying.into(),
        packing.into(),
        sale.into(),
        logger.into(),
    ]
}

#[test]
fn what_is_built_is_valid_and_read_back() {
    let namespaces = [
        ("choque", "https://example.vn/ns/"),
        ("cbvmda", "urn:epcglobal:cbv:mda:"),
    ];
    let document = EpcisDocument::new("2026-04-12T10:00:00Z".parse().expect("a time"), &namespaces, diary());
    let value = serde_json::to_value(&document).expect("a document is JSON");
    for event in document.events() {
        assert_eq!(event.check(), Ok(()));
    }
    assert_eq!(
        serde_json::from_value::<EpcisDocument>(value.clone()).expect("what is written is read"),
        document
    );
    let kinds: Vec<_> = document.events().iter().map(Event::kind).collect();
    assert_eq!(
        kinds,
        [
            "ObjectEvent",
            "TransformationEvent",
            "AggregationEvent",
            "TransactionEvent",
            "AssociationEvent"
        ]
    );
    let written = serde_json::to_string(&value).expect("JSON");
    assert!(
        written.contains("120.5,") && written.contains("24.1,"),
        "decimals are written as they were given"
    );

    let Some(schema) = schema() else { return };
    let errors: Vec<_> = schema.iter_errors(&value).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    for mut event in document.into_events() {
        event.core_mut().context = Some(epcis::document::context(&namespaces));
        let value = serde_json::to_value(&event).expect("an event is JSON");
        assert!(schema.is_valid(&value), "a single event: {value}");
    }
}
