//! Stock by lot: what comes in, what is counted, what is shown; and pre-orders that end by themselves.

use choque::listings::close_due;
use entity::{
    frame::change::{self, Cause},
    listings::{pool, pool_lot, stock_move},
};
use futures_util::future::join_all;
use reqwest::StatusCode;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

use crate::{
    harness::{Farmer, TestApp, text},
    on_both,
    orders::{basket, left, line},
};

const DAY: i64 = 24 * 60 * 60 * 1000;

async fn moves(farmer: &Farmer, listing: &Value) -> Value {
    let path = format!("/api/v1/listings/{}/stock", text(listing, "id"));
    farmer.client.get(&path).await.expect(StatusCode::OK)
}

async fn batch(app: &TestApp, farmer: &Farmer, product: &Value, quantity: &str, keeps_days: i32) -> Value {
    let (plot, today) = (farmer.plants(3600).await, app.app.today());
    let batch = json!({
        "product_id": product["id"], "quantity": {"value": quantity, "unit": "kg"}, "plot_ids": [plot],
        "harvested_on": today.plus_days(-1).iso(), "expires_on": today.plus_days(keeps_days).iso(),
    });
    farmer
        .client
        .post("/api/v1/batches", &batch)
        .await
        .expect(StatusCode::CREATED)
}

/// What came in, less what left, is what every move adds up to: of the pool and of each of its lots.
async fn assert_moves_agree(app: &TestApp) {
    let db = app.app.db().read();
    let moves = stock_move::Entity::find().all(db).await.unwrap();
    for pool in pool::Entity::find().all(db).await.unwrap() {
        let of_pool = || moves.iter().filter(|row| row.pool_id == pool.id);
        assert_eq!(
            of_pool().map(|row| row.delta.0).sum::<i64>(),
            pool.received.0 - pool.issued.0
        );
        let lots = pool_lot::Entity::find()
            .filter(pool_lot::Column::PoolId.eq(pool.id))
            .all(db)
            .await
            .unwrap();
        for lot in lots {
            let of_lot = of_pool().filter(|row| row.batch_id == Some(lot.batch_id));
            assert_eq!(
                of_lot.map(|row| row.delta.0).sum::<i64>(),
                lot.received.0 - lot.issued.0
            );
        }
    }
}

