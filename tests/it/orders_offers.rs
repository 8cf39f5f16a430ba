//! What a checkout makes of tiers, steps, limits and weights.

use futures_util::future::join_all;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    harness::{Answer, Client, text},
    on_both,
    orders::{act, assert_stock_agrees, banks, basket, checks_out, cookie, holder, left, line, offer, opens, sends},
};

const DAY: i64 = 24 * 60 * 60 * 1000;

/// A basket of `listing` alone, paid on delivery by whoever has `phone`.
fn wants(listing: &Value, quantity: &str, phone: &str) -> Value {
    let mut body = basket(&[line(listing, quantity)]);
    body["payment_method"] = json!("cod");
    body["buyer"]["phone"] = json!(phone);
    body
}

async fn asks(client: &Client, body: &Value) -> Answer {
    client.post("/api/v1/checkout", body).await
}

on_both!(the_tier_that_a_line_reaches_is_its_price, |app| {
    let farmer = app.farmer().await;
    banks(&farmer, "sepay").await;
    let terms = json!({
        "price": 60_000, "unit": "kg", "stock": {"value": "100", "unit": "kg"},
        "tiers": [{"from": {"value": "5", "unit": "kg"}, "price": 55_000}, {"from": {"value": "10", "unit": "kg"}, "price": 50_000}],
    });
    let rice = offer(&farmer, "Gạo bao thai", terms).await;
    for (quantity, price, total) in [
        ("4.999", 60_000, 299_940),
        ("5", 55_000, 275_000),
        ("10", 50_000, 500_000),
    ] {
        let receipt = checks_out(&app.guest(), &wants(&rice, quantity, "0912345678")).await;
        let order = &receipt["orders"][0];
        assert_eq!(
            (&order["total"], &order["lines"][0]["price"], &order["estimate"]),
            (&json!(total), &json!(price), &json!(false))
        );
    }
    // Two lines of one listing count as one, and reach its tier together.
    let mut twice = basket(&[line(&rice, "3"), line(&rice, "2")]);
    twice["expected_total"] = json!(275_000);
    let receipt = checks_out(&app.guest(), &twice).await;
    assert_eq!(receipt["payments"][0]["amount"], 275_000);

    // The price of the order is that of its moment.
    let path = format!("/api/v1/listings/{}", text(&rice, "id"));
    farmer
        .client
        .patch(&path, &json!({"tiers": [], "price": 90_000}))
        .await
        .expect(StatusCode::OK);
    let order = format!("/api/v1/orders/{}", text(&receipt["orders"][0], "id"));
    let order = holder(app, &receipt).get(&order).await.expect(StatusCode::OK);
    assert_eq!(
        (&order["total"], &order["lines"][0]["price"]),
        (&json!(275_000), &json!(55_000))
    );
    assert_stock_agrees(app).await;
});

