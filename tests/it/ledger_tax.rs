//! Tax withheld, the threshold of the law, and the data of e-invoices.

use choque::payments::{self, Earning, ledger::LedgerAccount};
use entity::Dong;
use reqwest::StatusCode;
use serde_json::json;

use crate::{
    books,
    harness::{Farmer, TestApp, text},
    ledger::{sheet, tea},
    on_both, on_both_held,
    orders::{act, basket, checks_out, holder, line, shop},
};

impl TestApp {
    /// A seller of another kind.
    async fn sells_as(&self, phone: &str, kind: &str) -> Farmer {
        let client = self.person(phone, "Hoàng Văn Bình").await;
        let seller = json!({"name": "HTX Tân Cương", "kind": kind, "commune_code": "05503"});
        let seller = client
            .post("/api/v1/sellers", &seller)
            .await
            .expect(StatusCode::CREATED);
        Farmer {
            client,
            seller_id: text(&seller, "id"),
        }
    }
}

on_both_held!(a_months_return_is_what_was_withheld_and_given_back, |app| {
    app.to_next_month(-3600);
    let chief = app.chief().await;
    let held = app.holds_money(&chief).await;
    let farmer = app.farmer().await;
    let coop = app.sells_as("0971000001", "cooperative").await;
    let month = app.this_month();
    let payment = app.paid(held, 1_110_000).await;
    let earning = Earning {
        delivery: Dong(100_000),
        ..tea(farmer.seller(), Some(payment), 1_000_000)
    };
    let order = earning.order;
    app.earns(earning).await.unwrap();
    let coops = app.paid(held, 500_000).await;
    app.earns(tea(coop.seller(), Some(coops), 500_000)).await.unwrap();
    assert_eq!(
        app.balance(LedgerAccount::tax(coop.seller())).await,
        0,
        "a cooperative declares for itself"
    );
    let services = app.paid(held, 200_000).await;
    let stay = Earning {
        category: "tourism-stay".to_owned(),
        ..tea(farmer.seller(), Some(services), 200_000)
    };
    app.earns(stay).await.unwrap();
    // A part comes back next month: that month's return gives it back.
    app.to_next_month(60);
    books!(app, |unit| payments::unearn(unit, order, Dong(250_001))).unwrap();
    let path = |month: choque::payments::month::Month| format!("/api/v1/tax-returns/{month}");
    let clerk = app.clerk().await;
    let one = clerk.get(&path(month)).await.expect(StatusCode::OK);
    assert_eq!(one["items"].as_array().unwrap().len(), 1);
    let row = &one["items"][0];
    assert_eq!(row["seller"]["id"], farmer.seller_id);
    assert_eq!(
        [
            &row["revenue_goods"],
            &row["revenue_services"],
            &row["revenue_transport"],
            &row["vat"],
            &row["pit"],
            &row["due"]
        ],
        [
            &json!(1_000_000),
            &json!(200_000),
            &json!(100_000),
            &json!(23_000),
            &json!(10_500),
            &json!(33_500)
        ]
    );
    let two = clerk.get(&path(month.after())).await.expect(StatusCode::OK);
    let row = &two["items"][0];
    // What is left of 1 % is 7,499.99 and of 0.5 % 3,749.995: rounded they leave 7,500 and 3,750.
    assert_eq!(
        [&row["cancelled"], &row["vat_offset"], &row["pit_offset"], &row["due"]],
        [&json!(250_001), &json!(2_500), &json!(1_250), &json!(-3_750)]
    );
    assert_eq!(app.balance(LedgerAccount::tax(farmer.seller())).await, 33_500 - 3_750);
    let rows = sheet(&clerk.get(&format!("{}/file.xlsx", path(month))).await.bytes);
    let totals = rows.last().unwrap();
    assert_eq!(
        totals[3..],
        ["1000000", "200000", "100000", "23000", "10500", "0", "0", "0", "33500"]
    );
    assert_eq!(rows[3][2], "Hộ chè Nguyễn Thị Lan");
    // It goes to the state once the month is over, once.
    farmer.client.get(&path(month)).await.expect(StatusCode::NOT_FOUND);
    clerk
        .get("/api/v1/tax-returns/2026-00")
        .await
        .expect(StatusCode::NOT_FOUND);
    clerk
        .post(&format!("{}/remitted", path(month)), &json!({}))
        .await
        .expect(StatusCode::FORBIDDEN);
    let early = chief
        .post(&format!("{}/remitted", path(month.after())), &json!({}))
        .await;
    assert_eq!(early.wrong(StatusCode::UNPROCESSABLE_ENTITY), ["/month"]);
    let done = chief
        .post(&format!("{}/remitted", path(month)), &json!({}))
        .await
        .expect(StatusCode::OK);
    assert!(done["remitted_at"].is_string());
    chief
        .post(&format!("{}/remitted", path(month)), &json!({}))
        .await
        .expect(StatusCode::CONFLICT);
    assert_eq!(app.balance(LedgerAccount::tax(farmer.seller())).await, -3_750);
    assert_eq!(
        app.balance(LedgerAccount::account(held)).await,
        -(1_110_000 + 500_000 + 200_000 - 33_500)
    );
});

