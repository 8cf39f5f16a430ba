//! Money in, from whoever tells of it: signatures, and what becomes of notices that are replayed, mangled or forged.

use std::time::Duration;

use choque::{
    config::{Momo, Vnpay, Zalopay},
    payments::{
        Credential,
        providers::{
            casso, momo, payos,
            sign::{Hash, plain},
            vnpay, zalopay,
        },
    },
};
use entity::{
    Dong, PaymentReference, Timestamp,
    identity::role::Office,
    ids::PaymentId,
    payments::{notice as notices, payment, transfer},
};
use futures_util::future::join_all;
use reqwest::{Method, StatusCode, header::HeaderMap};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Map, Value, json};

use crate::{
    harness::{Answer, Client, Farmer, TestApp, text},
    on_both,
};

/// The number of the seller's account in these tests.
pub const NUMBER: &str = "0123499999";
pub const CASSO: &str = "casso-secret-of-the-tests";
pub const PAYOS: &str = "payos-key-of-the-tests";

/// The vectors that lie beside the project.
fn vectors() -> Option<Vec<Value>> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/payments/signature_vectors.json");
    let Ok(vectors) = std::fs::read_to_string(path) else {
        assert!(
            std::env::var("CI").as_deref() != Ok("true"),
            "the vectors are not there, and in CI nothing is skipped"
        );
        eprintln!("skipped: there are no signature vectors beside the project");
        return None;
    };
    let vectors: Value = serde_json::from_str(&vectors).unwrap();
    Some(vectors["vectors"].as_array().unwrap().clone())
}

/// `k=v&…` as members, whole numbers as numbers.
fn members(text: &str) -> Map<String, Value> {
    text.split('&')
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap();
            let number = value.parse::<i64>().ok().filter(|_| name != "requestId");
            (
                name.to_owned(),
                number.map_or_else(|| json!(value), |number| json!(number)),
            )
        })
        .collect()
}

