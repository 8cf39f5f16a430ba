//! Order cycles: sold while open, changed until they close, handed over on one day.

use entity::orders::order;
use reqwest::StatusCode;
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use crate::{
    harness::{Answer, Client, Farmer, TestApp, text},
    on_both,
    orders::{CREDITED, assert_stock_agrees, basket, checks_out, holder, left, line, offer, opens, pays, sends, shop},
};

const HOUR: i64 = 60 * 60 * 1000;
const UNPROCESSABLE: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;

/// Opens a cycle from `opens` to `closes` hours from now.
async fn cycle(app: &TestApp, farmer: &Farmer, opens: i64, closes: i64, listings: &[&Value]) -> Value {
    let now = app.app.now();
    let ids: Vec<_> = listings.iter().map(|listing| listing["id"].clone()).collect();
    let body = json!({
        "name": "Rau cuối tuần",
        "opens_at": now.plus(opens * HOUR).rfc3339(),
        "closes_at": now.plus(closes * HOUR).rfc3339(),
        "hand_over_on": now.plus(closes * HOUR).day().plus_days(2).iso(),
        "modes": ["ship", "pickup"],
        "listing_ids": ids,
    });
    let path = format!("/api/v1/sellers/{}/cycles", farmer.seller_id);
    farmer.client.post(&path, &body).await.expect(StatusCode::CREATED)
}

async fn edits(client: &Client, order: &Value, lines: &[Value]) -> Answer {
    let path = format!("/api/v1/orders/{}/lines", text(order, "id"));
    client.put(&path, &json!({"lines": lines})).await
}

