//! `SIGKILL` while people check out, banks tell of money, it is settled, and sellers pack and ship. Whoever got no answer
//! asks again with the same key. In the end every group of orders is there once, whatever was acknowledged is there, and
//! money and stock agree with the orders.
//!
//! Two ways of dying: at any moment of a crowd's day, and at each step of one order's life (`db::step` waits there for
//! its end). `CHOQUE_TEST_KILLS=500` kills so often instead of the usual few; from 200 on, the second way takes the steps
//! one after the other until the order's life is over.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use choque::{app::Source, payments::Credential};
use entity::{
    frame::{idempotency, outbox},
    listings::{pool, pool_lot, stock_hold},
    orders::{group, line, order},
    payments::{
        notice::{self as notices, State},
        payment::{self, Status},
        transfer,
    },
};
use reqwest::{Method, RequestBuilder, StatusCode};
use sea_orm::{ColumnTrait, ConnectionTrait, Database, DatabaseConnection, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{sync::watch, task::JoinSet};

use crate::{
    harness::{Backend, new_database, notice, plain, size, text},
    kill::Server,
};

const SECRET: &str = "the-secret-of-the-bank";
/// Buyers who are on their way at the same time.
const CROWD: usize = 8;

/// What a client is about to do; the killer listens for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Deed {
    Checkout,
    Notice,
    Confirm,
    Pack,
    Ship,
    Deliver,
}

const DEEDS: [Deed; 6] = [
    Deed::Checkout,
    Deed::Notice,
    Deed::Confirm,
    Deed::Pack,
    Deed::Ship,
    Deed::Deliver,
];

impl Deed {
    const fn code(self) -> &'static str {
        match self {
            Self::Checkout => "checkout",
            Self::Notice => "notice",
            Self::Confirm => "confirm",
            Self::Pack => "pack",
            Self::Ship => "ship",
            Self::Deliver => "deliver",
        }
    }
}

/// Somebody who sells.
struct Shop {
    token: String,
    number: String,
    listings: Vec<Value>,
}

/// A province whose server dies again and again.
struct World {
    backend: Backend,
    database: String,
    folder: TempDir,
    /// Where the server is now; nowhere while it is dead.
    url: watch::Sender<Option<String>>,
    server: Mutex<Option<Server>>,
    http: reqwest::Client,
    shops: Vec<Shop>,
    source: Source,
    kills: AtomicUsize,
    /// Requests that nobody answered.
    lost: AtomicUsize,
    /// What is being asked for just now.
    about: watch::Sender<Option<Deed>>,
    /// What was acknowledged: wish, what was done, and the answer.
    heard: Mutex<Vec<Heard>>,
}

struct Heard {
    wish: usize,
    deed: Deed,
    answer: Value,
    /// The number of the notice, or the order's id.
    what: String,
}

impl World {
    /// A province with two shops, on a new database; `None` when there is no PostgreSQL.
    async fn new(backend: Backend) -> Option<Arc<Self>> {
        let (database, folder) = new_database(backend).await?;
        let mut world = Self {
            backend,
            database,
            folder,
            url: watch::Sender::new(None),
            server: Mutex::new(None),
            http: plain(),
            shops: Vec::new(),
            source: Source::system(),
            kills: AtomicUsize::new(0),
            lost: AtomicUsize::new(0),
            about: watch::Sender::new(None),
            heard: Mutex::default(),
        };
        world.start().await;
        for number in 0..2 {
            let shop = world.shop(number).await;
            world.shops.push(shop);
        }
        Some(Arc::new(world))
    }

    fn stop_file(&self) -> PathBuf {
        self.folder.path().join("stop")
    }

    async fn start(&self) {
        let file = self.stop_file();
        let settings = [
            ("CHOQUE_SEPAY_SECRET", SECRET),
            ("CHOQUE_VERIFY_SELLERS", "off"),
            ("CHOQUE_LIMITS", "off"),
            ("CHOQUE_STOP_FILE", file.to_str().unwrap()),
        ];
        let server = Server::start_with(&self.database, self.folder.path(), &settings).await;
        let url = server.url.clone();
        *self.server.lock().unwrap() = Some(server);
        self.url.send_replace(Some(url));
    }

    /// Kills the server.
    fn kill(&self) {
        self.url.send_replace(None);
        let server = self.server.lock().map(|mut server| server.take());
        if let Ok(Some(server)) = server {
            server.kill();
        }
    }

