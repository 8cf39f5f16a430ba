//! Codes sent to phones: signing in and up with them, and who may send how many.

use choque::{
    db::Actor,
    identity::{
        IdentityError,
        phone_codes::{self, Purpose},
    },
};
use entity::{Phone, frame::outbox, identity::phone_code};
use reqwest::{Method, StatusCode, header};
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use crate::{
    harness::{Answer, TestApp, plain, text},
    on_both,
};

const CODES: &str = "/api/v1/phone-codes";

impl TestApp {
    async fn asks_code(&self, phone: &str, purpose: &str) -> Answer {
        self.guest()
            .post(CODES, &json!({"phone": phone, "purpose": purpose}))
            .await
    }

    async fn enters(&self, phone: &str, code: &str) -> Answer {
        self.guest()
            .post("/api/v1/sessions", &json!({"phone": phone, "code": code}))
            .await
    }
}

/// Six digits that are not `code`.
fn other(code: &str) -> &'static str {
    if code == "123456" { "654321" } else { "123456" }
}

on_both!(a_code_signs_in_who_has_an_account_and_tells_nobody_who_has, |app| {
    app.person("0913000001", "Lan").await;
    let known = app.asks_code("0913000001", "sign_in").await;
    let unknown = app.asks_code("0913000002", "sign_in").await;
    assert_eq!(known.expect(StatusCode::ACCEPTED), json!({"expires_in": 300}));
    assert_eq!(
        unknown.expect(StatusCode::ACCEPTED),
        known.json(),
        "word for word the same"
    );
    let code = app.last_code("0913000001").await;
    assert!(app.messages("0913000002").await.is_empty());
    let refusals = [
        app.enters("0913000002", &code).await,
        app.enters("0913000001", other(&code)).await,
        app.enters("0913000001", "").await,
    ];
    assert_eq!(refusals[2].wrong(StatusCode::UNPROCESSABLE_ENTITY), ["/code"]);
    for refused in &refusals[..2] {
        assert_eq!(
            refused.expect(StatusCode::UNAUTHORIZED)["type"],
            "urn:choque:problem:wrong-code"
        );
    }
    let session = app.enters("0913000001", &code).await.expect(StatusCode::CREATED);
    assert_eq!(session["account"]["name"], "Lan");
    app.enters("0913000001", &code).await.expect(StatusCode::UNAUTHORIZED);
});

on_both!(a_code_ends_with_time_with_guesses_and_with_the_next, |app| {
    app.person("0913000003", "Lan").await;
    let send = async || {
        app.asks_code("0913000003", "sign_in")
            .await
            .expect(StatusCode::ACCEPTED);
        app.last_code("0913000003").await
    };
    let first = send().await;
    app.app.source().advance(5 * 60 * 1000 + 1);
    app.enters("0913000003", &first).await.expect(StatusCode::UNAUTHORIZED);
    let second = send().await;
    for _ in 0..5 {
        app.enters("0913000003", other(&second))
            .await
            .expect(StatusCode::UNAUTHORIZED);
    }
    app.enters("0913000003", &second).await.expect(StatusCode::UNAUTHORIZED);
    app.app.source().advance(16 * 60 * 1000);
    let third = send().await;
    let fourth = send().await;
    if third != fourth {
        app.enters("0913000003", &third).await.expect(StatusCode::UNAUTHORIZED);
    }
    app.enters("0913000003", &fourth).await.expect(StatusCode::CREATED);
});

on_both!(a_code_is_good_for_what_it_was_sent_for, |app| {
    let lan = app.person("0913000004", "Lan").await;
    let consent = json!({"phone": "0913000004", "purpose": "consent"});
    app.guest().post(CODES, &consent).await.expect(StatusCode::UNAUTHORIZED);
    lan.post(CODES, &consent).await.expect(StatusCode::ACCEPTED);
    let code = app.last_code("0913000004").await;
    assert!(app.messages("0913000004").await[0].contains("dong y"));
    app.enters("0913000004", &code).await.expect(StatusCode::UNAUTHORIZED);
    let english = lan
        .request(Method::POST, CODES)
        .header("accept-language", "en")
        .json(&consent);
    Answer::of(Method::POST, CODES, english)
        .await
        .expect(StatusCode::ACCEPTED);
    app.last_code("0913000004").await;
    assert!(app.messages("0913000004").await[1].contains("consent code"));
    for (body, pointers) in [
        (json!({}), vec!["/phone", "/purpose"]),
        (json!({"phone": "12", "purpose": "party"}), vec!["/phone", "/purpose"]),
        (json!({"phone": "0913000004", "purpose": 5}), vec!["/purpose"]),
    ] {
        let refused = app.guest().post(CODES, &body).await;
        assert_eq!(refused.wrong(StatusCode::UNPROCESSABLE_ENTITY), pointers);
    }
});