#[test]
fn every_vector_is_signed_and_proved_as_its_provider_does() {
    let Some(vectors) = vectors() else { return };
    let mut seen = 0;
    for row in &vectors {
        let (signed, secret, signature) = (text(row, "string_to_sign"), text(row, "secret"), text(row, "signature"));
        let hash = if text(row, "algo").contains("SHA512") {
            Hash::Sha512
        } else {
            Hash::Sha256
        };
        assert_eq!(hash.sign(&secret, signed.as_bytes()), signature, "{row}");
        // And our own programs build the same text out of the message.
        let order = |number, amount| choque::payments::providers::Order {
            number,
            amount: Dong(amount),
            words: "Thanh toan DH1001",
            return_url: "https://x.vn/ok",
            notify_url: "https://x.vn/ipn",
            buyer_address: "127.0.0.1",
            at: Timestamp(1_795_244_557_000),
            until: None,
        };
        let shop = Momo {
            partner_code: "MOMO".into(),
            access_key: "AK".into(),
            secret_key: "SK".into(),
            endpoint: "https://momo.test".into(),
        };
        let zalo = Zalopay {
            app_id: 2553,
            key1: "key1".into(),
            key2: "key2".into(),
            endpoint: "https://zalopay.test".into(),
        };
        match row["provider"].as_str().unwrap() {
            "payOS create payment link" => assert_eq!(payos::sign(&secret, &members(&signed)), signature),
            "SePay webhook" => {
                let credential = Credential {
                    hmac_secret: Some(secret),
                    api_key: None,
                };
                let body = text(row, "raw_body");
                let headers = credential
                    .headers(body.as_bytes(), Timestamp(1_795_244_557_000))
                    .unwrap();
                assert_eq!(headers["x-sepay-signature"], format!("sha256={signature}"));
            }
            "MoMo v2 create" => {
                let fields = members(&signed);
                let names: Vec<&str> = signed.split('&').map(|pair| pair.split('=').next().unwrap()).collect();
                let rest: Vec<_> = names[1..].iter().map(|name| (*name, plain(&fields[*name]))).collect();
                assert_eq!(momo::signed("AK", &rest), signed);
                // Our request differs from the vector in nothing but the request's id.
                let ours = momo::request(&shop, &order("DH1001", 45_000));
                assert_eq!(ours["amount"], 45_000);
                assert_eq!(ours["signature"], {
                    let text = signed.replace("requestId=R1", "requestId=DH1001");
                    Hash::Sha256.sign("SK", text.as_bytes())
                });
            }
            "MoMo v2 IPN" => {
                let mut body = Value::Object(members(&signed));
                assert_eq!(momo::signed_notice("AK", &body), signed);
                body["signature"] = json!(signature);
                assert!(momo::proves(&shop, body.to_string().as_bytes()));
                let told = momo::read(&shop, body.to_string().as_bytes()).unwrap();
                assert_eq!((told.amount, told.provider_id.as_str()), (Dong(45_000), "4000000001"));
            }
            "ZaloPay v2 create" => {
                let at = Timestamp(1_795_244_557_000);
                let number = zalopay::number(at, "DH1001");
                assert_eq!(
                    zalopay::signed_request(2553, &number, "khach01", Dong(45_000), at, "{}", "[]"),
                    signed
                );
            }
            "ZaloPay v2 callback" => {
                let body = json!({"data": signed, "mac": signature, "type": 1}).to_string();
                assert!(zalopay::proves(&zalo, body.as_bytes()));
                assert_eq!(zalopay::read(&zalo, body.as_bytes()).unwrap().amount, Dong(45_000));
            }
            "VNPay 2.1.0 pay URL" => {
                let query = format!("{signed}&vnp_SecureHash={signature}");
                let fields = vnpay::prove(&secret, &query).unwrap();
                assert_eq!(vnpay::signed(&fields), signed);
                let merchant = Vnpay {
                    tmn_code: "TESTTMN1".into(),
                    hash_secret: secret.clone(),
                    url: "https://vnpay.test/pay".into(),
                    api_url: "https://vnpay.test/api".into(),
                };
                let ours = vnpay::pay_url(&merchant, &order("DH1001", 45_000));
                let (_, query) = ours.split_once('?').unwrap();
                let fields = vnpay::prove(&secret, query).unwrap();
                assert_eq!(fields["vnp_Amount"], "4500000");
            }
            other => panic!("a vector that nobody checks: {other}"),
        }
        seen += 1;
    }
    assert_eq!(seen, vectors.len());
}

/// A server that knows Casso's and payOS' secrets.
macro_rules! with_secrets {
    ($name:ident, |$app:ident| $body:block) => {
        mod $name {
            use super::*;

            async fn run($app: &TestApp) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                let app = start(crate::harness::Backend::Sqlite).await.unwrap();
                run(&app).await;
                app.finish().await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                let Some(app) = start(crate::harness::Backend::Postgres).await else { return };
                run(&app).await;
                app.finish().await;
            }
        }
    };
}
pub(crate) use with_secrets;

pub async fn start(backend: crate::harness::Backend) -> Option<TestApp> {
    TestApp::start_with(backend, |config| {
        config.secrets.casso_secret = Some(CASSO.to_owned());
        config.secrets.payos_checksum_key = Some(PAYOS.to_owned());
    })
    .await
}

