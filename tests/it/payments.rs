use std::{collections::HashMap, time::Duration};

use choque::{
    db::Actor,
    payments::{self, Credential, NewPayment, PaymentsError, request, sepay},
};
use entity::{
    Dong, PaymentReference,
    catalogue::webhook_event,
    identity::role::Office,
    ids::{MoneyAccountId, PaymentId, SaleId, StallId},
    market::{sale, stall},
    payments::{account_access, notice as notices, payment::Purpose, transfer},
};
use futures_util::future::join_all;
use reqwest::{Method, StatusCode, header::HeaderMap};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    harness::{Answer, Client, Farmer, SEPAY_KEY, TestApp, notice, text},
    on_both,
};

/// The number of Lan's account in these tests.
const NUMBER: &str = "0123499999";

impl TestApp {
    /// Gives `farmer` the account [`NUMBER`] and returns its id.
    async fn banks(&self, farmer: &Farmer) -> MoneyAccountId {
        let account = farmer.account("").await;
        text(&account, "id").parse().unwrap()
    }

    /// Asks for `amount` into `account` for a counter sale, as an offline draft with the id `seed` would; returns the
    /// payment's id.
    async fn asks(&self, account: MoneyAccountId, seed: Uuid, amount: i64) -> PaymentId {
        self.rings_up(account, PaymentId(seed), seed, amount).await
    }

    /// As [`TestApp::asks`], with an id of the payment that is not the draft's.
    async fn rings_up(&self, account: MoneyAccountId, id: PaymentId, seed: Uuid, amount: i64) -> PaymentId {
        let known = stall::Entity::find().one(self.app.db().read()).await.unwrap();
        let stall_id: StallId = match known {
            Some(stall) => stall.id,
            None => self.stall_without_account().await.stall_id.parse().unwrap(),
        };
        let new = NewPayment {
            id,
            seed,
            account,
            purpose: Purpose::Sale,
            amount: Dong(amount),
            expires_at: None,
        };
        self.app
            .write(Actor::System, move |unit| {
                Box::pin(async move {
                    let payment = request(unit, new).await?;
                    let sale = sale::Model {
                        id: SaleId(seed),
                        stall_id,
                        kind: sale::Kind::Counter,
                        amount: payment.amount,
                        note: String::new(),
                        payment_id: payment.id,
                        happened_at: unit.now(),
                        recorded_at: unit.now(),
                        changed_at: unit.now(),
                        recorded_by: None,
                    };
                    let sale = sale::ActiveModel::from(sale);
                    sale::Entity::insert(sale).exec_without_returning(&*unit).await?;
                    Ok::<_, PaymentsError>(payment.id)
                })
            })
            .await
            .unwrap()
    }

    /// The payment as its buyer sees it.
    async fn payment(&self, id: PaymentId) -> Value {
        let path = format!("/api/v1/payments/{id}");
        self.guest().get(&path).await.expect(StatusCode::OK)
    }

    /// Waits until every notice is settled.
    async fn settled(&self) {
        for _ in 0..200 {
            let waiting = notices::Entity::find()
                .filter(notices::Column::State.eq(notices::State::Received))
                .count(self.app.db().read())
                .await
                .unwrap();
            if waiting == 0 && self.undelivered().await == 0 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("notices were not settled within five seconds");
    }

    /// SePay tells of `notice`, and it is settled.
    async fn hears(&self, notice: &Value) {
        let answer = self.sepay(notice).await.expect(StatusCode::OK);
        assert_eq!(answer, json!({"success": true}));
        self.settled().await;
    }

    /// An administrator.
    async fn administrator(&self) -> Client {
        self.in_office("0988888888", "Quản trị", Office::Administrator).await
    }

    /// Every line of the ledger as `(debit kind, credit kind, amount, reason)`, oldest first; and it balances.
    async fn ledger(&self) -> Vec<(&'static str, &'static str, i64, &'static str)> {
        let mut rows = transfer::Entity::find().all(self.app.db().read()).await.unwrap();
        rows.sort_by_key(|row| row.id);
        rows.iter()
            .map(|row| {
                (
                    row.debit_kind.code(),
                    row.credit_kind.code(),
                    row.amount.0,
                    row.reason.code(),
                )
            })
            .collect()
    }
}

impl Farmer {
    fn account_path(&self) -> String {
        format!("/api/v1/sellers/{}/money-account", self.seller_id)
    }

    /// Sets the account [`NUMBER`]; with a `secret` its notices are signed with it.
    async fn account(&self, secret: &str) -> Value {
        let mut account = json!({"bank_bin": "970436", "number": NUMBER, "holder_name": "Nguyễn Thị Lan",
            "notices": "sepay"});
        if !secret.is_empty() {
            account["credential"] = json!({"hmac_secret": secret});
        }
        self.client
            .put(&self.account_path(), &account)
            .await
            .expect(StatusCode::OK)
    }