on_both!(a_wrong_step_is_named_with_what_may_be_ordered, |app| {
    let farmer = app.farmer().await;
    banks(&farmer, "sepay").await;
    let terms = json!({
        "price": 60_000, "unit": "kg", "stock": {"value": "10", "unit": "kg"},
        "min_quantity": {"value": "1", "unit": "kg"}, "step": {"value": "0.5", "unit": "kg"},
    });
    let rice = offer(&farmer, "Gạo nếp vải", terms).await;
    let bunch = offer(
        &farmer,
        "Rau bò khai",
        json!({"price": 10_000, "unit": "bo", "stock": {"value": "10", "unit": "bo"}, "min_quantity": {"value": "3", "unit": "bo"}}),
    )
    .await;
    let body = basket(&[line(&rice, "1.7"), line(&bunch, "2")]);
    let refused = asks(&app.guest(), &body).await;
    assert_eq!(
        refused.wrong(StatusCode::UNPROCESSABLE_ENTITY),
        ["/lines/0/quantity", "/lines/1/quantity"]
    );
    let refused = refused.json();
    let said = text(&refused["errors"][0], "detail");
    assert!(
        said.contains("1,5\u{a0}kg") && said.contains("2\u{a0}kg") && said.contains("0,5\u{a0}kg"),
        "{said}"
    );
    assert!(text(&refused["errors"][1], "detail").contains("3\u{a0}bó"));
    for bad in ["0.5", "1.25", "0.999"] {
        let body = basket(&[line(&rice, bad)]);
        assert_eq!(
            asks(&app.guest(), &body).await.wrong(StatusCode::UNPROCESSABLE_ENTITY),
            ["/lines/0/quantity"],
            "{bad}"
        );
    }
    checks_out(&app.guest(), &basket(&[line(&rice, "1.5"), line(&bunch, "3")])).await;
    // What is left is less than may be ordered: it is sold out.
    checks_out(&app.guest(), &basket(&[line(&rice, "8")])).await;
    let path = format!("/api/v1/listings/{}", text(&rice, "id"));
    let detail = app.guest().get(&path).await.expect(StatusCode::OK);
    assert_eq!(
        (&detail["left"]["value"], &detail["in_stock"]),
        (&json!("0.5"), &json!(false))
    );
    let found = app.finds("in_stock=1&q=nep").await;
    assert_eq!(found["items"], json!([]));

    // The basket says it too, and its box knows the steps.
    let add = [
        ("listing_id", text(&bunch, "id")),
        ("quantity", "2".to_owned()),
        ("do", "add".to_owned()),
    ];
    let form: Vec<_> = add.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let refused = sends(app, "/gio-hang", "", &form).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().contains("từ 3\u{a0}bó"), "{}", refused.text());
    let form = [form[0], ("quantity", "4"), form[2]];
    let added = sends(app, "/gio-hang", "", &form).await;
    let shown = opens(app, "/gio-hang", &cookie(&added)).await.text();
    assert!(
        shown.contains("type=\"number\" min=\"3\" step=\"1\" value=\"4\""),
        "{shown}"
    );
});

on_both!(a_customer_gets_no_more_than_the_limit, |app| {
    let farmer = app.farmer().await;
    let terms = json!({
        "price": 60_000, "unit": "kg", "stock": {"value": "1000", "unit": "kg"},
        "limit_per_customer": {"quantity": {"value": "5", "unit": "kg"}, "days": 7},
    });
    let rice = offer(&farmer, "Gạo cho bà con", terms).await;
    let (guest, one) = (app.guest(), wants(&rice, "2", "0912345678"));
    // All at once, as a phone that is pressed in haste would.
    let answers = join_all((0..8).map(|_| asks(&guest, &one))).await;
    let placed: Vec<_> = answers
        .iter()
        .filter(|answer| answer.status == StatusCode::CREATED)
        .collect();
    assert_eq!(placed.len(), 2, "2 + 2, and a third would be six");
    for answer in answers.iter().filter(|answer| answer.status != StatusCode::CREATED) {
        assert_eq!(answer.wrong(StatusCode::CONFLICT), ["/lines/0"]);
        assert!(
            text(&answer.json()["errors"][0], "detail").contains("1\u{a0}kg"),
            "{}",
            answer.text()
        );
    }
    assert_eq!(left(app, &rice).await, "996");
    // The same number written otherwise is the same customer; another number is another.
    let same = asks(&guest, &wants(&rice, "2", "+84 912 345 678")).await;
    assert_eq!(same.wrong(StatusCode::CONFLICT), ["/lines/0"]);
    checks_out(&guest, &wants(&rice, "5", "0912345679")).await;
    checks_out(&guest, &wants(&rice, "1", "0912345678")).await;
    // More than anybody may have is refused whoever asks.
    let greedy = asks(&guest, &wants(&rice, "6", "0912345670")).await;
    assert_eq!(greedy.wrong(StatusCode::UNPROCESSABLE_ENTITY), ["/lines/0/quantity"]);
    // What is given up counts no longer, and what lies a week back neither.
    let receipt = placed[0].json();
    act(&holder(app, &receipt), &receipt["orders"][0], "cancel")
        .await
        .expect(StatusCode::OK);
    checks_out(&guest, &wants(&rice, "2", "0912345678")).await;
    assert_eq!(
        asks(&guest, &wants(&rice, "1", "0912345678"))
            .await
            .wrong(StatusCode::CONFLICT),
        ["/lines/0"]
    );
    app.app.source().advance(7 * DAY + 1000);
    checks_out(&guest, &wants(&rice, "5", "0912345678")).await;
    assert_stock_agrees(app).await;
});