/// Waits until every notice is settled.
pub async fn settled(app: &TestApp) {
    for _ in 0..400 {
        let waiting = notices::Entity::find()
            .filter(notices::Column::State.eq(notices::State::Received))
            .count(app.app.db().read())
            .await
            .unwrap();
        if waiting == 0 && app.undelivered().await == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("notices were not settled within ten seconds");
}

/// Every line of the ledger as `(debit kind, credit kind, amount, reason)`, oldest first.
pub async fn ledger(app: &TestApp) -> Vec<(&'static str, &'static str, i64, &'static str)> {
    let mut rows = transfer::Entity::find().all(app.app.db().read()).await.unwrap();
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

/// A household with the account [`NUMBER`] and honey on sale; the account's id and the listing.
pub async fn shop(app: &TestApp, notices: &str, kilograms: &str) -> (Farmer, String, Value) {
    let farmer = app.farmer().await;
    let account = json!({"bank_bin": "970436", "number": NUMBER, "holder_name": "Nguyễn Thị Lan", "notices": notices});
    let path = format!("/api/v1/sellers/{}/money-account", farmer.seller_id);
    let account = farmer.client.put(&path, &account).await.expect(StatusCode::OK);
    let product = farmer.makes("Mật ong").await;
    let terms = json!({"product_id": product["id"], "price": 100_000, "unit": "kg",
        "stock": {"value": kilograms, "unit": "kg"}});
    let listing = farmer
        .client
        .post("/api/v1/listings", &terms)
        .await
        .expect(StatusCode::CREATED);
    (farmer, text(&account, "id"), listing)
}

/// Somebody orders so many kilograms, to be paid by `method`; the answer as it came.
pub async fn orders(app: &TestApp, listing: &Value, kilograms: &str, method: &str) -> Answer {
    let basket = json!({
        "lines": [{"listing_id": listing["id"], "quantity": {"value": kilograms, "unit": "kg"}}],
        "buyer": {"name": "Trần Văn Minh", "phone": "0912 345 678"},
        "ship_to": {"commune_code": "05503", "street": "Số 5, xóm Hồng Thái"},
        "delivery": "ship", "payment_method": method,
    });
    app.guest().post("/api/v1/checkout", &basket).await
}

/// Orders one kilogram and returns the payment.
pub async fn asks(app: &TestApp, listing: &Value) -> Value {
    let receipt = orders(app, listing, "1", "vietqr").await.expect(StatusCode::CREATED);
    let id = text(&receipt["payments"][0], "id");
    app.guest()
        .get(&format!("/api/v1/payments/{id}"))
        .await
        .expect(StatusCode::OK)
}

pub async fn payment_now(app: &TestApp, payment: &Value) -> Value {
    let path = format!("/api/v1/payments/{}", text(payment, "id"));
    app.guest().get(&path).await.expect(StatusCode::OK)
}

/// Casso's notice number `id`.
pub fn casso_notice(id: i64, amount: i64, content: &str) -> Value {
    json!({"error": 0, "data": {"id": id, "reference": format!("FT{id:012}"), "description": content,
        "amount": amount, "runningBalance": 19_077_000, "transactionDateTime": "2026-11-21 14:02:37",
        "accountNumber": NUMBER, "bankName": "Vietcombank", "virtualAccountNumber": ""}})
}

/// payOS' notice under the bank's number `id`, signed.
pub fn payos_notice(id: i64, amount: i64, content: &str, secret: &str) -> Value {
    let data = json!({"orderCode": id, "amount": amount, "description": content, "accountNumber": NUMBER,
        "reference": format!("TF{id:012}"), "transactionDateTime": "2026-11-21 14:02:37", "currency": "VND",
        "paymentLinkId": "124c33293c43417ab7879e14c8d9eb18", "code": "00", "desc": "success",
        "counterAccountName": null, "virtualAccountNumber": null});
    let signature = payos::sign(secret, data.as_object().unwrap());
    json!({"code": "00", "desc": "success", "success": true, "data": data, "signature": signature})
}

/// Sends `body` to a webhook.
pub async fn tell(app: &TestApp, path: &str, body: &[u8], headers: HeaderMap) -> Answer {
    let request = app
        .guest()
        .request(Method::POST, path)
        .header("content-type", "application/json")
        .headers(headers)
        .body(body.to_vec());
    Answer::of(Method::POST, path, request).await
}

/// Casso tells of `notice`, signed now.
pub async fn casso_tells(app: &TestApp, notice: &Value, secret: &str) -> Answer {
    let body = notice.to_string();
    let headers = casso::headers(secret, body.as_bytes(), app.app.source().wall_clock()).unwrap();
    tell(app, "/webhooks/casso", body.as_bytes(), headers).await
}

pub async fn payos_tells(app: &TestApp, notice: &Value) -> Answer {
    tell(app, "/webhooks/payos", notice.to_string().as_bytes(), HeaderMap::new()).await
}

pub async fn unmatched(client: &Client, query: &str) -> Vec<Value> {
    let path = format!("/api/v1/payments/unmatched{query}");
    let list = client.get(&path).await.expect(StatusCode::OK);
    list["items"].as_array().unwrap().clone()
}

pub async fn administrator(app: &TestApp) -> Client {
    app.in_office("0988888888", "Quản trị", Office::Administrator).await
}

with_secrets!(casso_and_payos_pay_once_and_are_believed_only_signed, |app| {
    let (farmer, _, listing) = shop(app, "casso", "100").await;
    // Casso: good, replayed at once by eight, and again.
    let asked = asks(app, &listing).await;
    let memo = format!("CT DEN:9{} GD 1", text(&asked, "reference"));
    let notice = casso_notice(7, 100_000, &memo);
    for answer in join_all((0..8).map(|_| casso_tells(app, &notice, CASSO))).await {
        assert_eq!(answer.expect(StatusCode::OK), json!({"success": true}));
    }
    settled(app).await;
    casso_tells(app, &notice, CASSO).await.expect(StatusCode::OK);
    settled(app).await;
    let paid = payment_now(app, &asked).await;
    assert_eq!((&paid["status"], &paid["received"]), (&json!("paid"), &json!(100_000)));
    assert_eq!(ledger(app).await, [("account", "payment", 100_000, "received")]);

    // Forged, late, altered, truncated: nothing is kept.
    let asked = asks(app, &listing).await;
    let notice = casso_notice(8, 100_000, &text(&asked, "reference"));
    let body = notice.to_string();
    casso_tells(app, &notice, "another secret")
        .await
        .wrong(StatusCode::UNAUTHORIZED);
    let now = app.app.source().wall_clock();
    let old = casso::headers(CASSO, body.as_bytes(), now.plus(-6 * 60_000)).unwrap();
    tell(app, "/webhooks/casso", body.as_bytes(), old)
        .await
        .wrong(StatusCode::UNAUTHORIZED);
    let good = casso::headers(CASSO, body.as_bytes(), now).unwrap();
    let altered = body.replace("100000", "900000");
    tell(app, "/webhooks/casso", altered.as_bytes(), good.clone())
        .await
        .wrong(StatusCode::UNAUTHORIZED);
    tell(app, "/webhooks/casso", &body.as_bytes()[..body.len() - 3], good)
        .await
        .wrong(StatusCode::UNAUTHORIZED);
    tell(app, "/webhooks/casso", body.as_bytes(), HeaderMap::new())
        .await
        .wrong(StatusCode::UNAUTHORIZED);
    let signed = payos_notice(8, 100_000, &text(&asked, "reference"), "another key");
    payos_tells(app, &signed).await.wrong(StatusCode::UNAUTHORIZED);
    payos_tells(app, &json!({})).await.wrong(StatusCode::UNAUTHORIZED);
    settled(app).await;
    assert_eq!(payment_now(app, &asked).await["status"], "pending");
    assert_eq!(notices::Entity::find().count(app.app.db().read()).await.unwrap(), 1);

    // payOS pays it, keys in any order and with spaces between them.
    let notice = payos_notice(9, 100_000, &text(&asked, "reference"), PAYOS);
    let pretty = serde_json::to_string_pretty(&notice).unwrap();
    tell(app, "/webhooks/payos", pretty.as_bytes(), HeaderMap::new())
        .await
        .expect(StatusCode::OK);
    for answer in join_all((0..8).map(|_| payos_tells(app, &notice))).await {
        assert_eq!(answer.expect(StatusCode::OK), json!({"success": true}));
    }
    settled(app).await;
    let paid = payment_now(app, &asked).await;
    assert_eq!((&paid["status"], &paid["received"]), (&json!("paid"), &json!(100_000)));
    assert_eq!(unmatched(&farmer.client, "").await, Vec::<Value>::new());

    // Signed, and strange: refused by field.
    for amount in [json!(0), json!(1e18), json!("100000"), json!(100_000.5), Value::Null] {
        let mut strange = casso_notice(20, 1, "x");
        strange["data"]["amount"] = amount.clone();
        let told = casso_tells(app, &strange, CASSO).await;
        assert_eq!(
            told.wrong(StatusCode::UNPROCESSABLE_ENTITY),
            ["/data/amount"],
            "{amount}"
        );
        let mut strange = payos_notice(20, 1, "x", PAYOS);
        strange["data"]["amount"] = amount.clone();
        strange["signature"] = json!(payos::sign(PAYOS, strange["data"].as_object().unwrap()));
        let told = payos_tells(app, &strange).await;
        assert_eq!(
            told.wrong(StatusCode::UNPROCESSABLE_ENTITY),
            ["/data/amount"],
            "{amount}"
        );
    }
    // Money out, and a trial of the connection.
    casso_tells(app, &casso_notice(21, -5_000, "tra lai"), CASSO)
        .await
        .expect(StatusCode::OK);
    casso_tells(app, &casso_notice(0, 599_000, "giao dich thu nghiem"), CASSO)
        .await
        .expect(StatusCode::OK);
    settled(app).await;
    assert_eq!(ledger(app).await.len(), 2);
});

with_secrets!(an_own_secret_speaks_for_its_provider_and_account_alone, |app| {
    let (farmer, _, listing) = shop(app, "casso", "100").await;
    let path = format!("/api/v1/sellers/{}/money-account", farmer.seller_id);
    let with = |notices: &str, credential: Value| json!({"bank_bin": "970436", "number": NUMBER, "holder_name": "Lan", "notices": notices, "credential": credential});
    let put = async |body: Value| farmer.client.put(&path, &body).await;
    let key = put(with(
        "casso",
        json!({"hmac_secret": "lans-own-secret", "api_key": "a-key-of-hers"}),
    ))
    .await;
    assert_eq!(key.wrong(StatusCode::UNPROCESSABLE_ENTITY), ["/credential/api_key"]);
    let account = put(with("casso", json!({"hmac_secret": "lans-own-secret"})))
        .await
        .expect(StatusCode::OK);
    assert_eq!(
        (&account["notices"], &account["own_credential"]),
        (&json!("casso"), &json!(true))
    );
    let asked = asks(app, &listing).await;
    let memo = text(&asked, "reference");
    // Her secret is Casso's, not payOS'.
    payos_tells(app, &payos_notice(1, 100_000, &memo, "lans-own-secret"))
        .await
        .wrong(StatusCode::UNAUTHORIZED);
    casso_tells(app, &casso_notice(1, 100_000, &memo), "lans-own-secret")
        .await
        .expect(StatusCode::OK);
    settled(app).await;
    assert_eq!(payment_now(app, &asked).await["status"], "paid");
    // Another provider signs with another secret: the old one is not taken over.
    let account = json!({"bank_bin": "970436", "number": NUMBER, "holder_name": "Lan", "notices": "payos"});
    let account = put(account).await.expect(StatusCode::OK);
    assert_eq!(account["own_credential"], false);
});

with_secrets!(what_banks_and_people_do_to_a_memo_still_pays, |app| {
    let (_, _, listing) = shop(app, "sepay", "100").await;
    let mangle: [fn(&str) -> String; 9] = [
        |memo| memo.to_lowercase(),
        |memo| format!("MBVCB.3278907687.{memo}.CT tu 0123400000 NGUYEN VAN A toi"),
        |memo| format!("CT DEN:{memo}"),
        |memo| format!("{} {}", &memo[..6], &memo[6..]),
        |memo| format!("{}\n{}", &memo[..3], &memo[3..]),
        |memo| memo.chars().map(|c| format!("{c}-")).collect(),
        |memo| format!("mua che {}", &memo[..10]),
        |memo| memo.replacen("CQ", "C0", 1),
        |memo| memo.replacen("CQ", "CO", 1),
    ];
    for (nth, mangle) in mangle.iter().enumerate() {
        let asked = asks(app, &listing).await;
        let memo = mangle(&text(&asked, "reference"));
        let notice = casso_notice(i64::try_from(nth).unwrap() + 1, 100_000, &memo);
        casso_tells(app, &notice, CASSO).await.expect(StatusCode::OK);
        settled(app).await;
        assert_eq!(payment_now(app, &asked).await["status"], "paid", "{memo}");
    }
});

/// A client of many: what it tells, and how.
enum Telling {
    Sepay(Value),
    Casso(Value),
    Payos(Value),
}

impl Telling {
    async fn send(&self, app: &TestApp) {
        let answer = match self {
            Self::Sepay(notice) => app.sepay(notice).await,
            Self::Casso(notice) => casso_tells(app, notice, CASSO).await,
            Self::Payos(notice) => payos_tells(app, notice).await,
        };
        assert_eq!(answer.expect(StatusCode::OK), json!({"success": true}));
    }
}

with_secrets!(shuffled_repeated_and_at_once_each_is_credited_once, |app| {
    let (farmer, _, listing) = shop(app, "sepay", "200").await;
    let (payments, strays) = (45_usize, 9_i64);
    let mut tellings = Vec::new();
    let mut asked = Vec::new();
    for nth in 0..payments {
        let payment = asks(app, &listing).await;
        let id = i64::try_from(nth).unwrap() + 1;
        let memo = format!("CT DEN:{id} {} ck", text(&payment, "reference"));
        tellings.push(match nth % 3 {
            0 => Telling::Sepay(crate::harness::notice(id, NUMBER, 100_000, &memo)),
            1 => Telling::Casso(casso_notice(id, 100_000, &memo)),
            _ => Telling::Payos(payos_notice(id, 100_000, &memo, PAYOS)),
        });
        asked.push(payment);
    }
    for stray in 0..strays {
        let (id, memo) = (1000 + stray, format!("khong ghi gi {stray}"));
        tellings.push(match stray % 3 {
            0 => Telling::Sepay(crate::harness::notice(id, NUMBER, 7_000, &memo)),
            1 => Telling::Casso(casso_notice(id, 7_000, &memo)),
            _ => Telling::Payos(payos_notice(id, 7_000, &memo, PAYOS)),
        });
    }
    // Ten times each, in an order that is no order, by 32 at once.
    let mut order: Vec<usize> = (0..tellings.len() * 10).collect();
    order.sort_by_key(|place| choque::app::sha256(place.to_string()));
    let next = std::sync::atomic::AtomicUsize::new(0);
    let began = std::time::Instant::now();
    join_all((0..32).map(|_| async {
        loop {
            let place = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            let Some(which) = order.get(place) else { break };
            tellings[which % tellings.len()].send(app).await;
        }
    }))
    .await;
    settled(app).await;
    eprintln!(
        "{} notices, {} of them new, in {:?}",
        order.len(),
        tellings.len(),
        began.elapsed()
    );
    let ids: Vec<PaymentId> = asked
        .iter()
        .map(|payment| text(payment, "id").parse().unwrap())
        .collect();
    let rows = payment::Entity::find()
        .filter(payment::Column::Id.is_in(ids))
        .all(app.app.db().read())
        .await
        .unwrap();
    assert_eq!(rows.len(), payments);
    for row in rows {
        assert_eq!((row.status, row.received), (payment::Status::Paid, Dong(100_000)));
    }
    let listed = unmatched(&farmer.client, "?limit=100").await;
    assert_eq!(listed.len(), usize::try_from(strays).unwrap());
    let ledger = ledger(app).await;
    assert_eq!(ledger.len(), payments + listed.len());
    let sum: i64 = ledger.iter().map(|(_, _, amount, _)| amount).sum();
    assert_eq!(sum, 100_000 * i64::try_from(payments).unwrap() + 7_000 * strays);
});

on_both!(without_a_secret_nobody_is_believed, |app| {
    shop(app, "sepay", "1").await;
    let notice = casso_notice(1, 100_000, "x");
    casso_tells(app, &notice, "demo-casso-secret")
        .await
        .wrong(StatusCode::UNAUTHORIZED);
    payos_tells(app, &payos_notice(1, 1, "x", "demo-payos-key"))
        .await
        .wrong(StatusCode::UNAUTHORIZED);
    let guest = app.guest();
    let told = guest.get("/webhooks/vnpay?vnp_TxnRef=1").await.expect(StatusCode::OK);
    assert_eq!(told["RspCode"], "97");
    guest
        .post("/webhooks/momo", &json!({}))
        .await
        .wrong(StatusCode::UNAUTHORIZED);
    let told = guest.post("/webhooks/zalopay", &json!({})).await.expect(StatusCode::OK);
    assert_eq!(told["return_code"], -1);
    let asked = PaymentReference::of(uuid::Uuid::from_u128(1));
    assert_eq!(asked.as_str().len(), 11);
});
