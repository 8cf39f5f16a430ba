//! From placed to delivered, or given up on the way: deadlines, parcels, parts, and where the money goes.

use choque::orders::{care, earn_due};
use entity::{
    listings::{pool, stock_hold},
    orders::{line, order},
    payments::payment,
};
use reqwest::{Method, StatusCode};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

use crate::{
    harness::{Answer, Client, Farmer, TestApp, text},
    messages::until,
    on_both,
    orders::{
        CREDITED, MINUTE, act, assert_stock_agrees, basket, checks_out, holder, left, line, offer, opens, pays, shop,
    },
};

pub const HOUR: i64 = 60 * MINUTE;

/// Orders whose rows, lines, parcels and payments say the same, and a stock that says it too.
pub async fn assert_books_agree(app: &TestApp) {
    let db = app.app.db().read();
    for order in order::Entity::find().all(db).await.unwrap() {
        let lines = line::Entity::find()
            .filter(line::Column::OrderId.eq(order.id))
            .all(db)
            .await
            .unwrap();
        let goods: i64 = lines.iter().map(|line| line.amount.0).sum();
        assert_eq!(
            order.total.0,
            goods + order.delivery_fee.0 - order.credit_used.0,
            "{order:?}"
        );
        assert!(order.given_back.0 >= 0 && order.given_back <= order.total, "{order:?}");
        let held = stock_hold::Entity::find()
            .filter(stock_hold::Column::HolderId.is_in(lines.iter().map(|line| line.id.0)))
            .filter(stock_hold::Column::State.eq(stock_hold::State::Held))
            .all(db)
            .await
            .unwrap();
        let over = matches!(
            order.state,
            order::State::Completed | order::State::Cancelled | order::State::Expired
        );
        assert!(!over || held.is_empty(), "nothing is held for {order:?}");
        assert_eq!(
            order.state == order::State::Completed,
            order.fulfilment == order::Fulfilment::Delivered
        );
        assert_eq!(order.state == order::State::Completed, order.delivered_at.is_some());
        assert_eq!(order.state == order::State::Cancelled, order.cancelled_by.is_some());
    }
    // What came for orders is what their sellers keep, what was given back, and what came on top.
    for payment in payment::Entity::find().all(db).await.unwrap() {
        assert!(
            payment.refunded.0 + payment.earned.0 <= payment.received.0,
            "{payment:?}"
        );
    }
    assert_stock_agrees(app).await;
}

/// How much of a payment is promised back, by what it paid for.
pub async fn refunded(app: &TestApp, order: &Value) -> i64 {
    let id: entity::ids::PaymentId = text(&order["payment"], "id").parse().unwrap();
    let row = payment::Entity::find_by_id(id).one(app.app.db().read()).await.unwrap();
    row.unwrap().refunded.0
}

pub async fn seen(client: &Client, order: &Value) -> Value {
    let path = format!("/api/v1/orders/{}", text(order, "id"));
    client.get(&path).await.expect(StatusCode::OK)
}

pub async fn does(client: &Client, order: &Value, what: &str, body: &Value) -> Answer {
    client
        .post(&format!("/api/v1/orders/{}/{what}", text(order, "id")), body)
        .await
}

/// A paid order of `quantity` of `listing`, its guest, and as it was placed.
pub async fn paid(app: &TestApp, listing: &Value, quantity: &str) -> (Client, Value) {
    let receipt = checks_out(&app.guest(), &basket(&[line(listing, quantity)])).await;
    let payment = &receipt["payments"][0];
    let amount = payment["amount"].as_i64().unwrap();
    assert_eq!(pays(app, payment, amount).await, CREDITED);
    (holder(app, &receipt), receipt["orders"][0].clone())
}

/// An order that is paid on delivery.
pub async fn on_delivery(app: &TestApp, listing: &Value, quantity: &str) -> (Client, Value) {
    let mut body = basket(&[line(listing, quantity)]);
    body["payment_method"] = json!("cod");
    let receipt = checks_out(&app.guest(), &body).await;
    (holder(app, &receipt), receipt["orders"][0].clone())
}

