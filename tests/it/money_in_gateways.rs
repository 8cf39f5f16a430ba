//! VNPay, MoMo and ZaloPay, played by a server of our own that checks every signature as they do.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use axum::{Json, Router, extract::State, routing::post};
use choque::{
    config::{Momo, Vnpay, Zalopay},
    payments::{
        gateways,
        providers::{Order, momo, sign::Hash, vnpay, zalopay},
    },
};
use entity::{Dong, Timestamp, identity::role::Office, ids::PaymentId};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    harness::{Answer, Backend, TestApp, text},
    money_in::{administrator, ledger, orders, payment_now, settled, shop, unmatched},
    on_both,
};

const VNPAY: &str = "SECRETSECRETSECRET";

/// What a gateway knows of the payments it was asked for, by their numbers.
#[derive(Clone, Debug, Default)]
struct Books(Arc<Mutex<HashMap<String, Asked>>>);

/// An amount, and the number under which it was paid.
type Asked = (i64, Option<i64>);

impl Books {
    fn ask(&self, number: &str, amount: i64) -> bool {
        let mut books = self.0.lock().unwrap();
        if books.contains_key(number) {
            return false;
        }
        books.insert(number.to_owned(), (amount, None));
        true
    }

    fn pay(&self, number: &str, transaction: i64) {
        let mut books = self.0.lock().unwrap();
        books.entry(number.to_owned()).or_insert((0, None)).1 = Some(transaction);
    }

    fn find(&self, number: &str) -> Option<(i64, Option<i64>)> {
        self.0.lock().unwrap().get(number).copied()
    }

    fn numbers(&self) -> Vec<String> {
        let mut numbers: Vec<_> = self.0.lock().unwrap().keys().cloned().collect();
        numbers.sort();
        numbers
    }
}

fn of<'v>(body: &'v Value, name: &str) -> &'v str {
    body[name].as_str().unwrap_or_default()
}

