//! The second factor: authenticator app, passkey, recovery codes, and what offices ask of it.

use entity::{
    identity::{ceremony, recovery_code, role::Office, totp},
    ids::PersonId,
};
use reqwest::{Method, StatusCode, header};
use sea_orm::{EntityTrait, sea_query::Expr};
use serde_json::{Value, json};
use totp_rs::{Builder, Secret};

use crate::{
    harness::{Answer, Client, TestApp, plain, text},
    on_both,
    passkey::Authenticator,
};

const PASSWORD: &str = "mật khẩu dài";
const ME: &str = "/api/v1/accounts/me";
const TOTP: &str = "/api/v1/accounts/me/totp";
const CONFIRM: &str = "/api/v1/accounts/me/totp/confirm";
const SECOND: &str = "/api/v1/sessions/second-factor";

/// An authenticator app: it reads the secret as people type it.
struct App(Vec<u8>);

impl App {
    fn with(secret: &str) -> Self {
        let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        let mut bytes = Vec::new();
        let (mut bits, mut many) = (0_u32, 0);
        for letter in secret.bytes() {
            bits = bits << 5 | u32::try_from(letters.iter().position(|known| *known == letter).unwrap()).unwrap();
            many += 5;
            if many >= 8 {
                many -= 8;
                bytes.push(u8::try_from(bits >> many & 0xff).unwrap());
            }
        }
        assert_eq!(bytes.len(), 20);
        Self(bytes)
    }

    /// The code `steps` of 30 seconds from now.
    fn code(&self, app: &TestApp, steps: i64) -> String {
        let secret = Secret::new_stack(self.0.clone().try_into().unwrap());
        let now = app.app.source().wall_clock().0 / 1000 + steps * 30;
        let reader = Builder::new().with_secret(secret).build_noncompliant();
        reader.generate(u64::try_from(now).unwrap()).to_string()
    }
}

impl TestApp {
    async fn sign_in(&self, phone: &str) -> Answer {
        let account = json!({"phone": phone, "password": PASSWORD});
        self.guest().post("/api/v1/sessions", &account).await
    }

    /// Signs in with the password and returns what stands for it.
    async fn challenge(&self, phone: &str) -> (String, Value) {
        let refused = self.sign_in(phone).await.expect(StatusCode::UNAUTHORIZED);
        assert_eq!(refused["type"], "urn:choque:problem:second-factor-needed");
        (text(&refused, "challenge"), refused["methods"].clone())
    }

    async fn second(&self, challenge: &str, code: &str) -> Answer {
        let body = json!({"challenge": challenge, "code": code});
        self.guest().post(SECOND, &body).await
    }

    /// Lets codes be used again that were used before, as if time had gone by.
    async fn later(&self) {
        self.app
            .write(choque::db::Actor::System, |unit| {
                Box::pin(async move {
                    totp::Entity::update_many()
                        .col_expr(totp::Column::LastStep, Expr::value(0))
                        .exec(&*unit)
                        .await
                })
            })
            .await
            .unwrap();
    }
}

fn token(answer: &Answer) -> String {
    text(&answer.expect(StatusCode::CREATED), "token")
}

fn holding(app: &TestApp, token: String) -> Client {
    Client {
        token: Some(token),
        ..app.guest()
    }
}

/// Adds an authenticator app and returns it with the recovery codes.
async fn enrols(app: &TestApp, client: &Client) -> (App, Vec<String>) {
    let offer = client.post(TOTP, &json!({})).await.expect(StatusCode::CREATED);
    assert!(text(&offer, "uri").contains(&format!("secret={}", text(&offer, "secret"))));
    assert!(text(&offer, "qr_svg").starts_with("<svg"));
    let phone = App::with(&text(&offer, "secret"));
    let codes = client.post(CONFIRM, &json!({"code": phone.code(app, 0)})).await;
    let codes = codes.expect(StatusCode::OK);
    app.later().await;
    let codes = codes["recovery_codes"].as_array().unwrap();
    (
        phone,
        codes.iter().map(|code| code.as_str().unwrap().to_owned()).collect(),
    )
}

async fn person_id(client: &Client) -> PersonId {
    let me = client.get(ME).await.expect(StatusCode::OK);
    text(&me, "id").parse().unwrap()
}