/// Lets the seller confirm, pack and ship all of it, and the buyer have it.
pub async fn delivered(seller: &Farmer, buyer: &Client, order: &Value) -> Value {
    for what in ["confirm", "pack", "ship"] {
        act(&seller.client, order, what).await.expect(StatusCode::OK);
    }
    act(buyer, order, "deliver").await.expect(StatusCode::OK)
}

pub fn parts(order: &Value, quantities: &[&str]) -> Value {
    let lines = order["lines"].as_array().unwrap();
    let part = |(line, quantity): (&Value, &&str)| json!({"line_id": line["id"], "quantity": {"value": quantity, "unit": line["quantity"]["unit"]}});
    lines.iter().zip(quantities).map(part).collect()
}

on_both!(
    a_seller_who_never_confirms_loses_the_order_and_the_money_goes_back,
    |app| {
        let (_, tea) = shop(app, "Chè nhài", 100_000, "5").await;
        let (guest, order) = paid(app, &tea, "2").await;
        let (door, at_the_door) = on_delivery(app, &tea, "1").await;
        let waiting = seen(&guest, &order).await;
        assert_eq!(
            (&waiting["summary"], &waiting["state"]),
            (&json!("waiting"), &json!("placed"))
        );
        assert!(waiting["confirm_by"].is_string() && seen(&door, &at_the_door).await["confirm_by"].is_string());
        let unpaid = checks_out(&app.guest(), &basket(&[line(&tea, "1")])).await;
        assert_eq!(
            unpaid["orders"][0]["confirm_by"],
            Value::Null,
            "nobody is waited for before the money"
        );
        assert_eq!(unpaid["orders"][0]["summary"], "unpaid");

        app.app.source().advance(47 * HOUR);
        care(&app.app).await.unwrap();
        assert_eq!(seen(&guest, &order).await["state"], "placed");
        app.app.source().advance(2 * HOUR);
        care(&app.app).await.unwrap();
        for (client, order) in [(&guest, &order), (&door, &at_the_door)] {
            let gone = seen(client, order).await;
            assert_eq!(
                (&gone["state"], &gone["summary"]),
                (&json!("cancelled"), &json!("cancelled"))
            );
            assert_eq!(gone["cancelled"]["by"], "exchange");
            assert_eq!(gone["confirm_by"], Value::Null);
        }
        let gone = seen(&guest, &order).await;
        assert_eq!(
            (&gone["given_back"], refunded(app, &gone).await),
            (&json!(200_000), 200_000)
        );
        choque::orders::expire_due(&app.app).await.unwrap();
        assert_eq!(left(app, &tea).await, "5");
        assert_books_agree(app).await;
    }
);

on_both!(who_may_give_an_order_up_depends_on_where_it_stands, |app| {
    let (lan, tea) = shop(app, "Chè xanh", 100_000, "20").await;
    // Its buyer, until the seller confirms; the money goes back.
    let (guest, order) = paid(app, &tea, "2").await;
    assert_eq!(seen(&guest, &order).await["actions"], json!(["cancel"]));
    let given_up = act(&guest, &order, "cancel").await.expect(StatusCode::OK);
    assert_eq!(
        (
            &given_up["state"],
            &given_up["cancelled"]["by"],
            &given_up["given_back"]
        ),
        (&json!("cancelled"), &json!("buyer"), &json!(200_000))
    );
    act(&guest, &order, "cancel").await.expect(StatusCode::OK);
    assert_eq!(refunded(app, &given_up).await, 200_000, "given back once");
    assert_eq!(left(app, &tea).await, "20");

    // After that the seller, with a reason, until goods leave.
    let (guest, order) = paid(app, &tea, "2").await;
    act(&lan.client, &order, "confirm").await.expect(StatusCode::OK);
    let refused = act(&guest, &order, "cancel").await.expect(StatusCode::CONFLICT);
    assert_eq!(refused["type"], "urn:choque:problem:money-came");
    assert_eq!(seen(&guest, &order).await["actions"], json!([]));
    let silent = act(&lan.client, &order, "cancel").await;
    assert_eq!(silent.wrong(StatusCode::UNPROCESSABLE_ENTITY), ["/reason"]);
    act(&lan.client, &order, "pack").await.expect(StatusCode::OK);
    let reason = json!({"reason": "Mưa ướt hết chè"});
    let given_up = does(&lan.client, &order, "cancel", &reason)
        .await
        .expect(StatusCode::OK);
    assert_eq!(given_up["cancelled"]["reason"], "Mưa ướt hết chè");
    assert_eq!(
        (&given_up["parcels"], &given_up["fulfilment"]),
        (&json!([]), &json!("waiting"))
    );
    assert_eq!(refunded(app, &given_up).await, 200_000);
    assert_eq!(left(app, &tea).await, "20");

    let (guest, order) = on_delivery(app, &tea, "1").await;
    act(&lan.client, &order, "confirm").await.expect(StatusCode::OK);
    let refused = act(&guest, &order, "cancel").await.expect(StatusCode::CONFLICT);
    assert_eq!(refused["type"], "urn:choque:problem:needs-seller");
    for what in ["pack", "ship"] {
        act(&lan.client, &order, what).await.expect(StatusCode::OK);
    }
    let refused = does(&lan.client, &order, "cancel", &reason)
        .await
        .expect(StatusCode::CONFLICT);
    assert_eq!(refused["type"], "urn:choque:problem:goods-left");
    assert_books_agree(app).await;
});

