//! A province that looks at listings before they are sold, and at every edit of those that are.

use entity::{frame::act, identity::role::Office};
use reqwest::StatusCode;
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use crate::harness::{Backend, Client, TestApp, text};

/// Declares a test on both databases of a province that reviews listings.
macro_rules! where_listings_are_reviewed {
    ($name:ident, |$app:ident| $body:block) => {
        mod $name {
            use super::*;

            async fn run($app: &TestApp) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                let app = province(Backend::Sqlite).await.unwrap();
                run(&app).await;
                app.finish().await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                let Some(app) = province(Backend::Postgres).await else { return };
                run(&app).await;
                app.finish().await;
            }
        }
    };
}

async fn province(backend: Backend) -> Option<TestApp> {
    TestApp::start_with(backend, |config| config.policy.review_listings = true).await
}

async fn officer(app: &TestApp) -> Client {
    app.in_office("0977000004", "Cán bộ duyệt tin", Office::Officer).await
}

async fn offers(client: &Client, product: &Value, price: i64) -> Value {
    let offer =
        json!({"product_id": product["id"], "price": price, "unit": "kg", "stock": {"value": "5", "unit": "kg"}});
    client
        .post("/api/v1/listings", &offer)
        .await
        .expect(StatusCode::CREATED)
}

fn path(listing: &Value, rest: &str) -> String {
    format!("/api/v1/listings/{}{rest}", text(listing, "id"))
}

where_listings_are_reviewed!(a_listing_goes_on_sale_when_an_officer_says_so, |app| {
    let farmer = app.farmer().await;
    let product = farmer.makes("Chè chờ duyệt").await;
    let listing = offers(&farmer.client, &product, 100_000).await;
    assert_eq!(
        (
            &listing["state"],
            &listing["review"]["kind"],
            &listing["review"]["state"]
        ),
        (&json!("review"), &json!("listing"), &json!("pending"))
    );
    assert_eq!(app.guest().get(&path(&listing, "")).await.status, StatusCode::NOT_FOUND);
    let officer = officer(app).await;
    for nobody in [&app.guest(), &farmer.client] {
        let refused = nobody.get("/api/v1/reviews").await.status;
        assert!(matches!(refused, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN));
        let refused = nobody
            .post(&path(&listing, "/review"), &json!({"decision": "approve"}))
            .await
            .status;
        assert!(matches!(refused, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN));
    }
    assert_eq!(
        officer.get(&path(&listing, "")).await.expect(StatusCode::OK)["state"],
        "review"
    );

    // What an officer looked at is what they decide on.
    let queue = officer.get("/api/v1/reviews").await.expect(StatusCode::OK);
    let first = text(&queue["items"][0], "id");
    assert_eq!(queue["items"][0]["listing"]["id"], listing["id"]);
    farmer
        .client
        .patch(&path(&listing, ""), &json!({"price": 900_000}))
        .await
        .expect(StatusCode::OK);
    let blind = json!({"decision": "approve", "review_id": first});
    let blind = officer.post(&path(&listing, "/review"), &blind).await;
    assert_eq!(
        blind.expect(StatusCode::CONFLICT)["type"],
        "urn:choque:problem:review-moved"
    );

    for (body, pointer) in [
        (json!({}), "/decision"),
        (json!({"decision": "perhaps"}), "/decision"),
        (json!({"decision": "return"}), "/reason"),
        (json!({"decision": "return", "reason": "  "}), "/reason"),
        (json!({"decision": "approve", "review_id": "x"}), "/review_id"),
    ] {
        assert_eq!(
            officer
                .post(&path(&listing, "/review"), &body)
                .await
                .wrong(StatusCode::UNPROCESSABLE_ENTITY),
            [pointer]
        );
    }
    let back = json!({"decision": "return", "reason": "Giá cao bất thường, anh chị xem lại."});
    let back = officer
        .post(&path(&listing, "/review"), &back)
        .await
        .expect(StatusCode::OK);
    assert_eq!(back["state"], "draft");
    let told = farmer.client.get(&path(&listing, "")).await.expect(StatusCode::OK);
    assert_eq!(
        (&told["review"]["state"], &told["review"]["reason"]),
        (&json!("returned"), &json!("Giá cao bất thường, anh chị xem lại."))
    );
    let twice = officer
        .post(&path(&listing, "/review"), &json!({"decision": "approve"}))
        .await;
    assert_eq!(
        twice.expect(StatusCode::CONFLICT)["type"],
        "urn:choque:problem:no-review"
    );

    let right = json!({"price": 110_000, "state": "live"});
    let right = farmer
        .client
        .patch(&path(&listing, ""), &right)
        .await
        .expect(StatusCode::OK);
    assert_eq!(right["state"], "review");
    let live = officer
        .post(&path(&listing, "/review"), &json!({"decision": "approve"}))
        .await
        .expect(StatusCode::OK);
    assert_eq!((&live["state"], &live["price"]), (&json!("live"), &json!(110_000)));
    app.caught_up().await;
    assert_eq!(app.guest().get(&path(&listing, "")).await.status, StatusCode::OK);
    let queue = officer.get("/api/v1/reviews").await.expect(StatusCode::OK);
    assert_eq!(queue["items"], json!([]));
    let acts = act::Entity::find().all(app.app.db().read()).await.unwrap();
    let reasons: Vec<_> = acts.iter().map(|act| act.reason.as_deref()).collect();
    assert_eq!(reasons, [Some("Giá cao bất thường, anh chị xem lại."), None]);
});

