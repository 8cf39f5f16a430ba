//! Batches become other batches: one event, no gram lost or made, and what is held stays held.

use entity::{identity::role::Office, trace::event};
use reqwest::StatusCode;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

use crate::{
    harness::{Answer, Farmer, TestApp, text},
    on_both,
};

fn kg(value: &str) -> Value {
    json!({"value": value, "unit": "kg"})
}

fn input(batch: &Value, value: &str) -> Value {
    json!({"batch_id": batch["id"], "quantity": kg(value)})
}

fn output(product: &Value, value: &str) -> Value {
    json!({"product_id": product["id"], "quantity": kg(value)})
}

async fn transform(farmer: &Farmer, kind: &str, inputs: &[Value], outputs: &[Value]) -> Answer {
    let body = json!({"kind": kind, "inputs": inputs, "outputs": outputs, "happened_at": "2026-11-20T09:00:00+07:00"});
    farmer.client.post("/api/v1/transformations", &body).await
}

fn reasons(batch: &Value) -> Vec<String> {
    let holds = batch["holds"].as_array().unwrap();
    holds.iter().map(|hold| text(hold, "reason")).collect()
}

async fn left(app: &TestApp, listing: &Value) -> Value {
    let path = format!("/api/v1/listings/{}", text(listing, "id"));
    app.guest().get(&path).await.expect(StatusCode::OK)["left"]["value"].clone()
}

