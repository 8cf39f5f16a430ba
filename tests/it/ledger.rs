//! What sellers earn, what is kept of it, statements, invoices and reconciliation.

use choque::{
    db::Actor,
    payments::{self, Earning, NewPayment, PaymentsError, commission, ledger::LedgerAccount, month::Month},
};
use entity::{
    Dong,
    identity::role::Office,
    ids::{MoneyAccountId, PaymentId, SellerId},
    payments::payment::Purpose,
};
use reqwest::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    harness::{Client, Farmer, TestApp, notice, text},
    on_both,
    orders::{banks, basket, checks_out, holder, line, shop},
};

/// Declares a test on both databases where a provider holds the money.
#[macro_export]
macro_rules! on_both_held {
    ($name:ident, |$app:ident| $body:block) => {
        mod $name {
            use super::*;

            async fn run($app: &$crate::harness::TestApp) $body

            async fn start(backend: $crate::harness::Backend) -> Option<$crate::harness::TestApp> {
                $crate::harness::TestApp::start_with(backend, |config| config.money = choque::config::Money::Held).await
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                let app = start($crate::harness::Backend::Sqlite).await.unwrap();
                run(&app).await;
                app.finish().await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                let Some(app) = start($crate::harness::Backend::Postgres).await else { return };
                run(&app).await;
                app.finish().await;
            }
        }
    };
}

/// The number of the account in which the provider holds money.
pub const HELD: &str = "9990001112223";

/// Runs a verb of payments as the program.
#[macro_export]
macro_rules! books {
    ($app:expr, |$unit:ident| $work:expr) => {
        $app.app
            .write(choque::db::Actor::System, move |$unit| {
                Box::pin(async move { $work.await })
            })
            .await
    };
}

impl Farmer {
    pub fn seller(&self) -> SellerId {
        self.seller_id.parse().unwrap()
    }

    pub fn at(&self, rest: &str) -> String {
        format!("/api/v1/sellers/{}/{rest}", self.seller_id)
    }

    /// Her statement of `month`.
    pub async fn statement(&self, month: &str) -> Value {
        let path = self.at(&format!("statement?month={month}"));
        self.client.get(&path).await.expect(StatusCode::OK)
    }
}

impl TestApp {
    pub async fn chief(&self) -> Client {
        self.in_office("0988888801", "Quản trị", Office::Administrator).await
    }

    pub async fn clerk(&self) -> Client {
        self.in_office("0988888802", "Cán bộ", Office::Officer).await
    }

    /// The exchange has an account of its provider's.
    pub async fn holds_money(&self, chief: &Client) -> MoneyAccountId {
        let account = json!({"bank_bin": "970415", "number": HELD, "holder_name": "San Cho Que", "notices": "sepay"});
        let account = chief.put("/api/v1/money-accounts/held", &account).await;
        text(&account.expect(StatusCode::OK), "id").parse().unwrap()
    }

    /// The account that `farmer` is paid into.
    pub async fn account_of(&self, farmer: &Farmer) -> MoneyAccountId {
        banks(farmer, "sepay").await;
        let account = farmer
            .client
            .get(&farmer.at("money-account"))
            .await
            .expect(StatusCode::OK);
        text(&account, "id").parse().unwrap()
    }

    /// A payment of `amount` into `account`, paid by somebody's word.
    pub async fn paid(&self, account: MoneyAccountId, amount: i64) -> PaymentId {
        let id: PaymentId = self.app.source().id();
        let new = NewPayment {
            id,
            seed: id.0,
            account,
            purpose: Purpose::Order,
            amount: Dong(amount),
            expires_at: None,
        };
        self.app
            .write(Actor::System, move |unit| {
                Box::pin(async move {
                    payments::request(unit, new).await?;
                    payments::confirm_by_hand(unit, id).await
                })
            })
            .await
            .unwrap();
        id
    }

    pub async fn earns(&self, earning: Earning) -> Result<(), PaymentsError> {
        self.app
            .write(Actor::System, move |unit| {
                let earning = earning.clone();
                Box::pin(async move { payments::earn(unit, earning).await })
            })
            .await
    }