/// Starts the three gateways on a port of this machine.
async fn gateways() -> (String, Books) {
    let books = Books::default();
    let router = Router::new()
        .route("/v2/gateway/api/create", post(momo_create))
        .route("/v2/gateway/api/query", post(momo_query))
        .route("/v2/create", post(zalopay_create))
        .route("/v2/query", post(zalopay_query))
        .route("/vnpay-api", post(vnpay_query))
        .with_state(books.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    (url, books)
}

async fn momo_create(State(books): State<Books>, Json(body): Json<Value>) -> Json<Value> {
    let text = format!(
        "accessKey=AK&amount={}&extraData={}&ipnUrl={}&orderId={}&orderInfo={}&partnerCode={}&redirectUrl={}&requestId={}&requestType={}",
        body["amount"],
        of(&body, "extraData"),
        of(&body, "ipnUrl"),
        of(&body, "orderId"),
        of(&body, "orderInfo"),
        of(&body, "partnerCode"),
        of(&body, "redirectUrl"),
        of(&body, "requestId"),
        of(&body, "requestType"),
    );
    if Hash::Sha256.sign("SK", text.as_bytes()) != of(&body, "signature") {
        return Json(json!({"resultCode": 11007, "message": "bad signature"}));
    }
    if !books.ask(of(&body, "orderId"), body["amount"].as_i64().unwrap()) {
        return Json(json!({"resultCode": 41, "message": "duplicated"}));
    }
    Json(json!({"resultCode": 0, "payUrl": format!("https://momo.test/pay/{}", of(&body, "orderId"))}))
}

async fn momo_query(State(books): State<Books>, Json(body): Json<Value>) -> Json<Value> {
    let text = format!(
        "accessKey=AK&orderId={}&partnerCode=MOMO&requestId={}",
        of(&body, "orderId"),
        of(&body, "requestId")
    );
    if Hash::Sha256.sign("SK", text.as_bytes()) != of(&body, "signature") {
        return Json(json!({"resultCode": 11007}));
    }
    let number = of(&body, "orderId");
    Json(match books.find(number) {
        Some((amount, Some(transaction))) => json!({"partnerCode": "MOMO", "orderId": number, "amount": amount,
            "transId": transaction, "resultCode": 0, "responseTime": 1_795_244_557_000_i64}),
        _ => json!({"partnerCode": "MOMO", "orderId": number, "amount": 0, "transId": 0, "resultCode": 1000}),
    })
}

async fn zalopay_create(State(books): State<Books>, Json(body): Json<Value>) -> Json<Value> {
    let text = format!(
        "2553|{}|{}|{}|{}|{}|{}",
        of(&body, "app_trans_id"),
        of(&body, "app_user"),
        body["amount"],
        body["app_time"],
        of(&body, "embed_data"),
        of(&body, "item")
    );
    if Hash::Sha256.sign("key1", text.as_bytes()) != of(&body, "mac") {
        return Json(json!({"return_code": 2, "return_message": "mac"}));
    }
    if !books.ask(of(&body, "app_trans_id"), body["amount"].as_i64().unwrap()) {
        return Json(json!({"return_code": 2, "return_message": "duplicated"}));
    }
    Json(json!({"return_code": 1, "order_url": format!("https://zalopay.test/pay/{}", of(&body, "app_trans_id"))}))
}

async fn zalopay_query(State(books): State<Books>, Json(body): Json<Value>) -> Json<Value> {
    let text = format!("2553|{}|key1", of(&body, "app_trans_id"));
    if Hash::Sha256.sign("key1", text.as_bytes()) != of(&body, "mac") {
        return Json(json!({"return_code": -1}));
    }
    Json(match books.find(of(&body, "app_trans_id")) {
        Some((amount, Some(transaction))) => json!({"return_code": 1, "amount": amount, "zp_trans_id": transaction}),
        _ => json!({"return_code": 3, "is_processing": true}),
    })
}

async fn vnpay_query(State(books): State<Books>, Json(body): Json<Value>) -> Json<Value> {
    let names = [
        "vnp_RequestId",
        "vnp_Version",
        "vnp_Command",
        "vnp_TmnCode",
        "vnp_TxnRef",
        "vnp_TransactionDate",
        "vnp_CreateDate",
        "vnp_IpAddr",
        "vnp_OrderInfo",
    ];
    let texts: Vec<_> = names.iter().map(|name| of(&body, name)).collect();
    if Hash::Sha512.sign(VNPAY, texts.join("|").as_bytes()) != of(&body, "vnp_SecureHash") {
        return Json(json!({"vnp_ResponseCode": "97"}));
    }
    let number = of(&body, "vnp_TxnRef");
    let mut answer = json!({"vnp_ResponseId": "1", "vnp_Command": "querydr", "vnp_ResponseCode": "00",
        "vnp_Message": "QueryDR Success", "vnp_TmnCode": "TESTTMN1", "vnp_TxnRef": number, "vnp_OrderInfo": "x"});
    match books.find(number) {
        Some((amount, Some(transaction))) => {
            answer["vnp_Amount"] = json!((amount * 100).to_string());
            answer["vnp_TransactionNo"] = json!(transaction.to_string());
            answer["vnp_TransactionStatus"] = json!("00");
        }
        Some((_, None)) => answer["vnp_TransactionStatus"] = json!("01"),
        None => answer["vnp_ResponseCode"] = json!("91"),
    }
    let text = vnpay::signed_answer(answer.as_object().unwrap());
    answer["vnp_SecureHash"] = json!(Hash::Sha512.sign(VNPAY, text.as_bytes()));
    Json(answer)
}

/// A server that is a merchant of all three.
async fn start(backend: Backend) -> Option<(TestApp, Books)> {
    let (url, books) = gateways().await;
    let app = TestApp::start_with(backend, |config| {
        config.secrets.vnpay = Some(Vnpay {
            tmn_code: "TESTTMN1".into(),
            hash_secret: VNPAY.into(),
            url: "https://vnpay.test/vpcpay.html".into(),
            api_url: format!("{url}/vnpay-api"),
        });
        config.secrets.momo = Some(Momo {
            partner_code: "MOMO".into(),
            access_key: "AK".into(),
            secret_key: "SK".into(),
            endpoint: url.clone(),
        });
        config.secrets.zalopay = Some(Zalopay {
            app_id: 2553,
            key1: "key1".into(),
            key2: "key2".into(),
            endpoint: url,
        });
    })
    .await?;
    Some((app, books))
}

macro_rules! with_gateways {
    ($name:ident, |$app:ident, $books:ident| $body:block) => {
        mod $name {
            use super::*;

            async fn run($app: &TestApp, $books: &Books) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                let (app, books) = start(Backend::Sqlite).await.unwrap();
                run(&app, &books).await;
                app.finish().await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                let Some((app, books)) = start(Backend::Postgres).await else { return };
                run(&app, &books).await;
                app.finish().await;
            }
        }
    };
}

