//! Reports from anybody, takedowns by officers, appeals.

use entity::{frame::act, identity::role::Office, listings::report};
use reqwest::{Method, StatusCode};
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};

use crate::{
    harness::{Answer, Client, TestApp, text},
    on_both,
};

async fn officer(app: &TestApp, phone: &str) -> Client {
    app.in_office(phone, "Cán bộ", Office::Officer).await
}

async fn acts(app: &TestApp) -> Vec<act::Model> {
    act::Entity::find().all(app.app.db().read()).await.unwrap()
}

/// A listing of `farmer`'s, live.
async fn listing(farmer: &crate::harness::Farmer, name: &str) -> Value {
    let product = farmer.makes(name).await;
    let offer =
        json!({"product_id": product["id"], "price": 100_000, "unit": "kg", "stock": {"value": "5", "unit": "kg"}});
    farmer
        .client
        .post("/api/v1/listings", &offer)
        .await
        .expect(StatusCode::CREATED)
}

async fn reports(client: &Client, from: &str, report: &Value) -> Answer {
    let path = "/api/v1/reports";
    let request = client
        .request(Method::POST, path)
        .header("x-forwarded-for", from)
        .json(report);
    Answer::of(Method::POST, path, request).await
}

on_both!(a_buyer_reports_without_signing_in_and_hears_what_became_of_it, |app| {
    let farmer = app.farmer().await;
    let (first, second) = (listing(&farmer, "Chè giả").await, listing(&farmer, "Chè thật").await);
    let guest = app.guest();
    let page = guest.get(&format!("/san-pham/{}", text(&first, "slug"))).await.text();
    assert!(page.contains(&format!("/bao-cao?tin={}", text(&first, "id"))));
    let report = |listing: &Value, reason: &str| json!({"subject": "listing", "id": listing["id"], "reason": reason, "text": "Hộp khác ảnh", "contact": "0912 000 111"});
    let made = reports(&guest, "203.0.113.1", &report(&first, "fake"))
        .await
        .expect(StatusCode::CREATED);
    reports(&guest, "203.0.113.2", &report(&first, "fake"))
        .await
        .expect(StatusCode::CREATED);
    reports(&guest, "203.0.113.2", &report(&first, "price"))
        .await
        .expect(StatusCode::CREATED);
    let address = json!({"subject": "listing", "id": format!("http://choque.test/san-pham/{}?x=1", text(&second, "slug")), "reason": "unsafe"});
    let other = reports(&guest, "203.0.113.3", &address)
        .await
        .expect(StatusCode::CREATED);
    // The contact is nowhere to be read in the database.
    let rows = report::Entity::find().all(app.app.db().read()).await.unwrap();
    assert!(rows.iter().all(|row| {
        row.contact_sealed
            .as_deref()
            .is_none_or(|sealed| !sealed.contains("0912"))
    }));

    let officer = officer(app, "0977000001").await;
    assert_eq!(farmer.client.get("/api/v1/reports").await.status, StatusCode::FORBIDDEN);
    assert_eq!(guest.get("/api/v1/reports").await.status, StatusCode::UNAUTHORIZED);
    let queue = officer.get("/api/v1/reports").await.expect(StatusCode::OK);
    let items = queue["items"].as_array().unwrap();
    assert_eq!(items.len(), 2);
    assert_eq!(
        (items[0]["title"].as_str(), items[0]["open"].as_i64()),
        (Some("Chè thật"), Some(1)),
        "the newest first"
    );
    assert_eq!(
        (items[1]["open"].as_i64(), items[1]["total"].as_i64()),
        (Some(3), Some(3))
    );
    assert_eq!(
        items[1]["reasons"],
        json!([{"value": "fake", "count": 2}, {"value": "price", "count": 1}])
    );
    assert_eq!(items[1]["reports"][0]["contact"], "0912 000 111");
    let page = officer.get("/api/v1/reports?limit=1").await.expect(StatusCode::OK);
    let cursor = text(&page, "next_cursor");
    let next = officer
        .get(&format!("/api/v1/reports?limit=1&cursor={cursor}"))
        .await
        .expect(StatusCode::OK);
    assert_eq!(
        (next["items"][0]["title"].as_str(), &next["next_cursor"]),
        (Some("Chè giả"), &Value::Null)
    );

    // Closed with a reason, once; the reporter hears it, and the act is noted.
    let id = text(&items[1]["reports"][0], "id");
    let path = format!("/api/v1/reports/{id}/close");
    assert_eq!(
        officer
            .post(&path, &json!({"outcome": "maybe", "reason": ""}))
            .await
            .wrong(StatusCode::UNPROCESSABLE_ENTITY),
        ["/outcome", "/reason"]
    );
    assert_eq!(acts(app).await.len(), 0);
    let close = json!({"outcome": "acted", "reason": "Đã gỡ tin.", "whole_subject": true});
    assert_eq!(farmer.client.post(&path, &close).await.status, StatusCode::FORBIDDEN);
    officer.post(&path, &close).await.expect(StatusCode::OK);
    assert_eq!(officer.post(&path, &close).await.status, StatusCode::CONFLICT);
    let acts = acts(app).await;
    assert_eq!(acts.len(), 1);
    assert_eq!(
        (acts[0].reason.as_deref(), acts[0].route.as_str()),
        (Some("Đã gỡ tin."), "/api/v1/reports/{id}/close")
    );
    let code = text(&made, "code");
    let told = guest
        .get(&format!("/api/v1/reports/by-code/{}", code.to_lowercase()))
        .await
        .expect(StatusCode::OK);
    assert_eq!(
        (
            told["state"].as_str(),
            told["outcome"].as_str(),
            told["answer"].as_str()
        ),
        (Some("closed"), Some("acted"), Some("Đã gỡ tin."))
    );
    assert!(
        guest
            .get(&format!("/bao-cao?ma={code}"))
            .await
            .text()
            .contains("Đã gỡ tin.")
    );
    assert!(
        guest
            .get("/bao-cao?ma=XXXXX-YYYYY")
            .await
            .text()
            .contains("XXXXX-YYYYY")
    );
    let queue = officer.get("/api/v1/reports").await.expect(StatusCode::OK);
    assert_eq!(queue["items"][0]["open"], 1, "open ones first");
    assert_eq!(
        officer.get("/api/v1/reports?state=closed").await.expect(StatusCode::OK)["items"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    let still = guest
        .get(&format!("/api/v1/reports/by-code/{}", text(&other, "code")))
        .await
        .expect(StatusCode::OK);
    assert_eq!(still["state"], "open");
    assert_eq!(
        guest.get("/api/v1/reports/by-code/nothing").await.status,
        StatusCode::NOT_FOUND
    );
});

on_both!(reports_are_counted_by_address_and_wrong_ones_name_the_field, |app| {
    let farmer = app.farmer().await;
    let listing = listing(&farmer, "Chè").await;
    let guest = app.guest();
    for (body, pointers) in [
        (json!({}), vec!["/subject", "/id", "/reason"]),
        (
            json!({"subject": "stall", "id": "x", "reason": "rude"}),
            vec!["/subject", "/reason"],
        ),
        (
            json!({"subject": "listing", "id": listing["id"], "reason": "other"}),
            vec!["/text"],
        ),
        (
            json!({"subject": "listing", "id": "0193a6c8-4b1e-7c32-9d40-0f2a4c6e8a10", "reason": "fake"}),
            vec!["/id"],
        ),
        (
            json!({"subject": "seller", "id": listing["id"], "reason": "fake"}),
            vec!["/id"],
        ),
        (
            json!({"subject": "listing", "id": listing["id"], "reason": "fake", "text": "x".repeat(2001), "contact": 1}),
            vec!["/text", "/contact"],
        ),
    ] {
        assert_eq!(
            reports(&guest, "198.51.100.1", &body)
                .await
                .wrong(StatusCode::UNPROCESSABLE_ENTITY),
            pointers,
            "{body}"
        );
    }
    let good = json!({"subject": "listing", "id": listing["slug"], "reason": "fake"});
    for _ in 0..10 {
        reports(&guest, "198.51.100.1", &good).await.expect(StatusCode::CREATED);
    }
    let refused = reports(&guest, "198.51.100.1", &good).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(refused.headers.contains_key("retry-after"));
    reports(&guest, "198.51.100.2", &good).await.expect(StatusCode::CREATED);
    app.app.source().advance(60 * 60 * 1000);
    reports(&guest, "198.51.100.1", &good).await.expect(StatusCode::CREATED);
});

on_both!(the_form_works_without_javascript, |app| {
    let farmer = app.farmer().await;
    let listing = listing(&farmer, "Chè <b>đậm</b>").await;
    let guest = app.guest();
    let form = guest.get(&format!("/bao-cao?tin={}", text(&listing, "slug"))).await;
    assert_eq!(form.status, StatusCode::OK);
    assert!(!form.text().contains("<b>đậm</b>"));
    let key = form
        .text()
        .split("name=\"key\" value=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    let send = async |fields: &[(&str, &str)]| {
        let request = guest
            .request(Method::POST, "/bao-cao")
            .header("sec-fetch-site", "same-origin")
            .form(fields);
        Answer::of(Method::POST, "/bao-cao", request).await
    };
    let id = text(&listing, "id");
    let bad = [
        ("subject", "listing"),
        ("id", id.as_str()),
        ("key", key.as_str()),
        ("reason", "other"),
        ("text", ""),
        ("contact", "tôi"),
    ];
    let shown = send(&bad).await;
    assert_eq!(shown.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        shown.text().contains("Bạn cho biết là điều gì") && shown.text().contains("value=\"tôi\""),
        "what was written is kept"
    );
    let good = [
        ("subject", "listing"),
        ("id", id.as_str()),
        ("key", key.as_str()),
        ("reason", "fake"),
        ("text", "Hàng nhái"),
        ("contact", ""),
    ];
    let (first, again) = (send(&good).await, send(&good).await);
    assert!(first.text().contains("Đã nhận báo cáo"), "{}", first.text());
    assert_eq!(again.status, StatusCode::OK);
    assert_eq!(
        report::Entity::find().count(app.app.db().read()).await.unwrap(),
        1,
        "pressed twice, sent once"
    );
    assert_eq!(guest.get("/bao-cao?tin=khong-co").await.status, StatusCode::NOT_FOUND);
    assert_eq!(guest.get("/bao-cao").await.status, StatusCode::OK);
    assert_eq!(
        guest
            .get(&format!("/bao-cao?nguoi-ban={}", text(&listing["seller"], "slug")))
            .await
            .status,
        StatusCode::OK
    );
});

on_both!(
    a_takedown_is_seen_everywhere_appealed_once_and_decided_by_another,
    |app| {
        let (farmer, stranger) = (app.farmer().await, app.farmer().await);
        let listing = listing(&farmer, "Chè đinh").await;
        let id = text(&listing, "id");
        let page = format!("/san-pham/{}", text(&listing, "slug"));
        let (first, second) = (officer(app, "0977000001").await, officer(app, "0977000002").await);
        // The feed has told of it.
        let feed = app.guest().get("/federation/v1/changes").await;
        assert!(feed.text().contains(&id), "{}", feed.text());

        let body = json!({"listing_id": id, "reason_code": "fake", "reason": "Nhãn giả, biên bản số 12", "legal_basis": "Luật 122/2025"});
        assert_eq!(
            farmer.client.post("/api/v1/takedowns", &body).await.status,
            StatusCode::FORBIDDEN
        );
        assert_eq!(
            first
                .post("/api/v1/takedowns", &json!({"listing_id": "x y", "reason_code": "z"}))
                .await
                .wrong(StatusCode::UNPROCESSABLE_ENTITY),
            ["/listing_id", "/reason_code", "/reason"]
        );
        let takedown = first
            .post_once("/api/v1/takedowns", "t1", &body)
            .await
            .expect(StatusCode::CREATED);
        let again = first
            .post_once("/api/v1/takedowns", "t1", &body)
            .await
            .expect(StatusCode::CREATED);
        assert_eq!(takedown["id"], again["id"]);
        assert_eq!(
            first.post("/api/v1/takedowns", &body).await.status,
            StatusCode::CONFLICT
        );
        let noted = acts(app).await;
        assert_eq!(noted.len(), 1, "one act, however often it was sent");
        assert_eq!(noted[0].reason.as_deref(), Some("Nhãn giả, biên bản số 12"));
        let path = format!("/api/v1/takedowns/{}", text(&takedown, "id"));

        app.caught_up().await;
        let gone = app.guest().get(&page).await;
        assert_eq!(gone.status, StatusCode::GONE);
        let words = gone.text();
        assert!(
            words.contains("Hàng giả") && words.contains("biên bản số 12") && words.contains("khiếu nại"),
            "{words}"
        );
        assert_eq!(
            app.guest().get(&format!("/api/v1/listings/{id}")).await.status,
            StatusCode::NOT_FOUND
        );
        let tombstone = app.guest().get("/federation/v1/changes").await.json();
        let entry = tombstone["items"]
            .as_array()
            .unwrap()
            .iter()
            .find(|item| item["id"] == id.as_str())
            .unwrap()
            .clone();
        assert_eq!(
            (entry["kind"].as_str(), entry["reason"].as_str()),
            (Some("tombstone"), Some("takedown"))
        );
        let own = farmer
            .client
            .get(&format!("/api/v1/listings/{id}"))
            .await
            .expect(StatusCode::OK);
        assert_eq!(own["state"], "taken_down");
        assert_eq!(
            farmer
                .client
                .patch(&format!("/api/v1/listings/{id}"), &json!({"state": "live"}))
                .await
                .status,
            StatusCode::CONFLICT
        );

        // The seller sees it with its reason; nobody else does.
        let mine = farmer
            .client
            .get("/api/v1/takedowns?mine=1")
            .await
            .expect(StatusCode::OK);
        assert_eq!(
            (
                mine["items"][0]["reason"].as_str(),
                mine["items"][0]["may_appeal"].as_bool()
            ),
            (Some("Nhãn giả, biên bản số 12"), Some(true))
        );
        assert_eq!(mine["items"][0]["listings"][0]["id"], id.as_str());
        assert_eq!(
            farmer.client.get("/api/v1/takedowns").await.status,
            StatusCode::FORBIDDEN
        );
        assert_eq!(stranger.client.get(&path).await.status, StatusCode::NOT_FOUND);
        assert_eq!(
            stranger
                .client
                .get("/api/v1/takedowns?mine=1")
                .await
                .expect(StatusCode::OK)["items"],
            json!([])
        );
        let (appeal, decide) = (format!("{path}/appeal"), format!("{path}/decide"));
        assert_eq!(
            stranger
                .client
                .post(&appeal, &json!({"text": "Không phải"}))
                .await
                .status,
            StatusCode::NOT_FOUND
        );
        let uphold = json!({"outcome": "uphold", "reason": "Đúng"});
        assert_eq!(
            second.post(&decide, &uphold).await.status,
            StatusCode::CONFLICT,
            "nobody has appealed"
        );
        assert_eq!(
            farmer
                .client
                .post(&appeal, &json!({}))
                .await
                .wrong(StatusCode::UNPROCESSABLE_ENTITY),
            ["/text"]
        );
        farmer
            .client
            .post(&appeal, &json!({"text": "Nhãn là thật, kèm hóa đơn"}))
            .await
            .expect(StatusCode::OK);
        assert_eq!(
            farmer.client.post(&appeal, &json!({"text": "Lần nữa"})).await.status,
            StatusCode::CONFLICT
        );
        let restore = json!({"outcome": "restore", "reason": "Hóa đơn hợp lệ"});
        assert_eq!(
            first.post(&decide, &restore).await.status,
            StatusCode::FORBIDDEN,
            "not who took it down"
        );
        assert_eq!(
            farmer.client.post(&decide, &restore).await.status,
            StatusCode::FORBIDDEN
        );
        assert_eq!(acts(app).await.len(), 1, "what was refused is no act");
        let decided = second.post(&decide, &restore).await.expect(StatusCode::OK);
        assert_eq!(
            (decided["state"].as_str(), decided["decision"]["outcome"].as_str()),
            (Some("restored"), Some("restore"))
        );
        assert_eq!(second.post(&decide, &restore).await.status, StatusCode::CONFLICT);
        let noted = acts(app).await;
        assert_eq!(noted.len(), 2);
        assert!(noted.iter().any(|act| act.reason.as_deref() == Some("Hóa đơn hợp lệ")));
        app.caught_up().await;
        assert_eq!(
            app.guest().get(&page).await.status,
            StatusCode::OK,
            "it is on sale again"
        );
    }
);

on_both!(a_seller_and_a_product_are_taken_down_with_all_their_listings, |app| {
    let (farmer, other) = (app.farmer().await, app.farmer().await);
    let (one, two, theirs) = (
        listing(&farmer, "Chè một").await,
        listing(&farmer, "Chè hai").await,
        listing(&other, "Mật").await,
    );
    farmer
        .client
        .post(&format!("/api/v1/listings/{}/withdraw", text(&two, "id")), &json!({}))
        .await
        .expect(StatusCode::OK);
    let (first, second) = (officer(app, "0977000001").await, officer(app, "0977000002").await);
    let take = |subject: &str, id: &Value| json!({"subject": subject, "id": id, "reason_code": "unsafe", "reason": "Mẫu thử không đạt"});
    let product = first
        .post("/api/v1/takedowns", &take("product", &one["product_id"]))
        .await
        .expect(StatusCode::CREATED);
    let seller = first
        .post("/api/v1/takedowns", &take("seller", &json!(farmer.seller_id)))
        .await
        .expect(StatusCode::CREATED);
    assert_eq!(
        (product["listing_count"].as_u64(), seller["listing_count"].as_u64()),
        (Some(1), Some(2))
    );
    assert_eq!(acts(app).await.len(), 2, "one act for each, however many listings");
    let state = async |listing: &Value, owner: &Client| {
        text(
            &owner
                .get(&format!("/api/v1/listings/{}", text(listing, "id")))
                .await
                .expect(StatusCode::OK),
            "state",
        )
    };
    assert_eq!(state(&one, &farmer.client).await, "taken_down");
    assert_eq!(state(&two, &farmer.client).await, "taken_down");
    assert_eq!(state(&theirs, &other.client).await, "live");
    // What is taken down does not come back as another listing.
    let made = farmer.makes("Chè ba").await;
    let offer = json!({"product_id": made["id"], "price": 1, "unit": "kg", "on_demand": true});
    assert_eq!(
        farmer.client.post("/api/v1/listings", &offer).await.status,
        StatusCode::CONFLICT
    );
    let restore = json!({"outcome": "restore", "reason": "Nhầm"});
    second
        .post(&format!("/api/v1/takedowns/{}/decide", text(&seller, "id")), &restore)
        .await
        .expect(StatusCode::OK);
    assert_eq!(
        state(&one, &farmer.client).await,
        "taken_down",
        "its product is still down"
    );
    assert_eq!(state(&two, &farmer.client).await, "withdrawn", "it was off sale before");
    farmer
        .client
        .post("/api/v1/listings", &offer)
        .await
        .expect(StatusCode::CREATED);
    let again = json!({"product_id": one["product_id"], "price": 1, "unit": "kg", "on_demand": true});
    assert_eq!(
        farmer.client.post("/api/v1/listings", &again).await.status,
        StatusCode::CONFLICT
    );
    farmer
        .client
        .post(
            &format!("/api/v1/takedowns/{}/appeal", text(&product, "id")),
            &json!({"text": "Xin xét lại"}),
        )
        .await
        .expect(StatusCode::OK);
    let uphold = json!({"outcome": "uphold", "reason": "Vẫn không đạt"});
    second
        .post(&format!("/api/v1/takedowns/{}/decide", text(&product, "id")), &uphold)
        .await
        .expect(StatusCode::OK);
    assert_eq!(state(&one, &farmer.client).await, "taken_down");
    let upheld = first.get("/api/v1/takedowns?state=upheld").await.expect(StatusCode::OK);
    assert_eq!(upheld["items"].as_array().unwrap().len(), 1);
    let noted = acts(app).await;
    assert_eq!(noted.len(), 4);
    assert!(noted.iter().all(|act| act.reason.is_some()));
});

on_both!(a_scanned_batch_says_that_it_is_not_on_sale, |app| {
    let farmer = app.farmer().await;
    let product = farmer.makes("Chè tôm nõn").await;
    let batch = farmer.harvests(&product, "20").await;
    let listing = farmer.offers(&product, &batch, 350_000).await;
    let scan = format!("/01/{}/10/{}", text(&product, "gtin"), text(&batch, "lot"));
    assert!(app.guest().get(&scan).await.text().contains("350.000"));
    let officer = officer(app, "0977000001").await;
    let body = json!({"listing_id": listing["id"], "reason_code": "price", "reason": "Giá sai"});
    officer
        .post("/api/v1/takedowns", &body)
        .await
        .expect(StatusCode::CREATED);
    app.caught_up().await;
    let page = app.guest().get(&scan).await;
    assert_eq!(
        page.status,
        StatusCode::OK,
        "whoever holds the goods still sees where they come from"
    );
    assert!(!page.text().contains("350.000") && page.text().contains("không bán"));
});
