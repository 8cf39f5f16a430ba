//! Questions to the EPCIS repository: every parameter of GS1's OpenAPI, pages, resources.

use std::collections::BTreeSet;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    epcis::{BASE, capture, document, encoded, events, names, official, read_json, seen, with_headers},
    harness::{Answer, Client},
    on_both,
};

const RP: &str = "urn:epc:id:sgln:0614141.07346.1234";
const BL: &str = "urn:epc:id:sgln:0614141.00888.0";
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

fn at(id: &str, day: &str, more: Value) -> Value {
    let mut event = json!({"type": "ObjectEvent", "action": "OBSERVE", "eventID": format!("urn:uuid:{id}"),
        "eventTime": format!("2026-11-{day}T08:00:00.000Z"), "eventTimeZoneOffset": "+07:00"});
    let Value::Object(more) = more else {
        panic!("{more} is no object")
    };
    event.as_object_mut().unwrap().extend(more);
    if event["type"] == "TransformationEvent" {
        event.as_object_mut().unwrap().remove("action");
    }
    event
}

/// One of every kind, one of everything to ask for.
fn world() -> Vec<Value> {
    vec![
        at(
            "thing",
            "01",
            json!({"bizStep": "shipping", "disposition": "in_transit", "readPoint": {"id": RP}, "bizLocation": {"id": BL},
                "epcList": ["urn:epc:id:sgtin:0614141.107346.1"],
                "persistentDisposition": {"set": ["completeness_verified"], "unset": ["completeness_inferred"]}}),
        ),
        at(
            "class",
            "02",
            json!({"action": "ADD", "bizStep": "commissioning", "disposition": "active",
                "quantityList": [{"epcClass": "urn:epc:class:lgtin:4012345.012345.998877", "quantity": 200},
                    {"epcClass": "urn:epc:class:lgtin:4012345.012345.998878", "quantity": 20.5, "uom": "KGM"}]}),
        ),
        at(
            "pallet",
            "03",
            json!({"type": "AggregationEvent", "action": "ADD", "bizStep": "packing",
                "parentID": "urn:epc:id:sscc:0614141.1234567890", "childEPCs": ["urn:epc:id:sgtin:0614141.107346.2"]}),
        ),
        at(
            "roast",
            "04",
            json!({"type": "TransformationEvent", "bizStep": "creating_class_instance",
                "transformationID": "urn:epc:id:gdti:0614141.12345.400",
                "inputEPCList": ["urn:epc:id:sgtin:4012345.011122.25"],
                "inputQuantityList": [{"epcClass": "urn:epc:class:lgtin:4012345.011111.4444", "quantity": 10, "uom": "KGM"}],
                "outputEPCList": ["urn:epc:id:sgtin:4012345.077889.26"],
                "outputQuantityList": [{"epcClass": "urn:epc:class:lgtin:4012345.022222.5555", "quantity": 2, "uom": "KGM"}]}),
        ),
        at(
            "cold",
            "05",
            json!({"bizStep": "sensor_reporting", "epcList": ["urn:epc:id:sgtin:0614141.107346.9"],
                "sensorElementList": [{
                    "sensorMetadata": {"time": "2026-11-05T08:00:00.000Z", "startTime": "2026-11-05T07:00:00.000Z",
                        "endTime": "2026-11-05T07:30:00.000Z", "deviceID": "urn:epc:id:giai:4000001.111",
                        "dataProcessingMethod": "https://example.com/gdti/4012345000054987",
                        "bizRules": "https://example.com/gdti/4012345000054988"},
                    "sensorReport": [
                        {"type": "Temperature", "value": 26.0, "uom": "CEL"},
                        {"type": "Count", "microorganism": "https://www.ncbi.nlm.nih.gov/taxonomy/1126011", "value": 5},
                        {"type": "MassConcentration", "value": 0.2, "uom": "23",
                            "chemicalSubstance": "https://identifiers.org/inchikey:CZMRCDWAGMRECN-UGDNZRGBSA-N"},
                        {"type": "example:note", "stringValue": "cool"},
                        {"type": "example:bytes", "hexBinaryValue": "F0F0F0"},
                        {"type": "example:link", "uriValue": "https://id.example.com/8004/1"},
                        {"type": "example:open", "booleanValue": true}]}]}),
        ),
        at(
            "wrong",
            "06",
            json!({"bizStep": "receiving", "epcList": ["urn:epc:id:sgtin:0614141.107346.3"],
                "errorDeclaration": {"declarationTime": "2026-11-07T08:00:00.000Z", "reason": "did_not_occur",
                    "correctiveEventIDs": ["urn:uuid:thing"]}}),
        ),
    ]
}

