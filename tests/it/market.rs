use std::{collections::HashSet, time::Duration};

use choque::{
    db::Actor,
    market::{self, MarketError},
    payments::{self, lifecycle},
};
use entity::{
    Dong, PaymentReference, Timestamp,
    ids::{MoneyAccountId, PaymentId, SaleId},
    market::{sale, stall},
    payments::{account, payment::Confirmed},
};
use futures_util::future::join_all;
use reqwest::{Method, StatusCode};
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};
use uuid::Uuid;
use vietqr::{Initiation, VietQr};

use crate::{
    harness::{Client, StallKeeper, TestApp, text},
    on_both,
};

const DRAFT: &str = "0193a6c8-4b1e-7c32-9d40-0f2a4c6e8a10";

/// An account whose bank tells the exchange what came.
fn telling_account() -> Value {
    json!({"bank_bin": "970436", "number": "9876543210", "holder_name": "TRAN THI MUI", "notices": "sepay"})
}

/// The bank tells of `amount` for `sale`, as settlement would have it.
async fn bank_tells(app: &TestApp, sale: &Value, amount: i64) {
    let id: PaymentId = text(&sale["payment"], "id").parse().unwrap();
    app.app
        .write(Actor::System, move |unit| {
            Box::pin(async move {
                let mut payment = payments::locked(unit, id).await?;
                payment.received = Dong(payment.received.0 + amount);
                let event = lifecycle::Event::Received {
                    asked: payment.amount,
                    received: payment.received,
                };
                payment.status = lifecycle::next(payment.status, event).unwrap();
                payment.confirmed = Some(Confirmed::Bank);
                payments::write_back(unit, &payment).await?;
                market::mark_paid(unit, &payment).await
            })
        })
        .await
        .unwrap();
}

async fn sales_in_all(app: &TestApp) -> u64 {
    sale::Entity::find().count(app.app.db().read()).await.unwrap()
}

on_both!(
    markets_and_stalls_are_public_and_the_whole_number_is_the_keepers,
    |app| {
        let keeper = app.stall_keeper().await;
        let other = app.stall_without_account().await;
        let markets = app.guest().get("/api/v1/markets").await.expect(StatusCode::OK);
        assert_eq!(markets["items"].as_array().unwrap().len(), 2);
        let one = app
            .guest()
            .get(&format!("/api/v1/markets/{}", keeper.market_slug))
            .await
            .expect(StatusCode::OK);
        assert_eq!(
            (&one["name"], &one["stalls"], &one["first_wave"]),
            (&json!("Chợ Thái"), &json!(1), &json!(true))
        );
        let by_id = app.guest().get(&format!("/api/v1/markets/{}", text(&one, "id"))).await;
        assert_eq!(by_id.expect(StatusCode::OK), one);

        let seen = app.guest().get(&keeper.path("")).await.expect(StatusCode::OK);
        assert_eq!(seen["slug_path"], format!("/cho/{}/A-12", keeper.market_slug));
        assert_eq!(
            seen["money_account"],
            json!({"bank_bin": "970422", "bank_name": "MB Bank", "holder_name": "TRAN THI MUI", "number_masked": "••••789",
            "notices": false})
        );
        let own = keeper.client.get(&keeper.path("")).await.expect(StatusCode::OK);
        assert_eq!(own["money_account"]["number"], "0123456789");
        assert_eq!(other.client.get(&keeper.path("")).await.expect(StatusCode::OK), seen);
        let bare = app.guest().get(&other.path("")).await.expect(StatusCode::OK);
        assert_eq!(bare["money_account"], Value::Null);

        let ids = |list: &Value| -> Vec<String> {
            list["items"]
                .as_array()
                .unwrap()
                .iter()
                .map(|item| text(item, "id"))
                .collect()
        };
        let mine = keeper.client.get("/api/v1/stalls?mine=1").await.expect(StatusCode::OK);
        assert_eq!(ids(&mine), std::slice::from_ref(&keeper.stall_id));
        let named = format!("/api/v1/stalls?market={}", other.market_slug);
        assert_eq!(
            ids(&app.guest().get(&named).await.expect(StatusCode::OK)),
            std::slice::from_ref(&other.stall_id)
        );
        let first = app.guest().get("/api/v1/stalls?limit=1").await.expect(StatusCode::OK);
        let next = format!("/api/v1/stalls?limit=1&cursor={}", text(&first, "next_cursor"));
        let second = app.guest().get(&next).await.expect(StatusCode::OK);
        assert_eq!(second["next_cursor"], Value::Null);
        assert_eq!(
            HashSet::from_iter([ids(&first), ids(&second)].concat()),
            HashSet::from([keeper.stall_id, other.stall_id])
        );
        assert_eq!(
            app.guest().get("/api/v1/stalls?mine=1").await.status,
            StatusCode::UNAUTHORIZED
        );
        assert_eq!(
            app.guest()
                .get("/api/v1/stalls?market=nowhere")
                .await
                .wrong(StatusCode::UNPROCESSABLE_ENTITY),
            ["?market"]
        );
        for nothing in [
            "/api/v1/markets/nowhere",
            "/api/v1/markets/%00",
            "/api/v1/stalls/nothing",
        ] {
            assert_eq!(
                app.guest().get(nothing).await.status,
                StatusCode::NOT_FOUND,
                "{nothing}"
            );
        }
    }
);