on_both!(an_authenticator_app_is_asked_for_after_the_password, |app| {
    let lan = app.person("0912000001", "Lan").await;
    let before = lan.get(ME).await.expect(StatusCode::OK);
    assert_eq!(
        before["second_factor"],
        json!({"needed": false, "passed": false, "totp": false, "passkeys": 0, "recovery_codes": 0})
    );
    // An offer alone changes nothing: she may never have scanned it.
    let dropped = lan.post(TOTP, &json!({})).await.expect(StatusCode::CREATED);
    app.sign_in("0912000001").await.expect(StatusCode::CREATED);
    let (phone, codes) = enrols(app, &lan).await;
    assert_eq!(codes.len(), 10);
    let stale = App::with(&text(&dropped, "secret")).code(app, 0);
    let now = lan.get(ME).await.expect(StatusCode::OK);
    assert_eq!(
        now["second_factor"],
        json!({"needed": false, "passed": true, "totp": true, "passkeys": 0, "recovery_codes": 10})
    );
    lan.post(TOTP, &json!({})).await.expect(StatusCode::CONFLICT);

    let (challenge, methods) = app.challenge("0912000001").await;
    assert_eq!(methods, json!(["totp", "recovery"]));
    // The challenge opens nothing by itself.
    let bold = holding(app, challenge.clone());
    bold.get(ME).await.expect(StatusCode::UNAUTHORIZED);
    let wrong = app.second(&challenge, &stale).await.expect(StatusCode::UNAUTHORIZED);
    assert_eq!(wrong["type"], "urn:choque:problem:wrong-second-factor");
    let code = phone.code(app, 0);
    let entered = app.second(&challenge, &format!("{} {}", &code[..3], &code[3..])).await;
    let lan = holding(app, token(&entered));
    let me = lan.get(ME).await.expect(StatusCode::OK);
    assert_eq!(me["second_factor"]["passed"], true);

    // The challenge is over, and the code was used: by nobody else in the same half minute.
    let again = app
        .second(&challenge, &phone.code(app, 1))
        .await
        .expect(StatusCode::UNAUTHORIZED);
    assert_eq!(again["type"], "urn:choque:problem:challenge-over");
    let (challenge, _) = app.challenge("0912000001").await;
    let replayed = app.second(&challenge, &code).await.expect(StatusCode::UNAUTHORIZED);
    assert_eq!(replayed["type"], "urn:choque:problem:wrong-second-factor");
    app.second(&challenge, &phone.code(app, 1))
        .await
        .expect(StatusCode::CREATED);
});

on_both!(a_code_opens_one_session_however_many_use_it_at_once, |app| {
    let lan = app.person("0912000002", "Lan").await;
    let (phone, _) = enrols(app, &lan).await;
    let mut challenges = Vec::new();
    for _ in 0..6 {
        challenges.push(app.challenge("0912000002").await.0);
    }
    let code = phone.code(app, 0);
    let tries = challenges.iter().map(|challenge| app.second(challenge, &code));
    let answers = futures_util::future::join_all(tries).await;
    let opened = answers.iter().filter(|answer| answer.status == StatusCode::CREATED);
    assert_eq!(opened.count(), 1);
});

on_both!(guessing_a_code_ends, |app| {
    let lan = app.person("0912000003", "Lan").await;
    let (phone, _) = enrols(app, &lan).await;
    let wrong = |code: &str| if code == "000000" { "000001" } else { "000000" };
    let (challenge, _) = app.challenge("0912000003").await;
    for _ in 0..5 {
        let answer = app.second(&challenge, wrong(&phone.code(app, 0))).await;
        assert_eq!(
            answer.expect(StatusCode::UNAUTHORIZED)["type"],
            "urn:choque:problem:wrong-second-factor"
        );
    }
    // Five tries for one challenge: the right code does not help any more.
    let over = app
        .second(&challenge, &phone.code(app, 0))
        .await
        .expect(StatusCode::UNAUTHORIZED);
    assert_eq!(over["type"], "urn:choque:problem:challenge-over");
    // Ten for one person: signing in again does not help either.
    let (challenge, _) = app.challenge("0912000003").await;
    for _ in 0..5 {
        app.second(&challenge, "a-code-of-nobody")
            .await
            .expect(StatusCode::UNAUTHORIZED);
    }
    let (challenge, _) = app.challenge("0912000003").await;
    let stopped = app.second(&challenge, &phone.code(app, 0)).await;
    stopped.expect(StatusCode::TOO_MANY_REQUESTS);
    assert!(stopped.headers.contains_key(header::RETRY_AFTER));
    app.app.source().advance(16 * 60 * 1000);
    let (challenge, _) = app.challenge("0912000003").await;
    app.second(&challenge, &phone.code(app, 0))
        .await
        .expect(StatusCode::CREATED);
    // Five minutes are enough to find the phone.
    let (challenge, _) = app.challenge("0912000003").await;
    app.app.source().advance(5 * 60 * 1000 + 1);
    app.later().await;
    let late = app
        .second(&challenge, &phone.code(app, 0))
        .await
        .expect(StatusCode::UNAUTHORIZED);
    assert_eq!(late["type"], "urn:choque:problem:challenge-over");
});

