//! What products say of themselves, the numbers they have and had, and what follows when they change.

use choque::{app::App, db::Actor};
use entity::{catalogue::product, identity::role::Office};
use reqwest::{Method, StatusCode, header};
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};

use crate::{
    harness::{Answer, Backend, Client, TestApp, text},
    on_both,
};

const INVALID: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;

on_both!(a_category_says_what_its_products_may_say, |app| {
    let list = app.guest().get("/api/v1/categories").await.expect(StatusCode::OK);
    let farmer = app.farmer().await;
    for category in list["items"].as_array().unwrap() {
        // Every category is assignable and says something.
        let made = json!({"name": "A", "category": category["id"], "unit": "kg"});
        farmer
            .client
            .post("/api/v1/products", &made)
            .await
            .expect(StatusCode::CREATED);
        assert!(!category["attributes"].as_array().unwrap().is_empty(), "{category}");
    }
    let path = "/api/v1/categories/drink-spirit";
    let spirit = app.guest().get(path).await.expect(StatusCode::OK);
    assert_eq!(
        (&spirit["google_category"], &spirit["ocop_set"], &spirit["gpc_brick"]),
        (&json!(417), &json!(14), &Value::Null)
    );
    assert_eq!(
        spirit["attributes"][0],
        json!({"key": "alcohol_percent", "name": "Độ cồn", "kind": "decimal", "unit": "% vol", "required": true,
            "least": "0.5", "most": "80", "choices": []})
    );
    let english = app.guest().request(Method::GET, path).header("accept-language", "en");
    let english = Answer::of(Method::GET, path, english).await.expect(StatusCode::OK);
    assert_eq!(english["attributes"][0]["name"], "Alcohol");
    let yeast = &english["attributes"][2]["choices"];
    assert_eq!(yeast[0], json!({"code": "leaf", "name": "Leaf yeast"}));
    let tea = app
        .guest()
        .get("/api/v1/categories/tea-bag")
        .await
        .expect(StatusCode::OK);
    let keys: Vec<_> = tea["attributes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|attribute| text(attribute, "key"))
        .collect();
    assert!(keys.contains(&"bags".to_owned()) && keys.contains(&"cultivar".to_owned()));
    assert_eq!(tea["gpc_brick"], "10000116");
    app.guest()
        .get("/api/v1/categories/gold")
        .await
        .expect(StatusCode::NOT_FOUND);
});

on_both!(attributes_are_typed_and_every_wrong_one_is_named, |app| {
    let farmer = app.farmer().await;
    let product = |attributes: Value| json!({"name": "Rượu men lá Bằng Phúc", "category": "drink-spirit", "unit": "chai", "attributes": attributes});
    let made = farmer
        .client
        .post(
            "/api/v1/products",
            &product(json!({"base": "Gạo nếp", "aged_months": 12})),
        )
        .await
        .expect(StatusCode::CREATED);
    assert_eq!(made["attributes"], json!({"base": "Gạo nếp", "aged_months": 12}));
    assert_eq!(made["lacks"], json!(["alcohol_percent"]), "a required one only warns");
    let wrong = product(
        json!({"alcohol_percent": 29.5, "yeast": "bia", "base": "\u{200b}", "aged_months": -1,
        "cultivar": ["shan"], "volume_ml": "1.23456", "a/b": true}),
    );
    let mut pointers = farmer.client.post("/api/v1/products", &wrong).await.wrong(INVALID);
    pointers.sort();
    assert_eq!(
        pointers,
        [
            "/attributes/aged_months",
            "/attributes/alcohol_percent",
            "/attributes/a~1b",
            "/attributes/base",
            "/attributes/cultivar",
            "/attributes/volume_ml",
            "/attributes/yeast"
        ]
    );
    for not_an_object in [json!([]), json!("a"), json!(1)] {
        let refused = farmer.client.post("/api/v1/products", &product(not_an_object)).await;
        assert_eq!(refused.wrong(INVALID), ["/attributes"]);
    }
    let path = format!("/api/v1/products/{}", text(&made, "id"));
    let change = json!({"attributes": {"alcohol_percent": "29.50", "base": null, "yeast": "leaf"}});
    let mut changed = farmer.client.patch(&path, &change).await.expect(StatusCode::OK);
    assert_eq!(changed.as_object_mut().unwrap().remove("proposed"), Some(Value::Null));
    assert_eq!(
        changed["attributes"],
        json!({"alcohol_percent": "29.5", "aged_months": 12, "yeast": "leaf"})
    );
    assert_eq!(changed["lacks"], json!([]));
    assert_eq!(app.guest().get(&path).await.expect(StatusCode::OK), changed);
    // In another category, only what it knows too stays.
    let moved = farmer
        .client
        .patch(
            &path,
            &json!({"category": "drink-fruit", "attributes": {"fruit": "Mơ"}}),
        )
        .await
        .expect(StatusCode::OK);
    assert_eq!(
        moved["attributes"],
        json!({"alcohol_percent": "29.5", "aged_months": 12, "fruit": "Mơ"})
    );
    let refused = json!({"category": "drink-water", "attributes": {"fruit": "Mơ"}, "name": ""});
    assert_eq!(
        farmer.client.patch(&path, &refused).await.wrong(INVALID),
        ["/name", "/attributes/fruit"]
    );
});

/// A listing of `product` on sale, made to order.
async fn offered(farmer: &crate::harness::Farmer, product: &Value) -> Value {
    let offer = json!({"product_id": product["id"], "price": 350_000, "unit": product["unit"], "on_demand": true});
    farmer
        .client
        .post("/api/v1/listings", &offer)
        .await
        .expect(StatusCode::CREATED)
}

on_both!(what_is_on_sale_follows_its_product, |app| {
    let farmer = app.farmer().await;
    let product = farmer.makes("Chè tôm nõm").await;
    let listing = offered(&farmer, &product).await;
    let page = format!("/san-pham/{}", text(&listing, "slug"));
    app.caught_up().await;
    assert!(!app.guest().get(&page).await.text().contains("Đặc điểm"));
    let path = format!("/api/v1/products/{}", text(&product, "id"));
    let change = json!({"name": "Chè tôm nõn", "brand": "Hảo Đạt", "description": "Sao tay.", "shelf_life_days": 365,
        "attributes": {"cultivar": ["trung-du", "shan"], "brewing_celsius": 85}});
    let changed = farmer.client.patch(&path, &change).await.expect(StatusCode::OK);
    assert_eq!(
        (&changed["name"], &changed["brand"], &changed["shelf_life_days"]),
        (&json!("Chè tôm nõn"), &json!("Hảo Đạt"), &json!(365))
    );
    app.caught_up().await;
    let now = app
        .guest()
        .get(&format!("/api/v1/listings/{}", text(&listing, "id")))
        .await
        .expect(StatusCode::OK);
    assert_eq!(
        (&now["title"], &now["slug"]),
        (&json!("Chè tôm nõn"), &listing["slug"]),
        "links survive"
    );
    let found = app.finds("q=nõn").await;
    assert_eq!(found["items"][0]["id"], listing["id"]);
    let html = app.guest().get(&page).await.text();
    for shown in ["Chè tôm nõn", "Đặc điểm", "Trung du, Shan", "85\u{a0}°C", "Sao tay."] {
        assert!(html.contains(shown), "{shown}");
    }
    let data = json_ld(&html);
    assert_eq!(
        data["additionalProperty"][1],
        json!({"@type": "PropertyValue", "propertyID": "brewing_celsius", "name": "Nước pha", "value": "85", "unitText": "°C"}),
        "{data}"
    );
    let fed = app.guest().get("/federation/v1/changes").await.json();
    let told = fed["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|item| item["id"] == listing["id"]);
    assert_eq!(told.unwrap()["listing"]["title"], "Chè tôm nõn");
    // What is taken away is gone.
    let less = json!({"brand": "", "shelf_life_days": 0, "description": ""});
    let less = farmer.client.patch(&path, &less).await.expect(StatusCode::OK);
    assert_eq!(
        (&less["brand"], &less["shelf_life_days"], &less["description"]),
        (&Value::Null, &Value::Null, &json!(""))
    );
});

on_both!(only_the_seller_changes_a_product, |app| {
    let (lan, hoa) = (app.farmer().await, app.farmer().await);
    let product = lan.makes("Chè").await;
    let path = format!("/api/v1/products/{}", text(&product, "id"));
    let change = json!({"name": "Của tôi"});
    hoa.client.patch(&path, &change).await.expect(StatusCode::NOT_FOUND);
    app.guest().patch(&path, &change).await.expect(StatusCode::UNAUTHORIZED);
    let buyer = app.person("0913000009", "Minh").await;
    buyer.patch(&path, &change).await.expect(StatusCode::FORBIDDEN);
    let wrong = json!({"name": "\u{202e}a", "category": "gold", "brand": "x".repeat(121), "description": "a\u{200b}b",
        "shelf_life_days": 40_000, "gtin": "1"});
    assert_eq!(
        lan.client.patch(&path, &wrong).await.wrong(INVALID),
        [
            "/name",
            "/category",
            "/brand",
            "/description",
            "/shelf_life_days",
            "/gtin"
        ]
    );
    assert_eq!(
        lan.client.patch(&path, &json!({})).await.expect(StatusCode::OK)["name"],
        "Chè"
    );
});

on_both!(text_that_plays_tricks_is_refused_or_shown_as_text, |app| {
    let farmer = app.farmer().await;
    for unseen in [
        "\u{200b}",
        "\u{200d}",
        "\u{202e}",
        "\u{2066}",
        "\u{feff}",
        "\u{61c}",
        "\u{180e}",
        "\u{3164}",
        "\u{e0041}",
        "\u{0}",
    ] {
        let name = format!("Chè{unseen}xanh");
        let product = json!({"name": name, "category": "tea", "unit": "kg", "brand": name, "description": name,
            "attributes": {"storage": name}});
        assert_eq!(
            farmer.client.post("/api/v1/products", &product).await.wrong(INVALID),
            ["/name", "/brand", "/description", "/attributes/storage"],
            "{unseen:?}"
        );
    }
    let long = "chè ".repeat(3000);
    let product =
        json!({"name": long, "category": "tea", "unit": "kg", "description": long, "attributes": {"storage": long}});
    assert_eq!(
        farmer.client.post("/api/v1/products", &product).await.wrong(INVALID),
        ["/name", "/description", "/attributes/storage"]
    );
    let sly = "'; drop table product; -- {{7*7}} ${7*7} </script><script>alert(1)</script> &amp;";
    let product = json!({"name": sly, "category": "tea", "unit": "kg", "brand": sly, "description": sly,
        "attributes": {"storage": sly}});
    let made = farmer
        .client
        .post("/api/v1/products", &product)
        .await
        .expect(StatusCode::CREATED);
    assert_eq!(
        (&made["name"], &made["attributes"]["storage"]),
        (&json!(sly), &json!(sly))
    );
    let listing = offered(&farmer, &made).await;
    let html = app
        .guest()
        .get(&format!("/san-pham/{}", text(&listing, "slug")))
        .await
        .text();
    assert!(!html.contains("<script>alert"), "escaped");
    assert!(html.contains("{{7*7}}"), "not a template");
    let data = json_ld(&html);
    assert_eq!(
        (&data["name"], &data["additionalProperty"][0]["value"]),
        (&json!(sly), &json!(sly))
    );
    assert_eq!(product::Entity::find().count(app.app.db().read()).await.unwrap(), 1);
});

/// What the page `html` says to search engines.
fn json_ld(html: &str) -> Value {
    let (_, rest) = html.split_once("<script type=\"application/ld+json\">").unwrap();
    serde_json::from_str(rest.split_once("</script>").unwrap().0).unwrap()
}

on_both!(a_number_must_be_one_of_goods, |app| {
    let farmer = app.farmer().await;
    let with = |gtin: &str| json!({"name": "Miến dong", "category": "grain-noodle", "unit": "goi", "gtin": gtin});
    let valid = |body: &str| digital_link::Gtin::from_body(body).unwrap().to_string();
    for (gtin, why) in [
        (valid("200000000001"), "nội bộ"),
        (valid("299999999999"), "nội bộ"),
        (valid("020000000001"), "nội bộ"),
        (valid("040000000001"), "nội bộ"),
        (valid("2000001"), "nội bộ"),
        (valid("977123456789"), "sách báo"),
        (valid("978030640615"), "sách báo"),
        (valid("979000000001"), "sách báo"),
        (valid("981000000001"), "phiếu"),
        (valid("990000000001"), "phiếu"),
        ("8938505974195".to_owned(), "số kiểm tra"),
        ("89385059741".to_owned(), "chữ số"),
        ("８９３８５０５９７４１９４".to_owned(), "chữ số"),
    ] {
        let answer = farmer.client.post("/api/v1/products", &with(&gtin)).await;
        assert_eq!(answer.wrong(INVALID), ["/gtin"], "{gtin}");
        let detail = text(&answer.json()["errors"][0], "detail");
        assert!(detail.contains(why), "{gtin}: {detail}");
    }
    let carton = valid("1893850597419");
    for gtin in ["8938505974194", "036000291452", "96385074", &carton] {
        let made = farmer.client.post("/api/v1/products", &with(gtin)).await;
        assert_eq!(made.expect(StatusCode::CREATED)["gtin_kind"], "global", "{gtin}");
    }
});

on_both!(one_number_is_given_to_one_product_however_many_want_it, |app| {
    let (lan, hoa) = (app.farmer().await, app.farmer().await);
    let product = json!({"name": "Miến dong", "category": "grain-noodle", "unit": "goi", "gtin": "8938505974194"});
    let tries: Vec<_> = (0..8)
        .map(|turn| {
            let client = if turn % 2 == 0 { &lan.client } else { &hoa.client }.clone();
            let product = product.clone();
            tokio::spawn(async move { client.post("/api/v1/products", &product).await })
        })
        .collect();
    let mut made = 0;
    for one in tries {
        let answer = one.await.unwrap();
        if answer.status == StatusCode::CREATED {
            made += 1;
        } else {
            assert_eq!(answer.wrong(StatusCode::CONFLICT), ["/gtin"]);
            assert_eq!(answer.json()["type"], "urn:choque:problem:gtin-taken");
        }
    }
    assert_eq!(made, 1);
    // A number of the exchange's own making is never given twice either.
    let tries: Vec<_> = (0..8)
        .map(|_| {
            let client = lan.client.clone();
            tokio::spawn(async move {
                let product = json!({"name": "Chè", "category": "tea", "unit": "kg"});
                text(
                    &client
                        .post("/api/v1/products", &product)
                        .await
                        .expect(StatusCode::CREATED),
                    "gtin",
                )
            })
        })
        .collect();
    let mut numbers = std::collections::HashSet::new();
    for one in tries {
        assert!(numbers.insert(one.await.unwrap()));
    }
});

/// Everything that the public and partners are told of a listing and its batch, as JSON and HTML.
async fn told(app: &TestApp, listing: &Value, batch: &Value) -> Vec<(String, Answer)> {
    app.caught_up().await;
    let link = text(batch, "digital_link");
    let batch_path = link.strip_prefix(crate::harness::RESOLVER).unwrap().to_owned();
    let gtin = text(batch, "gtin");
    let mut answers = Vec::new();
    for (path, accept) in [
        ("/api/v1/listings".to_owned(), "application/json"),
        (format!("/api/v1/listings/{}", text(listing, "id")), "application/json"),
        (format!("/san-pham/{}", text(listing, "slug")), "text/html"),
        ("/federation/v1/changes".to_owned(), "application/json"),
        ("/federation/v1/snapshot".to_owned(), "application/json"),
        (batch_path, "application/ld+json"),
        (format!("/01/{gtin}"), "application/ld+json"),
    ] {
        let request = app.guest().request(Method::GET, &path).header(header::ACCEPT, accept);
        let answer = Answer::of(Method::GET, &path, request).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        answers.push((path, answer));
    }
    answers
}

/// The values of every member whose name begins with `gtin`, wherever it stands.
fn gtins(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                if name.starts_with("gtin")
                    && let Some(text) = value.as_str()
                    && text.starts_with(|c: char| c.is_ascii_digit())
                {
                    found.push(text.to_owned());
                }
                gtins(value, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| gtins(item, found)),
        _ => {}
    }
}

fn gtins_of(path: &str, answer: &Answer) -> Vec<String> {
    let mut found = Vec::new();
    if path.starts_with("/san-pham") {
        gtins(&json_ld(&answer.text()), &mut found);
    } else {
        for line in answer.text().lines() {
            gtins(&serde_json::from_str(line).unwrap_or(Value::Null), &mut found);
        }
    }
    found
}

on_both!(a_restricted_number_never_leaves_and_a_former_one_leads_on, |app| {
    let farmer = app.farmer().await;
    let product = farmer.makes("Chè tôm nõn").await;
    let old = text(&product, "gtin");
    let batch = farmer.harvests(&product, "20").await;
    let listing = farmer.offers(&product, &batch, 350_000).await;
    for (path, answer) in told(app, &listing, &batch).await {
        assert_eq!(gtins_of(&path, &answer), Vec::<String>::new(), "{path}");
    }
    // The product gets its own number.
    let path = format!("/api/v1/products/{}", text(&product, "id"));
    let own = "08938505974194";
    let changed = farmer
        .client
        .patch(&path, &json!({"gtin": "8938505974194"}))
        .await
        .expect(StatusCode::OK);
    assert_eq!(
        (&changed["gtin"], &changed["gtin_kind"], &changed["former_gtins"]),
        (&json!(own), &json!("global"), &json!([old]))
    );
    for (path, answer) in told(app, &listing, &batch).await {
        let found = gtins_of(&path, &answer);
        assert!(!found.contains(&old), "{path} tells the restricted number");
        // The batch on the old stickers has no number for the world; everything else has the new one.
        assert_eq!(found.is_empty(), path.contains("/10/"), "{path}");
        assert!(found.iter().all(|gtin| gtin == own), "{path}: {found:?}");
    }
    // Both numbers lead to it, and the old sticker to its batch.
    for gtin in [old.as_str(), own] {
        let answer = app.guest().get(&format!("/01/{gtin}")).await;
        assert_eq!(answer.status, StatusCode::TEMPORARY_REDIRECT, "{gtin}");
        assert!(
            answer.headers["location"]
                .to_str()
                .unwrap()
                .contains(&text(&listing, "slug"))
        );
        app.guest()
            .get(&format!("/01/{gtin}?linkType=linkset"))
            .await
            .expect(StatusCode::OK);
    }
    let lot = text(&batch, "lot");
    let sticker = app.guest().get(&format!("/01/{old}/10/{lot}")).await;
    assert_eq!(sticker.status, StatusCode::OK);
    assert!(sticker.text().contains("Chè tôm nõn"));
    // A new batch carries the new number.
    assert_eq!(farmer.harvests(&product, "5").await["gtin"], own);
    // Nobody else gets either; the product may come back to a number of its own.
    let other = farmer.makes("Chè đinh").await;
    let other_path = format!("/api/v1/products/{}", text(&other, "id"));
    assert_eq!(
        farmer
            .client
            .patch(&other_path, &json!({"gtin": own}))
            .await
            .wrong(StatusCode::CONFLICT),
        ["/gtin"]
    );
    let second = "8935001800002";
    let second = digital_link::Gtin::from_body(&second[..12]).unwrap().to_string();
    let moved = json!({ "gtin": second });
    let moved = farmer.client.patch(&path, &moved).await.expect(StatusCode::OK);
    assert_eq!(moved["former_gtins"], json!([old, own]));
    for (method, path) in [(Method::PATCH, other_path.as_str()), (Method::POST, "/api/v1/products")] {
        let product = json!({"name": "Khác", "category": "tea", "unit": "kg", "gtin": own});
        let request = farmer.client.request(method.clone(), path).json(&product);
        let refused = Answer::of(method, path, request).await;
        assert_eq!(refused.wrong(StatusCode::CONFLICT), ["/gtin"], "stickers carry it");
    }
    let back = farmer
        .client
        .patch(&path, &json!({"gtin": own}))
        .await
        .expect(StatusCode::OK);
    assert_eq!(
        (&back["gtin"], &back["former_gtins"]),
        (&json!(own), &json!([old, second]))
    );
    let same = farmer
        .client
        .patch(&path, &json!({"gtin": own}))
        .await
        .expect(StatusCode::OK);
    assert_eq!(same["former_gtins"], back["former_gtins"]);
});

/// A province whose prefix leaves room for nine products.
async fn with_prefix(backend: Backend) -> Option<TestApp> {
    TestApp::start_with(backend, |settings| settings.gs1_prefix = Some("89385059741".to_owned())).await
}

async fn numbers_under_a_prefix(app: TestApp) {
    let farmer = app.farmer().await;
    let product = json!({"name": "Chè", "category": "tea", "unit": "kg"});
    // Under the prefix the exchange alone gives numbers.
    let own = json!({"name": "Chè", "category": "tea", "unit": "kg", "gtin": "8938505974194"});
    assert_eq!(
        farmer.client.post("/api/v1/products", &own).await.wrong(INVALID),
        ["/gtin"]
    );
    let mut numbers = std::collections::HashSet::new();
    let mut first = Value::Null;
    for _ in 0..9 {
        let made = farmer
            .client
            .post("/api/v1/products", &product)
            .await
            .expect(StatusCode::CREATED);
        assert_eq!(made["gtin_kind"], "global");
        let gtin = text(&made, "gtin");
        assert!(gtin.starts_with("089385059741") && numbers.insert(gtin));
        if first.is_null() {
            first = made;
        }
    }
    let refused = farmer.client.post("/api/v1/products", &product).await;
    assert_eq!(refused.wrong(StatusCode::CONFLICT), ["/gtin"]);
    assert_eq!(refused.json()["type"], "urn:choque:problem:numbers-used-up");
    assert_eq!(
        farmer
            .client
            .patch(
                &format!("/api/v1/products/{}", text(&first, "id")),
                &json!({"gtin": "8938505974194"})
            )
            .await
            .wrong(INVALID),
        ["/gtin"]
    );
    // With a number of one's own it goes on.
    let brought = json!({"name": "Chè", "category": "tea", "unit": "kg", "gtin": "036000291452"});
    farmer
        .client
        .post("/api/v1/products", &brought)
        .await
        .expect(StatusCode::CREATED);
    never_twice(&app.app).await;
    app.finish().await;
}

/// A number that somebody brought before the prefix was set is passed over.
async fn never_twice(app: &App) {
    for _ in 0..8 {
        let (given, _) = app
            .write(Actor::System, |unit| {
                Box::pin(async move { choque::catalogue::allocate(unit, Some("00360002914")).await })
            })
            .await
            .unwrap();
        assert!(given.as_str().starts_with("000360002914") && given.as_str() != "00036000291452");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_provinces_numbers_run_out_and_say_so_sqlite() {
    numbers_under_a_prefix(with_prefix(Backend::Sqlite).await.unwrap()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_provinces_numbers_run_out_and_say_so_postgres() {
    if let Some(app) = with_prefix(Backend::Postgres).await {
        numbers_under_a_prefix(app).await;
    }
}

async fn officer(app: &TestApp) -> Client {
    app.in_office("0977000014", "Cán bộ duyệt tin", Office::Officer).await
}

async fn edits_that_wait(app: TestApp) {
    let farmer = app.farmer().await;
    let product = farmer.makes("Chè tôm nõm").await;
    let path = format!("/api/v1/products/{}", text(&product, "id"));
    // Nothing is on sale yet: it takes effect at once.
    let change = json!({"brand": "Hảo Đạt"});
    let changed = farmer.client.patch(&path, &change).await.expect(StatusCode::OK);
    assert_eq!(
        (&changed["brand"], &changed["proposed"]),
        (&json!("Hảo Đạt"), &Value::Null)
    );
    let listing = offered(&farmer, &product).await;
    assert_eq!(listing["state"], "review");
    let officer = officer(&app).await;
    let listing_path = format!("/api/v1/listings/{}", text(&listing, "id"));
    let review_path = format!("{listing_path}/review");
    let approve = json!({"decision": "approve"});
    officer.post(&review_path, &approve).await.expect(StatusCode::OK);
    // On sale, it waits.
    let change = json!({"name": "Chè tôm nõn", "attributes": {"cultivar": ["shan"]}});
    let waits = farmer.client.patch(&path, &change).await.expect(StatusCode::OK);
    assert_eq!(
        (&waits["name"], &waits["attributes"], &waits["proposed"]),
        (&json!("Chè tôm nõm"), &json!({}), &change)
    );
    let more = json!({"attributes": {"brewing_celsius": 85}});
    farmer.client.patch(&path, &more).await.expect(StatusCode::OK);
    // A new price waits beside it.
    let dearer = json!({"price": 400_000});
    farmer.client.patch(&listing_path, &dearer).await.expect(StatusCode::OK);
    app.caught_up().await;
    let sold = app.guest().get(&listing_path).await.expect(StatusCode::OK);
    assert_eq!(
        (&sold["title"], &sold["price"]),
        (&json!("Chè tôm nõm"), &json!(350_000)),
        "it sells as it was"
    );
    let queue = officer.get("/api/v1/reviews").await.expect(StatusCode::OK);
    let proposed = &queue["items"][0]["proposed"];
    assert_eq!(
        (&proposed["price"], &proposed["product"]),
        (
            &json!(400_000),
            &json!({"name": "Chè tôm nõn", "attributes": {"cultivar": ["shan"], "brewing_celsius": 85}})
        )
    );
    officer.post(&review_path, &approve).await.expect(StatusCode::OK);
    app.caught_up().await;
    let sold = app.guest().get(&listing_path).await.expect(StatusCode::OK);
    assert_eq!(
        (&sold["title"], &sold["price"]),
        (&json!("Chè tôm nõn"), &json!(400_000))
    );
    let now = app.guest().get(&path).await.expect(StatusCode::OK);
    assert_eq!(now["attributes"], json!({"cultivar": ["shan"], "brewing_celsius": 85}));
    // Sent back, it stays as it is.
    let worse = json!({"name": "Chè rẻ nhất"});
    farmer.client.patch(&path, &worse).await.expect(StatusCode::OK);
    let back = json!({"decision": "return", "reason": "Tên không đúng sản phẩm"});
    officer.post(&review_path, &back).await.expect(StatusCode::OK);
    assert_eq!(
        app.guest().get(&path).await.expect(StatusCode::OK)["name"],
        "Chè tôm nõn"
    );
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_edit_of_what_is_on_sale_waits_where_the_province_reviews_sqlite() {
    let app = TestApp::start_with(Backend::Sqlite, |settings| settings.policy.review_listings = true).await;
    edits_that_wait(app.unwrap()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_edit_of_what_is_on_sale_waits_where_the_province_reviews_postgres() {
    let reviewed = |settings: &mut choque::config::Config| settings.policy.review_listings = true;
    if let Some(app) = TestApp::start_with(Backend::Postgres, reviewed).await {
        edits_that_wait(app).await;
    }
}