on_both!(a_sale_asks_for_its_money_under_a_reference_the_phone_knows, |app| {
    let keeper = app.stall_keeper().await;
    let sale = keeper
        .sells(&json!({"id": DRAFT, "amount": 45_000, "note": "2 mớ rau", "happened_at": "2026-11-21T06:30:00+07:00"}))
        .await;
    assert_eq!(text(&sale, "id"), DRAFT);
    assert_eq!(
        (&sale["amount"], &sale["note"], &sale["kind"], &sale["confirmed"]),
        (&json!(45_000), &json!("2 mớ rau"), &json!("counter"), &Value::Null)
    );
    assert_eq!(text(&sale, "happened_at"), "2026-11-21T06:30:00.000+07:00");
    let payment = &sale["payment"];
    assert_eq!(
        (&payment["status"], &payment["received"]),
        (&json!("pending"), &json!(0))
    );
    let reference = PaymentReference::of(DRAFT.parse::<Uuid>().unwrap());
    assert_eq!(text(payment, "reference"), reference.as_str());
    let code = VietQr::decode(&text(&payment["vietqr"], "payload")).unwrap();
    assert_eq!(
        (
            code.bin(),
            code.account(),
            code.amount(),
            code.memo(),
            code.initiation()
        ),
        (
            "970422",
            "0123456789",
            Some(45_000),
            Some(reference.as_str()),
            Initiation::Dynamic
        )
    );
    let again = keeper.client.get(&keeper.path(&format!("/sales/{DRAFT}"))).await;
    assert_eq!(again.expect(StatusCode::OK), sale);

    let sale = keeper
        .sells(&json!({"lines": [
            {"name": "Rau muống", "price": 12_000},
            {"name": "Thịt ba chỉ", "quantity": "0.7", "price": 135_000},
            {"name": "Hành", "quantity": "0.333", "price": 10_000},
        ]}))
        .await;
    assert_eq!(sale["amount"], 12_000 + 94_500 + 3_330);
    assert_eq!(
        sale["lines"],
        json!([
            {"name": "Rau muống", "quantity": "1", "price": 12_000, "amount": 12_000},
            {"name": "Thịt ba chỉ", "quantity": "0.7", "price": 135_000, "amount": 94_500},
            {"name": "Hành", "quantity": "0.333", "price": 10_000, "amount": 3_330},
        ])
    );
});

on_both!(bad_sales_are_refused_by_the_name_of_the_field, |app| {
    let keeper = app.stall_keeper().await;
    let path = keeper.path("/sales");
    let line = |field: &str, value: Value| {
        let mut line = json!({"name": "Rau", "price": 1_000});
        line[field] = value;
        json!({"lines": [{"name": "Chanh", "price": 500}, line]})
    };
    let huge = 1_000_000_000_000_000_000_i64;
    let mut cases = vec![
        (json!({}), "/amount"),
        (
            json!({"amount": 1_000, "lines": [{"name": "Rau", "price": 1_000}]}),
            "/amount",
        ),
        (json!({"lines": []}), "/lines"),
        (json!({"lines": "Rau"}), "/lines"),
        (json!({"lines": [1]}), "/lines"),
        (
            json!({"lines": vec![json!({"name": "Rau", "price": 1}); 101]}),
            "/lines",
        ),
        (
            json!({"lines": [{"name": "a", "price": 9_999_999_999_999_i64}, {"name": "b", "price": 1}]}),
            "/lines",
        ),
        (line("quantity", json!("99999999.999")).clone(), "ok"),
        (line("price", json!(9_999_999_999_999_i64)), "/lines"),
        (
            json!({"lines": [{"name": "a", "quantity": "1000", "price": 9_999_999_999_999_i64}]}),
            "/lines/0",
        ),
        (
            json!({"lines": [{"name": "a", "quantity": "0.001", "price": 1}]}),
            "/lines/0",
        ),
        (line("name", json!("")), "/lines/1/name"),
        (line("name", json!(5)), "/lines/1/name"),
        (line("name", json!("x".repeat(161))), "/lines/1/name"),
        (json!({"amount": 1, "id": "nháp"}), "/id"),
        (json!({"amount": 1, "happened_at": "hôm qua"}), "/happened_at"),
        (json!({"amount": 1, "happened_at": "9999-12-31"}), "/happened_at"),
        (json!({"amount": 1, "note": "x".repeat(501)}), "/note"),
        (json!({"amount": 1, "note": 5}), "/note"),
    ];
    for bad in [
        json!(0),
        json!(-1),
        json!(huge),
        json!(u64::MAX),
        json!(1e18),
        json!(0.5),
        json!("45000"),
        json!(true),
        json!([1]),
    ] {
        cases.push((json!({"amount": bad}), "/amount"));
        cases.push((line("price", bad), "/lines/1/price"));
    }
    for bad in [
        json!("0"),
        json!("-1"),
        json!("1e3"),
        json!("1,5"),
        json!("0.0001"),
        json!(2),
        json!("1e18"),
    ] {
        cases.push((line("quantity", bad), "/lines/1/quantity"));
    }
    let mut taken = 0;
    for (body, pointer) in cases {
        let answer = keeper.client.post(&path, &body).await;
        if pointer == "ok" {
            answer.expect(StatusCode::CREATED);
            taken += 1;
        } else {
            assert_eq!(answer.wrong(StatusCode::UNPROCESSABLE_ENTITY), [pointer], "{body}");
        }
    }
    assert_eq!(sales_in_all(app).await, taken);
});

