//! What a checkout and its payment must refuse, over HTTP: by field, and with nothing written.

use entity::{
    frame::idempotency,
    listings::{pool, stock_hold},
    orders::{group, line as order_line, order},
    payments::{
        notice as notices,
        payment::{self, Status},
        transfer,
    },
};
use reqwest::{Method, StatusCode};
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};

use crate::{
    harness::{Answer, SEPAY_SECRET, TestApp, notice, text},
    on_both,
    orders::{act, assert_stock_agrees, basket, checks_out, holder, left, line, offer, shop},
};

const NUMBER: &str = "0011001234567";

/// How much there is of everything that a checkout or its money writes.
async fn written(app: &TestApp) -> Vec<u64> {
    let db = app.app.db().read();
    vec![
        group::Entity::find().count(db).await.unwrap(),
        order::Entity::find().count(db).await.unwrap(),
        order_line::Entity::find().count(db).await.unwrap(),
        stock_hold::Entity::find().count(db).await.unwrap(),
        payment::Entity::find().count(db).await.unwrap(),
        notices::Entity::find().count(db).await.unwrap(),
        transfer::Entity::find().count(db).await.unwrap(),
        idempotency::Entity::find().count(db).await.unwrap(),
    ]
}

/// Sends `text` as it is: JSON can say what a `Value` cannot hold.
async fn sends(app: &TestApp, text: &str) -> Answer {
    let path = "/api/v1/checkout";
    let request = app.guest().request(Method::POST, path);
    let request = request.header("content-type", "application/json");
    Answer::of(Method::POST, path, request.body(text.to_owned())).await
}

on_both!(a_quantity_that_cannot_be_is_refused_by_field, |app| {
    let (lan, tea) = shop(app, "Chè", 100_000, "1000").await;
    let stepped = json!({"price": 60_000, "unit": "kg", "stock": {"value": "10", "unit": "kg"},
        "min_quantity": {"value": "1", "unit": "kg"}, "step": {"value": "0.5", "unit": "kg"}});
    let stepped = offer(&lan, "Gạo bao thai", stepped).await;
    let boxes = json!({"price": 50_000, "unit": "hop", "stock": {"value": "10", "unit": "hop"}});
    let boxes = offer(&lan, "Bánh chè", boxes).await;
    let before = written(app).await;
    let value = ["/lines/0/quantity/value"];
    for (listing, quantity) in [
        (&tea, "0"),
        (&tea, "0.000"),
        (&tea, "-0"),
        (&tea, "-1"),
        (&tea, "1e18"),
        (&tea, "1E-3"),
        (&tea, "1000000000000000000"),
        (&tea, "9223372036854775807"),
        (&tea, "9223372036854775808"),
        (&tea, "0.0001"),
        (&tea, "1.0001"),
        (&tea, "NaN"),
        (&tea, "Infinity"),
        (&tea, "+1"),
        (&tea, "0x10"),
        (&tea, "1_000"),
        (&tea, "một"),
        (&tea, ""),
        (&tea, " "),
        (&tea, "١"),
        (&boxes, "1.5"),
    ] {
        let body = basket(&[line(listing, quantity)]);
        let answer = app.guest().post_once("/api/v1/checkout", "k", &body).await;
        assert_eq!(answer.wrong(StatusCode::UNPROCESSABLE_ENTITY), value, "{quantity:?}");
    }
    for quantity in ["0.5", "1.25", "1.001"] {
        let answer = app
            .guest()
            .post("/api/v1/checkout", &basket(&[line(&stepped, quantity)]))
            .await;
        assert_eq!(
            answer.wrong(StatusCode::UNPROCESSABLE_ENTITY),
            ["/lines/0/quantity"],
            "{quantity}"
        );
    }
    // As numbers, where a text belongs; JSON may write what no number of ours can hold.
    let text = basket(&[line(&tea, "QUANTITY")]).to_string();
    for number in [
        "0",
        "-1",
        "1",
        "1.5",
        "1e18",
        "1e308",
        "-1e-7",
        "18446744073709551616",
        "true",
        "null",
        "[]",
        "{}",
    ] {
        let answer = sends(app, &text.replace("\"QUANTITY\"", number)).await;
        assert_eq!(answer.wrong(StatusCode::UNPROCESSABLE_ENTITY), value, "{number}");
    }
    for nonsense in ["1e999", "NaN", "01", "+1", ".5"] {
        let answer = sends(app, &text.replace("\"QUANTITY\"", nonsense)).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{nonsense} is not JSON we read");
    }
    assert_eq!(written(app).await, before);
    assert_eq!(left(app, &tea).await, "1000");
    assert_stock_agrees(app).await;
});

