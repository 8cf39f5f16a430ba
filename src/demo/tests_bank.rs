//! The demo's bank, and the accounts it pays into.

use std::{collections::HashSet, time::Duration};

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use entity::{
    identity::person,
    ids::StallId,
    market::{sale, stall},
    payments::{
        account::{self, Kind, Notices},
        payment,
    },
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use tower::ServiceExt as _;
use vietqr::VietQr;

use super::{
    accounts::STALL_KEEPER,
    tests_fill::{all, small},
};
use crate::{app::App, payments::Account, routes};

async fn ask(app: &App, request: Request<Body>) -> (StatusCode, String) {
    let response = routes::router(app).oneshot(request).await.expect("an answer");
    let status = response.status();
    let body = axum::body::to_bytes(response.into_body(), 1 << 20)
        .await
        .expect("a body");
    (status, String::from_utf8(body.to_vec()).expect("text"))
}

async fn pay(app: &App, body: &Value) -> (StatusCode, Value) {
    let request = Request::post("/demo/bank/pay")
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(body.to_string()))
        .expect("a request");
    let (status, text) = ask(app, request).await;
    (status, serde_json::from_str(&text).expect("JSON"))
}

/// The stall of the demo's keeper and its account.
async fn keepers_stall(app: &App) -> (stall::Model, Account) {
    let keeper = person::Entity::find()
        .filter(person::Column::Phone.eq(STALL_KEEPER))
        .one(app.db().read())
        .await
        .expect("a query")
        .expect("the keeper");
    let stall = stall::Entity::find()
        .filter(stall::Column::PersonId.eq(keeper.id))
        .one(app.db().read())
        .await
        .expect("a query")
        .expect("a stall");
    let id = stall.account_id.expect("an account");
    let row = account::Entity::find_by_id(id)
        .one(app.db().read())
        .await
        .expect("a query")
        .expect("an account");
    let account = Account::open(app.vault(), &row).expect("sealed with this database's secret");
    (stall, account)
}

