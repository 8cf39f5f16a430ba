//! Money that nobody could match, and what a person does with it; statements that close the gap after an outage.

use std::fmt::Write as _;

use entity::{
    identity::role::Office,
    payments::{account, notice as notices},
};
use reqwest::{Method, StatusCode};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};

use crate::{
    harness::{Answer, Client, TestApp, notice, text},
    money_in::{
        NUMBER, PAYOS, administrator, asks, ledger, orders, payment_now, payos_notice, payos_tells, settled, shop,
        start, unmatched, with_secrets,
    },
    on_both,
};

async fn hears(app: &TestApp, told: &Value) {
    app.sepay(told).await.expect(StatusCode::OK);
    settled(app).await;
}

on_both!(a_person_says_what_unmatched_money_was_for, |app| {
    let (farmer, _, listing) = shop(app, "sepay", "50").await;
    let asked = asks(app, &listing).await;
    let stray = notice(1, NUMBER, 100_000, "chi gui tien mat ong nhe");
    let stray = {
        let mut stray = stray;
        stray["transactionDate"] = json!("");
        stray
    };
    hears(app, &stray).await;
    let listed = unmatched(&farmer.client, "").await;
    let id = text(&listed[0], "id");
    let path = format!("/api/v1/payments/unmatched/{id}");
    // Offered, and not credited.
    let detail = farmer.client.get(&path).await.expect(StatusCode::OK);
    assert_eq!(detail["reason"], "no_reference");
    assert_eq!(detail["suggestions"][0]["payment"]["id"], asked["id"]);
    assert_eq!(detail["suggestions"][0]["why"], "amount");
    assert_eq!(payment_now(app, &asked).await["status"], "pending");
    // Others know nothing of it.
    let other = app.farmer().await;
    other.client.get(&path).await.expect(StatusCode::NOT_FOUND);
    let assign = async |client: &Client, payment: &Value| {
        client
            .post(&format!("{path}/assign"), &json!({"payment_id": payment}))
            .await
    };
    assign(&other.client, &asked["id"]).await.expect(StatusCode::NOT_FOUND);
    app.guest()
        .post(&format!("{path}/assign"), &json!({}))
        .await
        .expect(StatusCode::UNAUTHORIZED);
    for wrong in [json!("x"), Value::Null, json!(uuid::Uuid::from_u128(9).to_string())] {
        let refused = assign(&farmer.client, &wrong).await;
        assert_eq!(refused.wrong(StatusCode::UNPROCESSABLE_ENTITY), ["/payment_id"]);
    }
    let paid = assign(&farmer.client, &asked["id"]).await.expect(StatusCode::OK);
    assert_eq!((&paid["status"], &paid["received"]), (&json!("paid"), &json!(100_000)));
    assert_eq!(assign(&farmer.client, &asked["id"]).await.status, StatusCode::CONFLICT);
    assert_eq!(unmatched(&farmer.client, "").await, Vec::<Value>::new());
    assert_eq!(
        ledger(app).await,
        [
            ("account", "unmatched", 100_000, "unmatched"),
            ("unmatched", "payment", 100_000, "matched")
        ]
    );
    let row = notices::Entity::find().one(app.app.db().read()).await.unwrap().unwrap();
    assert!(row.handled_by.is_some() && row.handled_at.is_some());

    // Cut short of three letters: offered by its beginning. An officer assigns it.
    let asked = asks(app, &listing).await;
    let cut = &text(&asked, "reference")[..8];
    hears(app, &notice(2, NUMBER, 60_000, &format!("mua mat ong {cut}"))).await;
    let listed = unmatched(&farmer.client, "?reason=no_reference").await;
    let path = format!("/api/v1/payments/unmatched/{}", text(&listed[0], "id"));
    let officer = app.in_office("0977777777", "Cán bộ", Office::Officer).await;
    let detail = officer.get(&path).await.expect(StatusCode::OK);
    assert_eq!(
        (
            &detail["suggestions"][0]["why"],
            &detail["suggestions"][0]["payment"]["id"]
        ),
        (&json!("text"), &asked["id"])
    );
    let body = json!({"payment_id": asked["id"]});
    let first = officer
        .post_once(&format!("{path}/assign"), "once", &body)
        .await
        .expect(StatusCode::OK);
    let again = officer
        .post_once(&format!("{path}/assign"), "once", &body)
        .await
        .expect(StatusCode::OK);
    assert_eq!((&first["status"], &first), (&json!("underpaid"), &again));
    // The same reference takes the rest, and what comes on top is seen.
    hears(app, &notice(3, NUMBER, 40_000, &text(&asked, "reference"))).await;
    assert_eq!(payment_now(app, &asked).await["status"], "paid");
    // Another seller's payment cannot have been paid by money in this account.
    hears(app, &notice(4, NUMBER, 5_000, "x")).await;
    let listed = unmatched(&farmer.client, "").await;
    let path = format!("/api/v1/payments/unmatched/{}", text(&listed[0], "id"));
    let account = json!({"bank_bin": "970422", "number": "777000111", "holder_name": "Minh", "notices": "sepay"});
    let of_other = format!("/api/v1/sellers/{}/money-account", other.seller_id);
    other.client.put(&of_other, &account).await.expect(StatusCode::OK);
    let product = other.makes("Chè").await;
    let terms =
        json!({"product_id": product["id"], "price": 5_000, "unit": "kg", "stock": {"value": "3", "unit": "kg"}});
    let listing = other
        .client
        .post("/api/v1/listings", &terms)
        .await
        .expect(StatusCode::CREATED);
    let theirs = asks(app, &listing).await;
    let refused = officer
        .post(&format!("{path}/assign"), &json!({"payment_id": theirs["id"]}))
        .await;
    assert_eq!(refused.wrong(StatusCode::UNPROCESSABLE_ENTITY), ["/payment_id"]);
    // Sent back.
    let returned = format!("{path}/returned");
    let refused = farmer.client.post(&returned, &json!({})).await;
    assert_eq!(refused.wrong(StatusCode::UNPROCESSABLE_ENTITY), ["/note"]);
    let note = json!({"note": "Đã chuyển lại cho chị Hoa"});
    other.client.post(&returned, &note).await.expect(StatusCode::NOT_FOUND);
    farmer
        .client
        .post(&returned, &note)
        .await
        .expect(StatusCode::NO_CONTENT);
    farmer.client.post(&returned, &note).await.expect(StatusCode::CONFLICT);
    assert_eq!(unmatched(&officer, "").await, Vec::<Value>::new());
    assert_eq!(
        ledger(app).await.last(),
        Some(&("unmatched", "account", 5_000, "sorted"))
    );
    // Of no account of ours: an office's to deal with.
    hears(app, &notice(5, "5550001112", 1_000, "y")).await;
    let listed = unmatched(&officer, "?reason=unknown_account").await;
    let path = format!("/api/v1/payments/unmatched/{}", text(&listed[0], "id"));
    farmer.client.get(&path).await.expect(StatusCode::NOT_FOUND);
    officer
        .post(&format!("{path}/returned"), &note)
        .await
        .expect(StatusCode::NO_CONTENT);
    let wrong = farmer.client.get("/api/v1/payments/unmatched?reason=because").await;
    assert_eq!(wrong.wrong(StatusCode::UNPROCESSABLE_ENTITY), ["?reason"]);
    assert_eq!(
        unmatched(&administrator(app).await, "?reason=unsettled").await,
        Vec::<Value>::new()
    );
});