/// A question, and which of [`world`] it finds.
const QUESTIONS: &[(&str, &str)] = &[
    ("eventType=ObjectEvent", "thing class cold wrong"),
    ("eventType=AggregationEvent|TransformationEvent", "pallet roast"),
    ("GE_eventTime=2026-11-04T08:00:00Z", "roast cold wrong"),
    ("LT_eventTime=2026-11-02T08:00:00.000Z", "thing"),
    (
        "GE_recordTime=2026-01-01T00:00:00Z",
        "thing class pallet roast cold wrong",
    ),
    ("LT_recordTime=2026-01-01T00:00:00Z", ""),
    ("EQ_action=ADD", "class pallet"),
    ("EQ_bizStep=shipping|packing", "thing pallet"),
    ("EQ_disposition=active", "class"),
    ("EQ_persistentDisposition_set=completeness_verified", "thing"),
    ("EQ_persistentDisposition_unset=completeness_inferred", "thing"),
    ("EQ_persistentDisposition_unset=completeness_verified", ""),
    ("EQ_readPoint=urn:epc:id:sgln:0614141.07346.1234", "thing"),
    ("WD_readPoint=urn:epc:id:sgln:0614141.07346.1234", "thing"),
    ("EQ_bizLocation=urn:epc:id:sgln:0614141.00888.0", "thing"),
    ("WD_bizLocation=urn:epc:id:sgln:0614141.00888.0", "thing"),
    ("EQ_bizLocation=urn:epc:id:sgln:0614141.07346.1234", ""),
    ("EQ_transformationID=urn:epc:id:gdti:0614141.12345.400", "roast"),
    ("MATCH_epc=urn:epc:id:sgtin:0614141.107346.1", "thing"),
    (
        "MATCH_epc=urn:epc:idpat:sgtin:0614141.107346.*",
        "thing pallet cold wrong",
    ),
    // The same thing as a Digital Link.
    ("MATCH_epc=https://id.gs1.org/01/10614141073464/21/1", "thing"),
    ("MATCH_parentID=urn:epc:id:sscc:0614141.1234567890", "pallet"),
    ("MATCH_inputEPC=urn:epc:id:sgtin:4012345.011122.25", "roast"),
    ("MATCH_outputEPC=urn:epc:id:sgtin:4012345.077889.26", "roast"),
    ("MATCH_outputEPC=urn:epc:id:sgtin:4012345.011122.25", ""),
    (
        "MATCH_anyEPC=urn:epc:id:sgtin:4012345.011122.25|urn:epc:id:sgtin:0614141.107346.2",
        "pallet roast",
    ),
    ("MATCH_epcClass=urn:epc:class:lgtin:4012345.012345.998877", "class"),
    ("MATCH_epc=urn:epc:class:lgtin:4012345.012345.998877", ""),
    ("MATCH_inputEPCClass=urn:epc:class:lgtin:4012345.011111.4444", "roast"),
    ("MATCH_outputEPCClass=urn:epc:class:lgtin:4012345.022222.5555", "roast"),
    ("MATCH_anyEPCClass=urn:epc:class:lgtin:4012345.011111.4444", "roast"),
    ("EQ_quantity=200", "class"),
    ("GT_quantity=199", "class"),
    ("GE_quantity=200", "class"),
    ("LT_quantity=200", "class roast"),
    ("LE_quantity=2", "roast"),
    ("GE_quantity_KGM=10&eventType=ObjectEvent", "class"),
    ("EQ_eventID=urn:uuid:cold|urn:uuid:class", "class cold"),
    ("EXISTS_errorDeclaration=true", "wrong"),
    ("GE_errorDeclarationTime=2026-11-07T08:00:00Z", "wrong"),
    ("LT_errorDeclarationTime=2026-11-07T08:00:00Z", ""),
    ("EQ_errorReason=did_not_occur", "wrong"),
    ("EQ_errorReason=incorrect_data", ""),
    ("EQ_correctiveEventID=urn:uuid:thing", "wrong"),
    (
        "orderBy=eventTime&orderDirection=DESC",
        "wrong cold roast pallet class thing",
    ),
    (
        "orderBy=eventTime&orderDirection=ASC&EQ_action=OBSERVE",
        "thing cold wrong",
    ),
    (
        "orderBy=recordTime&orderDirection=ASC",
        "thing class pallet roast cold wrong",
    ),
    ("orderBy=eventTime&orderDirection=DESC&eventCountLimit=2", "wrong cold"),
    ("maxEventCount=6", "thing class pallet roast cold wrong"),
    ("GE_startTime=2026-11-05T07:00:00Z", "cold"),
    ("LT_startTime=2026-11-05T07:00:00Z", ""),
    ("GE_endTime=2026-11-05T07:30:00Z", "cold"),
    ("LT_endTime=2026-11-05T07:31:00Z", "cold"),
    ("EQ_type=Temperature", "cold"),
    ("EQ_type=Humidity", ""),
    ("EQ_deviceID=urn:epc:id:giai:4000001.111", "cold"),
    (
        "EQ_dataProcessingMethod=https://example.com/gdti/4012345000054987",
        "cold",
    ),
    ("EQ_microorganism=https://www.ncbi.nlm.nih.gov/taxonomy/1126011", "cold"),
    (
        "EQ_chemicalSubstance=https://identifiers.org/inchikey:CZMRCDWAGMRECN-UGDNZRGBSA-N",
        "cold",
    ),
    ("EQ_bizRules=https://example.com/gdti/4012345000054988", "cold"),
    ("EQ_stringValue=cool", "cold"),
    ("EQ_hexBinaryValue=F0F0F0", "cold"),
    ("EQ_uriValue=https://id.example.com/8004/1", "cold"),
    ("EQ_booleanValue=true", "cold"),
    ("EQ_booleanValue=false", ""),
    ("perPage=30&nextPageToken=", "thing class pallet roast cold wrong"),
];