    /// What the ledger says of one account: credit less debit.
    pub async fn balance(&self, account: LedgerAccount) -> i64 {
        payments::ledger::balance(self.app.db().read(), account, None)
            .await
            .unwrap()
    }

    pub fn this_month(&self) -> Month {
        Month::of(self.app.today())
    }

    /// Moves the clock to `seconds` after the beginning of the next month (before it, when below zero).
    pub fn to_next_month(&self, seconds: i64) {
        let at = self.this_month().end().0 + seconds * 1000;
        self.app.source().advance(at - self.app.now().0);
    }
}

/// An id of something that payments knows only by its id.
pub fn new_id() -> Uuid {
    choque::app::Source::system().id()
}

/// What an order of tea earned.
pub fn tea(seller: SellerId, payment: Option<PaymentId>, goods: i64) -> Earning {
    Earning {
        order: new_id(),
        seller,
        payment,
        further: Vec::new(),
        goods: Dong(goods),
        delivery: Dong::ZERO,
        credit: Dong::ZERO,
        category: "tea-green".to_owned(),
    }
}

/// Rules from today on.
pub async fn rules(app: &TestApp, chief: &Client, rules: Value) {
    let path = format!("/api/v1/commission-rules/{}", app.app.today().iso());
    chief.put(&path, &json!({"rules": rules})).await.expect(StatusCode::OK);
}

fn sums(statement: &Value) -> Vec<(String, i64)> {
    let items = statement["items"].as_array().unwrap();
    items
        .iter()
        .map(|item| (text(item, "kind"), item["amount"].as_i64().unwrap()))
        .collect()
}

fn pairs(list: &[(&str, i64)]) -> Vec<(String, i64)> {
    list.iter()
        .map(|(kind, amount)| ((*kind).to_owned(), *amount))
        .collect()
}

