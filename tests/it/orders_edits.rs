//! The seller proposes, the buyer decides.

use choque::orders::{care, expire_due};
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::{
    harness::{Answer, Client, text},
    on_both,
    orders::{CREDITED, act, basket, checks_out, holder, left, line, offer, pays, shop},
    orders_lifecycle::{HOUR, assert_books_agree, does, on_delivery, paid, refunded, seen},
};

async fn says(client: &Client, edit: &Value, what: &str) -> Answer {
    let path = format!("/api/v1/order-edits/{}/{what}", text(edit, "id"));
    client.post(&path, &json!({})).await
}

fn kg(value: &str) -> Value {
    json!({"value": value, "unit": "kg"})
}

on_both!(what_the_buyer_agrees_to_happens, |app| {
    let (lan, tea) = shop(app, "Chè nõn", 100_000, "10").await;
    let honey = offer(
        &lan,
        "Mật ong",
        json!({"price": 80_000, "unit": "kg", "stock": {"value": "10", "unit": "kg"}}),
    )
    .await;
    let (guest, order) = paid(app, &tea, "3").await;
    let id = &order["lines"][0]["id"];
    let fewer =
        json!({"note": "Chỉ còn hai cân ngon", "lines": [{"line_id": id, "quantity": kg("2"), "price": 90_000}]});
    let edit = does(&lan.client, &order, "edits", &fewer)
        .await
        .expect(StatusCode::CREATED);
    assert_eq!(
        (&edit["state"], &edit["difference"]),
        (&json!("open"), &json!(-120_000))
    );
    assert_eq!(edit["default_outcome"]["outcome"], "unchanged");
    assert_eq!(edit["lines"][0]["after"]["amount"], 180_000);
    let shown = seen(&guest, &order).await;
    assert_eq!(
        (&shown["edit"]["id"], &shown["total"]),
        (&edit["id"], &json!(300_000)),
        "nothing happens before"
    );
    assert!(shown["further"].as_array().unwrap().contains(&json!("edit")));
    let second = does(&lan.client, &order, "edits", &fewer)
        .await
        .expect(StatusCode::CONFLICT);
    assert_eq!(second["type"], "urn:choque:problem:edit-open");
    says(&lan.client, &edit, "accept").await.expect(StatusCode::FORBIDDEN);
    says(&app.guest(), &edit, "accept").await.expect(StatusCode::NOT_FOUND);
    let agreed = says(&guest, &edit, "accept").await.expect(StatusCode::OK);
    assert_eq!(
        (&agreed["state"], &agreed["default_outcome"]),
        (&json!("accepted"), &Value::Null)
    );
    says(&guest, &edit, "accept").await.expect(StatusCode::OK);
    let closed = says(&guest, &edit, "refuse").await.expect(StatusCode::CONFLICT);
    assert_eq!(closed["type"], "urn:choque:problem:edit-closed");
    let after = seen(&guest, &order).await;
    assert_eq!(
        (&after["total"], &after["lines"][0]["price"]),
        (&json!(180_000), &json!(90_000))
    );
    assert_eq!(refunded(app, &after).await, 120_000);
    assert_eq!(left(app, &tea).await, "8");
    assert_books_agree(app).await;

    // More of it: what is on top is paid first, and held meanwhile.
    let more = json!({"lines": [{"line_id": id, "quantity": kg("5")}]});
    let edit = does(&lan.client, &order, "edits", &more)
        .await
        .expect(StatusCode::CREATED);
    assert_eq!(edit["difference"], 270_000);
    let agreed = says(&guest, &edit, "accept").await.expect(StatusCode::OK);
    assert_eq!(agreed["state"], "waiting_payment");
    assert_eq!(left(app, &tea).await, "5");
    act(&lan.client, &order, "confirm").await.expect(StatusCode::OK);
    let waits = act(&lan.client, &order, "pack").await.expect(StatusCode::CONFLICT);
    assert_eq!(waits["type"], "urn:choque:problem:edit-open");
    let shown = seen(&guest, &order).await;
    assert_eq!(shown["total"], 180_000);
    assert_eq!(pays(app, &shown["further_payments"][0], 270_000).await, CREDITED);
    let after = seen(&guest, &order).await;
    assert_eq!(
        (&after["total"], &after["lines"][0]["quantity"]),
        (&json!(450_000), &kg("5"))
    );
    assert_eq!(after["edit"], Value::Null);
    assert_books_agree(app).await;

    // Something else in its place.
    let instead = json!({"lines": [{"line_id": id, "substitute": {"listing_id": honey["id"], "quantity": kg("4"), "price": 75_000}}]});
    let edit = does(&lan.client, &order, "edits", &instead)
        .await
        .expect(StatusCode::CREATED);
    assert_eq!(
        (&edit["difference"], &edit["lines"][0]["after"]["title"]),
        (&json!(-150_000), &json!("Mật ong"))
    );
    says(&guest, &edit, "accept").await.expect(StatusCode::OK);
    let after = seen(&guest, &order).await;
    assert_eq!(
        (
            &after["total"],
            &after["lines"][0]["amount"],
            &after["lines"][1]["amount"]
        ),
        (&json!(300_000), &json!(0), &json!(300_000))
    );
    assert_eq!(
        (left(app, &tea).await, left(app, &honey).await),
        ("10".to_owned(), "6".to_owned())
    );
    for what in ["pack", "ship"] {
        act(&lan.client, &order, what).await.expect(StatusCode::OK);
    }
    act(&guest, &order, "deliver").await.expect(StatusCode::OK);
    assert_books_agree(app).await;
});