    /// What came to her accounts and could not be matched.
    async fn unmatched(&self) -> Vec<Value> {
        unmatched(&self.client).await
    }
}

async fn unmatched(client: &Client) -> Vec<Value> {
    let list = client.get("/api/v1/payments/unmatched").await.expect(StatusCode::OK);
    list["items"].as_array().unwrap().clone()
}

fn reference(seed: Uuid) -> String {
    PaymentReference::of(seed).to_string()
}

fn memo(id: PaymentId) -> String {
    format!("MBVCB.3278907687.{} CT tu 0123400000", reference(id.0).to_lowercase())
}

#[test]
fn the_providers_signatures_are_those_of_the_vectors() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/payments/signature_vectors.json");
    let Ok(vectors) = std::fs::read_to_string(path) else {
        assert!(
            std::env::var("CI").as_deref() != Ok("true"),
            "the vectors are not there, and in CI nothing is skipped"
        );
        eprintln!("skipped: there are no signature vectors beside the project");
        return;
    };
    let vectors: Value = serde_json::from_str(&vectors).unwrap();
    let rows = vectors["vectors"].as_array().unwrap();
    let ours: Vec<_> = rows
        .iter()
        .filter(|row| row["provider"].as_str().unwrap().starts_with("SePay"))
        .collect();
    assert!(!ours.is_empty());
    for row in ours {
        let body = text(row, "raw_body");
        let headers: HashMap<String, String> = serde_json::from_value(row["headers"].clone()).unwrap();
        let at: i64 = headers["X-SePay-Timestamp"].parse().unwrap();
        let headers = HeaderMap::try_from(&headers).unwrap();
        let now = entity::Timestamp(at * 1000);
        let signer = Credential {
            hmac_secret: Some(text(row, "secret")),
            api_key: None,
        };
        assert!(signer.proves(&headers, body.as_bytes(), now));
        assert_eq!(signer.headers(body.as_bytes(), now), Some(headers));
        assert_eq!(sepay::Told::read(body.as_bytes()).unwrap().amount, Dong(227_700));
    }
}

on_both!(a_money_account_is_masked_and_every_reading_is_logged, |app| {
    let farmer = app.farmer().await;
    farmer
        .client
        .get(&farmer.account_path())
        .await
        .expect(StatusCode::NOT_FOUND);
    let account = farmer.account("a-secret-of-her-own").await;
    assert_eq!(account["holder_name"], "NGUYEN THI LAN");
    let masked = farmer.client.get(&farmer.account_path()).await;
    for hidden in [NUMBER, "secret"] {
        assert!(!masked.text().contains(hidden), "{}", masked.text());
    }
    let masked = masked.expect(StatusCode::OK);
    assert_eq!(masked["number_masked"], "••••999");
    assert_eq!(masked["bank_name"], "Vietcombank");
    assert_eq!(masked["own_credential"], true);
    let whole = farmer.client.get(&format!("{}?reveal=1", farmer.account_path())).await;
    assert_eq!(whole.expect(StatusCode::OK)["number"], NUMBER);
    let other = app.farmer().await;
    other
        .client
        .get(&farmer.account_path())
        .await
        .expect(StatusCode::NOT_FOUND);
    app.guest()
        .get(&farmer.account_path())
        .await
        .expect(StatusCode::UNAUTHORIZED);
    // The same again is the same account; another number is another one.
    assert_eq!(farmer.account("").await["id"], account["id"]);
    let moved = json!({"bank_bin": "970422", "number": "0999 888.777-6", "holder_name": "LAN", "notices": "none"});
    let moved = farmer
        .client
        .put(&farmer.account_path(), &moved)
        .await
        .expect(StatusCode::OK);
    assert_ne!(moved["id"], account["id"]);
    assert_eq!(moved["own_credential"], false);
    let mut log = account_access::Entity::find().all(app.app.db().read()).await.unwrap();
    log.sort_by_key(|row| row.id);
    let log: Vec<_> = log
        .iter()
        .map(|row| (row.what.code(), row.person_id.is_some()))
        .collect();
    assert_eq!(log, [("made", true), ("read", true), ("closed", true), ("made", true)]);
});

on_both!(every_wrong_field_of_an_account_is_named, |app| {
    let farmer = app.farmer().await;
    let put = async |body: Value| {
        farmer
            .client
            .put(&farmer.account_path(), &body)
            .await
            .wrong(StatusCode::UNPROCESSABLE_ENTITY)
    };
    assert_eq!(
        put(json!({})).await,
        ["/bank_bin", "/number", "/holder_name", "/notices"]
    );
    let all_wrong = json!({"bank_bin": "999999", "number": "12", "holder_name": "茶", "notices": "sms",
        "credential": {"hmac_secret": "short", "api_key": 5}});
    assert_eq!(
        put(all_wrong).await,
        [
            "/bank_bin",
            "/number",
            "/holder_name",
            "/notices",
            "/credential/hmac_secret",
            "/credential/api_key"
        ]
    );
    let unused = json!({"bank_bin": "970436", "number": "123456", "holder_name": "Lan", "notices": "none",
        "credential": {"hmac_secret": "long enough"}});
    assert_eq!(put(unused).await, ["/credential/hmac_secret", "/credential"]);
    let banks = app.guest().get("/api/v1/banks").await.expect(StatusCode::OK);
    assert!(
        banks["items"]
            .as_array()
            .unwrap()
            .iter()
            .any(|bank| bank["name"] == "Agribank")
    );
});