on_both!(
    commission_of_direct_sales_is_invoiced_once_a_month_and_paid_by_transfer,
    |app| {
        // Who signs in now is still signed in when the month is over.
        app.to_next_month(-3600);
        let chief = app.chief().await;
        let held = app.holds_money(&chief).await;
        rules(
            app,
            &chief,
            json!([
                {"category": "tea", "kind": "household", "rate_bp": 300, "floor": 1000, "cap": 20_000},
                {"rate_bp": 500, "note": "mọi hàng khác"},
            ]),
        )
        .await;
        let farmer = app.farmer().await;
        let account = app.account_of(&farmer).await;
        let month = app.this_month();
        let mut orders = Vec::new();
        for goods in [200_000, 10_000, 5_000_000] {
            let payment = app.paid(account, goods + 15_000).await;
            let earning = Earning {
                delivery: Dong(15_000),
                ..tea(farmer.seller(), Some(payment), goods)
            };
            orders.push(earning.order);
            // Said twice, earned once.
            app.earns(earning.clone()).await.unwrap();
            app.earns(earning).await.unwrap();
        }
        let statement = farmer.statement(&month.to_string()).await;
        assert_eq!(
            sums(&statement)[..3],
            pairs(&[("earned", 215_000), ("kept", -215_000), ("commission", -6_000)])
        );
        assert_eq!(
            (
                &statement["totals"]["revenue"],
                &statement["totals"]["commission"],
                &statement["totals"]["vat"]
            ),
            (&json!(5_255_000), &json!(27_000), &json!(0)),
            "rate, floor and cap; nothing is withheld where the money goes straight to the seller"
        );
        assert_eq!(statement["closing"], json!(-27_000));
        // Half of the first comes back: half of its commission does.
        let first = orders[0];
        books!(app, |unit| payments::unearn(unit, first, Dong(100_000))).unwrap();
        assert_eq!(app.balance(LedgerAccount::seller(farmer.seller())).await, -24_000);

        // Nothing before the month is over; then once, however often and by whomever it is asked.
        for early in [month.before(), month] {
            assert_eq!(commission::invoice_month(&app.app, early).await.unwrap(), 0);
        }
        app.to_next_month(60);
        let other = app.beside().await;
        other.to_next_month(60);
        let (one, two) = tokio::join!(
            commission::invoice_month(&app.app, month),
            commission::invoice_month(&other.app, month)
        );
        let made = one.unwrap() + two.unwrap();
        assert_eq!(made, 1);
        other.finish().await;
        let list = farmer
            .client
            .get("/api/v1/commission-invoices")
            .await
            .expect(StatusCode::OK);
        let invoice = &list["items"][0];
        assert_eq!(list["items"].as_array().unwrap().len(), 1);
        assert_eq!(
            (&invoice["amount"], &invoice["state"]),
            (&json!(24_000), &json!("open"))
        );
        assert_eq!(invoice["month"], month.to_string());
        let due = app.app.today().plus_days(15).iso();
        assert_eq!(invoice["due_on"], due);
        let payment = &invoice["payment"];
        let code = vietqr::VietQr::decode(payment["vietqr"]["payload"].as_str().unwrap()).unwrap();
        assert_eq!((code.account(), code.amount()), (HELD, Some(24_000)));

        // Another seller and a stranger see nothing of it; officers do.
        let path = format!("/api/v1/commission-invoices/{}", text(invoice, "id"));
        let stranger = app.farmer().await;
        stranger.client.get(&path).await.expect(StatusCode::NOT_FOUND);
        let clerk = app.clerk().await;
        clerk.get(&path).await.expect(StatusCode::OK);
        clerk
            .post(&format!("{path}/paid"), &json!({}))
            .await
            .expect(StatusCode::FORBIDDEN);
        let none = stranger
            .client
            .get("/api/v1/commission-invoices")
            .await
            .expect(StatusCode::OK);
        assert_eq!(none["items"], json!([]));

        app.sepay(&notice(700_001, HELD, 24_000, &text(payment, "reference")))
            .await
            .expect(StatusCode::OK);
        for _ in 0..200 {
            if clerk.get(&path).await.expect(StatusCode::OK)["state"] == "paid" {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(25)).await;
        }
        assert_eq!(clerk.get(&path).await.expect(StatusCode::OK)["state"], "paid");
        assert_eq!(app.balance(LedgerAccount::seller(farmer.seller())).await, 0);
        assert_eq!(app.balance(LedgerAccount::account(held)).await, -24_000);
        // By hand as well: it is paid already, and nothing is booked twice.
        chief
            .post(&format!("{path}/paid"), &json!({}))
            .await
            .expect(StatusCode::OK);
        assert_eq!(app.balance(LedgerAccount::seller(farmer.seller())).await, 0);
    }
);

on_both!(an_earning_is_refused_above_what_came, |app| {
    let farmer = app.farmer().await;
    let account = app.account_of(&farmer).await;
    let payment = app.paid(account, 100_000).await;
    let more = app.earns(tea(farmer.seller(), Some(payment), 100_001)).await;
    assert!(matches!(more, Err(PaymentsError::TooMuch)));
    let negative = app.earns(tea(farmer.seller(), Some(payment), -1)).await;
    assert!(matches!(negative, Err(PaymentsError::TooMuch)));
    let credit = Earning {
        credit: Dong(5),
        ..tea(farmer.seller(), None, 4)
    };
    assert!(matches!(app.earns(credit).await, Err(PaymentsError::TooMuch)));
    app.earns(tea(farmer.seller(), Some(payment), 60_000)).await.unwrap();
    assert!(matches!(
        app.earns(tea(farmer.seller(), Some(payment), 40_001)).await,
        Err(PaymentsError::TooMuch)
    ));
    // A supplement pays the rest.
    let further = app.paid(account, 5_000).await;
    let both = Earning {
        further: vec![further],
        ..tea(farmer.seller(), Some(payment), 45_000)
    };
    let order = both.order;
    app.earns(both).await.unwrap();
    assert_eq!(app.balance(LedgerAccount::payment(payment)).await, 0);
    assert_eq!(app.balance(LedgerAccount::payment(further)).await, 0);
    // It goes back to the supplement first.
    let back = books!(app, |unit| payments::unearn(unit, order, Dong(6_000))).unwrap();
    assert_eq!((back.money, back.cash, back.credit), (Dong(6_000), Dong(0), Dong(0)));
    assert_eq!(app.balance(LedgerAccount::payment(further)).await, 5_000);
    assert_eq!(app.balance(LedgerAccount::payment(payment)).await, 1_000);
    let all = books!(app, |unit| payments::unearn(unit, order, Dong(39_001)));
    assert!(matches!(all, Err(PaymentsError::TooMuch)));
    let nothing = books!(app, |unit| payments::unearn(unit, new_id(), Dong(1))).unwrap();
    assert_eq!(nothing.money, Dong::ZERO, "what has not earned is left as it is");
});