on_both!(a_draft_sent_twice_is_one_sale, |app| {
    let keeper = app.stall_keeper().await;
    let path = keeper.path("/sales");
    let draft = json!({"id": DRAFT, "lines": [{"name": "Rau", "quantity": "2", "price": 6_000}], "note": "khách quen",
        "happened_at": "2026-11-21T06:30:00+07:00"});
    let first = keeper.client.post_once(&path, DRAFT, &draft).await;
    let sale = first.expect(StatusCode::CREATED);
    // With the key, without it, and with another one.
    for key in [Some(DRAFT), None, Some("another")] {
        let again = match key {
            Some(key) => keeper.client.post_once(&path, key, &draft).await,
            None => keeper.client.post(&path, &draft).await,
        };
        assert_eq!(again.expect(StatusCode::CREATED), sale);
        assert_eq!(again.headers["location"], first.headers["location"]);
    }
    for (field, value) in [
        ("note", json!("khách lạ")),
        ("happened_at", json!("2026-11-21T06:31:00+07:00")),
        ("lines", json!([{"name": "Rau", "quantity": "2", "price": 6_001}])),
        ("lines", json!([{"name": "Rau cải", "quantity": "2", "price": 6_000}])),
        ("lines", json!([{"name": "Rau", "price": 12_000}])),
        (
            "lines",
            json!([{"name": "Rau", "price": 6_000}, {"name": "Rau", "price": 6_000}]),
        ),
    ] {
        let mut other = draft.clone();
        other[field] = value;
        let answer = keeper.client.post(&path, &other).await;
        assert_eq!(answer.wrong(StatusCode::CONFLICT), ["/id"], "{other}");
    }
    let amount =
        json!({"id": DRAFT, "amount": 12_000, "note": "khách quen", "happened_at": "2026-11-21T06:30:00+07:00"});
    assert_eq!(
        keeper.client.post(&path, &amount).await.wrong(StatusCode::CONFLICT),
        ["/id"]
    );
    // Somebody else's id says no more than that it is taken, also to one who guesses the content.
    let neighbour = app.stall_keeper().await;
    let answer = neighbour.client.post(&neighbour.path("/sales"), &draft).await;
    assert_eq!(answer.wrong(StatusCode::CONFLICT), ["/id"]);
    assert!(!answer.text().contains("khách quen"));
    assert_eq!(sales_in_all(app).await, 1);
    // What was paid in the meantime shows.
    let confirm = keeper.path(&format!("/sales/{DRAFT}/confirm"));
    keeper.client.post(&confirm, &json!({})).await.expect(StatusCode::OK);
    let again = keeper.client.post(&path, &draft).await.expect(StatusCode::CREATED);
    assert_eq!(
        (&again["payment"]["status"], &again["confirmed"]),
        (&json!("paid"), &json!("hand"))
    );
});

on_both!(a_draft_sent_by_a_day_alone_is_the_same_later_that_day, |app| {
    let keeper = app.stall_keeper().await;
    let today = app.app.today().iso();
    let draft = json!({"id": DRAFT, "amount": 5_000, "happened_at": today});
    let sale = keeper.sells(&draft).await;
    app.app.source().advance(60_000);
    assert_eq!(keeper.sells(&draft).await, sale);
    let yesterday = json!({"id": DRAFT, "amount": 5_000, "happened_at": app.app.today().plus_days(-1).iso()});
    let answer = keeper.client.post(&keeper.path("/sales"), &yesterday).await;
    assert_eq!(answer.wrong(StatusCode::CONFLICT), ["/id"]);
});

on_both!(one_draft_at_once_from_eight_phones_is_one_sale, |app| {
    let keeper = app.stall_keeper().await;
    for round in 0..5 {
        let draft = json!({"id": Uuid::from_u128(round + 1), "amount": 7_000});
        let path = keeper.path("/sales");
        let tries = (0..8).map(|_| keeper.client.post(&path, &draft));
        for answer in join_all(tries).await {
            answer.expect(StatusCode::CREATED);
        }
    }
    assert_eq!(sales_in_all(app).await, 5);
    // At two stalls at once, one of them has it.
    let neighbour = app.stall_keeper().await;
    for round in 0..5 {
        let draft = json!({"id": Uuid::from_u128(round + 100), "amount": 7_000});
        let (here, there) = (keeper.path("/sales"), neighbour.path("/sales"));
        let both = [keeper.client.post(&here, &draft), neighbour.client.post(&there, &draft)];
        let mut answers: Vec<_> = join_all(both).await.into_iter().map(|answer| answer.status).collect();
        answers.sort();
        assert_eq!(answers, [StatusCode::CREATED, StatusCode::CONFLICT]);
    }
});