on_both!(a_notice_pays_and_the_page_learns_of_it, |app| {
    let farmer = app.farmer().await;
    let account = app.banks(&farmer).await;
    let id = app.asks(account, Uuid::from_u128(1), 45_000).await;
    let pending = app.payment(id).await;
    assert_eq!(
        (&pending["status"], &pending["received"], &pending["confirmed"]),
        (&json!("pending"), &json!(0), &Value::Null)
    );
    let code = vietqr::VietQr::decode(pending["vietqr"]["payload"].as_str().unwrap()).unwrap();
    assert_eq!(
        (code.bin(), code.account(), code.amount()),
        ("970436", NUMBER, Some(45_000))
    );
    assert_eq!(code.memo(), Some(reference(id.0).as_str()));
    let svg = app.guest().get(pending["vietqr"]["qr_svg_url"].as_str().unwrap()).await;
    assert_eq!(
        (svg.status, &svg.headers["content-type"]),
        (StatusCode::OK, &"image/svg+xml".parse().unwrap())
    );

    // One page waits, another follows the stream.
    let guest = app.guest();
    let waits = tokio::spawn(async move { guest.get(&format!("/api/v1/payments/{id}?wait=25")).await.json() });
    let mut stream = app
        .guest()
        .request(Method::GET, &format!("/api/v1/payments/{id}/events"))
        .send()
        .await
        .unwrap();
    assert_eq!(stream.headers()["content-type"], "text/event-stream");
    assert_eq!(next_event(&mut stream).await["status"], "pending");
    app.hears(&notice(92_704, NUMBER, 45_000, &memo(id))).await;
    assert_eq!(waits.await.unwrap()["status"], "paid");
    assert_eq!(next_event(&mut stream).await["status"], "paid");
    let paid = app.payment(id).await;
    assert_eq!(
        (&paid["received"], &paid["confirmed"], &paid["vietqr"]),
        (&json!(45_000), &json!("bank"), &Value::Null)
    );
    let gone = app.guest().get(&format!("/api/v1/payments/{id}/qr.svg")).await;
    assert_eq!(gone.status, StatusCode::GONE);
    assert_eq!(farmer.unmatched().await, Vec::<Value>::new());
    assert_eq!(app.ledger().await, [("account", "payment", 45_000, "received")]);
    let listed = farmer
        .client
        .get("/api/v1/payments?status=paid")
        .await
        .expect(StatusCode::OK);
    assert_eq!(listed["items"][0]["id"], id.to_string());
    let open = farmer
        .client
        .get("/api/v1/payments?status=pending")
        .await
        .expect(StatusCode::OK);
    assert_eq!(open["items"], json!([]));
});

/// The data of the next event of a stream.
async fn next_event(stream: &mut reqwest::Response) -> Value {
    let mut text = String::new();
    loop {
        let chunk = tokio::time::timeout(Duration::from_secs(10), stream.chunk()).await;
        text.push_str(std::str::from_utf8(&chunk.unwrap().unwrap().unwrap()).unwrap());
        let data = text.lines().find_map(|line| line.strip_prefix("data: "));
        if let Some(data) = data.filter(|_| text.contains("\n\n")) {
            return serde_json::from_str(data).unwrap();
        }
    }
}

on_both!(a_wait_ends_by_itself_and_only_pending_payments_are_waited_for, |app| {
    let farmer = app.farmer().await;
    let account = app.banks(&farmer).await;
    let id = app.asks(account, Uuid::from_u128(1), 45_000).await;
    let wait = app.guest().get(&format!("/api/v1/payments/{id}?wait=1")).await;
    assert_eq!(wait.expect(StatusCode::OK)["status"], "pending");
    let wrong = app.guest().get(&format!("/api/v1/payments/{id}?wait=26")).await;
    assert_eq!(wrong.wrong(StatusCode::UNPROCESSABLE_ENTITY), ["?wait"]);
    for nothing in ["", "/events", "/qr.svg"] {
        let path = format!("/api/v1/payments/{}{nothing}", Uuid::from_u128(99));
        app.guest().get(&path).await.expect(StatusCode::NOT_FOUND);
    }
});

