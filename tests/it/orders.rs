use std::{
    sync::atomic::{AtomicI64, Ordering},
    time::Duration,
};

use choque::{
    config::Money,
    db::Actor,
    orders,
    payments::{self, NewAccount},
};
use entity::{
    ids::OrderId,
    listings::{pool, pool_lot, stock_hold},
    orders::{group, order},
    payments::{
        account::{Kind, Notices},
        notice::{self as notices, Reason, State},
        payment::{self, Status},
        refund,
    },
};
use futures_util::future::join_all;
use reqwest::{Method, StatusCode};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};

use crate::{
    harness::{Answer, Client, Farmer, TestApp, notice, text},
    on_both,
};

pub const MINUTE: i64 = 60 * 1000;

/// The number of every farmer's account here: the reference tells them apart.
const NUMBER: &str = "0011001234567";

/// Gives the farmer an account to be paid into.
pub async fn banks(farmer: &Farmer, notices: &str) {
    let account = json!({"bank_bin": "970436", "number": NUMBER, "holder_name": "Nguyễn Thị Lan", "notices": notices});
    let path = format!("/api/v1/sellers/{}/money-account", farmer.seller_id);
    farmer.client.put(&path, &account).await.expect(StatusCode::OK);
}

/// A farmer with an account and one listing of `stock` kg at `price`.
pub async fn shop(app: &TestApp, name: &str, price: i64, stock: &str) -> (Farmer, Value) {
    let farmer = app.farmer().await;
    banks(&farmer, "sepay").await;
    let listing = offer(
        &farmer,
        name,
        json!({"price": price, "unit": "kg", "stock": {"value": stock, "unit": "kg"}}),
    )
    .await;
    (farmer, listing)
}

/// Puts a new product on sale.
pub async fn offer(farmer: &Farmer, name: &str, mut terms: Value) -> Value {
    let product = farmer.makes(name).await;
    terms["product_id"] = product["id"].clone();
    farmer
        .client
        .post("/api/v1/listings", &terms)
        .await
        .expect(StatusCode::CREATED)
}

pub fn line(listing: &Value, value: &str) -> Value {
    json!({"listing_id": listing["id"], "quantity": {"value": value, "unit": listing["unit"]}})
}

pub fn basket(lines: &[Value]) -> Value {
    json!({
        "lines": lines,
        "buyer": {"name": "Trần Văn Minh", "phone": "0912 345 678"},
        "ship_to": {"commune_code": "05503", "street": "Số 5, xóm Hồng Thái"},
        "delivery": "ship",
        "payment_method": "vietqr",
    })
}

pub async fn checks_out(client: &Client, body: &Value) -> Value {
    client.post("/api/v1/checkout", body).await.expect(StatusCode::CREATED)
}

/// The guest who holds the token of `receipt`.
pub fn holder(app: &TestApp, receipt: &Value) -> Client {
    Client {
        token: Some(text(receipt, "access_token")),
        ..app.guest()
    }
}

pub async fn act(client: &Client, order: &Value, what: &str) -> Answer {
    client
        .post(&format!("/api/v1/orders/{}/{what}", text(order, "id")), &json!({}))
        .await
}

/// What is left of `listing`, as everybody sees it.
pub async fn left(app: &TestApp, listing: &Value) -> String {
    let path = format!("/api/v1/listings/{}", text(listing, "id"));
    text(&app.guest().get(&path).await.expect(StatusCode::OK)["left"], "value")
}

