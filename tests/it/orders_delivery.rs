//! What carrying costs, where and when goods are fetched, what a checkout would come to.

use entity::orders::{farm_day, order};
use reqwest::StatusCode;
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use crate::{
    harness::{Client, Farmer, TestApp, text},
    on_both,
    orders::{
        act, assert_stock_agrees, banks, basket, checks_out, cookie, field, holder, left, line, opens, sends, shop,
    },
};

const UNPROCESSABLE: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;

/// Says how the farmer's goods reach their buyers.
async fn sets(farmer: &Farmer, settings: &Value) -> Value {
    let path = format!("/api/v1/sellers/{}/delivery", farmer.seller_id);
    farmer.client.put(&path, settings).await.expect(StatusCode::OK)
}

fn zones() -> Value {
    json!([
        {"name": "Trong xã", "places": ["05503"], "fee": 10_000},
        {"name": "Trong tỉnh", "places": ["19"], "fee": 20_000, "included_grams": 2000, "fee_per_kg": 5000, "free_from": 1_000_000},
    ])
}

async fn quotes(client: &Client, body: &Value) -> Value {
    client.post("/api/v1/checkout/quote", body).await.expect(StatusCode::OK)
}

fn to(mut body: Value, commune: &str) -> Value {
    body["ship_to"]["commune_code"] = json!(commune);
    body
}

fn with(mut body: Value, seller: &str, way: &Value) -> Value {
    body["delivery"] = json!({ seller: way });
    body
}

/// The next day, from `from` days on, that is the ISO `weekday`.
fn next(app: &TestApp, weekday: i64, from: i32) -> String {
    (from..from + 7)
        .map(|days| app.app.today().plus_days(days))
        .find(|day| i64::from(day.0.weekday().to_monday_one_offset()) == weekday)
        .unwrap()
        .iso()
}