on_both!(one_notice_sent_eight_times_at_once_credits_once, |app| {
    let farmer = app.farmer().await;
    let account = app.banks(&farmer).await;
    for round in 1..=10 {
        let id = app.asks(account, Uuid::from_u128(round), 45_000).await;
        let told = notice(i64::try_from(round).unwrap(), NUMBER, 45_000, &memo(id));
        let answers = join_all((0..8).map(|_| app.sepay(&told))).await;
        for answer in answers {
            assert_eq!(answer.expect(StatusCode::OK), json!({"success": true}));
        }
    }
    app.settled().await;
    // Long after, and settled once more by hand: nothing changes.
    let first = PaymentId(Uuid::from_u128(1));
    app.hears(&notice(1, NUMBER, 45_000, &memo(first))).await;
    for row in notices::Entity::find().all(app.app.db().read()).await.unwrap() {
        choque::settlement::settle(&app.app, row.id).await.unwrap();
    }
    for round in 1..=10 {
        let payment = app.payment(PaymentId(Uuid::from_u128(round))).await;
        assert_eq!(
            (&payment["status"], &payment["received"]),
            (&json!("paid"), &json!(45_000))
        );
    }
    assert_eq!(app.ledger().await.len(), 10);
});

on_both!(a_stray_notice_sent_sixteen_times_is_listed_once, |app| {
    let farmer = app.farmer().await;
    app.banks(&farmer).await;
    let stray = notice(5, NUMBER, 12_345, "mua che khong ghi gi");
    for answer in join_all((0..16).map(|_| app.sepay(&stray))).await {
        answer.expect(StatusCode::OK);
    }
    app.settled().await;
    let listed = farmer.unmatched().await;
    assert_eq!(listed.len(), 1);
    assert_eq!(
        (
            &listed[0]["amount"],
            &listed[0]["content"],
            &listed[0]["reason"],
            &listed[0]["provider"]
        ),
        (
            &json!(12_345),
            &json!("mua che khong ghi gi"),
            &json!("no_reference"),
            &json!("sepay")
        )
    );
    assert_eq!(app.ledger().await, [("account", "unmatched", 12_345, "unmatched")]);
    // Others do not see it, the administrator does.
    let other = app.farmer().await;
    assert_eq!(other.unmatched().await, Vec::<Value>::new());
    let administrator = app.administrator().await;
    assert_eq!(unmatched(&administrator).await.len(), 1);
    // To an account of nobody's, and with a reference of nobody's.
    let nobody = reference(Uuid::from_u128(77));
    app.hears(&notice(6, "5550001112", 1_000, &nobody)).await;
    app.hears(&notice(7, NUMBER, 1_000, &nobody)).await;
    let reasons: Vec<_> = unmatched(&administrator)
        .await
        .iter()
        .map(|item| text(item, "reason"))
        .collect();
    assert_eq!(reasons, ["unknown_reference", "unknown_account", "no_reference"]);
    let page = administrator
        .get("/api/v1/payments/unmatched?limit=2")
        .await
        .expect(StatusCode::OK);
    let rest = format!(
        "/api/v1/payments/unmatched?limit=2&cursor={}",
        text(&page, "next_cursor")
    );
    let rest = administrator.get(&rest).await.expect(StatusCode::OK);
    assert_eq!(
        (rest["items"].as_array().unwrap().len(), &rest["next_cursor"]),
        (1, &Value::Null)
    );
    app.guest()
        .get("/api/v1/payments/unmatched")
        .await
        .expect(StatusCode::UNAUTHORIZED);
});

on_both!(short_and_excess_money_is_counted_in_any_order, |app| {
    let farmer = app.farmer().await;
    let account = app.banks(&farmer).await;
    let id = app.asks(account, Uuid::from_u128(1), 100_000).await;
    app.hears(&notice(2, NUMBER, 40_000, &memo(id))).await;
    let short = app.payment(id).await;
    assert_eq!(
        (&short["status"], &short["received"]),
        (&json!("underpaid"), &json!(40_000))
    );
    let rest = vietqr::VietQr::decode(short["vietqr"]["payload"].as_str().unwrap()).unwrap();
    assert_eq!(rest.amount(), Some(60_000), "the code asks for what is missing");
    app.hears(&notice(1, NUMBER, 60_000, &memo(id))).await;
    assert_eq!(app.payment(id).await["status"], "paid");
    app.hears(&notice(3, NUMBER, 1, &memo(id))).await;
    let over = app.payment(id).await;
    assert_eq!(
        (&over["status"], &over["received"]),
        (&json!("overpaid"), &json!(100_001))
    );
    // Money that went out is kept and means nothing.
    let mut out = notice(4, NUMBER, 500, &memo(id));
    out["transferType"] = json!("out");
    app.hears(&out).await;
    assert_eq!(app.payment(id).await["received"], 100_001);
    let sums: i64 = app.ledger().await.iter().map(|(_, _, amount, _)| amount).sum();
    assert_eq!(sums, 100_001);
});

