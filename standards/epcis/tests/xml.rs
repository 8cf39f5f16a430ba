//! The XML form: official documents survive the way through it, and what others send in it is read.

use std::path::{Path, PathBuf};

use epcis::hash::hash;
use epcis::read::{Input, Problem, Reading};
use epcis::xml::{Words, query_to_xml, read_xml, to_xml};
use epcis::{EpcisDocument, Limits, Namespaces, Violation};
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

fn documents(folder: &Path, found: &mut Vec<(PathBuf, Reading)>) {
    for entry in std::fs::read_dir(folder).expect("the folder can be read") {
        let path = entry.expect("the entry can be read").path();
        if path.is_dir() {
            documents(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "jsonld") {
            let text = std::fs::read(&path).expect("the file can be read");
            let reading = epcis::read::read_json(&text, &Limits::default()).expect("an official document");
            found.push((path, reading));
        }
    }
}

fn write(input: &Input, words: Words) -> String {
    match input {
        Input::Document(document) => to_xml(document, words),
        Input::QueryDocument(document) => query_to_xml(document, words),
        Input::Event(event) => panic!("{event:?}"),
    }
    .expect("the names are names")
}

fn read(text: &str) -> Result<Reading, Vec<Violation>> {
    read_xml(text.as_bytes(), &Limits::default())?.whole()
}

/// A document without what XML says otherwise: where a prefix is declared, and a list of one, which XML writes as one.
fn essence(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.remove("@context");
            // In XML a word has one spelling, in JSON it may have two.
            if let Some(Value::String(word)) = fields.get_mut("component") {
                *word = word.trim_start_matches("cbv:Comp-").to_owned();
            }
            fields.values_mut().for_each(essence);
            // Extension lists and certificates of one value are no lists in XML.
            for (key, value) in fields.iter_mut() {
                let may_be_one = key.contains(':') || key == "certificationInfo";
                if let Value::Array(values) = value
                    && may_be_one
                    && values.len() == 1
                {
                    *value = values.remove(0);
                }
            }
            // XML has no place for an empty extension list.
            fields.retain(|key, value| !(key.contains(':') && value.as_array().is_some_and(Vec::is_empty)));
        }
        Value::Array(values) => values.iter_mut().for_each(essence),
        _ => {}
    }
}

fn essence_of(input: &Input) -> Value {
    let mut value = match input {
        Input::Document(document) => serde_json::to_value(document),
        Input::QueryDocument(document) => serde_json::to_value(document),
        Input::Event(event) => serde_json::to_value(event),
    }
    .expect("JSON");
    essence(&mut value);
    // XML has no identifier of a document.
    value.as_object_mut().expect("an object").remove("id");
    value
}

#[test]
fn official_documents_come_through_xml_unchanged() {
    let Some(folder) = official("epcis-examples") else {
        return;
    };
    let mut examples = Vec::new();
    documents(&folder, &mut examples);
    assert!(examples.len() >= 41, "only {} examples", examples.len());
    for (path, reading) in examples {
        for words in [Words::Urn, Words::WebUri] {
            let text = write(&reading.input, words);
            let back = read(&text).unwrap_or_else(|error| panic!("{}: {error:#?}\n{text}", path.display()));
            let (before, after) = (essence_of(&reading.input), essence_of(&back.input));
            assert_eq!(after, before, "{}\n{text}", path.display());
            for (prefix, uri) in back.namespaces.declared() {
                assert_eq!(reading.namespaces.get(prefix), Some(uri), "{}", path.display());
            }
            for (event, same) in reading.input.events().iter().zip(back.input.events()) {
                assert_eq!(
                    epcis::hash::prehash_string(same, &back.namespaces),
                    epcis::hash::prehash_string(event, &reading.namespaces),
                    "{}",
                    path.display()
                );
            }
        }
    }
}

const FRAME: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE project>
<epcis:EPCISDocument xmlns:epcis="urn:epcglobal:epcis:xsd:2" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
    xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:a="https://a.example/" schemaVersion="2.0"
    creationDate="2026-04-12T10:00:00Z">
  <EPCISBody>
    <EventList><!-- one -->
      EVENTS
    </EventList>
  </EPCISBody>
