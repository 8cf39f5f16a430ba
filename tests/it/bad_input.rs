//! No input gives a 5xx, and every refusal says what is wrong.

use reqwest::{Method, StatusCode, header};
use serde_json::{Value, json};

use crate::{
    harness::{Answer, document, text},
    on_both,
};

/// Values that have broken programs before.
fn hostile() -> Vec<Value> {
    vec![
        Value::Null,
        json!(true),
        json!(-1),
        json!(0),
        json!(1e308),
        json!(1_000_000_000_000_000_000_i64),
        json!(u64::MAX),
        json!(""),
        json!("\u{0}"),
        json!("'; drop table product; --"),
        json!("{{7*7}}<script>alert(1)</script>"),
        json!("\u{202e}\u{200b}"),
        json!("x".repeat(5000)),
        json!("0193a6c8-4b1e-7c32-9d40-0f2a4c6e8a10"),
        json!("2026-13-45"),
        json!("9999-12-31"),
        json!("+10000-01-01T00:00:00Z"),
        json!([]),
        json!([null, 1, "a", {}]),
        json!({}),
        json!({"value": "1e5", "unit": {"a": 1}}),
        json!({"value": "-0.0001", "unit": "kg"}),
        json!({"value": "99999999999999999999", "unit": "kg"}),
    ]
}

on_both!(hostile_values_in_every_field_are_refused_and_not_fallen_over, |app| {
    let farmer = app.farmer().await;
    let product = farmer.makes("Chè").await;
    let plot = farmer.plants(100).await;
    let batch = farmer.harvests(&product, "1").await;
    let good = [
        (
            "/api/v1/accounts",
            json!({"phone": "0911111111", "name": "A", "password": "12345678"}),
        ),
        (
            "/api/v1/sessions",
            json!({"phone": "0911111112", "password": "12345678"}),
        ),
        (
            "/api/v1/sellers",
            json!({"name": "A", "kind": "household", "commune_code": "05503", "street": "a", "about": "b"}),
        ),
        (
            "/api/v1/products",
            json!({"name": "A", "category": "tea", "unit": "kg", "gtin": "8938505974194", "brand": "b",
            "description": "c", "shelf_life_days": 3, "seller_id": farmer.seller_id, "attributes": {"storage": "d"}}),
        ),
        (
            "/api/v1/plots",
            json!({"name": "A", "commune_code": "05503", "area_m2": 1, "growing_area_code": "x", "seller_id": farmer.seller_id}),
        ),
        (
            "/api/v1/diary",
            json!({"plot_id": plot, "batch_id": batch["id"], "activity": "spraying", "happened_at": "2026-11-20",
            "note": "n", "input_name": "i", "interval_days": 3, "id": "0193a6c8-4b1e-7c32-9d40-0f2a4c6e8a10"}),
        ),
        (
            "/api/v1/batches",
            json!({"product_id": product["id"], "lot": "L", "quantity": {"value": "1", "unit": "kg"},
            "harvested_on": "2026-11-20", "packed_on": "2026-11-20", "expires_on": "2027-11-20", "plot_ids": [plot],
            "inputs": [{"batch_id": batch["id"], "quantity": {"value": "1", "unit": "kg"}}]}),
        ),
        (
            "/api/v1/listings",
            json!({"product_id": product["id"], "price": 1, "unit": "kg", "stock": {"value": "1", "unit": "kg"},
            "lots": [batch["id"]], "on_demand": true, "preorder": {"harvest_on": "2027-01-01", "cap": {"value": "1", "unit": "kg"}}}),
        ),
        (
            "/api/v1/dossiers",
            json!({"kind": "ocop", "product_id": product["id"], "commune_code": "05503", "product_set": 11,
            "self_score": "80", "story": "s"}),
        ),
        (
            "/api/v1/certificates",
            json!({"kind": "gi", "product_id": product["id"], "seller_id": farmer.seller_id, "number": "1", "issuer": "i",
            "granted_on": "2026-01-01", "ends_on": "2029-01-01", "star": 3, "evidence": plot,
            "plots": [{"plot_id": plot, "name": "p"}]}),
        ),
    ];
    for (path, body) in good {
        for field in body.as_object().unwrap().keys() {
            for value in hostile() {
                let mut bad = body.clone();
                bad[field] = value;
                // `Answer::of` fails on a 5xx and on an undescribed status.
                let answer = farmer.client.post(path, &bad).await;
                if answer.status == StatusCode::UNPROCESSABLE_ENTITY {
                    assert!(
                        !answer.wrong(StatusCode::UNPROCESSABLE_ENTITY).is_empty(),
                        "{path} {bad}"
                    );
                }
            }
        }
        for value in hostile() {
            assert!(
                farmer.client.post(path, &value).await.status.is_client_error(),
                "{path} {value}"
            );
        }
    }
});