on_both!(another_ones_stall_is_not_there, |app| {
    let keeper = app.stall_keeper().await;
    let sale = keeper.sells(&json!({"amount": 1_000})).await;
    let sale = format!("/sales/{}", text(&sale, "id"));
    let stranger = app.person("0911000111", "Người lạ").await;
    let neighbour = app.stall_keeper().await;
    let body = json!({"amount": 5});
    for (method, rest) in [
        (Method::GET, "/sales".to_owned()),
        (Method::POST, "/sales".to_owned()),
        (Method::GET, sale.clone()),
        (Method::POST, format!("{sale}/confirm")),
        (Method::GET, "/events".to_owned()),
        (Method::GET, "/day".to_owned()),
        (Method::GET, "/stand.pdf".to_owned()),
        (Method::PUT, "/money-account".to_owned()),
    ] {
        let ask = async |client: &Client, path: &str| {
            let request = client.request(method.clone(), path).json(&body);
            request.send().await.unwrap().status()
        };
        let path = keeper.path(&rest);
        assert_eq!(
            ask(&app.guest(), &path).await,
            StatusCode::UNAUTHORIZED,
            "{method} {rest}"
        );
        for client in [&stranger, &neighbour.client] {
            assert_eq!(ask(client, &path).await, StatusCode::NOT_FOUND, "{method} {rest}");
        }
    }
    // Nor is another stall's sale at one's own.
    for rest in [sale.clone(), "/sales/nothing".to_owned(), format!("/sales/{DRAFT}")] {
        let answer = neighbour.client.get(&neighbour.path(&rest)).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{rest}");
        let answer = neighbour
            .client
            .post(&neighbour.path(&format!("{rest}/confirm")), &json!({}))
            .await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{rest}");
    }
});

on_both!(a_stall_without_an_account_says_what_to_do, |app| {
    let keeper = app.stall_without_account().await;
    for answer in [
        keeper
            .client
            .post(&keeper.path("/sales"), &json!({"amount": 5_000}))
            .await,
        keeper.client.get(&keeper.path("/stand.pdf")).await,
    ] {
        let problem = answer.expect(StatusCode::CONFLICT);
        assert_eq!(problem["type"], "urn:choque:problem:no-money-account");
        assert!(text(&problem, "detail").contains("tài khoản ngân hàng"));
    }
    for (bad, pointers) in [
        (json!({}), vec!["/bank_bin", "/number", "/holder_name", "/notices"]),
        (
            json!({"bank_bin": "000000", "number": "12 ắ", "holder_name": "!!!", "notices": "sms"}),
            vec!["/bank_bin", "/number", "/holder_name", "/notices"],
        ),
        (
            json!({"bank_bin": 970_422, "number": 123_456, "holder_name": ["A"], "notices": false}),
            vec!["/bank_bin", "/number", "/holder_name", "/notices"],
        ),
    ] {
        let answer = keeper.client.put(&keeper.path("/money-account"), &bad).await;
        assert_eq!(answer.wrong(StatusCode::UNPROCESSABLE_ENTITY), pointers, "{bad}");
    }
    keeper.is_paid_into(&telling_account()).await;
    keeper.sells(&json!({"amount": 5_000})).await;
});

on_both!(
    another_account_is_another_row_and_what_was_asked_for_keeps_the_old_one,
    |app| {
        let keeper = app.stall_keeper().await;
        let db = app.app.db().read();
        let stall = || async { stall::Entity::find().one(db).await.unwrap().unwrap() };
        let before = stall().await;
        let old = keeper.sells(&json!({"amount": 5_000})).await;
        // The same again is the same.
        let same =
            json!({"bank_bin": "970422", "number": "0123456789", "holder_name": "TRAN THI MUI", "notices": "none"});
        keeper.is_paid_into(&same).await;
        assert_eq!(stall().await, before);

        let told = keeper.is_paid_into(&telling_account()).await;
        assert_eq!(
            (&told["money_account"]["bank_name"], &told["money_account"]["notices"]),
            (&json!("Vietcombank"), &json!(true))
        );
        let after = stall().await;
        assert_ne!(after.account_id, before.account_id);
        assert_eq!(after.stand_reference, before.stand_reference, "printed once, kept");
        let accounts = account::Entity::find().all(db).await.unwrap();
        let closed: Vec<_> = accounts
            .iter()
            .filter(|row| row.closed_at.is_some())
            .map(|row| row.id)
            .collect();
        assert_eq!((accounts.len(), closed), (2, vec![before.account_id.unwrap()]));

        let old_now = keeper
            .client
            .get(&keeper.path(&format!("/sales/{}", text(&old, "id"))))
            .await;
        assert_eq!(
            old_now.expect(StatusCode::OK)["payment"]["account"]["bank_bin"],
            "970422"
        );
        let new = keeper.sells(&json!({"amount": 5_000})).await;
        assert_eq!(new["payment"]["account"]["bank_bin"], "970436");
    }
);