on_both!(a_month_ends_at_midnight_in_vietnam, |app| {
    app.to_next_month(-3600);
    let farmer = app.farmer().await;
    let account = app.account_of(&farmer).await;
    let first = app.this_month();
    app.to_next_month(-120);
    let payment = app.paid(account, 300_000).await;
    app.earns(tea(farmer.seller(), Some(payment), 100_000)).await.unwrap();
    assert_eq!(app.this_month(), first);
    app.to_next_month(60);
    assert_eq!(app.this_month(), first.after());
    app.earns(tea(farmer.seller(), Some(payment), 200_000)).await.unwrap();
    let (one, two) = (
        farmer.statement(&first.to_string()).await,
        farmer.statement(&first.after().to_string()).await,
    );
    assert_eq!(
        (&one["totals"]["revenue"], &two["totals"]["revenue"]),
        (&json!(100_000), &json!(200_000))
    );
    assert_eq!(one["closing"], two["opening"]);
    for wrong in ["2026-13", "x", "2026-1", "2026-11-01"] {
        let path = farmer.at(&format!("statement?month={wrong}"));
        assert_eq!(
            farmer.client.get(&path).await.wrong(StatusCode::UNPROCESSABLE_ENTITY),
            ["?month"]
        );
    }
});

on_both!(rules_hold_from_their_day_and_history_stays, |app| {
    let chief = app.chief().await;
    let farmer = app.farmer().await;
    let account = app.account_of(&farmer).await;
    let today = app.app.today();
    let earned = async |goods: i64| {
        let payment = app.paid(account, goods).await;
        let before = app.balance(LedgerAccount::commission(farmer.seller())).await;
        app.earns(tea(farmer.seller(), Some(payment), goods)).await.unwrap();
        app.balance(LedgerAccount::commission(farmer.seller())).await - before
    };
    assert_eq!(earned(100_000).await, 0, "no rules, no commission");
    rules(app, &chief, json!([{"rate_bp": 100}])).await;
    let tomorrow = format!("/api/v1/commission-rules/{}", today.plus_days(1).iso());
    chief
        .put(&tomorrow, &json!({"rules": [{"rate_bp": 900}]}))
        .await
        .expect(StatusCode::OK);
    chief
        .put(
            &tomorrow,
            &json!({"rules": [{"stars": 4, "rate_bp": 100}, {"rate_bp": 200}]}),
        )
        .await
        .expect(StatusCode::OK);
    assert_eq!(earned(100_000).await, 1_000);
    let again = format!("/api/v1/commission-rules/{}", today.iso());
    for (path, pointer) in [
        (&again, "/from"),
        (
            &format!("/api/v1/commission-rules/{}", today.plus_days(-1).iso()),
            "/from",
        ),
    ] {
        let answer = chief.put(path, &json!({"rules": [{"rate_bp": 1}]})).await;
        assert_eq!(answer.wrong(StatusCode::UNPROCESSABLE_ENTITY), [pointer]);
    }
    app.app.source().advance(24 * 60 * 60 * 1000);
    assert_eq!(earned(100_000).await, 2_000);
    // Stars count from the day they hold.
    let listing = crate::orders::offer(
        &farmer,
        "Chè ngon",
        json!({"price": 1000, "unit": "kg", "on_demand": true}),
    )
    .await;
    app.holds_stars(&listing, 4, 36).await;
    assert_eq!(earned(100_000).await, 1_000);
    let list = farmer
        .client
        .get("/api/v1/commission-rules?limit=1")
        .await
        .expect(StatusCode::OK);
    assert_eq!(list["items"][0]["from"], today.plus_days(1).iso());
    let next = text(&list, "next_cursor");
    let list = farmer
        .client
        .get(&format!("/api/v1/commission-rules?cursor={next}"))
        .await
        .expect(StatusCode::OK);
    assert_eq!(list["items"][0]["from"], today.iso());
    app.guest()
        .get("/api/v1/commission-rules")
        .await
        .expect(StatusCode::UNAUTHORIZED);

    let bad = json!({"rules": [
        {"rate_bp": 5001}, {"category": "gold", "kind": "king", "stars": 6, "rate_bp": 1},
        {"rate_bp": 1, "floor": 10, "cap": 9}, {"floor": -1}, {"rate_bp": "x"},
    ]});
    let later = format!("/api/v1/commission-rules/{}", today.plus_days(9).iso());
    assert_eq!(
        chief.put(&later, &bad).await.wrong(StatusCode::UNPROCESSABLE_ENTITY),
        [
            "/rules/0/rate_bp",
            "/rules/1/category",
            "/rules/1/kind",
            "/rules/1/stars",
            "/rules/2/cap",
            "/rules/3/rate_bp",
            "/rules/3/floor",
            "/rules/4/rate_bp"
        ]
    );
    for none in [json!({}), json!({"rules": []}), json!({"rules": 5})] {
        assert_eq!(
            chief.put(&later, &none).await.wrong(StatusCode::UNPROCESSABLE_ENTITY),
            ["/rules"]
        );
    }
    chief
        .put("/api/v1/commission-rules/soon", &json!({"rules": [{"rate_bp": 1}]}))
        .await
        .expect(StatusCode::NOT_FOUND);
    farmer
        .client
        .put(&later, &json!({"rules": [{"rate_bp": 1}]}))
        .await
        .expect(StatusCode::FORBIDDEN);
});