on_both!(what_is_not_proved_is_refused_before_it_is_read, |app| {
    let farmer = app.farmer().await;
    let account = app.banks(&farmer).await;
    let id = app.asks(account, Uuid::from_u128(1), 45_000).await;
    let body = notice(1, NUMBER, 45_000, &memo(id)).to_string();
    let wrong_secret = app.sepay_bytes(body.as_bytes(), "some other secret").await;
    wrong_secret.wrong(StatusCode::UNAUTHORIZED);
    app.webhook(body.as_bytes(), HeaderMap::new())
        .await
        .wrong(StatusCode::UNAUTHORIZED);
    // Signed well, six minutes ago.
    let signer = choque::settlement::exchange_credential(&app.app);
    let then = app.app.source().wall_clock().plus(-6 * 60_000);
    let old = signer.headers(body.as_bytes(), then).unwrap();
    app.webhook(body.as_bytes(), old).await.wrong(StatusCode::UNAUTHORIZED);
    // Signed well, for other bytes.
    let now = app.app.source().wall_clock();
    let headers = signer.headers(body.as_bytes(), now).unwrap();
    let altered = body.replace("45000", "46000");
    app.webhook(altered.as_bytes(), headers)
        .await
        .wrong(StatusCode::UNAUTHORIZED);
    // Nonsense without a proof is not worth a word about its form.
    app.webhook(b"{", HeaderMap::new())
        .await
        .wrong(StatusCode::UNAUTHORIZED);
    app.settled().await;
    assert_eq!(app.payment(id).await["status"], "pending");
    let kept = notices::Entity::find().count(app.app.db().read()).await.unwrap();
    assert_eq!(kept, 0);
    // A key is as good as a signature.
    let key = HeaderMap::from_iter([(
        reqwest::header::AUTHORIZATION,
        format!("Apikey {SEPAY_KEY}").parse().unwrap(),
    )]);
    app.webhook(body.as_bytes(), key).await.expect(StatusCode::OK);
    app.settled().await;
    assert_eq!(app.payment(id).await["status"], "paid");
});

on_both!(
    broken_notices_are_refused_by_field_and_none_is_an_error_of_ours,
    |app| {
        let farmer = app.farmer().await;
        app.banks(&farmer).await;
        let good = notice(1, NUMBER, 45_000, "x");
        let amounts = [
            "0",
            "-1",
            "1000000000000000000",
            "1e18",
            "45000.5",
            "\"45000\"",
            "null",
            "{}",
            "99999999999999999999",
        ];
        for amount in amounts {
            let body = good.to_string().replace("45000", amount);
            let answer = app.sepay_bytes(body.as_bytes(), crate::harness::SEPAY_SECRET).await;
            assert_eq!(
                answer.wrong(StatusCode::UNPROCESSABLE_ENTITY),
                ["/transferAmount"],
                "{amount}"
            );
        }
        for missing in ["id", "accountNumber", "transferType", "transferAmount"] {
            let mut body = good.clone();
            body.as_object_mut().unwrap().remove(missing);
            let answer = app.sepay(&body).await;
            assert_eq!(answer.wrong(StatusCode::UNPROCESSABLE_ENTITY), [format!("/{missing}")]);
        }
        let whole = good.to_string();
        for length in 0..whole.len() {
            let answer = app
                .sepay_bytes(&whole.as_bytes()[..length], crate::harness::SEPAY_SECRET)
                .await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{}", &whole[..length]);
            if length > 20 {
                break;
            }
        }
        for body in [
            &b"[]"[..],
            b"null",
            b"5",
            b"\"x\"",
            b"{\"id\":1,\"id\":2}",
            b"\xff\xfe",
            b"[1,2,3]",
        ] {
            let answer = app.sepay_bytes(body, crate::harness::SEPAY_SECRET).await;
            assert!(answer.status.is_client_error(), "{body:?}: {}", answer.status);
        }
        let long = format!("{{\"content\": \"{}\"}}", "x".repeat(100_000));
        let answer = app.sepay_bytes(long.as_bytes(), crate::harness::SEPAY_SECRET).await;
        assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
        app.settled().await;
        assert_eq!(farmer.unmatched().await, Vec::<Value>::new());
    }
);

on_both!(an_own_credential_speaks_for_its_own_account_alone, |app| {
    let (lan, minh) = (app.farmer().await, app.farmer().await);
    let hers = app.banks(&lan).await;
    // Minh names Lan's number as his, with a secret that he chose.
    let his: MoneyAccountId = text(&minh.account("minhs-own-secret").await, "id").parse().unwrap();
    let to_lan = app.asks(hers, Uuid::from_u128(1), 45_000).await;
    let to_minh = app.asks(his, Uuid::from_u128(2), 45_000).await;
    let forged = notice(10, NUMBER, 45_000, &memo(to_lan)).to_string();
    app.sepay_bytes(forged.as_bytes(), "minhs-own-secret")
        .await
        .expect(StatusCode::OK);
    app.settled().await;
    assert_eq!(app.payment(to_lan).await["status"], "pending");
    // Nor does he use up the number of the notice that the bank will send.
    app.hears(&notice(10, NUMBER, 45_000, &memo(to_lan))).await;
    assert_eq!(app.payment(to_lan).await["status"], "paid");
    let own = notice(11, NUMBER, 45_000, &memo(to_minh)).to_string();
    app.sepay_bytes(own.as_bytes(), "minhs-own-secret")
        .await
        .expect(StatusCode::OK);
    app.settled().await;
    assert_eq!(app.payment(to_minh).await["status"], "paid");
    // The exchange's notice finds the payment by its reference, whichever of the two accounts it is in.
    let again = app.asks(his, Uuid::from_u128(3), 5_000).await;
    app.hears(&notice(12, NUMBER, 5_000, &memo(again))).await;
    assert_eq!(app.payment(again).await["status"], "paid");
    // What he forged lies in his own list, not in hers.
    assert_eq!((lan.unmatched().await.len(), minh.unmatched().await.len()), (0, 1));
});

