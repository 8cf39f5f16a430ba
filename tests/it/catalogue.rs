use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use reqwest::{Method, StatusCode, header};
use serde_json::json;

use crate::{
    harness::{Answer, text},
    on_both,
};

on_both!(a_product_gets_a_number_or_brings_its_own, |app| {
    let farmer = app.farmer().await;
    let made = farmer.makes("Chè tôm nõn").await;
    assert_eq!(made["gtin_kind"], "restricted");
    let gtin: digital_link::Gtin = text(&made, "gtin").parse().unwrap();
    assert!(gtin.is_restricted());
    assert_ne!(farmer.makes("Chè đinh").await["gtin"], made["gtin"]);
    let own = json!({"name": "Miến dong", "category": "grain-noodle", "unit": "goi", "gtin": "8938505974194"});
    let own = farmer
        .client
        .post("/api/v1/products", &own)
        .await
        .expect(StatusCode::CREATED);
    assert_eq!(
        (own["gtin"].as_str(), own["gtin_kind"].as_str()),
        (Some("08938505974194"), Some("global"))
    );
    for (gtin, status) in [
        ("8938505974194", StatusCode::CONFLICT),
        ("8938505974195", StatusCode::UNPROCESSABLE_ENTITY),
        ("2100000000012", StatusCode::UNPROCESSABLE_ENTITY),
        ("chữ", StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        let product = json!({"name": "Khác", "category": "tea", "unit": "kg", "gtin": gtin});
        assert_eq!(
            farmer.client.post("/api/v1/products", &product).await.wrong(status),
            ["/gtin"],
            "{gtin}"
        );
    }
    let wrong = json!({"name": "\u{202e}", "category": "gold", "unit": "lượng vàng", "shelf_life_days": 0});
    assert_eq!(
        farmer
            .client
            .post("/api/v1/products", &wrong)
            .await
            .wrong(StatusCode::UNPROCESSABLE_ENTITY),
        ["/name", "/category", "/unit", "/shelf_life_days"]
    );
    let mine = farmer
        .client
        .get("/api/v1/products?mine=1&limit=2")
        .await
        .expect(StatusCode::OK);
    assert_eq!(mine["items"].as_array().unwrap().len(), 2);
    let rest = farmer
        .client
        .get(&format!(
            "/api/v1/products?mine=1&limit=2&cursor={}",
            text(&mine, "next_cursor")
        ))
        .await;
    assert_eq!(rest.expect(StatusCode::OK)["items"].as_array().unwrap().len(), 1);
});

on_both!(only_sellers_sell_and_only_their_own, |app| {
    let buyer = app.person("0913000001", "Minh").await;
    let product = json!({"name": "Chè", "category": "tea", "unit": "kg"});
    buyer
        .post("/api/v1/products", &product)
        .await
        .expect(StatusCode::FORBIDDEN);
    app.guest()
        .post("/api/v1/products", &product)
        .await
        .expect(StatusCode::UNAUTHORIZED);
    let (lan, hoa) = (app.farmer().await, app.farmer().await);
    let for_lan = json!({"name": "Chè", "category": "tea", "unit": "kg", "seller_id": lan.seller_id});
    assert_eq!(
        hoa.client
            .post("/api/v1/products", &for_lan)
            .await
            .wrong(StatusCode::UNPROCESSABLE_ENTITY),
        ["/seller_id"]
    );
    let path = format!("/api/v1/sellers/{}", lan.seller_id);
    assert_eq!(
        hoa.client.patch(&path, &json!({"name": "Của tôi"})).await.status,
        StatusCode::NOT_FOUND
    );
    let edited = lan
        .client
        .patch(&path, &json!({"about": "Chè nhà trồng."}))
        .await
        .expect(StatusCode::OK);
    assert_eq!(
        (edited["about"].as_str(), edited["name"].as_str()),
        (Some("Chè nhà trồng."), Some("Hộ chè Nguyễn Thị Lan"))
    );
});

on_both!(a_photograph_is_checked_by_decoding_it, |app| {
    let farmer = app.farmer().await;
    let product = farmer.makes("Chè tôm nõn").await;
    let path = format!("/api/v1/products/{}/photos", text(&product, "id"));
    let picture = RgbImage::from_fn(900, 600, |x, y| {
        Rgb([x, y, x * y].map(|value| u8::try_from(value % 256).unwrap()))
    });
    let mut jpeg = Vec::new();
    DynamicImage::from(picture)
        .write_to(&mut std::io::Cursor::new(&mut jpeg), ImageFormat::Jpeg)
        .unwrap();
    let send = |bytes: Vec<u8>, kind: &'static str| {
        let request = farmer
            .client
            .request(Method::POST, &path)
            .header(header::CONTENT_TYPE, kind)
            .body(bytes);
        Answer::of(Method::POST, &path, request)
    };
    let kept = send(jpeg.clone(), "image/jpeg").await.expect(StatusCode::CREATED);
    let shown = app.guest().get(&text(&kept, "src")).await;
    assert_eq!(
        (shown.status, shown.headers["content-type"].to_str().unwrap()),
        (StatusCode::OK, "image/webp")
    );
    let part = reqwest::multipart::Part::bytes(jpeg.clone()).file_name("che.jpg");
    let form = reqwest::multipart::Form::new().part("photo", part);
    let request = farmer.client.request(Method::POST, &path).multipart(form);
    Answer::of(Method::POST, &path, request)
        .await
        .expect(StatusCode::CREATED);
    assert_eq!(
        send(b"khong phai anh".to_vec(), "image/jpeg")
            .await
            .wrong(StatusCode::UNPROCESSABLE_ENTITY),
        ["/photo"]
    );
    assert_eq!(
        send(jpeg[..jpeg.len() / 2].to_vec(), "image/jpeg")
            .await
            .wrong(StatusCode::UNPROCESSABLE_ENTITY),
        ["/photo"]
    );
    assert_eq!(
        send(vec![0; 12 * 1024 * 1024 + 1], "image/jpeg").await.status,
        StatusCode::PAYLOAD_TOO_LARGE
    );
    let other = app.farmer().await;
    let request = other
        .client
        .request(Method::POST, &path)
        .header(header::CONTENT_TYPE, "image/jpeg")
        .body(jpeg);
    assert_eq!(
        Answer::of(Method::POST, &path, request).await.status,
        StatusCode::NOT_FOUND
    );
    let product = farmer
        .client
        .get(&format!("/api/v1/products/{}", text(&product, "id")))
        .await
        .expect(StatusCode::OK);
    assert_eq!(product["photos"].as_array().unwrap().len(), 2);
});