/// What the bank's notice of `amount` for a payment came to: its state, and why it was set aside.
pub async fn pays(app: &TestApp, payment: &Value, amount: i64) -> (State, Option<Reason>) {
    static NEXT: AtomicI64 = AtomicI64::new(1);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let told = notice(number, NUMBER, amount, &text(payment, "reference"));
    app.sepay(&told).await.expect(StatusCode::OK);
    for _ in 0..400 {
        let row = notices::Entity::find()
            .filter(notices::Column::ProviderId.eq(number.to_string()))
            .one(app.app.db().read())
            .await
            .unwrap()
            .unwrap();
        if row.state != State::Received {
            return (row.state, row.reason);
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("the notice was not settled within ten seconds");
}

pub const CREDITED: (State, Option<Reason>) = (State::Credited, None);
/// It came for what was given up, and is promised back.
pub const LATE: (State, Option<Reason>) = (State::Credited, Some(Reason::Late));

/// Stock never contradicts what is held, in pools and in lots.
pub async fn assert_stock_agrees(app: &TestApp) {
    let db = app.app.db().read();
    let holds = stock_hold::Entity::find().all(db).await.unwrap();
    for pool in pool::Entity::find().all(db).await.unwrap() {
        let sum = |state, lot: Option<entity::ids::BatchId>| -> i64 {
            holds
                .iter()
                .filter(|hold| hold.pool_id == Some(pool.id) && hold.state == state)
                .filter(|hold| lot.is_none() || hold.batch_id == lot)
                .map(|hold| hold.amount.0)
                .sum()
        };
        assert_eq!(pool.held.0, sum(stock_hold::State::Held, None));
        assert_eq!(pool.issued.0, sum(stock_hold::State::Issued, None));
        let lots = pool_lot::Entity::find()
            .filter(pool_lot::Column::PoolId.eq(pool.id))
            .all(db)
            .await
            .unwrap();
        for lot in lots {
            assert_eq!(lot.held.0, sum(stock_hold::State::Held, Some(lot.batch_id)));
            assert_eq!(lot.issued.0, sum(stock_hold::State::Issued, Some(lot.batch_id)));
        }
    }
}

async fn count_orders(app: &TestApp) -> (u64, u64, u64) {
    let db = app.app.db().read();
    (
        group::Entity::find().count(db).await.unwrap(),
        order::Entity::find().count(db).await.unwrap(),
        stock_hold::Entity::find().count(db).await.unwrap(),
    )
}

on_both!(a_guest_buys_of_two_sellers, |app| {
    let (lan, tea) = shop(app, "Chè tôm nõn", 350_000, "10").await;
    let (hoa, honey) = shop(app, "Mật ong rừng", 400_000, "3").await;
    let mut body = basket(&[line(&tea, "1.5"), line(&honey, "1"), line(&tea, "0.5")]);
    body["delivery"] = json!({ lan.seller_id.clone(): "ship", hoa.seller_id.clone(): "farm" });
    body["expected_total"] = json!(1_100_000);
    let receipt = checks_out(&app.guest(), &body).await;
    let orders = receipt["orders"].as_array().unwrap();
    assert_eq!(orders.len(), 2);
    assert_eq!(
        (&orders[0]["total"], &orders[1]["total"]),
        (&json!(700_000), &json!(400_000))
    );
    assert_eq!(
        orders[0]["lines"].as_array().unwrap().len(),
        1,
        "two lines of one listing are one"
    );
    assert_eq!(orders[0]["lines"][0]["quantity"], json!({"value": "2", "unit": "kg"}));
    assert_eq!(
        (&orders[0]["delivery"], &orders[1]["delivery"]),
        (&json!("ship"), &json!("farm"))
    );
    let payments = receipt["payments"].as_array().unwrap();
    assert_eq!(payments.len(), 2, "money goes straight to each seller");
    for (payment, order) in payments.iter().zip(orders) {
        assert_eq!(payment["order_ids"], json!([order["id"]]));
        assert_eq!(
            (&payment["amount"], &payment["status"]),
            (&order["total"], &json!("pending"))
        );
        let code = vietqr::VietQr::decode(payment["vietqr"]["payload"].as_str().unwrap()).unwrap();
        assert_eq!(code.amount(), Some(order["total"].as_u64().unwrap()));
    }
    assert_eq!(
        (left(app, &tea).await, left(app, &honey).await),
        ("8".to_owned(), "2".to_owned())
    );
    app.caught_up().await;
    let page = app
        .guest()
        .get(&format!("/san-pham/{}", text(&tea, "slug")))
        .await
        .text();
    assert!(page.contains("8\u{a0}kg"), "what is held is gone from the page");

    // The guest sees their orders by the token, each seller their own, and nobody else anything.
    let guest = holder(app, &receipt);
    let (first, second) = (
        format!("/api/v1/orders/{}", text(&orders[0], "id")),
        format!("/api/v1/orders/{}", text(&orders[1], "id")),
    );
    let seen = guest.get(&first).await.expect(StatusCode::OK);
    assert_eq!(seen["actions"], json!(["cancel"]));
    assert_eq!(seen["payment"]["id"], payments[0]["id"]);
    guest.get(&second).await.expect(StatusCode::OK);
    let sold = lan.client.get(&first).await.expect(StatusCode::OK);
    assert_eq!(sold["buyer"], json!({"name": "Trần Văn Minh", "phone": "0912345678"}));
    assert_eq!(sold["ship_to"]["commune"], "Xã Tân Cương, Thái Nguyên");
    assert_eq!(sold["actions"], json!(["confirm", "cancel"]));
    lan.client.get(&second).await.expect(StatusCode::NOT_FOUND);
    app.guest().get(&first).await.expect(StatusCode::NOT_FOUND);
    app.person("0987000001", "Người lạ")
        .await
        .get(&first)
        .await
        .expect(StatusCode::NOT_FOUND);
    let other = checks_out(&app.guest(), &basket(&[line(&tea, "1")])).await;
    holder(app, &other).get(&first).await.expect(StatusCode::NOT_FOUND);
    for what in ["cancel", "deliver", "confirm"] {
        act(&holder(app, &other), &orders[0], what)
            .await
            .expect(StatusCode::NOT_FOUND);
    }
    act(&guest, &orders[0], "confirm").await.expect(StatusCode::FORBIDDEN);

    let list = lan
        .client
        .get("/api/v1/orders?mine=1&as=seller")
        .await
        .expect(StatusCode::OK);
    assert_eq!(list["items"].as_array().unwrap().len(), 2);
    let list = lan.client.get("/api/v1/orders?as=buyer").await.expect(StatusCode::OK);
    assert_eq!(list["items"], json!([]));
    lan.client
        .get("/api/v1/orders?as=x")
        .await
        .expect(StatusCode::UNPROCESSABLE_ENTITY);
    app.guest().get("/api/v1/orders").await.expect(StatusCode::UNAUTHORIZED);
    assert_stock_agrees(app).await;
});

on_both!(an_order_goes_all_the_way, |app| {
    let farmer = app.farmer().await;
    banks(&farmer, "sepay").await;
    let product = farmer.makes("Chè đinh").await;
    let mut batches = Vec::new();
    for (quantity, lot, expires) in [("5", "MUON", "2027-12-01"), ("2", "SOM", "2027-01-01")] {
        let batch = json!({"product_id": product["id"], "quantity": {"value": quantity, "unit": "kg"}, "lot": lot,
            "harvested_on": "2026-11-20", "expires_on": expires, "plot_ids": [farmer.plants(3600).await]});
        batches.push(
            farmer
                .client
                .post("/api/v1/batches", &batch)
                .await
                .expect(StatusCode::CREATED),
        );
    }
    let listing = json!({"product_id": product["id"], "price": 900_000, "unit": "kg", "lots": [batches[0]["id"], batches[1]["id"]]});
    let listing = farmer
        .client
        .post("/api/v1/listings", &listing)
        .await
        .expect(StatusCode::CREATED);
    let buyer = app.person("0987000002", "Lê Thị Hoa").await;
    let receipt = checks_out(&buyer, &basket(&[line(&listing, "3")])).await;
    let (order, payment) = (&receipt["orders"][0], &receipt["payments"][0]);
    let lots: Vec<_> = order["lines"][0]["lots"]
        .as_array()
        .unwrap()
        .iter()
        .map(|lot| (text(lot, "lot"), text(&lot["quantity"], "value")))
        .collect();
    assert_eq!(
        lots,
        [("SOM".to_owned(), "2".to_owned()), ("MUON".to_owned(), "1".to_owned())],
        "the nearest last day goes first"
    );
    let mine = buyer.get("/api/v1/orders?mine=1").await.expect(StatusCode::OK);
    assert_eq!(mine["items"][0]["id"], order["id"]);

    act(&farmer.client, order, "confirm").await.expect(StatusCode::OK);
    let unpaid = act(&farmer.client, order, "pack").await.expect(StatusCode::CONFLICT);
    assert_eq!(unpaid["type"], "urn:choque:problem:unpaid");
    assert_eq!(
        pays(app, payment, 2_699_999).await,
        CREDITED,
        "one đồng short is not paid"
    );
    act(&farmer.client, order, "pack").await.expect(StatusCode::CONFLICT);
    let came = act(&buyer, order, "cancel").await.expect(StatusCode::CONFLICT);
    assert_eq!(came["type"], "urn:choque:problem:money-came");
    assert_eq!(pays(app, payment, 1).await, CREDITED);
    act(&farmer.client, order, "ship").await.expect(StatusCode::CONFLICT);
    act(&farmer.client, order, "pack").await.expect(StatusCode::OK);
    assert_stock_agrees(app).await;
    let shipped = act(&farmer.client, order, "ship").await.expect(StatusCode::OK);
    assert_eq!(
        (&shipped["state"], &shipped["fulfilment"]),
        (&json!("confirmed"), &json!("shipped"))
    );
    act(&farmer.client, order, "ship").await.expect(StatusCode::OK);
    let pools = pool::Entity::find().all(app.app.db().read()).await.unwrap();
    assert_eq!(
        (pools[0].held.0, pools[0].issued.0),
        (0, 3000),
        "issued once, on its way out"
    );
    let done = act(&buyer, order, "deliver").await.expect(StatusCode::OK);
    assert_eq!(
        (&done["state"], &done["fulfilment"]),
        (&json!("completed"), &json!("delivered"))
    );
    assert_eq!(done["actions"], json!([]));
    app.app.source().advance(31 * MINUTE);
    orders::expire_due(&app.app).await.unwrap();
    assert_eq!(
        buyer
            .get(&format!("/api/v1/orders/{}", text(order, "id")))
            .await
            .expect(StatusCode::OK)["state"],
        "completed"
    );
    assert_eq!(left(app, &listing).await, "4");
    assert_stock_agrees(app).await;
});

on_both!(the_last_unit_goes_to_exactly_one_buyer, |app| {
    let (_, tea) = shop(app, "Chè cuối vụ", 100_000, "1").await;
    let body = basket(&[line(&tea, "1")]);
    let guest = app.guest();
    let answers = join_all((0..16).map(|_| guest.post("/api/v1/checkout", &body))).await;
    let placed = answers
        .iter()
        .filter(|answer| answer.status == StatusCode::CREATED)
        .count();
    assert_eq!(placed, 1);
    for answer in answers.iter().filter(|answer| answer.status != StatusCode::CREATED) {
        assert_eq!(answer.wrong(StatusCode::CONFLICT), ["/lines/0"]);
        assert_eq!(answer.json()["type"], "urn:choque:problem:fell-short");
    }
    assert_eq!(count_orders(app).await, (1, 1, 1), "who fell short left nothing behind");
    assert_stock_agrees(app).await;
});

on_both!(two_pack_sizes_never_sell_one_pool_twice, |app| {
    let farmer = app.farmer().await;
    banks(&farmer, "sepay").await;
    let product = farmer.makes("Chè móc câu").await;
    let batch = farmer.harvests(&product, "5").await;
    let kilogram = farmer.offers(&product, &batch, 500_000).await;
    let lang = json!({"product_id": product["id"], "price": 55_000, "unit": "lang", "lots": [batch["id"]]});
    let lang = farmer
        .client
        .post("/api/v1/listings", &lang)
        .await
        .expect(StatusCode::CREATED);
    let guest = app.guest();
    let bodies = [
        basket(&[line(&kilogram, "1")]),
        basket(&[line(&lang, "10")]),
        basket(&[line(&lang, "5"), line(&kilogram, "0.5")]),
    ];
    let answers = join_all((0..24).map(|number| guest.post("/api/v1/checkout", &bodies[number % 3]))).await;
    let placed = answers
        .iter()
        .filter(|answer| answer.status == StatusCode::CREATED)
        .count();
    assert_eq!(placed, 5, "five kilograms are five kilograms, however they are packed");
    assert_eq!(
        (left(app, &kilogram).await, left(app, &lang).await),
        ("0".to_owned(), "0".to_owned())
    );
    assert_stock_agrees(app).await;
    app.caught_up().await;
    for listing in [&kilogram, &lang] {
        let page = app
            .guest()
            .get(&format!("/san-pham/{}", text(listing, "slug")))
            .await
            .text();
        assert!(page.contains("Hết hàng"), "the other pack size is told of too");
    }
});

on_both!(what_falls_short_is_named_and_nothing_is_held, |app| {
    let (lan, tea) = shop(app, "Chè xuân", 100_000, "2").await;
    let (_, rice) = shop(app, "Gạo nếp", 30_000, "100").await;
    let gone = offer(&lan, "Chè cũ", json!({"price": 1000, "unit": "kg", "on_demand": true})).await;
    lan.client
        .post(&format!("/api/v1/listings/{}/withdraw", text(&gone, "id")), &json!({}))
        .await
        .expect(StatusCode::OK);
    let preorder = json!({"price": 5000, "unit": "kg", "preorder": {"harvest_on": "2027-03-01", "cap": {"value": "10", "unit": "kg"}}});
    let preorder = offer(&lan, "Khoai đặt trước", preorder).await;
    checks_out(&app.guest(), &basket(&[line(&preorder, "7")])).await;
    assert_eq!(left(app, &preorder).await, "3");
    let before = count_orders(app).await;
    let short = basket(&[line(&rice, "5"), line(&tea, "3"), line(&preorder, "3.5")]);
    let answer = app.guest().post("/api/v1/checkout", &short).await;
    assert_eq!(answer.wrong(StatusCode::CONFLICT), ["/lines/1", "/lines/2"]);
    assert!(
        answer.json()["errors"][0]["detail"]
            .as_str()
            .unwrap()
            .contains("2\u{a0}kg"),
        "what is left is offered"
    );
    assert_eq!(count_orders(app).await, before);
    let answer = app
        .guest()
        .post("/api/v1/checkout", &basket(&[line(&rice, "5"), line(&gone, "1")]))
        .await;
    assert_eq!(answer.wrong(StatusCode::CONFLICT), ["/lines/1"]);
    assert_eq!(count_orders(app).await, before);
    assert_eq!(
        (left(app, &rice).await, left(app, &tea).await),
        ("100".to_owned(), "2".to_owned())
    );

    // Without an account money cannot come by transfer, but on delivery it can.
    let poor = app.farmer().await;
    let beans = offer(
        &poor,
        "Đỗ xanh",
        json!({"price": 40_000, "unit": "kg", "stock": {"value": "5", "unit": "kg"}}),
    )
    .await;
    let mut body = basket(&[line(&rice, "1"), line(&beans, "1")]);
    assert_eq!(
        app.guest()
            .post("/api/v1/checkout", &body)
            .await
            .wrong(StatusCode::CONFLICT),
        ["/lines/1"]
    );
    assert_eq!(left(app, &beans).await, "5");
    body["payment_method"] = json!("cod");
    let receipt = checks_out(&app.guest(), &body).await;
    assert_eq!(
        (&receipt["payments"], &receipt["orders"][1]["payment"]),
        (&json!([]), &Value::Null)
    );
    let mut dearer = basket(&[line(&rice, "1")]);
    dearer["expected_total"] = json!(29_999);
    assert_eq!(
        app.guest()
            .post("/api/v1/checkout", &dearer)
            .await
            .wrong(StatusCode::CONFLICT),
        ["/expected_total"]
    );
    assert_stock_agrees(app).await;
});

on_both!(a_lot_that_is_held_back_is_not_sold, |app| {
    let farmer = app.farmer().await;
    banks(&farmer, "sepay").await;
    let product = farmer.makes("Chè phun thuốc").await;
    let held = farmer.harvests(&product, "999999").await;
    assert_eq!(held["holds"][0]["reason"], "mass_balance");
    let good = farmer.harvests(&product, "5").await;
    let listing = json!({"product_id": product["id"], "price": 90_000, "unit": "kg", "lots": [held["id"], good["id"]]});
    let listing = farmer
        .client
        .post("/api/v1/listings", &listing)
        .await
        .expect(StatusCode::CREATED);
    let answer = app
        .guest()
        .post("/api/v1/checkout", &basket(&[line(&listing, "6")]))
        .await;
    assert_eq!(answer.wrong(StatusCode::CONFLICT), ["/lines/0"]);
    let receipt = checks_out(&app.guest(), &basket(&[line(&listing, "5")])).await;
    assert_eq!(receipt["orders"][0]["lines"][0]["lots"][0]["lot"], good["lot"]);
    app.guest()
        .post("/api/v1/checkout", &basket(&[line(&listing, "0.001")]))
        .await
        .expect(StatusCode::CONFLICT);
    assert_stock_agrees(app).await;
});

on_both!(what_is_not_paid_in_time_goes_back_on_sale, |app| {
    let (_, tea) = shop(app, "Chè tôm", 100_000, "2").await;
    let receipt = checks_out(&app.guest(), &basket(&[line(&tea, "2")])).await;
    let (order, payment) = (&receipt["orders"][0], &receipt["payments"][0]);
    let guest = holder(app, &receipt);
    let path = format!("/api/v1/orders/{}", text(order, "id"));
    app.app.source().advance(29 * MINUTE);
    orders::expire_due(&app.app).await.unwrap();
    assert_eq!(guest.get(&path).await.expect(StatusCode::OK)["state"], "placed");
    app.app.source().advance(2 * MINUTE);
    orders::expire_due(&app.app).await.unwrap();
    let expired = guest.get(&path).await.expect(StatusCode::OK);
    assert_eq!(
        (&expired["state"], &expired["payment"]["status"]),
        (&json!("expired"), &json!("expired"))
    );
    assert_eq!(
        expired["payment"]["vietqr"],
        Value::Null,
        "nobody is asked to pay for what is gone"
    );
    assert_eq!(left(app, &tea).await, "2");
    act(&guest, order, "cancel").await.expect(StatusCode::CONFLICT);

    // The money comes late, and what it is for is still there.
    assert_eq!(pays(app, payment, 200_000).await, CREDITED);
    let revived = guest.get(&path).await.expect(StatusCode::OK);
    assert_eq!(
        (&revived["state"], &revived["payment"]["status"]),
        (&json!("placed"), &json!("paid"))
    );
    assert_eq!(left(app, &tea).await, "0");
    assert_stock_agrees(app).await;

    // It comes late and somebody else has bought a part of it: nothing is taken.
    let (_, honey) = shop(app, "Mật ong", 100_000, "2").await;
    let late = checks_out(&app.guest(), &basket(&[line(&honey, "2")])).await;
    app.app.source().advance(31 * MINUTE);
    orders::expire_due(&app.app).await.unwrap();
    checks_out(&app.guest(), &basket(&[line(&honey, "0.5")])).await;
    assert_eq!(pays(app, &late["payments"][0], 200_000).await, LATE);
    let gone = holder(app, &late);
    let gone = gone
        .get(&format!("/api/v1/orders/{}", text(&late["orders"][0], "id")))
        .await
        .expect(StatusCode::OK);
    assert_eq!(
        (&gone["state"], &gone["payment"]["status"]),
        (&json!("expired"), &json!("refunded"))
    );
    assert_eq!(left(app, &honey).await, "1.5");
    assert_stock_agrees(app).await;

    // A part of the money does not keep goods from others for ever.
    let part = checks_out(&app.guest(), &basket(&[line(&honey, "1")])).await;
    assert_eq!(pays(app, &part["payments"][0], 1).await, CREDITED);
    app.app.source().advance(31 * MINUTE);
    orders::expire_due(&app.app).await.unwrap();
    let rows = payment::Entity::find()
        .filter(payment::Column::Received.eq(1))
        .all(app.app.db().read())
        .await
        .unwrap();
    assert_eq!((rows.len(), rows[0].status), (1, Status::Expired));
    assert_eq!(
        left(app, &honey).await,
        "2",
        "the half kilogram bought meanwhile expired as well"
    );
    // Who adds the rest within a day has the order all the same; after that the part goes back, once.
    let refunds = async || {
        let rows = refund::Entity::find()
            .filter(refund::Column::PaymentId.eq(rows[0].id))
            .all(app.app.db().read())
            .await
            .unwrap();
        rows.into_iter().map(|row| row.amount.0).collect::<Vec<_>>()
    };
    for (hours, owed) in [(23, vec![]), (2, vec![1]), (2, vec![1])] {
        app.app.source().advance(hours * 60 * MINUTE);
        orders::care(&app.app).await.unwrap();
        assert_eq!(refunds().await, owed);
    }
});

on_both!(payment_and_expiry_at_once_agree, |app| {
    let (_, tea) = shop(app, "Chè búp", 10_000, "8").await;
    let mut receipts = Vec::new();
    for _ in 0..8 {
        receipts.push(checks_out(&app.guest(), &basket(&[line(&tea, "1")])).await);
    }
    app.app.source().advance(31 * MINUTE);
    let paying = join_all(
        receipts
            .iter()
            .map(|receipt| pays(app, &receipt["payments"][0], 10_000)),
    );
    let (paid, expired) = tokio::join!(paying, orders::expire_due(&app.app));
    expired.unwrap();
    assert!(
        paid.iter().all(|paid| *paid == CREDITED),
        "nobody else wanted it: {paid:?}"
    );
    for receipt in &receipts {
        let order: OrderId = text(&receipt["orders"][0], "id").parse().unwrap();
        let order = order::Entity::find_by_id(order)
            .one(app.app.db().read())
            .await
            .unwrap()
            .unwrap();
        assert_eq!(order.state, order::State::Placed);
    }
    assert_eq!(left(app, &tea).await, "0");
    assert_stock_agrees(app).await;
});

on_both!(an_order_is_given_up, |app| {
    let (lan, tea) = shop(app, "Chè nhài", 100_000, "3").await;
    let receipt = checks_out(&app.guest(), &basket(&[line(&tea, "2")])).await;
    let order = &receipt["orders"][0];
    let guest = holder(app, &receipt);
    assert_eq!(left(app, &tea).await, "1");
    let given_up = act(&guest, order, "cancel").await.expect(StatusCode::OK);
    assert_eq!(
        (&given_up["state"], &given_up["payment"]["status"]),
        (&json!("cancelled"), &json!("expired"))
    );
    act(&guest, order, "cancel").await.expect(StatusCode::OK);
    assert_eq!(left(app, &tea).await, "3", "given back once");
    act(&lan.client, order, "confirm").await.expect(StatusCode::CONFLICT);
    assert_eq!(pays(app, &receipt["payments"][0], 200_000).await, LATE);
    assert_eq!(left(app, &tea).await, "3");

    // On delivery: until it is packed.
    let mut body = basket(&[line(&tea, "1")]);
    body["payment_method"] = json!("cod");
    body["delivery"] = json!("pickup");
    body["ship_to"] = json!({"commune_code": "05503"});
    let receipt = checks_out(&app.guest(), &body).await;
    let (order, guest) = (&receipt["orders"][0], holder(app, &receipt));
    app.app.source().advance(24 * 60 * MINUTE);
    orders::expire_due(&app.app).await.unwrap();
    for what in ["confirm", "pack"] {
        act(&lan.client, order, what).await.expect(StatusCode::OK);
    }
    act(&guest, order, "cancel").await.expect(StatusCode::CONFLICT);
    act(&lan.client, order, "ship").await.expect(StatusCode::CONFLICT);
    act(&lan.client, order, "deliver").await.expect(StatusCode::OK);
    assert_eq!(left(app, &tea).await, "2");
    assert_stock_agrees(app).await;
});

on_both!(giving_up_and_packing_at_once_end_in_one_of_the_two, |app| {
    let (lan, tea) = shop(app, "Chè sen", 100_000, "20").await;
    let mut body = basket(&[line(&tea, "1")]);
    body["payment_method"] = json!("cod");
    for _ in 0..6 {
        let receipt = checks_out(&app.guest(), &body).await;
        let (order, guest) = (&receipt["orders"][0], holder(app, &receipt));
        act(&lan.client, order, "confirm").await.expect(StatusCode::OK);
        let (cancelled, packed) = tokio::join!(act(&guest, order, "cancel"), act(&lan.client, order, "pack"));
        assert_ne!(cancelled.status == StatusCode::OK, packed.status == StatusCode::OK);
    }
    assert_stock_agrees(app).await;
});

on_both!(a_checkout_sent_twice_is_done_once, |app| {
    let (_, tea) = shop(app, "Chè hộp", 100_000, "10").await;
    let body = basket(&[line(&tea, "1")]);
    let first = app
        .guest()
        .post_once("/api/v1/checkout", "gio-1", &body)
        .await
        .expect(StatusCode::CREATED);
    let again = app
        .guest()
        .post_once("/api/v1/checkout", "gio-1", &body)
        .await
        .expect(StatusCode::CREATED);
    assert_eq!(again, first, "with the same token, or the buyer could never pay");
    assert_eq!(left(app, &tea).await, "9");
    let other = app
        .guest()
        .post_once("/api/v1/checkout", "gio-1", &basket(&[line(&tea, "2")]))
        .await;
    assert_ne!(
        other.expect(StatusCode::CREATED)["group_id"],
        first["group_id"],
        "another guest with the same key"
    );
    let answers =
        join_all((0..8).map(|_| async { app.guest().post_once("/api/v1/checkout", "gio-2", &body).await })).await;
    let groups: std::collections::BTreeSet<_> = answers
        .iter()
        .filter(|answer| answer.status == StatusCode::CREATED)
        .map(|answer| text(&answer.json(), "group_id"))
        .collect();
    assert_eq!(groups.len(), 1);
    assert_eq!(left(app, &tea).await, "6");
});

on_both!(
    #[expect(clippy::too_many_lines, reason = "one list of nonsense, each with its place")]
    a_checkout_that_makes_no_sense_is_refused_by_field,
    |app| {
        let (lan, tea) = shop(app, "Chè", 100_000, "1000000").await;
        let boxes = offer(
            &lan,
            "Bánh chè",
            json!({"price": 50_000, "unit": "hop", "stock": {"value": "10", "unit": "hop"}}),
        )
        .await;
        let quantity = |value: Value| {
            let mut body = basket(&[line(&tea, "1")]);
            body["lines"][0]["quantity"]["value"] = value;
            body
        };
        let with = |pointer: &str, value: Value| {
            let mut body = basket(&[line(&tea, "1")]);
            *body.pointer_mut(pointer).unwrap() = value;
            body
        };
        let cases = [
            (
                json!({}),
                vec![
                    "/lines",
                    "/buyer/name",
                    "/buyer/phone",
                    "/ship_to/commune_code",
                    "/ship_to/street",
                    "/payment_method",
                ],
            ),
            (quantity(json!("0")), vec!["/lines/0/quantity/value"]),
            (quantity(json!("-1")), vec!["/lines/0/quantity/value"]),
            (quantity(json!("1e18")), vec!["/lines/0/quantity/value"]),
            (quantity(json!("1000000000000000000")), vec!["/lines/0/quantity/value"]),
            (quantity(json!(1)), vec!["/lines/0/quantity/value"]),
            (quantity(json!("0.0001")), vec!["/lines/0/quantity/value"]),
            (basket(&[line(&boxes, "1.5")]), vec!["/lines/0/quantity/value"]),
            (
                with("/lines/0/quantity/unit", json!("hop")),
                vec!["/lines/0/quantity/unit"],
            ),
            (with("/lines/0/listing_id", json!("x")), vec!["/lines/0/listing_id"]),
            (
                with("/lines/0/listing_id", json!("01930000-0000-7000-8000-000000000000")),
                vec!["/lines/0/listing_id"],
            ),
            (with("/lines", json!([])), vec!["/lines"]),
            (with("/lines", Value::Array(vec![line(&tea, "1"); 101])), vec!["/lines"]),
            (
                with("/lines", json!(["x", {}])),
                vec!["/lines/0", "/lines/1/listing_id", "/lines/1/quantity"],
            ),
            (with("/buyer/phone", json!("113")), vec!["/buyer/phone"]),
            (with("/buyer/phone", json!("không nhớ")), vec!["/buyer/phone"]),
            (with("/buyer/name", json!("a\u{202e}b")), vec!["/buyer/name"]),
            (
                with("/ship_to/commune_code", json!("99999")),
                vec!["/ship_to/commune_code"],
            ),
            (with("/ship_to/street", json!("")), vec!["/ship_to/street"]),
            (with("/delivery", json!("drone")), vec!["/delivery"]),
            (with("/delivery", json!(["ship"])), vec!["/delivery"]),
            (with("/payment_method", json!("momo")), vec!["/payment_method"]),
            (with("/payment_method", json!("gold")), vec!["/payment_method"]),
        ];
        for (body, pointers) in cases {
            let answer = app.guest().post("/api/v1/checkout", &body).await;
            assert_eq!(answer.wrong(StatusCode::UNPROCESSABLE_ENTITY), pointers, "{body}");
        }
        let seller = format!("/delivery/{}", lan.seller_id);
        let nobody = "01930000-0000-7000-8000-000000000000";
        let body = with("/delivery", json!({ nobody: "ship" }));
        let answer = app.guest().post("/api/v1/checkout", &body).await;
        assert_eq!(
            answer.wrong(StatusCode::UNPROCESSABLE_ENTITY),
            [seller, format!("/delivery/{nobody}")]
        );
        // A price in the body means nothing.
        let mut cheap = basket(&[line(&tea, "1")]);
        cheap["lines"][0]["price"] = json!(1);
        cheap["lines"][0]["amount"] = json!(1);
        assert_eq!(checks_out(&app.guest(), &cheap).await["orders"][0]["total"], 100_000);
        // So much money nobody can pay by VietQR.
        let much = offer(
            &lan,
            "Chè vàng",
            json!({"price": 9_999_999_999_999_i64, "unit": "kg", "on_demand": true}),
        )
        .await;
        let answer = app.guest().post("/api/v1/checkout", &basket(&[line(&much, "2")])).await;
        assert_eq!(
            answer.wrong(StatusCode::UNPROCESSABLE_ENTITY),
            ["/lines/0/quantity/value"]
        );
        let answer = app
            .guest()
            .post("/api/v1/checkout", &basket(&[line(&much, "1"), line(&tea, "1")]))
            .await;
        assert_eq!(answer.wrong(StatusCode::UNPROCESSABLE_ENTITY), ["/lines"]);
        for path in [
            "/api/v1/orders/x",
            "/api/v1/orders/01930000-0000-7000-8000-000000000000",
        ] {
            lan.client.get(path).await.expect(StatusCode::NOT_FOUND);
            lan.client
                .post(&format!("{path}/confirm"), &json!({}))
                .await
                .expect(StatusCode::NOT_FOUND);
        }
        assert_stock_agrees(app).await;
    }
);

on_both!(a_bank_that_says_nothing_is_spoken_for_by_the_seller, |app| {
    let farmer = app.farmer().await;
    banks(&farmer, "none").await;
    let tea = offer(
        &farmer,
        "Chè",
        json!({"price": 100_000, "unit": "kg", "on_demand": true}),
    )
    .await;
    let receipt = checks_out(&app.guest(), &basket(&[line(&tea, "1")])).await;
    let order = &receipt["orders"][0];
    act(&holder(app, &receipt), order, "confirm-payment")
        .await
        .expect(StatusCode::FORBIDDEN);
    let paid = act(&farmer.client, order, "confirm-payment")
        .await
        .expect(StatusCode::OK);
    assert_eq!(
        (&paid["payment"]["status"], &paid["payment"]["confirmed"]),
        (&json!("paid"), &json!("hand"))
    );
    act(&farmer.client, order, "confirm-payment")
        .await
        .expect(StatusCode::OK);
    let late = checks_out(&app.guest(), &basket(&[line(&tea, "1")])).await;
    app.app.source().advance(31 * MINUTE);
    orders::expire_due(&app.app).await.unwrap();
    act(&farmer.client, &late["orders"][0], "confirm-payment")
        .await
        .expect(StatusCode::CONFLICT);
    let mut body = basket(&[line(&tea, "1")]);
    body["payment_method"] = json!("cod");
    let cod = checks_out(&app.guest(), &body).await;
    act(&farmer.client, &cod["orders"][0], "confirm-payment")
        .await
        .expect(StatusCode::CONFLICT);
});

on_both!(held_money_is_one_payment_for_all_until_one_order_is_given_up, |app| {
    let (lan, tea) = shop(app, "Chè tôm nõn", 350_000, "10").await;
    let (hoa, honey) = shop(app, "Mật ong rừng", 400_000, "3").await;
    let body = basket(&[line(&tea, "1"), line(&honey, "1")]);
    let new = serde_json::from_value::<orders::Checkout>(body)
        .unwrap()
        .check(choque::http::language::Language::Vietnamese)
        .unwrap();
    let within = app.app.clone();
    let placed = app
        .app
        .write(Actor::Guest, move |unit| {
            let (app, new) = (within.clone(), new.clone());
            Box::pin(async move {
                let held = NewAccount {
                    kind: Kind::Held,
                    seller: None,
                    bank_bin: "970436".to_owned(),
                    number: NUMBER.to_owned(),
                    holder: "TRUNG GIAN THANH TOAN".to_owned(),
                    notices: Notices::Sepay,
                    credential: None,
                };
                payments::open_account(unit, app.vault(), &held).await?;
                orders::place(unit, Money::Held, &new).await
            })
        })
        .await
        .unwrap();
    let guest = Client {
        token: Some(placed.access_token),
        ..app.guest()
    };
    let views = orders::read::of_group(app.app.db().read(), placed.group).await.unwrap();
    let paths: Vec<_> = views
        .iter()
        .map(|view| format!("/api/v1/orders/{}", view.order.id))
        .collect();
    let order = guest.get(&paths[0]).await.expect(StatusCode::OK);
    let (payment, both) = (
        order["payment"].clone(),
        json!([views[0].order.id.to_string(), views[1].order.id.to_string()]),
    );
    assert_eq!((&payment["amount"], &payment["order_ids"]), (&json!(750_000), &both));
    let sold = lan.client.get(&paths[0]).await.expect(StatusCode::OK);
    assert_eq!(
        sold["payment"]["order_ids"],
        json!([order["id"]]),
        "a seller is not told what else it pays for"
    );
    act(&hoa.client, &guest.get(&paths[1]).await.json(), "confirm-payment")
        .await
        .expect(StatusCode::CONFLICT);

    act(&guest, &order, "cancel").await.expect(StatusCode::OK);
    let rest = guest.get(&paths[1]).await.expect(StatusCode::OK)["payment"].clone();
    assert_ne!(rest["id"], payment["id"]);
    assert_eq!(
        (&rest["amount"], &rest["expires_at"]),
        (&json!(400_000), &payment["expires_at"])
    );
    assert_eq!(
        pays(app, &payment, 750_000).await,
        LATE,
        "money for what was given up is promised back"
    );
    assert_eq!(pays(app, &rest, 400_000).await, CREDITED);
    act(&hoa.client, &guest.get(&paths[1]).await.json(), "confirm")
        .await
        .expect(StatusCode::OK);
    act(&hoa.client, &guest.get(&paths[1]).await.json(), "pack")
        .await
        .expect(StatusCode::OK);
    assert_eq!(
        (left(app, &tea).await, left(app, &honey).await),
        ("10".to_owned(), "2".to_owned())
    );
    assert_stock_agrees(app).await;
});

/// Sends a page's form with the cookies it has.
pub async fn sends(app: &TestApp, path: &str, cookie: &str, form: &[(&str, &str)]) -> Answer {
    let request = app
        .guest()
        .request(Method::POST, path)
        .header("Cookie", cookie)
        .form(form);
    Answer::of(Method::POST, path, request).await
}

pub async fn opens(app: &TestApp, path: &str, cookie: &str) -> Answer {
    let request = app.guest().request(Method::GET, path).header("Cookie", cookie);
    Answer::of(Method::GET, path, request).await
}

/// The cookie an answer sets, as the browser sends it back.
pub fn cookie(answer: &Answer) -> String {
    let set = answer.headers["set-cookie"].to_str().unwrap();
    assert!(set.contains("HttpOnly") && set.contains("SameSite=Lax"));
    set.split(';').next().unwrap().to_owned()
}

/// The value of the field `name` in a page.
pub fn field(page: &str, name: &str) -> String {
    let at = page
        .find(&format!("name=\"{name}\" value=\""))
        .unwrap_or_else(|| panic!("no {name} in {page}"));
    let rest = &page[at..];
    let value = rest.split("value=\"").nth(1).unwrap();
    value.split('"').next().unwrap().to_owned()
}

on_both!(
    #[expect(clippy::too_many_lines, reason = "one walk, told from beginning to end")]
    a_phone_without_script_buys,
    |app| {
        let (lan, tea) = shop(app, "Chè tôm nõn", 350_000, "10").await;
        let (_, honey) = shop(app, "Mật ong rừng", 400_000, "3").await;
        let product = opens(app, &format!("/san-pham/{}", text(&tea, "slug")), "")
            .await
            .text();
        assert!(product.contains("action=\"/gio-hang\"") && product.contains("href=\"/gio-hang\""));
        let (tea, honey) = (text(&tea, "id"), text(&honey, "id"));
        assert_eq!(field(&product, "listing_id"), tea);
        let add = |id: &str, quantity: &str| {
            [
                ("listing_id", id.to_owned()),
                ("quantity", quantity.to_owned()),
                ("do", "add".to_owned()),
            ]
        };
        let put = async |cookies: &str, id: &str, quantity: &str| {
            let form = add(id, quantity);
            let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
            sends(app, "/gio-hang", cookies, &form).await
        };
        let first = put("", &tea, "1,5").await;
        assert_eq!(
            (first.status, &first.headers["location"]),
            (StatusCode::SEE_OTHER, &"/gio-hang".parse().unwrap())
        );
        let second = put(&cookie(&first), &honey, "2").await;
        let third = put(&cookie(&second), &tea, "0.5").await;
        let mut cookies = cookie(&third);
        for (id, quantity) in [
            (tea.as_str(), "0"),
            (&tea, "-1"),
            (&tea, "nhiều"),
            (&tea, "1e18"),
            ("x", "1"),
            ("01930000-0000-7000-8000-000000000000", "1"),
        ] {
            let refused = put(&cookies, id, quantity).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{id} {quantity}");
            assert!(
                !refused.headers.contains_key("set-cookie"),
                "the basket stays as it was"
            );
        }
        let page = opens(app, "/gio-hang", &cookies).await;
        assert_eq!(page.headers["cache-control"], "no-store");
        assert!(page.text().contains("700.000\u{a0}₫") && page.text().contains("1.500.000\u{a0}₫"));
        let changed = sends(
            app,
            "/gio-hang",
            &cookies,
            &[("listing_id", &honey), ("quantity", "4"), ("do", "set")],
        )
        .await;
        let too_much = opens(app, "/gio-hang", &cookie(&changed)).await.text();
        assert!(too_much.contains("Chỉ còn 3\u{a0}kg") && !too_much.contains("href=\"/thanh-toan\""));
        assert_eq!(
            opens(app, "/thanh-toan", &cookie(&changed)).await.status,
            StatusCode::SEE_OTHER
        );
        let changed = sends(app, "/gio-hang", &cookies, &[("listing_id", &honey), ("do", "remove")]).await;
        cookies = cookie(&changed);

        let page = opens(app, "/thanh-toan", &cookies).await.text();
        assert!(
            page.contains("Xã Tân Cương"),
            "the communes of the first seller's province are there"
        );
        let delivery = format!("delivery-{}", lan.seller_id);
        let (key, lines, total) = (field(&page, "key"), field(&page, "lines"), field(&page, "total"));
        let mut form = vec![
            ("key", key.as_str()),
            ("lines", &lines),
            ("total", &total),
            ("name", "Trần <Minh>"),
            ("phone", "113"),
            ("province", "19"),
            ("commune", ""),
            ("street", ""),
            (&delivery, "ship"),
            ("method", "vietqr"),
        ];
        let refused = sends(app, "/thanh-toan", &cookies, &form).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        let page = refused.text();
        for (what, why) in [
            ("Trần &#60;Minh&#62;", "what was typed stays"),
            ("id=\"phone-loi\"", "beside its field"),
            ("id=\"commune-loi\"", "commune"),
            ("id=\"street-loi\"", "street"),
        ] {
            assert!(page.contains(what), "{why}");
        }
        form[5] = ("province", "01");
        form.push(("do", "province"));
        let hanoi = sends(app, "/thanh-toan", &cookies, &form).await;
        assert!(hanoi.status == StatusCode::OK && !hanoi.text().contains("Xã Tân Cương"));
        form.pop();
        form[4] = ("phone", "0912 345 678");
        form[6] = ("commune", "05503");
        form[7] = ("street", "Số 5, xóm Hồng Thái");
        let elsewhere = sends(app, "/thanh-toan", &cookies, &form).await;
        assert!(
            elsewhere.status == StatusCode::UNPROCESSABLE_ENTITY && elsewhere.text().contains("id=\"commune-loi\"")
        );
        form[5] = ("province", "19");
        let twice = tokio::join!(
            sends(app, "/thanh-toan", &cookies, &form),
            sends(app, "/thanh-toan", &cookies, &form)
        );
        assert_eq!(
            (twice.0.status, twice.1.status),
            (StatusCode::SEE_OTHER, StatusCode::SEE_OTHER)
        );
        assert_eq!(
            twice.0.headers["location"], twice.1.headers["location"],
            "pressed twice, ordered once"
        );
        assert_eq!(cookie(&twice.0), "basket=");
        let to = twice.0.headers["location"].to_str().unwrap().to_owned();

        let page = opens(app, &to, "").await;
        assert_eq!(
            (page.status, &page.headers["referrer-policy"]),
            (StatusCode::OK, &"same-origin".parse().unwrap())
        );
        let page = page.text();
        let payment = payment::Entity::find().one(app.app.db().read()).await.unwrap().unwrap();
        for what in [
            "NGUYEN THI LAN",
            payment.reference.as_str(),
            &format!("/api/v1/payments/{}/qr.svg", payment.id),
            "700.000\u{a0}₫",
            "http-equiv=\"refresh\"",
            "/huy?t=",
        ] {
            assert!(page.contains(what), "{what}");
        }
        let (path, token) = to.split_once("?t=").unwrap();
        assert!(!page.contains(&format!("rel=\"canonical\" href=\"http://choque.test{to}\"")));
        for stranger in [
            path.to_owned(),
            format!("{path}?t={}", "0".repeat(64)),
            format!("{path}?t="),
            "/don-hang/x?t=1".to_owned(),
        ] {
            assert_eq!(
                opens(app, &stranger, "").await.status,
                StatusCode::NOT_FOUND,
                "{stranger}"
            );
        }
        let payment = json!({"id": payment.id.to_string(), "reference": payment.reference.to_string()});
        assert_eq!(pays(app, &payment, 700_000).await, CREDITED);
        let page = opens(app, &to, "").await.text();
        assert!(page.contains("Đã nhận 700.000\u{a0}₫") && !page.contains("qr.svg"));
        assert!(page.contains("/huy?t="), "until the seller confirms");

        let receipt = checks_out(
            &app.guest(),
            &basket(&[json!({"listing_id": tea, "quantity": {"value": "1", "unit": "kg"}})]),
        )
        .await;
        let order = text(&receipt["orders"][0], "id");
        let mine = text(&receipt, "access_token");
        assert_eq!(
            sends(app, &format!("/don-hang/{order}/huy?t={token}"), "", &[])
                .await
                .status,
            StatusCode::NOT_FOUND
        );
        let gone = sends(app, &format!("/don-hang/{order}/huy?t={mine}"), "", &[]).await;
        assert_eq!(gone.status, StatusCode::SEE_OTHER);
        let page = opens(app, gone.headers["location"].to_str().unwrap(), "").await.text();
        assert!(page.contains("Đã huỷ"));
        assert_eq!(opens(app, "/don-hang", "").await.status, StatusCode::SEE_OTHER);
        let seen = Answer::of(Method::GET, path, lan.client.request(Method::GET, path)).await;
        assert!(
            seen.status == StatusCode::OK && !seen.text().contains("qr.svg"),
            "a seller sees their order, not how to pay it"
        );
    }
);