on_both!(signing_up_with_a_code_wants_the_right_one, |app| {
    app.asks_code("0913000005", "sign_up")
        .await
        .expect(StatusCode::ACCEPTED);
    let code = app.last_code("0913000005").await;
    let account = |code: Value| json!({"phone": "0913000005", "name": "Lan", "password": "mật khẩu dài", "code": code});
    let guest = app.guest();
    for wrong in [json!(other(&code)), json!(7)] {
        let refused = guest.post("/api/v1/accounts", &account(wrong)).await;
        assert_eq!(refused.wrong(StatusCode::UNPROCESSABLE_ENTITY), ["/code"]);
    }
    let path = "/api/v1/accounts";
    guest
        .post(path, &account(json!(code)))
        .await
        .expect(StatusCode::CREATED);
    guest
        .post(path, &account(json!(code)))
        .await
        .expect(StatusCode::UNPROCESSABLE_ENTITY);
});

on_both!(many_codes_are_too_many, |app| {
    // For one phone, whether or not it has an account.
    app.person("0913000006", "Lan").await;
    for phone in ["0913000006", "0913000007"] {
        for _ in 0..5 {
            app.asks_code(phone, "sign_in").await.expect(StatusCode::ACCEPTED);
        }
        let stopped = app.asks_code(phone, "sign_in").await;
        assert_eq!(
            stopped.expect(StatusCode::TOO_MANY_REQUESTS)["type"],
            "urn:choque:problem:too-many-codes"
        );
        assert!(stopped.headers.contains_key(header::RETRY_AFTER));
    }
    assert_eq!(app.messages("0913000006").await.len(), 5);
    app.app.source().advance(60 * 60 * 1000);
    app.asks_code("0913000006", "sign_in")
        .await
        .expect(StatusCode::ACCEPTED);
    // For one address, whatever the phone.
    let from = |address: &'static str, number: usize| {
        let body = json!({"phone": format!("09140{number:05}"), "purpose": "sign_in"});
        let request = app
            .guest()
            .request(Method::POST, CODES)
            .header("x-forwarded-for", address);
        Answer::of(Method::POST, CODES, request.json(&body))
    };
    for number in 0..30 {
        from("1.2.3.4, 198.51.100.7", number).await.expect(StatusCode::ACCEPTED);
    }
    from("198.51.100.7", 31).await.expect(StatusCode::TOO_MANY_REQUESTS);
    from("1.2.3.4", 32).await.expect(StatusCode::ACCEPTED);
});

on_both!(many_failures_from_one_address_are_too_many, |app| {
    let from = |address: &'static str, number: usize| {
        let body = json!({"phone": format!("09150{number:05}"), "code": "123456"});
        let request = app
            .guest()
            .request(Method::POST, "/api/v1/sessions")
            .header("x-forwarded-for", address);
        Answer::of(Method::POST, "/api/v1/sessions", request.json(&body))
    };
    for number in 0..100 {
        from("198.51.100.8", number).await.expect(StatusCode::UNAUTHORIZED);
    }
    from("198.51.100.8", 101).await.expect(StatusCode::TOO_MANY_REQUESTS);
    from("198.51.100.9", 102).await.expect(StatusCode::UNAUTHORIZED);
});

on_both!(no_code_is_kept_where_it_can_be_read, |app| {
    app.person("0913000008", "Lan").await;
    app.asks_code("0913000008", "sign_in")
        .await
        .expect(StatusCode::ACCEPTED);
    let code = app.last_code("0913000008").await;
    let db = app.app.db().read();
    let kept = phone_code::Entity::find().one(db).await.unwrap().unwrap();
    assert!(kept.code_hash.len() == 64 && kept.phone_hash.len() == 64);
    let sent = outbox::Entity::find().all(db).await.unwrap();
    let sent = sent.iter().find(|fact| fact.topic == "sms").unwrap();
    assert!(!sent.payload.contains(&code) && !sent.payload.contains("0913000008"));
});

/// A verb of another room: it writes only for whoever tells the code, and not when it refuses for another reason.
async fn consents(app: &TestApp, phone: &Phone, code: &str, refuse: bool) -> Result<(), IdentityError> {
    let proven = phone_codes::check(&app.app, phone, Purpose::Consent, code).await?;
    app.app
        .write(Actor::System, move |unit| {
            let proven = proven.clone();
            Box::pin(async move {
                proven.spend(unit).await?;
                if refuse {
                    Err(IdentityError::WrongOffice)
                } else {
                    Ok(())
                }
            })
        })
        .await
}