on_both!(nobody_makes_their_own_price, |app| {
    let (_, tea) = shop(app, "Chè", 100_000, "1000").await;
    let mut cheap = basket(&[line(&tea, "2")]);
    for field in ["price", "amount", "total", "discount"] {
        cheap["lines"][0][field] = json!(1);
        cheap[field] = json!(-199_999);
    }
    cheap["delivery_fee"] = json!(-100_000);
    cheap["orders"] = json!([{"total": 1}]);
    let receipt = checks_out(&app.guest(), &cheap).await;
    assert_eq!(
        (&receipt["orders"][0]["total"], &receipt["payments"][0]["amount"]),
        (&json!(200_000), &json!(200_000))
    );
    let before = written(app).await;
    let with = |total: Value| {
        let mut body = basket(&[line(&tea, "2")]);
        body["expected_total"] = total;
        body
    };
    // A đồng off either way is another price than the one that was shown.
    for total in [199_999, 200_001, 1] {
        let answer = app.guest().post("/api/v1/checkout", &with(json!(total))).await;
        assert_eq!(answer.wrong(StatusCode::CONFLICT), ["/expected_total"], "{total}");
    }
    for total in [
        json!(0),
        json!(-1),
        json!(200_000.5),
        json!("200000"),
        json!("200.000"),
        json!(true),
        json!([200_000]),
        json!(10_000_000_000_000_i64),
        json!(1e18),
        json!(u64::MAX),
    ] {
        let answer = app.guest().post("/api/v1/checkout", &with(total.clone())).await;
        assert_eq!(
            answer.wrong(StatusCode::UNPROCESSABLE_ENTITY),
            ["/expected_total"],
            "{total}"
        );
    }
    assert_eq!(written(app).await, before);
});

on_both!(another_buyers_order_is_not_there, |app| {
    let (_, tea) = shop(app, "Chè", 100_000, "10").await;
    let (other_seller, honey) = shop(app, "Mật ong", 100_000, "10").await;
    let hers = checks_out(&app.guest(), &basket(&[line(&tea, "1")])).await;
    let his = checks_out(&app.guest(), &basket(&[line(&honey, "1")])).await;
    let buyer = app.person("0987000011", "Lê Thị Hoa").await;
    let mine = checks_out(&buyer, &basket(&[line(&tea, "1")])).await;
    let order = &hers["orders"][0];
    let path = format!("/api/v1/orders/{}", text(order, "id"));
    let before = order::Entity::find().all(app.app.db().read()).await.unwrap();
    let strangers = [
        app.guest(),
        holder(app, &his),
        holder(app, &mine),
        buyer,
        other_seller.client.clone(),
        app.person("0987000012", "Người lạ").await,
    ];
    for stranger in &strangers {
        stranger.get(&path).await.expect(StatusCode::NOT_FOUND);
        for what in ["confirm", "confirm-payment", "pack", "ship", "deliver", "cancel"] {
            act(stranger, order, what).await.expect(StatusCode::NOT_FOUND);
        }
    }
    for id in [
        "x",
        "0",
        "-1",
        "%00",
        "01930000-0000-7000-8000-000000000000",
        "..%2f..%2fadmin",
    ] {
        for stranger in &strangers {
            stranger
                .get(&format!("/api/v1/orders/{id}"))
                .await
                .expect(StatusCode::NOT_FOUND);
        }
    }
    let after = order::Entity::find().all(app.app.db().read()).await.unwrap();
    assert_eq!(before, after);
    assert_eq!(left(app, &tea).await, "8");
});