on_both!(
    a_changed_credential_proves_nothing_any_more_and_forgets_nothing,
    |app| {
        let lan = app.farmer().await;
        let before: MoneyAccountId = text(&lan.account("the-first-secret").await, "id").parse().unwrap();
        let id = app.asks(before, Uuid::from_u128(1), 45_000).await;
        let told = notice(20, NUMBER, 20_000, &memo(id)).to_string();
        app.sepay_bytes(told.as_bytes(), "the-first-secret")
            .await
            .expect(StatusCode::OK);
        app.settled().await;
        let after = lan.account("the-second-secret").await;
        assert_ne!(after["id"], before.to_string());
        app.sepay_bytes(told.as_bytes(), "the-first-secret")
            .await
            .wrong(StatusCode::UNAUTHORIZED);
        // The provider sends the same notice again, under the new secret: it was credited already.
        app.sepay_bytes(told.as_bytes(), "the-second-secret")
            .await
            .expect(StatusCode::OK);
        app.settled().await;
        assert_eq!(app.payment(id).await["received"], 20_000);
        // What was asked for before the change is still paid.
        let rest = notice(21, NUMBER, 25_000, &memo(id)).to_string();
        app.sepay_bytes(rest.as_bytes(), "the-second-secret")
            .await
            .expect(StatusCode::OK);
        app.settled().await;
        assert_eq!(app.payment(id).await["status"], "paid");
    }
);

on_both!(money_that_came_before_its_sale_was_rung_up_finds_it, |app| {
    let farmer = app.farmer().await;
    let account = app.banks(&farmer).await;
    let drafts: Vec<Uuid> = (1..=20).map(Uuid::from_u128).collect();
    let payment_of = |draft: Uuid| PaymentId(Uuid::from_u128(1000 + draft.as_u128()));
    app.hears(&notice(100, NUMBER, 30_000, &reference(drafts[0]))).await;
    assert_eq!(farmer.unmatched().await[0]["reason"], "unknown_reference");
    app.rings_up(account, payment_of(drafts[0]), drafts[0], 30_000).await;
    app.settled().await;
    assert_eq!(farmer.unmatched().await, Vec::<Value>::new());
    assert_eq!(app.payment(payment_of(drafts[0])).await["status"], "paid");
    assert_eq!(
        app.ledger().await,
        [
            ("account", "unmatched", 30_000, "unmatched"),
            ("unmatched", "payment", 30_000, "matched")
        ]
    );
    // The sale and its money arrive at the same moment, one way or the other.
    let told: Vec<Value> = (1..20)
        .map(|nth: usize| {
            notice(
                200 + i64::try_from(nth).unwrap(),
                NUMBER,
                10_000,
                &reference(drafts[nth]),
            )
        })
        .collect();
    let asked = join_all((1..20).map(|nth| app.rings_up(account, payment_of(drafts[nth]), drafts[nth], 10_000)));
    let heard = join_all(told.iter().map(|told| app.sepay(told)));
    tokio::join!(asked, heard);
    app.settled().await;
    for draft in &drafts {
        assert_eq!(app.payment(payment_of(*draft)).await["status"], "paid", "{draft}");
    }
    assert_eq!(farmer.unmatched().await, Vec::<Value>::new());
});

