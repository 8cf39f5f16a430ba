//! The channels against receivers on this machine: a mail server, a push service whose browser decrypts with its own keys,
//! Zalo's service, a provider of short messages. Each fails first, so that what is sent again can be seen to be the same.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex},
};

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use axum::{
    Json, Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode as Status, Uri},
    response::{IntoResponse, Response},
    routing::any,
};
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use choque::{
    config::{Config, Mail, Messengers, Sms, Zalo},
    http::language::Language,
    identity::messages::{About, To},
};
use entity::identity::{message_delivery, push_subscription};
use reqwest::StatusCode;
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
};
use web_push_native::{Auth, p256};

use crate::{
    harness::{Backend, Client, TestApp, text},
    messages::{CHOICES, id_of, list, note, told, until},
};

const MINUTE_MS: i64 = 60 * 1000;
const SUBSCRIPTIONS: &str = "/api/v1/accounts/me/push-subscriptions";

/// Runs `test` on both databases with what `change` makes of the settings.
async fn on_both_with(change: impl Fn(&mut Config), test: impl AsyncFn(&TestApp)) {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        if let Some(app) = TestApp::start_with(backend, &change).await {
            test(&app).await;
            app.finish().await;
        }
    }
}

// A mail server.

#[derive(Clone, Default)]
struct Post {
    letters: Arc<Mutex<Vec<String>>>,
    /// What is answered to the next letters once they are told.
    replies: Arc<Mutex<VecDeque<&'static str>>>,
}

impl Post {
    async fn start() -> (Self, String) {
        let post = Self::default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("smtp://{}", listener.local_addr().unwrap());
        let serving = post.clone();
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                tokio::spawn(serving.clone().serve(stream));
            }
        });
        (post, url)
    }

    async fn serve(self, stream: TcpStream) {
        let (reading, mut writing) = stream.into_split();
        let mut lines = BufReader::new(reading).lines();
        writing.write_all(b"220 thu.test\r\n").await.unwrap();
        while let Ok(Some(line)) = lines.next_line().await {
            let verb = line.split([' ', ':']).next().unwrap().to_uppercase();
            let answer = match verb.as_str() {
                "EHLO" => "250-thu.test\r\n250 8BITMIME\r\n".to_owned(),
                "DATA" => {
                    writing.write_all(b"354 go on\r\n").await.unwrap();
                    let mut letter = String::new();
                    while let Ok(Some(line)) = lines.next_line().await {
                        if line == "." {
                            break;
                        }
                        letter.push_str(line.strip_prefix('.').unwrap_or(&line));
                        letter.push('\n');
                    }
                    self.letters.lock().unwrap().push(letter);
                    let reply = self.replies.lock().unwrap().pop_front();
                    format!("{}\r\n", reply.unwrap_or("250 taken"))
                }
                "QUIT" => "221 bye\r\n".to_owned(),
                _ => "250 well\r\n".to_owned(),
            };
            if writing.write_all(answer.as_bytes()).await.is_err() {
                return;
            }
        }
    }

    fn letters(&self) -> Vec<String> {
        self.letters.lock().unwrap().clone()
    }
}

/// The value of a header, which may go on over several lines.
fn header<'l>(letter: &'l str, name: &str) -> &'l str {
    letter
        .lines()
        .find_map(|line| line.strip_prefix(&format!("{name}: ")))
        .unwrap_or("")
}

