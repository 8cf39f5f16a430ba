//! Notices of hundreds of payments, shuffled, each sent ten times and delivered by thirty-two clients at once, strays,
//! truncated and wrongly signed ones among them: each credits once, and every stray one is in the queue once.
//!
//! `CHOQUE_TEST_PAYMENTS=1000` asks for so many payments instead of the usual few.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
    time::Duration,
};

use choque::{app::Source, payments::Credential};
use entity::{
    Dong,
    identity::role::Office,
    ids::PaymentId,
    orders::order,
    payments::{
        notice::{self as notices, State},
        payment::{self, Status},
        transfer,
    },
};
use futures_util::future::join_all;
use reqwest::{Method, StatusCode};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};

use crate::{
    harness::{Answer, Client, SEPAY_SECRET, TestApp, notice, size, text},
    on_both,
    orders::{banks, basket, checks_out, line, offer},
};

const CLIENTS: usize = 32;
const TIMES: usize = 10;
const NUMBER: &str = "0011001234567";
const PRICE: i64 = 10_000;

/// One notice on its way, and whether the provider who sends it is who they say.
#[derive(Clone)]
struct Sent {
    body: Vec<u8>,
    secret: &'static str,
    answer: StatusCode,
}

/// What a payment gets: the sums of its notices, all different in what they leave behind.
fn sums(number: usize, amount: i64) -> Vec<i64> {
    match number % 6 {
        0 | 1 => vec![amount],
        2 => vec![1, amount - 1],
        3 => vec![amount - 1],
        4 => vec![amount + 1],
        _ => vec![amount / 2, amount - amount / 2, 777],
    }
}

fn weighed(asked: i64, received: i64) -> Status {
    match received.cmp(&asked) {
        std::cmp::Ordering::Less => Status::Underpaid,
        std::cmp::Ordering::Equal => Status::Paid,
        std::cmp::Ordering::Greater => Status::Overpaid,
    }
}

/// As banks write what a buyer's phone wrote.
fn memo(number: usize, reference: &str) -> String {
    match number % 5 {
        0 => reference.to_owned(),
        1 => reference.to_lowercase(),
        2 => format!("MBVCB.3278907687.{reference}.CT tu 0123400000 TRAN VAN MINH toi 0011001234567"),
        3 => format!("CT DEN:{number:012} {} GD {number}", reference.to_lowercase()),
        _ => format!("IBFT {reference} thanh toan don hang"),
    }
}

/// A payment as it was asked for.
struct Asked {
    id: PaymentId,
    amount: i64,
    reference: String,
}

async fn ask(app: &TestApp, listing: &Value, count: usize) -> Vec<Asked> {
    let guest = app.guest();
    let mut asked = Vec::new();
    for numbers in (1..=count).collect::<Vec<_>>().chunks(16) {
        let placed = numbers.iter().map(|number| {
            let body = basket(&[line(listing, &number.to_string())]);
            let guest = &guest;
            async move { checks_out(guest, &body).await }
        });
        for receipt in join_all(placed).await {
            let payment = &receipt["payments"][0];
            asked.push(Asked {
                id: text(payment, "id").parse().unwrap(),
                amount: payment["amount"].as_i64().unwrap(),
                reference: text(payment, "reference"),
            });
        }
    }
    asked
}

async fn tells(app: &TestApp, client: &Client, sent: &Sent) -> Answer {
    let signer = Credential {
        hmac_secret: Some(sent.secret.to_owned()),
        api_key: None,
    };
    let headers = signer.headers(&sent.body, app.app.source().wall_clock()).unwrap();
    let request = client.request(Method::POST, "/webhooks/sepay");
    let request = request.header("content-type", "application/json").headers(headers);
    Answer::of(Method::POST, "/webhooks/sepay", request.body(sent.body.clone())).await
}

/// Everything in `sent`, in an order that nobody planned.
fn shuffle(mut sent: Vec<Sent>) -> Vec<Sent> {
    let source = Source::seeded("a storm of notices");
    for last in (1..sent.len()).rev() {
        let bound = u64::try_from(last + 1).unwrap();
        sent.swap(last, usize::try_from(source.random() % bound).unwrap());
    }
    sent
}

async fn settled(app: &TestApp) {
    for _ in 0..1200 {
        let waiting = notices::Entity::find()
            .filter(notices::Column::State.eq(State::Received))
            .count(app.app.db().read())
            .await
            .unwrap();
        if waiting == 0 && app.undelivered().await == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the storm was not settled within a minute");
}

/// The whole queue of what could not be matched, page after page.
async fn queue(client: &Client) -> Vec<Value> {
    let (mut items, mut cursor) = (Vec::new(), String::new());
    loop {
        let path = format!("/api/v1/payments/unmatched?limit=100{cursor}");
        let page = client.get(&path).await.expect(StatusCode::OK);
        items.extend(page["items"].as_array().unwrap().iter().cloned());
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return items,
        }
    }
}