on_both!(what_a_hand_confirmed_the_bank_bears_out, |app| {
    let farmer = app.farmer().await;
    let account = app.banks(&farmer).await;
    let id = app.asks(account, Uuid::from_u128(1), 100_000).await;
    let confirm = || {
        app.app
            .write(Actor::System, move |unit| Box::pin(payments::confirm_by_hand(unit, id)))
    };
    app.hears(&notice(1, NUMBER, 30_000, &memo(id))).await;
    confirm().await.unwrap();
    let paid = app.payment(id).await;
    assert_eq!(
        (&paid["status"], &paid["confirmed"], &paid["received"]),
        (&json!("paid"), &json!("hand"), &json!(100_000))
    );
    assert!(matches!(confirm().await, Err(PaymentsError::Illegal(_))));
    // The bank's message comes after all: the same money, not more of it.
    app.hears(&notice(2, NUMBER, 50_000, &memo(id))).await;
    assert_eq!(app.payment(id).await["confirmed"], "hand");
    app.hears(&notice(3, NUMBER, 20_000, &memo(id))).await;
    let told = app.payment(id).await;
    assert_eq!(
        (&told["status"], &told["confirmed"], &told["received"]),
        (&json!("paid"), &json!("bank"), &json!(100_000))
    );
    let administrator = app.administrator().await;
    let balance = administrator
        .get("/api/v1/ledger/trial-balance")
        .await
        .expect(StatusCode::OK);
    assert_eq!(balance["debit"], balance["credit"]);
    let of = |kind: &str| {
        let items = balance["items"].as_array().unwrap();
        items.iter().find(|item| item["kind"] == kind).unwrap()["balance"].as_i64()
    };
    assert_eq!((of("account"), of("payment")), (Some(100_000), Some(-100_000)));
    let rows = administrator
        .get("/api/v1/ledger/transfers?limit=2")
        .await
        .expect(StatusCode::OK);
    assert_eq!(rows["items"][0]["reason"], "hand");
    for path in ["/api/v1/ledger/trial-balance", "/api/v1/ledger/transfers"] {
        farmer.client.get(path).await.expect(StatusCode::FORBIDDEN);
        app.guest().get(path).await.expect(StatusCode::UNAUTHORIZED);
    }
});

on_both!(a_payment_given_up_takes_the_whole_sum_or_nothing, |app| {
    let farmer = app.farmer().await;
    let account = app.banks(&farmer).await;
    let id = app.asks(account, Uuid::from_u128(1), 100_000).await;
    let give_up = || {
        app.app
            .write(Actor::System, move |unit| Box::pin(payments::expire(unit, id)))
    };
    assert!(give_up().await.unwrap());
    assert!(!give_up().await.unwrap(), "once");
    let expired = app.payment(id).await;
    assert_eq!(
        (&expired["status"], &expired["vietqr"]),
        (&json!("expired"), &Value::Null)
    );
    app.hears(&notice(1, NUMBER, 40_000, &memo(id))).await;
    assert_eq!(farmer.unmatched().await[0]["reason"], "late");
    assert_eq!(app.payment(id).await["received"], 0);
    app.hears(&notice(2, NUMBER, 100_000, &memo(id))).await;
    assert_eq!(app.payment(id).await["status"], "paid");
    assert!(!give_up().await.unwrap(), "what is paid is not given up");
});

on_both!(a_notice_that_could_not_be_settled_at_once_stays_queued, |app| {
    let farmer = app.farmer().await;
    let account = app.banks(&farmer).await;
    let id = app.asks(account, Uuid::from_u128(1), 45_000).await;
    // The process ends between keeping the notice and settling it.
    let body = notice(1, NUMBER, 45_000, &memo(id)).to_string();
    let signer = choque::settlement::exchange_credential(&app.app);
    let headers = signer.headers(body.as_bytes(), app.app.source().wall_clock()).unwrap();
    let kept = payments::record_notice::record_notice(&app.app, &signer, &headers, body.as_bytes())
        .await
        .unwrap();
    let waiting = notices::Entity::find_by_id(kept.unwrap())
        .one(app.app.db().read())
        .await
        .unwrap();
    assert_eq!(waiting.unwrap().state, notices::State::Received);
    app.settled().await;
    assert_eq!(app.payment(id).await["status"], "paid");
});

on_both!(the_held_account_is_the_administrators, |app| {
    let path = "/api/v1/money-accounts/held";
    let held = json!({"bank_bin": "970415", "number": "111000222333", "holder_name": "Cong ty trung gian", "notices": "sepay"});
    let farmer = app.farmer().await;
    farmer.client.put(path, &held).await.expect(StatusCode::FORBIDDEN);
    let administrator = app.administrator().await;
    administrator.get(path).await.expect(StatusCode::NOT_FOUND);
    let first = administrator.put(path, &held).await.expect(StatusCode::OK);
    assert_eq!(
        (&first["kind"], &first["number_masked"]),
        (&json!("held"), &json!("••••2333"))
    );
    let mut other = held.clone();
    other["number"] = json!("444000555666");
    let second = administrator.put(path, &other).await.expect(StatusCode::OK);
    assert_ne!(first["id"], second["id"]);
    let shown: Answer = administrator.get(&format!("{path}?reveal=1")).await;
    assert_eq!(shown.expect(StatusCode::OK)["number"], "444000555666");
});

