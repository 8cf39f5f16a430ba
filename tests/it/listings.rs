use reqwest::StatusCode;
use serde_json::json;

use crate::{harness::text, on_both};

on_both!(a_farmer_lists_a_batch_and_a_buyer_finds_it, |app| {
    let farmer = app.farmer().await;
    let product = farmer.makes("Chè tôm nõn Khe Cốc").await;
    let batch = farmer.harvests(&product, "20").await;
    let listing = farmer.offers(&product, &batch, 350_000).await;
    app.caught_up().await;
    assert_eq!(
        (listing["title"].as_str(), listing["unit"].as_str()),
        (Some("Chè tôm nõn Khe Cốc"), Some("kg"))
    );
    assert_eq!(
        (listing["price"].as_i64(), listing["in_stock"].as_bool()),
        (Some(350_000), Some(true))
    );
    for query in [
        "q=che%20tom%20non",
        "q=CH%C3%88",
        "category=tea",
        "category=tea-premium",
        "commune=05503",
        "min_price=350000&max_price=350000",
        "in_stock=1",
    ] {
        let found = app.finds(query).await;
        assert_eq!(found["items"][0]["id"], listing["id"], "{query}");
        assert_eq!(found["total"], 1, "{query}");
    }
    for query in [
        "q=mien",
        "category=honey",
        "commune=05818",
        "max_price=349999",
        "star=5",
    ] {
        let found = app.finds(query).await;
        assert_eq!(found["items"], json!([]), "{query}");
    }
    for which in ["id", "slug"] {
        let detail = app
            .guest()
            .get(&format!("/api/v1/listings/{}", text(&listing, which)))
            .await
            .expect(StatusCode::OK);
        assert_eq!(detail["lots"][0]["lot"], batch["lot"]);
        assert_eq!(detail["seller"]["name"], "Hộ chè Nguyễn Thị Lan");
    }
    let page = app.guest().get(&format!("/san-pham/{}", text(&listing, "slug"))).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text().contains("350.000\u{a0}₫"));
});

on_both!(a_seller_changes_withdraws_and_returns_a_listing, |app| {
    let farmer = app.farmer().await;
    let product = farmer.makes("Mật ong bạc hà").await;
    let offer =
        json!({"product_id": product["id"], "price": 400_000, "unit": "kg", "stock": {"value": "12.5", "unit": "kg"}});
    let listing = farmer
        .client
        .post("/api/v1/listings", &offer)
        .await
        .expect(StatusCode::CREATED);
    let path = format!("/api/v1/listings/{}", text(&listing, "id"));
    let page = format!("/san-pham/{}", text(&listing, "slug"));
    assert!(app.guest().get(&page).await.text().contains("400.000\u{a0}₫"));
    let edited = farmer
        .client
        .patch(
            &path,
            &json!({"price": 410_000, "stock": {"value": "1", "unit": "yen"}}),
        )
        .await;
    assert_eq!(edited.expect(StatusCode::OK)["price"], 410_000);
    app.caught_up().await;
    let shown = app.guest().get(&page).await.text();
    assert!(
        shown.contains("410.000\u{a0}₫") && !shown.contains("400.000\u{a0}₫"),
        "a cached page follows the change log"
    );
    assert!(shown.contains("10\u{a0}kg"), "one yến is ten kilograms");
    let other = app.farmer().await;
    assert_eq!(
        other.client.patch(&path, &json!({"price": 1})).await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        other.client.post(&format!("{path}/withdraw"), &json!({})).await.status,
        StatusCode::NOT_FOUND
    );
    farmer
        .client
        .post(&format!("{path}/withdraw"), &json!({}))
        .await
        .expect(StatusCode::OK);
    app.caught_up().await;
    let found = app.guest().get("/api/v1/listings").await.expect(StatusCode::OK);
    assert_eq!(found["total"], 0);
    assert_ne!(app.guest().get(&page).await.status, StatusCode::OK);
    farmer
        .client
        .patch(&path, &json!({"state": "live"}))
        .await
        .expect(StatusCode::OK);
    app.caught_up().await;
    assert_eq!(app.guest().get(&page).await.status, StatusCode::OK);
});