on_both!(each_notice_of_a_storm_is_credited_once, |app| {
    let farmer = app.farmer().await;
    banks(&farmer, "sepay").await;
    let terms = json!({"price": PRICE, "unit": "kg", "on_demand": true});
    let listing = offer(&farmer, "Chè mùa lũ", terms).await;
    let asked = ask(app, &listing, size("CHOQUE_TEST_PAYMENTS", 100)).await;

    let mut number = 0;
    let mut next = || {
        number += 1;
        number
    };
    let good = |body: &Value| Sent {
        body: body.to_string().into_bytes(),
        secret: SEPAY_SECRET,
        answer: StatusCode::OK,
    };
    let mut sent = Vec::new();
    let mut wanted: BTreeMap<PaymentId, Vec<i64>> = BTreeMap::new();
    let mut strays: BTreeSet<(i64, &'static str)> = BTreeSet::new();
    for (place, payment) in asked.iter().enumerate() {
        let sums = sums(place, payment.amount);
        for sum in &sums {
            let told = notice(next(), NUMBER, *sum, &memo(place, &payment.reference));
            sent.push(good(&told));
            // Cut off on the way: its proof is good for what is left of it, and it says nothing.
            if place % 10 == 0 {
                let whole = told.to_string().into_bytes();
                sent.push(Sent {
                    body: whole[..whole.len() * 2 / 3].to_vec(),
                    secret: SEPAY_SECRET,
                    answer: StatusCode::BAD_REQUEST,
                });
            }
        }
        wanted.insert(payment.id, sums);
        if place % 10 == 3 {
            // Somebody who does not know the secret tells of much money.
            sent.push(Sent {
                body: notice(next(), NUMBER, 9_000_000, &payment.reference)
                    .to_string()
                    .into_bytes(),
                secret: "a secret that somebody guessed",
                answer: StatusCode::UNAUTHORIZED,
            });
        }
        if place % 10 == 5 {
            let nobody =
                entity::PaymentReference::of(uuid::Uuid::from_u128(9_000_000 + u128::try_from(place).unwrap()));
            let (a, b, c) = (next(), next(), next());
            for (told, reason) in [
                (notice(a, NUMBER, 1000 + a, "mua che khong ghi gi"), "no_reference"),
                (notice(b, NUMBER, 1000 + b, nobody.as_str()), "unknown_reference"),
                (notice(c, "5550001112", 1000 + c, &payment.reference), "unknown_account"),
            ] {
                strays.insert((told["transferAmount"].as_i64().unwrap(), reason));
                sent.push(good(&told));
            }
            let mut out = notice(next(), NUMBER, 5_000, &payment.reference);
            out["transferType"] = json!("out");
            sent.push(good(&out));
        }
    }
    let kept = u64::try_from(sent.iter().filter(|sent| sent.answer == StatusCode::OK).count()).unwrap();
    let storm = shuffle(sent.iter().flat_map(|sent| vec![sent.clone(); TIMES]).collect());
    let deliveries = storm.len();
    let storm = Arc::new(Mutex::new(storm));
    let clients = (0..CLIENTS).map(|_| {
        let (storm, client) = (Arc::clone(&storm), app.guest());
        async move {
            loop {
                let Some(sent) = storm.lock().unwrap().pop() else {
                    return;
                };
                let answer = tells(app, &client, &sent).await;
                assert_eq!(answer.status, sent.answer, "{}", answer.text());
                if sent.answer == StatusCode::OK {
                    assert_eq!(answer.json(), json!({"success": true}));
                }
            }
        }
    });
    join_all(clients).await;
    settled(app).await;

    let db = app.app.db().read();
    assert_eq!(
        notices::Entity::find().count(db).await.unwrap(),
        kept,
        "kept once each, and nothing else"
    );
    for asked in &asked {
        let row = payment::Entity::find_by_id(asked.id).one(db).await.unwrap().unwrap();
        let sum: i64 = wanted[&asked.id].iter().sum();
        assert_eq!(
            (row.received, row.status),
            (Dong(sum), weighed(asked.amount, sum)),
            "{}",
            asked.reference
        );
        let mut moved: Vec<i64> = transfer::Entity::find()
            .filter(transfer::Column::PaymentId.eq(asked.id))
            // What came on top is promised back by transfers of its own.
            .filter(transfer::Column::Reason.eq(transfer::Reason::Received))
            .all(db)
            .await
            .unwrap()
            .iter()
            .map(|row| row.amount.0)
            .collect();
        let mut told = wanted[&asked.id].clone();
        moved.sort_unstable();
        told.sort_unstable();
        assert_eq!(moved, told, "one transfer for each notice");
    }
    let orders = order::Entity::find().all(db).await.unwrap();
    assert!(orders.iter().all(|order| order.state == order::State::Placed));

    let administrator = app.in_office("0988888888", "Quản trị", Office::Administrator).await;
    let listed = queue(&administrator).await;
    let found: BTreeSet<(i64, String)> = listed
        .iter()
        .map(|item| (item["amount"].as_i64().unwrap(), text(item, "reason")))
        .collect();
    let strays: BTreeSet<(i64, String)> = strays
        .iter()
        .map(|(sum, reason)| (*sum, (*reason).to_owned()))
        .collect();
    assert_eq!(found, strays, "every stray one is in the queue");
    assert_eq!(listed.len(), strays.len(), "and is there once");
    let balance = administrator
        .get("/api/v1/ledger/trial-balance")
        .await
        .expect(StatusCode::OK);
    assert_eq!(balance["debit"], balance["credit"]);
    println!(
        "{:?}: {} payments, {kept} notices, {deliveries} deliveries by {CLIENTS} clients: each credited once, {} in the queue",
        sea_orm::ConnectionTrait::get_database_backend(db),
        asked.len(),
        listed.len()
    );
});
