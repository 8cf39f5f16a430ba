//! Money that goes back: promised, named, sent, proved.

use choque::payments::{
    self, Earning, NewCashRefund, NewRefund, PaymentsError,
    ledger::LedgerAccount,
    refund::{self, Method, Why},
};
use entity::{
    Dong,
    ids::{PaymentId, SellerId},
    payments::refund_access,
};
use reqwest::StatusCode;
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};

use crate::{
    books,
    harness::{TestApp, notice, text},
    ledger::{HELD, tea},
    on_both, on_both_held,
};

fn of(payment: PaymentId, seller: SellerId, amount: i64, why: Why) -> NewRefund {
    NewRefund {
        payment,
        order: crate::ledger::new_id(),
        seller,
        amount: Dong(amount),
        why,
    }
}

async fn promises(app: &TestApp, new: NewRefund) -> Result<refund::Model, PaymentsError> {
    books!(app, |unit| payments::refund(unit, new))
}

const ACCOUNT: &str = "1234567890";

fn account() -> Value {
    json!({"bank_bin": "970436", "number": "1234 567 890", "holder_name": "Trần Văn Minh"})
}

on_both!(a_seller_gives_back_what_a_buyer_paid, |app| {
    let farmer = app.farmer().await;
    let paid_into = app.account_of(&farmer).await;
    let payment = app.paid(paid_into, 100_000).await;
    let row = promises(app, of(payment, farmer.seller(), 30_000, Why::Short))
        .await
        .unwrap();
    for wrong in [0, -1, 70_001] {
        let more = promises(app, of(payment, farmer.seller(), wrong, Why::Late)).await;
        assert!(matches!(more, Err(PaymentsError::TooMuch)), "{wrong}");
    }
    let shown = app
        .guest()
        .get(&format!("/api/v1/payments/{payment}"))
        .await
        .expect(StatusCode::OK);
    assert_eq!(shown["status"], "paid");
    let path = format!("/api/v1/refunds/{}", row.id);
    let guest = app.guest().get(&path).await.expect(StatusCode::OK);
    assert_eq!(
        (
            &guest["state"],
            &guest["owed_by"],
            &guest["why"],
            &guest["account"],
            &guest["vietqr"]
        ),
        (
            &json!("owed"),
            &json!("seller"),
            &json!("short"),
            &Value::Null,
            &Value::Null
        )
    );
    // Sending wants an account; the buyer names one, and may change their mind.
    let sent = format!("{path}/sent");
    let early = farmer.client.post(&sent, &json!({"how": "transfer"})).await;
    assert_eq!(
        early.expect(StatusCode::CONFLICT)["type"],
        "urn:choque:problem:refund-no-account"
    );
    assert_eq!(
        app.guest()
            .post(&format!("{path}/account"), &json!({"bank_bin": "1"}))
            .await
            .wrong(StatusCode::UNPROCESSABLE_ENTITY),
        ["/bank_bin", "/number", "/holder_name"]
    );
    for _ in 0..2 {
        let named = app
            .guest()
            .post(&format!("{path}/account"), &account())
            .await
            .expect(StatusCode::OK);
        assert_eq!(named["account"]["number_masked"], "••••890");
        assert!(!named.to_string().contains(ACCOUNT));
    }
    // Only who owes it reads the whole number, and that is logged.
    assert!(!app.guest().get(&path).await.text().contains(ACCOUNT));
    let payer = farmer.client.get(&path).await.expect(StatusCode::OK);
    let code = vietqr::VietQr::decode(payer["vietqr"]["payload"].as_str().unwrap()).unwrap();
    assert_eq!(
        (code.account(), code.amount(), code.memo()),
        (ACCOUNT, Some(30_000), payer["reference"].as_str())
    );
    let qr = payer["vietqr"]["qr_svg_url"].as_str().unwrap();
    farmer.client.get(qr).await.expect(StatusCode::OK);
    assert_eq!(
        refund_access::Entity::find().count(app.app.db().read()).await.unwrap(),
        2
    );
    let stranger = app.farmer().await;
    assert_eq!(
        stranger.client.get(&path).await.expect(StatusCode::OK)["vietqr"],
        Value::Null
    );
    stranger.client.get(qr).await.expect(StatusCode::NOT_FOUND);
    stranger
        .client
        .post(&sent, &json!({"how": "transfer"}))
        .await
        .expect(StatusCode::NOT_FOUND);
    app.guest().get(qr).await.expect(StatusCode::UNAUTHORIZED);
    // An administrator does not owe it either; officers see it in the list.
    let (chief, clerk) = (app.chief().await, app.clerk().await);
    chief
        .post(&sent, &json!({"how": "transfer"}))
        .await
        .expect(StatusCode::NOT_FOUND);
    assert_eq!(
        clerk.get("/api/v1/refunds?state=owed").await.expect(StatusCode::OK)["items"][0]["id"],
        row.id.to_string()
    );
    assert_eq!(
        stranger.client.get("/api/v1/refunds").await.expect(StatusCode::OK)["items"],
        json!([])
    );
    assert_eq!(
        farmer
            .client
            .get("/api/v1/refunds?state=lost")
            .await
            .wrong(StatusCode::UNPROCESSABLE_ENTITY),
        ["?state"]
    );
    for bad in [json!({}), json!({"how": "carrier pigeon"}), json!({"how": 7})] {
        assert_eq!(
            farmer
                .client
                .post(&sent, &bad)
                .await
                .wrong(StatusCode::UNPROCESSABLE_ENTITY),
            ["/how"]
        );
    }
    app.guest()
        .post(&format!("{path}/received"), &json!({}))
        .await
        .expect(StatusCode::CONFLICT);
    for _ in 0..2 {
        let answer = farmer
            .client
            .post(&sent, &json!({"how": "transfer"}))
            .await
            .expect(StatusCode::OK);
        assert_eq!(answer["state"], "sent");
    }
    farmer
        .client
        .post(&sent, &json!({"how": "cash"}))
        .await
        .expect(StatusCode::CONFLICT);
    app.guest()
        .post(&format!("{path}/account"), &account())
        .await
        .expect(StatusCode::CONFLICT);
    assert_eq!(app.balance(LedgerAccount::account(paid_into)).await, -70_000);
    for _ in 0..2 {
        let done = app
            .guest()
            .post(&format!("{path}/received"), &json!({}))
            .await
            .expect(StatusCode::OK);
        assert_eq!(done["state"], "done");
    }
    farmer.client.get(qr).await.expect(StatusCode::GONE);
    // All of it back: the payment says so, and takes no more money.
    let rest = promises(app, of(payment, farmer.seller(), 70_000, Why::Returned))
        .await
        .unwrap();
    let shown = app
        .guest()
        .get(&format!("/api/v1/payments/{payment}"))
        .await
        .expect(StatusCode::OK);
    assert_eq!(shown["status"], "refunded");
    assert!(matches!(
        promises(app, of(payment, farmer.seller(), 1, Why::Late)).await,
        Err(PaymentsError::TooMuch)
    ));
    let cash = farmer
        .client
        .post(&format!("/api/v1/refunds/{}/sent", rest.id), &json!({"how": "cash"}))
        .await;
    assert_eq!(cash.expect(StatusCode::OK)["state"], "done");
    assert_eq!(app.balance(LedgerAccount::payment(payment)).await, 0);
    app.guest()
        .get(&format!("/api/v1/refunds/{}", crate::ledger::new_id()))
        .await
        .expect(StatusCode::NOT_FOUND);
});