on_both!(parcels_go_one_by_one, |app| {
    let (lan, tea) = shop(app, "Chè đinh", 100_000, "10").await;
    let honey = offer(
        &lan,
        "Mật ong",
        json!({"price": 50_000, "unit": "hop", "stock": {"value": "10", "unit": "hop"}}),
    )
    .await;
    let receipt = checks_out(&app.guest(), &basket(&[line(&tea, "3"), line(&honey, "4")])).await;
    assert_eq!(pays(app, &receipt["payments"][0], 500_000).await, CREDITED);
    let (guest, order) = (holder(app, &receipt), &receipt["orders"][0]);
    act(&lan.client, order, "confirm").await.expect(StatusCode::OK);

    // What makes no sense is named.
    let pack = |lines: Value, rest: &str| json!({"lines": lines, "rest": rest});
    for (body, pointers) in [
        (json!({"lines": parts(order, &["1", "4"])}), vec!["/rest"]),
        (pack(parts(order, &["4"]), "later"), vec!["/lines/0/quantity"]),
        (
            pack(parts(order, &["1", "0.5"]), "later"),
            vec!["/lines/1/quantity/value"],
        ),
        (pack(json!([]), "later"), vec!["/lines"]),
        (pack(parts(order, &["1"]), "x"), vec!["/rest"]),
        (
            pack(
                json!([{"line_id": order["id"], "quantity": {"value": "1", "unit": "kg"}}, {"line_id": "x"}]),
                "later",
            ),
            vec!["/lines/1/line_id", "/lines/1/quantity"],
        ),
    ] {
        let answer = does(&lan.client, order, "pack", &body).await;
        assert_eq!(answer.wrong(StatusCode::UNPROCESSABLE_ENTITY), pointers, "{body}");
    }

    let first = pack(parts(order, &["1.5", "4"]), "later");
    let path = format!("/api/v1/orders/{}/pack", text(order, "id"));
    let once = lan
        .client
        .post_once(&path, "kien-1", &first)
        .await
        .expect(StatusCode::OK);
    let again = lan
        .client
        .post_once(&path, "kien-1", &first)
        .await
        .expect(StatusCode::OK);
    assert_eq!(once, again, "packed once");
    assert_eq!(
        (&once["fulfilment"], &once["summary"]),
        (&json!("waiting"), &json!("preparing"))
    );
    assert_eq!(once["lines"][0]["packed"], json!({"value": "1.5", "unit": "kg"}));
    let parcel = &once["parcels"][0];
    let sent = json!({"parcel_id": parcel["id"], "carrier": "Viettel Post", "tracking": "VTP123"});
    let sent = does(&lan.client, order, "ship", &sent).await.expect(StatusCode::OK);
    assert_eq!(
        (&sent["summary"], &sent["actions"]),
        (&json!("part_sent"), &json!(["pack", "deliver"]))
    );
    assert_eq!(sent["parcels"][0]["tracking"], "VTP123");
    assert_eq!(sent["lines"].as_array().unwrap().len(), 2);
    let db = app.app.db().read();
    let issued: i64 = pool::Entity::find()
        .all(db)
        .await
        .unwrap()
        .iter()
        .map(|pool| pool.issued.0)
        .sum();
    assert_eq!(issued, 1500 + 4000, "only what left");
    assert_books_agree(app).await;
    act(&guest, order, "deliver").await.expect(StatusCode::OK);

    // The rest: a part of it comes in a second parcel, a part is given up.
    let second = does(&lan.client, order, "pack", &pack(parts(order, &["1"]), "drop"))
        .await
        .expect(StatusCode::OK);
    assert_eq!(second["parcels"][1]["number"], 2);
    assert_eq!(
        (&second["total"], &second["fulfilment"]),
        (&json!(450_000), &json!("packed"))
    );
    assert_eq!(second["lines"][0]["given_up"], json!({"value": "0.5", "unit": "kg"}));
    assert_eq!(second["lines"][0]["ordered"], json!({"value": "3", "unit": "kg"}));
    assert_eq!(refunded(app, &second).await, 50_000);
    assert_eq!(left(app, &tea).await, "7.5");
    act(&lan.client, order, "ship").await.expect(StatusCode::OK);
    let done = act(&guest, order, "deliver").await.expect(StatusCode::OK);
    assert_eq!(
        (&done["state"], &done["summary"]),
        (&json!("completed"), &json!("delivered"))
    );
    assert!(done["received"] == true && done["return_until"].is_string());
    assert_books_agree(app).await;
});