on_both!(money_by_the_printed_stand_makes_its_own_sale, |app| {
    let keeper = app.stall_keeper().await;
    let db = app.app.db().read();
    let stall = stall::Entity::find().one(db).await.unwrap().unwrap();
    let (account, memo) = (stall.account_id.unwrap(), stall.stand_reference.clone().unwrap());
    let found = market::stall_of_stand(db, account, &memo).await.unwrap();
    assert_eq!(found, Some(stall.clone()));
    for (account, memo) in [
        (MoneyAccountId(Uuid::from_u128(1)), memo.clone()),
        (account, PaymentReference::of(Uuid::from_u128(1))),
    ] {
        assert_eq!(market::stall_of_stand(db, account, &memo).await.unwrap(), None);
    }
    let at: Timestamp = "2026-11-20T23:59:59.999+07:00".parse().unwrap();
    let payment = app
        .app
        .write(Actor::System, move |unit| {
            let stall = stall.clone();
            Box::pin(async move { market::record_stand_sale(unit, &stall, Dong(30_000), at).await })
        })
        .await
        .unwrap();
    let list = keeper.client.get(&keeper.path("/sales")).await.expect(StatusCode::OK);
    let sale = list["items"][0].clone();
    assert_eq!(
        (&sale["kind"], &sale["amount"], &sale["payment"]["id"]),
        (&json!("stand"), &json!(30_000), &json!(payment.id.to_string()))
    );
    bank_tells(app, &sale, 30_000).await;
    let day = keeper
        .client
        .get(&keeper.path("/day?date=2026-11-20"))
        .await
        .expect(StatusCode::OK);
    assert_eq!((&day["count"], &day["received"]), (&json!(1), &json!(30_000)));
    assert_eq!(day["items"][0]["confirmed"], "bank");
});

on_both!(a_payment_that_is_no_sales_is_not_marked, |app| {
    let keeper = app.stall_keeper().await;
    let sale = keeper.sells(&json!({"amount": 5_000})).await;
    let id: PaymentId = text(&sale["payment"], "id").parse().unwrap();
    let outcome: Result<(), MarketError> = app
        .app
        .write(Actor::System, move |unit| {
            Box::pin(async move {
                let mut payment = payments::locked(unit, id).await?;
                payment.id = PaymentId(Uuid::from_u128(1));
                market::mark_paid(unit, &payment).await
            })
        })
        .await;
    assert!(matches!(outcome, Err(MarketError::NoSuchThing)));
});

on_both!(a_sale_is_confirmed_by_hand_only_where_no_bank_tells, |app| {
    let keeper = app.stall_keeper().await;
    let sale = keeper.sells(&json!({"amount": 20_000})).await;
    let confirm = keeper.path(&format!("/sales/{}/confirm", text(&sale, "id")));
    let confirmed = keeper.client.post(&confirm, &json!({})).await.expect(StatusCode::OK);
    assert_eq!(
        (
            &confirmed["confirmed"],
            &confirmed["payment"]["status"],
            &confirmed["payment"]["vietqr"]
        ),
        (&json!("hand"), &json!("paid"), &Value::Null)
    );
    // Without a body too, and twice is once.
    let again = keeper.client.request(Method::POST, &confirm).send().await.unwrap();
    assert_eq!(again.json::<Value>().await.unwrap(), confirmed);
    let day = keeper.client.get(&keeper.path("/day")).await.expect(StatusCode::OK);
    assert_eq!((&day["received"], &day["by_hand"]), (&json!(0), &json!(20_000)));

    keeper.is_paid_into(&telling_account()).await;
    let sale = keeper.sells(&json!({"amount": 20_000})).await;
    let confirm = keeper.path(&format!("/sales/{}/confirm", text(&sale, "id")));
    let refused = keeper
        .client
        .post(&confirm, &json!({}))
        .await
        .expect(StatusCode::CONFLICT);
    assert_eq!(refused["type"], "urn:choque:problem:bank-tells");
    // Once the bank has told, there is nothing left to say.
    bank_tells(app, &sale, 20_000).await;
    let told = keeper.client.post(&confirm, &json!({})).await.expect(StatusCode::OK);
    assert_eq!(told["confirmed"], "bank");
});

