//! Holds: what happened is recorded and kept from sale on every way, until an officer says why it may go.

use entity::{identity::role::Office, trace::batch_hold};
use reqwest::StatusCode;
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use crate::{
    harness::{Client, Farmer, RESOLVER, TestApp, text},
    on_both,
};

/// Sprays the batch's plot so late that its harvest was too early.
async fn spray(farmer: &Farmer, batch: &Value) {
    let spray = json!({"plot_id": batch["plot_ids"][0], "activity": "spraying", "happened_at": "2026-11-18",
        "input_name": "Abamectin 1.8EC", "interval_days": 7});
    farmer
        .client
        .post("/api/v1/diary", &spray)
        .await
        .expect(StatusCode::CREATED);
}

async fn officer(app: &TestApp) -> Client {
    app.in_office("0911000003", "Cán bộ Hoàng Thị Bích", Office::Officer)
        .await
}

fn basket(listing: &Value, quantity: &str) -> Value {
    json!({
        "lines": [{"listing_id": listing["id"], "quantity": {"value": quantity, "unit": "kg"}}],
        "buyer": {"name": "Lý Văn Bảo", "phone": "0911000002"},
        "ship_to": {"commune_code": "05443", "street": "Số 9"}, "delivery": "ship", "payment_method": "cod",
    })
}

on_both!(a_held_lot_leaves_the_shop_at_once_and_comes_back, |app| {
    let farmer = app.farmer().await;
    let product = farmer.makes("Chè tôm nõn").await;
    let (soon, good) = (
        farmer.harvests(&product, "20").await,
        farmer.harvests(&product, "5").await,
    );
    let both = json!({"product_id": product["id"], "price": 300_000, "unit": "kg", "lots": [soon["id"], good["id"]]});
    let listing = farmer.client.post("/api/v1/listings", &both).await;
    let listing = listing.expect(StatusCode::CREATED);
    let path = format!("/api/v1/listings/{}", text(&listing, "id"));
    let buyer = app.guest();
    buyer
        .post("/api/v1/checkout", &basket(&listing, "2"))
        .await
        .expect(StatusCode::CREATED);
    spray(&farmer, &soon).await;
    app.caught_up().await;
    // Of the lots on sale only the other is left, and a basket that needs the held one falls short.
    let told = buyer.get(&path).await.expect(StatusCode::OK);
    let lots: Vec<_> = told["lots"]
        .as_array()
        .unwrap()
        .iter()
        .map(|lot| lot["batch_id"].clone())
        .collect();
    assert_eq!(lots, [good["id"].clone()]);
    let left: f64 = text(&told["left"], "value").parse().unwrap();
    assert!(left <= 5.0, "{left} kg are more than the lot that is not held");
    let short = buyer.post("/api/v1/checkout", &basket(&listing, "6")).await;
    short.expect(StatusCode::CONFLICT);
    // What was promised before stays promised, and does not leave while it is held.
    let orders = farmer
        .client
        .get("/api/v1/orders?mine=1&as=seller")
        .await
        .expect(StatusCode::OK);
    let order = format!("/api/v1/orders/{}", text(&orders["items"][0], "id"));
    let step = |what: &str| format!("{order}/{what}");
    farmer
        .client
        .post(&step("confirm"), &json!({}))
        .await
        .expect(StatusCode::OK);
    let kept = farmer
        .client
        .post(&step("pack"), &json!({}))
        .await
        .expect(StatusCode::CONFLICT);
    assert_eq!(kept["type"], "urn:choque:problem:lot-held");
    // The seller can neither sell it by another listing nor by mixing it into a pool.
    let alone = farmer.offers(&product, &soon, 250_000).await;
    assert_eq!(
        alone["in_stock"], true,
        "it shares the pool of the lot that is not held"
    );
    buyer
        .post("/api/v1/checkout", &basket(&alone, "6"))
        .await
        .expect(StatusCode::CONFLICT);

    let officer = officer(app).await;
    let desk = officer.get("/api/v1/batch-holds").await.expect(StatusCode::OK);
    assert_eq!(desk["items"].as_array().unwrap().len(), 1);
    let hold = &desk["items"][0];
    assert_eq!(hold["reason"], "pre_harvest_interval");
    assert_eq!(hold["until"], "2026-11-25");
    assert_eq!(hold["batch"]["id"], soon["id"]);
    assert!(text(hold, "detail").contains("Abamectin 1.8EC") && text(hold, "detail_en").contains("7 days"));
    let release = format!("/api/v1/batch-holds/{}/release", text(hold, "id"));
    let why = json!({"reason": "Mẫu thử ngày 21/11 đạt."});
    assert_eq!(farmer.client.post(&release, &why).await.status, StatusCode::FORBIDDEN);
    assert_eq!(
        officer
            .post(&release, &json!({}))
            .await
            .wrong(StatusCode::UNPROCESSABLE_ENTITY),
        ["/reason"]
    );
    let released = officer.post(&release, &why).await.expect(StatusCode::OK);
    assert_eq!(released["released_by_office"], "officer");
    officer.post(&release, &why).await.expect(StatusCode::CONFLICT);
    app.caught_up().await;
    let told = buyer.get(&path).await.expect(StatusCode::OK);
    assert_eq!(told["lots"].as_array().unwrap().len(), 2);
    assert_eq!(
        told["left"]["value"], "23",
        "not a gram was lost or made while it was held"
    );
    buyer
        .post("/api/v1/checkout", &basket(&listing, "23"))
        .await
        .expect(StatusCode::CREATED);

    for what in ["pack", "ship"] {
        farmer.client.post(&step(what), &json!({})).await.expect(StatusCode::OK);
    }
    // What was released stays to be read: the reason and the office, not the person.
    let batch = buyer
        .get(&format!("/api/v1/batches/{}", text(&soon, "id")))
        .await
        .expect(StatusCode::OK);
    assert_eq!(batch["holds"], json!([]));
    assert_eq!(batch["released_holds"][0]["release_reason"], "Mẫu thử ngày 21/11 đạt.");
    assert_eq!(batch["released_holds"][0]["released_by_office"], "officer");
    assert!(!batch.to_string().contains("Hoàng Thị Bích"));
});

