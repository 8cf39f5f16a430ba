//! What buyers say, and what sellers answer.

use entity::{
    catalogue::{product_rating, seller_rating},
    identity::role::Office,
};
use reqwest::StatusCode;
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use crate::{
    harness::{TestApp, text},
    on_both,
    orders::{act, shop},
    orders_lifecycle::{delivered, does, paid, seen},
};

async fn sums(app: &TestApp) -> ((i64, i64), (i64, i64)) {
    let db = app.app.db().read();
    let product = product_rating::Entity::find().one(db).await.unwrap();
    let seller = seller_rating::Entity::find().one(db).await.unwrap();
    (
        product.map_or((0, 0), |row| (row.stars, row.reviews)),
        seller.map_or((0, 0), |row| (row.stars, row.reviews)),
    )
}

fn says(order: &Value, stars: i64, words: &str) -> Value {
    json!({"line_id": order["lines"][0]["id"], "stars": stars, "text": words})
}

on_both!(only_who_has_the_goods_says_what_they_think_of_them, |app| {
    let (lan, tea) = shop(app, "Chè ngon", 100_000, "20").await;
    let (guest, order) = paid(app, &tea, "1").await;
    let early = does(&guest, &order, "review", &says(&order, 5, "Ngon"))
        .await
        .expect(StatusCode::CONFLICT);
    assert_eq!(early["type"], "urn:choque:problem:order-state");
    let done = delivered(&lan, &guest, &order).await;
    assert!(done["further"].as_array().unwrap().contains(&json!("review")));
    does(&lan.client, &order, "review", &says(&order, 5, "Ngon"))
        .await
        .expect(StatusCode::FORBIDDEN);
    for (body, pointers) in [
        (json!({}), vec!["/line_id", "/stars"]),
        (says(&order, 0, ""), vec!["/stars"]),
        (says(&order, 6, ""), vec!["/stars"]),
        (json!({"line_id": order["id"], "stars": 5}), vec!["/line_id"]),
    ] {
        let answer = does(&guest, &order, "review", &body).await;
        assert_eq!(answer.wrong(StatusCode::UNPROCESSABLE_ENTITY), pointers, "{body}");
    }
    let review = does(&guest, &order, "review", &says(&order, 4, "Thơm, nước xanh"))
        .await
        .expect(StatusCode::CREATED);
    assert_eq!((&review["by"], &review["stars"]), (&json!("Minh T."), &json!(4)));
    let again = does(&guest, &order, "review", &says(&order, 1, ""))
        .await
        .expect(StatusCode::CONFLICT);
    assert_eq!(again["type"], "urn:choque:problem:reviewed");
    assert_eq!(seen(&guest, &order).await["lines"][0]["review_id"], review["id"]);
    assert_eq!(sums(app).await, ((4, 1), (4, 1)));

    let (second, other) = paid(app, &tea, "1").await;
    delivered(&lan, &second, &other).await;
    does(&second, &other, "review", &says(&other, 1, "Không hợp"))
        .await
        .expect(StatusCode::CREATED);
    let list = |of: &str, id: &str| format!("/api/v1/buyer-reviews?{of}={id}&limit=1");
    let page = app
        .guest()
        .get(&list("product_id", &text(&tea, "product_id")))
        .await
        .expect(StatusCode::OK);
    assert_eq!(
        (&page["items"][0]["stars"], page["next_cursor"].is_string()),
        (&json!(1), true)
    );
    let next = format!(
        "{}&cursor={}",
        list("seller_id", &lan.seller_id),
        text(&page, "next_cursor")
    );
    let page = app.guest().get(&next).await.expect(StatusCode::OK);
    assert_eq!(
        (&page["items"][0]["id"], &page["next_cursor"]),
        (&review["id"], &Value::Null)
    );
    for wrong in ["", "?product_id=x", "?seller_id=x"] {
        let answer = app.guest().get(&format!("/api/v1/buyer-reviews{wrong}")).await;
        answer.expect(StatusCode::UNPROCESSABLE_ENTITY);
    }

    // Its seller answers, once.
    let path = format!("/api/v1/buyer-reviews/{}", text(&review, "id"));
    let answer = json!({"text": "Cảm ơn anh"});
    guest
        .post(&format!("{path}/answer"), &answer)
        .await
        .expect(StatusCode::UNAUTHORIZED);
    let stranger = app.person("0987000040", "Người lạ").await;
    stranger
        .post(&format!("{path}/answer"), &answer)
        .await
        .expect(StatusCode::FORBIDDEN);
    let empty = lan.client.post(&format!("{path}/answer"), &json!({"text": ""})).await;
    assert_eq!(empty.wrong(StatusCode::UNPROCESSABLE_ENTITY), ["/text"]);
    for _ in 0..2 {
        let answered = lan
            .client
            .post(&format!("{path}/answer"), &answer)
            .await
            .expect(StatusCode::OK);
        assert_eq!(answered["answer"]["text"], "Cảm ơn anh");
    }
    let other = json!({"text": "Khác"});
    lan.client
        .post(&format!("{path}/answer"), &other)
        .await
        .expect(StatusCode::CONFLICT);

    // An officer takes it off, with its stars.
    let officer = app.in_office("0987000041", "Cán bộ", Office::Officer).await;
    lan.client
        .post(&format!("{path}/hide"), &json!({"reason": "a"}))
        .await
        .expect(StatusCode::FORBIDDEN);
    for _ in 0..2 {
        let hidden = officer
            .post(&format!("{path}/hide"), &json!({"reason": "Chửi tục"}))
            .await
            .expect(StatusCode::OK);
        assert_eq!(hidden["hidden"], true);
    }
    assert_eq!(sums(app).await, ((1, 1), (1, 1)));
    let page = app
        .guest()
        .get(&list("seller_id", &lan.seller_id))
        .await
        .expect(StatusCode::OK);
    assert_eq!(
        (page["items"].as_array().unwrap().len(), &page["next_cursor"]),
        (1, &Value::Null)
    );
    app.guest()
        .get("/api/v1/buyer-reviews/x")
        .await
        .expect(StatusCode::NOT_FOUND);
    act(&guest, &order, "deliver").await.expect(StatusCode::OK);
});