on_both!(without_an_answer_nothing_changes, |app| {
    let (lan, tea) = shop(app, "Chè hoa", 100_000, "10").await;
    let (guest, order) = paid(app, &tea, "2").await;
    let id = &order["lines"][0]["id"];
    let propose = |quantity: &str| json!({"lines": [{"line_id": id, "quantity": kg(quantity)}]});
    let edit = does(&lan.client, &order, "edits", &propose("1"))
        .await
        .expect(StatusCode::CREATED);
    app.app.source().advance(25 * HOUR);
    says(&guest, &edit, "accept").await.expect(StatusCode::CONFLICT);
    care(&app.app).await.unwrap();
    let path = format!("/api/v1/order-edits/{}", text(&edit, "id"));
    assert_eq!(guest.get(&path).await.expect(StatusCode::OK)["state"], "lapsed");
    app.person("0987000009", "Người lạ")
        .await
        .get(&path)
        .await
        .expect(StatusCode::NOT_FOUND);

    let edit = does(&lan.client, &order, "edits", &propose("3"))
        .await
        .expect(StatusCode::CREATED);
    says(&guest, &edit, "accept").await.expect(StatusCode::OK);
    assert_eq!(left(app, &tea).await, "7");
    app.app.source().advance(21 * HOUR);
    act(&lan.client, &order, "confirm").await.expect(StatusCode::OK);
    app.app.source().advance(4 * HOUR);
    expire_due(&app.app).await.unwrap();
    assert_eq!(left(app, &tea).await, "8", "what was held for it is free");
    assert_eq!(
        guest
            .get(&format!("/api/v1/order-edits/{}", text(&edit, "id")))
            .await
            .expect(StatusCode::OK)["state"],
        "lapsed"
    );
    assert_eq!(seen(&guest, &order).await["total"], 200_000);

    let edit = does(&lan.client, &order, "edits", &propose("1"))
        .await
        .expect(StatusCode::CREATED);
    assert_eq!(
        says(&guest, &edit, "refuse").await.expect(StatusCode::OK)["state"],
        "refused"
    );
    let edit = does(&lan.client, &order, "edits", &propose("1"))
        .await
        .expect(StatusCode::CREATED);
    assert_eq!(
        says(&lan.client, &edit, "withdraw").await.expect(StatusCode::OK)["state"],
        "withdrawn"
    );
    // Packing goes on without it; a cancelled order takes the payment of its difference with it.
    let edit = does(&lan.client, &order, "edits", &propose("4"))
        .await
        .expect(StatusCode::CREATED);
    says(&guest, &edit, "accept").await.expect(StatusCode::OK);
    let further = seen(&guest, &order).await["further_payments"]
        .as_array()
        .unwrap()
        .last()
        .unwrap()
        .clone();
    does(&lan.client, &order, "cancel", &json!({"reason": "Hết hàng"}))
        .await
        .expect(StatusCode::OK);
    assert_eq!(left(app, &tea).await, "10");
    let (state, _) = pays(app, &further, 200_000).await;
    assert_eq!(
        state,
        entity::payments::notice::State::Unmatched,
        "a person looks at it"
    );
    assert_books_agree(app).await;
});