</epcis:EPCISDocument>
"#;

fn framed(events: &str) -> String {
    FRAME.replace("EVENTS", events)
}

fn event_of(events: &str) -> Value {
    let reading = read(&framed(events)).unwrap_or_else(|error| panic!("{error:#?}"));
    serde_json::to_value(&reading.input.events()[0]).expect("JSON")
}

#[test]
fn an_event_with_everything() {
    let event = event_of(
        r#"<ObjectEvent xmlns:b="https://b.example/">
        <eventTime> 2026-04-12T08:30:00+07:00 </eventTime>
        <recordTime>2026-04-12T02:00:00Z</recordTime>
        <eventTimeZoneOffset>+07:00</eventTimeZoneOffset>
        <eventID>urn:uuid:1</eventID>
        <errorDeclaration>
          <declarationTime>2026-05-01T00:00:00Z</declarationTime>
          <reason>urn:epcglobal:cbv:er:incorrect_data</reason>
          <correctiveEventIDs><correctiveEventID>urn:uuid:2</correctiveEventID></correctiveEventIDs>
          <a:by>Hoa</a:by>
        </errorDeclaration>
        <certificationInfo>https://example.vn/vietgap/1</certificationInfo>
        <certificationInfo>https://example.vn/vietgap/2</certificationInfo>
        <epcList><epc>urn:epc:id:sgtin:0614141.107346.2018</epc></epcList>
        <action>ADD</action>
        <bizStep>https://ref.gs1.org/cbv/BizStep-commissioning</bizStep>
        <disposition>urn:epcglobal:cbv:disp:active</disposition>
        <readPoint><id>urn:x:1</id><a:gate xsi:type="xsd:integer">2</a:gate></readPoint>
        <bizTransactionList>
          <bizTransaction type="urn:epcglobal:cbv:btt:po">urn:x:po</bizTransaction>
          <bizTransaction>urn:x:other</bizTransaction>
        </bizTransactionList>
        <quantityList>
          <quantityElement><epcClass>urn:x:c</epcClass><quantity>12.50</quantity><uom>KGM</uom></quantityElement>
        </quantityList>
        <sourceList><source type="https://example.org/kieu">urn:x:s</source></sourceList>
        <destinationList><destination type="urn:epcglobal:cbv:sdt:location">urn:x:d</destination></destinationList>
        <sensorElementList><sensorElement>
          <sensorMetadata time="2026-04-12T01:00:00Z" a:battery="80"/>
          <sensorReport type="gs1:Temperature" value="26.0" uom="CEL" component="cbv:Comp-x" exception="gs1:ALARM_CONDITION"
            booleanValue="1" stringValue="a &lt; b"/>
          <a:mount>ceiling</a:mount>
        </sensorElement></sensorElementList>
        <persistentDisposition><unset>urn:epcglobal:cbv:disp:recalled</unset></persistentDisposition>
        <ilmd>
          <cbvmda:lotNumber xmlns:cbvmda="urn:epcglobal:cbv:mda">L1</cbvmda:lotNumber>
          <a:weight measurementUnitCode="KGM">3.5</a:weight>
        </ilmd>
        <a:text>R&amp;D &#x1EF1; <![CDATA[<&>]]></a:text>
        <a:list>1</a:list><a:list xsi:type="xsd:boolean">true</a:list><a:list><b:deep xsi:nil="true"/></a:list>
      </ObjectEvent>"#,
    );
    assert_eq!(
        event,
        json!({
            "@context": [{ "b": "https://b.example/" }],
            "type": "ObjectEvent", "eventTime": "2026-04-12T08:30:00+07:00", "recordTime": "2026-04-12T02:00:00Z",
            "eventTimeZoneOffset": "+07:00", "eventID": "urn:uuid:1",
            "errorDeclaration": {
                "declarationTime": "2026-05-01T00:00:00Z", "reason": "incorrect_data",
                "correctiveEventIDs": ["urn:uuid:2"], "a:by": "Hoa",
            },
            "certificationInfo": ["https://example.vn/vietgap/1", "https://example.vn/vietgap/2"],
            "epcList": ["urn:epc:id:sgtin:0614141.107346.2018"], "action": "ADD", "bizStep": "commissioning",
            "disposition": "active", "readPoint": { "id": "urn:x:1", "a:gate": 2 },
            "bizTransactionList": [
                { "type": "po", "bizTransaction": "urn:x:po" }, { "bizTransaction": "urn:x:other" },
            ],
            "quantityList": [{ "epcClass": "urn:x:c", "quantity": 12.5, "uom": "KGM" }],
            "sourceList": [{ "type": "https://example.org/kieu", "source": "urn:x:s" }],
            "destinationList": [{ "type": "location", "destination": "urn:x:d" }],
            "sensorElementList": [{
                "sensorMetadata": { "time": "2026-04-12T01:00:00Z", "a:battery": "80" },
                "sensorReport": [{
                    "type": "Temperature", "value": 26.0, "uom": "CEL", "component": "x",
                    "exception": "ALARM_CONDITION", "booleanValue": true, "stringValue": "a < b",
                }],
                "a:mount": "ceiling",
            }],
            "persistentDisposition": { "unset": ["recalled"] },
            "ilmd": { "cbvmda:lotNumber": "L1", "a:weight": { "@measurementUnitCode": "KGM", "#text": "3.5" } },
            "a:text": "R&D ự <&>", "a:list": ["1", true, { "b:deep": null }],
        })
    );
}