on_both!(a_recovery_code_is_good_once_and_nothing_is_kept_in_the_clear, |app| {
    let lan = app.person("0912000004", "Lan").await;
    let (phone, codes) = enrols(app, &lan).await;
    let (challenge, _) = app.challenge("0912000004").await;
    // As people write it: capitals, a space for the hyphen.
    let written = codes[0].to_uppercase().replace('-', " ");
    app.second(&challenge, &written).await.expect(StatusCode::CREATED);
    let (challenge, _) = app.challenge("0912000004").await;
    app.second(&challenge, &codes[0]).await.expect(StatusCode::UNAUTHORIZED);
    let me = lan.get(ME).await.expect(StatusCode::OK);
    assert_eq!(me["second_factor"]["recovery_codes"], 9);

    let db = app.app.db().read();
    let kept = recovery_code::Entity::find().all(db).await.unwrap();
    assert_eq!(kept.len(), 10);
    assert!(
        kept.iter()
            .all(|row| row.code_hash.len() == 64 && !codes.contains(&row.code_hash))
    );
    let sealed = totp::Entity::find().one(db).await.unwrap().unwrap().secret;
    let bytes: String = phone.0.iter().map(|byte| format!("{byte:02x}")).collect();
    assert!(!sealed.contains(&bytes) && sealed.len() > 60);
    let under_way = ceremony::Entity::find().all(db).await.unwrap();
    assert!(
        under_way
            .iter()
            .all(|row| row.id != challenge && !row.state.contains('{'))
    );

    // New ones end the old; they want a code.
    let renew = "/api/v1/accounts/me/recovery-codes";
    assert_eq!(
        lan.post(renew, &json!({"code": "000000"}))
            .await
            .wrong(StatusCode::UNPROCESSABLE_ENTITY),
        ["/code"]
    );
    let fresh = lan
        .post(renew, &json!({"code": phone.code(app, 0)}))
        .await
        .expect(StatusCode::CREATED);
    assert_eq!(fresh["recovery_codes"].as_array().unwrap().len(), 10);
    app.second(&challenge, &codes[1]).await.expect(StatusCode::UNAUTHORIZED);
    let fresh = fresh["recovery_codes"][0].as_str().unwrap();
    app.second(&challenge, fresh).await.expect(StatusCode::CREATED);
});

on_both!(an_app_is_removed_with_a_code_only, |app| {
    let lan = app.person("0912000005", "Lan").await;
    let (phone, _) = enrols(app, &lan).await;
    let remove = |client: &Client, code: String| {
        let request = client.request(Method::DELETE, TOTP).json(&json!({"code": code}));
        Answer::of(Method::DELETE, TOTP, request)
    };
    assert_eq!(
        remove(&lan, "12345".to_owned())
            .await
            .wrong(StatusCode::UNPROCESSABLE_ENTITY),
        ["/code"]
    );
    let nothing = Answer::of(Method::DELETE, TOTP, lan.request(Method::DELETE, TOTP).json(&json!({}))).await;
    assert_eq!(nothing.wrong(StatusCode::UNPROCESSABLE_ENTITY), ["/code"]);
    remove(&lan, phone.code(app, 0)).await.expect(StatusCode::NO_CONTENT);
    let me = lan.get(ME).await.expect(StatusCode::OK);
    assert_eq!(
        me["second_factor"],
        json!({"needed": false, "passed": false, "totp": false, "passkeys": 0, "recovery_codes": 0})
    );
    app.sign_in("0912000005").await.expect(StatusCode::CREATED);
});