/// The parameters of GS1's OpenAPI, and those of ours.
#[test]
fn every_parameter_of_the_official_description_is_asked_for() {
    let Some(path) = official("rest/openapi.json") else {
        return;
    };
    let openapi = read_json(&path);
    let asked: BTreeSet<&str> = QUESTIONS
        .iter()
        .flat_map(|(question, _)| question.split('&'))
        .filter_map(|pair| pair.split('=').next())
        .collect();
    let ours = crate::harness::document();
    for route in [
        "/events",
        "/epcs/{epc}/events",
        "/bizSteps/{bizStep}/events",
        "/queries/{queryName}/events",
    ] {
        let described: BTreeSet<String> = ours["paths"][format!("{BASE}{route}")]["get"]["parameters"]
            .as_array()
            .unwrap()
            .iter()
            .map(|parameter| parameter["name"].as_str().unwrap().to_owned())
            .collect();
        for parameter in openapi["paths"][route]["get"]["parameters"].as_array().unwrap() {
            let parameter = match parameter["$ref"].as_str() {
                Some(place) => openapi.pointer(place.trim_start_matches('#')).unwrap(),
                None => parameter,
            };
            let name = parameter["name"].as_str().unwrap();
            if ["Upgrade", "Connection"].contains(&name) {
                continue;
            }
            assert!(described.contains(name), "{route}: {name} is not described");
            if parameter["in"] == "query" && route == "/events" {
                assert!(asked.contains(name), "{name} has no question");
            }
        }
    }
}