on_both!(one_key_stands_for_one_wish, |app| {
    let (_, tea) = shop(app, "Chè", 100_000, "10").await;
    let buyer = app.person("0987000021", "Lê Thị Hoa").await;
    let body = basket(&[line(&tea, "1")]);
    let first = buyer.post_once("/api/v1/checkout", "gio-hang-cua-hoa", &body).await;
    let first = first.expect(StatusCode::CREATED);
    let before = written(app).await;
    let mut others = vec![basket(&[line(&tea, "2")]), basket(&[line(&tea, "1"), line(&tea, "1")])];
    for (pointer, value) in [
        ("/buyer/phone", "0912345679"),
        ("/buyer/name", "Trần Văn Minh Em"),
        ("/ship_to/street", "Số 6"),
        ("/payment_method", "cod"),
        ("/delivery", "pickup"),
    ] {
        let mut other = body.clone();
        *other.pointer_mut(pointer).unwrap() = json!(value);
        others.push(other);
    }
    for other in &others {
        let answer = buyer.post_once("/api/v1/checkout", "gio-hang-cua-hoa", other).await;
        let refusal = answer.expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(refusal["type"], "urn:choque:problem:idempotency-key-reused");
    }
    assert_eq!(written(app).await, before);
    let again = buyer.post_once("/api/v1/checkout", "gio-hang-cua-hoa", &body).await;
    assert_eq!(again.expect(StatusCode::CREATED), first);
    for key in ["", " ", &"k".repeat(256)] {
        let answer = buyer.post_once("/api/v1/checkout", key, &body).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{key:?}");
    }
    // What was refused is not remembered: the same key may be used when what was wrong is put right.
    let mut wrong = body.clone();
    wrong["lines"][0]["quantity"]["value"] = json!("0");
    buyer
        .post_once("/api/v1/checkout", "lan-hai", &wrong)
        .await
        .expect(StatusCode::UNPROCESSABLE_ENTITY);
    let too_much = basket(&[line(&tea, "100")]);
    buyer
        .post_once("/api/v1/checkout", "lan-hai", &too_much)
        .await
        .expect(StatusCode::CONFLICT);
    assert_eq!(written(app).await, before);
    buyer
        .post_once("/api/v1/checkout", "lan-hai", &body)
        .await
        .expect(StatusCode::CREATED);
    assert_eq!(left(app, &tea).await, "8");
    assert_stock_agrees(app).await;
});

on_both!(money_that_is_a_dong_off_pays_nothing_by_itself, |app| {
    let (lan, tea) = shop(app, "Chè", 100_000, "10").await;
    let receipt = checks_out(&app.guest(), &basket(&[line(&tea, "1")])).await;
    let (order, payment) = (&receipt["orders"][0], &receipt["payments"][0]);
    let reference = text(payment, "reference");
    let before = written(app).await;
    // Đồng have no parts, and a bank that says so has not been understood.
    let told = notice(1, NUMBER, 424_242, &reference).to_string();
    for amount in [
        "99999.5",
        "100000.00",
        "100000.0",
        "1e5",
        "\"100000\"",
        "\"100.000\"",
        "-100000",
        "0",
        "1e18",
        "100000000000000000000",
        "null",
    ] {
        let body = told.replace("424242", amount);
        let answer = app.sepay_bytes(body.as_bytes(), SEPAY_SECRET).await;
        assert_eq!(
            answer.wrong(StatusCode::UNPROCESSABLE_ENTITY),
            ["/transferAmount"],
            "{amount}"
        );
    }
    assert_eq!(written(app).await, before);
    let status = async || {
        for _ in 0..400 {
            let db = app.app.db().read();
            let waiting = notices::Entity::find().all(db).await.unwrap();
            if waiting.iter().all(|row| row.state != notices::State::Received) {
                let rows = payment::Entity::find().all(db).await.unwrap();
                return (rows[0].status, rows[0].received.0);
            }
            tokio::time::sleep(std::time::Duration::from_millis(25)).await;
        }
        panic!("the notice was not settled within ten seconds");
    };
    app.sepay(&notice(2, NUMBER, 99_999, &reference))
        .await
        .expect(StatusCode::OK);
    assert_eq!(status().await, (Status::Underpaid, 99_999));
    act(&lan.client, order, "confirm").await.expect(StatusCode::OK);
    act(&lan.client, order, "pack").await.expect(StatusCode::CONFLICT);
    app.sepay(&notice(3, NUMBER, 2, &reference))
        .await
        .expect(StatusCode::OK);
    assert_eq!(status().await, (Status::Overpaid, 100_001));
    act(&lan.client, order, "pack").await.expect(StatusCode::OK);
    let pools = pool::Entity::find().all(app.app.db().read()).await.unwrap();
    assert_eq!((pools[0].held.0, pools[0].issued.0), (1000, 0));
});
