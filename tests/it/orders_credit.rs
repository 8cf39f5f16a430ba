//! Store credit: given, spent, given back, never below zero.

use choque::{db::Actor, orders::credit};
use entity::{
    Dong,
    ids::{OrderId, PersonId, SellerId},
    orders::{store_credit, store_credit_entry},
};
use reqwest::StatusCode;
use sea_orm::{ConnectionTrait, EntityTrait};
use serde_json::{Value, json};

use crate::{
    harness::{Client, Farmer, TestApp, text},
    on_both,
    orders::{CREDITED, act, assert_stock_agrees, basket, checks_out, line, pays, shop},
};

const MINUTE: i64 = 60 * 1000;

async fn gives(farmer: &Farmer, order: &Value, amount: i64) -> Value {
    let path = format!("/api/v1/sellers/{}/credits", farmer.seller_id);
    let gift = json!({"order_id": order["id"], "amount": amount, "note": "Bù chè gãy"});
    farmer.client.post(&path, &gift).await.expect(StatusCode::CREATED)
}

async fn has(buyer: &Client, farmer: &Farmer) -> i64 {
    let path = format!("/api/v1/credits/{}", farmer.seller_id);
    buyer.get(&path).await.expect(StatusCode::OK)["balance"]
        .as_i64()
        .unwrap()
}

/// Every balance is what its entries sum up to.
async fn assert_credit_agrees(app: &TestApp) {
    let db = app.app.db().read();
    let entries = store_credit_entry::Entity::find().all(db).await.unwrap();
    for row in store_credit::Entity::find().all(db).await.unwrap() {
        let of = entries
            .iter()
            .filter(|entry| (entry.seller_id, entry.person_id) == (row.seller_id, row.person_id));
        assert_eq!(row.balance.0, of.map(|entry| entry.amount.0).sum::<i64>());
    }
}

