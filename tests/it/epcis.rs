//! The EPCIS repository: what is captured is read back equal, once, by whom it concerns; what is wrong is named and leaves
//! nothing behind.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    path::{Path, PathBuf},
};

use entity::{identity::role::Office, trace::event};
use reqwest::{Method, StatusCode, header};
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};

use crate::{
    harness::{Answer, Backend, Client, TestApp, text},
    on_both,
};

pub const BASE: &str = "/epcis/v2";
const CONTEXT: &str = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld";

/// A file of GS1's own data, which lies beside the repository; `None` after saying so when it is not there.
pub fn official(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../shared/data/trace")
        .join(name);
    if path.exists() {
        return Some(path);
    }
    assert!(
        std::env::var("CI").as_deref() != Ok("true"),
        "{} is missing",
        path.display()
    );
    eprintln!("skipped: {} is missing", path.display());
    None
}

pub fn read_json(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).unwrap();
    serde_json::from_str(text.trim_start_matches('\u{FEFF}')).unwrap()
}

fn schema() -> Option<jsonschema::Validator> {
    Some(jsonschema::validator_for(&read_json(&official("EPCIS-JSON-Schema.json")?)).unwrap())
}

/// Fails when GS1's schema does not accept an answer.
fn assert_valid(schema: &jsonschema::Validator, document: &Value) {
    let errors: Vec<_> = schema.iter_errors(document).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?} in {document:#}");
}

/// Every example document, by its path.
fn examples(folder: &Path, found: &mut BTreeMap<PathBuf, Value>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            examples(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "jsonld") {
            let value = read_json(&path);
            if value["type"] == "EPCISDocument" {
                found.insert(path, value);
            }
        }
    }
}

/// A document of `events`, with a prefix of somebody's.
pub fn document(events: &[Value]) -> Value {
    json!({
        "@context": [CONTEXT, {"example": "https://ns.example.com/epcis/"}],
        "type": "EPCISDocument", "schemaVersion": "2.0", "creationDate": "2026-11-20T08:00:00+07:00",
        "epcisBody": {"eventList": events},
    })
}

/// Somebody saw `epc`.
pub fn seen(id: &str, epc: &str) -> Value {
    json!({
        "type": "ObjectEvent", "eventID": id, "eventTime": "2026-11-20T07:30:00.000+07:00",
        "eventTimeZoneOffset": "+07:00", "action": "OBSERVE", "bizStep": "shipping", "disposition": "in_transit",
        "epcList": [epc],
    })
}

/// An event that stands alone says what its words mean.
fn alone(event: &Value) -> Value {
    let mut event = event.clone();
    event["@context"] = json!([CONTEXT]);
    event
}