on_both!(another_room_spends_a_code_with_its_own_deed, |app| {
    let phone: Phone = "0913000009".parse().unwrap();
    let (keeper, to) = (app.app.clone(), phone.clone());
    app.app
        .write(Actor::System, move |unit| {
            let (keeper, to) = (keeper.clone(), to.clone());
            Box::pin(async move {
                let language = choque::http::language::Language::Vietnamese;
                phone_codes::send(&keeper, unit, &to, Purpose::Consent, language).await
            })
        })
        .await
        .unwrap();
    let code = app.last_code("0913000009").await;
    // A wrong guess is counted though nothing was written.
    for _ in 0..2 {
        let refused = consents(app, &phone, other(&code), false).await;
        assert!(matches!(refused, Err(IdentityError::WrongCode)), "{refused:?}");
    }
    let kept = phone_code::Entity::find()
        .one(app.app.db().read())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(kept.attempts, 2);
    // What failed for another reason used nothing up; what was done used it up, once.
    assert!(matches!(
        consents(app, &phone, &code, true).await,
        Err(IdentityError::WrongOffice)
    ));
    let both = tokio::join!(consents(app, &phone, &code, false), consents(app, &phone, &code, false));
    assert_eq!(usize::from(both.0.is_ok()) + usize::from(both.1.is_ok()), 1, "{both:?}");
});

on_both!(a_phone_signs_in_on_pages_without_script, |app| {
    app.person("0913000010", "Lan").await;
    let send = |form: Vec<(&'static str, String)>| plain().post(format!("{}/dang-nhap/ma", app.url)).form(&form).send();
    let phone = ("phone", "0913000010".to_owned());
    let wrong = send(vec![("phone", "12".to_owned())]).await.unwrap();
    assert_eq!(wrong.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let sent = send(vec![phone.clone(), ("back", "/gio-hang".to_owned())])
        .await
        .unwrap();
    assert_eq!(sent.status(), StatusCode::OK);
    let page = sent.text().await.unwrap();
    assert!(
        page.contains("name=\"code\"") && page.contains("value=\"/gio-hang\""),
        "{page}"
    );
    let code = app.last_code("0913000010").await;
    let wrong = send(vec![phone.clone(), ("code", other(&code).to_owned())])
        .await
        .unwrap();
    assert_eq!(wrong.status(), StatusCode::UNAUTHORIZED);
    assert!(wrong.text().await.unwrap().contains("Mã chưa đúng"));
    let entered = send(vec![phone, ("code", code), ("back", "/gio-hang".to_owned())])
        .await
        .unwrap();
    assert_eq!(entered.status(), StatusCode::SEE_OTHER);
    assert_eq!(entered.headers()[header::LOCATION], "/gio-hang");
    assert!(
        entered.headers()[header::SET_COOKIE]
            .to_str()
            .unwrap()
            .starts_with("choque_session=")
    );
});

/// A provider of short messages, and what it was sent.
async fn provider(refusals: usize) -> (reqwest::Url, std::sync::Arc<std::sync::Mutex<Vec<(String, Value)>>>) {
    use axum::{Json, Router, http::HeaderMap, routing::post};
    let heard = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let (kept, left) = (
        heard.clone(),
        std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(refusals)),
    );
    let take = post(move |headers: HeaderMap, Json(body): Json<Value>| async move {
        use std::sync::atomic::Ordering;
        if left
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1))
            .is_ok()
        {
            return StatusCode::SERVICE_UNAVAILABLE;
        }
        let authorization = headers["authorization"].to_str().unwrap().to_owned();
        kept.lock().unwrap().push((authorization, body));
        StatusCode::ACCEPTED
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://choque:bi-mat@{}/send", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, Router::new().route("/send", take)).await.unwrap() });
    (address.parse().unwrap(), heard)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn messages_go_to_a_provider_and_again_when_it_was_out() {
    let (address, heard) = provider(1).await;
    let backend = crate::harness::Backend::Sqlite;
    let app = TestApp::start_with(backend, |config| config.sms = choque::config::Sms::Provider(address))
        .await
        .unwrap();
    app.person("0913000011", "Lan").await;
    app.asks_code("0913000011", "sign_in")
        .await
        .expect(StatusCode::ACCEPTED);
    for _ in 0..200 {
        if app.undelivered().await == 0 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let sent = heard.lock().unwrap().clone();
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].0, "Basic Y2hvcXVlOmJpLW1hdA==");
    assert_eq!(sent[0].1["to"], "0913000011");
    let words = text(&sent[0].1, "text");
    let code = words
        .split(|c: char| !c.is_ascii_digit())
        .find(|word| word.len() == 6)
        .unwrap();
    app.enters("0913000011", code).await.expect(StatusCode::CREATED);
    // What the failure left behind holds neither the number, the text nor the provider's password.
    let kept = outbox::Entity::find().all(app.app.db().read()).await.unwrap();
    let error = kept.iter().find_map(|fact| fact.last_error.clone()).unwrap();
    assert!(error.contains("503"), "{error}");
    assert!(!error.contains("bi-mat") && !error.contains(code) && !error.contains("0913000011"));
    app.finish().await;
}