on_both!(carrying_costs_by_place_and_weight, |app| {
    let (farmer, tea) = shop(app, "Chè tôm nõn", 100_000, "100").await;
    let free = quotes(&app.guest(), &json!({"lines": [line(&tea, "1")]})).await;
    assert_eq!(
        (&free["total"], &free["payable"]),
        (&json!(100_000), &json!(true)),
        "nothing is set"
    );
    let set = sets(&farmer, &json!({"zones": zones()})).await;
    assert_eq!(set["modes"], json!(["ship"]));

    for (commune, quantity, fee) in [
        ("05503", "9", 10_000),
        ("05443", "2", 20_000),
        ("05443", "2.001", 25_000),
        ("05443", "4", 30_000),
        ("05443", "9.999", 60_000),
        ("05443", "10", 0),
    ] {
        let body = to(basket(&[line(&tea, quantity)]), commune);
        let quoted = quotes(&app.guest(), &body).await;
        assert_eq!(quoted["delivery_fee"], fee, "{quantity} kg to {commune}");
        assert_eq!(quoted["sellers"][0]["modes"][0]["fee"], fee);
        let receipt = checks_out(&app.guest(), &body).await;
        let order = &receipt["orders"][0];
        let sum = order["goods"].as_i64().unwrap() + fee;
        assert_eq!((&order["delivery_fee"], &order["total"]), (&json!(fee), &json!(sum)));
        assert_eq!(receipt["payments"][0]["amount"], sum);
        assert_eq!(quoted["total"], sum, "a quote says what the checkout asks");
    }
    // What was asked for stays, whatever the seller asks for later.
    let receipt = checks_out(&app.guest(), &basket(&[line(&tea, "1")])).await;
    sets(
        &farmer,
        &json!({"zones": [{"name": "Trong xã", "places": ["05503"], "fee": 99_000}]}),
    )
    .await;
    let path = format!("/api/v1/orders/{}", text(&receipt["orders"][0], "id"));
    let order = holder(app, &receipt).get(&path).await.expect(StatusCode::OK);
    assert_eq!(
        (&order["delivery_fee"], &order["total"]),
        (&json!(10_000), &json!(110_000))
    );

    // Nobody delivers there: the seller's delivery is named, and nothing is held.
    let before = left(app, &tea).await;
    let far = to(basket(&[line(&tea, "1")]), "05443");
    let refused = app.guest().post("/api/v1/checkout", &far).await;
    assert_eq!(
        refused.wrong(UNPROCESSABLE),
        [format!("/delivery/{}", farmer.seller_id)]
    );
    assert!(refused.text().contains("chưa giao tới"), "{}", refused.text());
    let quoted = quotes(&app.guest(), &far).await;
    assert_eq!(
        (&quoted["payable"], &quoted["sellers"][0]["modes"][0]["possible"]),
        (&json!(false), &json!(false))
    );
    // Without a place the fee is not known, and that is said.
    let nowhere = quotes(&app.guest(), &json!({"lines": [line(&tea, "1")]})).await;
    assert_eq!(
        (&nowhere["delivery_fee"], &nowhere["total"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(left(app, &tea).await, before);

    // A sum that was shown with another fee is refused.
    let mut stale = basket(&[line(&tea, "1")]);
    stale["expected_total"] = json!(110_000);
    let refused = app.guest().post("/api/v1/checkout", &stale).await;
    assert_eq!(refused.wrong(StatusCode::CONFLICT), ["/expected_total"]);
    for wrong in [json!(-1), json!("110000"), json!(1.5)] {
        stale["expected_total"] = wrong;
        let refused = app.guest().post("/api/v1/checkout", &stale).await;
        assert_eq!(refused.wrong(UNPROCESSABLE), ["/expected_total"]);
    }
    assert_stock_agrees(app).await;
});

on_both!(goods_are_fetched_where_the_seller_says, |app| {
    let (lan, tea) = shop(app, "Chè móc câu", 100_000, "100").await;
    let (hoa, honey) = shop(app, "Mật ong", 200_000, "100").await;
    let point =
        json!({"name": "Nhà văn hoá", "commune_code": "05503", "street": "Xóm Hồng Thái", "opening": "Sáng thứ bảy"});
    let one = sets(&lan, &json!({"pickup_points": [point]})).await;
    let other = json!({"name": "Chợ Thái", "commune_code": "05443"});
    let theirs = sets(&hoa, &json!({"pickup_points": [point, other]})).await;
    let id = |set: &Value, place: usize| text(&set["pickup_points"][place], "id");

    // The only point needs no naming; of two one is named.
    let receipt = checks_out(
        &app.guest(),
        &with(basket(&[line(&tea, "1")]), &lan.seller_id, &json!("pickup")),
    )
    .await;
    let collection = &receipt["orders"][0]["collection"];
    assert_eq!(
        (&collection["name"], &collection["opening"]),
        (&json!("Nhà văn hoá"), &json!("Sáng thứ bảy"))
    );
    assert_eq!(collection["address"], "Xóm Hồng Thái, Xã Tân Cương, Thái Nguyên");
    let pointer = format!("/delivery/{}/pickup_point_id", hoa.seller_id);
    for (way, wrong) in [
        (json!("pickup"), pointer.clone()),
        (
            json!({"mode": "pickup", "pickup_point_id": id(&one, 0)}),
            pointer.clone(),
        ),
        (json!({"mode": "pickup", "pickup_point_id": "x"}), pointer.clone()),
        (json!({"mode": "pickup", "pickup_point_id": 7}), pointer),
        (json!({"mode": "ship"}), format!("/delivery/{}", hoa.seller_id)),
        (json!("farm"), format!("/delivery/{}", hoa.seller_id)),
        (json!({"mode": "boat"}), format!("/delivery/{}/mode", hoa.seller_id)),
        (json!({}), format!("/delivery/{}/mode", hoa.seller_id)),
        (json!(7), "/delivery".to_owned()),
    ] {
        let body = with(basket(&[line(&honey, "1")]), &hoa.seller_id, &way);
        let refused = app.guest().post("/api/v1/checkout", &body).await;
        assert_eq!(refused.wrong(UNPROCESSABLE), [wrong], "{way}");
    }
    let way = json!({"mode": "pickup", "pickup_point_id": id(&theirs, 1)});
    let receipt = checks_out(&app.guest(), &with(basket(&[line(&honey, "1")]), &hoa.seller_id, &way)).await;
    assert_eq!(receipt["orders"][0]["collection"]["name"], "Chợ Thái");

    // The same document twice changes nothing, and a point keeps its id under its name.
    let again = sets(&hoa, &json!({"pickup_points": [point, other]})).await;
    assert_eq!(again, theirs);
    let path = format!("/api/v1/sellers/{}/delivery", hoa.seller_id);
    assert_eq!(app.guest().get(&path).await.expect(StatusCode::OK), theirs);
    lan.client.put(&path, &json!({})).await.expect(StatusCode::NOT_FOUND);
    app.guest()
        .put(&path, &json!({}))
        .await
        .expect(StatusCode::UNAUTHORIZED);
    for (settings, wrong) in [
        (
            json!({"zones": [{"name": "", "places": ["99"], "fee": -1}]}),
            vec!["/zones/0/name", "/zones/0/places/0", "/zones/0/fee"],
        ),
        (
            json!({"zones": [{"name": "a", "places": [], "fee": 1}, {"name": "b", "places": [], "fee": 1}]}),
            vec!["/zones/1/places"],
        ),
        (
            json!({"zones": [{"name": "a", "places": ["19", "19"], "fee": 1}]}),
            vec!["/zones/0/places/1"],
        ),
        (
            json!({"zones": [{"name": "a", "places": ["19"], "fee": 1e18}]}),
            vec!["/zones/0/fee"],
        ),
        (json!({"zones": 7}), vec!["/zones"]),
        (
            json!({"pickup_points": [{"id": id(&one, 0), "name": "a", "commune_code": "05503"}]}),
            vec!["/pickup_points/0/id"],
        ),
        (
            json!({"pickup_points": [{"name": "a", "commune_code": "00000"}]}),
            vec!["/pickup_points/0/commune_code"],
        ),
        (
            json!({"farm_times": [{"weekday": 8, "from": "25:00", "to": "10:00", "capacity": 0}]}),
            vec!["/farm_times/0/weekday", "/farm_times/0/from", "/farm_times/0/capacity"],
        ),
        (
            json!({"farm_times": [{"weekday": 1, "from": "10:00", "to": "10:00", "capacity": 1}]}),
            vec!["/farm_times/0/to"],
        ),
    ] {
        let refused = hoa.client.put(&path, &settings).await;
        assert_eq!(refused.wrong(UNPROCESSABLE), wrong, "{settings}");
    }
    // With nothing set any more, every way is open again.
    assert_eq!(sets(&hoa, &json!({})).await["modes"], json!(["ship", "pickup", "farm"]));
    checks_out(
        &app.guest(),
        &with(basket(&[line(&honey, "1")]), &hoa.seller_id, &json!("farm")),
    )
    .await;
});

on_both!(a_time_at_the_farm_has_room_for_so_many, |app| {
    let (farmer, tea) = shop(app, "Chè nõn", 100_000, "100").await;
    let time = json!({"weekday": 6, "from": "07:00", "to": "10:00", "closes_hours_before": 12, "capacity": 2});
    let set = sets(&farmer, &json!({"farm_times": [time]})).await;
    let (id, saturday) = (text(&set["farm_times"][0], "id"), next(app, 6, 2));
    let at = |id: &str, date: &str| json!({"mode": "farm", "slot": {"id": id, "date": date}});
    let wish = |way: Value| {
        let mut body = with(basket(&[line(&tea, "1")]), &farmer.seller_id, &way);
        body["payment_method"] = json!("cod");
        body
    };
    let slot = format!("/delivery/{}/slot", farmer.seller_id);
    let past = app.app.today().plus_days(-14);
    let past = (0..7)
        .map(|days| past.plus_days(days))
        .find(|day| day.0.weekday().to_monday_one_offset() == 6);
    for (way, wrong) in [
        (json!("farm"), slot.clone()),
        (json!({"mode": "farm", "slot": 7}), slot.clone()),
        (at(&id, &past.unwrap().iso()), format!("{slot}/date")),
        (at(&id, &next(app, 7, 2)), format!("{slot}/date")),
        (at(&id, &next(app, 6, 60)), format!("{slot}/date")),
        (at(&id, "2026-02-30"), format!("{slot}/date")),
        (at("x", &saturday), format!("{slot}/id")),
        (at(&farmer.seller_id, &saturday), format!("{slot}/id")),
    ] {
        let refused = app.guest().post("/api/v1/checkout", &wish(way.clone())).await;
        assert_eq!(refused.wrong(UNPROCESSABLE), [wrong], "{way}");
    }
    // Eight at once for two places.
    let (guest, body) = (app.guest(), wish(at(&id, &saturday)));
    let answers = futures_util::future::join_all((0..8).map(|_| guest.post("/api/v1/checkout", &body))).await;
    let placed: Vec<_> = answers
        .iter()
        .filter(|answer| answer.status == StatusCode::CREATED)
        .collect();
    assert_eq!(placed.len(), 2);
    for answer in answers.iter().filter(|answer| answer.status != StatusCode::CREATED) {
        assert_eq!(answer.wrong(StatusCode::CONFLICT), std::slice::from_ref(&slot));
    }
    let quoted = quotes(&app.guest(), &body).await;
    let shown = &quoted["sellers"][0]["modes"][2]["slots"][0];
    assert_eq!((&shown["date"], &shown["left"]), (&json!(saturday), &json!(0)));
    let receipt = placed[0].json();
    let collection = &receipt["orders"][0]["collection"];
    assert_eq!(
        (&collection["date"], &collection["from"]),
        (&json!(saturday), &json!("07:00"))
    );

    // Who gives the order up gives the place to somebody else, once.
    for _ in 0..2 {
        act(&holder(app, &receipt), &receipt["orders"][0], "cancel")
            .await
            .expect(StatusCode::OK);
    }
    let taken: Vec<_> = farm_day::Entity::find().all(app.app.db().read()).await.unwrap();
    assert_eq!(taken.iter().map(|row| row.taken).collect::<Vec<_>>(), [1]);
    checks_out(&app.guest(), &body).await;
    assert_stock_agrees(app).await;
});

on_both!(what_fell_short_says_what_is_left, |app| {
    let (_, tea) = shop(app, "Chè đinh", 100_000, "2.5").await;
    let (_, honey) = shop(app, "Mật ong hoa nhãn", 100_000, "1").await;
    checks_out(&app.guest(), &basket(&[line(&honey, "1")])).await;
    let body = basket(&[line(&tea, "3"), line(&honey, "1")]);
    let refused = app
        .guest()
        .post("/api/v1/checkout", &body)
        .await
        .expect(StatusCode::CONFLICT);
    let told: Vec<_> = refused["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| (&error["pointer"], &error["left"]))
        .collect();
    assert_eq!(
        told,
        [
            (&json!("/lines/0"), &json!({"value": "2.5", "unit": "kg"})),
            (&json!("/lines/1"), &json!({"value": "0", "unit": "kg"})),
        ]
    );
    let quoted = quotes(&app.guest(), &body).await;
    assert_eq!(quoted["errors"], refused["errors"]);
    assert_eq!(
        quoted["sellers"][0]["lines"][0]["left"],
        json!({"value": "2.5", "unit": "kg"})
    );
    assert_eq!(
        order::Entity::find().all(app.app.db().read()).await.unwrap().len(),
        1,
        "a quote writes nothing"
    );

    // The basket takes what is left with one press.
    let mut carried = String::new();
    for (listing, quantity) in [(&tea, "3"), (&honey, "1")] {
        let form = [
            ("listing_id", text(listing, "id")),
            ("quantity", quantity.to_owned()),
            ("do", "add".to_owned()),
        ];
        let form: Vec<_> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        carried = cookie(&sends(app, "/gio-hang", &carried, &form).await);
    }
    let page = opens(app, "/gio-hang", &carried).await.text();
    assert!(page.contains("value=\"fit\"") && page.contains("Chỉ còn 2,5"), "{page}");
    carried = cookie(&sends(app, "/gio-hang", &carried, &[("do", "fit")]).await);
    let page = opens(app, "/gio-hang", &carried).await.text();
    assert!(
        page.contains("value=\"2,5\"") && !page.contains("Mật ong") && page.contains("/thanh-toan"),
        "{page}"
    );

    for (quantity, pointer) in [
        ("0", "/lines/0/quantity/value"),
        ("-1", "/lines/0/quantity/value"),
        ("1e18", "/lines/0/quantity/value"),
        ("1000000000000000000", "/lines/0/quantity/value"),
        ("0.0001", "/lines/0/quantity/value"),
    ] {
        for path in ["/api/v1/checkout", "/api/v1/checkout/quote"] {
            let refused = app.guest().post(path, &basket(&[line(&tea, quantity)])).await;
            assert_eq!(refused.wrong(UNPROCESSABLE), [pointer], "{quantity} at {path}");
        }
    }
    for body in [json!({}), json!({"lines": []}), json!({"lines": 7})] {
        let refused = app.guest().post("/api/v1/checkout/quote", &body).await;
        assert_eq!(refused.wrong(UNPROCESSABLE), ["/lines"]);
    }
});

on_both!(the_page_shows_the_fee_before_anything_is_ordered, |app| {
    let (farmer, tea) = shop(app, "Chè búp", 100_000, "100").await;
    banks(&farmer, "sepay").await;
    sets(
        &farmer,
        &json!({"zones": zones(), "pickup_points": [{"name": "Nhà văn hoá", "commune_code": "05503"}]}),
    )
    .await;
    let add = [
        ("listing_id", text(&tea, "id")),
        ("quantity", "1".to_owned()),
        ("do", "add".to_owned()),
    ];
    let add: Vec<_> = add.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let carried = cookie(&sends(app, "/gio-hang", "", &add).await);
    let page = opens(app, "/thanh-toan", &carried).await.text();
    assert!(page.contains("value=\"fee\"") && page.contains("Nhà văn hoá"), "{page}");
    assert!(
        !page.contains("<button class=\"button button--wide\""),
        "nothing is ordered before the fee is known"
    );
    let (key, lines) = (field(&page, "key"), field(&page, "lines"));
    let delivery = format!("delivery-{}", farmer.seller_id);
    let mut form = vec![
        ("key", key.as_str()),
        ("lines", lines.as_str()),
        ("total", ""),
        ("name", "Trần Văn Minh"),
        ("phone", "0912345678"),
        ("province", "19"),
        ("commune", "05443"),
        ("street", "Số 5"),
        ("method", "vietqr"),
        (delivery.as_str(), "ship"),
        ("do", "fee"),
    ];
    let page = sends(app, "/thanh-toan", &carried, &form).await.text();
    assert!(
        page.contains("20.000\u{a0}₫") && page.contains("120.000\u{a0}₫"),
        "{page}"
    );
    let total = field(&page, "total");
    assert_eq!(total, "120000");
    form.pop();
    form[2] = ("total", total.as_str());
    let answer = sends(app, "/thanh-toan", &carried, &form).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let to = answer.headers["location"].to_str().unwrap().to_owned();
    let page = opens(app, &to, "").await.text();
    assert!(
        page.contains("Tiền giao hàng") && page.contains("120.000\u{a0}₫"),
        "{page}"
    );
    let rows = order::Entity::find().all(app.app.db().read()).await.unwrap();
    assert_eq!(
        rows.iter()
            .map(|row| (row.total.0, row.delivery_fee.0))
            .collect::<Vec<_>>(),
        [(120_000, 20_000)]
    );
});