on_both!(a_part_of_an_order_is_given_up, |app| {
    let (lan, tea) = shop(app, "Chè tôm", 350_001, "10").await;
    let honey = offer(
        &lan,
        "Mật ong rừng",
        json!({"price": 99_999, "unit": "kg", "stock": {"value": "10", "unit": "kg"}}),
    )
    .await;
    // Unpaid: the payment is replaced by one of what is left.
    let receipt = checks_out(&app.guest(), &basket(&[line(&tea, "0.75"), line(&honey, "1")])).await;
    let (guest, order) = (holder(app, &receipt), &receipt["orders"][0]);
    let cut = json!({"lines": parts(order, &["0.5"])});
    let less = does(&guest, order, "cancel", &cut).await.expect(StatusCode::OK);
    assert_eq!(less["total"], 87_500 + 99_999);
    assert_eq!(
        (&less["payment"]["amount"], &less["payment"]["status"]),
        (&less["total"], &json!("pending"))
    );
    assert_ne!(less["payment"]["id"], receipt["payments"][0]["id"]);
    assert_eq!(left(app, &tea).await, "9.75");
    assert_eq!(pays(app, &less["payment"], 187_499).await, CREDITED);

    // Paid: its price goes back, never a đồng off.
    let all_of_one = json!({"lines": [{"line_id": order["lines"][1]["id"], "quantity": {"value": "1", "unit": "kg"}}]});
    let less = does(&guest, order, "cancel", &all_of_one).await.expect(StatusCode::OK);
    assert_eq!((&less["total"], &less["state"]), (&json!(87_500), &json!("placed")));
    assert_eq!(refunded(app, &less).await, 99_999);
    act(&lan.client, order, "confirm").await.expect(StatusCode::OK);
    let cut = json!({"lines": parts(order, &["0.1"])});
    does(&guest, order, "cancel", &cut).await.expect(StatusCode::CONFLICT);
    let cut = json!({"lines": parts(order, &["0.1"]), "reason": "Hết chè"});
    let less = does(&lan.client, order, "cancel", &cut).await.expect(StatusCode::OK);
    assert_eq!(less["total"], 52_500);
    // All that is left of it: the order is given up.
    let rest = json!({"lines": parts(order, &["0.15"]), "reason": "Hết chè"});
    let gone = does(&lan.client, order, "cancel", &rest).await.expect(StatusCode::OK);
    assert_eq!(gone["state"], "cancelled");
    assert_eq!(refunded(app, &gone).await, 187_499);
    assert_eq!(
        (left(app, &tea).await, left(app, &honey).await),
        ("10".to_owned(), "10".to_owned())
    );
    assert_books_agree(app).await;
});