on_both!(stock_is_received_and_counted_by_lot, |app| {
    let farmer = app.farmer().await;
    let product = farmer.makes("Bưởi Diễn").await;
    let late = batch(app, &farmer, &product, "20", 30).await;
    let soon = batch(app, &farmer, &product, "10", 5).await;
    let listing = farmer.offers(&product, &late, 30_000).await;
    let path = format!("/api/v1/listings/{}", text(&listing, "id"));
    let lots = json!({"lots": [soon["id"], late["id"]]});
    for _ in 0..2 {
        let both = farmer.client.patch(&path, &lots).await.expect(StatusCode::OK);
        assert_eq!(
            both["left"]["value"], "30",
            "a lot that is there already stays as it is"
        );
        let shown: Vec<_> = both["lots"]
            .as_array()
            .unwrap()
            .iter()
            .map(|lot| lot["batch_id"].clone())
            .collect();
        assert_eq!(
            shown,
            [soon["id"].clone(), late["id"].clone()],
            "the nearest last day first"
        );
    }
    let stock = format!("{path}/stock");
    let received = json!({"receive": {"value": "5", "unit": "kg"}, "lot": soon["id"], "reason": "cân lại, đủ hơn"});
    let (first, again) = (
        farmer.client.post_once(&stock, "nhap-1", &received).await,
        farmer.client.post_once(&stock, "nhap-1", &received).await,
    );
    let first = first.expect(StatusCode::CREATED);
    assert_eq!(
        (&first["kind"], &first["delta"]["value"], &first["left"]["value"]),
        (&json!("received"), &json!("5"), &json!("15"))
    );
    assert_eq!(again.expect(StatusCode::CREATED), first, "sent twice, received once");
    let loose = json!({"receive": {"value": "2", "unit": "kg"}});
    farmer.client.post(&stock, &loose).await.expect(StatusCode::CREATED);
    let spoiled = json!({"correct": {"value": "0", "unit": "kg"}, "lot": late["id"], "reason": "mốc"});
    let spoiled_answer = farmer.client.post(&stock, &spoiled).await.expect(StatusCode::CREATED);
    assert_eq!(
        (&spoiled_answer["delta"]["value"], &spoiled_answer["left"]["value"]),
        (&json!("-20"), &json!("0"))
    );
    let counted = farmer.client.post(&stock, &spoiled).await.expect(StatusCode::OK);
    assert_eq!(
        (&counted["id"], &counted["delta"]["value"]),
        (&Value::Null, &json!("0"))
    );
    assert_eq!(left(app, &listing).await, "17");
    let told = moves(&farmer, &listing).await;
    assert_eq!(told["stock"]["left"], json!({"value": "17", "unit": "kg"}));
    let kinds: Vec<_> = told["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| text(row, "kind"))
        .collect();
    assert_eq!(kinds, ["corrected", "received", "received", "listed", "listed"]);
    assert_eq!(told["items"][0]["reason"], "mốc");
    let page = farmer
        .client
        .get(&format!("{stock}?limit=2"))
        .await
        .expect(StatusCode::OK);
    let rest = farmer
        .client
        .get(&format!("{stock}?limit=100&cursor={}", text(&page, "next_cursor")))
        .await
        .expect(StatusCode::OK);
    assert_eq!(
        (
            page["items"].as_array().unwrap().len(),
            rest["items"].as_array().unwrap().len()
        ),
        (2, 3)
    );
    assert_moves_agree(app).await;

    let other_lot = batch(app, &farmer, &product, "1", 9).await;
    let q = |value: &str| json!({"value": value, "unit": "kg"});
    for (body, pointer) in [
        (json!({}), "/receive"),
        (
            json!({"receive": q("1"), "correct": q("1"), "reason": "hai cách"}),
            "/receive",
        ),
        (json!({"receive": q("0")}), "/receive/value"),
        (json!({"receive": q("-1")}), "/receive/value"),
        (json!({"receive": q("1000000000")}), "/receive/value"),
        (json!({"receive": {"value": "1", "unit": "con"}}), "/receive/unit"),
        (json!({"correct": q("1")}), "/reason"),
        (json!({"correct": q("-1"), "reason": "đếm"}), "/correct/value"),
        (json!({"correct": q("1"), "reason": "a\u{200b}b"}), "/reason"),
        (json!({"receive": q("1"), "lot": "x"}), "/lot"),
        (json!({"receive": q("1"), "lot": other_lot["id"]}), "/lot"),
    ] {
        assert_eq!(
            farmer
                .client
                .post(&stock, &body)
                .await
                .wrong(StatusCode::UNPROCESSABLE_ENTITY),
            [pointer],
            "{body}"
        );
    }
    let stranger = app.farmer().await;
    let theirs = stranger.makes("Bưởi khác").await;
    let theirs = batch(app, &stranger, &theirs, "1", 9).await;
    for lots in [json!([theirs["id"]]), json!(["x"])] {
        assert_eq!(
            farmer
                .client
                .patch(&path, &json!({"lots": lots}))
                .await
                .wrong(StatusCode::UNPROCESSABLE_ENTITY),
            ["/lots/0"]
        );
    }
    let apart = farmer.offers(&product, &other_lot, 1000).await;
    assert_ne!(apart["id"], listing["id"]);
    assert_eq!(
        farmer
            .client
            .patch(&path, &json!({"lots": [other_lot["id"]]}))
            .await
            .wrong(StatusCode::UNPROCESSABLE_ENTITY),
        ["/lots"],
        "it is being sold elsewhere"
    );
    assert_moves_agree(app).await;
});

on_both!(a_lot_offered_twice_at_once_lies_in_one_stock, |app| {
    let farmer = app.farmer().await;
    let product = farmer.makes("Na dai").await;
    let lot = batch(app, &farmer, &product, "8", 5).await;
    let offer = json!({"product_id": product["id"], "price": 30_000, "unit": "kg", "lots": [lot["id"]]});
    let answers = join_all((0..8).map(|_| farmer.client.post("/api/v1/listings", &offer))).await;
    for answer in &answers {
        if answer.status != StatusCode::CREATED {
            assert_eq!(answer.wrong(StatusCode::UNPROCESSABLE_ENTITY), ["/lots"]);
        }
    }
    assert!(answers.iter().any(|answer| answer.status == StatusCode::CREATED));
    let rows = pool_lot::Entity::find().all(app.app.db().read()).await.unwrap();
    assert_eq!((rows.len(), rows[0].received.0), (1, 8000));
    assert_moves_agree(app).await;
});

on_both!(what_is_promised_cannot_be_counted_away, |app| {
    let farmer = app.farmer().await;
    let product = farmer.makes("Cam sành").await;
    let lot = batch(app, &farmer, &product, "10", 9).await;
    let listing = farmer.offers(&product, &lot, 30_000).await;
    let mut order = basket(&[line(&listing, "4")]);
    order["payment_method"] = json!("cod");
    app.guest()
        .post("/api/v1/checkout", &order)
        .await
        .expect(StatusCode::CREATED);
    let stock = format!("/api/v1/listings/{}/stock", text(&listing, "id"));
    let empty = json!({"correct": {"value": "0", "unit": "kg"}, "lot": lot["id"], "reason": "hết"});
    farmer.client.post(&stock, &empty).await.expect(StatusCode::CREATED);
    let told = moves(&farmer, &listing).await;
    assert_eq!(
        (&told["stock"]["held"]["value"], &told["stock"]["left"]["value"]),
        (&json!("4"), &json!("0"))
    );
    assert_moves_agree(app).await;
});

on_both!(counting_and_selling_at_once_never_sell_too_much, |app| {
    let farmer = app.farmer().await;
    let product = farmer.makes("Ổi lê").await;
    let listing =
        json!({"product_id": product["id"], "price": 10_000, "unit": "kg", "stock": {"value": "12", "unit": "kg"}});
    let listing = farmer
        .client
        .post("/api/v1/listings", &listing)
        .await
        .expect(StatusCode::CREATED);
    let stock = format!("/api/v1/listings/{}/stock", text(&listing, "id"));
    let mut order = basket(&[line(&listing, "1")]);
    order["payment_method"] = json!("cod");
    let fewer = json!({"correct": {"value": "3", "unit": "kg"}, "reason": "đếm lại"});
    let guest = app.guest();
    let sales = join_all((0..12).map(|_| guest.post("/api/v1/checkout", &order)));
    let (sales, counted) = tokio::join!(sales, farmer.client.post(&stock, &fewer));
    assert!(matches!(counted.status, StatusCode::CREATED | StatusCode::OK));
    let sold = sales
        .iter()
        .filter(|answer| answer.status == StatusCode::CREATED)
        .count();
    let told = moves(&farmer, &listing).await;
    assert_eq!(told["stock"]["held"]["value"], sold.to_string());
    assert!(sold >= 3, "at least what was counted is sold");
    assert_moves_agree(app).await;
});

on_both!(a_preorder_ends_with_its_harvest, |app| {
    let farmer = app.farmer().await;
    let product = farmer.makes("Vải thiều sớm").await;
    let today = app.app.today();
    let (soon, later) = (today.plus_days(2).iso(), today.plus_days(9).iso());
    let offer = |day: &str| json!({"product_id": product["id"], "price": 50_000, "unit": "kg", "preorder": {"harvest_on": day, "cap": {"value": "100", "unit": "kg"}}});
    let listing = farmer
        .client
        .post("/api/v1/listings", &offer(&soon))
        .await
        .expect(StatusCode::CREATED);
    let moved = farmer
        .client
        .post("/api/v1/listings", &offer(&soon))
        .await
        .expect(StatusCode::CREATED);
    assert_eq!(listing["cap"]["value"], "100");
    let path = format!("/api/v1/listings/{}", text(&listing, "id"));
    let mut order = basket(&[line(&listing, "40")]);
    order["payment_method"] = json!("cod");
    app.app.source().advance(2 * DAY);
    app.guest()
        .post("/api/v1/checkout", &order)
        .await
        .expect(StatusCode::CREATED);
    for (change, pointer, status) in [
        (
            json!({"cap": {"value": "39", "unit": "kg"}}),
            "/cap",
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        (
            json!({"cap": {"value": "1", "unit": "bo"}}),
            "/cap/unit",
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        (
            json!({"harvest_on": "2020-01-01"}),
            "/harvest_on",
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        (
            json!({"lots": ["0193a6c8-4b1e-7c32-9d40-0f2a4c6e8a10"]}),
            "/lots",
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
    ] {
        assert_eq!(farmer.client.patch(&path, &change).await.wrong(status), [pointer]);
    }
    // The other harvest is late, and its seller says so.
    let later_day = json!({"harvest_on": later});
    let moved_path = format!("/api/v1/listings/{}", text(&moved, "id"));
    farmer
        .client
        .patch(&moved_path, &later_day)
        .await
        .expect(StatusCode::OK);

    // The day after, nobody can order it, whether the duty has come round or not.
    app.app.source().advance(DAY);
    assert_eq!(
        app.guest()
            .post("/api/v1/checkout", &order)
            .await
            .wrong(StatusCode::CONFLICT),
        ["/lines/0"]
    );
    while close_due(&app.app).await.unwrap() > 0 {}
    let closed = farmer.client.get(&path).await.expect(StatusCode::OK);
    assert_eq!(
        (&closed["state"], &closed["in_stock"], &closed["left"]["value"]),
        (&json!("withdrawn"), &json!(false), &json!("0"))
    );
    let ended = change::Entity::find()
        .filter(change::Column::Cause.eq(Cause::Ended))
        .all(app.app.db().read())
        .await
        .unwrap();
    assert_eq!(ended.len(), 1, "the change log tells of it once");
    assert_eq!(ended[0].subject_id.to_string(), text(&listing, "id"));
    app.caught_up().await;
    let page = format!("/san-pham/{}", text(&listing, "slug"));
    assert_eq!(app.guest().get(&page).await.status, StatusCode::GONE);
    assert_eq!(
        app.guest().get(&moved_path).await.expect(StatusCode::OK)["state"],
        "live"
    );

    // It goes on sale again only with a day that is still to come.
    let again = farmer.client.post(&format!("{path}/publish"), &json!({})).await;
    assert_eq!(
        again.expect(StatusCode::CONFLICT)["type"],
        "urn:choque:problem:preorder-over"
    );
    let again = json!({"state": "live", "harvest_on": later});
    let again = farmer.client.patch(&path, &again).await.expect(StatusCode::OK);
    assert_eq!(
        (&again["state"], &again["left"]["value"]),
        (&json!("live"), &json!("60"))
    );
});