#[test]
fn extension_points_of_the_edition_before_are_read() {
    let text = framed(
        "<ObjectEvent><eventTime>2026-04-12T08:30:00+07:00</eventTime>\
         <eventTimeZoneOffset>+07:00</eventTimeZoneOffset><baseExtension><eventID>urn:uuid:1</eventID></baseExtension>\
         <epcList/><action>ADD</action><extension><quantityList><quantityElement><epcClass>urn:x:c</epcClass>\
         </quantityElement></quantityList><ilmd><a:lot>1</a:lot></ilmd></extension></ObjectEvent>\
         <extension><TransformationEvent><eventTime>2026-04-12T08:30:00+07:00</eventTime>\
         <eventTimeZoneOffset>+07:00</eventTimeZoneOffset><inputEPCList><epc>urn:x:i</epc></inputEPCList>\
         <outputEPCList><epc>urn:x:o</epc></outputEPCList></TransformationEvent></extension>",
    )
    .replace("xsd:2\"", "xsd:1\"")
    .replace("schemaVersion=\"2.0\"", "schemaVersion=\"1.2\"");
    let reading = read(&text).unwrap_or_else(|error| panic!("{error:#?}"));
    let Input::Document(document) = &reading.input else {
        panic!("{reading:?}")
    };
    assert_eq!(document.schema_version, "2.0");
    let kinds: Vec<_> = document.events().iter().map(epcis::Event::kind).collect();
    assert_eq!(kinds, ["ObjectEvent", "TransformationEvent"]);
    let first = serde_json::to_value(&document.events()[0]).expect("JSON");
    assert_eq!(first["eventID"], "urn:uuid:1");
    assert_eq!((&first["epcList"], &first["ilmd"]["a:lot"]), (&json!([]), &json!("1")));
    assert_eq!(first["quantityList"][0]["epcClass"], "urn:x:c");
}

#[test]
fn headers_and_master_data() {
    let document = json!({
        "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", { "a": "https://a.example/" }],
        "type": "EPCISDocument", "schemaVersion": "2.0", "creationDate": "2026-04-12T10:00:00Z",
        "sender": "urn:x:s", "receiver": "urn:x:r", "instanceIdentifier": "5 & 6", "a:more": { "a:deep": [1, "x"] },
        "epcisHeader": { "epcisMasterData": { "vocabularyList": [{
            "type": "urn:epcglobal:epcis:vtype:BusinessLocation",
            "vocabularyElementList": [{
                "id": "urn:x:1", "children": ["urn:x:2"],
                "attributes": [
                    { "id": "cbvmda:site", "attribute": "kho" }, { "id": "a:area", "attribute": 5 },
                    { "id": "a:place", "attribute": { "a:x": "1" } },
                ],
            }],
        }] } },
        "epcisBody": { "eventList": [] },
    });
    let before: EpcisDocument = serde_json::from_value(document.clone()).expect("a document");
    let text = to_xml(&before, Words::Urn).expect("names");
    let reading = read(&text).unwrap_or_else(|error| panic!("{error:#?}\n{text}"));
    let Input::Document(after) = reading.input else {
        panic!("a document")
    };
    assert_eq!(serde_json::to_value(after).expect("JSON"), document, "{text}");
}