on_both!(a_held_batch_is_not_in_stock, |app| {
    let farmer = app.farmer().await;
    let product = farmer.makes("Chè đinh").await;
    let held = farmer.harvests(&product, "999999").await;
    assert_eq!(held["holds"][0]["reason"], "mass_balance");
    let listing = farmer.offers(&product, &held, 900_000).await;
    assert_eq!(listing["in_stock"], false);
    let good = farmer.harvests(&product, "5").await;
    let both = json!({"product_id": product["id"], "price": 90_000, "unit": "lang", "lots": [held["id"], good["id"]]});
    let both = farmer
        .client
        .post("/api/v1/listings", &both)
        .await
        .expect(StatusCode::CREATED);
    assert_eq!(both["in_stock"], true);
    let detail = app
        .guest()
        .get(&format!("/api/v1/listings/{}", text(&both, "id")))
        .await
        .expect(StatusCode::OK);
    assert_eq!(detail["left"], json!({"value": "50", "unit": "lang"}));
    let detail = app
        .guest()
        .get(&format!("/api/v1/listings/{}", text(&listing, "id")))
        .await
        .expect(StatusCode::OK);
    assert_eq!(
        detail["left"],
        json!({"value": "5", "unit": "kg"}),
        "both pack sizes draw on one pool"
    );
});

on_both!(wrong_offers_are_refused_by_field, |app| {
    let farmer = app.farmer().await;
    let product = farmer.makes("Chè đinh").await;
    let other = app.farmer().await;
    let id = &product["id"];
    let cases = [
        (json!({}), vec!["/product_id", "/price", "/unit", "/stock"]),
        (
            json!({"product_id": id, "price": 0, "unit": "kg", "on_demand": true}),
            vec!["/price"],
        ),
        (
            json!({"product_id": id, "price": -1, "unit": "kg", "on_demand": true}),
            vec!["/price"],
        ),
        (
            json!({"product_id": id, "price": 1_000_000_000_000_000_000_i64, "unit": "kg", "on_demand": true}),
            vec!["/price"],
        ),
        (
            json!({"product_id": id, "price": 1.5, "unit": "kg", "on_demand": true}),
            vec!["/price"],
        ),
        (
            json!({"product_id": id, "price": 1, "unit": "kg", "on_demand": true, "stock": {"value": "1", "unit": "kg"}}),
            vec!["/stock"],
        ),
        (
            json!({"product_id": id, "price": 1, "unit": "kg", "stock": {"value": "0", "unit": "kg"}}),
            vec!["/stock/value"],
        ),
        (
            json!({"product_id": id, "price": 1, "unit": "lit", "stock": {"value": "1", "unit": "kg"}}),
            vec!["/unit"],
        ),
        (
            json!({"product_id": id, "price": 1, "unit": "kg", "lots": []}),
            vec!["/lots"],
        ),
        (
            json!({"product_id": id, "price": 1, "unit": "kg", "lots": ["x"]}),
            vec!["/lots/0"],
        ),
        (
            json!({"product_id": id, "price": 1, "unit": "kg", "preorder": {"harvest_on": "2020-01-01"}}),
            vec!["/preorder/harvest_on"],
        ),
    ];
    for (body, pointers) in cases {
        assert_eq!(
            farmer
                .client
                .post("/api/v1/listings", &body)
                .await
                .wrong(StatusCode::UNPROCESSABLE_ENTITY),
            pointers,
            "{body}"
        );
    }
    let theirs = json!({"product_id": id, "price": 1, "unit": "kg", "on_demand": true});
    assert_eq!(
        other
            .client
            .post("/api/v1/listings", &theirs)
            .await
            .wrong(StatusCode::UNPROCESSABLE_ENTITY),
        ["/product_id"]
    );
    for query in ["limit=0", "limit=101", "star=9", "min_price=x", "sort=random"] {
        let pointer = format!("?{}", query.split('=').next().unwrap());
        assert_eq!(
            app.guest()
                .get(&format!("/api/v1/listings?{query}"))
                .await
                .wrong(StatusCode::UNPROCESSABLE_ENTITY),
            [pointer]
        );
    }
});
