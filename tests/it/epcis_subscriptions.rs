//! Who subscribes to a query hears of each event once it matters, signed, and again until it has arrived.

use std::{
    collections::{BTreeSet, VecDeque},
    sync::{Arc, Mutex},
    time::Duration,
};

use aws_lc_rs::hmac;
use axum::{Router, body::Bytes, extract::State, http::HeaderMap, http::StatusCode as Status, routing::any};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use futures_util::StreamExt;
use reqwest::StatusCode;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio_tungstenite::tungstenite::{Message, client::IntoClientRequest};

use crate::{
    epcis::{BASE, capture, document, encoded, names, seen},
    harness::{Backend, Client, TestApp, text},
    on_both,
};

const SECRET: &str = "13df38d8275b13f05704629e5f1cf3d45d6132d5";
const HOUR_MS: i64 = 60 * 60 * 1000;

/// Declares a test that runs on both databases, in a demo: there, this machine may be sent to.
macro_rules! in_demos {
    ($name:ident, |$app:ident| $body:block) => {
        mod $name {
            use super::*;

            async fn run($app: &TestApp) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                let app = TestApp::start_demo(Backend::Sqlite).await.unwrap();
                run(&app).await;
                app.finish().await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                let Some(app) = TestApp::start_demo(Backend::Postgres).await else { return };
                run(&app).await;
                app.finish().await;
            }
        }
    };
}

/// A system that hears: what it was sent, and what it says to the next ones.
#[derive(Clone, Default)]
struct Receiver {
    url: String,
    heard: Arc<Mutex<Vec<(HeaderMap, Value)>>>,
    replies: Arc<Mutex<VecDeque<u16>>>,
}

impl Receiver {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let receiver = Self {
            url: format!("http://{}/here", listener.local_addr().unwrap()),
            ..Self::default()
        };
        let router = Router::new().route("/{*path}", any(hear)).with_state(receiver.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        receiver
    }

    fn will_say(&self, replies: &[u16]) {
        self.replies.lock().unwrap().extend(replies);
    }

    /// The names of all events heard, in their order.
    fn names(&self) -> Vec<String> {
        self.heard
            .lock()
            .unwrap()
            .iter()
            .flat_map(|(_, body)| names(body))
            .collect()
    }

    /// Waits until `count` deliveries were heard.
    async fn hears(&self, count: usize) {
        for _ in 0..1200 {
            if self.heard.lock().unwrap().len() >= count {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!(
            "{} deliveries in a minute, not {count}",
            self.heard.lock().unwrap().len()
        );
    }
}

async fn hear(State(receiver): State<Receiver>, headers: HeaderMap, body: Bytes) -> Status {
    // The signature is over the bytes as they came.
    let text = std::str::from_utf8(&body).unwrap();
    let of = |name: &str| headers[name].to_str().unwrap().to_owned();
    let signed = format!("{}.{}.{text}", of("webhook-id"), of("webhook-timestamp"));
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes()), signed.as_bytes());
    assert_eq!(of("gs1-signature"), format!("v1,{}", STANDARD.encode(tag)));
    assert_eq!(of("gs1-epcis-version"), "2.0.0");
    receiver
        .heard
        .lock()
        .unwrap()
        .push((headers, serde_json::from_slice(&body).unwrap()));
    let reply = receiver.replies.lock().unwrap().pop_front();
    Status::from_u16(reply.unwrap_or(204)).unwrap()
}

async fn query(client: &Client, name: &str) -> String {
    let query = json!({"name": name, "query": {"EQ_bizStep": ["shipping"]}});
    client
        .post(&format!("{BASE}/queries"), &query)
        .await
        .expect(StatusCode::CREATED);
    format!("{BASE}/queries/{name}")
}

async fn ship(client: &Client, id: &str) {
    let other = {
        let mut event = seen(&format!("{id}-other"), "urn:x:1");
        event["bizStep"] = json!("packing");
        event
    };
    let job = capture(client, &document(&[seen(id, "urn:x:1"), other])).await;
    assert_eq!(job["success"], true, "{job}");
}