on_both!(the_desk_shows_what_is_open_and_what_was_released_by_commune, |app| {
    let farmer = app.farmer().await;
    let product = farmer.makes("Chè tôm nõn").await;
    for _ in 0..3 {
        let batch = farmer.harvests(&product, "20").await;
        spray(&farmer, &batch).await;
    }
    let officer = officer(app).await;
    let get = |query: &str| {
        let path = format!("/api/v1/batch-holds{query}");
        let officer = &officer;
        async move { officer.get(&path).await }
    };
    let page = get("?limit=2").await.expect(StatusCode::OK);
    assert_eq!(page["items"].as_array().unwrap().len(), 2);
    let rest = get(&format!("?limit=2&cursor={}", text(&page, "next_cursor"))).await;
    let rest = rest.expect(StatusCode::OK);
    assert_eq!(
        (rest["items"].as_array().unwrap().len(), &rest["next_cursor"]),
        (1, &Value::Null)
    );
    let id = text(&rest["items"][0], "id");
    assert_eq!(
        get(&format!("/{id}")).await.expect(StatusCode::OK)["batch"]["id"],
        rest["items"][0]["batch"]["id"]
    );
    officer
        .post(&format!("/api/v1/batch-holds/{id}/release"), &json!({"reason": "Đạt"}))
        .await
        .expect(StatusCode::OK);
    let released = get("?state=released").await.expect(StatusCode::OK);
    assert_eq!(released["items"][0]["id"], json!(id));
    let open = get("?state=open&commune=05503").await.expect(StatusCode::OK);
    assert_eq!(open["items"].as_array().unwrap().len(), 2);
    let elsewhere = get("?commune=05443").await.expect(StatusCode::OK);
    assert_eq!(elsewhere["items"], json!([]));
    assert_eq!(
        get("?state=all&commune=x")
            .await
            .wrong(StatusCode::UNPROCESSABLE_ENTITY),
        ["?state", "?commune"]
    );
    assert_eq!(
        farmer.client.get("/api/v1/batch-holds").await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        app.guest().get("/api/v1/batch-holds").await.status,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(
        get(&format!("/{}", farmer.seller_id)).await.status,
        StatusCode::NOT_FOUND
    );
});

on_both!(the_same_reason_in_the_same_words_holds_once, |app| {
    let farmer = app.farmer().await;
    let product = farmer.makes("Chè tôm nõn").await;
    let batch = farmer.harvests(&product, "20").await;
    spray(&farmer, &batch).await;
    spray(&farmer, &batch).await;
    let holds = batch_hold::Entity::find().all(app.app.db().read()).await.unwrap();
    assert_eq!(holds.len(), 1);
    let page = text(&batch, "digital_link").replace(RESOLVER, "");
    assert!(app.guest().get(&page).await.text().contains("verdict held"));
});