/// Takes in `file` as a statement of `account`.
async fn statement(client: &Client, account: &str, apply: bool, file: &str) -> Answer {
    let path = format!(
        "/api/v1/payments/statements?account_id={account}{}",
        if apply { "&apply=1" } else { "" }
    );
    let request = client
        .request(Method::POST, &path)
        .header("content-type", "text/csv")
        .body(file.to_owned());
    Answer::of(Method::POST, &path, request).await
}

const HEAD: &str = "Ngày giao dịch,Số tham chiếu,Số tiền ghi nợ,Số tiền ghi có,Mô tả\n";

with_secrets!(a_statement_closes_the_gap_and_credits_nothing_twice, |app| {
    let (farmer, account, listing) = shop(app, "sepay", "50").await;
    let (told, missed) = (asks(app, &listing).await, asks(app, &listing).await);
    let (told_ref, missed_ref) = (text(&told, "reference"), text(&missed, "reference"));
    hears(app, &notice(1, NUMBER, 100_000, &format!("MBVCB.1.{told_ref}"))).await;
    hears(app, &notice(2, NUMBER, 15_000, "cho tien com")).await;
    assert_eq!(payment_now(app, &told).await["status"], "paid");
    let file = format!(
        "{HEAD}21/11/2026,5078 - 1,,\"100,000\",CT DEN {told_ref} toi {NUMBER}\n21/11/2026,5078 - 2,,\"15,000\",cho tien com\n\
         21/11/2026,5078 - 3,,\"15,000\",cho tien com\n21/11/2026,5078 - 4,,\"100,000\",CT DEN {missed_ref}\n\
         21/11/2026,5078 - 5,\"2,000\",,PHI SMS\nhôm nào,5078 - 6,,\"1,000\",x\nTổng cộng,,\"2,000\",\"231,000\",\n"
    );
    let weighed = statement(&farmer.client, &account, false, &file)
        .await
        .expect(StatusCode::OK);
    let counts = |wire: &Value| ["rows", "new", "told", "out", "bad"].map(|name| wire[name].as_i64().unwrap());
    assert_eq!(counts(&weighed), [6, 2, 2, 1, 1], "{weighed}");
    assert_eq!(
        (&weighed["applied"], &weighed["amount_new"], &weighed["format"]),
        (&json!(false), &json!(115_000), &json!("csv"))
    );
    let error = &weighed["errors"][0];
    assert_eq!(
        (
            &error["line"],
            &error["column"],
            &error["column_number"],
            &error["column_name"],
            &error["value"]
        ),
        (
            &json!(7),
            &json!("date"),
            &json!(1),
            &json!("Ngày giao dịch"),
            &json!("hôm nào")
        )
    );
    settled(app).await;
    assert_eq!(
        payment_now(app, &missed).await["status"],
        "pending",
        "a dry run writes nothing"
    );
    for _ in 0..2 {
        statement(&farmer.client, &account, true, &file)
            .await
            .expect(StatusCode::OK);
        settled(app).await;
        assert_eq!(payment_now(app, &told).await["received"], 100_000);
        assert_eq!(payment_now(app, &missed).await["status"], "paid");
        assert_eq!(
            unmatched(&farmer.client, "").await.len(),
            2,
            "one that was told, and one that was not"
        );
        assert_eq!(ledger(app).await.len(), 4);
    }
    let again = statement(&farmer.client, &account, false, &file)
        .await
        .expect(StatusCode::OK);
    assert_eq!(counts(&again), [6, 0, 4, 1, 1]);
    // The notices come after all, by whoever watches the account: all of it is known.
    hears(app, &notice(3, NUMBER, 100_000, &format!("MBVCB.3.{missed_ref}"))).await;
    payos_tells(app, &payos_notice(4, 15_000, "cho tien com", PAYOS))
        .await
        .expect(StatusCode::OK);
    settled(app).await;
    assert_eq!(payment_now(app, &missed).await["received"], 100_000);
    assert_eq!(
        (unmatched(&farmer.client, "").await.len(), ledger(app).await.len()),
        (2, 4)
    );
    // And one that nobody told of is new.
    payos_tells(app, &payos_notice(5, 15_000, "cho tien com", PAYOS))
        .await
        .expect(StatusCode::OK);
    settled(app).await;
    assert_eq!(unmatched(&farmer.client, "").await.len(), 3);
    let states = notices::Entity::find().all(app.app.db().read()).await.unwrap();
    let twins = states.iter().filter(|row| row.state == notices::State::Told).count();
    assert_eq!((twins, states.len()), (4, 10));
});

