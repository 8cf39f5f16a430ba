//! Held money reaches its sellers: each line once, never less than nothing.

use choque::{
    db::Actor,
    payments::{
        self, Earning, PaymentsError,
        ledger::LedgerAccount,
        payouts::{make, make_due},
    },
};
use entity::{
    Dong,
    ids::PayoutId,
    payments::{payout, payout_line},
};
use futures_util::future::join_all;
use reqwest::StatusCode;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};

use crate::{
    books,
    harness::{Client, TestApp, notice, text},
    ledger::{HELD, rules, sheet, tea},
    on_both_held,
};

/// One seller's payout, made at once.
async fn makes(chief: &Client, seller: &str) -> Value {
    let list = chief
        .post("/api/v1/payouts", &json!({"seller_id": seller}))
        .await
        .expect(StatusCode::OK);
    list["items"][0].clone()
}

on_both_held!(held_money_is_paid_out_after_commission_and_tax, |app| {
    let chief = app.chief().await;
    let held = app.holds_money(&chief).await;
    rules(app, &chief, json!([{"rate_bp": 300}])).await;
    let farmer = app.farmer().await;
    app.account_of(&farmer).await;
    let payment = app.paid(held, 330_000).await;
    let earning = Earning {
        delivery: Dong(30_000),
        ..tea(farmer.seller(), Some(payment), 300_000)
    };
    let order = earning.order;
    app.earns(earning).await.unwrap();
    // Goods 1 % + 0.5 %, delivery 3 % + 1.5 %, commission 3 % of the goods.
    let owed = 330_000 - 3_000 - 1_500 - 900 - 450 - 9_000;
    let schedule = farmer
        .client
        .get(&farmer.at("payout-schedule"))
        .await
        .expect(StatusCode::OK);
    assert_eq!(
        (
            &schedule["every"],
            &schedule["weekday"],
            &schedule["balance"],
            &schedule["claimable"]
        ),
        (&json!("weekly"), &json!(1), &json!(owed), &json!(owed))
    );
    let made = makes(&chief, &farmer.seller_id).await;
    assert_eq!(
        (&made["amount"], &made["state"], &made["lines"]),
        (&json!(owed), &json!("made"), &json!(3))
    );
    let nothing = chief
        .post("/api/v1/payouts", &json!({"seller_id": farmer.seller_id}))
        .await;
    assert_eq!(
        nothing.expect(StatusCode::CONFLICT)["type"],
        "urn:choque:problem:nothing-due"
    );
    let path = format!("/api/v1/payouts/{}", text(&made, "id"));
    let shown = farmer.client.get(&path).await.expect(StatusCode::OK);
    let items = shown["items"].as_array().unwrap();
    assert_eq!(
        items.iter().map(|item| item["amount"].as_i64().unwrap()).sum::<i64>(),
        owed
    );
    assert!(items.iter().all(|item| item["order_id"] == order.to_string()));
    let stranger = app.farmer().await;
    stranger.client.get(&path).await.expect(StatusCode::NOT_FOUND);
    let stranger = stranger
        .client
        .get(&format!("/api/v1/payouts?seller={}", farmer.seller_id))
        .await;
    assert_eq!(stranger.expect(StatusCode::OK)["items"], json!([]));
    // The file for the bank: whole numbers, for administrators.
    farmer
        .client
        .get("/api/v1/payouts/file.csv")
        .await
        .expect(StatusCode::FORBIDDEN);
    let file = chief.get("/api/v1/payouts/file.csv").await.text();
    let line = file.lines().nth(1).unwrap();
    let cells: Vec<&str> = line.split(',').collect();
    assert_eq!(
        cells[..6],
        [
            "1",
            "0011001234567",
            "NGUYEN THI LAN",
            "Vietcombank",
            "970436",
            &owed.to_string()
        ]
    );
    assert!(cells[6].starts_with(&text(&made, "reference")), "{line}");
    let rows = sheet(&chief.get("/api/v1/payouts/file.xlsx").await.bytes);
    assert_eq!(
        (rows[1][1].as_str(), rows[1][5].as_str()),
        ("0011001234567", owed.to_string().as_str())
    );

    // It comes back: the lines are free, and go out with the next one.
    for what in ["sent", "failed"] {
        farmer
            .client
            .post(&format!("{path}/{what}"), &json!({"reason": "x"}))
            .await
            .expect(StatusCode::FORBIDDEN);
    }
    for _ in 0..2 {
        chief
            .post(&format!("{path}/sent"), &json!({}))
            .await
            .expect(StatusCode::OK);
    }
    assert_eq!(app.balance(LedgerAccount::seller(farmer.seller())).await, 0);
    assert_eq!(
        chief
            .post(&format!("{path}/failed"), &json!({}))
            .await
            .wrong(StatusCode::UNPROCESSABLE_ENTITY),
        ["/reason"]
    );
    let failed = chief
        .post(&format!("{path}/failed"), &json!({"reason": "Sai tên"}))
        .await
        .expect(StatusCode::OK);
    assert_eq!((&failed["state"], &failed["items"]), (&json!("failed"), &json!([])));
    chief
        .post(&format!("{path}/sent"), &json!({}))
        .await
        .expect(StatusCode::CONFLICT);
    assert_eq!(app.balance(LedgerAccount::seller(farmer.seller())).await, owed);
    let again = makes(&chief, &farmer.seller_id).await;
    assert_eq!(again["amount"], json!(owed));
    // The bank's notice does it without anybody's word.
    let mut out = notice(910_001, HELD, owed, &text(&again, "reference"));
    out["transferType"] = json!("out");
    app.sepay(&out).await.expect(StatusCode::OK);
    proves(app, "910001", &text(&again, "reference"), owed).await;
    let done = farmer
        .client
        .get(&format!("/api/v1/payouts/{}", text(&again, "id")))
        .await
        .expect(StatusCode::OK);
    assert_eq!(done["state"], "done");
    assert_eq!(app.balance(LedgerAccount::seller(farmer.seller())).await, 0);
    let statement = farmer.statement(&app.this_month().to_string()).await;
    assert_eq!(
        (&statement["closing"], &statement["totals"]["payouts"]),
        (&json!(0), &json!(owed))
    );
    assert_eq!(
        (&statement["totals"]["vat"], &statement["totals"]["pit"]),
        (&json!(3_900), &json!(1_950))
    );
    // What an administrator does is noted.
    let acts = chief.get("/api/v1/acts").await.expect(StatusCode::OK);
    assert!(
        acts["items"]
            .as_array()
            .unwrap()
            .iter()
            .any(|act| act["reason"] == "Sai tên"),
        "{acts}"
    );
    for (body, pointer) in [
        (json!({"seller_id": "x"}), "/seller_id"),
        (json!({"seller_id": crate::ledger::new_id()}), "/seller_id"),
    ] {
        assert_eq!(
            chief
                .post("/api/v1/payouts", &body)
                .await
                .wrong(StatusCode::UNPROCESSABLE_ENTITY),
            [pointer]
        );
    }
    for (query, pointer) in [("state=lost", "?state"), ("seller=x", "?seller")] {
        let answer = chief.get(&format!("/api/v1/payouts?{query}")).await;
        assert_eq!(answer.wrong(StatusCode::UNPROCESSABLE_ENTITY), [pointer]);
    }
});