#[test]
fn names_that_are_whole_uris_get_a_prefix() {
    let document = |event: Value| -> EpcisDocument {
        let document = json!({
            "@context": [], "type": "EPCISDocument", "schemaVersion": "2.0", "creationDate": "2026-04-12T10:00:00Z",
            "epcisBody": { "eventList": [event] },
        });
        serde_json::from_value(document).expect("a document")
    };
    let base = json!({
        "type": "https://a.example/ns#Harvest", "eventTime": "2026-04-12T08:30:00+07:00",
        "eventTimeZoneOffset": "+07:00", "https://a.example/ns/field": "x",
    });
    let before = document(base.clone());
    let reading = read(&to_xml(&before, Words::Urn).expect("names")).expect("readable");
    let (first, second) = (&before.events()[0], &reading.input.events()[0]);
    let expand = |event: &epcis::Event| reading.namespaces.expand(event.kind());
    assert_eq!(expand(second).as_deref(), Some(first.kind()));
    let field = second.extensions().keys().next().expect("a field");
    assert_eq!(
        reading.namespaces.expand(field).as_deref(),
        Some("https://a.example/ns/field")
    );
    for bad in ["a:1", "1", "a:x y", "https://a.example/", "a:"] {
        let mut event = base.clone();
        event[bad] = json!("x");
        assert!(to_xml(&document(event), Words::Urn).is_err(), "{bad}");
    }
    let mut control = base;
    control["a:text"] = json!("\u{0}\u{B}\u{FFFE}\r\n\ta<b>&amp;]]>");
    let reading = read(
        &to_xml(&document(control), Words::Urn)
            .expect("names")
            .replace("ns0=", "a=\"urn:a:\" xmlns:ns0="),
    );
    let reading = reading.expect("readable");
    assert_eq!(
        reading.input.events()[0].extensions()["a:text"],
        "\u{FFFD}\u{FFFD}\u{FFFD}\r\n\ta<b>&amp;]]>"
    );
}

fn told(text: &str) -> Vec<String> {
    read(text)
        .expect_err("something is wrong")
        .iter()
        .map(Violation::to_string)
        .collect()
}

#[test]
fn what_is_wrong_has_a_place() {
    let event = "<ObjectEvent><eventTime>yesterday</eventTime><eventTimeZoneOffset>+07:00</eventTimeZoneOffset>\
                 <epcList><epc>x</epc></epcList><action>ADD</action><bizStep>harvesting</bizStep><note>1</note>\
                 <quantityList><quantityElement><epcClass>a:b</epcClass><quantity>much</quantity></quantityElement>\
                 </quantityList></ObjectEvent>";
    assert_eq!(
        told(&framed(event)),
        [
            "/epcisBody/eventList/0/bizStep: \"harvesting\" is not a business step of the Core Business Vocabulary",
            "/epcisBody/eventList/0/epcList/0: \"x\" is not a URI (RFC 3986)",
            "/epcisBody/eventList/0/eventTime: \"yesterday\" is not a date and time with a zone (RFC 3339)",
            "/epcisBody/eventList/0/note: the key \"note\" has no namespace",
            "/epcisBody/eventList/0/quantityList/0/quantity: a number is wanted",
        ]
    );
    assert_eq!(
        told("<a/>"),
        ["\"a\" is not what stands here: EPCISDocument or EPCISQueryDocument"]
    );
    let twice = "<ObjectEvent><a:x xmlns:c=\"urn:1\"><c:y/></a:x><a:x xmlns:c=\"urn:2\"><c:y/></a:x></ObjectEvent>";
    assert_eq!(
        told(&framed(twice)),
        ["/epcisBody/eventList/0: \"c\" is not what stands here: one meaning of a prefix in an event"]
    );
    assert_eq!(
        told(&framed("").replace("creationDate=", "created=")),
        ["/creationDate: missing or empty"]
    );
    let no_list = framed("")
        .replace("<EventList>", "<Events>")
        .replace("</EventList>", "</Events>");
    assert_eq!(told(&no_list), ["/epcisBody: missing or empty"]);
}

