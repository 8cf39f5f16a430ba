//! Ordered by the piece, charged by weight.

use choque::orders::expire_due;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::{
    harness::{Client, Farmer, TestApp, text},
    on_both,
    orders::{CREDITED, act, banks, basket, checks_out, holder, line, offer, pays},
    orders_lifecycle::{HOUR, assert_books_agree, does, on_delivery, paid, refunded, seen},
};

/// Chickens of 1.4 to 1.7 kg at 120,000 đ a kilogram: two are thought to weigh 3.1 kg, which is 372,000 đ.
async fn chickens(app: &TestApp) -> (Farmer, Value) {
    let farmer = app.farmer().await;
    banks(&farmer, "sepay").await;
    let kg = |value: &str| json!({"value": value, "unit": "kg"});
    let terms = json!({"unit": "con", "stock": {"value": "50", "unit": "con"},
        "by_weight": {"price": 120_000, "min": kg("1.4"), "max": kg("1.7")}});
    let listing = offer(&farmer, "Gà đồi", terms).await;
    (farmer, listing)
}

async fn weighs(farmer: &Farmer, order: &Value, weight: &str) -> Value {
    let body = json!({"lines": [{"line_id": order["lines"][0]["id"], "weight": {"value": weight, "unit": "kg"}}]});
    does(&farmer.client, order, "weigh", &body).await.expect(StatusCode::OK)
}

async fn confirmed(farmer: &Farmer, (guest, order): (Client, Value)) -> (Client, Value) {
    act(&farmer.client, &order, "confirm").await.expect(StatusCode::OK);
    (guest, order)
}

on_both!(what_weighs_less_costs_less, |app| {
    let (farmer, chicken) = chickens(app).await;
    let (guest, order) = confirmed(&farmer, paid(app, &chicken, "2").await).await;
    assert_eq!((&order["total"], &order["estimate"]), (&json!(372_000), &json!(true)));
    assert!(
        seen(&farmer.client, &order).await["further"]
            .as_array()
            .unwrap()
            .contains(&json!("weigh"))
    );
    let weighed = weighs(&farmer, &order, "2.955").await;
    assert_eq!(
        (&weighed["total"], &weighed["estimate"]),
        (&json!(354_600), &json!(false))
    );
    assert_eq!(
        weighed["lines"][0]["by_weight"]["weighed"],
        json!({"value": "2.955", "unit": "kg"})
    );
    assert_eq!(refunded(app, &weighed).await, 17_400);
    // Once; only what is charged by weight; only by its seller.
    let body = |line: &Value, value: &str| json!({"lines": [{"line_id": line["id"], "weight": {"value": value, "unit": "kg"}}]});
    let again = does(&farmer.client, &order, "weigh", &body(&order["lines"][0], "3")).await;
    assert_eq!(again.wrong(StatusCode::UNPROCESSABLE_ENTITY), ["/lines/0/line_id"]);
    does(&guest, &order, "weigh", &body(&order["lines"][0], "3"))
        .await
        .expect(StatusCode::FORBIDDEN);
    for (wrong, pointer) in [
        (json!({}), "/lines"),
        (body(&order["lines"][0], "0"), "/lines/0/weight/value"),
        (body(&order, "1"), "/lines/0/line_id"),
        (
            json!({"lines": [{"line_id": order["lines"][0]["id"], "weight": {"value": "1", "unit": "hop"}}]}),
            "/lines/0/line_id",
        ),
    ] {
        let answer = does(&farmer.client, &order, "weigh", &wrong).await;
        assert_eq!(answer.wrong(StatusCode::UNPROCESSABLE_ENTITY), [pointer], "{wrong}");
    }
    let (_, other) = confirmed(&farmer, paid(app, &chicken, "1").await).await;
    for what in ["pack", "ship"] {
        act(&farmer.client, &other, what).await.expect(StatusCode::OK);
    }
    let late = does(&farmer.client, &other, "weigh", &body(&other["lines"][0], "1.5")).await;
    late.expect(StatusCode::CONFLICT);
    assert_books_agree(app).await;
});

on_both!(what_weighs_more_is_asked_for_and_nobody_has_to_pay_it, |app| {
    let (farmer, chicken) = chickens(app).await;
    let (guest, order) = confirmed(&farmer, paid(app, &chicken, "2").await).await;
    let weighed = weighs(&farmer, &order, "3.3").await;
    assert_eq!(weighed["total"], 372_000, "nothing changes before it is paid");
    let more = &weighed["further_payments"][0];
    assert_eq!((&more["why"], &more["amount"]), (&json!("weight"), &json!(24_000)));
    assert_eq!(pays(app, more, 24_000).await, CREDITED);
    let settled = seen(&guest, &order).await;
    assert_eq!(
        (&settled["total"], &settled["lines"][0]["amount"]),
        (&json!(396_000), &json!(396_000))
    );
    // Given up, all of it goes back, by both payments.
    let gone = does(&farmer.client, &order, "cancel", &json!({"reason": "Gà ốm"}))
        .await
        .expect(StatusCode::OK);
    assert_eq!(gone["given_back"], 396_000);
    assert_eq!(refunded(app, &gone).await, 372_000);

    // Far more: a tenth at most. Not paid: the estimate stays.
    let (guest, order) = confirmed(&farmer, paid(app, &chicken, "2").await).await;
    let weighed = weighs(&farmer, &order, "5").await;
    assert_eq!(weighed["further_payments"][0]["amount"], 37_200);
    app.app.source().advance(25 * HOUR);
    expire_due(&app.app).await.unwrap();
    let settled = seen(&guest, &order).await;
    assert_eq!(
        (&settled["total"], &settled["state"]),
        (&json!(372_000), &json!("confirmed"))
    );
    assert_eq!(settled["further_payments"][0]["status"], "expired");
    for what in ["pack", "ship"] {
        act(&farmer.client, &order, what).await.expect(StatusCode::OK);
    }
    let done = act(&guest, &order, "deliver").await.expect(StatusCode::OK);
    assert!(done["earned_at"].is_string());

    // At the door it is simply paid, within the same bounds.
    let (_, order) = confirmed(&farmer, on_delivery(app, &chicken, "2").await).await;
    assert_eq!(weighs(&farmer, &order, "3.3").await["total"], 396_000);
    let (_, order) = confirmed(&farmer, on_delivery(app, &chicken, "2").await).await;
    assert_eq!(weighs(&farmer, &order, "5").await["total"], 409_200);
    let (_, order) = confirmed(&farmer, on_delivery(app, &chicken, "2").await).await;
    assert_eq!(weighs(&farmer, &order, "3").await["total"], 360_000);

    // Before its money is there nothing is weighed.
    let receipt = checks_out(&app.guest(), &basket(&[line(&chicken, "1")])).await;
    let order = &receipt["orders"][0];
    act(&farmer.client, order, "confirm").await.expect(StatusCode::OK);
    let body = json!({"lines": [{"line_id": order["lines"][0]["id"], "weight": {"value": "1.5", "unit": "kg"}}]});
    let unpaid = does(&farmer.client, order, "weigh", &body)
        .await
        .expect(StatusCode::CONFLICT);
    assert_eq!(text(&unpaid, "type"), "urn:choque:problem:unpaid");
    holder(app, &receipt);
    assert_books_agree(app).await;
});