/// The kept notice `number` is shown to the ledger, as whoever keeps notices does.
async fn proves(app: &TestApp, number: &str, reference: &str, amount: i64) {
    use entity::payments::notice as notices;
    let kept = notices::Entity::find()
        .filter(notices::Column::ProviderId.eq(number))
        .one(app.app.db().read())
        .await
        .unwrap()
        .unwrap();
    let references = vec![reference.parse().unwrap()];
    app.app
        .write(Actor::System, move |unit| {
            let references = references.clone();
            Box::pin(async move { payments::prove(unit, kept.id, &references, Dong(amount)).await })
        })
        .await
        .unwrap();
}

on_both_held!(a_debt_after_a_return_is_taken_off_what_comes_later, |app| {
    let chief = app.chief().await;
    let held = app.holds_money(&chief).await;
    rules(app, &chief, json!([{"rate_bp": 1_000}])).await;
    let farmer = app.farmer().await;
    app.account_of(&farmer).await;
    let (seller, mine) = (farmer.seller(), LedgerAccount::seller(farmer.seller()));
    let first = app.paid(held, 100_000).await;
    let earning = tea(seller, Some(first), 100_000);
    let order = earning.order;
    app.earns(earning).await.unwrap();
    let made = makes(&chief, &farmer.seller_id).await;
    assert_eq!(made["amount"], json!(100_000 - 10_000 - 1_500));
    chief
        .post(&format!("/api/v1/payouts/{}/sent", text(&made, "id")), &json!({}))
        .await
        .expect(StatusCode::OK);
    // All of it comes back after it was paid out: the seller owes what they got, and nothing more.
    books!(app, |unit| payments::unearn(unit, order, Dong(33_333))).unwrap();
    books!(app, |unit| payments::unearn(unit, order, Dong(66_667))).unwrap();
    assert_eq!(app.balance(mine).await, -88_500);
    assert_eq!(app.balance(LedgerAccount::commission(seller)).await, 0);
    assert_eq!(app.balance(LedgerAccount::tax(seller)).await, 0);
    let nothing = chief
        .post("/api/v1/payouts", &json!({"seller_id": farmer.seller_id}))
        .await;
    nothing.expect(StatusCode::CONFLICT);
    // Commission of a sale in cash is owed as well.
    app.earns(tea(seller, None, 50_000)).await.unwrap();
    assert_eq!(app.balance(mine).await, -88_500 - 5_000 - 750);
    app.source_of_money(held, &farmer, 120_000).await;
    let earned = 120_000 - 12_000 - 1_800;
    let made = makes(&chief, &farmer.seller_id).await;
    assert_eq!(made["amount"], json!(earned - 88_500 - 5_750));
    let schedule = farmer
        .client
        .get(&farmer.at("payout-schedule"))
        .await
        .expect(StatusCode::OK);
    assert_eq!(schedule["claimable"], json!(0));
});