/// The account of the provider that holds buyers' money.
async fn held(app: &TestApp) {
    let held =
        json!({"bank_bin": "970415", "number": "111000222333", "holder_name": "Cong ty trung gian", "notices": "none"});
    app.in_office("0966666666", "Kế toán", Office::Administrator)
        .await
        .put("/api/v1/money-accounts/held", &held)
        .await
        .expect(StatusCode::OK);
}

/// Orders a kilogram by `method`; the payment.
async fn by(app: &TestApp, listing: &Value, method: &str) -> Value {
    let receipt = orders(app, listing, "1", method).await.expect(StatusCode::CREATED);
    let payment = receipt["payments"][0].clone();
    assert_eq!(payment["vietqr"], Value::Null);
    payment
}

/// Where the buyer is sent.
async fn sent_to(app: &TestApp, payment: &Value) -> String {
    let go = app.guest().get(&text(payment, "redirect_url")).await;
    assert_eq!(go.status, StatusCode::SEE_OTHER, "{}", go.text());
    go.headers["location"].to_str().unwrap().to_owned()
}

fn order(number: &str, amount: i64) -> Order<'_> {
    Order {
        number,
        amount: Dong(amount),
        words: "Thanh toan",
        return_url: "",
        notify_url: "",
        buyer_address: "127.0.0.1",
        at: Timestamp(1_795_244_557_000),
        until: None,
    }
}

/// VNPay's notice of `number`, signed.
fn vnpay_notice(number: &str, amount: i64, transaction: i64, code: &str) -> String {
    let fields = [
        ("vnp_Amount", (amount * 100).to_string()),
        ("vnp_BankCode", "NCB".to_owned()),
        ("vnp_OrderInfo", format!("Thanh toan {number}")),
        ("vnp_PayDate", "20261121140237".to_owned()),
        ("vnp_ResponseCode", code.to_owned()),
        ("vnp_TmnCode", "TESTTMN1".to_owned()),
        ("vnp_TransactionNo", transaction.to_string()),
        ("vnp_TransactionStatus", code.to_owned()),
        ("vnp_TxnRef", number.to_owned()),
    ];
    vnpay::sign(
        VNPAY,
        &fields
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect(),
    )
}

async fn vnpay_tells(app: &TestApp, query: &str) -> Value {
    app.guest()
        .get(&format!("/webhooks/vnpay?{query}"))
        .await
        .expect(StatusCode::OK)["RspCode"]
        .clone()
}

