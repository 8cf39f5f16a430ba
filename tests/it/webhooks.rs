//! Sellers' own systems: a receiver on this machine that verifies what comes by its own means, fails, dawdles, sends us
//! elsewhere and dies.

use std::{
    collections::{BTreeMap, VecDeque},
    future::Future,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode as Status, header},
    response::{IntoResponse, Response},
    routing::any,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use choque::{catalogue::webhooks::emit, db::Actor};
use entity::{
    catalogue::{webhook_delivery, webhook_endpoint},
    frame::idempotency,
    ids::SellerId,
};
use reqwest::StatusCode;
use sea_orm::{DbErr, EntityTrait, sea_query::Expr};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tokio::{net::TcpListener, sync::Notify};

use crate::{
    harness::{Backend, Client, Farmer, TestApp, text},
    on_both,
};

const ENDPOINTS: &str = "/api/v1/webhook-endpoints";
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

/// What the receiver does with a delivery.
#[derive(Clone, Debug)]
enum Reply {
    Status(u16),
    /// Sends us to another address.
    Elsewhere(String),
    /// Says nothing until it is let go.
    Dawdle,
    /// Says yes, and talks on for ever.
    Chatter,
}

#[derive(Clone, Debug)]
struct Heard {
    path: String,
    id: String,
    timestamp: i64,
    signature: String,
    body: String,
}

struct Inner {
    url: String,
    heard: Mutex<Vec<Heard>>,
    replies: Mutex<VecDeque<Reply>>,
    otherwise: Mutex<Reply>,
    let_go: Notify,
}

/// A seller's own system.
#[derive(Clone)]
struct Receiver(Arc<Inner>);

impl Receiver {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let receiver = Self(Arc::new(Inner {
            url: format!("http://{}", listener.local_addr().unwrap()),
            heard: Mutex::default(),
            replies: Mutex::default(),
            otherwise: Mutex::new(Reply::Status(204)),
            let_go: Notify::new(),
        }));
        let router = Router::new().route("/{*path}", any(hear)).with_state(receiver.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        receiver
    }

    fn address(&self, path: &str) -> String {
        format!("{}/{path}", self.0.url)
    }

    /// Replies so to the next deliveries, one after the other.
    fn replies(&self, replies: impl IntoIterator<Item = Reply>) {
        self.0.replies.lock().unwrap().extend(replies);
    }

    fn otherwise(&self, reply: Reply) {
        *self.0.otherwise.lock().unwrap() = reply;
    }

    fn heard(&self) -> Vec<Heard> {
        self.0.heard.lock().unwrap().clone()
    }

    fn count(&self) -> usize {
        self.0.heard.lock().unwrap().len()
    }

    /// The deliveries, once there are `count`.
    async fn hears(&self, count: usize) -> Vec<Heard> {
        until("a delivery", || async { self.count() >= count }).await;
        self.heard()
    }
}

async fn hear(State(receiver): State<Receiver>, Path(path): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    let header = |name: &str| headers[name].to_str().unwrap().to_owned();
    assert_eq!(headers[header::CONTENT_TYPE], "application/json");
    receiver.0.heard.lock().unwrap().push(Heard {
        path,
        id: header("webhook-id"),
        timestamp: header("webhook-timestamp").parse().unwrap(),
        signature: header("webhook-signature"),
        body: String::from_utf8(body.to_vec()).unwrap(),
    });
    let next = receiver.0.replies.lock().unwrap().pop_front();
    let reply = next.unwrap_or_else(|| receiver.0.otherwise.lock().unwrap().clone());
    match reply {
        Reply::Status(status) => Status::from_u16(status).unwrap().into_response(),
        Reply::Elsewhere(to) => (Status::FOUND, [(header::LOCATION, to)]).into_response(),
        Reply::Dawdle => {
            receiver.0.let_go.notified().await;
            Status::OK.into_response()
        }
        Reply::Chatter => {
            let words =
                futures_util::stream::repeat_with(|| Ok::<_, std::io::Error>(Bytes::from_static(&[b'x'; 4096])));
            axum::body::Body::from_stream(words).into_response()
        }
    }
}