on_both!(money_by_the_printed_stand_is_a_sale, |app| {
    let keeper = app.stall_without_account().await;
    let account = json!({"bank_bin": "970436", "number": NUMBER, "holder_name": "Tran Thi Mui", "notices": "sepay"});
    keeper.is_paid_into(&account).await;
    let stand = PaymentReference::of(keeper.stall_id.parse().unwrap());
    app.hears(&notice(1, NUMBER, 15_000, &format!("CT DEN:99 {stand} GD 1")))
        .await;
    app.hears(&notice(2, NUMBER, 25_000, &format!("CT DEN:98 {stand} GD 2")))
        .await;
    app.hears(&notice(2, NUMBER, 25_000, &format!("CT DEN:98 {stand} GD 2")))
        .await;
    let sales = keeper.client.get(&keeper.path("/sales")).await.expect(StatusCode::OK);
    let mut amounts: Vec<_> = sales["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|sale| (sale["amount"].as_i64().unwrap(), text(&sale["payment"], "status")))
        .collect();
    amounts.sort();
    assert_eq!(amounts, [(15_000, "paid".to_owned()), (25_000, "paid".to_owned())]);
    assert_eq!(unmatched(&keeper.client).await, Vec::<Value>::new());
    assert_eq!(app.ledger().await.len(), 2);
});

on_both!(the_bank_pays_an_order_and_money_too_late_is_listed, |app| {
    let farmer = app.farmer().await;
    app.banks(&farmer).await;
    let product = farmer.makes("Mật ong").await;
    let terms = json!({"product_id": product["id"], "price": 100_000, "unit": "kg",
        "stock": {"value": "3", "unit": "kg"}});
    let listing = farmer
        .client
        .post("/api/v1/listings", &terms)
        .await
        .expect(StatusCode::CREATED);
    let order = async |kilograms: &str| {
        let basket = json!({
            "lines": [{"listing_id": listing["id"], "quantity": {"value": kilograms, "unit": "kg"}}],
            "buyer": {"name": "Trần Văn Minh", "phone": "0912 345 678"},
            "ship_to": {"commune_code": "05503", "street": "Số 5, xóm Hồng Thái"},
            "delivery": "ship", "payment_method": "vietqr",
        });
        let receipt = app
            .guest()
            .post("/api/v1/checkout", &basket)
            .await
            .expect(StatusCode::CREATED);
        let id: PaymentId = text(&receipt["payments"][0], "id").parse().unwrap();
        (id, app.payment(id).await)
    };
    let (paid, asked) = order("1").await;
    let memo = |payment: &Value| format!("MBVCB.32789.{}.CT tu 0123400000", text(payment, "reference"));
    app.hears(&notice(1, NUMBER, 100_000, &memo(&asked))).await;
    assert_eq!(app.payment(paid).await["status"], "paid");

    // Given up, and somebody else has bought it since.
    let (late, asked) = order("2").await;
    app.app.source().advance(31 * 60_000);
    choque::orders::expire_due(&app.app).await.unwrap();
    assert_eq!(app.payment(late).await["status"], "expired");
    order("1.5").await;
    app.hears(&notice(2, NUMBER, 200_000, &memo(&asked))).await;
    // It is promised back: its buyer names an account by the refund's id, and its seller sends it.
    let promised = app.payment(late).await;
    assert_eq!(
        (&promised["status"], &promised["received"]),
        (&json!("refunded"), &json!(200_000))
    );
    assert_eq!(farmer.unmatched().await, Vec::<Value>::new());
    let refunds = farmer.client.get("/api/v1/refunds?mine=1").await.expect(StatusCode::OK);
    assert_eq!(refunds["items"].as_array().unwrap().len(), 1);
    assert_eq!(
        (
            &refunds["items"][0]["why"],
            &refunds["items"][0]["amount"],
            &refunds["items"][0]["state"]
        ),
        (&json!("late"), &json!(200_000), &json!("owed"))
    );
    assert_eq!(
        app.ledger().await,
        [
            ("account", "payment", 100_000, "received"),
            ("account", "payment", 200_000, "received"),
            ("payment", "refund", 200_000, "refund")
        ]
    );
});

on_both!(a_sellers_system_hears_of_money_once, |app| {
    let farmer = app.farmer().await;
    let account = app.banks(&farmer).await;
    let id = app.asks(account, Uuid::from_u128(1), 45_000).await;
    app.hears(&notice(1, NUMBER, 5_000, &memo(id))).await;
    // A name that leads nowhere: what is kept to be sent is what counts here.
    let endpoint = json!({"url": "https://may-ban-hang.invalid/tin", "kinds": ["payment.received"]});
    farmer
        .client
        .post("/api/v1/webhook-endpoints", &endpoint)
        .await
        .expect(StatusCode::CREATED);
    for _ in 0..3 {
        app.hears(&notice(2, NUMBER, 40_000, &memo(id))).await;
    }
    app.hears(&notice(3, NUMBER, 1_000, "khong ro")).await;
    let rows = webhook_event::Entity::find().all(app.app.db().read()).await.unwrap();
    let told: Vec<Value> = rows
        .iter()
        .map(|row| serde_json::from_str(&row.body).unwrap())
        .collect();
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0]["type"], "payment.received");
    assert_eq!(
        told[0]["data"],
        json!({"payment_id": id.to_string(), "reference": reference(id.0), "seller_id": farmer.seller_id,
            "amount": 45_000, "received": 45_000, "status": "paid"})
    );
});