on_both!(money_is_earned_once_when_the_buyer_says_so_or_time_is_over, |app| {
    let (lan, tea) = shop(app, "Chè sao", 100_000, "20").await;
    let (guest, order) = paid(app, &tea, "1").await;
    let done = delivered(&lan, &guest, &order).await;
    assert!(done["earned_at"].is_string(), "the buyer said it came");

    let (guest, order) = paid(app, &tea, "1").await;
    for what in ["confirm", "pack", "ship", "deliver"] {
        act(&lan.client, &order, what).await.expect(StatusCode::OK);
    }
    earn_due(&app.app).await.unwrap();
    assert_eq!(seen(&guest, &order).await["earned_at"], Value::Null);
    app.app.source().advance(8 * 24 * HOUR);
    earn_due(&app.app).await.unwrap();
    assert!(
        seen(&guest, &order).await["earned_at"].is_string(),
        "nobody may give it back any more"
    );

    // Cash: by the seller's word that it came; and never while they say that it did not.
    for (cash, said, earned) in [(json!({}), "came", true), (json!({"cash": false}), "missing", false)] {
        let (guest, order) = on_delivery(app, &tea, "1").await;
        for what in ["confirm", "pack", "ship"] {
            act(&lan.client, &order, what).await.expect(StatusCode::OK);
        }
        let done = act(&guest, &order, "deliver").await.expect(StatusCode::OK);
        assert_eq!((&done["cash"], &done["earned_at"]), (&Value::Null, &Value::Null));
        let done = does(&lan.client, &order, "deliver", &cash).await.expect(StatusCode::OK);
        assert_eq!((&done["cash"], done["earned_at"].is_string()), (&json!(said), earned));
        app.app.source().advance(8 * 24 * HOUR);
        earn_due(&app.app).await.unwrap();
        assert_eq!(seen(&guest, &order).await["earned_at"].is_string(), earned);
    }
    assert_books_agree(app).await;
});

on_both!(a_seller_gives_back_by_their_own_decision, |app| {
    let (lan, tea) = shop(app, "Chè khô", 100_000, "20").await;
    let (guest, order) = paid(app, &tea, "2").await;
    let refund = |amount: i64| json!({"amount": amount, "reason": "Chè hơi vụn"});
    does(&guest, &order, "refund", &refund(1))
        .await
        .expect(StatusCode::FORBIDDEN);
    let back = does(&lan.client, &order, "refund", &refund(30_000))
        .await
        .expect(StatusCode::OK);
    assert_eq!((&back["total"], &back["given_back"]), (&json!(200_000), &json!(30_000)));
    for (body, pointers) in [
        (refund(170_001), vec!["/amount"]),
        (refund(0), vec!["/amount"]),
        (json!({}), vec!["/amount", "/reason"]),
    ] {
        let answer = does(&lan.client, &order, "refund", &body).await;
        assert_eq!(answer.wrong(StatusCode::UNPROCESSABLE_ENTITY), pointers, "{body}");
    }
    delivered(&lan, &guest, &order).await;
    // After it was earned, too; and all of it.
    let back = does(&lan.client, &order, "refund", &refund(170_000))
        .await
        .expect(StatusCode::OK);
    assert_eq!(
        (&back["given_back"], &back["summary"]),
        (&json!(200_000), &json!("refunded"))
    );
    assert_eq!(refunded(app, &back).await, 200_000);
    let (_, unpaid) = {
        let receipt = checks_out(&app.guest(), &basket(&[line(&tea, "1")])).await;
        (holder(app, &receipt), receipt["orders"][0].clone())
    };
    does(&lan.client, &unpaid, "refund", &refund(1))
        .await
        .expect(StatusCode::CONFLICT);
    assert_books_agree(app).await;
});