on_both!(what_is_in_a_cycle_is_sold_while_it_is_open, |app| {
    let (farmer, rau) = shop(app, "Rau bò khai", 20_000, "50").await;
    let (hoa, _) = shop(app, "Mật ong", 200_000, "100").await;
    let made = cycle(app, &farmer, 2, 26, &[&rau]).await;
    assert_eq!(
        (&made["state"], &made["modes"]),
        (&json!("planned"), &json!(["ship", "pickup"]))
    );
    let refused = app.guest().post("/api/v1/checkout", &basket(&[line(&rau, "1")])).await;
    assert_eq!(refused.wrong(StatusCode::CONFLICT), ["/lines/0"]);
    let said = refused.json()["errors"][0].clone();
    assert!(
        said["left"].is_null() && text(&said, "detail").contains("Rau cuối tuần"),
        "{said}"
    );
    assert!(
        text(&said, "detail").contains(&app.app.now().plus(2 * HOUR).to_string()[..10]),
        "{said}"
    );

    app.app.source().advance(3 * HOUR);
    let receipt = checks_out(&app.guest(), &basket(&[line(&rau, "1")])).await;
    assert_eq!(receipt["orders"][0]["cycle"]["id"], made["id"]);
    assert_eq!(receipt["orders"][0]["cycle"]["hand_over_on"], made["hand_over_on"]);
    let mut farm = basket(&[line(&rau, "1")]);
    farm["delivery"] = json!("farm");
    let refused = app.guest().post("/api/v1/checkout", &farm).await;
    assert_eq!(
        refused.wrong(UNPROCESSABLE),
        [format!("/delivery/{}", farmer.seller_id)]
    );

    // What belongs to another cycle is another order.
    let mang = offer(
        &farmer,
        "Măng vầu",
        json!({"price": 30_000, "unit": "kg", "stock": {"value": "9", "unit": "kg"}}),
    )
    .await;
    cycle(app, &farmer, -1, 100, &[&mang]).await;
    let refused = app
        .guest()
        .post("/api/v1/checkout", &basket(&[line(&rau, "1"), line(&mang, "1")]))
        .await;
    assert_eq!(refused.wrong(StatusCode::CONFLICT), ["/lines/1"]);
    checks_out(&app.guest(), &basket(&[line(&mang, "1")])).await;

    app.app.source().advance(24 * HOUR);
    let refused = app.guest().post("/api/v1/checkout", &basket(&[line(&rau, "1")])).await;
    assert_eq!(refused.wrong(StatusCode::CONFLICT), ["/lines/0"]);
    let path = format!("/api/v1/sellers/{}/cycles/{}", farmer.seller_id, text(&made, "id"));
    assert_eq!(app.guest().get(&path).await.expect(StatusCode::OK)["state"], "closed");
    farmer.client.delete(&path).await.expect(StatusCode::CONFLICT);
    // Taken out of all cycles it is sold at any time.
    farmer
        .client
        .patch(&path, &json!({"listing_ids": []}))
        .await
        .expect(StatusCode::OK);
    checks_out(&app.guest(), &basket(&[line(&rau, "1")])).await;

    let cycles = format!("/api/v1/sellers/{}/cycles", farmer.seller_id);
    assert_eq!(
        app.guest().get(&cycles).await.expect(StatusCode::OK)["items"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    hoa.client.post(&cycles, &json!({})).await.expect(StatusCode::NOT_FOUND);
    hoa.client
        .patch(&path, &json!({"name": "x"}))
        .await
        .expect(StatusCode::NOT_FOUND);
    hoa.client.delete(&path).await.expect(StatusCode::NOT_FOUND);
    let theirs = format!("/api/v1/sellers/{}/cycles", hoa.seller_id);
    let now = app.app.now();
    let good = json!({
        "name": "Đợt", "opens_at": now.rfc3339(), "closes_at": now.plus(HOUR).rfc3339(),
        "hand_over_on": now.day().plus_days(3).iso(), "modes": ["farm"], "listing_ids": [],
    });
    for (field, value, pointer) in [
        ("name", json!(""), "/name"),
        ("opens_at", json!("hôm nay"), "/opens_at"),
        ("closes_at", json!(now.plus(-HOUR).rfc3339()), "/closes_at"),
        ("hand_over_on", json!("2001-01-01"), "/hand_over_on"),
        ("modes", json!([]), "/modes"),
        ("modes", json!(["boat"]), "/modes/0"),
        ("listing_ids", json!([rau["id"]]), "/listing_ids/0"),
        ("listing_ids", json!(7), "/listing_ids"),
        ("note", json!(7), "/note"),
    ] {
        let mut body = good.clone();
        body[field] = value;
        assert_eq!(
            hoa.client.post(&theirs, &body).await.wrong(UNPROCESSABLE),
            [pointer],
            "{body}"
        );
    }
    let kept = hoa.client.post(&theirs, &good).await.expect(StatusCode::CREATED);
    let path = format!("{theirs}/{}", text(&kept, "id"));
    hoa.client.delete(&path).await.expect(StatusCode::NO_CONTENT);
    app.guest().get(&path).await.expect(StatusCode::NOT_FOUND);
});

on_both!(an_order_of_a_cycle_is_changed_until_it_closes, |app| {
    let (farmer, rau) = shop(app, "Rau bò khai", 20_000, "10").await;
    let mang = offer(
        &farmer,
        "Măng vầu",
        json!({"price": 30_000, "unit": "kg", "stock": {"value": "9", "unit": "kg"}, "tiers": [{"from": {"value": "5", "unit": "kg"}, "price": 25_000}]}),
    )
    .await;
    let zone =
        json!({"zones": [{"name": "Tỉnh", "places": ["19"], "fee": 5000, "included_grams": 2000, "fee_per_kg": 1000}]});
    let path = format!("/api/v1/sellers/{}/delivery", farmer.seller_id);
    farmer.client.put(&path, &zone).await.expect(StatusCode::OK);
    cycle(app, &farmer, -1, 24, &[&rau, &mang]).await;
    let receipt = checks_out(&app.guest(), &basket(&[line(&rau, "2"), line(&mang, "1")])).await;
    let (buyer, order) = (holder(app, &receipt), receipt["orders"][0].clone());
    assert_eq!(
        order["total"], 76_000,
        "goods 70,000, and 5,000 + 1,000 for three kilograms"
    );

    // Up: stock, fee and payment follow, and the tier that it reaches is its price.
    let after = edits(&buyer, &order, &[line(&rau, "4"), line(&mang, "5")])
        .await
        .expect(StatusCode::OK);
    assert_eq!(
        (&after["goods"], &after["delivery_fee"], &after["total"]),
        (&json!(205_000), &json!(12_000), &json!(217_000))
    );
    assert_ne!(after["payment"]["id"], order["payment"]["id"]);
    assert_eq!(
        (&after["payment"]["amount"], &after["payment"]["expires_at"]),
        (&json!(217_000), &order["payment"]["expires_at"])
    );
    assert_eq!(
        (left(app, &rau).await, left(app, &mang).await),
        ("6".to_owned(), "4".to_owned())
    );

    // Down and dropped; what was not changed keeps its price, whatever it costs by now.
    farmer
        .client
        .patch(
            &format!("/api/v1/listings/{}", text(&rau, "id")),
            &json!({"price": 99_000}),
        )
        .await
        .expect(StatusCode::OK);
    let after = edits(&buyer, &order, &[line(&rau, "4")]).await.expect(StatusCode::OK);
    assert_eq!((&after["goods"], &after["total"]), (&json!(80_000), &json!(87_000)));
    assert_eq!(
        (left(app, &rau).await, left(app, &mang).await),
        ("6".to_owned(), "9".to_owned())
    );
    let same = edits(&buyer, &order, &[line(&rau, "4")]).await.expect(StatusCode::OK);
    assert_eq!(same["payment"]["id"], after["payment"]["id"], "nothing changed");

    // More than there is: what can still be had, its own included, and nothing moves.
    let refused = edits(&buyer, &order, &[line(&rau, "11")]).await;
    assert_eq!(refused.wrong(StatusCode::CONFLICT), ["/lines/0"]);
    assert_eq!(
        refused.json()["errors"][0]["left"],
        json!({"value": "10", "unit": "kg"})
    );
    assert_eq!(left(app, &rau).await, "6");
    for (lines, pointer) in [
        (json!([]), "/lines"),
        (json!([line(&mang, "1")]), "/lines/0/listing_id"),
        (json!([line(&rau, "0")]), "/lines/0/quantity/value"),
        (json!([line(&rau, "-1")]), "/lines/0/quantity/value"),
        (json!([line(&rau, "1000000000000000000")]), "/lines/0/quantity/value"),
        (
            json!([{"listing_id": rau["id"], "quantity": {"value": "1", "unit": "bo"}}]),
            "/lines/0/quantity/unit",
        ),
    ] {
        let refused = edits(&buyer, &order, lines.as_array().unwrap()).await;
        assert_eq!(refused.wrong(UNPROCESSABLE), [pointer], "{lines}");
    }
    let mut stale = json!({"lines": [line(&rau, "3")], "expected_total": 1});
    let path = format!("/api/v1/orders/{}/lines", text(&order, "id"));
    assert_eq!(
        buyer.put(&path, &stale).await.wrong(StatusCode::CONFLICT),
        ["/expected_total"]
    );
    stale["expected_total"] = json!(3 * 99_000 + 6000);
    buyer.put(&path, &stale).await.expect(StatusCode::OK);

    // Nobody but the buyer, and nobody any more once it is closed.
    edits(&farmer.client, &order, &[line(&rau, "1")])
        .await
        .expect(StatusCode::FORBIDDEN);
    edits(&app.guest(), &order, &[line(&rau, "1")])
        .await
        .expect(StatusCode::NOT_FOUND);
    let plain = offer(
        &farmer,
        "Chè xanh",
        json!({"price": 1000, "unit": "kg", "stock": {"value": "9", "unit": "kg"}}),
    )
    .await;
    let other = checks_out(&app.guest(), &basket(&[line(&plain, "1")])).await;
    edits(&holder(app, &other), &other["orders"][0], &[line(&plain, "2")])
        .await
        .expect(StatusCode::CONFLICT);
    let mut cod = basket(&[line(&rau, "1")]);
    cod["payment_method"] = json!("cod");
    let cod = checks_out(&app.guest(), &cod).await;
    let after = edits(&holder(app, &cod), &cod["orders"][0], &[line(&rau, "2")])
        .await
        .expect(StatusCode::OK);
    assert_eq!((&after["total"], &after["payment"]), (&json!(203_000), &Value::Null));
    app.app.source().advance(25 * HOUR);
    edits(&holder(app, &cod), &cod["orders"][0], &[line(&rau, "1")])
        .await
        .expect(StatusCode::CONFLICT);
    for row in order::Entity::find().all(app.app.db().read()).await.unwrap() {
        assert_eq!(row.goods().0 + row.delivery_fee.0 - row.credit_used.0, row.total.0);
    }
    assert_stock_agrees(app).await;
});

on_both!(what_a_paid_order_costs_less_is_given_back, |app| {
    let (farmer, rau) = shop(app, "Rau bò khai", 20_000, "10").await;
    cycle(app, &farmer, -1, 24, &[&rau]).await;
    let receipt = checks_out(&app.guest(), &basket(&[line(&rau, "4")])).await;
    let (buyer, order) = (holder(app, &receipt), receipt["orders"][0].clone());
    assert_eq!(pays(app, &receipt["payments"][0], 80_000).await, CREDITED);
    let refused = edits(&buyer, &order, &[line(&rau, "5")])
        .await
        .expect(StatusCode::CONFLICT);
    assert_eq!(refused["type"], "urn:choque:problem:order-paid");
    assert_eq!(left(app, &rau).await, "6", "what is refused moves nothing");
    let after = edits(&buyer, &order, &[line(&rau, "1.5")]).await.expect(StatusCode::OK);
    assert_eq!(
        (&after["total"], &after["payment"]["id"]),
        (&json!(30_000), &order["payment"]["id"])
    );
    assert_eq!(left(app, &rau).await, "8.5");
    let owed = farmer.client.get("/api/v1/refunds?mine=1").await.expect(StatusCode::OK);
    let told: Vec<_> = owed["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| (&item["order_id"], &item["amount"], &item["why"]))
        .collect();
    assert_eq!(told, [(&order["id"], &json!(50_000), &json!("edited"))]);
    assert_stock_agrees(app).await;
});

on_both!(a_guest_changes_quantities_on_a_page_without_script, |app| {
    let (farmer, rau) = shop(app, "Rau bò khai", 20_000, "5").await;
    let mang = offer(
        &farmer,
        "Măng vầu",
        json!({"price": 30_000, "unit": "kg", "stock": {"value": "9", "unit": "kg"}}),
    )
    .await;
    cycle(app, &farmer, -1, 24, &[&rau, &mang]).await;
    let receipt = checks_out(&app.guest(), &basket(&[line(&rau, "1"), line(&mang, "2")])).await;
    let (guest, order) = (holder(app, &receipt), &receipt["orders"][0]);
    let token = text(&receipt, "access_token");
    let path = format!("/don-hang/{}/so-luong?t={token}", text(order, "id"));
    let group = format!("/don-hang/{}?t={token}", text(&receipt, "group_id"));
    assert!(opens(app, &group, "").await.text().contains(&path));
    let form = opens(app, &path, "").await.text();
    let fields: Vec<String> = order["lines"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| format!("q-{}", text(line, "id")))
        .collect();
    assert!(fields.iter().all(|field| form.contains(field)), "{form}");

    let too_much = sends(app, &path, "", &[(&fields[0], "0"), (&fields[1], "10")]).await;
    assert_eq!(too_much.status, StatusCode::CONFLICT);
    let page = too_much.text();
    assert!(page.contains("field__error") && page.contains("value=\"10\""), "{page}");
    assert_eq!(
        sends(app, &path, "", &[(&fields[0], "2,5"), (&fields[1], "0")])
            .await
            .status,
        StatusCode::SEE_OTHER
    );
    let after = guest
        .get(&format!("/api/v1/orders/{}", text(order, "id")))
        .await
        .expect(StatusCode::OK);
    assert_eq!(
        (after["lines"].as_array().unwrap().len(), &after["total"]),
        (1, &json!(50_000))
    );
    assert_eq!(
        (left(app, &rau).await, left(app, &mang).await),
        ("2.5".to_owned(), "9".to_owned())
    );
    assert_eq!(
        opens(app, path.split('?').next().unwrap(), "").await.status,
        StatusCode::NOT_FOUND
    );
    app.app.source().advance(25 * HOUR);
    assert_eq!(opens(app, &path, "").await.status, StatusCode::NOT_FOUND);
    assert_stock_agrees(app).await;
});