/// The text of a letter, however it was wrapped up.
fn body(letter: &str) -> String {
    let (head, body) = letter.split_once("\n\n").unwrap();
    match header(head, "Content-Transfer-Encoding") {
        "base64" => String::from_utf8(STANDARD.decode(body.replace('\n', "")).unwrap()).unwrap(),
        "quoted-printable" => {
            let mut bytes = Vec::new();
            let joined = body.replace("=\n", "");
            let mut rest = joined.as_bytes();
            while let [first, tail @ ..] = rest {
                if *first == b'=' {
                    bytes.push(u8::from_str_radix(std::str::from_utf8(&tail[..2]).unwrap(), 16).unwrap());
                    rest = &tail[2..];
                } else {
                    bytes.push(*first);
                    rest = tail;
                }
            }
            String::from_utf8(bytes).unwrap()
        }
        _ => body.to_owned(),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_email_reaches_a_mail_server_that_is_busy_at_first() {
    let (post, url) = Post::start().await;
    let change = |config: &mut Config| {
        config.messengers = Messengers {
            mail: Mail::Server(url.clone()),
            mail_from: Some("cho@choque.test".to_owned()),
            ..config.messengers.clone()
        };
    };
    on_both_with(change, async |app| {
        post.letters.lock().unwrap().clear();
        let lan = app.person("0919000001", "Lan").await;
        let me = id_of(&lan).await;
        let address = "/api/v1/accounts/me/email";
        lan.put(address, &json!({"address": "lan@example.vn"}))
            .await
            .expect(StatusCode::ACCEPTED);
        until("the code comes", || async { post.letters().len() == 1 }).await;
        let words = body(&post.letters()[0]);
        let code = words
            .split(|c: char| !c.is_ascii_digit())
            .find(|word| word.len() == 6)
            .unwrap()
            .to_owned();
        lan.post(&format!("{address}/confirm"), &json!({"code": code}))
            .await
            .expect(StatusCode::NO_CONTENT);

        post.replies.lock().unwrap().extend(["451 busy", "250 taken"]);
        told(app, To::person(me), note(About::Money, "thu-dien-tu.vn")).await;
        until("it is tried", || async { post.letters().len() == 2 }).await;
        until("it is to be tried again", || async {
            let rows = message_delivery::Entity::find().all(app.app.db().read()).await.unwrap();
            rows[0].last_error.as_deref() == Some("the mail server answered 451")
        })
        .await;
        app.app.source().advance(MINUTE_MS);
        until("it is sent", || async { post.letters().len() == 3 }).await;
        list(app, &lan).await;
        let letters = post.letters();
        assert_eq!(header(&letters[1], "Message-ID"), header(&letters[2], "Message-ID"));
        assert!(header(&letters[1], "Message-ID").ends_with("@choque.test>"));
        assert!(header(&letters[2], "From").contains("cho@choque.test"));
        assert!(header(&letters[2], "To").contains("lan@example.vn"));
        let words = body(&letters[2]);
        assert!(
            words.contains("Hệ thống của bạn tại thu-dien-tu.vn") && words.contains("http://choque.test/don-hang/cq-1")
        );
        // Refused for good, it is not tried again.
        post.replies.lock().unwrap().push_back("550 nobody here");
        told(app, To::person(me), note(About::Money, "khac.vn")).await;
        until("it is refused", || async {
            let rows = message_delivery::Entity::find().all(app.app.db().read()).await.unwrap();
            rows.iter().any(|row| row.state == message_delivery::State::Failed)
        })
        .await;
        app.app.source().advance(60 * MINUTE_MS);
        list(app, &lan).await;
        assert_eq!(post.letters().len(), 4);
    })
    .await;
}

// Services that speak HTTP.

#[derive(Clone, Debug)]
struct Asked {
    path: String,
    headers: HeaderMap,
    body: Vec<u8>,
}

#[derive(Clone, Default)]
struct Service {
    asked: Arc<Mutex<Vec<Asked>>>,
    replies: Arc<Mutex<VecDeque<(u16, Value)>>>,
    usual: Arc<Mutex<Option<(u16, Value)>>>,
}

impl Service {
    async fn start() -> (Self, String) {
        let service = Self::default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(any(answer)).with_state(service.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        (service, url)
    }

    fn replies(&self, replies: impl IntoIterator<Item = (u16, Value)>) {
        self.replies.lock().unwrap().extend(replies);
    }

    fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    async fn hears(&self, count: usize) -> Vec<Asked> {
        until("the service is asked", || async { self.asked().len() >= count }).await;
        self.asked()
    }
}

async fn answer(State(service): State<Service>, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let (path, body) = (uri.path().to_owned(), body.to_vec());
    service.asked.lock().unwrap().push(Asked { path, headers, body });
    let next = service.replies.lock().unwrap().pop_front();
    let usual = service.usual.lock().unwrap().clone();
    let (status, told) = next.or(usual).unwrap_or((201, json!({})));
    (Status::from_u16(status).unwrap(), Json(told)).into_response()
}

impl Asked {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_zalo_cannot_reach_gets_a_short_message() {
    let (zalo, address) = Service::start().await;
    let (provider, sms) = Service::start().await;
    *zalo.usual.lock().unwrap() = Some((200, json!({"error": 0, "message": "Success"})));
    let change = |config: &mut Config| {
        config.sms = Sms::Provider(sms.parse().unwrap());
        config.messengers.zalo = Zalo::Service {
            address: format!("{address}/message/template").parse().unwrap(),
            token: "khoa-zalo".to_owned(),
            template: "7895417a7d3f".to_owned(),
        };
    };
    on_both_with(change, async |app| {
        zalo.asked.lock().unwrap().clear();
        provider.asked.lock().unwrap().clear();
        let lan = app.person("0919000002", "Lan").await;
        let me = id_of(&lan).await;
        lan.put(CHOICES, &json!({"channels": {"orders": ["zalo"]}}))
            .await
            .expect(StatusCode::OK);

        // A token that ran out is the exchange's to mend: the message waits, and is the same when it goes.
        zalo.replies([(200, json!({"error": -124, "message": "Access token invalid"}))]);
        told(app, To::person(me), note(About::Orders, "mot.vn")).await;
        zalo.hears(1).await;
        until("it is to be tried again", || async {
            let rows = message_delivery::Entity::find().all(app.app.db().read()).await.unwrap();
            rows[0].last_error.is_some()
        })
        .await;
        app.app.source().advance(MINUTE_MS);
        let asked = zalo.hears(2).await;
        assert_eq!(asked[0].json(), asked[1].json());
        let body = asked[1].json();
        assert_eq!(
            (&body["phone"], &body["template_id"]),
            (&json!("84919000002"), &json!("7895417a7d3f"))
        );
        assert!(text(&body["template_data"], "text").contains("mot.vn"));
        assert_eq!(body["template_data"]["link"], "http://choque.test/don-hang/cq-1");
        assert_eq!(
            (asked[1].path.as_str(), &asked[1].headers["access_token"]),
            ("/message/template", &"khoa-zalo".parse().unwrap())
        );
        list(app, &lan).await;
        assert!(provider.asked().is_empty());

        zalo.replies([(200, json!({"error": -118, "message": "Zalo account not existed"}))]);
        provider.replies([(503, json!({})), (200, json!({}))]);
        told(app, To::person(me), note(About::Orders, "hai.vn")).await;
        provider.hears(1).await;
        until("it is to be tried again", || async {
            let rows = message_delivery::Entity::find().all(app.app.db().read()).await.unwrap();
            rows.iter()
                .any(|row| row.last_error.as_deref() == Some("the provider of short messages answered 503"))
        })
        .await;
        app.app.source().advance(MINUTE_MS);
        let asked = provider.hears(2).await;
        assert_eq!(asked[1].json()["to"], "0919000002");
        assert!(text(&asked[1].json(), "text").starts_with("He thong cua ban tai hai.vn"));
        assert_eq!(asked[0].headers["idempotency-key"], asked[1].headers["idempotency-key"]);
        list(app, &lan).await;
        assert_eq!((zalo.asked().len(), provider.asked().len()), (3, 2));
    })
    .await;
}

/// A browser with keys of its own.
struct Browser {
    secret: p256::SecretKey,
    auth: Auth,
    endpoint: String,
}

impl Browser {
    fn new(seed: u8, endpoint: String) -> Self {
        Self {
            secret: p256::SecretKey::from_slice(&[seed; 32]).unwrap(),
            auth: [seed; 16].into(),
            endpoint,
        }
    }

    /// As `PushSubscription.toJSON()` gives it.
    fn subscription(&self) -> Value {
        use p256::elliptic_curve::sec1::ToEncodedPoint as _;
        let point = self.secret.public_key().to_encoded_point(false);
        json!({"endpoint": self.endpoint, "expirationTime": null, "keys": {
            "p256dh": URL_SAFE_NO_PAD.encode(point.as_bytes()), "auth": URL_SAFE_NO_PAD.encode(self.auth),
        }})
    }

    fn reads(&self, asked: &Asked) -> Value {
        assert_eq!(asked.headers["content-encoding"], "aes128gcm");
        let plain = web_push_native::decrypt(asked.body.clone(), &self.secret, &self.auth).unwrap();
        serde_json::from_slice(&plain).unwrap()
    }
}

/// The claims of a VAPID header, once its signature holds under the key that browsers were given.
fn vouched(asked: &Asked, public_key: &str) -> Value {
    let header = asked.headers["authorization"].to_str().unwrap();
    let header = header.strip_prefix("vapid ").unwrap();
    let parts: BTreeMap<_, _> = header.split(", ").filter_map(|part| part.split_once('=')).collect();
    assert_eq!(parts["k"], public_key);
    let (signed, signature) = parts["t"].rsplit_once('.').unwrap();
    let key = URL_SAFE_NO_PAD.decode(public_key).unwrap();
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, key)
        .verify(signed.as_bytes(), &URL_SAFE_NO_PAD.decode(signature).unwrap())
        .unwrap();
    let (head, claims) = signed.split_once('.').unwrap();
    let read = |part: &str| serde_json::from_slice::<Value>(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap();
    assert_eq!(read(head), json!({"typ": "JWT", "alg": "ES256"}));
    read(claims)
}

async fn pushed(backend: Backend) {
    let Some(app) = TestApp::start_demo(backend).await else {
        return;
    };
    let app = &app;
    let (service, url) = Service::start().await;
    let lan = app.person("0919000003", "Lan").await;
    let me = id_of(&lan).await;
    let key = text(
        &app.guest().get("/api/v1/push-key").await.expect(StatusCode::OK),
        "public_key",
    );
    assert_eq!(URL_SAFE_NO_PAD.decode(&key).unwrap().len(), 65);
    let again = app.guest().get("/api/v1/push-key").await.expect(StatusCode::OK);
    assert_eq!(again["public_key"], key);

    let phone = Browser::new(7, format!("{url}/dien-thoai"));
    let mut broken = phone.subscription();
    broken["keys"]["auth"] = json!("AAAA");
    let refused = lan.post(SUBSCRIPTIONS, &broken).await;
    assert_eq!(refused.wrong(StatusCode::UNPROCESSABLE_ENTITY), ["/keys/auth"]);
    broken = phone.subscription();
    broken["keys"]["p256dh"] = json!(URL_SAFE_NO_PAD.encode([4; 65]));
    let refused = lan.post(SUBSCRIPTIONS, &broken).await;
    assert_eq!(refused.wrong(StatusCode::UNPROCESSABLE_ENTITY), ["/keys/p256dh"]);
    broken["endpoint"] = json!("https://10.0.0.1/x");
    let refused = lan.post(SUBSCRIPTIONS, &broken).await;
    assert_eq!(refused.wrong(StatusCode::UNPROCESSABLE_ENTITY), ["/endpoint"]);
    let mut pointers = lan
        .post(SUBSCRIPTIONS, &json!({}))
        .await
        .wrong(StatusCode::UNPROCESSABLE_ENTITY);
    pointers.sort();
    assert_eq!(pointers, ["/endpoint", "/keys", "/keys/auth", "/keys/p256dh"]);

    let made = lan
        .post(SUBSCRIPTIONS, &phone.subscription())
        .await
        .expect(StatusCode::CREATED);
    let same = lan
        .post(SUBSCRIPTIONS, &phone.subscription())
        .await
        .expect(StatusCode::CREATED);
    assert_eq!(made["id"], same["id"], "the same browser is the same subscription");
    let kept = push_subscription::Entity::find()
        .all(app.app.db().read())
        .await
        .unwrap();
    assert!(kept.len() == 1 && !kept[0].sealed.contains("127.0.0.1"));

    // The service is busy at first; what it gets then opens with the browser's keys alone.
    service.replies([(503, json!({})), (201, json!({}))]);
    told(app, To::person(me), note(About::Money, "day.vn")).await;
    service.hears(1).await;
    until("it is to be tried again", || async {
        let rows = message_delivery::Entity::find().all(app.app.db().read()).await.unwrap();
        rows[0].last_error.is_some()
    })
    .await;
    app.app.source().advance(MINUTE_MS);
    let asked = service.hears(2).await;
    let (first, second) = (phone.reads(&asked[0]), phone.reads(&asked[1]));
    assert_eq!(first, second, "sent again, it is the same");
    assert_eq!(
        (&second["title"], &second["link"]),
        (&json!("Chợ Quê: tiền"), &json!("/don-hang/cq-1"))
    );
    assert!(text(&second, "body").contains("day.vn"));
    assert_ne!(asked[0].body, asked[1].body, "sealed anew each time");
    assert!(
        web_push_native::decrypt(
            asked[1].body.clone(),
            &Browser::new(9, String::new()).secret,
            &phone.auth
        )
        .is_err()
    );
    let claims = vouched(&asked[1], &key);
    assert_eq!(claims["aud"], url);
    assert!(text(&claims, "sub").starts_with("http"));
    let left = claims["exp"].as_i64().unwrap() - app.app.source().wall_clock().0 / 1000;
    assert!((60 * 60..=24 * 60 * 60).contains(&left), "{left}");
    assert_eq!(asked[1].headers["urgency"], "high");
    assert!(asked[1].headers["ttl"].to_str().unwrap().parse::<u32>().unwrap() > 0);
    list(app, &lan).await;
    let listed = lan.get(SUBSCRIPTIONS).await.expect(StatusCode::OK);
    assert!(listed["items"][0]["last_sent_at"].is_string());

    // The phone goes to somebody else, who signs in: it is theirs now, and Lan's messages no longer go there.
    let hoa = app.person("0919000004", "Hoa").await;
    hoa.post(SUBSCRIPTIONS, &phone.subscription())
        .await
        .expect(StatusCode::CREATED);
    assert_eq!(lan.get(SUBSCRIPTIONS).await.expect(StatusCode::OK)["items"], json!([]));
    told(app, To::person(me), note(About::Money, "rieng.vn")).await;
    list(app, &lan).await;
    assert_eq!(service.asked().len(), 2);
    // Another's is not to be taken away.
    let theirs = format!("{SUBSCRIPTIONS}/{}", text(&made, "id"));
    lan.delete(&theirs).await.expect(StatusCode::NOT_FOUND);

    // A browser that is gone is forgotten.
    service.replies([(410, json!({}))]);
    told(app, To::person(id_of(&hoa).await), note(About::Reminders, "het.vn")).await;
    assert_eq!(service.hears(3).await[2].headers["urgency"], "normal");
    until("it is forgotten", || async {
        hoa.get(SUBSCRIPTIONS).await.expect(StatusCode::OK)["items"] == json!([])
    })
    .await;

    // A subscription ends with the session it was made in.
    let made = hoa
        .post(SUBSCRIPTIONS, &phone.subscription())
        .await
        .expect(StatusCode::CREATED);
    let sessions = hoa.get("/api/v1/sessions").await.expect(StatusCode::OK);
    let me = id_of(&hoa).await;
    let session = format!("/api/v1/sessions/{}", text(&sessions["items"][0], "id"));
    hoa.delete(&session).await.expect(StatusCode::NO_CONTENT);
    assert!(made["id"].is_string());
    told(app, To::person(me), note(About::Money, "ra-ngoai.vn")).await;
    list(app, &lan).await;
    assert_eq!(service.asked().len(), 3);
    assert!(
        push_subscription::Entity::find()
            .all(app.app.db().read())
            .await
            .unwrap()
            .is_empty()
    );
    forgotten(app, &lan, &phone).await;
}

/// Taken away by hand, nothing is pushed there.
async fn forgotten(app: &TestApp, lan: &Client, phone: &Browser) {
    let made = lan
        .post(SUBSCRIPTIONS, &phone.subscription())
        .await
        .expect(StatusCode::CREATED);
    let one = format!("{SUBSCRIPTIONS}/{}", text(&made, "id"));
    lan.delete(&one).await.expect(StatusCode::NO_CONTENT);
    lan.delete(&one).await.expect(StatusCode::NOT_FOUND);
    told(app, To::person(id_of(lan).await), note(About::Orders, "thoi.vn")).await;
    list(app, lan).await;
    assert!(app.messages("0919000003").await.last().unwrap().contains("thoi.vn"));
    told(
        app,
        To::guest("0919000005".parse().unwrap(), Language::English),
        note(About::Orders, "khach.vn"),
    )
    .await;
    list(app, lan).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_push_is_read_by_the_browser_alone_sqlite() {
    pushed(Backend::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_push_is_read_by_the_browser_alone_postgres() {
    pushed(Backend::Postgres).await;
}
