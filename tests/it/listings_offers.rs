//! How a listing is packed, what it costs, and how much of it one may order.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::{
    harness::{Farmer, TestApp, text},
    on_both,
};

/// Offers `product` and returns the listing.
async fn offer(farmer: &Farmer, product: &Value, mut terms: Value) -> Value {
    terms["product_id"] = product["id"].clone();
    farmer
        .client
        .post("/api/v1/listings", &terms)
        .await
        .expect(StatusCode::CREATED)
}

async fn seen(app: &TestApp, listing: &Value) -> Value {
    let path = format!("/api/v1/listings/{}", text(listing, "id"));
    app.guest().get(&path).await.expect(StatusCode::OK)
}

async fn page(app: &TestApp, listing: &Value) -> String {
    app.caught_up().await;
    let path = format!("/san-pham/{}", text(listing, "slug"));
    let page = app.guest().get(&path).await;
    assert_eq!(page.status, StatusCode::OK);
    page.text()
}

on_both!(packs_of_every_size_are_offered_of_one_stock, |app| {
    let farmer = app.farmer().await;
    let product = farmer.makes("Rau ngót rừng").await;
    let kilogram = offer(
        &farmer,
        &product,
        json!({"price": 40_000, "unit": "kg", "stock": {"value": "6", "unit": "kg"}}),
    )
    .await;
    let bunch = offer(
        &farmer,
        &product,
        json!({"price": 13_000, "unit": "bo", "contains": {"value": "300", "unit": "g"}, "shares_stock_with": kilogram["id"]}),
    )
    .await;
    let sack = offer(
        &farmer,
        &product,
        json!({"price": 190_000, "unit": "tui", "contains": {"value": "5", "unit": "kg"}, "shares_stock_with": bunch["id"]}),
    )
    .await;
    assert_eq!(bunch["left"], json!({"value": "20", "unit": "bo"}));
    assert_eq!(sack["left"], json!({"value": "1", "unit": "tui"}));
    assert_eq!(bunch["unit_price"], json!({"amount": 43_333, "unit": "kg"}));
    assert_eq!(sack["unit_price"], json!({"amount": 38_000, "unit": "kg"}));
    assert_eq!(kilogram["unit_price"], json!({"amount": 40_000, "unit": "kg"}));

    let detail = seen(app, &kilogram).await;
    let siblings: Vec<_> = detail["siblings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|pack| pack["id"].clone())
        .collect();
    assert_eq!(siblings, [bunch["id"].clone(), sack["id"].clone()]);
    let shown = page(app, &kilogram).await;
    for pack in [&bunch, &sack] {
        assert!(shown.contains(&format!("href=\"/san-pham/{}\"", text(pack, "slug"))));
    }
    assert!(
        shown.contains("bó (300\u{a0}g)") && shown.contains("43.333\u{a0}₫"),
        "{shown}"
    );
    assert!(
        shown.contains("\"referenceQuantity\":{\"@type\":\"QuantitativeValue\",\"unitCode\":\"KGM\""),
        "{shown}"
    );
    let found = app.finds("q=rau").await;
    let card = found["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|item| item["id"] == bunch["id"])
        .unwrap();
    assert_eq!(card["unit_price"]["amount"], 43_333);
    assert_eq!(card["contains"], json!({"value": "300", "unit": "g"}));
    assert!(app.guest().get("/tim?q=rau").await.text().contains("43.333\u{a0}₫"));

    // One pack goes; the page of another tells at once.
    let path = format!("/api/v1/listings/{}", text(&sack, "id"));
    farmer
        .client
        .post(&format!("{path}/withdraw"), &json!({}))
        .await
        .expect(StatusCode::OK);
    assert!(!page(app, &kilogram).await.contains(&text(&sack, "slug")));
    // What a bunch holds may turn out otherwise; the stock stays what it is.
    let path = format!("/api/v1/listings/{}", text(&bunch, "id"));
    let half = json!({"contains": {"value": "0.5", "unit": "kg"}});
    let half = farmer.client.patch(&path, &half).await.expect(StatusCode::OK);
    assert_eq!(half["left"], json!({"value": "12", "unit": "bo"}));
    assert_eq!(
        farmer
            .client
            .patch(&path, &json!({"contains": null}))
            .await
            .wrong(StatusCode::UNPROCESSABLE_ENTITY),
        ["/unit"],
        "a bunch of nothing cannot come out of kilograms"
    );
});

on_both!(eggs_are_counted_however_they_are_packed, |app| {
    let farmer = app.farmer().await;
    let product = json!({"name": "Trứng gà đồi", "category": "tea-premium", "unit": "qua"});
    let product = farmer
        .client
        .post("/api/v1/products", &product)
        .await
        .expect(StatusCode::CREATED);
    // A dozen of somebody's is twelve: it is declared, not assumed.
    let dozen = offer(
        &farmer,
        &product,
        json!({"price": 42_000, "unit": "chuc", "contains": {"value": "12", "unit": "qua"}, "stock": {"value": "10", "unit": "chuc"}}),
    )
    .await;
    let egg = offer(
        &farmer,
        &product,
        json!({"price": 4000, "unit": "qua", "shares_stock_with": dozen["id"]}),
    )
    .await;
    assert_eq!(egg["left"], json!({"value": "120", "unit": "qua"}));
    assert_eq!(dozen["unit_price"], json!({"amount": 3500, "unit": "qua"}));
    assert_eq!(egg["unit_price"], Value::Null, "an egg holds nothing but itself");
});

on_both!(terms_are_shown_on_the_page_in_both_languages, |app| {
    let farmer = app.farmer().await;
    let product = farmer.makes("Miến dong").await;
    let listing = offer(
        &farmer,
        &product,
        json!({
            "price": 60_000, "unit": "kg", "stock": {"value": "100", "unit": "kg"},
            "min_quantity": {"value": "1", "unit": "kg"}, "step": {"value": "500", "unit": "g"},
            "tiers": [{"from": {"value": "5", "unit": "kg"}, "price": 55_000}, {"from": {"value": "1", "unit": "yen"}, "price": 50_000}],
            "limit_per_customer": {"quantity": {"value": "20", "unit": "kg"}, "days": 30},
        }),
    )
    .await;
    let detail = seen(app, &listing).await;
    assert_eq!(
        detail["tiers"],
        json!([{"from": {"value": "5", "unit": "kg"}, "price": 55_000}, {"from": {"value": "10", "unit": "kg"}, "price": 50_000}])
    );
    assert_eq!(detail["step"], json!({"value": "0.5", "unit": "kg"}));
    assert_eq!(detail["limit_per_customer"]["days"], 30);
    assert!(
        detail.get("review").is_none() && detail.get("blocked_by").is_none(),
        "that is nobody else's"
    );
    let shown = page(app, &listing).await;
    for words in [
        "min=\"1\" step=\"0.5\" value=\"1\"",
        "Mua nhiều giá tốt hơn",
        "55.000\u{a0}₫",
        "50.000\u{a0}₫",
        "mỗi nấc",
        "trong 30 ngày",
    ] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    assert!(shown.contains("\"eligibleQuantity\""));
    let request = app
        .guest()
        .request(reqwest::Method::GET, &format!("/san-pham/{}", text(&listing, "slug")))
        .header("Cookie", "lang=en");
    let english = request.send().await.unwrap().text().await.unwrap();
    assert!(english.contains("Cheaper by the quantity") && english.contains("in steps of"));

    // Terms change, and null takes them away.
    let path = format!("/api/v1/listings/{}", text(&listing, "id"));
    let change = json!({"tiers": [], "step": null, "min_quantity": null, "limit_per_customer": null, "price": 61_000});
    let changed = farmer.client.patch(&path, &change).await.expect(StatusCode::OK);
    assert_eq!(
        (
            &changed["tiers"],
            &changed["step"],
            &changed["min_quantity"],
            &changed["limit_per_customer"]
        ),
        (&json!([]), &Value::Null, &Value::Null, &Value::Null)
    );
    assert!(page(app, &listing).await.contains("61.000\u{a0}₫"));
    let lead = json!({"lead_days": 3});
    assert_eq!(
        farmer
            .client
            .patch(&path, &lead)
            .await
            .wrong(StatusCode::UNPROCESSABLE_ENTITY),
        ["/lead_days"]
    );
    let made = offer(
        &farmer,
        &product,
        json!({"price": 1000, "unit": "hop", "on_demand": true, "lead_days": 3}),
    )
    .await;
    assert_eq!(made["lead_days"], 3);
    assert!(page(app, &made).await.contains("khoảng 3 ngày"));
});

on_both!(a_chicken_is_ordered_by_the_piece_and_charged_by_weight, |app| {
    let farmer = app.farmer().await;
    let product = farmer.makes("Gà đồi Phú Bình").await;
    let terms = json!({
        "unit": "con", "stock": {"value": "10", "unit": "con"},
        "by_weight": {"price": 120_000, "min": {"value": "1.4", "unit": "kg"}, "max": {"value": "1700", "unit": "g"}},
    });
    let chicken = offer(&farmer, &product, terms).await;
    assert_eq!(
        (&chicken["price"], &chicken["estimate"], &chicken["charge_by"]),
        (&json!(186_000), &json!(true), &json!("weight"))
    );
    assert_eq!(chicken["unit_price"], json!({"amount": 120_000, "unit": "kg"}));
    assert_eq!(
        chicken["by_weight"],
        json!({"price": 120_000, "unit": "kg", "min": {"value": "1.4", "unit": "kg"}, "max": {"value": "1.7", "unit": "kg"}})
    );
    let shown = page(app, &chicken).await;
    assert!(
        shown.contains("tạm tính") && shown.contains("120.000\u{a0}₫ / kg"),
        "{shown}"
    );
    let path = format!("/api/v1/listings/{}", text(&chicken, "id"));
    let dearer = json!({"by_weight": {"price": 130_000, "min": {"value": "1", "unit": "kg"}, "max": {"value": "2", "unit": "kg"}}});
    let dearer = farmer.client.patch(&path, &dearer).await.expect(StatusCode::OK);
    assert_eq!(dearer["price"], 195_000);
    let plain = farmer
        .client
        .patch(&path, &json!({"price": 150_000}))
        .await
        .expect(StatusCode::OK);
    assert_eq!(
        (&plain["price"], &plain["charge_by"], &plain["by_weight"]),
        (&json!(150_000), &json!("unit"), &Value::Null)
    );
});

on_both!(terms_that_cannot_be_are_refused_by_name, |app| {
    let farmer = app.farmer().await;
    let product = farmer.makes("Chè móc câu").await;
    let other_product = farmer.makes("Chè đinh").await;
    let stranger = app.farmer().await;
    let theirs = stranger.makes("Chè của người khác").await;
    let theirs = offer(
        &stranger,
        &theirs,
        json!({"price": 1, "unit": "kg", "stock": {"value": "1", "unit": "kg"}}),
    )
    .await;
    let another = offer(
        &farmer,
        &other_product,
        json!({"price": 1, "unit": "kg", "stock": {"value": "1", "unit": "kg"}}),
    )
    .await;
    let endless = offer(&farmer, &product, json!({"price": 1, "unit": "kg", "on_demand": true})).await;
    let q = |value: &str, unit: &str| json!({"value": value, "unit": unit});
    let stock = json!({"stock": q("1", "kg")});
    let cases = [
        (json!({"contains": q("1", "kg")}), "/contains"),
        (json!({"contains": q("0", "kg")}), "/contains/value"),
        (json!({"contains": q("-1", "kg")}), "/contains/value"),
        (json!({"contains": q("0.0001", "kg")}), "/contains/value"),
        (json!({"contains": q("1e18", "kg")}), "/contains/value"),
        (json!({"contains": q("NaN", "kg")}), "/contains/value"),
        (json!({"contains": q("1000000000000000000", "kg")}), "/contains/value"),
        (json!({"contains": "x"}), "/contains"),
        (
            json!({"unit": "bo", "contains": q("1", "bo"), "stock": q("1", "bo")}),
            "/contains/unit",
        ),
        (json!({"unit": "bo", "contains": q("1", "lit")}), "/contains/unit"),
        (
            json!({"unit": "bo", "contains": q("0.1", "g"), "stock": q("1", "kg")}),
            "/contains/unit",
        ),
        (json!({"unit": "bo"}), "/unit"),
        (
            json!({"tiers": [{"from": q("5", "kg"), "price": 90_000}, {"from": q("5", "kg"), "price": 80_000}]}),
            "/tiers/1/from",
        ),
        (
            json!({"tiers": [{"from": q("5", "kg"), "price": 90_000}, {"from": q("4", "kg"), "price": 80_000}]}),
            "/tiers/1/from",
        ),
        (
            json!({"tiers": [{"from": q("5", "kg"), "price": 100_000}]}),
            "/tiers/0/price",
        ),
        (json!({"tiers": [{"from": q("5", "kg"), "price": 0}]}), "/tiers/0/price"),
        (
            json!({"tiers": [{"from": q("0", "kg"), "price": 1}]}),
            "/tiers/0/from/value",
        ),
        (
            json!({"tiers": [{"from": q("5", "bo"), "price": 1}]}),
            "/tiers/0/from/unit",
        ),
        (json!({"tiers": [{"price": 1}]}), "/tiers/0/from"),
        (json!({"tiers": [7]}), "/tiers/0"),
        (json!({"tiers": 7}), "/tiers"),
        (
            json!({"tiers": (1..=11).map(|n| json!({"from": q(&n.to_string(), "kg"), "price": 100 - n})).collect::<Vec<_>>()}),
            "/tiers",
        ),
        (json!({"min_quantity": q("0", "kg")}), "/min_quantity/value"),
        (json!({"min_quantity": q("1", "bo")}), "/min_quantity/unit"),
        (
            json!({"unit": "tan", "min_quantity": q("1000000000", "tan")}),
            "/min_quantity/value",
        ),
        (json!({"step": q("0", "kg")}), "/step/value"),
        (json!({"step": q("-1", "kg")}), "/step/value"),
        (json!({"step": q("0.0005", "kg")}), "/step/value"),
        (
            json!({"unit": "hop", "stock": q("1", "hop"), "step": q("0.5", "hop")}),
            "/step/value",
        ),
        (
            json!({"min_quantity": q("3", "kg"), "limit_per_customer": {"quantity": q("2", "kg"), "days": 1}}),
            "/min_quantity",
        ),
        (
            json!({"step": q("3", "kg"), "limit_per_customer": {"quantity": q("2", "kg"), "days": 1}}),
            "/step",
        ),
        (
            json!({"limit_per_customer": {"quantity": q("2", "kg"), "days": 0}}),
            "/limit_per_customer/days",
        ),
        (
            json!({"limit_per_customer": {"quantity": q("2", "kg"), "days": 367}}),
            "/limit_per_customer/days",
        ),
        (
            json!({"limit_per_customer": {"quantity": q("2", "kg")}}),
            "/limit_per_customer/days",
        ),
        (
            json!({"limit_per_customer": {"days": 2}}),
            "/limit_per_customer/quantity",
        ),
        (json!({"limit_per_customer": 2}), "/limit_per_customer"),
        (json!({"lead_days": 3}), "/lead_days"),
        (json!({"lead_days": -1}), "/lead_days"),
        (
            json!({"by_weight": {"price": 1, "min": q("1", "kg"), "max": q("2", "kg")}}),
            "/price",
        ),
        (
            json!({"price": null, "by_weight": {"price": 100, "min": q("1", "kg"), "max": q("2", "kg")}}),
            "/by_weight",
        ),
        (
            json!({"price": null, "unit": "con", "stock": q("1", "con"), "by_weight": {"price": 100, "min": q("2", "kg"), "max": q("1", "kg")}}),
            "/by_weight/max",
        ),
        (
            json!({"price": null, "unit": "con", "stock": q("1", "con"), "by_weight": {"price": 100, "min": q("2", "con"), "max": q("3", "con")}}),
            "/by_weight/min/unit",
        ),
        (
            json!({"price": null, "unit": "con", "stock": q("1", "con"), "by_weight": {"price": 100, "min": q("2", "kg"), "max": q("3", "lit")}}),
            "/by_weight/max/unit",
        ),
        (
            json!({"price": null, "unit": "con", "stock": q("1", "con"), "by_weight": {"price": 9_999_999_999_999_i64, "min": q("2", "kg"), "max": q("3", "kg")}}),
            "/by_weight/price",
        ),
        (
            json!({"price": null, "unit": "con", "stock": q("1", "con"), "contains": q("1", "kg"), "by_weight": {"price": 100, "min": q("2", "kg"), "max": q("3", "kg")}}),
            "/contains",
        ),
        (
            json!({"price": null, "unit": "con", "stock": q("1", "con"), "tiers": [{"from": q("2", "con"), "price": 1}], "by_weight": {"price": 100, "min": q("2", "kg"), "max": q("3", "kg")}}),
            "/tiers",
        ),
        (
            json!({"stock": null, "shares_stock_with": theirs["id"]}),
            "/shares_stock_with",
        ),
        (
            json!({"stock": null, "shares_stock_with": another["id"]}),
            "/shares_stock_with",
        ),
        (
            json!({"stock": null, "shares_stock_with": endless["id"]}),
            "/shares_stock_with",
        ),
        (json!({"stock": null, "shares_stock_with": "x"}), "/shares_stock_with"),
        (json!({"shares_stock_with": endless["id"]}), "/stock"),
        (json!({"state": "withdrawn"}), "/state"),
    ];
    for (terms, pointer) in cases {
        let mut body = json!({"product_id": product["id"], "price": 100_000, "unit": "kg", "stock": stock["stock"]});
        for (name, value) in terms.as_object().unwrap() {
            body[name] = value.clone();
        }
        assert_eq!(
            farmer
                .client
                .post("/api/v1/listings", &body)
                .await
                .wrong(StatusCode::UNPROCESSABLE_ENTITY),
            [pointer],
            "{body}"
        );
    }
    let path = format!("/api/v1/listings/{}", text(&theirs, "id"));
    let tiers = json!({"tiers": [{"from": q("5", "kg"), "price": 1}]});
    for (verb, body) in [("publish", json!({})), ("stock", json!({"receive": q("1", "kg")}))] {
        assert_eq!(
            farmer.client.post(&format!("{path}/{verb}"), &body).await.status,
            StatusCode::NOT_FOUND
        );
    }
    assert_eq!(farmer.client.patch(&path, &tiers).await.status, StatusCode::NOT_FOUND);
    assert_eq!(
        farmer.client.get(&format!("{path}/stock")).await.status,
        StatusCode::NOT_FOUND
    );
});

on_both!(a_draft_waits_until_its_seller_publishes_it, |app| {
    let farmer = app.farmer().await;
    let product = farmer.makes("Chè nháp").await;
    let draft = offer(
        &farmer,
        &product,
        json!({"price": 1000, "unit": "kg", "stock": {"value": "1", "unit": "kg"}, "state": "draft"}),
    )
    .await;
    assert_eq!((&draft["state"], &draft["blocked_by"]), (&json!("draft"), &json!([])));
    let path = format!("/api/v1/listings/{}", text(&draft, "id"));
    assert_eq!(app.guest().get(&path).await.status, StatusCode::NOT_FOUND);
    let page = format!("/san-pham/{}", text(&draft, "slug"));
    assert_eq!(app.guest().get(&page).await.status, StatusCode::NOT_FOUND);
    let edited = farmer
        .client
        .patch(&path, &json!({"price": 2000}))
        .await
        .expect(StatusCode::OK);
    assert_eq!((&edited["state"], &edited["price"]), (&json!("draft"), &json!(2000)));
    for _ in 0..2 {
        let live = farmer
            .client
            .post(&format!("{path}/publish"), &json!({}))
            .await
            .expect(StatusCode::OK);
        assert_eq!(live["state"], "live");
    }
    app.caught_up().await;
    assert_eq!(app.guest().get(&page).await.status, StatusCode::OK);
});