on_both!(a_session_from_before_cannot_change_what_guards_the_account, |app| {
    let lan = app.person("0912000006", "Lan").await;
    let stolen = holding(app, token(&app.sign_in("0912000006").await));
    let (_, codes) = enrols(app, &lan).await;
    for (path, body) in [
        (TOTP, json!({})),
        ("/api/v1/accounts/me/passkeys/begin", json!({})),
        ("/api/v1/accounts/me/recovery-codes", json!({"code": codes[0]})),
    ] {
        let refused = stolen.post(path, &body).await.expect(StatusCode::FORBIDDEN);
        assert_eq!(refused["type"], "urn:choque:problem:second-factor-missing", "{path}");
    }
    // Without any factor, an old session cannot put the first one there.
    let minh = app.person("0912000007", "Minh").await;
    app.app.source().advance(31 * 60 * 1000);
    let refused = minh.post(TOTP, &json!({})).await.expect(StatusCode::FORBIDDEN);
    assert_eq!(refused["type"], "urn:choque:problem:sign-in-again");
    let fresh = holding(app, token(&app.sign_in("0912000007").await));
    fresh.post(TOTP, &json!({})).await.expect(StatusCode::CREATED);
    // What one was offered, another cannot confirm.
    assert_eq!(
        lan.post(CONFIRM, &json!({"code": "000000"}))
            .await
            .wrong(StatusCode::UNPROCESSABLE_ENTITY),
        ["/code"]
    );
});

on_both!(an_office_waits_for_the_second_factor, |app| {
    let hoa = app.person("0912000008", "Hoa").await;
    let id = person_id(&hoa).await;
    let ledger = "/api/v1/ledger/trial-balance";
    let wrong_office = hoa.get(ledger).await.expect(StatusCode::FORBIDDEN);
    assert_eq!(wrong_office["type"], "urn:choque:problem:wrong-office");
    app.appoint(id, Office::Administrator).await;
    let missing = hoa.get(ledger).await.expect(StatusCode::FORBIDDEN);
    assert_eq!(missing["type"], "urn:choque:problem:second-factor-missing");
    assert!(text(&missing, "detail").contains("Tài khoản"), "it says what to do");
    let me = hoa.get(ME).await.expect(StatusCode::OK);
    assert_eq!(
        (&me["second_factor"]["needed"], &me["second_factor"]["passed"]),
        (&json!(true), &json!(false))
    );
    // Nor does the list of accounts show everybody before.
    app.person("0912000009", "Ai đó").await;
    let shown = |list: Value| list["items"].as_array().unwrap().len();
    assert_eq!(shown(hoa.get("/api/v1/accounts").await.expect(StatusCode::OK)), 1);
    let (phone, _) = enrols(app, &hoa).await;
    hoa.get(ledger).await.expect(StatusCode::OK);
    assert_eq!(shown(hoa.get("/api/v1/accounts").await.expect(StatusCode::OK)), 2);
    let one = hoa
        .get("/api/v1/accounts?phone=0912000009")
        .await
        .expect(StatusCode::OK);
    assert_eq!((shown(one.clone()), &one["items"][0]["name"]), (1, &json!("Ai đó")));

    // Without the factor the office waits again, in every session of hers; a token of the command line goes on.
    let (challenge, _) = app.challenge("0912000008").await;
    let other = holding(app, token(&app.second(&challenge, &phone.code(app, 0)).await));
    other.get(ledger).await.expect(StatusCode::OK);
    app.later().await;
    let own = "0912000008".parse().unwrap();
    let line = choque::identity::issue_token(&app.app, &own, "cron").await;
    let line = holding(app, line.unwrap());
    let request = hoa
        .request(Method::DELETE, TOTP)
        .json(&json!({"code": phone.code(app, 0)}));
    Answer::of(Method::DELETE, TOTP, request)
        .await
        .expect(StatusCode::NO_CONTENT);
    for client in [&hoa, &other] {
        client.get(ledger).await.expect(StatusCode::FORBIDDEN);
    }
    line.get(ledger).await.expect(StatusCode::OK);
});

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_demos_offices_want_no_second_factor() {
    let app = TestApp::start_demo(crate::harness::Backend::Sqlite).await.unwrap();
    let hoa = app.person("0912000010", "Hoa").await;
    app.appoint(person_id(&hoa).await, Office::Administrator).await;
    hoa.get("/api/v1/ledger/trial-balance").await.expect(StatusCode::OK);
    let me = hoa.get(ME).await.expect(StatusCode::OK);
    assert_eq!(me["second_factor"]["needed"], false);
    app.finish().await;
}