with_gateways!(each_gateway_is_paid_once_by_its_notice, |app, books| {
    let (_, _, listing) = shop(app, "sepay", "20").await;
    // Without an account that its money could go to, no gateway is offered.
    let refused = orders(app, &listing, "1", "momo").await;
    assert_eq!(refused.wrong(StatusCode::UNPROCESSABLE_ENTITY), ["/payment_method"]);
    held(app).await;
    let methods = app.guest().get("/api/v1/payment-methods").await.expect(StatusCode::OK);
    let codes: Vec<_> = methods["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| text(item, "code"))
        .collect();
    assert_eq!(codes, ["vietqr", "cod", "vnpay", "momo", "zalopay"]);

    let (one, two, three) = (
        by(app, &listing, "vnpay").await,
        by(app, &listing, "momo").await,
        by(app, &listing, "zalopay").await,
    );
    let url = sent_to(app, &one).await;
    let (page, query) = url.split_once('?').unwrap();
    assert_eq!(page, "https://vnpay.test/vpcpay.html");
    let fields = vnpay::prove(VNPAY, query).unwrap();
    assert_eq!(fields["vnp_Amount"], "10000000");
    assert_eq!(fields["vnp_TxnRef"], text(&one, "reference"));
    assert_eq!(sent_to(app, &one).await, url, "asked for once");
    let url = sent_to(app, &two).await;
    assert_eq!(url, format!("https://momo.test/pay/{}", text(&two, "reference")));
    assert_eq!(sent_to(app, &two).await, url, "asked for once");
    let path = format!("/api/v1/payments/{}/redirect", text(&three, "id"));
    let told = app.guest().post(&path, &json!({})).await.expect(StatusCode::OK);
    assert!(text(&told, "redirect_url").starts_with("https://zalopay.test/pay/"));
    let number = books.numbers().into_iter().find(|number| number.contains('_')).unwrap();

    // VNPay: forged, another amount, nobody's, good, again, at once.
    let reference = text(&one, "reference");
    let good = vnpay_notice(&reference, 100_000, 14_422_574, "00");
    assert_eq!(vnpay_tells(app, &good.replace("10000000", "10000100")).await, "97");
    assert_eq!(vnpay_tells(app, "").await, "97");
    assert_eq!(
        vnpay_tells(app, &vnpay_notice("CQ222222222", 100_000, 1, "00")).await,
        "01"
    );
    assert_eq!(vnpay_tells(app, &good).await, "00");
    for again in futures_util::future::join_all((0..8).map(|_| vnpay_tells(app, &good))).await {
        assert_eq!(again, "02");
    }
    let request = app.guest().request(Method::POST, "/webhooks/vnpay").body(good.clone());
    let posted = Answer::of(Method::POST, "/webhooks/vnpay", request)
        .await
        .expect(StatusCode::OK);
    assert_eq!(posted["RspCode"], "02");
    // MoMo and ZaloPay.
    let settings = app.app.config().secrets.momo.clone().unwrap();
    let reference = text(&two, "reference");
    let notice = momo::notice(
        &settings,
        &order(&reference, 100_000),
        4_000_000_001,
        Timestamp(1_795_244_557_000),
    );
    let mut forged = notice.clone();
    forged["amount"] = json!(1);
    app.guest()
        .post("/webhooks/momo", &forged)
        .await
        .wrong(StatusCode::UNAUTHORIZED);
    for _ in 0..3 {
        app.guest()
            .post("/webhooks/momo", &notice)
            .await
            .expect(StatusCode::NO_CONTENT);
    }
    let settings = app.app.config().secrets.zalopay.clone().unwrap();
    let notice = zalopay::notice(
        &settings,
        &order(&number, 100_000),
        261_121_000_000_001,
        Timestamp(1_795_244_557_000),
    );
    let mut codes = Vec::new();
    for _ in 0..3 {
        let told = app
            .guest()
            .post("/webhooks/zalopay", &notice)
            .await
            .expect(StatusCode::OK);
        codes.push(told["return_code"].as_i64().unwrap());
    }
    assert_eq!(codes, [1, 2, 2]);
    let mut forged = notice.clone();
    forged["mac"] = json!("00");
    let told = app
        .guest()
        .post("/webhooks/zalopay", &forged)
        .await
        .expect(StatusCode::OK);
    assert_eq!(told["return_code"], -1);
    settled(app).await;
    for payment in [&one, &two, &three] {
        let paid = payment_now(app, payment).await;
        assert_eq!(
            (&paid["status"], &paid["received"]),
            (&json!("paid"), &json!(100_000)),
            "{paid}"
        );
        assert_eq!(paid.get("redirect_url"), None);
        let back = app
            .guest()
            .get(&format!("/thanh-toan/tro-ve/{}", text(payment, "id")))
            .await;
        assert!(back.text().contains("Đã nhận"), "{}", back.text());
        let go = app
            .guest()
            .get(&format!("/thanh-toan/di/{}", text(payment, "id")))
            .await;
        assert_eq!(go.status, StatusCode::SEE_OTHER, "what is paid is not paid again");
    }
    assert_eq!(ledger(app).await.len(), 4, "three payments and one stray");
    let listed = unmatched(&administrator(app).await, "?reason=unknown_reference").await;
    assert_eq!((listed.len(), &listed[0]["provider"]), (1, &json!("vnpay")));
});

with_gateways!(a_gateway_is_asked_when_no_notice_comes, |app, books| {
    let (_, _, listing) = shop(app, "sepay", "20").await;
    held(app).await;
    let mut payments = Vec::new();
    for method in ["vnpay", "momo", "zalopay"] {
        let payment = by(app, &listing, method).await;
        sent_to(app, &payment).await;
        payments.push(payment);
    }
    // VNPay hears of a payment when its buyer comes.
    let vnpay_number = text(&payments[0], "reference");
    books.ask(&vnpay_number, 100_000);
    let query = async |payment: &Value| {
        let path = format!("/api/v1/payments/{}/query", text(payment, "id"));
        app.guest().post(&path, &json!({})).await.expect(StatusCode::OK)
    };
    for payment in &payments {
        assert_eq!(query(payment).await["status"], "pending");
    }
    for (nth, number) in books.numbers().iter().enumerate() {
        books.pay(number, 9_000 + i64::try_from(nth).unwrap());
    }
    // On demand, but not twice within five seconds.
    assert_eq!(query(&payments[0]).await["status"], "pending");
    app.app.source().advance(6_000);
    query(&payments[0]).await;
    settled(app).await;
    assert_eq!(payment_now(app, &payments[0]).await["status"], "paid");
    // The buyer comes back.
    app.guest()
        .get(&format!("/thanh-toan/tro-ve/{}", text(&payments[1], "id")))
        .await;
    settled(app).await;
    assert_eq!(payment_now(app, &payments[1]).await["status"], "paid");
    // By itself, before the payment is given up.
    app.app.source().advance(61_000);
    choque::settlement::ask_due(&app.app).await.unwrap();
    settled(app).await;
    assert_eq!(payment_now(app, &payments[2]).await["status"], "paid");
    // The notice comes after all: it was known.
    let settings = app.app.config().secrets.momo.clone().unwrap();
    let reference = text(&payments[1], "reference");
    let (_, transaction) = books.find(&reference).unwrap();
    let notice = momo::notice(
        &settings,
        &order(&reference, 100_000),
        transaction.unwrap(),
        Timestamp(1),
    );
    app.guest()
        .post("/webhooks/momo", &notice)
        .await
        .expect(StatusCode::NO_CONTENT);
    settled(app).await;
    assert_eq!(payment_now(app, &payments[1]).await["received"], 100_000);
    assert_eq!(ledger(app).await.len(), 3);
    // Who pays by transfer has no gateway to ask.
    let receipt = orders(app, &listing, "1", "vietqr").await.expect(StatusCode::CREATED);
    let path = format!("/api/v1/payments/{}/query", text(&receipt["payments"][0], "id"));
    app.guest().post(&path, &json!({})).await.expect(StatusCode::CONFLICT);
});

with_gateways!(an_attempt_that_came_to_nothing_is_followed_by_another, |app, books| {
    let (_, _, listing) = shop(app, "sepay", "20").await;
    held(app).await;
    let payment = by(app, &listing, "momo").await;
    let reference = text(&payment, "reference");
    // A request whose answer was lost has used up the number.
    books.ask(&reference, 100_000);
    let url = sent_to(app, &payment).await;
    assert_eq!(url, format!("https://momo.test/pay/{reference}-2"));
    // The buyer's card is refused.
    let settings = app.app.config().secrets.momo.clone().unwrap();
    let number = format!("{reference}-2");
    let mut failed = momo::notice(&settings, &order(&number, 100_000), 5, Timestamp(1));
    failed["resultCode"] = json!(1006);
    let text_signed = momo::signed_notice("AK", &failed);
    failed["signature"] = json!(Hash::Sha256.sign("SK", text_signed.as_bytes()));
    app.guest()
        .post("/webhooks/momo", &failed)
        .await
        .expect(StatusCode::NO_CONTENT);
    settled(app).await;
    assert_eq!(payment_now(app, &payment).await["status"], "pending");
    let url = sent_to(app, &payment).await;
    assert_eq!(url, format!("https://momo.test/pay/{reference}-3"));
    let notice = momo::notice(&settings, &order(&format!("{reference}-3"), 100_000), 6, Timestamp(1));
    app.guest()
        .post("/webhooks/momo", &notice)
        .await
        .expect(StatusCode::NO_CONTENT);
    settled(app).await;
    assert_eq!(payment_now(app, &payment).await["status"], "paid");

    // Paid after it was given up: taken up again while the goods are there.
    let late = by(app, &listing, "vnpay").await;
    sent_to(app, &late).await;
    app.app.source().advance(31 * 60_000);
    choque::orders::expire_due(&app.app).await.unwrap();
    assert_eq!(payment_now(app, &late).await["status"], "expired");
    assert_eq!(
        vnpay_tells(app, &vnpay_notice(&text(&late, "reference"), 100_000, 77, "00")).await,
        "00"
    );
    settled(app).await;
    assert_eq!(payment_now(app, &late).await["status"], "paid");
    // Another amount than asked for is kept, and waits.
    let short = by(app, &listing, "vnpay").await;
    sent_to(app, &short).await;
    assert_eq!(
        vnpay_tells(app, &vnpay_notice(&text(&short, "reference"), 99_999, 78, "00")).await,
        "04"
    );
    settled(app).await;
    assert_eq!(payment_now(app, &short).await["status"], "underpaid");
    // VNPay tells that the buyer gave up.
    let given_up = by(app, &listing, "vnpay").await;
    sent_to(app, &given_up).await;
    assert_eq!(
        vnpay_tells(app, &vnpay_notice(&text(&given_up, "reference"), 100_000, 0, "24")).await,
        "00"
    );
    settled(app).await;
    let url = sent_to(app, &given_up).await;
    assert!(
        url.contains(&format!("vnp_TxnRef={}-2", text(&given_up, "reference"))),
        "{url}"
    );
});

on_both!(a_gateway_that_is_not_set_up_is_no_way_to_pay, |app| {
    let (_, _, listing) = shop(app, "sepay", "2").await;
    held(app).await;
    for method in ["vnpay", "momo", "zalopay"] {
        let refused = orders(app, &listing, "1", method).await;
        assert_eq!(refused.wrong(StatusCode::UNPROCESSABLE_ENTITY), ["/payment_method"]);
    }
    let methods = app.guest().get("/api/v1/payment-methods").await.expect(StatusCode::OK);
    assert_eq!(methods["total"], 2);
    let unknown = PaymentId(uuid::Uuid::from_u128(5));
    assert!(gateways::create(&app.app, unknown, "127.0.0.1").await.is_err());
    app.guest()
        .get(&format!("/thanh-toan/di/{unknown}"))
        .await
        .expect(StatusCode::NOT_FOUND);
});