where_listings_are_reviewed!(an_edit_of_a_live_listing_waits_and_stock_does_not, |app| {
    let farmer = app.farmer().await;
    let officer = officer(app).await;
    let product = farmer.makes("Mật ong rừng").await;
    let listing = offers(&farmer.client, &product, 300_000).await;
    officer
        .post(&path(&listing, "/review"), &json!({"decision": "approve"}))
        .await
        .expect(StatusCode::OK);

    let edit = json!({"price": 310_000, "stock": {"value": "9", "unit": "kg"}});
    let edited = farmer
        .client
        .patch(&path(&listing, ""), &edit)
        .await
        .expect(StatusCode::OK);
    assert_eq!(
        (&edited["state"], &edited["price"], &edited["left"]["value"]),
        (&json!("live"), &json!(300_000), &json!("9")),
        "it sells as it was, and what there is of it is told at once"
    );
    assert_eq!(edited["review"]["proposed"], json!({"price": 310_000}));
    let everybody = app.guest().get(&path(&listing, "")).await.expect(StatusCode::OK);
    assert!(everybody.get("review").is_none());

    // A newer edit takes the place of the one that waits; one that cannot be is refused before anybody looks at it.
    let tiers = json!({
        "price": 320_000, "step": {"value": "500", "unit": "g"},
        "tiers": [{"from": {"value": "3", "unit": "kg"}, "price": 305_000}], "contains": null,
    });
    let newer = farmer
        .client
        .patch(&path(&listing, ""), &tiers)
        .await
        .expect(StatusCode::OK);
    assert_eq!(newer["review"]["proposed"]["tiers"][0]["price"], 305_000);
    let wrong = json!({"tiers": [{"from": {"value": "3", "unit": "kg"}, "price": 300_000}]});
    assert_eq!(
        farmer
            .client
            .patch(&path(&listing, ""), &wrong)
            .await
            .wrong(StatusCode::UNPROCESSABLE_ENTITY),
        ["/tiers/0/price"]
    );
    let queue = officer.get("/api/v1/reviews").await.expect(StatusCode::OK);
    assert_eq!(queue["items"].as_array().unwrap().len(), 1);
    let item = &queue["items"][0];
    assert_eq!(
        (&item["kind"], &item["listing"]["price"]),
        (&json!("edit"), &json!(300_000))
    );
    let whole = officer
        .get(&format!("/api/v1/reviews/{}", text(item, "id")))
        .await
        .expect(StatusCode::OK);
    assert_eq!(
        (&whole["proposed"]["price"], &whole["detail"]["price"]),
        (&json!(320_000), &json!(300_000))
    );
    let approved = json!({"decision": "approve", "review_id": item["id"]});
    let approved = officer
        .post(&path(&listing, "/review"), &approved)
        .await
        .expect(StatusCode::OK);
    assert_eq!(
        (
            &approved["price"],
            &approved["tiers"][0]["price"],
            &approved["step"]["value"]
        ),
        (&json!(320_000), &json!(305_000), &json!("0.5"))
    );

    // An edit that is sent back leaves the listing as it is.
    farmer
        .client
        .patch(&path(&listing, ""), &json!({"price": 999_000}))
        .await
        .expect(StatusCode::OK);
    let back = json!({"decision": "return", "reason": "Giá quá cao"});
    let back = officer
        .post(&path(&listing, "/review"), &back)
        .await
        .expect(StatusCode::OK);
    assert_eq!((&back["state"], &back["price"]), (&json!("live"), &json!(320_000)));

    // Going off sale counts at once, and what waited waits no longer.
    farmer
        .client
        .patch(&path(&listing, ""), &json!({"price": 333_000}))
        .await
        .expect(StatusCode::OK);
    let gone = farmer
        .client
        .post(&path(&listing, "/withdraw"), &json!({}))
        .await
        .expect(StatusCode::OK);
    assert_eq!(
        (&gone["state"], &gone["price"], &gone["review"]["state"]),
        (&json!("withdrawn"), &json!(320_000), &json!("withdrawn"))
    );
    assert_eq!(
        officer.get("/api/v1/reviews").await.expect(StatusCode::OK)["items"],
        json!([])
    );
    let back = farmer
        .client
        .post(&path(&listing, "/publish"), &json!({}))
        .await
        .expect(StatusCode::OK);
    assert_eq!(back["state"], "review", "what comes back is looked at again");
});

where_listings_are_reviewed!(the_queue_pages_and_the_oldest_comes_first, |app| {
    let farmer = app.farmer().await;
    let officer = officer(app).await;
    let mut made = Vec::new();
    for number in 1..=5 {
        let product = farmer.makes(&format!("Chè số {number}")).await;
        made.push(offers(&farmer.client, &product, 1000 * number).await["id"].clone());
    }
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = officer
            .get(&format!("/api/v1/reviews?limit=2{cursor}"))
            .await
            .expect(StatusCode::OK);
        seen.extend(
            page["items"]
                .as_array()
                .unwrap()
                .iter()
                .map(|item| item["listing"]["id"].clone()),
        );
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen, made);
    for query in ["limit=0", "cursor=x"] {
        let pointer = format!("?{}", query.split('=').next().unwrap());
        assert_eq!(
            officer
                .get(&format!("/api/v1/reviews?{query}"))
                .await
                .wrong(StatusCode::UNPROCESSABLE_ENTITY),
            [pointer]
        );
    }
    assert_eq!(
        officer
            .get("/api/v1/reviews/0193a6c8-4b1e-7c32-9d40-0f2a4c6e8a10")
            .await
            .status,
        StatusCode::NOT_FOUND
    );
    let unknown = "/api/v1/listings/0193a6c8-4b1e-7c32-9d40-0f2a4c6e8a10/review";
    assert_eq!(
        officer.post(unknown, &json!({"decision": "approve"})).await.status,
        StatusCode::NOT_FOUND
    );
});