on_both!(an_edit_of_what_is_not_paid_changes_what_is_asked_for, |app| {
    let (lan, tea) = shop(app, "Chè vối", 100_000, "10").await;
    let receipt = checks_out(&app.guest(), &basket(&[line(&tea, "2")])).await;
    let (guest, order) = (holder(app, &receipt), &receipt["orders"][0]);
    let body = json!({"lines": [{"line_id": order["lines"][0]["id"], "quantity": kg("3"), "price": 90_000}]});
    let edit = does(&lan.client, order, "edits", &body)
        .await
        .expect(StatusCode::CREATED);
    assert_eq!(
        says(&guest, &edit, "accept").await.expect(StatusCode::OK)["state"],
        "accepted"
    );
    let after = seen(&guest, order).await;
    assert_eq!(
        (&after["total"], &after["payment"]["amount"]),
        (&json!(270_000), &json!(270_000))
    );
    assert_eq!(pays(app, &after["payment"], 270_000).await, CREDITED);

    let (guest, order) = on_delivery(app, &tea, "2").await;
    let body = json!({"lines": [{"line_id": order["lines"][0]["id"], "quantity": kg("4")}]});
    let edit = does(&lan.client, &order, "edits", &body)
        .await
        .expect(StatusCode::CREATED);
    says(&guest, &edit, "accept").await.expect(StatusCode::OK);
    assert_eq!(seen(&guest, &order).await["total"], 400_000);

    // More than there is: refused with what is left, and nothing is held.
    let body = json!({"lines": [{"line_id": order["lines"][0]["id"], "quantity": kg("9")}]});
    let edit = does(&lan.client, &order, "edits", &body)
        .await
        .expect(StatusCode::CREATED);
    assert_eq!(
        says(&guest, &edit, "accept").await.wrong(StatusCode::CONFLICT),
        ["/lines/0"]
    );
    assert_eq!(left(app, &tea).await, "3");
    says(&lan.client, &edit, "withdraw").await.expect(StatusCode::OK);

    let id = &order["lines"][0]["id"];
    for (body, pointers) in [
        (json!({}), vec!["/lines"]),
        (json!({"lines": [{"line_id": id}]}), vec!["/lines/0"]),
        (
            json!({"lines": [{"line_id": id, "price": 100_000}]}),
            vec!["/lines/0/price"],
        ),
        (json!({"lines": [{"line_id": id, "quantity": kg("0")}]}), vec!["/lines"]),
        (
            json!({"lines": [{"line_id": "x", "quantity": kg("1")}]}),
            vec!["/lines/0/line_id"],
        ),
        (
            json!({"lines": [{"line_id": id, "quantity": kg("-1")}]}),
            vec!["/lines/0/quantity/value"],
        ),
        (
            json!({"lines": [{"line_id": id, "substitute": {"listing_id": id, "quantity": kg("1")}}]}),
            vec!["/lines/0/substitute/listing_id"],
        ),
        (
            json!({"lines": [{"line_id": id, "substitute": {}}]}),
            vec!["/lines/0/substitute/listing_id", "/lines/0/substitute/quantity"],
        ),
    ] {
        let answer = does(&lan.client, &order, "edits", &body).await;
        assert_eq!(answer.wrong(StatusCode::UNPROCESSABLE_ENTITY), pointers, "{body}");
    }
    does(&guest, &order, "edits", &body_of(id))
        .await
        .expect(StatusCode::FORBIDDEN);
    for what in ["confirm", "pack"] {
        act(&lan.client, &order, what).await.expect(StatusCode::OK);
    }
    does(&lan.client, &order, "edits", &body_of(id))
        .await
        .expect(StatusCode::CONFLICT);
    assert_books_agree(app).await;
});

fn body_of(line: &Value) -> Value {
    json!({"lines": [{"line_id": line, "quantity": kg("1")}]})
}