on_both_held!(nobody_knows_what_it_is_so_the_highest_rate_holds, |app| {
    let chief = app.chief().await;
    let held = app.holds_money(&chief).await;
    let farmer = app.farmer().await;
    let payment = app.paid(held, 100_000).await;
    let unclear = Earning {
        category: String::new(),
        ..tea(farmer.seller(), Some(payment), 100_000)
    };
    app.earns(unclear).await.unwrap();
    assert_eq!(app.balance(LedgerAccount::tax(farmer.seller())).await, 7_000);
});

on_both!(revenue_is_weighed_against_the_threshold, |app| {
    let farmer = app.farmer().await;
    let clerk = app.clerk().await;
    let revenue = async || farmer.client.get(&farmer.at("revenue")).await.expect(StatusCode::OK);
    assert_eq!(revenue().await["state"], "below");
    let sale = tea(farmer.seller(), None, 800_000_000);
    let order = sale.order;
    app.earns(sale).await.unwrap();
    let near = revenue().await;
    assert_eq!(
        (&near["state"], &near["revenue"], &near["share_bp"], &near["threshold"]),
        (
            &json!("near"),
            &json!(800_000_000),
            &json!(8_000),
            &json!(1_000_000_000)
        )
    );
    assert_eq!(
        clerk.get("/api/v1/revenues?state=near").await.expect(StatusCode::OK)["items"][0]["seller"]["id"],
        farmer.seller_id
    );
    books!(app, |unit| payments::unearn(unit, order, Dong(1))).unwrap();
    assert_eq!(revenue().await["state"], "below", "what came back does not count");
    app.earns(tea(farmer.seller(), None, 200_000_001)).await.unwrap();
    let over = revenue().await;
    assert_eq!((&over["state"], &over["e_invoice"]), (&json!("over"), &json!(true)));
    let past = farmer
        .client
        .get(&format!("{}?year=2025", farmer.at("revenue")))
        .await
        .expect(StatusCode::OK);
    assert_eq!(past["revenue"], json!(0));
    let wrong = farmer.client.get(&format!("{}?year=1066", farmer.at("revenue"))).await;
    assert_eq!(wrong.wrong(StatusCode::UNPROCESSABLE_ENTITY), ["?year"]);
    assert_eq!(
        clerk
            .get("/api/v1/revenues?state=low&year=x")
            .await
            .wrong(StatusCode::UNPROCESSABLE_ENTITY),
        ["?year", "?state"]
    );
    farmer
        .client
        .get("/api/v1/revenues")
        .await
        .expect(StatusCode::NOT_FOUND);
    let page = clerk.get("/api/v1/revenues?limit=1").await.expect(StatusCode::OK);
    assert_eq!(
        (page["items"].as_array().unwrap().len(), &page["next_cursor"]),
        (1, &json!(null))
    );
});

on_both!(a_sale_has_the_data_of_its_invoice, |app| {
    let (farmer, listing) = shop(app, "Chè <tôm> & nõn", 125_000, "50").await;
    let bought = checks_out(&app.guest(), &{
        let mut body = basket(&[line(&listing, "1.5")]);
        body["payment_method"] = json!("cod");
        body
    })
    .await;
    let order = &bought["orders"][0];
    let path = |end: &str| format!("/api/v1/orders/{}/invoice.{end}", text(order, "id"));
    let guest = holder(app, &bought);
    guest.get(&path("json")).await.expect(StatusCode::CONFLICT);
    for what in ["confirm", "pack", "ship", "deliver"] {
        act(&farmer.client, order, what).await.expect(StatusCode::OK);
    }
    let data = farmer.client.get(&path("json")).await.expect(StatusCode::OK);
    assert_eq!(
        (&data["kind"], &data["total"], &data["payment"], &data["required"]),
        (&json!("sales"), &json!(187_500), &json!("TM"), &json!(false))
    );
    assert_eq!(data["total_in_words"], "Một trăm tám mươi bảy nghìn năm trăm đồng");
    assert_eq!(data["lines"][0]["quantity"], json!({"value": "1.5", "unit": "kg"}));
    assert_eq!(
        data["buyer"]["address"],
        "Số 5, xóm Hồng Thái, Xã Tân Cương, Thái Nguyên"
    );
    let xml = guest.get(&path("xml")).await;
    assert_eq!(xml.headers["content-type"], "application/xml; charset=utf-8");
    let text = xml.text();
    for part in [
        "<THHDVu>Chè &lt;tôm&gt; &amp; nõn</THHDVu>",
        "<SLuong>1.5</SLuong>",
        "<ThTien>187500</ThTien>",
        "<TgTTTBSo>187500</TgTTTBSo>",
        "<KHMSHDon>2</KHMSHDon>",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert_eq!(
        text.matches("</").count(),
        text.matches('<').count() - text.matches("</").count() - 1,
        "every element ends"
    );
    app.clerk().await.get(&path("json")).await.expect(StatusCode::OK);
    let stranger = app.farmer().await;
    stranger.client.get(&path("json")).await.expect(StatusCode::NOT_FOUND);
    app.guest().get(&path("xml")).await.expect(StatusCode::NOT_FOUND);
    app.earns(tea(farmer.seller(), None, 1_000_000_000)).await.unwrap();
    assert_eq!(
        farmer.client.get(&path("json")).await.expect(StatusCode::OK)["required"],
        true
    );
});