    /// Kills the server and starts another one. With `soon`, what the dead one held back for ten seconds is free at once,
    /// as if they had passed.
    async fn kill_and_start(&self, soon: bool) {
        self.kill();
        self.kills.fetch_add(1, Ordering::SeqCst);
        if soon {
            let database = Database::connect(&self.database).await.unwrap();
            database.execute_unprepared("delete from lease").await.unwrap();
            database.close().await.unwrap();
        }
        self.start().await;
    }

    fn below(&self, bound: u64) -> u64 {
        self.source.random() % bound
    }

    /// Asks until somebody answers. A refusal is one that must not be.
    async fn insist(&self, request: impl Fn(&str) -> RequestBuilder) -> Value {
        loop {
            let mut url = self.url.subscribe();
            let now = url.wait_for(Option::is_some).await.unwrap().clone().unwrap();
            let answered = async {
                let answer = request(&now).send().await.ok()?;
                let (status, retry) = (answer.status(), answer.headers().contains_key("retry-after"));
                Some((status, retry, answer.text().await.ok()?))
            };
            // Who waits for a dead server is told by its end.
            let answered = tokio::select! {
                answered = answered => answered,
                _ = url.wait_for(|at| at.as_deref() != Some(&*now)) => None,
            };
            match answered {
                Some((StatusCode::OK | StatusCode::CREATED, _, body)) => return serde_json::from_str(&body).unwrap(),
                // The first try is still being worked on.
                Some((StatusCode::CONFLICT, true, _)) => {}
                Some((status, _, body)) => panic!("{status}: {body}"),
                None => {
                    self.lost.fetch_add(1, Ordering::SeqCst);
                }
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    async fn post(&self, token: Option<&str>, path: &str, key: Option<&str>, body: &Value) -> Value {
        self.insist(|url| {
            let mut request = self.http.post(format!("{url}{path}")).json(body);
            if let Some(key) = key {
                request = request.header("Idempotency-Key", key);
            }
            match token {
                Some(token) => request.bearer_auth(token),
                None => request,
            }
        })
        .await
    }

    async fn get(&self, path: &str) -> Value {
        self.insist(|url| self.http.get(format!("{url}{path}"))).await
    }

    /// A shop with goods of a batch, and goods of none in two pack sizes.
    async fn shop(&self, number: usize) -> Shop {
        let account =
            json!({"phone": format!("091234567{number}"), "name": "Nguyễn Thị Lan", "password": "mật khẩu dài"});
        self.post(None, "/api/v1/accounts", None, &account).await;
        let secret = text(&self.post(None, "/api/v1/sessions", None, &account).await, "token");
        let token = Some(secret.as_str());
        let seller = json!({"name": format!("Hộ chè số {number}"), "kind": "household", "commune_code": "05503"});
        let seller = text(&self.post(token, "/api/v1/sellers", None, &seller).await, "id");
        let bank = format!("00110012345{number}");
        let money = json!({"bank_bin": "970436", "number": bank, "holder_name": "Nguyen Thi Lan", "notices": "sepay"});
        let path = format!("/api/v1/sellers/{seller}/money-account");
        self.insist(|url| {
            let request = self.http.request(Method::PUT, format!("{url}{path}"));
            request.bearer_auth(&secret).json(&money)
        })
        .await;
        let mut listings = Vec::new();
        let product = json!({"name": "Chè tôm nõn", "category": "tea-premium", "unit": "kg"});
        let product = self.post(token, "/api/v1/products", None, &product).await;
        let plot = json!({"name": "Đồi sau nhà", "commune_code": "05503", "area_m2": 900_000});
        let plot = self.post(token, "/api/v1/plots", None, &plot).await;
        let batch = json!({"product_id": product["id"], "quantity": {"value": "5000", "unit": "kg"},
            "harvested_on": "2026-11-20", "plot_ids": [plot["id"]]});
        let batch = self.post(token, "/api/v1/batches", None, &batch).await;
        for (price, unit, what) in [
            (300_000, "kg", json!({"lots": [batch["id"]]})),
            (200_000, "kg", json!({"stock": {"value": "100000", "unit": "kg"}})),
            (21_000, "lang", Value::Null),
        ] {
            let mut listing = what;
            if listing.is_null() {
                listing = json!({"shares_stock_with": text(&listings[1], "id")});
            }
            listing["product_id"] = product["id"].clone();
            listing["price"] = json!(price);
            listing["unit"] = json!(unit);
            listings.push(self.post(token, "/api/v1/listings", None, &listing).await);
        }
        Shop {
            token: secret,
            number: bank,
            listings,
        }
    }

    fn hear(&self, wish: usize, deed: Deed, what: &str, answer: &Value) {
        self.heard.lock().unwrap().push(Heard {
            wish,
            deed,
            what: what.to_owned(),
            answer: answer.clone(),
        });
    }

    /// One order of two shops, from its basket to the door.
    async fn life(&self, wish: usize) {
        let amounts = [self.below(5) + 1, self.below(5) + 1, self.below(9) + 1];
        let line = |shop: usize, listing: usize, amount: u64| {
            let listing = &self.shops[shop].listings[listing];
            json!({"listing_id": listing["id"], "quantity": {"value": amount.to_string(), "unit": listing["unit"]}})
        };
        let body = json!({
            "lines": [line(0, 0, amounts[0]), line(1, 1, amounts[1]), line(1, 2, amounts[2]), line(0, 1, 1)],
            "buyer": {"name": format!("Người mua {wish}"), "phone": format!("0977{wish:06}")},
            "ship_to": {"commune_code": "05503", "street": "Số 5, xóm Hồng Thái"},
            "delivery": "ship", "payment_method": "vietqr",
        });
        self.about.send_replace(Some(Deed::Checkout));
        let key = format!("wish-{wish}");
        let receipt = self.post(None, "/api/v1/checkout", Some(&key), &body).await;
        self.hear(wish, Deed::Checkout, &key, &receipt);
        let guest = text(&receipt, "access_token");
        for (place, payment) in receipt["payments"].as_array().unwrap().iter().enumerate() {
            let order = &payment["order_ids"][0];
            let orders = receipt["orders"].as_array().unwrap();
            let shop = orders.iter().position(|one| one["id"] == *order).unwrap();
            let id = wish * 10 + place + 1;
            let told = notice(
                i64::try_from(id).unwrap(),
                &self.shops[shop].number,
                payment["amount"].as_i64().unwrap(),
                &text(payment, "reference"),
            );
            // The bank may say it again whether it was heard or not.
            for _ in 0..=self.below(2) {
                self.tells(&told).await;
                self.hear(wish, Deed::Notice, &id.to_string(), payment);
            }
        }
        for payment in receipt["payments"].as_array().unwrap() {
            let path = format!("/api/v1/payments/{}", text(payment, "id"));
            while self.get(&path).await["status"] != "paid" {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
        for (shop, order) in receipt["orders"].as_array().unwrap().iter().enumerate() {
            let id = text(order, "id");
            for deed in [Deed::Confirm, Deed::Pack, Deed::Ship, Deed::Deliver] {
                let token = if deed == Deed::Deliver {
                    &guest
                } else {
                    &self.shops[shop].token
                };
                self.about.send_replace(Some(deed));
                let path = format!("/api/v1/orders/{id}/{}", deed.code());
                let answer = self.post(Some(token), &path, None, &json!({})).await;
                self.hear(wish, deed, &id, &answer);
            }
        }
    }

    async fn tells(&self, told: &Value) {
        let signer = Credential {
            hmac_secret: Some(SECRET.to_owned()),
            api_key: None,
        };
        let body = told.to_string();
        self.about.send_replace(Some(Deed::Notice));
        self.insist(|url| {
            let headers = signer.headers(body.as_bytes(), self.source.wall_clock()).unwrap();
            self.http
                .post(format!("{url}/webhooks/sepay"))
                .header("content-type", "application/json")
                .headers(headers)
                .body(body.clone())
        })
        .await;
    }

    /// Waits until nothing is left to be delivered, ends the server for good, and opens what it left.
    async fn end(&self) -> DatabaseConnection {
        let database = Database::connect(&self.database).await.unwrap();
        for _ in 0..1200 {
            let left = outbox::Entity::find()
                .filter(outbox::Column::DoneAt.is_null())
                .count(&database)
                .await
                .unwrap();
            if left == 0 {
                self.kill();
                return database;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("jobs remain after a minute");
    }

    /// Looks at everything once it is over, and says what there was.
    async fn audit(&self, wishes: usize) {
        let database = self.end().await;
        self.nothing_lost(&database, wishes).await;
        money_agrees(&database).await;
        stock_agrees(&database).await;
        database.close().await.unwrap();
        println!(
            "{:?}: {} kills, {} requests unanswered, {wishes} groups of {} orders: zero lost, zero doubled",
            self.backend,
            self.kills.load(Ordering::SeqCst),
            self.lost.load(Ordering::SeqCst),
            wishes * 2
        );
    }

    /// Every wish became one group, and what was acknowledged is as it was said.
    async fn nothing_lost(&self, database: &DatabaseConnection, wishes: usize) {
        let groups = group::Entity::find().all(database).await.unwrap();
        let names: BTreeSet<_> = groups.iter().map(|group| group.buyer_name.clone()).collect();
        assert_eq!(
            (groups.len(), names.len()),
            (wishes, wishes),
            "each wish is one group of orders"
        );
        let keys = idempotency::Entity::find().count(database).await.unwrap();
        assert_eq!(keys, u64::try_from(wishes).unwrap(), "each key is kept with its group");
        let orders: HashMap<String, order::Model> = order::Entity::find()
            .all(database)
            .await
            .unwrap()
            .into_iter()
            .map(|row| (row.id.to_string(), row))
            .collect();
        assert_eq!(orders.len(), wishes * 2);
        let told = notices::Entity::find().all(database).await.unwrap();
        let told: BTreeMap<_, _> = told.iter().map(|row| (row.provider_id.clone(), row)).collect();
        let mut receipts: BTreeMap<usize, Value> = BTreeMap::new();
        for heard in &*self.heard.lock().unwrap() {
            match heard.deed {
                Deed::Checkout => {
                    let group = text(&heard.answer, "group_id");
                    assert!(groups.iter().any(|row| row.id.to_string() == group), "{group}");
                    for order in heard.answer["orders"].as_array().unwrap() {
                        let row = &orders[&text(order, "id")];
                        assert_eq!(row.group_id.to_string(), group);
                        assert_eq!(order["total"], row.total.0);
                    }
                    assert!(receipts.insert(heard.wish, heard.answer.clone()).is_none());
                }
                Deed::Notice => assert_eq!(told[&heard.what].state, State::Credited),
                // All lives went on to their end; that an acknowledged step was not taken back on the way is seen by
                // the next one, which would have been refused.
                Deed::Confirm | Deed::Pack | Deed::Ship | Deed::Deliver => {
                    assert_eq!(orders[&heard.what].fulfilment, order::Fulfilment::Delivered);
                }
            }
        }
        assert_eq!(receipts.len(), wishes);
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.kill();
    }
}

/// What payments received is what notices told, transfer by transfer.
async fn money_agrees(database: &DatabaseConnection) {
    let payments = payment::Entity::find().all(database).await.unwrap();
    let told = notices::Entity::find().all(database).await.unwrap();
    let transfers = transfer::Entity::find().all(database).await.unwrap();
    let orders = order::Entity::find().all(database).await.unwrap();
    let lines = line::Entity::find().all(database).await.unwrap();
    for payment in &payments {
        let of_notices: i64 = told
            .iter()
            .filter(|row| row.payment_id == Some(payment.id))
            .map(|row| row.amount.0)
            .sum();
        let of_transfers: i64 = transfers
            .iter()
            .filter(|row| row.payment_id == Some(payment.id) && row.reason == transfer::Reason::Received)
            .map(|row| row.amount.0)
            .sum();
        let of_orders: i64 = orders
            .iter()
            .filter(|row| row.payment_id == Some(payment.id))
            .map(|row| row.total.0)
            .sum();
        assert_eq!(
            (of_notices, of_transfers, of_orders, payment.status),
            (payment.received.0, payment.received.0, payment.amount.0, Status::Paid)
        );
    }
    assert_eq!(payments.len(), orders.len());
    assert_eq!(
        told.len(),
        transfers
            .iter()
            .filter(|row| row.reason == transfer::Reason::Received)
            .count(),
        "each notice is one transfer"
    );
    for order in &orders {
        let sum: i64 = lines
            .iter()
            .filter(|line| line.order_id == order.id)
            .map(|line| line.amount.0)
            .sum();
        assert_eq!(
            order.total.0, sum,
            "shops without delivery settings charge nothing for it"
        );
    }
}

/// Pools and lots are what came in less what went out, and each line's goods went out once.
async fn stock_agrees(database: &DatabaseConnection) {
    let holds = stock_hold::Entity::find().all(database).await.unwrap();
    let sum = |state, of: &dyn Fn(&stock_hold::Model) -> bool| -> i64 {
        let some = holds.iter().filter(|hold| hold.state == state && of(hold));
        some.map(|hold| hold.amount.0).sum()
    };
    for pool in pool::Entity::find().all(database).await.unwrap() {
        let of = |hold: &stock_hold::Model| hold.pool_id == Some(pool.id);
        assert_eq!(pool.held.0, sum(stock_hold::State::Held, &of));
        assert_eq!(pool.issued.0, sum(stock_hold::State::Issued, &of));
        assert!(pool.left().0 >= 0);
    }
    for lot in pool_lot::Entity::find().all(database).await.unwrap() {
        let of = |hold: &stock_hold::Model| hold.pool_id == Some(lot.pool_id) && hold.batch_id == Some(lot.batch_id);
        assert_eq!(lot.held.0, sum(stock_hold::State::Held, &of));
        assert_eq!(lot.issued.0, sum(stock_hold::State::Issued, &of));
    }
    for line in line::Entity::find().all(database).await.unwrap() {
        let mine: Vec<_> = holds.iter().filter(|hold| hold.holder_id == line.id.0).collect();
        assert!(
            !mine.is_empty() && mine.iter().all(|hold| hold.state == stock_hold::State::Issued),
            "what was shipped left the stock"
        );
    }
}

/// A crowd buys while the server is killed at moments that nobody chose, and at moments just after a certain thing was
/// asked for.
async fn at_any_moment(backend: Backend) {
    let Some(world) = World::new(backend).await else {
        return;
    };
    let kills = size("CHOQUE_TEST_KILLS", 24) / 2;
    let enough = Arc::new(AtomicBool::new(false));
    let wishes = Arc::new(AtomicUsize::new(0));
    let mut crowd = JoinSet::new();
    for _ in 0..CROWD {
        let (world, enough, wishes) = (Arc::clone(&world), Arc::clone(&enough), Arc::clone(&wishes));
        crowd.spawn(async move {
            while !enough.load(Ordering::SeqCst) {
                let wish = wishes.fetch_add(1, Ordering::SeqCst);
                world.life(wish).await;
            }
        });
    }
    let killer = async {
        for kill in 0..kills {
            if kill % 3 == 2 {
                tokio::time::sleep(Duration::from_millis(50 + world.below(400))).await;
            } else {
                let deed = DEEDS[(kill / 3 * 2 + kill % 3) % DEEDS.len()];
                let mut about = world.about.subscribe();
                about.mark_changed();
                // One may have to wait for a long time until somebody ships; then any moment is as good.
                let seen = about.wait_for(|now| *now == Some(deed));
                let _ = tokio::time::timeout(Duration::from_secs(3), seen).await;
                tokio::time::sleep(Duration::from_micros(world.below(15_000))).await;
            }
            world.kill_and_start(kill % 2 == 0).await;
        }
    };
    tokio::select! {
        () = killer => {}
        Some(Err(failed)) = crowd.join_next() => panic!("a client failed: {failed}"),
    }
    enough.store(true, Ordering::SeqCst);
    while let Some(life) = crowd.join_next().await {
        life.unwrap();
    }
    world.audit(wishes.load(Ordering::SeqCst)).await;
}

/// One order after the other, and each time the server is killed at another step.
async fn at_every_step(backend: Backend) {
    let Some(world) = World::new(backend).await else {
        return;
    };
    let kills = size("CHOQUE_TEST_KILLS", 24) / 2;
    let one_by_one = kills >= 100;
    // How many steps a life has is found out on the way.
    let (mut wishes, mut bound) = (0, 300);
    for kill in 0..kills {
        let step = if one_by_one {
            u64::try_from(kill).unwrap()
        } else {
            world.below(bound)
        };
        let file = world.stop_file();
        std::fs::write(&file, step.to_string()).unwrap();
        let life = {
            let world = Arc::clone(&world);
            tokio::spawn(async move { world.life(wishes).await })
        };
        wishes += 1;
        while !reached(&file) && !life.is_finished() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        if !reached(&file) {
            // This life is over before the step was. The server would still stop at it, in the next one.
            life.await.unwrap();
            std::fs::remove_file(&file).unwrap();
            world.kill_and_start(true).await;
            if one_by_one {
                break;
            }
            bound = step.max(1);
            continue;
        }
        world.kill_and_start(true).await;
        life.await.unwrap();
    }
    world.audit(wishes).await;
}

fn reached(file: &Path) -> bool {
    std::fs::read_to_string(file).is_ok_and(|text| text == "reached")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn at_any_moment_on_sqlite() {
    at_any_moment(Backend::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn at_any_moment_on_postgres() {
    at_any_moment(Backend::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn at_every_step_on_sqlite() {
    at_every_step(Backend::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn at_every_step_on_postgres() {
    at_every_step(Backend::Postgres).await;
}