on_both!(a_day_is_vietnams_day, |app| {
    let keeper = app.stall_keeper().await;
    for (amount, at) in [
        (1, "2026-11-20T16:59:59.999Z"),
        (20, "2026-11-20T17:00:00Z"),
        (300, "2026-11-21T16:59:59.999Z"),
        (4_000, "2026-11-21T17:00:00Z"),
    ] {
        keeper.sells(&json!({"amount": amount, "happened_at": at})).await;
    }
    let total = async |date: &str| {
        let day = keeper.client.get(&keeper.path(&format!("/day?date={date}"))).await;
        let day = day.expect(StatusCode::OK);
        assert_eq!(day["date"], date);
        assert_eq!(
            day["count"].as_u64(),
            Some(day["items"].as_array().unwrap().len() as u64)
        );
        (day["total"].as_i64().unwrap(), day["pending"].as_i64().unwrap())
    };
    assert_eq!(total("2026-11-20").await, (1, 1));
    assert_eq!(total("2026-11-21").await, (320, 320));
    assert_eq!(total("2026-11-22").await, (4_000, 4_000));
    assert_eq!(total("2026-11-23").await, (0, 0));
    let today = keeper.client.get(&keeper.path("/day")).await.expect(StatusCode::OK);
    assert_eq!(today["date"], app.app.today().iso());
    for bad in ["hôm nay", "", "2026-02-30", "21/11/2026", "0001-01-01"] {
        let answer = keeper.client.get(&keeper.path(&format!("/day?date={bad}"))).await;
        assert_eq!(answer.wrong(StatusCode::UNPROCESSABLE_ENTITY), ["?date"], "{bad}");
    }
});

on_both!(
    a_day_keeps_apart_what_came_what_was_said_and_what_is_waited_for,
    |app| {
        let keeper = app.stall_keeper().await;
        let sell = async |amount: i64| keeper.sells(&json!({"amount": amount})).await;
        let said = sell(10_000).await;
        sell(7_000).await;
        keeper
            .client
            .post(
                &keeper.path(&format!("/sales/{}/confirm", text(&said, "id"))),
                &json!({}),
            )
            .await
            .expect(StatusCode::OK);
        keeper.is_paid_into(&telling_account()).await;
        let (paid, short, over) = (sell(45_000).await, sell(30_000).await, sell(5_000).await);
        bank_tells(app, &paid, 45_000).await;
        bank_tells(app, &short, 10_000).await;
        bank_tells(app, &over, 6_000).await;
        let day = keeper.client.get(&keeper.path("/day")).await.expect(StatusCode::OK);
        for (sum, dong) in [
            ("count", 5),
            ("total", 97_000),
            ("received", 61_000),
            ("by_hand", 10_000),
            ("pending", 27_000),
        ] {
            assert_eq!(day[sum], dong, "{sum}");
        }
    }
);

on_both!(long_lists_are_paged_newest_first, |app| {
    let keeper = app.stall_keeper().await;
    // Many at one moment, so that a page ends between them.
    for nth in 0..55_i64 {
        let at = format!("2026-11-21T{:02}:00:00+07:00", 6 + nth / 20);
        keeper.sells(&json!({"amount": 1_000 + nth, "happened_at": at})).await;
    }
    let mut seen = Vec::new();
    let mut path = keeper.path("/sales?limit=10");
    loop {
        let page = keeper.client.get(&path).await.expect(StatusCode::OK);
        let items = page["items"].as_array().unwrap();
        seen.extend(items.iter().map(|item| (text(item, "happened_at"), text(item, "id"))));
        match page["next_cursor"].as_str() {
            Some(cursor) => {
                assert_eq!(items.len(), 10);
                path = keeper.path(&format!("/sales?limit=10&cursor={cursor}"));
            }
            None => break,
        }
    }
    assert_eq!(seen.len(), 55);
    assert!(seen.is_sorted_by(|a, b| a.0 >= b.0));
    assert_eq!(seen.into_iter().map(|(_, id)| id).collect::<HashSet<_>>().len(), 55);
    let default = keeper.client.get(&keeper.path("/sales")).await.expect(StatusCode::OK);
    assert_eq!(default["items"].as_array().unwrap().len(), 24);
    for (query, pointer) in [
        ("cursor=x", "?cursor"),
        ("cursor=", "?cursor"),
        ("cursor=1.2", "?cursor"),
        ("limit=0", "?limit"),
        ("limit=101", "?limit"),
    ] {
        let answer = keeper.client.get(&keeper.path(&format!("/sales?{query}"))).await;
        assert_eq!(answer.wrong(StatusCode::UNPROCESSABLE_ENTITY), [pointer], "{query}");
    }
    let far = format!("/sales?cursor={}.{DRAFT}", i64::MIN);
    let far = keeper.client.get(&keeper.path(&far)).await.expect(StatusCode::OK);
    assert_eq!(far["items"], json!([]));
});

/// A stream of server-sent events that a counter has open.
struct Counter {
    stream: reqwest::Response,
    unread: String,
}

/// One event: its name, its id, its data.
type Told = (String, String, Value);

impl Counter {
    async fn opens(keeper: &StallKeeper, heard: Option<&str>) -> Self {
        let mut request = keeper.client.request(Method::GET, &keeper.path("/events"));
        if let Some(heard) = heard {
            request = request.header("last-event-id", heard);
        }
        let stream = request.send().await.unwrap();
        assert_eq!(stream.status(), StatusCode::OK);
        assert_eq!(stream.headers()["content-type"], "text/event-stream");
        Self {
            stream,
            unread: String::new(),
        }
    }