#[test]
fn hostile_documents() {
    let laughs = framed("").replace(
        "<!DOCTYPE project>",
        "<!DOCTYPE p [<!ENTITY a \"aaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">]>",
    );
    let secret = framed("").replace(
        "<!DOCTYPE project>",
        "<!DOCTYPE p [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>",
    );
    for text in [laughs, secret] {
        assert!(told(&text)[0].contains("document type with declarations"), "{text}");
    }
    assert!(told(&framed("<ObjectEvent>&x;</ObjectEvent>"))[0].contains("not expanded"));
    assert!(told(&framed("<ObjectEvent a=\"&x;\"/>"))[0].starts_with("not XML"));
    let problem = |text: &str, limits: &Limits| {
        read_xml(text.as_bytes(), limits).expect_err("too much")[0]
            .problem
            .clone()
    };
    let limits = Limits::default();
    assert_eq!(problem(&"<a>".repeat(100_000), &limits), Problem::TooDeep(64));
    let three = framed(&"<ObjectEvent/>".repeat(3));
    assert_eq!(problem(&three, &Limits { events: 2, ..limits }), Problem::TooMany(2));
    assert_eq!(problem(&three, &Limits { bytes: 9, ..limits }), Problem::TooLarge(9));
    for text in [
        "",
        "x",
        "<",
        "<a>",
        "<a></b>",
        "<a/><b/>",
        "<a/>x",
        "<a b='1' b='2'/>",
        "\u{0}",
    ] {
        assert!(matches!(problem(text, &limits), Problem::NotXml(_)), "{text:?}");
    }
    assert!(matches!(problem_of_bytes(&[0xFF, 0xFE]), Problem::NotXml(_)));
}

fn problem_of_bytes(bytes: &[u8]) -> Problem {
    read_xml(bytes, &Limits::default()).expect_err("no XML")[0]
        .problem
        .clone()
}

fn namespaces() -> Namespaces {
    Namespaces::of_context(&json!({ "a": "https://a.example/" }))
}

proptest::proptest! {
    #[test]
    fn no_text_panics(
        text in "\\PC{0,60}", markup in "([<>/a:b =\"'&;!\\[\\]-]|extension|EventList|xmlns:|&#x){0,40}",
        field in proptest::sample::select(vec![
            "eventTime", "epcList", "quantityList", "sensorElementList", "ilmd", "readPoint", "extension", "a:x",
        ]),
    ) {
        for text in [text.clone(), markup.clone(), framed(&markup), framed(&text)] {
            let _ = read(&text);
        }
        let _ = read(&framed(&format!("<ObjectEvent><{field}>{markup}</{field}></ObjectEvent>")));
    }

    /// Whatever somebody keeps in fields of their own comes back.
    #[test]
    fn extensions_come_back(
        key in "[a-zA-Z_][a-zA-Z0-9_.-]{0,8}", text in "[^\\p{C}]{1,20}", number in -1_000_000_i64..1_000_000, flag: bool,
    ) {
        let text = format!("x{text}x");
        let key = format!("a:{key}");
        let mut event = json!({
            "type": "ObjectEvent", "eventTime": "2026-04-12T08:30:00+07:00", "eventTimeZoneOffset": "+07:00",
            "action": "ADD", "epcList": [],
        });
        event[&key] = json!([text, number, flag, null, { "a:in": text }, {}]);
        event["ilmd"] = json!({ key.as_str(): number });
        event["readPoint"] = json!({ "id": "urn:x:1", key.as_str(): text });
        let event: epcis::Event = serde_json::from_value(event).expect("an event");
        let document = EpcisDocument::new("2026-04-12T10:00:00Z".parse().expect("a time"), &[("a", "https://a.example/")], vec![event]);
        let reading = read(&to_xml(&document, Words::Urn).expect("names")).expect("readable");
        proptest::prop_assert_eq!(reading.input.events(), document.events());
        proptest::prop_assert_eq!(hash(&reading.input.events()[0], &reading.namespaces), hash(&document.events()[0], &namespaces()));
    }
}