on_both!(a_statement_is_its_owners_and_the_offices, |app| {
    let farmer = app.farmer().await;
    let account = app.account_of(&farmer).await;
    let payment = app.paid(account, 50_000).await;
    app.earns(tea(farmer.seller(), Some(payment), 50_000)).await.unwrap();
    let (clerk, chief) = (app.clerk().await, app.chief().await);
    let stranger = app.farmer().await;
    let unknown = app.person("0987000077", "Người lạ").await;
    for path in [
        farmer.at("statement"),
        farmer.at("statement.xlsx"),
        farmer.at("revenue"),
        farmer.at("payout-schedule"),
    ] {
        for may in [&farmer.client, &clerk, &chief] {
            may.get(&path).await.expect(StatusCode::OK);
        }
        stranger.client.get(&path).await.expect(StatusCode::NOT_FOUND);
        unknown.get(&path).await.expect(StatusCode::NOT_FOUND);
        app.guest().get(&path).await.expect(StatusCode::UNAUTHORIZED);
    }
    let gone = format!("/api/v1/sellers/{}/statement", new_id());
    clerk.get(&gone).await.expect(StatusCode::NOT_FOUND);
    // The workbook has the same closing, by its own address and by what is accepted.
    let closing = farmer.statement(&app.this_month().to_string()).await["closing"].clone();
    let by_address = farmer.client.get(&farmer.at("statement.xlsx")).await;
    let request = farmer.client.request(reqwest::Method::GET, &farmer.at("statement"));
    let request = request.header(
        "accept",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    );
    let by_accept = crate::harness::Answer::of(reqwest::Method::GET, &farmer.at("statement"), request).await;
    for answer in [by_address, by_accept] {
        let rows = sheet(&answer.bytes);
        let last = rows.last().unwrap();
        assert_eq!(last.last().unwrap(), &closing.to_string(), "{rows:?}");
    }
});