on_both!(credit_is_spent_and_comes_back, |app| {
    let (farmer, tea) = shop(app, "Chè tôm nõn", 100_000, "100").await;
    let (hoa, honey) = shop(app, "Mật ong", 200_000, "100").await;
    let buyer = app.person("0987000011", "Trần Văn Minh").await;
    let first = checks_out(&buyer, &basket(&[line(&tea, "1")])).await;
    assert_eq!(gives(&farmer, &first["orders"][0], 150_000).await["balance"], 150_000);
    assert_eq!(has(&buyer, &farmer).await, 150_000);
    let list = buyer.get("/api/v1/credits").await.expect(StatusCode::OK);
    assert_eq!(
        (
            list["items"].as_array().unwrap().len(),
            &list["items"][0]["seller"]["id"]
        ),
        (1, &json!(farmer.seller_id))
    );

    // It is spent at its own seller's and at no other, and only where it is asked for.
    let mut body = basket(&[line(&tea, "2"), line(&honey, "1")]);
    body["use_credit"] = json!(true);
    let quoted = buyer.post("/api/v1/checkout/quote", &body).await.expect(StatusCode::OK);
    assert_eq!(
        (&quoted["credit_used"], &quoted["total"]),
        (&json!(150_000), &json!(250_000))
    );
    let receipt = checks_out(&buyer, &body).await;
    let orders = receipt["orders"].as_array().unwrap();
    let told: Vec<_> = orders
        .iter()
        .map(|order| (&order["goods"], &order["credit_used"], &order["total"]))
        .collect();
    assert_eq!(
        told,
        [
            (&json!(200_000), &json!(150_000), &json!(50_000)),
            (&json!(200_000), &json!(0), &json!(200_000))
        ]
    );
    assert_eq!(
        (&receipt["payments"][0]["amount"], &receipt["payments"][1]["amount"]),
        (&json!(50_000), &json!(200_000))
    );
    assert_eq!(has(&buyer, &farmer).await, 0);

    // Given up, it comes back, once.
    for _ in 0..2 {
        act(&buyer, &orders[0], "cancel").await.expect(StatusCode::OK);
    }
    assert_eq!(has(&buyer, &farmer).await, 150_000);

    // What credit pays whole asks for no money, counts as paid, and goes all the way.
    let mut body = basket(&[line(&tea, "1.5")]);
    body["use_credit"] = json!(true);
    body["expected_total"] = json!(0);
    let receipt = checks_out(&buyer, &body).await;
    let order = &receipt["orders"][0];
    assert_eq!(
        (&order["total"], &order["payment"], &receipt["payments"]),
        (&json!(0), &Value::Null, &json!([]))
    );
    for what in ["confirm", "pack", "ship", "deliver"] {
        act(&farmer.client, order, what).await.expect(StatusCode::OK);
    }

    // Not paid in time: it comes back too.
    gives(&farmer, &first["orders"][0], 30_000).await;
    let mut body = basket(&[line(&tea, "1")]);
    body["use_credit"] = json!(true);
    let receipt = checks_out(&buyer, &body).await;
    assert_eq!(
        (has(&buyer, &farmer).await, &receipt["payments"][0]["amount"]),
        (0, &json!(70_000))
    );
    app.app.source().advance(31 * MINUTE);
    while choque::orders::expire_due(&app.app).await.unwrap() > 0 {}
    assert_eq!(has(&buyer, &farmer).await, 30_000);

    let path = format!("/api/v1/credits/{}/entries", farmer.seller_id);
    let entries = buyer.get(&path).await.expect(StatusCode::OK);
    let told: Vec<_> = entries["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| (text(entry, "why"), entry["amount"].as_i64().unwrap()))
        .collect();
    let told: Vec<_> = told.iter().map(|(why, amount)| (why.as_str(), *amount)).collect();
    assert_eq!(
        told,
        [
            ("returned", 30_000),
            ("spent", -30_000),
            ("gift", 30_000),
            ("spent", -150_000),
            ("returned", 150_000),
            ("spent", -150_000),
            ("gift", 150_000)
        ]
    );
    buyer
        .get(&format!("/api/v1/credits/{}", hoa.seller_id))
        .await
        .expect(StatusCode::NOT_FOUND);
    assert_credit_agrees(app).await;
    assert_stock_agrees(app).await;
});

on_both!(credit_is_spent_once_however_often_it_is_asked_for, |app| {
    let (farmer, tea) = shop(app, "Chè tôm nõn", 100_000, "100").await;
    let buyer = app.person("0987000012", "Trần Văn Minh").await;
    let first = checks_out(&buyer, &basket(&[line(&tea, "1")])).await;
    gives(&farmer, &first["orders"][0], 100_000).await;
    let mut body = basket(&[line(&tea, "1")]);
    body["use_credit"] = json!(true);
    let answers = futures_util::future::join_all((0..8).map(|_| buyer.post("/api/v1/checkout", &body))).await;
    let spent: i64 = answers
        .iter()
        .filter(|answer| answer.status == StatusCode::CREATED)
        .map(|answer| answer.json()["orders"][0]["credit_used"].as_i64().unwrap())
        .sum();
    assert_eq!(spent, 100_000);
    for answer in answers.iter().filter(|answer| answer.status != StatusCode::CREATED) {
        assert_eq!(answer.wrong(StatusCode::CONFLICT), ["/use_credit"]);
    }
    assert_eq!(has(&buyer, &farmer).await, 0);
    assert_credit_agrees(app).await;
});

on_both!(nobody_spends_or_gives_what_is_not_theirs, |app| {
    let (farmer, tea) = shop(app, "Chè tôm nõn", 100_000, "100").await;
    let (hoa, _) = shop(app, "Mật ong", 200_000, "100").await;
    let buyer = app.person("0987000013", "Trần Văn Minh").await;
    let mut body = basket(&[line(&tea, "1")]);
    body["use_credit"] = json!(true);
    let refused = app.guest().post("/api/v1/checkout", &body).await;
    assert_eq!(refused.wrong(StatusCode::UNPROCESSABLE_ENTITY), ["/use_credit"]);
    body["use_credit"] = json!("yes");
    let refused = app.guest().post("/api/v1/checkout", &body).await;
    assert_eq!(refused.wrong(StatusCode::UNPROCESSABLE_ENTITY), ["/use_credit"]);
    let guests = checks_out(&app.guest(), &basket(&[line(&tea, "1")])).await;
    let bought = checks_out(&buyer, &basket(&[line(&tea, "1")])).await;
    let path = format!("/api/v1/sellers/{}/credits", farmer.seller_id);
    for (gift, wrong) in [
        (
            json!({"order_id": guests["orders"][0]["id"], "amount": 1}),
            vec!["/order_id"],
        ),
        (json!({"order_id": "x", "amount": 0}), vec!["/order_id", "/amount"]),
        (
            json!({"order_id": bought["orders"][0]["id"], "amount": -5}),
            vec!["/amount"],
        ),
        (
            json!({"order_id": bought["orders"][0]["id"], "amount": 1e18}),
            vec!["/amount"],
        ),
        (json!({}), vec!["/order_id", "/amount"]),
    ] {
        assert_eq!(
            farmer
                .client
                .post(&path, &gift)
                .await
                .wrong(StatusCode::UNPROCESSABLE_ENTITY),
            wrong,
            "{gift}"
        );
    }
    let gift = json!({"order_id": bought["orders"][0]["id"], "amount": 1});
    hoa.client.post(&path, &gift).await.expect(StatusCode::NOT_FOUND);
    hoa.client.get(&path).await.expect(StatusCode::NOT_FOUND);
    let other = format!("/api/v1/sellers/{}/credits", hoa.seller_id);
    assert_eq!(
        hoa.client
            .post(&other, &gift)
            .await
            .wrong(StatusCode::UNPROCESSABLE_ENTITY),
        ["/order_id"]
    );

    // Beneath all that, the verbs themselves take no more than there is.
    let me = buyer.get("/api/v1/accounts/me").await.expect(StatusCode::OK);
    let (seller, person): (SellerId, PersonId) = (farmer.seller_id.parse().unwrap(), text(&me, "id").parse().unwrap());
    let order: OrderId = text(&bought["orders"][0], "id").parse().unwrap();
    let told = app
        .app
        .write(Actor::System, move |unit| {
            Box::pin(async move {
                credit::grant(unit, seller, person, Dong(10), credit::Why::Refund(order)).await?;
                let too_much = credit::spend(unit, seller, person, Dong(11), order).await?;
                let all = credit::spend(unit, seller, person, Dong(10), order).await?;
                let some = credit::give_back(unit, order, Some(Dong(4))).await?;
                let rest = credit::give_back(unit, order, None).await?;
                let none = credit::give_back(unit, order, None).await?;
                Ok::<_, choque::orders::OrdersError>((too_much, all, some, rest, none))
            })
        })
        .await
        .unwrap();
    assert_eq!(told, (false, true, Dong(4), Dong(6), Dong(0)));
    assert_credit_agrees(app).await;
});

on_both!(the_tables_refuse_what_no_verb_may_do, |app| {
    let (farmer, tea) = shop(app, "Chè tôm nõn", 100_000, "10").await;
    let product = farmer.makes("Chè lô").await;
    let batch = farmer.harvests(&product, "20").await;
    farmer.offers(&product, &batch, 300_000).await;
    let buyer = app.person("0987000014", "Trần Văn Minh").await;
    let bought = checks_out(&buyer, &basket(&[line(&tea, "1")])).await;
    gives(&farmer, &bought["orders"][0], 1000).await;
    for (sql, rows) in [
        ("update stock_pool set held = received - issued", 2),
        ("update stock_pool set held = received - issued + 1", 0),
        ("update stock_pool set issued = received + 1", 0),
        ("update stock_pool_lot set held = received - issued + 1", 0),
        ("update store_credit set balance = 0", 1),
        ("update store_credit set balance = -1", 0),
        ("update customer_order set delivery_fee = -1", 0),
        ("update customer_order set credit_used = -1", 0),
        ("update customer_order set total = -1", 0),
    ] {
        let written = app
            .app
            .write(Actor::System, move |unit| {
                Box::pin(async move { unit.execute_unprepared(sql).await.map(|result| result.rows_affected()) })
            })
            .await;
        assert_eq!(written.unwrap_or(0), rows, "{sql}");
    }
});

on_both!(credit_that_came_back_is_not_earned, |app| {
    let (farmer, tea) = shop(app, "Chè tôm nõn", 100_000, "100").await;
    let buyer = app.person("0987000012", "Trần Văn Minh").await;
    let first = checks_out(&buyer, &basket(&[line(&tea, "1")])).await;
    gives(&farmer, &first["orders"][0], 150_000).await;
    let mut body = basket(&[line(&tea, "2")]);
    body["use_credit"] = json!(true);
    let receipt = checks_out(&buyer, &body).await;
    let order = &receipt["orders"][0];
    assert_eq!(pays(app, &receipt["payments"][0], 50_000).await, CREDITED);
    for what in ["confirm", "pack", "ship", "deliver"] {
        act(&farmer.client, order, what).await.expect(StatusCode::OK);
    }
    // A quarter of it is bad: the money goes back first. Then the half: what money is left, and credit.
    for (quantity, credit) in [("0.5", 0), ("1", 100_000)] {
        let part = json!([{"line_id": order["lines"][0]["id"], "quantity": {"value": quantity, "unit": "kg"}}]);
        let ask = json!({"lines": part, "reason": "quality", "text": "Chè mốc"});
        let path = format!("/api/v1/orders/{}/return", text(order, "id"));
        let asked = buyer.post(&path, &ask).await.expect(StatusCode::CREATED);
        let path = format!("/api/v1/returns/{}/accept", text(&asked, "id"));
        farmer
            .client
            .post(&path, &json!({"goods": "keep"}))
            .await
            .expect(StatusCode::OK);
        assert_eq!(has(&buyer, &farmer).await, credit);
    }
    app.app.source().advance(8 * 24 * 60 * MINUTE);
    while choque::orders::earn_due(&app.app).await.unwrap() > 0 {}
    let path = format!("/api/v1/sellers/{}/revenue", farmer.seller_id);
    let revenue = farmer.client.get(&path).await.expect(StatusCode::OK);
    assert_eq!(revenue["revenue"], 50_000, "half a kilogram stayed sold");
    assert_credit_agrees(app).await;
});