on_both_held!(the_exchange_gives_back_held_money_and_a_bank_proves_it, |app| {
    let chief = app.chief().await;
    let held = app.holds_money(&chief).await;
    let farmer = app.farmer().await;
    app.account_of(&farmer).await;
    let payment = app.paid(held, 90_000).await;
    let row = promises(app, of(payment, farmer.seller(), 40_000, Why::Unconfirmed))
        .await
        .unwrap();
    let path = format!("/api/v1/refunds/{}", row.id);
    app.guest()
        .post(&format!("{path}/account"), &account())
        .await
        .expect(StatusCode::OK);
    // The seller does not owe it: neither list nor code nor word are theirs.
    assert_eq!(
        farmer.client.get("/api/v1/refunds").await.expect(StatusCode::OK)["items"],
        json!([])
    );
    farmer
        .client
        .post(&format!("{path}/sent"), &json!({"how": "transfer"}))
        .await
        .expect(StatusCode::NOT_FOUND);
    assert_eq!(
        chief
            .post(&format!("{path}/sent"), &json!({"how": "cash"}))
            .await
            .wrong(StatusCode::UNPROCESSABLE_ENTITY),
        ["/how"]
    );
    // A notice of another account, or of another sum, proves nothing.
    let reference = row.reference.clone();
    let out = async |number: &str, amount: i64, id: i64| {
        use entity::payments::notice as notices;
        use sea_orm::{ColumnTrait, QueryFilter};
        let mut told = notice(id, number, amount, &format!("MBVCB.{reference}.tra lai"));
        told["transferType"] = json!("out");
        app.sepay(&told).await.expect(StatusCode::OK);
        let kept = notices::Entity::find()
            .filter(notices::Column::ProviderId.eq(id.to_string()))
            .one(app.app.db().read())
            .await
            .unwrap()
            .unwrap();
        let (notice, references) = (kept.id, vec![reference.clone()]);
        app.app
            .write(choque::db::Actor::System, move |unit| {
                let references = references.clone();
                Box::pin(async move { payments::prove(unit, notice, &references, Dong(amount)).await })
            })
            .await
            .unwrap()
    };
    let state = async || text(&app.guest().get(&path).await.expect(StatusCode::OK), "state");
    out("0011001234567", 40_000, 900_001).await;
    out(HELD, 40_001, 900_002).await;
    assert_eq!(state().await, "owed");
    out(HELD, 40_000, 900_003).await;
    assert_eq!(state().await, "done");
    assert_eq!(app.balance(LedgerAccount::account(held)).await, -50_000);
    // The same money is not booked twice.
    out(HELD, 40_000, 900_004).await;
    assert_eq!(app.balance(LedgerAccount::account(held)).await, -50_000);
    chief
        .post(&format!("{path}/sent"), &json!({"how": "transfer"}))
        .await
        .expect(StatusCode::OK);
    assert_eq!(app.balance(LedgerAccount::account(held)).await, -50_000);
});