on_both!(a_statement_knows_better_than_a_mangled_notice, |app| {
    let (farmer, account, listing) = shop(app, "sepay", "50").await;
    let asked = asks(app, &listing).await;
    // The provider lost the text, the bank did not; its number is the same.
    hears(app, &notice(1, NUMBER, 100_000, "")).await;
    assert_eq!(unmatched(&farmer.client, "").await.len(), 1);
    let reference = text(&asked, "reference");
    let file = format!("{HEAD}21/11/2026,MBVCB.3278907687,,100000,{reference}\n");
    statement(&farmer.client, &account, true, &file)
        .await
        .expect(StatusCode::OK);
    settled(app).await;
    assert_eq!(payment_now(app, &asked).await["status"], "paid");
    assert_eq!(unmatched(&farmer.client, "").await, Vec::<Value>::new());
    assert_eq!(
        ledger(app).await,
        [
            ("account", "unmatched", 100_000, "unmatched"),
            ("unmatched", "payment", 100_000, "matched")
        ]
    );
});

on_both!(a_statement_and_its_notices_at_once_credit_once, |app| {
    let (farmer, account, listing) = shop(app, "sepay", "50").await;
    for round in 0..6_i64 {
        let mut asked = Vec::new();
        let mut file = HEAD.to_owned();
        let mut told = Vec::new();
        for nth in 0..5 {
            let payment = asks(app, &listing).await;
            let reference = text(&payment, "reference");
            writeln!(file, "21/11/2026,{round}{nth},,100000,CT {reference}").unwrap();
            told.push(notice(
                round * 10 + nth + 1,
                NUMBER,
                100_000,
                &format!("MBVCB {reference}"),
            ));
            asked.push(payment);
        }
        let hear = futures_util::future::join_all(told.iter().map(|told| app.sepay(told)));
        let (_, taken) = tokio::join!(hear, statement(&farmer.client, &account, true, &file));
        taken.expect(StatusCode::OK);
        settled(app).await;
        for payment in &asked {
            let paid = payment_now(app, payment).await;
            assert_eq!(
                (&paid["status"], &paid["received"]),
                (&json!("paid"), &json!(100_000)),
                "round {round}"
            );
        }
    }
    assert_eq!(ledger(app).await.len(), 30);
    assert_eq!(unmatched(&farmer.client, "").await, Vec::<Value>::new());
});

