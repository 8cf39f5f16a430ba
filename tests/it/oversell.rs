//! Many buyers for the last unit: one gets it, the others are told that it is gone.
//!
//! Sixty-four clients over HTTP, each with a connection of its own, ask at the same moment, round after round; before each
//! round one kilogram comes in. `CHOQUE_TEST_ROUNDS=1000` runs a thousand rounds instead of the usual few.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use entity::{
    listings::{pool, stock_hold},
    orders::{group, line as order_line, order},
    payments::payment,
};
use reqwest::StatusCode;
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};
use tokio::{sync::Barrier, task::JoinSet};

use crate::{
    harness::{Answer, Client, Farmer, TestApp, size, text},
    on_both,
    orders::{assert_stock_agrees, banks, basket, left, line, offer, shop},
};

const CLIENTS: usize = 64;

/// What the clients of one run met.
#[derive(Debug, Default)]
struct Met {
    placed: AtomicUsize,
    refused: AtomicUsize,
}

/// Lets `CLIENTS` clients check out at once, `rounds` times, each its own of `bodies`; before each round one kilogram of
/// `listing` comes in. In each round exactly one may be placed.
async fn rush(app: &TestApp, farmer: &Farmer, listing: &Value, bodies: &[Value]) {
    let rounds = size("CHOQUE_TEST_ROUNDS", 25);
    let (ready, over) = (Arc::new(Barrier::new(CLIENTS + 1)), Arc::new(Barrier::new(CLIENTS + 1)));
    let met = Arc::new(Met::default());
    let mut clients = JoinSet::new();
    for number in 0..CLIENTS {
        let mut body = bodies[number % bodies.len()].clone();
        body["buyer"]["phone"] = json!(format!("0977{number:06}"));
        let client = app.guest();
        let (ready, over, met) = (Arc::clone(&ready), Arc::clone(&over), Arc::clone(&met));
        clients.spawn(async move {
            for round in 0..rounds {
                ready.wait().await;
                // A key for each wish, as the program of a careful buyer has it.
                let answer = wish(&client, &format!("{number}-{round}"), &body).await;
                if answer.status == StatusCode::CREATED {
                    met.placed.fetch_add(1, Ordering::SeqCst);
                } else {
                    assert_sold_out(&answer, body["lines"].as_array().unwrap().len());
                    met.refused.fetch_add(1, Ordering::SeqCst);
                }
                over.wait().await;
            }
        });
    }
    let stock = format!("/api/v1/listings/{}/stock", text(listing, "id"));
    let driver = async {
        for round in 0..rounds {
            // The first kilogram was there when it was put on sale.
            if round > 0 {
                let one = json!({"receive": {"value": "1", "unit": "kg"}});
                farmer.client.post(&stock, &one).await.expect(StatusCode::CREATED);
            }
            ready.wait().await;
            over.wait().await;
            let (placed, refused) = (met.placed.load(Ordering::SeqCst), met.refused.load(Ordering::SeqCst));
            assert_eq!(
                (placed, refused),
                (round + 1, (round + 1) * (CLIENTS - 1)),
                "round {round}"
            );
        }
    };
    // A client that panics would leave the others waiting for it.
    tokio::select! {
        () = driver => {}
        Some(Err(failed)) = clients.join_next() => panic!("a client failed: {failed}"),
    }
    let db = app.app.db().read();
    println!(
        "{:?}: {CLIENTS} clients, {rounds} rounds: {} orders, {} refusals",
        sea_orm::ConnectionTrait::get_database_backend(db),
        met.placed.load(Ordering::SeqCst),
        met.refused.load(Ordering::SeqCst)
    );
    let counted = u64::try_from(rounds).unwrap();
    assert_eq!(
        (
            group::Entity::find().count(db).await.unwrap(),
            order::Entity::find().count(db).await.unwrap(),
            payment::Entity::find().count(db).await.unwrap()
        ),
        (counted, counted, counted),
        "who fell short left nothing behind"
    );
    let pools = pool::Entity::find().all(db).await.unwrap();
    let kilograms = i64::try_from(rounds).unwrap() * 1000;
    assert_eq!(
        pools
            .iter()
            .map(|pool| (pool.received.0, pool.issued.0, pool.held.0))
            .collect::<Vec<_>>(),
        [(kilograms, 0, kilograms)]
    );
    let holds = stock_hold::Entity::find().all(db).await.unwrap();
    let lines = order_line::Entity::find().count(db).await.unwrap();
    assert_eq!(
        u64::try_from(holds.len()).unwrap(),
        lines,
        "each line holds its goods once"
    );
    assert_eq!(left(app, listing).await, "0");
    assert_stock_agrees(app).await;
}

async fn wish(client: &Client, key: &str, body: &Value) -> Answer {
    client.post_once("/api/v1/checkout", key, body).await
}

/// A refusal that says which lines, and that nothing is left of them.
#[track_caller]
fn assert_sold_out(answer: &Answer, lines: usize) {
    let pointers = answer.wrong(StatusCode::CONFLICT);
    let all: Vec<_> = (0..lines).map(|place| format!("/lines/{place}")).collect();
    assert_eq!(pointers, all);
    let refusal = answer.json();
    assert_eq!(refusal["type"], "urn:choque:problem:fell-short");
    for error in refusal["errors"].as_array().unwrap() {
        assert_eq!(error["detail"], "Đã hết hàng.");
    }
}

on_both!(the_last_kilogram_goes_to_one_of_sixty_four_each_time, |app| {
    let (farmer, tea) = shop(app, "Chè cuối vụ", 100_000, "1").await;
    rush(app, &farmer, &tea, &[basket(&[line(&tea, "1")])]).await;
});

on_both!(two_pack_sizes_of_one_stock_sell_its_last_kilogram_once, |app| {
    let farmer = app.farmer().await;
    banks(&farmer, "sepay").await;
    let stock = json!({"price": 500_000, "unit": "kg", "stock": {"value": "1", "unit": "kg"}});
    let kilogram = offer(&farmer, "Chè móc câu", stock).await;
    let shared = json!({"product_id": kilogram["product_id"], "price": 55_000, "unit": "lang",
        "shares_stock_with": kilogram["id"]});
    let lang = farmer.client.post("/api/v1/listings", &shared).await;
    let lang = lang.expect(StatusCode::CREATED);
    let bodies = [
        basket(&[line(&kilogram, "1")]),
        basket(&[line(&lang, "10")]),
        basket(&[line(&lang, "5"), line(&kilogram, "0.5")]),
    ];
    rush(app, &farmer, &kilogram, &bodies).await;
    assert_eq!(left(app, &lang).await, "0");
});