in_demos!(
    a_stream_brings_each_event_once_and_goes_on_only_when_it_arrived,
    |app| {
        let farmer = app.farmer().await;
        let receiver = Receiver::start().await;
        let place = query(&farmer.client, "shipped").await;
        let subscriptions = format!("{place}/subscriptions");
        ship(&farmer.client, "urn:uuid:before").await;
        app.app.source().advance(HOUR_MS);
        let wish = json!({"dest": receiver.url, "signatureToken": SECRET, "stream": true});
        let made = farmer.client.post(&subscriptions, &wish).await;
        let made = made.expect(StatusCode::CREATED);
        assert!(!made.to_string().contains(SECRET) && made["stream"] == true, "{made}");
        let one = format!("{subscriptions}/{}", text(&made, "subscriptionID"));

        ship(&farmer.client, "urn:uuid:1").await;
        receiver.hears(1).await;
        ship(&farmer.client, "urn:uuid:2").await;
        receiver.hears(2).await;
        assert_eq!(receiver.names(), ["urn:uuid:1", "urn:uuid:2"]);
        let (_, body) = receiver.heard.lock().unwrap()[0].clone();
        let results = &body["epcisBody"]["queryResults"];
        assert_eq!(
            (&results["queryName"], &results["subscriptionID"]),
            (&json!("shipped"), &made["subscriptionID"])
        );

        // It fails: the same comes again after a pause, and what is newer with it.
        receiver.will_say(&[500, 302]);
        ship(&farmer.client, "urn:uuid:3").await;
        receiver.hears(3).await;
        ship(&farmer.client, "urn:uuid:4").await;
        for deliveries in 4..=5 {
            // The attempt is settled before its pause is over.
            for _ in 0..600 {
                let state = farmer.client.get(&one).await.expect(StatusCode::OK);
                if state["lastError"].is_string() && receiver.heard.lock().unwrap().len() == deliveries - 1 {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            app.app.source().advance(HOUR_MS);
            receiver.hears(deliveries).await;
        }
        let heard: BTreeSet<_> = receiver.names().into_iter().collect();
        assert_eq!(heard.len(), 4, "{heard:?}");
        // Another process on the same database sends nothing twice.
        let beside = app.beside().await;
        ship(&farmer.client, "urn:uuid:5").await;
        receiver.hears(6).await;
        tokio::time::sleep(Duration::from_secs(2)).await;
        assert_eq!(receiver.names().iter().filter(|name| *name == "urn:uuid:5").count(), 1);
        drop(beside);

        farmer.client.delete(&one).await.expect(StatusCode::NO_CONTENT);
        farmer.client.get(&one).await.expect(StatusCode::NOT_FOUND);
        assert_eq!(
            farmer.client.get(&subscriptions).await.expect(StatusCode::OK),
            json!([])
        );
    }
);

in_demos!(a_schedule_brings_what_came_since_and_says_when_nothing_did, |app| {
    let farmer = app.farmer().await;
    let (receiver, quiet) = (Receiver::start().await, Receiver::start().await);
    let place = query(&farmer.client, "nightly").await;
    let subscriptions = format!("{place}/subscriptions");
    let mut wish = json!({"dest": receiver.url, "signatureToken": SECRET, "schedule": {"hour": "1", "minute": "5"},
        "reportIfEmpty": true});
    farmer
        .client
        .post(&subscriptions, &wish)
        .await
        .expect(StatusCode::CREATED);
    wish["reportIfEmpty"] = json!(false);
    wish["dest"] = json!(quiet.url);
    farmer
        .client
        .post(&subscriptions, &wish)
        .await
        .expect(StatusCode::CREATED);
    ship(&farmer.client, "urn:uuid:1").await;
    ship(&farmer.client, "urn:uuid:2").await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(receiver.names(), [""; 0], "it is not night yet");
    app.app.source().advance(24 * HOUR_MS);
    receiver.hears(1).await;
    quiet.hears(1).await;
    assert_eq!(receiver.names(), ["urn:uuid:1", "urn:uuid:2"]);
    for night in 2..4 {
        // The night before is settled first.
        tokio::time::sleep(Duration::from_secs(1)).await;
        app.app.source().advance(24 * HOUR_MS);
        receiver.hears(night).await;
    }
    assert_eq!(receiver.names().len(), 2, "nights without news are told, too");
    assert_eq!(quiet.heard.lock().unwrap().len(), 1);
});

in_demos!(a_socket_brings_what_comes_until_the_query_is_gone, |app| {
    let farmer = app.farmer().await;
    let place = query(&farmer.client, "live").await;
    let open = async |client: &Client, rest: &str| {
        let address = format!("{}{place}/events{rest}", app.url.replace("http://", "ws://"));
        let mut request = address.into_client_request().unwrap();
        if let Some(token) = &client.token {
            let value = format!("Bearer {token}").parse().unwrap();
            request.headers_mut().insert("authorization", value);
        }
        tokio_tungstenite::connect_async(request).await
    };
    let (mut socket, answer) = open(&farmer.client, "?stream=true").await.unwrap();
    assert_eq!(answer.status(), 101);
    for id in ["urn:uuid:1", "urn:uuid:2"] {
        ship(&farmer.client, id).await;
        let Some(Ok(Message::Text(text))) = socket.next().await else {
            panic!("no message");
        };
        assert_eq!(names(&serde_json::from_str(&text).unwrap()), [id]);
    }
    // A stranger, a guest, and wishes that are none.
    assert!(open(&app.farmer().await.client, "?stream=true").await.is_err());
    assert!(open(&app.guest(), "?stream=true").await.is_err());
    assert!(open(&farmer.client, "?stream=true&hour=1").await.is_err());
    let unasked = farmer.client.get(&format!("{place}/events?stream=true")).await;
    assert_eq!(unasked.wrong(StatusCode::BAD_REQUEST), ["?stream"]);

    farmer.client.delete(&place).await.expect(StatusCode::NO_CONTENT);
    let end = tokio::time::timeout(Duration::from_mins(1), socket.next())
        .await
        .unwrap();
    assert!(matches!(end, Some(Ok(Message::Close(_))) | None), "{end:?}");
});

on_both!(what_is_no_subscription_is_refused, |app| {
    let farmer = app.farmer().await;
    let subscriptions = format!("{}/subscriptions", query(&farmer.client, "shipped").await);
    let good = json!({"dest": "https://client.example.com/hear", "signatureToken": SECRET, "stream": true});
    for (change, pointer) in [
        (json!({"dest": "http://client.example.com/hear"}), "/dest"),
        (json!({"dest": "https://127.0.0.1/hear"}), "/dest"),
        (json!({"dest": "https://192.168.0.1/hear"}), "/dest"),
        (json!({"dest": "ftp://client.example.com"}), "/dest"),
        (json!({"dest": null}), "/dest"),
        (json!({"signatureToken": "short"}), "/signatureToken"),
        (json!({"signatureToken": null}), "/signatureToken"),
        (json!({"stream": false}), "/stream"),
        (json!({"schedule": {"hour": "1"}}), "/stream"),
        (json!({"stream": false, "schedule": {"hour": "25"}}), "/schedule/hour"),
        (json!({"stream": "yes"}), "/stream"),
        (json!({"initialRecordTime": "yesterday"}), "/initialRecordTime"),
        (json!({"colour": "red"}), "/colour"),
    ] {
        let mut wish = good.clone();
        for (key, value) in change.as_object().unwrap() {
            wish[key] = value.clone();
        }
        let answer = farmer.client.post(&subscriptions, &wish).await;
        let pointers = answer.wrong(StatusCode::BAD_REQUEST);
        assert!(pointers.contains(&pointer.to_owned()), "{pointers:?} for {change}");
        assert_eq!(answer.json()["type"], "epcisException:SubscriptionControlsException");
    }
    let unknown = format!("{subscriptions}/{}", encoded("0193a6c8-4b1e-7c32-9d40-0f2a4c6e8a10"));
    farmer.client.get(&unknown).await.expect(StatusCode::NOT_FOUND);
    for _ in 0..10 {
        farmer
            .client
            .post(&subscriptions, &good)
            .await
            .expect(StatusCode::CREATED);
    }
    farmer
        .client
        .post(&subscriptions, &good)
        .await
        .expect(StatusCode::CONFLICT);
});