/// The sales of `stall` once there are `count` of them.
async fn sales(app: &App, stall: StallId, count: usize) -> Vec<sale::Model> {
    for _ in 0..200 {
        let sales = sale::Entity::find()
            .filter(sale::Column::StallId.eq(stall))
            .all(app.db().read())
            .await
            .expect("a query");
        if sales.len() >= count {
            return sales;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("the sales did not come");
}

#[tokio::test]
async fn every_seller_and_every_stall_is_paid_into_an_account_of_its_own() {
    let folder = tempfile::tempdir().expect("a folder");
    let app = small(folder.path()).await;
    let accounts = all::<account::Entity>(&app).await;
    let hashes: HashSet<_> = accounts.iter().map(|row| &row.number_hash).collect();
    assert_eq!(hashes.len(), accounts.len(), "no two have the same number");
    let sellers = all::<entity::catalogue::seller::Entity>(&app).await;
    let paid: HashSet<_> = accounts.iter().filter_map(|row| row.seller_id).collect();
    assert!(sellers.iter().all(|seller| paid.contains(&seller.id)));
    assert!(
        accounts
            .iter()
            .all(|row| row.kind == Kind::Stall || row.notices == Notices::Sepay)
    );
    assert_eq!(accounts.iter().filter(|row| row.kind == Kind::Held).count(), 1);
    for stall in all::<stall::Entity>(&app).await {
        assert!(stall.account_id.is_some());
        assert_eq!(stall.stand_reference, Some(entity::PaymentReference::of(stall.id.0)));
    }
    for row in &accounts {
        let account = Account::open(app.vault(), row).expect("sealed with this database's secret");
        assert!(VietQr::new(&account.bank_bin, &account.number).is_ok());
        assert!(!account.bank_name.is_empty(), "{}", account.bank_bin);
        let printed = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == ' ';
        assert!(account.holder.chars().all(printed), "{}", account.holder);
    }
    let (stall, account) = keepers_stall(&app).await;
    assert_eq!(account.notices, Notices::Sepay);
    assert_eq!(
        account.holder,
        vietqr::fold_memo(&stall.keeper_name).to_ascii_uppercase()
    );
}

#[tokio::test]
async fn the_bank_pays_a_printed_stand_and_the_sale_is_there() {
    let folder = tempfile::tempdir().expect("a folder");
    let app = small(folder.path()).await;
    let (stall, account) = keepers_stall(&app).await;
    let memo = stall.stand_reference.expect("a reference");
    let code = VietQr::new(&account.bank_bin, &account.number)
        .and_then(|code| code.with_memo(memo.as_str()))
        .expect("a code")
        .encode();
    let (status, refused) = pay(&app, &json!({"payload": code})).await;
    assert_eq!(
        (status, &refused["errors"][0]["pointer"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("/amount"))
    );
    let (status, paid) = pay(&app, &json!({"payload": code, "amount": 35_000})).await;
    assert_eq!((status, &paid["accepted"]), (StatusCode::OK, &json!(true)), "{paid}");
    assert_eq!(paid["notice"]["transferAmount"], 35_000);
    assert_eq!(sales(&app, stall.id, 1).await[0].amount.0, 35_000);

    // The page does the same without a script.
    let query: String = form_urlencoded::byte_serialize(code.as_bytes()).collect();
    let page = Request::get(format!("/demo/bank?payload={query}"));
    let (status, html) = ask(&app, page.body(Body::empty()).expect("a request")).await;
    assert_eq!(status, StatusCode::OK);
    for shown in [&account.number, &account.holder, memo.as_str(), account.bank_name] {
        assert!(html.contains(shown), "{shown}");
    }
    let form = |amount: &str| {
        Request::post("/demo/bank")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(format!("payload={query}&amount={amount}")))
            .expect("a request")
    };
    let (status, html) = ask(&app, form("45.000")).await;
    assert_eq!(status, StatusCode::OK);
    assert!(html.contains("Đã chuyển 45.000"), "{html}");
    let (status, html) = ask(&app, form("nhiều")).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(html.contains("amount-loi"));
    let sums: i64 = sales(&app, stall.id, 2).await.iter().map(|sale| sale.amount.0).sum();
    assert_eq!(sums, 80_000);
    let payments = all::<payment::Entity>(&app).await;
    assert!(payments.iter().all(|payment| payment.received == payment.amount));
}

#[tokio::test]
async fn the_bank_takes_no_nonsense_and_a_silent_bank_tells_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let app = small(folder.path()).await;
    let elsewhere = VietQr::new("999999", "123456").expect("digits").encode();
    for (body, pointers) in [
        (json!({}), vec!["/payload"]),
        (json!({"payload": "https://example.vn"}), vec!["/payload"]),
        (json!({"payload": elsewhere}), vec!["/payload", "/amount"]),
        (json!({"payload": 5, "amount": -1}), vec!["/payload", "/amount"]),
    ] {
        let (status, refused) = pay(&app, &body).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
        let told: Vec<_> = refused["errors"]
            .as_array()
            .expect("errors")
            .iter()
            .map(|error| error["pointer"].as_str().expect("a pointer"))
            .collect();
        assert!(
            told.iter().all(|pointer| pointers.contains(pointer)),
            "{body}: {told:?}"
        );
        assert_eq!(told[0], "/payload");
    }
    // The stall's bank tells nobody: the money is there, the notice is not.
    let (stall, account) = keepers_stall(&app).await;
    let id = account.id;
    app.write(crate::db::Actor::System, move |unit| {
        Box::pin(async move {
            account::Entity::update_many()
                .col_expr(account::Column::Notices, sea_orm::sea_query::Expr::value(Notices::None))
                .filter(account::Column::Id.eq(id))
                .exec(&*unit)
                .await
        })
    })
    .await
    .expect("written");
    let code = VietQr::new(&account.bank_bin, &account.number)
        .and_then(|code| code.with_amount(5_000))
        .and_then(|code| code.with_memo(stall.stand_reference.expect("a reference").as_str()))
        .expect("a code")
        .encode();
    let (status, paid) = pay(&app, &json!({"payload": code})).await;
    assert_eq!(
        (status, paid),
        (StatusCode::OK, json!({"accepted": true, "notice": null}))
    );
}