on_both!(packs_of_three_sizes_never_sell_one_stock_twice, |app| {
    let farmer = app.farmer().await;
    let product = farmer.makes("Khoai sọ").await;
    let make = async |mut terms: Value| {
        terms["product_id"] = product["id"].clone();
        farmer
            .client
            .post("/api/v1/listings", &terms)
            .await
            .expect(StatusCode::CREATED)
    };
    let bunch = make(json!({"price": 9000, "unit": "bo", "contains": {"value": "0.3", "unit": "kg"}, "stock": {"value": "20", "unit": "bo"}})).await;
    let kilogram = make(json!({"price": 30_000, "unit": "kg", "shares_stock_with": bunch["id"]})).await;
    let sack = make(json!({"price": 80_000, "unit": "bao", "contains": {"value": "3", "unit": "kg"}, "shares_stock_with": bunch["id"]})).await;
    let bodies = [
        wants(&bunch, "1", "0912345678"),
        wants(&kilogram, "0.7", "0912345678"),
        wants(&sack, "1", "0912345678"),
    ];
    let guest = app.guest();
    let answers = join_all((0..36).map(|number| asks(&guest, &bodies[number % 3]))).await;
    let grams: i64 = answers
        .iter()
        .enumerate()
        .filter(|(_, answer)| answer.status == StatusCode::CREATED)
        .map(|(number, _)| [300, 700, 3000][number % 3])
        .sum();
    assert!(grams <= 6000, "{grams} g of 6 kg were sold");
    assert!(grams > 5000, "and what there was could be had: {grams} g");
    for answer in answers.iter().filter(|answer| answer.status != StatusCode::CREATED) {
        assert_eq!(answer.wrong(StatusCode::CONFLICT), ["/lines/0"]);
    }
    let kept: f64 = left(app, &kilogram).await.parse().unwrap();
    assert!((kept * 1000.0 - f64::from(i32::try_from(6000 - grams).unwrap())).abs() < 0.5);
    assert_stock_agrees(app).await;
});

on_both!(what_is_weighed_later_is_ordered_by_the_piece, |app| {
    let farmer = app.farmer().await;
    banks(&farmer, "sepay").await;
    let terms = json!({
        "unit": "con", "stock": {"value": "10", "unit": "con"},
        "by_weight": {"price": 120_000, "min": {"value": "1.4", "unit": "kg"}, "max": {"value": "1.7", "unit": "kg"}},
    });
    let chicken = offer(&farmer, "Gà thả đồi", terms).await;
    let half = asks(&app.guest(), &basket(&[line(&chicken, "1.5")])).await;
    assert_eq!(
        half.wrong(StatusCode::UNPROCESSABLE_ENTITY),
        ["/lines/0/quantity/value"]
    );
    let weight = json!({"lines": [{"listing_id": chicken["id"], "quantity": {"value": "3", "unit": "kg"}}]});
    let mut by_kilogram = basket(&[]);
    by_kilogram["lines"] = weight["lines"].clone();
    assert_eq!(
        asks(&app.guest(), &by_kilogram)
            .await
            .wrong(StatusCode::UNPROCESSABLE_ENTITY),
        ["/lines/0/quantity/unit"]
    );
    let receipt = checks_out(&app.guest(), &basket(&[line(&chicken, "2")])).await;
    let order = &receipt["orders"][0];
    assert_eq!((&order["total"], &order["estimate"]), (&json!(372_000), &json!(true)));
    assert_eq!(
        order["lines"][0]["by_weight"],
        json!({"price": 120_000, "unit": "kg", "weight": {"value": "3.1", "unit": "kg"}, "weighed": null})
    );
    assert_eq!(left(app, &chicken).await, "8");
    let path = format!(
        "/don-hang/{}?t={}",
        text(&receipt, "group_id"),
        text(&receipt, "access_token")
    );
    let page = app.guest().request(Method::GET, &path).send().await.unwrap();
    let page = page.text().await.unwrap();
    assert!(page.contains("3,1\u{a0}kg") && page.contains("Tạm tính"), "{page}");
    let add = [
        ("listing_id", text(&chicken, "id")),
        ("quantity", "2".to_owned()),
        ("do", "add".to_owned()),
    ];
    let form: Vec<_> = add.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let added = sends(app, "/gio-hang", "", &form).await;
    for page in ["/gio-hang", "/thanh-toan"] {
        let shown = opens(app, page, &cookie(&added)).await.text();
        assert!(
            shown.contains("tạm tính") && shown.contains("372.000\u{a0}₫"),
            "{shown}"
        );
    }
});