/// HMAC-SHA256 as RFC 2104 writes it, in the receiver's own hand.
fn hmac(key: &[u8], text: &[u8]) -> Vec<u8> {
    let mut block = [0_u8; 64];
    block[..key.len()].copy_from_slice(key);
    let padded = |with: u8| block.map(|byte| byte ^ with);
    let inner = Sha256::new().chain_update(padded(0x36)).chain_update(text).finalize();
    Sha256::new()
        .chain_update(padded(0x5c))
        .chain_update(inner)
        .finalize()
        .to_vec()
}

impl Heard {
    /// Whether one of the signatures is that of `secret`.
    fn is_signed_with(&self, secret: &str) -> bool {
        let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
        assert_eq!(key.len(), 32);
        let text = format!("{}.{}.{}", self.id, self.timestamp, self.body);
        let expected = format!("v1,{}", STANDARD.encode(hmac(&key, text.as_bytes())));
        self.signature.split(' ').any(|one| one == expected)
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

async fn until<F: Future<Output = bool>>(what: &str, check: impl Fn() -> F) {
    for _ in 0..600 {
        if check().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{what} did not happen within half a minute");
}

/// Opens an endpoint of the farmer's and returns it, with its secret.
async fn opens(farmer: &Farmer, url: &str) -> Value {
    let endpoint = json!({"seller_id": farmer.seller_id, "url": url});
    farmer
        .client
        .post(ENDPOINTS, &endpoint)
        .await
        .expect(StatusCode::CREATED)
}

/// Something happens to the farmer.
async fn happens(app: &TestApp, farmer: &Farmer, kind: &'static str, data: Value) {
    let seller: SellerId = farmer.seller_id.parse().unwrap();
    app.app
        .write(Actor::System, move |unit| {
            let data = data.clone();
            Box::pin(async move { emit(unit, seller, kind, data).await })
        })
        .await
        .unwrap();
}

fn at(endpoint: &Value, rest: &str) -> String {
    format!("{ENDPOINTS}/{}{rest}", text(endpoint, "id"))
}

async fn deliveries(client: &Client, endpoint: &Value) -> Vec<Value> {
    let list = client
        .get(&at(endpoint, "/deliveries?limit=100"))
        .await
        .expect(StatusCode::OK);
    list["items"].as_array().unwrap().clone()
}

/// The one delivery, once it is in `state`.
async fn delivered(client: &Client, endpoint: &Value, state: &str) -> Value {
    until(state, || async {
        deliveries(client, endpoint).await[0]["state"] == state
    })
    .await;
    deliveries(client, endpoint).await[0].clone()
}

in_demos!(what_happens_arrives_signed_where_it_is_heard_of, |app| {
    let (farmer, other) = (app.farmer().await, app.farmer().await);
    let receiver = Receiver::start().await;
    let all = opens(&farmer, &receiver.address("tat-ca")).await;
    let secret = text(&all, "secret");
    let paid = json!({"url": receiver.address("tien"), "kinds": ["order.paid", "order.paid"], "note": "Kế toán"});
    let paid = farmer.client.post(ENDPOINTS, &paid).await.expect(StatusCode::CREATED);
    assert_eq!(
        (&paid["kinds"], &paid["note"]),
        (&json!(["order.paid"]), &json!("Kế toán"))
    );
    opens(&other, &receiver.address("nguoi-khac")).await;

    let data = json!({"order_id": "1", "number": "CQ-1", "total": 450_000, "note": "Chè \"nõn\"\n"});
    happens(app, &farmer, "order.placed", data.clone()).await;
    let heard = receiver.hears(1).await;
    assert_eq!(heard[0].path, "tat-ca");
    assert!(heard[0].is_signed_with(&secret) && !heard[0].is_signed_with(&text(&paid, "secret")));
    let now = app.app.source().wall_clock().0 / 1000;
    assert!((heard[0].timestamp - now).abs() < 120);
    let body = heard[0].json();
    assert_eq!((&body["type"], &body["data"]), (&json!("order.placed"), &data));
    assert!(text(&body, "timestamp").ends_with('Z') || text(&body, "timestamp").contains('+'));
    assert_eq!(body.as_object().unwrap().len(), 3);

    happens(app, &farmer, "order.paid", json!({})).await;
    let heard = receiver.hears(3).await;
    let ids: BTreeMap<_, _> = heard
        .iter()
        .map(|heard| (heard.path.clone(), heard.id.clone()))
        .collect();
    assert_eq!(ids["tat-ca"], ids["tien"], "one event, one id");
    assert!(heard[0].id.starts_with("msg_") && heard[0].id != ids["tien"]);

    let row = delivered(&farmer.client, &paid, "delivered").await;
    assert_eq!((&row["attempts"], &row["last_status"]), (&json!(1), &json!(204)));
    let one = at(&paid, &format!("/deliveries/{}", text(&row, "id")));
    let one = farmer.client.get(&one).await.expect(StatusCode::OK);
    assert_eq!(
        one["body"],
        heard.iter().find(|heard| heard.path == "tien").unwrap().body
    );
    assert_eq!(one["webhook_id"], ids["tien"]);
    assert!(farmer.client.get(&at(&all, "")).await.expect(StatusCode::OK)["secret"].is_null());
    let page = farmer
        .client
        .get(&format!("{ENDPOINTS}?limit=1"))
        .await
        .expect(StatusCode::OK);
    assert!(page["next_cursor"].is_string() && page["items"][0]["id"] == paid["id"]);
    let heard = receiver.heard();
    assert!(heard.iter().all(|heard| heard.path != "nguoi-khac"), "{heard:?}");
});

in_demos!(what_fails_is_sent_again_under_the_same_id_with_the_same_body, |app| {
    let farmer = app.farmer().await;
    let receiver = Receiver::start().await;
    let endpoint = opens(&farmer, &receiver.address("nhan")).await;
    receiver.replies([
        Reply::Status(500),
        Reply::Elsewhere(receiver.address("cho-khac")),
        Reply::Elsewhere("http://169.254.169.254/latest".to_owned()),
        Reply::Status(404),
        Reply::Chatter,
    ]);
    happens(app, &farmer, "order.placed", json!({"number": "CQ-2"})).await;
    for attempt in 1..5 {
        receiver.hears(attempt).await;
        until("the attempt is over", || async {
            let row = deliveries(&farmer.client, &endpoint).await[0].clone();
            row["attempts"] == attempt && row["last_error"].is_string()
        })
        .await;
        // The next pause.
        app.app.source().advance(HOUR_MS);
    }
    let row = delivered(&farmer.client, &endpoint, "delivered").await;
    assert_eq!(
        (&row["attempts"], &row["last_status"], &row["last_error"]),
        (&json!(5), &json!(200), &json!(null))
    );
    let heard = receiver.heard();
    assert_eq!(heard.len(), 5);
    let secret = text(&endpoint, "secret");
    for one in &heard {
        assert_eq!(
            (&one.id, &one.body, one.path.as_str()),
            (&heard[0].id, &heard[0].body, "nhan")
        );
        assert!(one.is_signed_with(&secret));
    }
    let now = farmer.client.get(&at(&endpoint, "")).await.expect(StatusCode::OK);
    assert!(now["failing_since"].is_null() && now["last_delivered_at"].is_string());

    let again = at(&endpoint, &format!("/deliveries/{}/replay", text(&row, "id")));
    farmer
        .client
        .post(&again, &json!({}))
        .await
        .expect(StatusCode::ACCEPTED);
    let heard = receiver.hears(6).await;
    assert_eq!(
        (&heard[5].id, &heard[5].body),
        (&heard[0].id, &heard[0].body),
        "sent again, it is the same"
    );
    assert!(heard[5].is_signed_with(&secret));
});

in_demos!(where_nothing_arrives_for_days_is_given_up_and_its_owner_told, |app| {
    let farmer = app.farmer().await;
    let receiver = Receiver::start().await;
    receiver.otherwise(Reply::Status(503));
    let endpoint = opens(&farmer, &receiver.address("hong")).await;
    happens(app, &farmer, "order.placed", json!({})).await;
    for attempt in 1..=11 {
        receiver.hears(attempt).await;
        until("the attempt is over", || async {
            let row = deliveries(&farmer.client, &endpoint).await[0].clone();
            row["attempts"] == attempt
                && row["last_error"] == "it answered 503"
                && row["next_attempt_at"] != json!(null)
                || row["state"] == "failed"
        })
        .await;
        app.app.source().advance(27 * HOUR_MS);
    }
    let row = delivered(&farmer.client, &endpoint, "failed").await;
    assert_eq!((&row["attempts"], &row["next_attempt_at"]), (&json!(11), &json!(null)));
    let now = farmer.client.get(&at(&endpoint, "")).await.expect(StatusCode::OK);
    assert_eq!(
        (&now["state"], &now["disabled_reason"]),
        (&json!("disabled"), &json!("gave_up"))
    );
    until("the owner is told", || async {
        let told = farmer
            .client
            .get("/api/v1/accounts/me/messages")
            .await
            .expect(StatusCode::OK);
        told["items"][0]["text"]
            .as_str()
            .is_some_and(|text| text.contains("127.0.0.1"))
            && told["unread"] == 1
    })
    .await;

    // Nothing more is written for it, and nothing sent by hand, until it is switched on again.
    happens(app, &farmer, "order.paid", json!({})).await;
    assert_eq!(deliveries(&farmer.client, &endpoint).await.len(), 1);
    let replay = at(&endpoint, &format!("/deliveries/{}/replay", text(&row, "id")));
    for path in [replay.clone(), at(&endpoint, "/test")] {
        let refused = farmer.client.post(&path, &json!({})).await.expect(StatusCode::CONFLICT);
        assert_eq!(refused["type"], "urn:choque:problem:endpoint-off");
    }
    receiver.otherwise(Reply::Status(200));
    let on = farmer
        .client
        .patch(&at(&endpoint, ""), &json!({"on": true}))
        .await
        .expect(StatusCode::OK);
    assert_eq!((&on["state"], &on["disabled_reason"]), (&json!("on"), &json!(null)));
    farmer
        .client
        .post(&replay, &json!({}))
        .await
        .expect(StatusCode::ACCEPTED);
    let heard = receiver.hears(12).await;
    assert_eq!((&heard[11].id, &heard[11].body), (&heard[0].id, &heard[0].body));
    delivered(&farmer.client, &endpoint, "delivered").await;
});

in_demos!(one_that_says_it_is_gone_is_believed_at_once, |app| {
    let farmer = app.farmer().await;
    let receiver = Receiver::start().await;
    receiver.otherwise(Reply::Status(410));
    let endpoint = opens(&farmer, &receiver.address("het")).await;
    let test = farmer
        .client
        .post(&at(&endpoint, "/test"), &json!({}))
        .await
        .expect(StatusCode::CREATED);
    assert_eq!(
        (&test["kind"], &test["state"]),
        (&json!("webhook.test"), &json!("waiting"))
    );
    delivered(&farmer.client, &endpoint, "failed").await;
    let now = farmer.client.get(&at(&endpoint, "")).await.expect(StatusCode::OK);
    assert_eq!(
        (&now["state"], &now["disabled_reason"]),
        (&json!("disabled"), &json!("gone"))
    );
    assert_eq!(receiver.hears(1).await[0].json()["type"], "webhook.test");
});

in_demos!(one_that_dawdles_holds_up_nobody_else, |app| {
    let (slow, quick) = (app.farmer().await, app.farmer().await);
    let (dawdler, receiver) = (Receiver::start().await, Receiver::start().await);
    dawdler.otherwise(Reply::Dawdle);
    let endpoint = opens(&slow, &dawdler.address("cham")).await;
    opens(&quick, &receiver.address("nhanh")).await;
    for number in 0..12 {
        happens(app, &slow, "order.placed", json!({"number": number})).await;
    }
    dawdler.hears(4).await;
    for number in 0..8 {
        happens(app, &quick, "order.placed", json!({"number": number})).await;
    }
    receiver.hears(8).await;
    assert_eq!(dawdler.count(), 4, "no more than four at once, and those still wait");
    dawdler.otherwise(Reply::Status(200));
    dawdler.0.let_go.notify_waiters();
    dawdler.hears(12).await;
    until("all of them arrive", || async {
        deliveries(&slow.client, &endpoint)
            .await
            .iter()
            .all(|row| row["state"] == "delivered")
    })
    .await;
    let ids: std::collections::BTreeSet<_> = dawdler.heard().into_iter().map(|heard| heard.id).collect();
    assert_eq!((ids.len(), dawdler.count()), (12, 12), "each of them once");
});

in_demos!(two_processes_send_each_event_once, |app| {
    let farmer = app.farmer().await;
    let receiver = Receiver::start().await;
    let endpoint = opens(&farmer, &receiver.address("mot-lan")).await;
    let beside = app.beside().await;
    for number in 0..60 {
        happens(
            if number % 2 == 0 { app } else { &beside },
            &farmer,
            "order.placed",
            json!({"number": number}),
        )
        .await;
    }
    until("all of them arrive", || async {
        let rows = deliveries(&farmer.client, &endpoint).await;
        rows.len() == 60 && rows.iter().all(|row| row["state"] == "delivered")
    })
    .await;
    let mut numbers: Vec<_> = receiver
        .heard()
        .iter()
        .map(|heard| heard.json()["data"]["number"].as_i64().unwrap())
        .collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (0..60).collect::<Vec<_>>());
    beside.finish().await;
});

/// A process dies while it waits for an answer; the next one sends the same again.
async fn dies(backend: Backend) {
    let Some(first) = TestApp::start_demo(backend).await else {
        return;
    };
    let farmer = first.farmer().await;
    let receiver = Receiver::start().await;
    receiver.replies([Reply::Dawdle]);
    let endpoint = opens(&farmer, &receiver.address("nhan")).await;
    happens(&first, &farmer, "order.placed", json!({"number": "CQ-9"})).await;
    receiver.hears(1).await;
    let second = first.beside().await;
    drop(first);
    // While the claim holds, nobody else tries; then its time is over.
    second
        .app
        .write(Actor::System, |unit| {
            Box::pin(async move {
                webhook_delivery::Entity::update_many()
                    .col_expr(webhook_delivery::Column::ClaimedUntil, Expr::value(0_i64))
                    .exec(&*unit)
                    .await
                    .map(|_| ())
            })
        })
        .await
        .unwrap_or_else(|error: DbErr| panic!("{error}"));
    let heard = receiver.hears(2).await;
    assert_eq!((&heard[1].id, &heard[1].body), (&heard[0].id, &heard[0].body));
    let farmer = Client {
        url: second.url.clone(),
        ..farmer.client
    };
    let row = delivered(&farmer, &endpoint, "delivered").await;
    assert_eq!(row["attempts"], 2);
    second.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_process_left_undone_the_next_one_does_sqlite() {
    dies(Backend::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_process_left_undone_the_next_one_does_postgres() {
    dies(Backend::Postgres).await;
}

in_demos!(for_a_day_two_secrets_sign, |app| {
    let farmer = app.farmer().await;
    let receiver = Receiver::start().await;
    let endpoint = opens(&farmer, &receiver.address("khoa")).await;
    let old = text(&endpoint, "secret");
    let rotated = farmer.client.post(&at(&endpoint, "/rotate-secret"), &json!({})).await;
    let new = text(&rotated.expect(StatusCode::OK), "secret");
    assert_ne!(old, new);
    happens(app, &farmer, "order.placed", json!({})).await;
    let both = receiver.hears(1).await[0].clone();
    assert!(both.is_signed_with(&old) && both.is_signed_with(&new));
    assert_eq!(both.signature.split(' ').count(), 2);
    app.app.source().advance(24 * HOUR_MS + 1000);
    happens(app, &farmer, "order.paid", json!({})).await;
    let one = receiver.hears(2).await[1].clone();
    assert!(!one.is_signed_with(&old) && one.is_signed_with(&new));
    for _ in 0..6 {
        let path = at(&endpoint, "/rotate-secret");
        farmer.client.post(&path, &json!({})).await.expect(StatusCode::OK);
    }
    happens(app, &farmer, "order.confirmed", json!({})).await;
    let many = receiver.hears(3).await[2].clone();
    assert_eq!(many.signature.split(' ').count(), 4, "however often it is changed");
    until("everything is written down", || async {
        deliveries(&farmer.client, &endpoint)
            .await
            .iter()
            .all(|row| row["state"] == "delivered")
    })
    .await;
});

on_both!(an_endpoint_lies_outside_and_belongs_to_an_owner, |app| {
    let (farmer, stranger) = (app.farmer().await, app.farmer().await);
    let post = async |body: Value| farmer.client.post(ENDPOINTS, &body).await;
    for url in [
        "http://example.org/tin",
        "https://10.0.0.1/tin",
        "https://192.168.1.1",
        "https://169.254.169.254/latest",
        "https://[::1]/tin",
        "https://127.0.0.1:9/tin",
        "https://0x7f.1/tin",
        "https://lan:mat-khau@example.org/tin",
        "ftp://example.org",
        "file:///etc/passwd",
        "tin",
        "",
    ] {
        let refused = post(json!({"url": url})).await;
        assert_eq!(refused.wrong(StatusCode::UNPROCESSABLE_ENTITY), ["/url"], "{url}");
    }
    let wrong =
        json!({"url": 5, "kinds": ["order.placed", "order.eaten", 7], "note": "x".repeat(201), "seller_id": "x"});
    let mut pointers = post(wrong).await.wrong(StatusCode::UNPROCESSABLE_ENTITY);
    pointers.sort();
    assert_eq!(pointers, ["/kinds/1", "/kinds/2", "/note", "/seller_id", "/url"]);
    let theirs = json!({"url": "https://a.invalid", "seller_id": stranger.seller_id});
    assert_eq!(
        post(theirs).await.wrong(StatusCode::UNPROCESSABLE_ENTITY),
        ["/seller_id"]
    );
    app.guest()
        .post(ENDPOINTS, &json!({}))
        .await
        .expect(StatusCode::UNAUTHORIZED);

    // The same key gives the same endpoint and its secret again, and the secret is nowhere in the database.
    let body = json!({"url": "https://may-ban-hang.invalid/tin"});
    let made = farmer
        .client
        .post_once(ENDPOINTS, "k1", &body)
        .await
        .expect(StatusCode::CREATED);
    let again = farmer
        .client
        .post_once(ENDPOINTS, "k1", &body)
        .await
        .expect(StatusCode::CREATED);
    assert!(made == again && text(&made, "secret").starts_with("whsec_"));
    let kept = idempotency::Entity::find().all(app.app.db().read()).await.unwrap();
    assert!(!kept.is_empty() && kept.iter().all(|row| !row.body.contains("whsec_")));

    // Another's is not there; staff are told that it is the owner's.
    let of_stranger = async |client: &Client, expected: StatusCode| {
        for path in [
            "",
            "/deliveries",
            "/deliveries/x",
            "/deliveries/019aa000-0000-7000-8000-000000000000",
        ] {
            client.get(&at(&made, path)).await.expect(if path == "/deliveries/x" {
                StatusCode::NOT_FOUND
            } else {
                expected
            });
        }
        client
            .patch(&at(&made, ""), &json!({"on": false}))
            .await
            .expect(expected);
        client.delete(&at(&made, "")).await.expect(expected);
        for path in ["/test", "/rotate-secret"] {
            client.post(&at(&made, path), &json!({})).await.expect(expected);
        }
    };
    of_stranger(&stranger.client, StatusCode::NOT_FOUND).await;
    let staff = app.person("0917000001", "Người làm").await;
    let invitations = format!("/api/v1/sellers/{}/invitations", farmer.seller_id);
    let invited = json!({"phone": "0917000001", "role": "staff"});
    let invited = farmer
        .client
        .post(&invitations, &invited)
        .await
        .expect(StatusCode::CREATED);
    let accept = format!("/api/v1/invitations/{}/accept", text(&invited, "code"));
    staff.post(&accept, &json!({})).await.expect(StatusCode::OK);
    of_stranger(&staff, StatusCode::FORBIDDEN).await;
    let list = staff.get(ENDPOINTS).await.expect(StatusCode::OK);
    assert_eq!(list["items"], json!([]));

    for number in 1..10 {
        opens(&farmer, &format!("https://may-{number}.invalid")).await;
    }
    let refused = post(body.clone()).await.expect(StatusCode::CONFLICT);
    assert_eq!(refused["type"], "urn:choque:problem:too-many-endpoints");
    farmer
        .client
        .delete(&at(&made, ""))
        .await
        .expect(StatusCode::NO_CONTENT);
    farmer.client.get(&at(&made, "")).await.expect(StatusCode::NOT_FOUND);
    let last = opens(&farmer, "https://may-10.invalid").await;
    for _ in 0..5 {
        let path = at(&last, "/test");
        farmer.client.post(&path, &json!({})).await.expect(StatusCode::CREATED);
    }
    let refused = farmer
        .client
        .post(&at(&last, "/test"), &json!({}))
        .await
        .expect(StatusCode::CONFLICT);
    assert_eq!(refused["type"], "urn:choque:problem:tests-wait");

    let wrong = farmer.client.patch(&at(&made, ""), &json!({"url": "http://a"})).await;
    wrong.expect(StatusCode::NOT_FOUND);
});

on_both!(a_name_that_leads_inward_is_not_followed, |app| {
    let farmer = app.farmer().await;
    // Every machine knows this name, and where it leads.
    let endpoint = opens(&farmer, "https://localhost:9/tin").await;
    happens(app, &farmer, "order.placed", json!({})).await;
    until("it is tried", || async {
        let rows = deliveries(&farmer.client, &endpoint).await;
        rows[0]["last_error"]
            .as_str()
            .is_some_and(|error| error.contains("private network"))
    })
    .await;
    let off = farmer
        .client
        .patch(
            &at(&endpoint, ""),
            &json!({"on": false, "url": "https://khac.invalid/"}),
        )
        .await;
    let off = off.expect(StatusCode::OK);
    assert_eq!(
        (&off["state"], &off["url"]),
        (&json!("off"), &json!("https://khac.invalid/"))
    );
    let wrong = json!({"url": "https://10.1.1.1", "kinds": ["x"], "on": 1});
    let wrong = farmer.client.patch(&at(&endpoint, ""), &wrong).await;
    let mut pointers = wrong.wrong(StatusCode::UNPROCESSABLE_ENTITY);
    pointers.sort();
    assert_eq!(pointers, ["/kinds/0", "/on", "/url"]);
    happens(app, &farmer, "order.paid", json!({})).await;
    assert_eq!(
        deliveries(&farmer.client, &endpoint).await.len(),
        1,
        "nothing is written for one that is off"
    );
    let rows = webhook_endpoint::Entity::find().all(app.app.db().read()).await.unwrap();
    assert!(rows[0].failing_since.is_none(), "switched by hand, it begins anew");
});

on_both!(what_is_rolled_back_did_not_happen, |app| {
    let farmer = app.farmer().await;
    let endpoint = opens(&farmer, "https://may-ban-hang.invalid").await;
    let seller: SellerId = farmer.seller_id.parse().unwrap();
    let undone = app.app.write(Actor::System, move |unit| {
        Box::pin(async move {
            emit(unit, seller, "order.placed", json!({})).await?;
            Err::<(), _>(DbErr::Custom("not after all".to_owned()))
        })
    });
    assert!(undone.await.is_err());
    assert_eq!(deliveries(&farmer.client, &endpoint).await, Vec::<Value>::new());
});