const KEYS: &str = "/api/v1/accounts/me/passkeys";

/// Makes a passkey on `phone` and returns what the server says of it.
async fn makes_passkey(client: &Client, phone: &Authenticator, name: &str) -> Answer {
    let begun = client
        .post(&format!("{KEYS}/begin"), &json!({}))
        .await
        .expect(StatusCode::OK);
    let body = json!({"ceremony": begun["ceremony"], "name": name, "credential": phone.create(&begun)});
    client.post(&format!("{KEYS}/finish"), &body).await
}

on_both!(a_passkey_is_made_and_signs_in, |app| {
    let lan = app.person("0912000011", "Lan").await;
    let mut phone = Authenticator::new("điện thoại của Lan");
    let made = makes_passkey(&lan, &phone, "Máy của Lan")
        .await
        .expect(StatusCode::CREATED);
    assert_eq!(made["recovery_codes"].as_array().unwrap().len(), 10);
    let keys = lan.get(KEYS).await.expect(StatusCode::OK);
    assert_eq!(keys["items"][0]["name"], "Máy của Lan");
    assert_eq!(keys["items"][0]["last_used_at"], Value::Null);
    let me = lan.get(ME).await.expect(StatusCode::OK);
    assert_eq!(
        (&me["second_factor"]["passed"], &me["second_factor"]["passkeys"]),
        (&json!(true), &json!(1))
    );

    let (challenge, methods) = app.challenge("0912000011").await;
    assert_eq!(methods, json!(["passkey", "recovery"]));
    let begin = format!("{SECOND}/passkey/begin");
    let finish = format!("{SECOND}/passkey/finish");
    let guest = app.guest();
    let options = guest
        .post(&begin, &json!({"challenge": challenge}))
        .await
        .expect(StatusCode::OK);
    assert_eq!(options["publicKey"]["rpId"], "choque.test");
    let answer = phone.get(&options);
    let body = json!({"challenge": challenge, "credential": answer});
    let entered = guest.post(&finish, &body).await;
    let entered = holding(app, token(&entered));
    let me = entered.get(ME).await.expect(StatusCode::OK);
    assert_eq!(me["second_factor"]["passed"], true);
    let keys = entered.get(KEYS).await.expect(StatusCode::OK);
    assert!(keys["items"][0]["last_used_at"].is_string());
    // The same answer again opens nothing: neither under the old challenge nor under a new one.
    guest.post(&finish, &body).await.expect(StatusCode::UNAUTHORIZED);
    let (challenge, _) = app.challenge("0912000011").await;
    let unasked = guest
        .post(&finish, &json!({"challenge": challenge, "credential": answer}))
        .await;
    assert_eq!(unasked.wrong(StatusCode::UNPROCESSABLE_ENTITY), ["/challenge"]);
    guest
        .post(&begin, &json!({"challenge": challenge}))
        .await
        .expect(StatusCode::OK);
    let replayed = guest
        .post(&finish, &json!({"challenge": challenge, "credential": answer}))
        .await;
    assert_eq!(
        replayed.expect(StatusCode::UNAUTHORIZED)["type"],
        "urn:choque:problem:wrong-second-factor"
    );

    // Removed, it opens nothing, even where it was asked already.
    let (challenge, _) = app.challenge("0912000011").await;
    let options = guest
        .post(&begin, &json!({"challenge": challenge}))
        .await
        .expect(StatusCode::OK);
    let key = text(&keys["items"][0], "id");
    let minh = app.person("0912000012", "Minh").await;
    minh.delete(&format!("{KEYS}/{key}"))
        .await
        .expect(StatusCode::NOT_FOUND);
    lan.delete(&format!("{KEYS}/{key}"))
        .await
        .expect(StatusCode::NO_CONTENT);
    let body = json!({"challenge": challenge, "credential": phone.get(&options)});
    guest.post(&finish, &body).await.expect(StatusCode::UNAUTHORIZED);
    app.sign_in("0912000011").await.expect(StatusCode::CREATED);
});