fn escaped(question: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for pair in question.split('&').filter(|pair| !pair.ends_with('=')) {
        let (name, value) = pair.split_once('=').unwrap();
        query.append_pair(name, value);
    }
    query.finish()
}

on_both!(every_parameter_finds_what_it_says, |app| {
    let farmer = app.farmer().await;
    let job = capture(&farmer.client, &document(&world())).await;
    assert_eq!(job["success"], true, "{job}");
    for (question, wanted) in QUESTIONS {
        let path = format!("{BASE}/events?{}", escaped(question));
        let found = names(&farmer.client.get(&path).await.expect(StatusCode::OK));
        let found: Vec<&str> = found.iter().map(|name| name.trim_start_matches("urn:uuid:")).collect();
        assert_eq!(found.join(" "), *wanted, "{question}");
        // A guest sees nothing of it, however asked.
        let nothing = app.guest().get(&path).await;
        assert_eq!(names(&nothing.expect(StatusCode::OK)), [""; 0], "{question}");
    }
    for (bad, pointer) in [
        ("EQ_bizStepp=shipping", "?EQ_bizStepp"),
        ("EQ_bizStep=harvesting", "?EQ_bizStep"),
        ("GE_eventTime=yesterday", "?GE_eventTime"),
        ("EQ_action=LOOK", "?EQ_action"),
        ("MATCH_epc=%20", "?MATCH_epc"),
        ("orderBy=eventTime&eventCountLimit=0", "?eventCountLimit"),
        ("EQ_nothing:field=1", "?EQ_nothing:field"),
        ("EQ_booleanValue=perhaps", "?EQ_booleanValue"),
        ("perPage=none", "?perPage"),
        ("orderBy=colour", "?orderBy"),
    ] {
        let answer = farmer.client.get(&format!("{BASE}/events?{bad}")).await;
        assert_eq!(answer.wrong(StatusCode::BAD_REQUEST), [pointer], "{bad}");
        assert_eq!(answer.json()["type"], "epcisException:QueryParameterException");
    }
    let long = format!("{BASE}/events?EQ_eventID={}", "x".repeat(9000));
    farmer.client.get(&long).await.expect(StatusCode::URI_TOO_LONG);
    let too_large = farmer.client.get(&format!("{BASE}/events?maxEventCount=2")).await;
    too_large.expect(StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(too_large.json()["type"], "epcisException:QueryTooLargeException");
});

/// Follows `Link` from `path` to the end, and returns all that stood on the pages and how many there were.
async fn walk(client: &Client, path: &str, of: fn(&Value) -> Vec<String>) -> (Vec<String>, usize) {
    let (mut all, mut pages, mut next) = (Vec::new(), 0, Some(path.to_owned()));
    while let Some(path) = next {
        let answer = client.get(&path).await;
        all.extend(of(&answer.expect(StatusCode::OK)));
        pages += 1;
        next = link(&answer);
        assert_eq!(
            next.is_some(),
            answer.headers.contains_key("gs1-next-page-token-expires")
        );
    }
    (all, pages)
}

fn link(answer: &Answer) -> Option<String> {
    let link = answer.headers.get("link")?.to_str().unwrap();
    assert!(link.ends_with("; rel=\"next\""), "{link}");
    Some(link.split(['<', '>']).nth(1).unwrap().to_owned())
}

on_both!(pages_lead_through_everything_once, |app| {
    let farmer = app.farmer().await;
    let all: Vec<Value> = (0..25)
        .map(|n| {
            let mut event = seen(&format!("urn:uuid:{n}"), &format!("urn:x:{}", n % 2));
            // Several at the same moment.
            event["eventTime"] = json!(format!("2026-11-{:02}T00:00:00Z", 1 + n / 4));
            event
        })
        .collect();
    assert_eq!(capture(&farmer.client, &document(&all)).await["success"], true);
    for (question, found, pages) in [
        ("", 25, 3),
        ("&orderBy=eventTime&orderDirection=DESC", 25, 3),
        ("&orderBy=recordTime&orderDirection=ASC", 25, 3),
        ("&MATCH_epc=urn%3Ax%3A1", 12, 2),
        ("&orderBy=eventTime&orderDirection=ASC&eventCountLimit=12", 12, 2),
        ("&orderBy=recordTime&eventCountLimit=20", 20, 2),
    ] {
        let (names, walked) = walk(&farmer.client, &format!("{BASE}/events?perPage=10{question}"), names).await;
        let different: BTreeSet<_> = names.iter().collect();
        assert_eq!(
            (names.len(), different.len(), walked),
            (found, found, pages),
            "{question}"
        );
    }
    let newest_first = format!("{BASE}/events?perPage=7&orderBy=eventTime&orderDirection=DESC");
    let times = |answer: &Value| {
        events(answer)
            .iter()
            .map(|event| event["eventTime"].to_string())
            .collect()
    };
    let (mut times, _) = walk(&farmer.client, &newest_first, times).await;
    times.reverse();
    assert!(times.is_sorted(), "{times:?}");

    let first = farmer.client.get(&newest_first).await;
    let next = link(&first).unwrap();
    for bad in [
        next.replace("eventTime", "recordTime"),
        format!("{next}x"),
        format!("{BASE}/events?nextPageToken=e30"),
    ] {
        let answer = farmer.client.get(&bad).await;
        assert_eq!(answer.wrong(StatusCode::BAD_REQUEST), ["?nextPageToken"], "{bad}");
    }
    app.app.source().advance(2 * DAY_MS);
    let answer = farmer.client.get(&next).await;
    assert_eq!(answer.wrong(StatusCode::BAD_REQUEST), ["?nextPageToken"]);
    let token = format!("{BASE}/nextPageToken/anything");
    farmer.client.delete(&token).await.expect(StatusCode::NO_CONTENT);
});

on_both!(resources_are_discovered_and_lead_to_their_events, |app| {
    let farmer = app.farmer().await;
    assert_eq!(capture(&farmer.client, &document(&world())).await["success"], true);
    let members = |answer: &Value| -> Vec<String> {
        let members = answer["member"].as_array().unwrap();
        members
            .iter()
            .map(|member| member.as_str().unwrap().to_owned())
            .collect()
    };
    for (resource, standard, own) in [
        ("eventTypes", 5, 0),
        ("bizSteps", 41, 0),
        ("dispositions", 33, 0),
        ("readPoints", 0, 1),
        ("bizLocations", 0, 1),
        ("epcs", 0, 11),
    ] {
        let path = format!("{BASE}/{resource}?perPage=4");
        let (all, _) = walk(&farmer.client, &path, members).await;
        let different: BTreeSet<_> = all.iter().collect();
        assert_eq!(
            (all.len(), different.len()),
            (standard + own, standard + own),
            "{resource}: {all:?}"
        );
        // What strangers may not read, they do not learn the names of either.
        let (public, _) = walk(&app.guest(), &path, members).await;
        assert_eq!(public.len(), standard, "{resource}: {public:?}");
    }
    for (place, found) in [
        ("eventTypes/AggregationEvent", "pallet"),
        ("bizSteps/shipping", "thing"),
        ("bizSteps/killing", ""),
        ("dispositions/active", "class"),
        ("epcs/urn:epc:id:sgtin:0614141.107346.1", "thing"),
        ("epcs/urn:epc:class:lgtin:4012345.011111.4444", "roast"),
        ("readPoints/urn:epc:id:sgln:0614141.07346.1234", "thing"),
        ("bizLocations/urn:epc:id:sgln:0614141.00888.0", "thing"),
    ] {
        let (resource, name) = place.split_once('/').unwrap();
        let place = format!("{BASE}/{resource}/{}", encoded(name));
        let one = farmer.client.get(&place).await.expect(StatusCode::OK);
        assert_eq!(members(&one), ["events"]);
        let names = names(
            &farmer
                .client
                .get(&format!("{place}/events"))
                .await
                .expect(StatusCode::OK),
        );
        let names: Vec<&str> = names.iter().map(|name| name.trim_start_matches("urn:uuid:")).collect();
        assert_eq!(names.join(" "), found, "{place}");
        let nobodys = format!("{BASE}/{resource}/{}", encoded("urn:x:nobody"));
        for path in [nobodys.clone(), format!("{nobodys}/events")] {
            farmer.client.get(&path).await.expect(StatusCode::NOT_FOUND);
        }
    }
    let narrowed = format!("{BASE}/bizSteps/shipping/events?eventType=AggregationEvent");
    assert_eq!(
        names(&farmer.client.get(&narrowed).await.expect(StatusCode::OK)),
        [""; 0]
    );
    farmer
        .client
        .get(&format!("{BASE}/epcs?EQ_action=ADD"))
        .await
        .expect(StatusCode::BAD_REQUEST);
    let html = format!("{BASE}/epcs");
    let html = with_headers(
        &farmer.client,
        Method::GET,
        &html,
        &[("Accept", "text/html")],
        &Value::Null,
    )
    .await;
    html.expect(StatusCode::NOT_ACCEPTABLE);
});

on_both!(what_is_answered_in_xml_is_the_same_when_it_comes_back, |app| {
    let farmer = app.farmer().await;
    assert_eq!(capture(&farmer.client, &document(&world())).await["success"], true);
    let path = format!("{BASE}/events");
    let answer = with_headers(
        &farmer.client,
        Method::GET,
        &path,
        &[("Accept", "application/xml")],
        &Value::Null,
    )
    .await;
    assert_eq!(
        (answer.status, &answer.headers["content-type"]),
        (StatusCode::OK, &"application/xml".parse().unwrap())
    );
    let text = answer.text();
    assert!(
        text.contains("EPCISQueryDocument") && text.contains("urn:epcglobal:cbv:bizstep:shipping"),
        "{text}"
    );
    let capture_at = format!("{BASE}/capture");
    let request = farmer.client.request(Method::POST, &capture_at);
    let request = request.header("content-type", "application/xml").body(text);
    let answer = Answer::of(Method::POST, &capture_at, request).await;
    answer.expect(StatusCode::ACCEPTED);
    let job = crate::epcis::job(&farmer.client, &answer).await;
    assert_eq!(job["success"], true, "{job}");
    assert_eq!(crate::epcis::count(app).await, 6, "each is the event that it was");
});

on_both!(master_data_of_a_header_says_what_lies_within_a_place, |app| {
    let farmer = app.farmer().await;
    let mut within = document(&world());
    let (shed, site) = ("urn:epc:id:sgln:0614141.07346.0", "urn:epc:id:sgln:0614141.00001.0");
    let element = |name: &str, child: &str| {
        json!({"id": name, "children": [child],
        "attributes": [{"id": "urn:epcglobal:cbv:mda:city", "attribute": "Tân Cương"}]})
    };
    within["epcisHeader"] = json!({"epcisMasterData": {"vocabularyList": [{
        "type": "urn:epcglobal:epcis:vtype:ReadPoint",
        "vocabularyElementList": [element(site, shed), element(shed, RP)]}]}});
    let job = capture(&farmer.client, &within).await;
    assert_eq!(job["success"], true, "{job}");
    for (parameter, place, found) in [
        ("WD_readPoint", site, 1),
        ("EQ_readPoint", site, 0),
        ("WD_readPoint", BL, 0),
    ] {
        let path = format!("{BASE}/events?{}", escaped(&format!("{parameter}={place}")));
        let names = names(&farmer.client.get(&path).await.expect(StatusCode::OK));
        assert_eq!(names.len(), found, "{parameter}={place}");
    }
    // What one party says of places is not what another's questions mean.
    let neighbour = app.farmer().await;
    let same = document(&[at(
        "theirs",
        "01",
        json!({"readPoint": {"id": RP}, "epcList": ["urn:x:1"]}),
    )]);
    assert_eq!(capture(&neighbour.client, &same).await["success"], true);
    let path = format!("{BASE}/events?{}", escaped(&format!("WD_readPoint={site}")));
    assert_eq!(
        names(&neighbour.client.get(&path).await.expect(StatusCode::OK)),
        [""; 0]
    );
});

on_both!(named_queries_are_kept_and_are_their_owners, |app| {
    let farmer = app.farmer().await;
    assert_eq!(capture(&farmer.client, &document(&world())).await["success"], true);
    let queries = format!("{BASE}/queries");
    let shipped = json!({"name": "đã gửi", "query": {"eventType": ["ObjectEvent"], "EQ_bizStep": ["shipping"]}});
    let made = farmer.client.post(&queries, &shipped).await;
    assert_eq!(made.expect(StatusCode::CREATED), shipped);
    let place = made.headers["location"].to_str().unwrap().to_owned();
    assert_eq!(farmer.client.get(&place).await.expect(StatusCode::OK), shipped);
    assert_eq!(
        farmer.client.get(&queries).await.expect(StatusCode::OK),
        json!([shipped])
    );
    let again = farmer.client.post(&queries, &shipped).await;
    again.expect(StatusCode::CONFLICT);
    let found = farmer
        .client
        .get(&format!("{place}/events"))
        .await
        .expect(StatusCode::OK);
    assert_eq!(names(&found), ["urn:uuid:thing"]);
    assert_eq!(found["epcisBody"]["queryResults"]["queryName"], "đã gửi");

    let neighbour = app.farmer().await;
    for path in [
        place.clone(),
        format!("{place}/events"),
        format!("{place}/subscriptions"),
    ] {
        neighbour.client.get(&path).await.expect(StatusCode::NOT_FOUND);
        app.guest().get(&path).await.expect(StatusCode::UNAUTHORIZED);
    }
    // The same name, and the same question: what is found is what its owner may read.
    let made = neighbour.client.post(&queries, &shipped).await;
    made.expect(StatusCode::CREATED);
    assert_eq!(
        names(
            &neighbour
                .client
                .get(&format!("{place}/events"))
                .await
                .expect(StatusCode::OK)
        ),
        [""; 0]
    );
    for (body, pointer) in [
        (json!({"name": "a/b", "query": {}}), "/name"),
        (json!({"query": {}}), "/name"),
        (json!({"name": "a"}), "/query"),
        (
            json!({"name": "a", "query": {"EQ_bizStep": ["harvesting"]}}),
            "/query/EQ_bizStep",
        ),
        (
            json!({"name": "a", "query": {"EQ_colour": ["red"]}}),
            "/query/EQ_colour",
        ),
    ] {
        let answer = farmer.client.post(&queries, &body).await;
        assert_eq!(answer.wrong(StatusCode::BAD_REQUEST), [pointer], "{body}");
    }
    farmer.client.delete(&place).await.expect(StatusCode::NO_CONTENT);
    farmer.client.get(&place).await.expect(StatusCode::NOT_FOUND);
    neighbour.client.get(&place).await.expect(StatusCode::OK);
});