/// Waits until the jobs have done what was left for them.
async fn settled(app: &TestApp) {
    for _ in 0..200 {
        if app.undelivered().await == 0 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    app.caught_up().await;
}

on_both!(a_mix_a_split_and_a_repack_are_one_event_each, |app| {
    let farmer = app.farmer().await;
    let product = farmer.makes("Chè tôm nõn").await;
    let (one, two) = (
        farmer.harvests(&product, "10").await,
        farmer.harvests(&product, "5").await,
    );
    let mixed = transform(
        &farmer,
        "mix",
        &[input(&one, "10"), input(&two, "5")],
        &[output(&product, "15")],
    )
    .await;
    let mixed = mixed.expect(StatusCode::CREATED);
    let whole = &mixed["outputs"][0];
    assert_eq!(whole["holds"], json!([]));
    let mut plots = vec![one["plot_ids"][0].clone(), two["plot_ids"][0].clone()];
    plots.sort_by_key(ToString::to_string);
    let mut shown = whole["plot_ids"].as_array().unwrap().clone();
    shown.sort_by_key(ToString::to_string);
    assert_eq!(shown, plots, "it grew where what went in grew");
    let split = transform(
        &farmer,
        "split",
        &[input(whole, "15")],
        &[output(&product, "9"), output(&product, "6")],
    )
    .await;
    let split = split.expect(StatusCode::CREATED);
    assert_eq!(split["outputs"].as_array().unwrap().len(), 2);
    let boxes = json!({"product_id": product["id"], "lot": "HOP-1", "quantity": {"value": "45", "unit": "hop"},
        "net_weight": kg("9"), "packed_on": "2026-11-20"});
    let packed = transform(&farmer, "repack", &[input(&split["outputs"][0], "9")], &[boxes]).await;
    let packed = packed.expect(StatusCode::CREATED);
    assert_eq!(packed["outputs"][0]["lot"], "HOP-1");
    assert_eq!(packed["outputs"][0]["packed_on"], "2026-11-20");
    let db = app.app.db().read();
    for (made, inputs, outputs) in [(&mixed, 2, 1), (&split, 1, 2), (&packed, 1, 1)] {
        let rows = event::Entity::find()
            .filter(event::Column::EventId.eq(text(made, "event_id")))
            .all(db)
            .await
            .unwrap();
        let told: epcis::Event = serde_json::from_str(&rows[0].document).unwrap();
        told.check().unwrap();
        let told: Value = serde_json::from_str(&rows[0].document).unwrap();
        assert_eq!((rows.len(), &told["type"]), (1, &json!("TransformationEvent")));
        assert_eq!(told["inputQuantityList"].as_array().unwrap().len(), inputs);
        assert_eq!(told["outputQuantityList"].as_array().unwrap().len(), outputs);
        let path = format!("/api/v1/transformations/{}", text(made, "id"));
        assert_eq!(&farmer.client.get(&path).await.expect(StatusCode::OK), made);
        assert_eq!(app.farmer().await.client.get(&path).await.status, StatusCode::NOT_FOUND);
    }
    let page = farmer
        .client
        .get("/api/v1/transformations?limit=2")
        .await
        .expect(StatusCode::OK);
    let next = format!("/api/v1/transformations?cursor={}", text(&page, "next_cursor"));
    let next = farmer.client.get(&next).await.expect(StatusCode::OK);
    assert_eq!(
        (
            page["items"].as_array().unwrap().len(),
            next["items"].as_array().unwrap().len()
        ),
        (2, 1)
    );
    // Its own page says that it comes from both.
    let html = app
        .guest()
        .get(&format!("/01/{}/10/{}", text(whole, "gtin"), text(whole, "lot")))
        .await;
    assert_eq!(html.status, StatusCode::OK);
    settled(app).await;
});

on_both!(what_is_made_answers_to_what_went_in, |app| {
    let farmer = app.farmer().await;
    let (leaf, tea) = (farmer.makes("Chè búp tươi").await, farmer.makes("Chè tôm nõn").await);
    let ratio = format!("/api/v1/products/{}/yield-ratio", text(&tea, "id"));
    assert_eq!(
        farmer.client.get(&ratio).await.expect(StatusCode::OK)["ratio"],
        Value::Null
    );
    for wrong in ["0", "11", "x", "0.0001"] {
        assert_eq!(
            farmer
                .client
                .put(&ratio, &json!({"ratio": wrong}))
                .await
                .wrong(StatusCode::UNPROCESSABLE_ENTITY),
            ["/ratio"],
            "{wrong}"
        );
    }
    let stranger = app.farmer().await;
    assert_eq!(
        stranger.client.put(&ratio, &json!({"ratio": "0.2"})).await.status,
        StatusCode::NOT_FOUND
    );
    for declared in ["0.3", "0.2"] {
        let told = farmer
            .client
            .put(&ratio, &json!({"ratio": declared}))
            .await
            .expect(StatusCode::OK);
        assert_eq!(told["ratio"], declared);
    }
    let picked = farmer.harvests(&leaf, "1000").await;
    // A fifth comes out, and a tenth better than that is let pass.
    let roast = |amount: &'static str, made: &'static str| transform_owned(&farmer, &picked, &tea, amount, made);
    assert_eq!(reasons(&roast("100", "22").await["outputs"][0]), [""; 0]);
    let held = roast("100", "23").await;
    let hold = &held["outputs"][0]["holds"][0];
    assert_eq!(hold["reason"], "mass_balance");
    let (vi, en) = (text(hold, "detail"), text(hold, "detail_en"));
    assert!(
        vi.contains("23\u{a0}kg") && vi.contains("100\u{a0}kg") && vi.contains("20 %"),
        "{vi}"
    );
    assert!(
        en.contains("23 kg") && en.contains("100 kg") && en.contains("20 %"),
        "{en}"
    );
    // The same rule for a batch that names its inputs itself.
    let body = json!({"product_id": tea["id"], "quantity": kg("30"), "harvested_on": "2026-11-20",
        "inputs": [input(&picked, "100")]});
    let batch = farmer
        .client
        .post("/api/v1/batches", &body)
        .await
        .expect(StatusCode::CREATED);
    assert_eq!(reasons(&batch), ["mass_balance"]);
    // More is taken than there was.
    let over = roast("800", "10").await;
    let detail = text(&over["outputs"][0]["holds"][0], "detail");
    assert!(
        detail.contains("1.100\u{a0}kg") && detail.contains("1.000\u{a0}kg"),
        "{detail}"
    );
    settled(app).await;
});

async fn transform_owned(farmer: &Farmer, from: &Value, into: &Value, amount: &str, made: &str) -> Value {
    transform(farmer, "process", &[input(from, amount)], &[output(into, made)])
        .await
        .expect(StatusCode::CREATED)
}

on_both!(the_page_of_what_was_made_tells_of_what_it_was_made_of, |app| {
    let farmer = app.farmer().await;
    let (fresh, dried) = (farmer.makes("Búp chè tươi").await, farmer.makes("Chè móc câu").await);
    let leaves = farmer.harvests(&fresh, "10").await;
    let note = json!({"batch_id": leaves["id"], "activity": "processing", "happened_at": "2026-11-20", "note": "Làm héo tám giờ"});
    farmer
        .client
        .post("/api/v1/diary", &note)
        .await
        .expect(StatusCode::CREATED);
    let made = transform_owned(&farmer, &leaves, &dried, "10", "2").await;
    let tea = &made["outputs"][0];
    let path = |batch: &Value| format!("/01/{}/10/{}", text(batch, "gtin"), text(batch, "lot"));
    let page = app.guest().get(&format!("{}?full=1", path(tea))).await.text();
    let (_, journey) = page.split_once("<ol>").unwrap();
    let (journey, _) = journey.split_once("</ol>").unwrap();
    let origin = format!("Búp chè tươi {}", text(&leaves, "lot"));
    for told in ["Chế biến", "Lập lô", "Làm héo tám giờ"] {
        assert!(journey.contains(told), "{told}: {journey}");
    }
    assert_eq!(
        journey.matches(&origin).count(),
        2,
        "its harvest and its withering: {journey}"
    );
    assert!(
        journey.contains(&text(&farmer_plot(&farmer, &leaves).await, "name")),
        "{journey}"
    );

    // The leaves know what became of them, and nothing of the tea's diary.
    let page = app.guest().get(&format!("{}?full=1", path(&leaves))).await.text();
    assert!(page.contains("Làm héo tám giờ") && !page.contains(&origin), "{page}");
    let told = app.guest().get(&format!("{}?as=jsonld", path(tea))).await.text();
    assert!(told.contains(&text(&leaves, "lot")), "the events too: {told}");
});

async fn farmer_plot(farmer: &Farmer, batch: &Value) -> Value {
    let path = format!("/api/v1/plots/{}", batch["plot_ids"][0].as_str().unwrap());
    farmer.client.get(&path).await.expect(StatusCode::OK)
}

on_both!(what_is_held_is_not_freed_by_mixing_it, |app| {
    let farmer = app.farmer().await;
    let product = farmer.makes("Chè tôm nõn").await;
    let (bad, good) = (
        farmer.harvests(&product, "10").await,
        farmer.harvests(&product, "10").await,
    );
    let spray =
        json!({"plot_id": bad["plot_ids"][0], "activity": "spraying", "happened_at": "2026-11-18", "interval_days": 7});
    farmer
        .client
        .post("/api/v1/diary", &spray)
        .await
        .expect(StatusCode::CREATED);
    let mixed = transform(
        &farmer,
        "mix",
        &[input(&bad, "1"), input(&good, "9")],
        &[output(&product, "10")],
    )
    .await;
    let mixed = mixed.expect(StatusCode::CREATED)["outputs"][0].clone();
    assert_eq!(reasons(&mixed), ["pre_harvest_interval"]);
    assert!(text(&mixed["holds"][0], "detail").contains(&text(&bad, "lot")));
    let listing = farmer.offers(&product, &mixed, 300_000).await;
    assert_eq!(
        (&listing["in_stock"], &left(app, &listing).await),
        (&json!(false), &json!("0"))
    );
    // Told late, it reaches what was made before.
    let clean = transform(
        &farmer,
        "split",
        &[input(&good, "1")],
        &[output(&product, "0.4"), output(&product, "0.6")],
    )
    .await;
    let clean = clean.expect(StatusCode::CREATED)["outputs"][0].clone();
    assert_eq!(reasons(&clean), [""; 0]);
    let late = json!({"plot_id": good["plot_ids"][0], "activity": "spraying", "happened_at": "2026-11-19", "interval_days": 7});
    farmer
        .client
        .post("/api/v1/diary", &late)
        .await
        .expect(StatusCode::CREATED);
    let path = format!("/api/v1/batches/{}", text(&clean, "id"));
    assert_eq!(
        reasons(&farmer.client.get(&path).await.expect(StatusCode::OK)),
        ["pre_harvest_interval"]
    );
    settled(app).await;
});

on_both!(what_was_used_is_not_sold_as_well, |app| {
    let farmer = app.farmer().await;
    let product = farmer.makes("Chè tôm nõn").await;
    let batch = farmer.harvests(&product, "20").await;
    let listing = farmer.offers(&product, &batch, 300_000).await;
    assert_eq!(left(app, &listing).await, "20");
    let split = [output(&product, "3"), output(&product, "5")];
    transform(&farmer, "split", &[input(&batch, "8")], &split)
        .await
        .expect(StatusCode::CREATED);
    settled(app).await;
    assert_eq!(left(app, &listing).await, "12");
    // A batch that is listed after something was made of it has so much less.
    let other = farmer.harvests(&product, "10").await;
    let split = [output(&product, "1"), output(&product, "3")];
    transform(&farmer, "split", &[input(&other, "4")], &split)
        .await
        .expect(StatusCode::CREATED);
    let second = json!({"product_id": product["id"], "price": 290_000, "unit": "kg", "lots": [other["id"]]});
    let second = farmer
        .client
        .post("/api/v1/listings", &second)
        .await
        .expect(StatusCode::CREATED);
    settled(app).await;
    assert_eq!(left(app, &second).await, "6");
    // What is promised stays promised; that more was used than is left holds the lot.
    let buy = json!({
        "lines": [{"listing_id": second["id"], "quantity": kg("5")}],
        "buyer": {"name": "Lý Văn Bảo", "phone": "0911000002"},
        "ship_to": {"commune_code": "05443", "street": "Số 9"}, "delivery": "ship", "payment_method": "cod",
    });
    app.guest()
        .post("/api/v1/checkout", &buy)
        .await
        .expect(StatusCode::CREATED);
    let split = [output(&product, "1"), output(&product, "2")];
    transform(&farmer, "split", &[input(&other, "3")], &split)
        .await
        .expect(StatusCode::CREATED);
    settled(app).await;
    assert_eq!(left(app, &second).await, "0");
    let held = farmer
        .client
        .get(&format!("/api/v1/batches/{}", text(&other, "id")))
        .await;
    let held = held.expect(StatusCode::OK);
    assert_eq!(reasons(&held), ["over_sold"]);
    let detail = text(&held["holds"][0], "detail");
    assert!(
        detail.contains("12\u{a0}kg") && detail.contains("10\u{a0}kg"),
        "{detail}"
    );
});

on_both!(more_sold_than_was_made_is_found_and_held_once, |app| {
    let farmer = app.farmer().await;
    let product = farmer.makes("Chè tôm nõn").await;
    let batch = farmer.harvests(&product, "10").await;
    let listing = farmer.offers(&product, &batch, 300_000).await;
    let stock = format!("/api/v1/listings/{}/stock", text(&listing, "id"));
    let more = json!({"receive": kg("5"), "lot": batch["id"], "reason": "cân lại"});
    farmer.client.post(&stock, &more).await.expect(StatusCode::CREATED);
    choque::listings::look_for_over_sold(&app.app).await.unwrap();
    let path = format!("/api/v1/batches/{}", text(&batch, "id"));
    assert_eq!(reasons(&farmer.client.get(&path).await.expect(StatusCode::OK)), [""; 0]);
    let buy = json!({
        "lines": [{"listing_id": listing["id"], "quantity": kg("12")}],
        "buyer": {"name": "Lý Văn Bảo", "phone": "0911000002"},
        "ship_to": {"commune_code": "05443", "street": "Số 9"}, "delivery": "ship", "payment_method": "cod",
    });
    app.guest()
        .post("/api/v1/checkout", &buy)
        .await
        .expect(StatusCode::CREATED);
    for _ in 0..2 {
        choque::listings::look_for_over_sold(&app.app).await.unwrap();
        let told = farmer.client.get(&path).await.expect(StatusCode::OK);
        assert_eq!(reasons(&told), ["over_sold"]);
    }
    let officer = app.in_office("0911000003", "Cán bộ", Office::Officer).await;
    let desk = officer.get("/api/v1/batch-holds").await.expect(StatusCode::OK);
    let release = format!("/api/v1/batch-holds/{}/release", text(&desk["items"][0], "id"));
    officer
        .post(&release, &json!({"reason": "Cân lại đúng là 15 kg"}))
        .await
        .expect(StatusCode::OK);
    choque::listings::look_for_over_sold(&app.app).await.unwrap();
    assert_eq!(reasons(&farmer.client.get(&path).await.expect(StatusCode::OK)), [""; 0]);
});

on_both!(a_transformation_that_cannot_be_names_its_fields, |app| {
    let farmer = app.farmer().await;
    let product = farmer.makes("Chè tôm nõn").await;
    let batch = farmer.harvests(&product, "10").await;
    let other = farmer.harvests(&product, "10").await;
    let wrong = async |kind: &str, inputs: &[Value], outputs: &[Value]| {
        transform(&farmer, kind, inputs, outputs)
            .await
            .wrong(StatusCode::UNPROCESSABLE_ENTITY)
    };
    let (one, two) = ([input(&batch, "1")], [input(&batch, "1"), input(&other, "1")]);
    let (single, pair) = ([output(&product, "1")], [output(&product, "1"), output(&product, "1")]);
    assert_eq!(wrong("mix", &one, &single).await, ["/inputs"]);
    assert_eq!(wrong("mix", &two, &pair).await, ["/outputs"]);
    assert_eq!(wrong("split", &two, &pair).await, ["/inputs"]);
    assert_eq!(wrong("split", &one, &single).await, ["/outputs"]);
    assert_eq!(wrong("burn", &one, &single).await, ["/kind"]);
    assert_eq!(wrong("process", &[], &[]).await, ["/outputs", "/inputs"]);
    assert_eq!(
        wrong("mix", &[one[0].clone(), one[0].clone()], &single).await,
        ["/inputs/1/batch_id"]
    );
    let bad = json!({"product_id": "x", "quantity": {"value": "-1", "unit": "kg"}, "lot": "có dấu",
        "net_weight": {"value": "1", "unit": "hop"}});
    assert_eq!(
        wrong("process", &one, &[bad]).await,
        [
            "/outputs/0/product_id",
            "/outputs/0/lot",
            "/outputs/0/quantity/value",
            "/outputs/0/net_weight/unit"
        ]
    );
    let neighbour = app.farmer().await;
    let theirs = neighbour.makes("Chè").await;
    assert_eq!(
        wrong("process", &one, &[output(&theirs, "1")]).await,
        ["/outputs/0/product_id"]
    );
    let mine = neighbour.harvests(&theirs, "1").await;
    assert_eq!(
        wrong("mix", &[one[0].clone(), input(&mine, "1")], &single).await,
        ["/inputs/1/batch_id"]
    );
    let twice = json!({"product_id": product["id"], "quantity": kg("1"), "lot": text(&batch, "lot")});
    let taken = transform(&farmer, "split", &one, &[single[0].clone(), twice]).await;
    assert_eq!(taken.wrong(StatusCode::CONFLICT), ["/outputs/1/lot"]);
    let body = json!({"kind": "split", "inputs": one, "outputs": pair});
    let first = farmer
        .client
        .post_once("/api/v1/transformations", "chia-1", &body)
        .await;
    let again = farmer
        .client
        .post_once("/api/v1/transformations", "chia-1", &body)
        .await;
    assert_eq!(first.expect(StatusCode::CREATED), again.expect(StatusCode::CREATED));
    let all = farmer
        .client
        .get("/api/v1/transformations")
        .await
        .expect(StatusCode::OK);
    assert_eq!(all["items"].as_array().unwrap().len(), 1, "refused ones left nothing");
    settled(app).await;
});