on_both!(a_passkey_that_does_not_hold_is_refused, |app| {
    let lan = app.person("0912000013", "Lan").await;
    // Of another site, of somebody who did not unlock the phone, for another ceremony.
    let mut elsewhere = Authenticator::new("xa");
    "http://cho-que.test".clone_into(&mut elsewhere.origin);
    let mut locked = Authenticator::new("khóa");
    locked.verified = false;
    for phone in [&elsewhere, &locked] {
        let refused = makes_passkey(&lan, phone, "x").await;
        assert_eq!(refused.wrong(StatusCode::UNPROCESSABLE_ENTITY), ["/credential"]);
    }
    let mut phone = Authenticator::new("gần");
    let first = lan
        .post(&format!("{KEYS}/begin"), &json!({}))
        .await
        .expect(StatusCode::OK);
    let second = lan
        .post(&format!("{KEYS}/begin"), &json!({}))
        .await
        .expect(StatusCode::OK);
    let crossed = json!({"ceremony": first["ceremony"], "name": "x", "credential": phone.create(&second)});
    let refused = lan.post(&format!("{KEYS}/finish"), &crossed).await;
    assert_eq!(refused.wrong(StatusCode::UNPROCESSABLE_ENTITY), ["/credential"]);
    let nonsense = json!({"ceremony": "x", "name": "", "credential": {"id": 5}});
    let refused = lan.post(&format!("{KEYS}/finish"), &nonsense).await;
    assert_eq!(
        refused.wrong(StatusCode::UNPROCESSABLE_ENTITY),
        ["/name", "/credential"]
    );
    // What was begun by one is not ended by another.
    let minh = app.person("0912000014", "Minh").await;
    let own = json!({"ceremony": second["ceremony"], "name": "x", "credential": phone.create(&second)});
    minh.post(&format!("{KEYS}/finish"), &own)
        .await
        .expect(StatusCode::UNAUTHORIZED);
    lan.post(&format!("{KEYS}/finish"), &own)
        .await
        .expect(StatusCode::CREATED);
    // A key has one owner.
    let taken = makes_passkey(&minh, &phone, "x").await;
    assert_eq!(
        taken.expect(StatusCode::CONFLICT)["type"],
        "urn:choque:problem:passkey-taken"
    );

    // At sign-in: a copied key is found out by its counter.
    let (begin, finish) = (format!("{SECOND}/passkey/begin"), format!("{SECOND}/passkey/finish"));
    let guest = app.guest();
    let enter = async |phone: &mut Authenticator| {
        let (challenge, _) = app.challenge("0912000013").await;
        let options = guest
            .post(&begin, &json!({"challenge": challenge}))
            .await
            .expect(StatusCode::OK);
        let body = json!({"challenge": challenge, "credential": phone.get(&options)});
        guest.post(&finish, &body).await
    };
    phone.counter = 7;
    enter(&mut phone).await.expect(StatusCode::CREATED);
    phone.counter = 3;
    enter(&mut phone).await.expect(StatusCode::UNAUTHORIZED);
    phone.counter = 20;
    phone.verified = false;
    enter(&mut phone).await.expect(StatusCode::UNAUTHORIZED);
    phone.verified = true;
    let mut other = Authenticator::new("gần");
    enter(&mut other).await.expect(StatusCode::UNAUTHORIZED);
    enter(&mut phone).await.expect(StatusCode::CREATED);
});

/// Sends `form` to the page at `path`, with `cookie`.
async fn submits(app: &TestApp, path: &str, cookie: &str, form: &[(&str, &str)]) -> (reqwest::Response, StatusCode) {
    let request = plain().post(format!("{}{path}", app.url)).form(form);
    let request = request.header(header::COOKIE, cookie).header(header::ORIGIN, &app.url);
    let response = request.send().await.unwrap();
    let status = response.status();
    (response, status)
}

fn cookie(response: &reqwest::Response) -> String {
    let set = response.headers()[header::SET_COOKIE].to_str().unwrap();
    set.split(';').next().unwrap().to_owned()
}

fn field(page: &str, name: &str) -> String {
    let (_, rest) = page.split_once(&format!("name=\"{name}\" value=\"")).unwrap();
    rest.split('"').next().unwrap().to_owned()
}