/// The cells of a workbook's first sheet, as text.
pub fn sheet(bytes: &[u8]) -> Vec<Vec<String>> {
    use calamine::{Reader, Xlsx};
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(std::io::Cursor::new(bytes.to_vec())).unwrap();
    let range = book.worksheet_range_at(0).unwrap().unwrap();
    range
        .rows()
        .map(|row| row.iter().map(ToString::to_string).collect())
        .collect()
}

on_both!(banks_and_ledger_are_compared_to_the_dong, |app| {
    let (farmer, listing) = shop(app, "Chè tôm nõn", 100_000, "50").await;
    let account = app.account_of(&farmer).await;
    let number = "0011001234567";
    // Paid through the bank; paid by the seller's word; money nobody can explain; money that went out.
    let bought = checks_out(&app.guest(), &basket(&[line(&listing, "1")])).await;
    app.sepay(&notice(
        800_001,
        number,
        100_000,
        &text(&bought["payments"][0], "reference"),
    ))
    .await
    .expect(StatusCode::OK);
    let word = app.paid(account, 70_000).await;
    app.sepay(&notice(800_002, number, 5_000, "khong ro"))
        .await
        .expect(StatusCode::OK);
    let mut out = notice(800_003, number, 12_345, "rut tien");
    out["transferType"] = json!("out");
    app.sepay(&out).await.expect(StatusCode::OK);
    let guest = holder(app, &bought);
    for _ in 0..200 {
        let order = guest
            .get(&format!("/api/v1/orders/{}", text(&bought["orders"][0], "id")))
            .await
            .json();
        if order["payment"]["status"] == "paid" && app.undelivered().await == 0 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    let (from, to) = (app.app.today().plus_days(-50).iso(), app.app.today().plus_days(1).iso());
    let path = format!("/api/v1/reconciliation?account={account}&from={from}&to={to}");
    let told = farmer.client.get(&path).await.expect(StatusCode::OK);
    let one = &told["accounts"][0];
    assert_eq!(
        (&one["bank_in"], &one["bank_out"], &one["ledger_in"], &one["ledger_out"]),
        (&json!(105_000), &json!(12_345), &json!(175_000), &json!(0)),
        "{told}"
    );
    assert_eq!(one["difference"], json!(105_000 - 12_345 - 175_000));
    let causes: Vec<(String, i64)> = one["days"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|day| day["causes"].as_array().unwrap())
        .map(|cause| (text(cause, "kind"), cause["amount"].as_i64().unwrap()))
        .collect();
    let mut sorted = causes.clone();
    sorted.sort();
    assert_eq!(sorted, pairs(&[("by_hand", -70_000), ("not_known", -12_345)]));
    for day in one["days"].as_array().unwrap() {
        let sum: i64 = day["causes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|cause| cause["amount"].as_i64().unwrap())
            .sum();
        assert_eq!(day["difference"], json!(sum));
    }
    // What changes owners inside the account is no movement of it.
    app.earns(tea(farmer.seller(), Some(word), 70_000)).await.unwrap();
    let again = farmer.client.get(&path).await.expect(StatusCode::OK);
    assert_eq!(again["accounts"], told["accounts"]);

    let stranger = app.farmer().await;
    stranger.client.get(&path).await.expect(StatusCode::NOT_FOUND);
    let all = stranger
        .client
        .get("/api/v1/reconciliation")
        .await
        .expect(StatusCode::OK);
    assert_eq!(all["accounts"], json!([]));
    app.clerk().await.get(&path).await.expect(StatusCode::OK);
    for (query, pointer) in [
        ("?account=x", "?account"),
        ("?from=2026-11-31", "?from"),
        ("?to=soon", "?to"),
        ("?from=2026-12-01&to=2026-11-01", "?from"),
        ("?from=2026-01-01&to=2026-12-31", "?from"),
    ] {
        let answer = farmer.client.get(&format!("/api/v1/reconciliation{query}")).await;
        assert_eq!(answer.wrong(StatusCode::UNPROCESSABLE_ENTITY), [pointer], "{query}");
    }
});