pub fn encoded(name: &str) -> String {
    name.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// Hands `document` in and returns its job.
pub async fn capture(client: &Client, document: &Value) -> Value {
    let answer = client.post(&format!("{BASE}/capture"), document).await;
    answer.expect(StatusCode::ACCEPTED);
    job(client, &answer).await
}

/// As `epcis2.js` does: the last segment of `Location`, asked for until it no longer runs.
pub async fn job(client: &Client, answer: &Answer) -> Value {
    let location = answer.headers[header::LOCATION].to_str().unwrap();
    let id = location.rsplit('/').next().unwrap();
    loop {
        let job = client.get(&format!("{BASE}/capture/{id}")).await.expect(StatusCode::OK);
        if job["running"] == false {
            return job;
        }
    }
}

/// The events of an answer.
pub fn events(answer: &Value) -> Vec<Value> {
    answer["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
        .as_array()
        .unwrap()
        .clone()
}

/// The `eventID`s of an answer.
pub fn names(answer: &Value) -> Vec<String> {
    events(answer).iter().map(|event| text(event, "eventID")).collect()
}

pub async fn count(app: &TestApp) -> u64 {
    event::Entity::find().count(app.app.db().read()).await.unwrap()
}

pub async fn with_headers(
    client: &Client,
    method: Method,
    path: &str,
    headers: &[(&str, &str)],
    body: &Value,
) -> Answer {
    let mut request = client.request(method.clone(), path);
    if !body.is_null() {
        request = request.json(body);
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    Answer::of(method, path, request).await
}

async fn the_examples(backend: Backend) {
    let (Some(folder), Some(schema), Some(hashes)) =
        (official("epcis-examples"), schema(), official("event_hashes.json"))
    else {
        return;
    };
    let hashes = read_json(&hashes);
    let mut all = BTreeMap::new();
    examples(&folder, &mut all);
    let mut waiting: Vec<(PathBuf, Value)> = all
        .into_iter()
        .filter(|(_, document)| schema.is_valid(document))
        .collect();
    assert!(waiting.len() >= 40, "only {} examples", waiting.len());
    // Some examples give one id to different events: those go to a repository of their own.
    while !waiting.is_empty() {
        let Some(app) = TestApp::start(backend).await else {
            return;
        };
        let farmer = app.farmer().await;
        let mut taken: HashMap<String, Value> = HashMap::new();
        let mut later = Vec::new();
        for (path, document) in waiting {
            let name = path.strip_prefix(&folder).unwrap().to_str().unwrap().to_owned();
            let sent = document["epcisBody"]["eventList"].as_array().unwrap().clone();
            let clashes = sent.iter().any(|event| {
                let id = event["eventID"].as_str().unwrap_or_default();
                taken.get(id).is_some_and(|other| other != event)
            });
            if clashes {
                later.push((path, document));
                continue;
            }
            let job = capture(&farmer.client, &document).await;
            assert_eq!(
                (&job["success"], &job["errors"]),
                (&json!(true), &json!([])),
                "{name}: {job}"
            );
            for (place, event) in sent.iter().enumerate() {
                let known = hashes["hashes"][&name][place.to_string()].as_str();
                let id = match event["eventID"].as_str() {
                    Some(id) => id.to_owned(),
                    None => match known {
                        Some(hash) => hash.to_owned(),
                        None => continue,
                    },
                };
                taken.insert(id.clone(), event.clone());
                let found = farmer
                    .client
                    .get(&format!("{BASE}/events/{}", encoded(&id)))
                    .await
                    .expect(StatusCode::OK);
                assert_valid(&schema, &found);
                let mut same = events(&found).into_iter().map(|mut found| {
                    assert!(found["recordTime"].is_string());
                    let found = found.as_object_mut().unwrap();
                    found.remove("recordTime");
                    found.remove("@context");
                    if event.get("eventID").is_none() {
                        found.remove("eventID");
                    }
                    Value::Object(found.clone())
                });
                let mut wanted = event.clone();
                wanted.as_object_mut().unwrap().remove("recordTime");
                wanted.as_object_mut().unwrap().remove("@context");
                assert!(same.any(|found| found == wanted), "{name} {place}: {wanted:#}");
                if let Some(hash) = known {
                    let rows = event::Entity::find().all(app.app.db().read()).await.unwrap();
                    assert!(
                        rows.iter().any(|row| row.event_id == id && row.hash == hash),
                        "{name} {place}: {hash}"
                    );
                }
            }
        }
        app.finish().await;
        waiting = later;
    }
}

mod every_official_example_is_captured_and_read_back_equal {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn sqlite() {
        the_examples(Backend::Sqlite).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        the_examples(Backend::Postgres).await;
    }
}

on_both!(the_same_event_is_kept_once_and_another_of_its_name_is_refused, |app| {
    let farmer = app.farmer().await;
    let event = seen("urn:uuid:1", "urn:epc:id:sgtin:0614141.107346.1");
    let without = {
        let mut event = seen("", "urn:epc:id:sgtin:0614141.107346.2");
        event.as_object_mut().unwrap().remove("eventID");
        event
    };
    for _ in 0..2 {
        let job = capture(&farmer.client, &document(&[event.clone(), without.clone()])).await;
        assert_eq!(job["success"], true, "{job}");
        let answer = farmer.client.post(&format!("{BASE}/events"), &alone(&event)).await;
        answer.expect(StatusCode::CREATED);
        assert_eq!(answer.headers["location"], format!("{BASE}/events/urn%3Auuid%3A1"));
    }
    assert_eq!(count(app).await, 2);
    // What has no id has its hash for one.
    let all = farmer
        .client
        .get(&format!("{BASE}/events"))
        .await
        .expect(StatusCode::OK);
    assert!(names(&all)[1].starts_with("ni:///sha-256;"), "{all}");

    let mut other = event.clone();
    other["disposition"] = json!("damaged");
    let answer = farmer.client.post(&format!("{BASE}/events"), &alone(&other)).await;
    assert_eq!(answer.wrong(StatusCode::CONFLICT), ["/eventID"]);
    assert_eq!(answer.json()["type"], "epcisException:ResourceAlreadyExistsException");
    let fresh = seen("urn:uuid:3", "urn:epc:id:sgtin:0614141.107346.3");
    let job = capture(&farmer.client, &document(&[fresh.clone(), other.clone()])).await;
    assert_eq!(
        (&job["success"], &job["errors"][0]["index"]),
        (&json!(false), &json!(1)),
        "{job}"
    );
    assert_eq!(job["errors"][0]["pointer"], "/epcisBody/eventList/1/eventID");
    assert_eq!(count(app).await, 2, "nothing of it was kept");

    // A declaration of error carries the id of what it declares to be wrong; both stay visible.
    let mut declares = event.clone();
    declares["errorDeclaration"] = json!({"declarationTime": "2026-11-21T08:00:00Z", "reason": "incorrect_data",
        "correctiveEventIDs": ["urn:uuid:4"]});
    let job = capture(&farmer.client, &document(&[declares.clone(), declares.clone()])).await;
    assert_eq!(job["success"], true, "{job}");
    let both = farmer
        .client
        .get(&format!("{BASE}/events/{}", encoded("urn:uuid:1")))
        .await;
    let both = events(&both.expect(StatusCode::OK));
    assert_eq!(both.len(), 2);
    assert!(both[0].get("errorDeclaration").is_none() && both[1].get("errorDeclaration").is_some());
    // Nobody declares another's event to be wrong.
    let neighbour = app.farmer().await;
    declares["errorDeclaration"]["declarationTime"] = json!("2026-11-22T08:00:00Z");
    let answer = neighbour
        .client
        .post(&format!("{BASE}/events"), &alone(&declares))
        .await;
    assert_eq!(answer.wrong(StatusCode::CONFLICT), ["/eventID"]);
});

on_both!(who_captured_reads_and_everybody_reads_of_our_batches, |app| {
    let farmer = app.farmer().await;
    let product = farmer.makes("Chè nõn tôm").await;
    let link = |batch: &Value| text(batch, "digital_link");
    let mixed = json!({
        "type": "ObjectEvent", "eventID": "urn:uuid:ours", "eventTime": "2026-11-20T07:30:00Z",
        "eventTimeZoneOffset": "+07:00", "action": "OBSERVE", "bizStep": "receiving",
    });
    let batch = farmer.harvests(&product, "20").await;
    let partner = app.farmer().await;
    let mut ours = mixed.clone();
    // A partner writes the batch its own way.
    let canonical = link(&batch).replace(crate::harness::RESOLVER, "https://id.gs1.org");
    ours["quantityList"] = json!([{"epcClass": canonical, "quantity": 5, "uom": "KGM"}]);
    let theirs = seen("urn:uuid:theirs", "urn:epc:id:sgtin:0614141.107346.1");
    let job = capture(&partner.client, &document(&[ours, theirs])).await;
    assert_eq!(job["success"], true, "{job}");

    let theirs = format!("{BASE}/events/{}", encoded("urn:uuid:theirs"));
    let ours = format!("{BASE}/events/{}", encoded("urn:uuid:ours"));
    let officer = app.in_office("0911000003", "Cán bộ", Office::Officer).await;
    let admin = app.in_office("0911000006", "Quản trị", Office::Administrator).await;
    for client in [&app.guest(), &farmer.client] {
        client.get(&ours).await.expect(StatusCode::OK);
        let hidden = client.get(&theirs).await;
        hidden.expect(StatusCode::NOT_FOUND);
        assert_eq!(hidden.json()["type"], "epcisException:NoSuchNameException");
    }
    for client in [&partner.client, &officer, &admin] {
        client.get(&theirs).await.expect(StatusCode::OK);
    }
    // By the sticker's own link everybody finds the harvest and what the partner told.
    let of_batch = format!("{BASE}/epcs/{}/events", encoded(&link(&batch)));
    let found = app.guest().get(&of_batch).await.expect(StatusCode::OK);
    assert_eq!(events(&found).len(), 2, "{found:#}");
    let listed = app.guest().get(&format!("{BASE}/events")).await.expect(StatusCode::OK);
    assert_eq!(
        events(&listed).len(),
        2,
        "the diary of a plot is the farmer's: {listed:#}"
    );

    // A buyer captures nothing; a guest neither; an administrator for nobody.
    let buyer = app.person("0911000044", "Người mua").await;
    let fresh = seen("urn:uuid:5", "urn:epc:id:sgtin:0614141.107346.5");
    let capture_at = format!("{BASE}/capture");
    buyer
        .post(&capture_at, &document(std::slice::from_ref(&fresh)))
        .await
        .expect(StatusCode::FORBIDDEN);
    app.guest()
        .post(&capture_at, &document(std::slice::from_ref(&fresh)))
        .await
        .expect(StatusCode::UNAUTHORIZED);
    assert_eq!(capture(&admin, &document(&[fresh])).await["success"], true);
    partner
        .client
        .get(&format!("{BASE}/events/{}", encoded("urn:uuid:5")))
        .await
        .expect(StatusCode::NOT_FOUND);
    // Of others' jobs nothing is told.
    assert_eq!(
        partner
            .client
            .get(&capture_at)
            .await
            .expect(StatusCode::OK)
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(farmer.client.get(&capture_at).await.expect(StatusCode::OK), json!([]));
});

on_both!(a_batch_that_is_registered_later_opens_what_was_told_of_it, |app| {
    let farmer = app.farmer().await;
    let product = farmer.makes("Chè đinh").await;
    let partner = app.farmer().await;
    let name = format!("https://id.gs1.org/01/{}/10/SAU-1", text(&product, "gtin"));
    let event = json!({
        "type": "ObjectEvent", "eventID": "urn:uuid:early", "eventTime": "2026-11-20T07:30:00Z",
        "eventTimeZoneOffset": "+07:00", "action": "OBSERVE", "quantityList": [{"epcClass": name}],
    });
    capture(&partner.client, &document(&[event])).await;
    let early = format!("{BASE}/events/{}", encoded("urn:uuid:early"));
    app.guest().get(&early).await.expect(StatusCode::NOT_FOUND);
    let plot = farmer.plants(3600).await;
    let batch = json!({"product_id": product["id"], "lot": "SAU-1", "quantity": {"value": "3", "unit": "kg"},
        "harvested_on": "2026-11-20", "plot_ids": [plot]});
    farmer
        .client
        .post("/api/v1/batches", &batch)
        .await
        .expect(StatusCode::CREATED);
    app.guest().get(&early).await.expect(StatusCode::OK);
});

on_both!(what_is_wrong_is_named_and_leaves_nothing_behind, |app| {
    let farmer = app.farmer().await;
    let capture_at = format!("{BASE}/capture");
    let good = seen("urn:uuid:good", "urn:epc:id:sgtin:0614141.107346.1");
    let change = |change: fn(&mut Value)| {
        let mut event = seen("urn:uuid:bad", "urn:epc:id:sgtin:0614141.107346.2");
        change(&mut event);
        event
    };
    let bad = [
        change(|event| event["bizStep"] = json!("harvesting")),
        change(|event| event["disposition"] = json!("fresh")),
        change(|event| event["eventTime"] = json!("yesterday")),
        change(|event| event["eventTimeZoneOffset"] = json!("+25:00")),
        change(|event| {
            event["action"] = json!("ADD");
            event["ilmd"] = json!({"lot": "1"});
        }),
        change(|event| event["type"] = json!("HarvestEvent")),
        change(|event| event["epcList"] = json!("one")),
        json!({
            "type": "TransformationEvent", "eventID": "urn:uuid:circle", "eventTime": "2026-11-20T07:30:00Z",
            "eventTimeZoneOffset": "+07:00",
            "inputEPCList": ["urn:epc:id:sgtin:0614141.107346.7"], "outputEPCList": ["urn:epc:id:sgtin:0614141.107346.7"],
        }),
        json!(7),
    ];
    for event in &bad {
        let answer = farmer
            .client
            .post(&capture_at, &document(&[good.clone(), event.clone()]))
            .await;
        let pointers = answer.wrong(StatusCode::BAD_REQUEST);
        assert!(
            !pointers.is_empty()
                && pointers
                    .iter()
                    .all(|pointer| pointer.starts_with("/epcisBody/eventList/1")),
            "{pointers:?} of {event}"
        );
        assert_eq!(answer.json()["type"], "epcisException:ValidationException");
    }
    assert_eq!(count(app).await, 0);
    // All that is wrong is named at once.
    let mut all = vec![good.clone()];
    all.extend(bad.iter().cloned());
    let named = farmer
        .client
        .post(&capture_at, &document(&all))
        .await
        .wrong(StatusCode::BAD_REQUEST);
    let places: BTreeSet<&str> = named.iter().filter_map(|pointer| pointer.split('/').nth(3)).collect();
    assert_eq!(places.len(), bad.len(), "{named:?}");
    // With `proceed` the good one is kept, and the job lists the others by their place.
    let proceed = [("GS1-Capture-Error-Behaviour", "proceed")];
    let answer = with_headers(&farmer.client, Method::POST, &capture_at, &proceed, &document(&all)).await;
    answer.expect(StatusCode::ACCEPTED);
    let job = job(&farmer.client, &answer).await;
    assert_eq!(
        (&job["success"], &job["captureErrorBehaviour"]),
        (&json!(false), &json!("proceed"))
    );
    let listed: BTreeSet<u64> = job["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| error["index"].as_u64().unwrap())
        .collect();
    assert_eq!(listed, (1..=bad.len() as u64).collect(), "{job:#}");
    assert_eq!(count(app).await, 1);

    // A circle over several events, and over what was told before.
    let made = |id: &str, from: &str, into: &str| {
        json!({"type": "TransformationEvent", "eventID": format!("urn:uuid:{id}"), "eventTime": "2026-11-20T07:30:00Z",
            "eventTimeZoneOffset": "+07:00", "inputEPCList": [format!("urn:x:{from}")], "outputEPCList": [format!("urn:x:{into}")]})
    };
    let circle = document(&[made("a", "1", "2"), made("b", "2", "3"), made("c", "3", "1")]);
    let named = farmer
        .client
        .post(&capture_at, &circle)
        .await
        .wrong(StatusCode::BAD_REQUEST);
    assert!(
        named
            .iter()
            .all(|pointer| pointer.starts_with("/epcisBody/eventList/2")),
        "{named:?}"
    );
    assert_eq!(
        capture(&farmer.client, &document(&[made("a", "1", "2")])).await["success"],
        true
    );
    let closing = capture(&farmer.client, &document(&[made("d", "2", "1")])).await;
    assert_eq!(
        (&closing["success"], &closing["errors"][0]["index"]),
        (&json!(false), &json!(0))
    );
    assert_eq!(count(app).await, 2);
});

on_both!(what_is_no_document_is_refused, |app| {
    let farmer = app.farmer().await;
    let capture_at = format!("{BASE}/capture");
    let send = async |kind: &str, body: Vec<u8>| {
        let request = farmer
            .client
            .request(Method::POST, &capture_at)
            .header("content-type", kind.to_owned());
        Answer::of(Method::POST, &capture_at, request.body(body)).await
    };
    let json = "application/json";
    for (kind, body, status) in [
        (json, "{".to_owned(), StatusCode::BAD_REQUEST),
        (json, "7".to_owned(), StatusCode::BAD_REQUEST),
        (json, r#"{"type": "EPCISDocument"}"#.to_owned(), StatusCode::BAD_REQUEST),
        (json, "[".repeat(100_000), StatusCode::BAD_REQUEST),
        (
            json,
            format!(
                r#"{{"type":"EPCISDocument","@context":{}1{}}}"#,
                "[".repeat(100_000),
                "]".repeat(100_000)
            ),
            StatusCode::BAD_REQUEST,
        ),
        ("text/csv", "a,b".to_owned(), StatusCode::UNSUPPORTED_MEDIA_TYPE),
        ("application/xml", "<a".to_owned(), StatusCode::BAD_REQUEST),
        (json, " ".repeat(9 * 1024 * 1024), StatusCode::PAYLOAD_TOO_LARGE),
        (json, " ".repeat(50 * 1024 * 1024), StatusCode::PAYLOAD_TOO_LARGE),
    ] {
        let answer = send(kind, body.into_bytes()).await;
        assert_eq!(answer.status, status, "{kind}: {}", answer.text());
    }
    let many: Vec<Value> = (0..1001).map(|n| seen(&format!("urn:uuid:{n}"), "urn:x:1")).collect();
    let answer = farmer.client.post(&capture_at, &document(&many)).await;
    answer.expect(StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(answer.headers["gs1-epcis-capture-limit"], "1000");
    assert_eq!(answer.json()["type"], "epcisException:CaptureLimitExceededException");
    for (header, value) in [
        ("GS1-EPCIS-Version", "1.2"),
        ("GS1-EPCIS-Min", "3.0"),
        ("GS1-CBV-Max", "1.0"),
        ("GS1-EPC-Format", "Always_EPC_URN"),
        ("GS1-Capture-Error-Behaviour", "shrug"),
        ("Accept", "text/html"),
    ] {
        let body = document(&[seen("urn:uuid:1", "urn:x:1")]);
        let answer = with_headers(&farmer.client, Method::POST, &capture_at, &[(header, value)], &body).await;
        assert_eq!(answer.status, StatusCode::NOT_ACCEPTABLE, "{header}: {value}");
    }
    assert_eq!(count(app).await, 0);
});

on_both!(two_that_capture_the_same_id_at_once_keep_it_once, |app| {
    let (one, other) = (app.farmer().await, app.farmer().await);
    for round in 0..5 {
        let id = format!("urn:uuid:{round}");
        let same = document(&[seen(&id, "urn:x:1")]);
        let different = document(&[seen(&id, "urn:x:2")]);
        let (first, second) = tokio::join!(capture(&one.client, &same), capture(&other.client, &different));
        let succeeded = [first, second].iter().filter(|job| job["success"] == true).count();
        assert_eq!(succeeded, 1);
        let id = format!("urn:uuid:same-{round}");
        let same = document(&[seen(&id, "urn:x:1")]);
        let (first, second) = tokio::join!(capture(&one.client, &same), capture(&one.client, &same));
        assert_eq!((&first["success"], &second["success"]), (&json!(true), &json!(true)));
        assert_eq!(count(app).await, (round + 1) * 2);
    }
});

on_both!(one_key_is_one_job, |app| {
    let farmer = app.farmer().await;
    let body = document(&[seen("urn:uuid:1", "urn:x:1")]);
    let capture_at = format!("{BASE}/capture");
    let first = farmer.client.post_once(&capture_at, "k", &body).await;
    let second = farmer.client.post_once(&capture_at, "k", &body).await;
    first.expect(StatusCode::ACCEPTED);
    second.expect(StatusCode::ACCEPTED);
    assert_eq!(first.headers["location"], second.headers["location"]);
    let other = document(&[seen("urn:uuid:2", "urn:x:1")]);
    farmer
        .client
        .post_once(&capture_at, "k", &other)
        .await
        .expect(StatusCode::UNPROCESSABLE_ENTITY);
});

on_both!(every_route_says_what_it_speaks, |app| {
    let described = crate::harness::document();
    let mut asked = 0;
    for (path, item) in described["paths"].as_object().unwrap() {
        if !path.starts_with(BASE) || path.contains("nextPageToken") {
            continue;
        }
        assert!(item.get("options").is_some(), "{path} is not discovered");
        let place = path.replace(['{', '}'], "");
        let answer = with_headers(&app.guest(), Method::OPTIONS, &place, &[], &Value::Null).await;
        answer.expect(StatusCode::NO_CONTENT);
        for header in [
            "allow",
            "gs1-epcis-version",
            "gs1-epcis-min",
            "gs1-epcis-max",
            "gs1-cbv-version",
            "gs1-epc-format",
        ] {
            assert!(answer.headers.contains_key(header), "{path}: {header}");
        }
        let allowed = answer.headers["allow"].to_str().unwrap();
        for method in item.as_object().unwrap().keys() {
            assert!(
                allowed.contains(&method.to_uppercase()),
                "{path}: {method} is not in {allowed}"
            );
        }
        let older = with_headers(
            &app.guest(),
            Method::OPTIONS,
            &place,
            &[("GS1-EPCIS-Max", "1.2")],
            &Value::Null,
        )
        .await;
        older.expect(StatusCode::NOT_ACCEPTABLE);
        asked += 1;
    }
    assert!(asked >= 28, "only {asked} routes");
    let root = app.guest().get(BASE).await.expect(StatusCode::OK);
    assert_eq!(root["member"].as_array().unwrap().len(), 9);
});