on_both!(the_pages_do_it_without_script, |app| {
    app.person("0912000015", "Lan").await;
    let account = [("phone", "0912000015"), ("password", PASSWORD), ("back", "/don-hang")];
    let (entered, _) = submits(app, "/dang-nhap", "", &account).await;
    let browser = cookie(&entered);
    let page = async |path: &str| {
        let request = plain()
            .get(format!("{}{path}", app.url))
            .header(header::COOKIE, &browser);
        request.send().await.unwrap().text().await.unwrap()
    };
    assert!(page("/tai-khoan").await.contains("action=\"/tai-khoan/totp\""));
    let (offered, status) = submits(app, "/tai-khoan/totp", &browser, &[]).await;
    assert_eq!(
        (status, offered.headers()[header::LOCATION].as_bytes()),
        (StatusCode::SEE_OTHER, &b"/tai-khoan/totp"[..])
    );
    let shown = page("/tai-khoan/totp").await;
    let (_, secret) = shown.split_once("class=\"enrol-secret\">").unwrap();
    let phone = App::with(&secret.split('<').next().unwrap().replace(' ', ""));
    assert!(shown.contains("<svg") && shown.contains("otpauth://totp/"));
    let confirm = "/tai-khoan/totp/xac-nhan";
    let (refused, status) = submits(app, confirm, &browser, &[("code", "000000")]).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.text().await.unwrap().contains("class=\"enrol-secret\""),
        "the code can still be scanned"
    );
    let (codes, status) = submits(app, confirm, &browser, &[("code", &phone.code(app, 0))]).await;
    assert_eq!(
        (status, codes.headers()[header::CACHE_CONTROL].as_bytes()),
        (StatusCode::OK, &b"no-store"[..])
    );
    let codes = codes.text().await.unwrap();
    let recovery = codes
        .split("<li><code>")
        .nth(1)
        .unwrap()
        .split('<')
        .next()
        .unwrap()
        .to_owned();
    app.later().await;

    // Signing in is two pages now, and leads back to where one was.
    let (second, status) = submits(app, "/dang-nhap", "", &account).await;
    assert_eq!(status, StatusCode::OK);
    assert!(!second.headers().contains_key(header::SET_COOKIE));
    let second = second.text().await.unwrap();
    let (challenge, back) = (field(&second, "challenge"), field(&second, "back"));
    let (wrong, status) = submits(
        app,
        "/dang-nhap/buoc-hai",
        "",
        &[
            ("challenge", &challenge),
            ("code", "000000"),
            ("back", &back),
            ("offered", "totp "),
        ],
    )
    .await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    assert_eq!(field(&wrong.text().await.unwrap(), "challenge"), challenge);
    let form = [
        ("challenge", challenge.as_str()),
        ("code", &phone.code(app, 0)),
        ("back", &back),
    ];
    let (entered, status) = submits(app, "/dang-nhap/buoc-hai", "", &form).await;
    assert_eq!(
        (status, entered.headers()[header::LOCATION].as_bytes()),
        (StatusCode::SEE_OTHER, &b"/don-hang"[..])
    );
    let browser = cookie(&entered);
    let (over, status) = submits(app, "/dang-nhap/buoc-hai", "", &form).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    assert!(over.text().await.unwrap().contains("đăng nhập lại"));

    // Removing it wants a code, and shows the page again when it is wrong.
    let (refused, status) = submits(app, "/tai-khoan/totp/go", &browser, &[("code", "abc")]).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().await.unwrap().contains("code-loi"));
    let (_, status) = submits(app, "/tai-khoan/totp/go", &browser, &[("code", &recovery)]).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    let (_, status) = submits(app, "/dang-nhap", "", &account).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
});

on_both!(the_command_line_helps_whoever_lost_every_factor, |app| {
    let lan = app.person("0912000016", "Lan").await;
    enrols(app, &lan).await;
    makes_passkey(&lan, &Authenticator::new("m"), "m")
        .await
        .expect(StatusCode::CREATED);
    app.challenge("0912000016").await;
    choque::identity::forget_second_factors(&app.app, &"0912000016".parse().unwrap())
        .await
        .unwrap();
    app.sign_in("0912000016").await.expect(StatusCode::CREATED);
    let me = lan.get(ME).await.expect(StatusCode::OK);
    assert_eq!(
        me["second_factor"],
        json!({"needed": false, "passed": false, "totp": false, "passkeys": 0, "recovery_codes": 0})
    );
});