on_both!(whatever_buyer_and_seller_do_books_and_stock_agree, |app| {
    let (lan, tea) = shop(app, "Chè búp", 123_457, "1000").await;
    let honey = offer(
        &lan,
        "Mật",
        json!({"price": 77_777, "unit": "hop", "stock": {"value": "1000", "unit": "hop"}}),
    )
    .await;
    let mut seed = 20_261_122_u64;
    let mut roll = |sides: u64| {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % sides
    };
    for round in 0..12 {
        let mut body = basket(&[line(&tea, "1.234"), line(&honey, "5")]);
        let cod = roll(3) == 0;
        if cod {
            body["payment_method"] = json!("cod");
        }
        let receipt = checks_out(&app.guest(), &body).await;
        let (guest, order) = (holder(app, &receipt), &receipt["orders"][0]);
        if !cod && roll(5) > 0 {
            let amount = receipt["payments"][0]["amount"].as_i64().unwrap();
            pays(app, &receipt["payments"][0], amount).await;
        }
        for _ in 0..14 {
            let who = if roll(3) == 0 { &guest } else { &lan.client };
            let some = ["0.2", "0.617", "1"][usize::try_from(roll(3)).unwrap()];
            let boxes = ["1", "2"][usize::try_from(roll(2)).unwrap()];
            let rest = ["later", "drop"][usize::try_from(roll(2)).unwrap()];
            let (what, body) = match roll(12) {
                0 | 1 => ("confirm", json!({})),
                2 => ("pack", json!({})),
                3 | 4 => ("pack", json!({"lines": parts(order, &[some, boxes]), "rest": rest})),
                5 | 6 => ("ship", json!({})),
                7 | 8 => ("deliver", json!({})),
                9 => ("cancel", json!({"reason": "Đổi ý", "lines": parts(order, &[some])})),
                10 => ("refund", json!({"amount": 1 + roll(50_000), "reason": "Bớt"})),
                _ if roll(6) == 0 => ("cancel", json!({"reason": "Đổi ý"})),
                _ => (
                    "return",
                    json!({"lines": parts(order, &["0.1", "1"]), "reason": "quality", "text": "Không ngon"}),
                ),
            };
            let before = seen(&lan.client, order).await;
            let answer = does(who, order, what, &body).await;
            let offered = before["actions"].as_array().unwrap().contains(&json!(what));
            let plain = body == json!({}) && std::ptr::eq(who, &raw const lan.client);
            assert!(
                !(plain && offered) || answer.status == StatusCode::OK,
                "round {round}: {what} was offered and refused: {}",
                answer.text()
            );
        }
        assert_books_agree(app).await;
    }
    app.app.source().advance(40 * 24 * HOUR);
    for _ in 0..3 {
        choque::orders::expire_due(&app.app).await.unwrap();
        care(&app.app).await.unwrap();
        earn_due(&app.app).await.unwrap();
    }
    assert_books_agree(app).await;
});

on_both!(a_guest_is_told_in_their_language_and_the_link_opens_the_order, |app| {
    let (lan, tea) = shop(app, "Chè nhài", 100_000, "3").await;
    let body = basket(&[line(&tea, "1")]);
    let path = "/api/v1/checkout";
    let request = app.guest().request(Method::POST, path).header("Accept-Language", "en");
    let receipt = Answer::of(Method::POST, path, request.json(&body))
        .await
        .expect(StatusCode::CREATED);
    let other = checks_out(&app.guest(), &body).await;
    assert_eq!(pays(app, &receipt["payments"][0], 100_000).await, CREDITED);
    act(&lan.client, &receipt["orders"][0], "confirm")
        .await
        .expect(StatusCode::OK);

    let phone = "0912345678";
    until("the buyer's phone has a message", || async {
        !app.messages(phone).await.is_empty()
    })
    .await;
    let told = app.messages(phone).await.pop().unwrap();
    assert!(told.contains("The seller has confirmed your order"), "{told}");
    let link = told
        .split_whitespace()
        .find(|word| word.contains("/don-hang/"))
        .unwrap();
    let (_, path) = link.split_once("choque.test").unwrap();
    let group = text(&receipt, "group_id");
    let (before, proof) = path.split_once("?t=").unwrap();
    assert_eq!(before, format!("/don-hang/{group}"));
    let page = opens(app, path, "").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text().contains(&text(&receipt["orders"][0], "number")));
    for closed in [
        before.to_owned(),
        format!("{before}?t={}", &proof[1..]),
        // The same phone, another order: each message opens what it tells of.
        format!("/don-hang/{}?t={proof}", text(&other, "group_id")),
    ] {
        assert_eq!(opens(app, &closed, "").await.status, StatusCode::NOT_FOUND, "{closed}");
    }
});