on_both!(bodies_that_are_no_bodies, |app| {
    let farmer = app.farmer().await;
    let send = |kind: &'static str, body: Vec<u8>| {
        let request = farmer
            .client
            .request(Method::POST, "/api/v1/plots")
            .header(header::CONTENT_TYPE, kind)
            .body(body);
        Answer::of(Method::POST, "/api/v1/plots", request)
    };
    let broken = send("application/json", b"{\n  \"name\": \"a\",\n}".to_vec()).await;
    assert!(
        broken.expect(StatusCode::BAD_REQUEST)["detail"]
            .as_str()
            .unwrap()
            .contains('3'),
        "it says where"
    );
    assert_eq!(
        send("application/json", b"\xff\xfe{}".to_vec()).await.status,
        StatusCode::BAD_REQUEST
    );
    assert_eq!(
        send("application/json", Vec::new()).await.status,
        StatusCode::BAD_REQUEST
    );
    let deep = [b"[".repeat(100_000), b"]".repeat(100_000)].concat();
    assert_eq!(send("application/json", deep).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(
        send("text/plain", b"{}".to_vec()).await.status,
        StatusCode::UNSUPPORTED_MEDIA_TYPE
    );
    assert_eq!(
        send("application/json", vec![b' '; 3 * 1024 * 1024]).await.status,
        StatusCode::PAYLOAD_TOO_LARGE
    );
    assert_eq!(
        send("application/json", b"[1]".to_vec())
            .await
            .wrong(StatusCode::UNPROCESSABLE_ENTITY),
        [""]
    );
});

on_both!(hostile_queries_and_paths, |app| {
    let farmer = app.farmer().await;
    let product = farmer.makes("100% chè_thật 'ngon'").await;
    let offer = json!({"product_id": product["id"], "price": 1000, "unit": "kg", "on_demand": true});
    let listing = farmer
        .client
        .post("/api/v1/listings", &offer)
        .await
        .expect(StatusCode::CREATED);
    let found = |query: &'static str| {
        let app = app.guest();
        async move {
            app.get(&format!("/api/v1/listings?q={query}"))
                .await
                .expect(StatusCode::OK)["total"]
                .as_u64()
                .unwrap()
        }
    };
    assert_eq!(found("100%25").await, 1);
    assert_eq!(found("%25%25").await, 0, "signs alone are no words, and stand for none");
    for query in [
        "che_that",
        "che-that",
        "%22che+that%22",
        "+che+AND+that",
        "title:che",
        "(che",
    ] {
        assert_eq!(found(query).await, 1, "signs between words are signs: {query}");
    }
    for query in [
        "'",
        "\\",
        "*",
        "%22",
        "%28%29",
        "'%3Bdrop+table+listing--",
        "_",
        "%7B%7Bq%7D%7D",
    ] {
        assert_eq!(found(query).await, 0, "{query}");
    }
    for path in [
        "/tim",
        "/api/v1/listings",
        "/ocop",
        "/",
        "/san-pham/x",
        "/nguoi-ban/x",
        "/dang-nhap",
    ] {
        for query in [
            "q=%00",
            "q=%FF%FE",
            "cursor=%00",
            "cursor=zzz",
            "limit=99999999999999999999",
            "min_price=-1",
            "a=b&a=c",
            "%",
            "&&&=",
            "back=//x",
        ] {
            app.guest().get(&format!("{path}?{query}")).await;
        }
        let long = "q=".to_owned() + &"chè ".repeat(1500).replace(' ', "+");
        app.guest().get(&format!("{path}?{long}")).await;
    }
    for path in [
        "/%00",
        "/..%2f..%2fetc/passwd",
        "/assets/..%2f..%2fCargo.toml",
        "/anh/x/1.webp",
        "/anh/0193a6c8-4b1e-7c32-9d40-0f2a4c6e8a10/99.webp",
        "/t/",
        "/t/%00",
        "/01",
        "/01/%2F",
        "/san-pham/%F0%9F%8D%B5",
        "/nguoi-ban/%2E%2E%2F",
        "/api/v1/nothing",
        "/demo/clock",
    ] {
        let answer = app.guest().get(path).await;
        assert!(answer.status.is_client_error(), "{path}: {}", answer.status);
    }
    let page = app
        .guest()
        .get(&format!("/san-pham/{}", text(&listing, "slug")))
        .await
        .text();
    assert!(
        !page.contains("'ngon'</h1>") || page.contains("&#39;ngon&#39;"),
        "names are escaped"
    );
    let document = document();
    assert!(document["paths"].as_object().unwrap().contains_key("/api/v1/listings"));
});