on_both!(a_statement_is_its_owners_and_a_file_that_is_none_is_refused, |app| {
    let (farmer, account, listing) = shop(app, "none", "50").await;
    let other = app.farmer().await;
    let file = format!("{HEAD}21/11/2026,1,,100000,x\n");
    let refused = statement(&other.client, &account, true, &file).await;
    assert_eq!(refused.wrong(StatusCode::UNPROCESSABLE_ENTITY), ["?account_id"]);
    let guest = statement(&app.guest(), &account, true, &file).await;
    guest.expect(StatusCode::UNAUTHORIZED);
    let refused = statement(&farmer.client, "x", true, &file).await;
    assert_eq!(refused.wrong(StatusCode::UNPROCESSABLE_ENTITY), ["?account_id"]);
    for nonsense in ["", "a,b\n1,2\n", "\u{0}\u{1}", "Ngày giao dịch,Ghi có\n"] {
        let refused = statement(&farmer.client, &account, true, nonsense).await;
        assert_eq!(
            refused.wrong(StatusCode::UNPROCESSABLE_ENTITY),
            ["/file"],
            "{nonsense:?}"
        );
    }
    let long = "x".repeat(6 * 1024 * 1024);
    let refused = statement(&farmer.client, &account, true, &long).await;
    assert_eq!(refused.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(notices::Entity::find().count(app.app.db().read()).await.unwrap(), 0);
    // A bank without notices: the statement pays. A workbook, by an administrator.
    let asked = asks(app, &listing).await;
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet();
    for (column, word) in ["Ngày", "Số tiền", "Nội dung"].iter().enumerate() {
        sheet.write(0, u16::try_from(column).unwrap(), *word).unwrap();
    }
    sheet.write(1, 0, "21/11/2026 14:02:37").unwrap();
    sheet.write(1, 1, 100_000).unwrap();
    sheet.write(1, 2, text(&asked, "reference")).unwrap();
    let path = format!("/api/v1/payments/statements?account_id={account}&apply=1");
    let office = administrator(app).await;
    let request = office
        .request(Method::POST, &path)
        .body(workbook.save_to_buffer().unwrap());
    let taken = Answer::of(Method::POST, &path, request).await.expect(StatusCode::OK);
    assert_eq!((&taken["format"], &taken["new"]), (&json!("xlsx"), &json!(1)));
    settled(app).await;
    let paid = payment_now(app, &asked).await;
    assert_eq!((&paid["status"], &paid["confirmed"]), (&json!("paid"), &json!("bank")));
    let rows = account::Entity::find()
        .filter(account::Column::StatementAt.is_not_null())
        .count(app.app.db().read())
        .await
        .unwrap();
    assert_eq!(rows, 1);
    let late = orders(app, &listing, "1", "vietqr").await;
    late.expect(StatusCode::CREATED);
});