on_both!(cash_and_store_credit_go_back_without_a_bank, |app| {
    let farmer = app.farmer().await;
    let seller = farmer.seller();
    let paid_into = app.account_of(&farmer).await;
    // Paid in cash, half of it returned.
    let cash = tea(seller, None, 80_000);
    let order = cash.order;
    app.earns(cash).await.unwrap();
    let back = books!(app, |unit| payments::unearn(unit, order, Dong(40_000))).unwrap();
    assert_eq!((back.money, back.cash), (Dong(0), Dong(40_000)));
    let new = NewCashRefund {
        order,
        seller,
        amount: back.cash,
        why: Why::Returned,
    };
    let row = books!(app, |unit| payments::refund_cash(unit, new)).unwrap();
    assert_eq!(
        app.balance(LedgerAccount::cash(seller)).await,
        -40_000,
        "in the seller's hands, and the buyer's"
    );
    let listed = farmer
        .client
        .get("/api/v1/refunds?state=owed")
        .await
        .expect(StatusCode::OK);
    assert_eq!(
        (&listed["items"][0]["method"], &listed["items"][0]["amount"]),
        (&json!("cash"), &json!(40_000))
    );
    let id = row.id;
    books!(app, |unit| refund::send(unit, id, Method::Cash)).unwrap();
    assert_eq!(app.balance(LedgerAccount::cash(seller)).await, 0);
    // Taken as store credit, and spent.
    let payment = app.paid(paid_into, 60_000).await;
    let row = promises(app, of(payment, seller, 25_000, Why::Cancelled))
        .await
        .unwrap();
    let id = row.id;
    for _ in 0..2 {
        books!(app, |unit| refund::credited(unit, id)).unwrap();
    }
    assert_eq!(app.balance(LedgerAccount::credit(seller)).await, 25_000);
    farmer
        .client
        .post(&format!("/api/v1/refunds/{id}/sent"), &json!({"how": "transfer"}))
        .await
        .expect(StatusCode::CONFLICT);
    app.guest()
        .post(&format!("/api/v1/refunds/{id}/account"), &account())
        .await
        .expect(StatusCode::CONFLICT);
    let spent = Earning {
        credit: Dong(25_000),
        delivery: Dong(5_000),
        ..tea(seller, Some(payment), 50_000)
    };
    let order = spent.order;
    app.earns(spent).await.unwrap();
    for account in [
        LedgerAccount::credit(seller),
        LedgerAccount::cash(seller),
        LedgerAccount::seller(seller),
    ] {
        assert_eq!(app.balance(account).await, 0, "{account:?}");
    }
    // All of it comes back: money first, then the credit.
    let back = books!(app, |unit| payments::unearn(unit, order, Dong(55_000))).unwrap();
    assert_eq!(
        (back.money, back.cash, back.credit),
        (Dong(30_000), Dong(0), Dong(25_000))
    );
    assert_eq!(app.balance(LedgerAccount::credit(seller)).await, 25_000);
    assert_eq!(app.balance(LedgerAccount::payment(payment)).await, 35_000);
});