impl TestApp {
    /// A sale of tea of `farmer`'s for `amount`, paid into `account` and earned.
    async fn source_of_money(
        &self,
        account: entity::ids::MoneyAccountId,
        farmer: &crate::harness::Farmer,
        amount: i64,
    ) {
        let payment = self.paid(account, amount).await;
        self.earns(tea(farmer.seller(), Some(payment), amount)).await.unwrap();
    }
}

on_both_held!(two_processes_claim_each_line_once, |app| {
    let chief = app.chief().await;
    let held = app.holds_money(&chief).await;
    let other = app.beside().await;
    for round in 0..5 {
        let mut sellers = Vec::new();
        for _ in 0..3 {
            let farmer = app.farmer().await;
            app.account_of(&farmer).await;
            for amount in [50_000, 70_000] {
                app.source_of_money(held, &farmer, amount).await;
            }
            sellers.push(farmer.seller());
        }
        let claims = sellers
            .iter()
            .flat_map(|seller| [(&app.app, *seller), (&other.app, *seller), (&app.app, *seller)]);
        let made = join_all(claims.map(|(app, seller)| async move {
            app.write(Actor::System, move |unit| {
                Box::pin(async move { make(unit, seller).await })
            })
            .await
        }))
        .await;
        for outcome in &made {
            assert!(
                matches!(outcome, Ok(_) | Err(PaymentsError::Nothing)),
                "round {round}: {outcome:?}"
            );
        }
        let db = app.app.db().read();
        for seller in sellers {
            let payouts = payout::Entity::find()
                .filter(payout::Column::SellerId.eq(seller))
                .all(db)
                .await
                .unwrap();
            assert_eq!(payouts.len(), 1, "round {round}");
            assert_eq!(payouts[0].amount, Dong(120_000 - 1_800));
            let free = payout_line::Entity::find()
                .filter(payout_line::Column::SellerId.eq(seller))
                .filter(payout_line::Column::PayoutId.is_null())
                .count(db)
                .await
                .unwrap();
            assert_eq!(free, 0);
            let lines = payout_line::Entity::find()
                .filter(payout_line::Column::PayoutId.eq(PayoutId(payouts[0].id.0)))
                .count(db)
                .await
                .unwrap();
            assert_eq!(i64::try_from(lines).unwrap(), payouts[0].lines);
        }
    }
    other.finish().await;
});

on_both_held!(each_seller_is_paid_on_their_own_day, |app| {
    let chief = app.chief().await;
    let held = app.holds_money(&chief).await;
    let farmer = app.farmer().await;
    app.account_of(&farmer).await;
    let path = farmer.at("payout-schedule");
    let put = async |body: Value| farmer.client.put(&path, &body).await;
    put(json!({"every": "threshold", "threshold": 100_000}))
        .await
        .expect(StatusCode::OK);
    app.source_of_money(held, &farmer, 60_000).await;
    let due = async || make_due(&app.app, &Actor::System).await.unwrap().len();
    assert_eq!(due().await, 0);
    app.source_of_money(held, &farmer, 60_000).await;
    assert_eq!(due().await, 1);
    put(json!({"every": "daily"})).await.expect(StatusCode::OK);
    app.source_of_money(held, &farmer, 10_000).await;
    assert_eq!(due().await, 0, "today was paid already");
    app.app.source().advance(24 * 60 * 60 * 1000);
    assert_eq!(due().await, 1);
    // Who has no account waits, and loses nothing.
    let poor = app.farmer().await;
    app.source_of_money(held, &poor, 10_000).await;
    assert_eq!(due().await, 0);
    app.account_of(&poor).await;
    assert_eq!(due().await, 1);
    for (body, pointers) in [
        (json!({}), vec!["/every"]),
        (json!({"every": "never"}), vec!["/every"]),
        (
            json!({"every": "weekly", "weekday": 8, "threshold": 0}),
            vec!["/weekday", "/threshold"],
        ),
    ] {
        assert_eq!(put(body).await.wrong(StatusCode::UNPROCESSABLE_ENTITY), pointers);
    }
    chief
        .put(&path, &json!({"every": "weekly", "weekday": 5}))
        .await
        .expect(StatusCode::OK);
    app.clerk()
        .await
        .put(&path, &json!({"every": "daily"}))
        .await
        .expect(StatusCode::NOT_FOUND);
    poor.client
        .put(&path, &json!({"every": "daily"}))
        .await
        .expect(StatusCode::NOT_FOUND);
    let list = farmer
        .client
        .get("/api/v1/payouts?limit=1&state=made")
        .await
        .expect(StatusCode::OK);
    let next = text(&list, "next_cursor");
    let rest = farmer
        .client
        .get(&format!("/api/v1/payouts?cursor={next}"))
        .await
        .expect(StatusCode::OK);
    assert_eq!(rest["items"].as_array().unwrap().len(), 1);
});
