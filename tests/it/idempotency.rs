use futures_util::future::join_all;
use reqwest::StatusCode;
use sea_orm::EntityTrait;
use serde_json::json;

use crate::on_both;

on_both!(a_request_sent_twice_is_done_once, |app| {
    let farmer = app.farmer().await;
    let plot = json!({"name": "Ruộng dưới", "commune_code": "05503", "area_m2": 720});
    let first = farmer
        .client
        .post_once("/api/v1/plots", "nháp-1-khong-dau".trim_start_matches("nháp"), &plot)
        .await;
    let first_body = first.expect(StatusCode::CREATED);
    let again = farmer.client.post_once("/api/v1/plots", "-1-khong-dau", &plot).await;
    assert_eq!(again.expect(StatusCode::CREATED), first_body);
    assert_eq!(again.headers["location"], first.headers["location"]);
    let other_body = json!({"name": "Ruộng trên", "commune_code": "05503", "area_m2": 720});
    farmer
        .client
        .post_once("/api/v1/plots", "-1-khong-dau", &other_body)
        .await
        .expect(StatusCode::UNPROCESSABLE_ENTITY);
    let plots = farmer.client.get("/api/v1/plots").await.expect(StatusCode::OK);
    assert_eq!(plots["items"].as_array().unwrap().len(), 1);
    // Somebody else's key is somebody else's.
    let neighbour = app.farmer().await;
    neighbour
        .client
        .post_once("/api/v1/plots", "-1-khong-dau", &other_body)
        .await
        .expect(StatusCode::CREATED);
});

on_both!(the_same_key_at_once_is_done_once, |app| {
    let farmer = app.farmer().await;
    let plot = json!({"name": "Nương", "commune_code": "05503", "area_m2": 1});
    let tries = (0..16).map(|_| farmer.client.post_once("/api/v1/plots", "at-once", &plot));
    let mut made = 0;
    for answer in join_all(tries).await {
        match answer.status {
            StatusCode::CREATED => made += 1,
            StatusCode::CONFLICT => assert!(answer.headers.contains_key("retry-after")),
            other => panic!("{other}"),
        }
    }
    assert!(made >= 1);
    let plots = farmer.client.get("/api/v1/plots").await.expect(StatusCode::OK);
    assert_eq!(plots["items"].as_array().unwrap().len(), 1);
});

on_both!(a_guests_key_is_scoped_to_what_they_send, |app| {
    let lan = json!({"phone": "0912000001", "name": "Lan", "password": "mật khẩu dài"});
    let minh = json!({"phone": "0912000002", "name": "Minh", "password": "mật khẩu dài"});
    let first = app
        .guest()
        .post_once("/api/v1/accounts", "1", &lan)
        .await
        .expect(StatusCode::CREATED);
    app.guest()
        .post_once("/api/v1/accounts", "1", &minh)
        .await
        .expect(StatusCode::CREATED);
    assert_eq!(
        app.guest()
            .post_once("/api/v1/accounts", "1", &lan)
            .await
            .expect(StatusCode::CREATED),
        first
    );
});

on_both!(an_answer_is_kept_for_thirty_days, |app| {
    let farmer = app.farmer().await;
    let plot = json!({"name": "Ao", "commune_code": "05503", "area_m2": 9});
    let day = 24 * 60 * 60 * 1000;
    let first = farmer
        .client
        .post_once("/api/v1/plots", "ao", &plot)
        .await
        .expect(StatusCode::CREATED);
    app.app.source().advance(29 * day);
    choque::jobs::sweep(&app.app).await.unwrap();
    assert_eq!(
        farmer
            .client
            .post_once("/api/v1/plots", "ao", &plot)
            .await
            .expect(StatusCode::CREATED),
        first
    );
    app.app.source().advance(2 * day);
    choque::jobs::sweep(&app.app).await.unwrap();
    let kept = entity::frame::idempotency::Entity::find()
        .all(app.app.db().read())
        .await
        .unwrap();
    assert!(kept.is_empty());
});