    async fn hears(&mut self) -> Told {
        let heard = tokio::time::timeout(Duration::from_secs(10), self.next()).await;
        heard.expect("the counter hears within ten seconds")
    }

    async fn next(&mut self) -> Told {
        loop {
            while let Some((event, rest)) = self.unread.split_once("\n\n") {
                let (event, rest) = (event.to_owned(), rest.to_owned());
                self.unread = rest;
                let field = |name: &str| {
                    event
                        .lines()
                        .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
                        .unwrap_or("")
                        .to_owned()
                };
                if !field("data").is_empty() {
                    return (field("event"), field("id"), field("data").parse().unwrap());
                }
            }
            let chunk = self.stream.chunk().await.unwrap().expect("the stream goes on");
            self.unread.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }
}

on_both!(an_open_counter_hears_each_sale_and_its_money, |app| {
    let keeper = app.stall_keeper().await;
    keeper.is_paid_into(&telling_account()).await;
    keeper.sells(&json!({"amount": 1_000})).await;
    let mut counter = Counter::opens(&keeper, None).await;
    let (name, id, ready) = counter.hears().await;
    assert_eq!((name.as_str(), &ready["stall_id"]), ("ready", &json!(keeper.stall_id)));
    assert!(!id.is_empty());

    let sale = keeper.sells(&json!({"amount": 45_000})).await;
    let (name, _, told) = counter.hears().await;
    assert_eq!(name, "");
    assert_eq!(
        told,
        json!({"sale_id": sale["id"], "payment_id": sale["payment"]["id"], "amount": 45_000, "received": 0,
            "status": "pending", "confirmed": null, "said": null})
    );
    bank_tells(app, &sale, 20_000).await;
    let (_, _, told) = counter.hears().await;
    assert_eq!(
        (&told["status"], &told["said"]),
        (
            &json!("underpaid"),
            &json!("Mới nhận 20.000 đồng, còn thiếu 25.000 đồng")
        )
    );
    bank_tells(app, &sale, 25_000).await;
    let (_, heard, told) = counter.hears().await;
    assert_eq!(
        told,
        json!({"sale_id": sale["id"], "payment_id": sale["payment"]["id"], "amount": 45_000, "received": 45_000,
            "status": "paid", "confirmed": "bank", "said": "Đã nhận 45.000 đồng"})
    );
    drop(counter);

    // What came while the counter was away is told when it comes back, and nothing else.
    app.app.source().advance(90_000);
    let missed = keeper.sells(&json!({"amount": 9_000})).await;
    app.app.source().advance(1_000);
    bank_tells(app, &missed, 10_000).await;
    let mut counter = Counter::opens(&keeper, Some(&heard)).await;
    assert_eq!(counter.hears().await.0, "ready");
    let (_, _, told) = counter.hears().await;
    assert_eq!(
        (&told["sale_id"], &told["said"]),
        (&missed["id"], &json!("Đã nhận 10.000 đồng, thừa 1.000 đồng"))
    );
    // Another stall's sales are not heard here.
    let neighbour = app.stall_keeper().await;
    neighbour.sells(&json!({"amount": 1})).await;
    let last = keeper.sells(&json!({"amount": 2_000})).await;
    assert_eq!(counter.hears().await.2["sale_id"], last["id"]);
    // The program ends, and so does the stream.
    app.app.live().close();
    let rest = tokio::time::timeout(Duration::from_secs(10), counter.stream.chunk()).await;
    assert_eq!(rest.expect("the stream ends").unwrap(), None);
});

on_both!(eight_counters_of_one_stall_hear_every_sale_once, |app| {
    let keeper = app.stall_keeper().await;
    let mut counters = join_all((0..8).map(|_| Counter::opens(&keeper, None))).await;
    for counter in &mut counters {
        counter.hears().await;
    }
    let path = keeper.path("/sales");
    let body = json!({"amount": 1_000});
    let sold = join_all((0..16).map(|_| keeper.client.post(&path, &body))).await;
    let sold: HashSet<String> = sold
        .iter()
        .map(|answer| text(&answer.expect(StatusCode::CREATED), "id"))
        .collect();
    for counter in &mut counters {
        let mut heard = Vec::new();
        for _ in 0..16 {
            heard.push(text(&counter.hears().await.2, "sale_id"));
        }
        assert_eq!(heard.into_iter().collect::<HashSet<_>>(), sold);
        let more = tokio::time::timeout(Duration::from_millis(300), counter.next()).await;
        assert!(more.is_err(), "{more:?}");
    }
});

on_both!(the_stand_is_printed_for_its_keeper, |app| {
    let keeper = app.stall_keeper().await;
    for size in ["", "?size=a5", "?size=a6"] {
        let pdf = keeper.client.get(&keeper.path(&format!("/stand.pdf{size}"))).await;
        assert_eq!(pdf.status, StatusCode::OK);
        assert_eq!(pdf.headers["content-type"], "application/pdf");
        assert!(pdf.bytes.starts_with(b"%PDF-"));
    }
    assert_eq!(
        keeper
            .client
            .get(&keeper.path("/stand.pdf?size=a4"))
            .await
            .wrong(StatusCode::UNPROCESSABLE_ENTITY),
        ["?size"]
    );
});

on_both!(the_pages_lead_from_the_markets_to_the_code_to_pay, |app| {
    let keeper = app.stall_keeper().await;
    let db = app.app.db().read();
    let first = stall::Entity::find().one(db).await.unwrap().unwrap();
    let market = first.market_id;
    app.app
        .write(Actor::System, move |unit| {
            Box::pin(async move {
                let rows = (0..300).map(|nth| stall::Model {
                    id: unit.id(),
                    market_id: market,
                    code: format!("{}-{:02}", ['B', 'C', 'D'][nth % 3], nth),
                    keeper_name: format!("Nguyễn Văn Số {nth}"),
                    goods: ["đậu phụ", "chè khô", "cá"][nth % 3].to_owned(),
                    person_id: None,
                    account_id: None,
                    stand_reference: None,
                });
                let rows: Vec<_> = rows.map(stall::ActiveModel::from).collect();
                stall::Entity::insert_many(rows).exec_without_returning(&*unit).await
            })
        })
        .await
        .unwrap();
    let guest = app.guest();
    let market = format!("/cho/{}", keeper.market_slug);
    let page = |path: String| {
        let guest = guest.clone();
        async move {
            let answer = guest.get(&path).await;
            assert_eq!(answer.status, StatusCode::OK, "{path}");
            answer.text()
        }
    };
    assert!(page("/cho".to_owned()).await.contains(&format!("href=\"{market}\"")));
    let whole = page(market.clone()).await;
    assert_eq!(whole.matches("class=\"stall\"").count(), 301);
    assert!(whole.contains("Dãy B") && whole.contains("301 sạp"));
    let tofu = page(format!("{market}?q=dau+phu")).await;
    assert_eq!(tofu.matches("class=\"stall\"").count(), 100);
    let row = page(format!("{market}?row=c&q=cao")).await;
    assert!(row.contains("Chưa có sạp như bạn tìm"));
    assert_eq!(
        page(format!("{market}?row=C")).await.matches("class=\"stall\"").count(),
        100
    );

    let path = format!("{market}/A-12");
    let stall = page(path.clone()).await;
    for words in [
        "Trả tiền tại sạp",
        "TRAN THI MUI",
        "MB Bank",
        "••••789",
        "Kiểm tra đúng tên người nhận",
    ] {
        assert!(stall.contains(words), "{words}");
    }
    assert!(!stall.contains("0123456789</dd>"));
    let payload = stall
        .split_once("<title>0002")
        .unwrap()
        .1
        .split_once("</title>")
        .unwrap()
        .0;
    let code = VietQr::decode(&format!("0002{payload}")).unwrap();
    assert_eq!(
        (code.account(), code.amount(), code.memo()),
        (
            "0123456789",
            None,
            first.stand_reference.as_ref().map(PaymentReference::as_str)
        )
    );
    // Money must not go to a former account from an old page.
    keeper.is_paid_into(&telling_account()).await;
    assert!(page(path).await.contains("Vietcombank"));
    assert!(
        page(format!("{market}/B-00"))
            .await
            .contains("Sạp này chưa nhận chuyển khoản")
    );
    let nowhere = ["/cho/nowhere", "/cho/%00", "/cho/nowhere/A-12"].map(str::to_owned);
    for path in nowhere
        .into_iter()
        .chain(["A-99", "%00", "%F0%9F%8D%B5"].map(|code| format!("{market}/{code}")))
    {
        assert_eq!(guest.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
});

on_both!(hostile_values_at_the_counter_break_nothing, |app| {
    let keeper = app.stall_keeper().await;
    let good = json!({"id": DRAFT, "lines": [{"name": "Rau", "quantity": "1", "price": 1_000}], "happened_at": "2026-11-21",
        "note": "n"});
    let hostile = [
        Value::Null,
        json!(-1),
        json!(1e308),
        json!("\u{0}"),
        json!("\u{202e}\u{200b}"),
        json!("x".repeat(5_000)),
        json!("+10000-01-01T00:00:00Z"),
        json!([null, 1, "a", {}]),
        json!({"name": {}}),
        json!([{"name": "\u{0}", "quantity": {}, "price": "1"}]),
    ];
    for field in ["id", "amount", "lines", "happened_at", "note"] {
        for value in &hostile {
            let mut bad = good.clone();
            bad[field] = value.clone();
            let answer = keeper.client.post(&keeper.path("/sales"), &bad).await;
            assert!(!answer.status.is_server_error(), "{bad}");
        }
    }
    let id: SaleId = DRAFT.parse().unwrap();
    assert!(sale::Entity::find_by_id(id).count(app.app.db().read()).await.unwrap() <= 1);
});
