//! A server of its own for every test, and people who use it.

use std::{
    net::SocketAddr,
    sync::{Arc, LazyLock, Mutex},
    time::Duration,
};

use choque::{
    app::{App, Source},
    config::{Config, Messengers, Money, Policy, Secrets, Sms},
    db::{Actor, Db},
    duties, jobs,
    payments::Credential,
    routes,
};
use entity::{
    catalogue::certificate,
    frame::{change, outbox},
    identity::{
        message, message_delivery,
        role::{self, Office},
    },
    ids::PersonId,
    market::{market, stall},
};
use migration::MigratorTrait;
use reqwest::{Method, RequestBuilder, StatusCode};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, Database, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{net::TcpListener, task::JoinHandle};

/// Which database a test runs on.
#[derive(Clone, Copy, Debug)]
pub enum Backend {
    Sqlite,
    Postgres,
}

/// Declares a test that runs on both databases: `on_both!(name, |app| async move { … });`
#[macro_export]
macro_rules! on_both {
    ($(#[$attribute:meta])* $name:ident, |$app:ident| $body:block) => {
        $(#[$attribute])*
        mod $name {
            use super::*;

            async fn run($app: &$crate::harness::TestApp) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                let app = $crate::harness::TestApp::start($crate::harness::Backend::Sqlite).await.unwrap();
                run(&app).await;
                app.finish().await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                let Some(app) = $crate::harness::TestApp::start($crate::harness::Backend::Postgres).await else { return };
                run(&app).await;
                app.finish().await;
            }
        }
    };
}

/// A running server with an empty database.
pub struct TestApp {
    pub app: App,
    pub url: String,
    server: JoinHandle<()>,
    jobs: jobs::Jobs,
    folder: Arc<TempDir>,
}

/// What stickers carry in tests.
pub const RESOLVER: &str = "https://id.choque.test";

/// With which SePay signs for the exchange in tests.
pub const SEPAY_SECRET: &str = "sepay-secret-of-the-tests";
/// What SePay may show instead of a signature.
pub const SEPAY_KEY: &str = "sepay-key-of-the-tests";

/// The URL of a new database, with its tables and nothing in them, and the folder it may live in.
pub async fn new_database(backend: Backend) -> Option<(String, TempDir)> {
    let folder = tempfile::tempdir().unwrap();
    let url = match backend {
        Backend::Sqlite => {
            let path = folder.path().join("choque.db");
            tokio::fs::write(&path, sqlite_template().await).await.unwrap();
            format!("sqlite://{}", path.display())
        }
        Backend::Postgres => new_postgres_database().await?,
    };
    Some((url, folder))
}

/// The bytes of a database with its tables: made once, since making them takes longer than most tests.
async fn sqlite_template() -> &'static [u8] {
    static TEMPLATE: tokio::sync::OnceCell<Vec<u8>> = tokio::sync::OnceCell::const_new();
    TEMPLATE
        .get_or_init(|| async {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("choque.db");
            let connection = Database::connect(format!("sqlite://{}?mode=rwc", path.display()))
                .await
                .unwrap();
            migration::Migrator::up(&connection, None).await.unwrap();
            connection.close().await.unwrap();
            tokio::fs::read(&path).await.unwrap()
        })
        .await
}

async fn new_postgres_database() -> Option<String> {
    static TEMPLATE: tokio::sync::OnceCell<()> = tokio::sync::OnceCell::const_new();
    // Copies of one template wait for each other; a lock here keeps them from failing instead.
    static COPYING: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
    let Ok(cluster) = std::env::var("CHOQUE_TEST_POSTGRES") else {
        assert!(
            std::env::var("CI").as_deref() != Ok("true"),
            "CHOQUE_TEST_POSTGRES is not set, and in CI nothing is skipped"
        );
        eprintln!("skipped: CHOQUE_TEST_POSTGRES is not set");
        return None;
    };
    let at = |name: &str| {
        let (head, query) = cluster.split_once('?').unwrap_or((&cluster, ""));
        let (server, _) = head.rsplit_once('/').unwrap();
        if query.is_empty() {
            format!("{server}/{name}")
        } else {
            format!("{server}/{name}?{query}")
        }
    };
    // One process of many tests; a name of its own so that a second run on the same cluster finds no leftovers.
    let template = format!("template_{}", std::process::id());
    TEMPLATE
        .get_or_init(|| async {
            let admin = Database::connect(&cluster).await.unwrap();
            admin
                .execute_unprepared(&format!("create database {template}"))
                .await
                .unwrap();
            let connection = Database::connect(at(&template)).await.unwrap();
            migration::Migrator::up(&connection, None).await.unwrap();
            connection.close().await.unwrap();
            admin.close().await.unwrap();
        })
        .await;
    let name = format!(
        "test_{}",
        uuid::Uuid::from_u64_pair(Source::system().random(), Source::system().random()).simple()
    );
    let admin = Database::connect(&cluster).await.unwrap();
    let _turn = COPYING.lock().await;
    admin
        .execute_unprepared(&format!("create database {name} template {template}"))
        .await
        .unwrap();
    admin.close().await.unwrap();
    Some(at(&name))
}

/// Marks the database as a demo's.
pub async fn mark_as_demo(url: &str) {
    let db = Db::open(url, Arc::new(Source::system())).await.unwrap();
    db.write(Actor::System, |unit| {
        Box::pin(async move { unit.remember("demo", "small").await })
    })
    .await
    .unwrap();
}

/// The exchange's clock in tests. Each run begins on the same Wednesday morning, so that what is counted in working days
/// does not hang on the day of the run. Every server of a run has the same clock.
pub fn clock() -> Source {
    /// 2026-11-25 10:00 in Vietnam.
    const BEGIN_MS: i64 = 1_795_575_600_000;
    static OFFSET_MS: LazyLock<i64> = LazyLock::new(|| BEGIN_MS - Source::system().wall_clock().0);
    let source = Source::system();
    source.advance(*OFFSET_MS);
    source
}

/// Settings for a server on `url`.
pub fn config(url: String, folder: &TempDir) -> Config {
    Config {
        listen: "127.0.0.1:0".parse().unwrap(),
        database_url: url,
        public_url: Some("http://choque.test".to_owned()),
        resolver_url: Some(RESOLVER.to_owned()),
        gs1_prefix: None,
        geoip: None,
        media: folder.path().join("media"),
        state: folder.path().to_owned(),
        limits: true,
        page_cache: true,
        money: Money::Direct,
        sms: Sms::Folder(folder.path().join("sms")),
        messengers: Messengers::in_folders(folder.path()),
        oidc: None,
        policy: Policy::default(),
        secrets: Secrets {
            sepay_secret: Some(SEPAY_SECRET.to_owned()),
            sepay_api_key: Some(SEPAY_KEY.to_owned()),
            ..Secrets::default()
        },
    }
}

impl TestApp {
    /// Starts a server; `None` when there is no PostgreSQL to run on.
    pub async fn start(backend: Backend) -> Option<Self> {
        // What a test's server logs as an error belongs beside the test's own words.
        let _ = tracing_subscriber::fmt()
            .with_env_filter("choque=error")
            .with_test_writer()
            .try_init();
        let (url, folder) = new_database(backend).await?;
        Some(Self::open(url, folder, duties::all()).await)
    }

    /// Starts a server whose settings are changed by `change` first; `None` when there is no PostgreSQL to run on.
    pub async fn start_with(backend: Backend, change: impl FnOnce(&mut Config)) -> Option<Self> {
        let (url, folder) = new_database(backend).await?;
        let mut config = config(url, &folder);
        change(&mut config);
        Some(Self::open_with(config, Arc::new(folder), duties::all()).await)
    }

    /// Starts a server on a database that counts as a demo's, so that it may reach other servers of this machine. It pulls
    /// from partners only when it is told to.
    pub async fn start_demo(backend: Backend) -> Option<Self> {
        let (url, folder) = new_database(backend).await?;
        mark_as_demo(&url).await;
        let mut duties = duties::all();
        duties.recurring.retain(|duty| duty.name != "federation partners");
        Some(Self::open(url, folder, duties).await)
    }

    async fn open(url: String, folder: TempDir, duties: jobs::Duties) -> Self {
        Self::open_with(config(url, &folder), Arc::new(folder), duties).await
    }

    /// Another process on the same database and in the same state folder.
    pub async fn beside(&self) -> Self {
        Self::open_with(self.app.config().clone(), Arc::clone(&self.folder), duties::all()).await
    }

    async fn open_with(settings: Config, folder: Arc<TempDir>, duties: jobs::Duties) -> Self {
        let app = App::open(settings, clock()).await.unwrap();
        let jobs = jobs::start(&app, duties).await.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = routes::router(&app).into_make_service_with_connect_info::<SocketAddr>();
        let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self {
            app,
            url,
            server,
            jobs,
            folder,
        }
    }

    /// Ends the test: every change must be numbered by then and every fact delivered.
    pub async fn finish(self) {
        self.numbered().await;
        self.delivered().await;
        let db = self.app.db().read();
        let unnumbered = change::Entity::find()
            .filter(change::Column::Seq.is_null())
            .count(db)
            .await
            .unwrap();
        assert_eq!((unnumbered, self.undelivered().await), (0, 0), "jobs remain");
        drop(self.jobs);
        self.server.abort();
    }

    /// Waits until every change has its number, a minute at most.
    pub async fn numbered(&self) {
        for _ in 0..1200 {
            if !choque::db::any_unnumbered(self.app.db().read()).await.unwrap() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Waits until everything is delivered, three minutes at most: a machine that builds beside the tests is slow, what
    /// failed once is tried again when its claim of half a minute is over, and one that is done does not wait.
    async fn delivered(&self) {
        for _ in 0..3600 {
            if self.undelivered().await == 0 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// How many facts wait in the outbox, and messages that nobody has tried to send.
    pub async fn undelivered(&self) -> u64 {
        let db = self.app.db().read();
        let facts = outbox::Entity::find().filter(outbox::Column::DoneAt.is_null());
        let messages = message::Entity::find().filter(message::Column::PlannedAt.is_null());
        let deliveries = message_delivery::Entity::find()
            .filter(message_delivery::Column::State.eq(message_delivery::State::Waiting))
            .filter(message_delivery::Column::LastError.is_null())
            .filter(message_delivery::Column::DueAt.lte(self.app.now()));
        // In the order in which one becomes another.
        facts.count(db).await.unwrap() + messages.count(db).await.unwrap() + deliveries.count(db).await.unwrap()
    }

    /// SePay tells the exchange of `notice`, signed with the exchange's secret.
    pub async fn sepay(&self, notice: &Value) -> Answer {
        self.sepay_bytes(notice.to_string().as_bytes(), SEPAY_SECRET).await
    }

    /// SePay sends `body`, signed with `secret`.
    pub async fn sepay_bytes(&self, body: &[u8], secret: &str) -> Answer {
        let signer = Credential {
            hmac_secret: Some(secret.to_owned()),
            api_key: None,
        };
        let headers = signer.headers(body, self.app.source().wall_clock()).unwrap();
        self.webhook(body, headers).await
    }

    /// Somebody sends `body` to SePay's webhook under `headers`.
    pub async fn webhook(&self, body: &[u8], headers: reqwest::header::HeaderMap) -> Answer {
        let guest = self.guest();
        let request = guest.request(Method::POST, "/webhooks/sepay");
        let request = request
            .header("content-type", "application/json")
            .headers(headers)
            .body(body.to_vec());
        Answer::of(Method::POST, "/webhooks/sepay", request).await
    }

    /// Somebody without an account.
    pub fn guest(&self) -> Client {
        Client {
            http: plain(),
            url: self.url.clone(),
            token: None,
        }
    }

    /// Somebody with an account of their own.
    pub async fn person(&self, phone: &str, name: &str) -> Client {
        let account = json!({"phone": phone, "name": name, "password": "mật khẩu dài"});
        self.guest()
            .post("/api/v1/accounts", &account)
            .await
            .expect(StatusCode::CREATED);
        let answer = self
            .guest()
            .post("/api/v1/sessions", &json!({"phone": phone, "password": "mật khẩu dài"}))
            .await;
        let token = answer.expect(StatusCode::CREATED)["token"].as_str().unwrap().to_owned();
        Client {
            http: plain(),
            url: self.url.clone(),
            token: Some(token),
        }
    }

    /// Somebody who holds `office` and may exercise it: a token of the command line counts as having passed a second factor.
    pub async fn in_office(&self, phone: &str, name: &str, office: Office) -> Client {
        let person = self.person(phone, name).await;
        let me = person.get("/api/v1/accounts/me").await.expect(StatusCode::OK);
        self.appoint(text(&me, "id").parse().unwrap(), office).await;
        let phone = phone.parse().unwrap();
        let token = choque::identity::issue_token(&self.app, &phone, "test").await;
        Client {
            token: Some(token.unwrap()),
            ..person
        }
    }

    /// Gives somebody an office, past all administrators.
    pub async fn appoint(&self, person: PersonId, office: Office) {
        self.app
            .write(Actor::System, move |unit| {
                Box::pin(async move {
                    let row = role::ActiveModel {
                        person_id: Set(person),
                        role: Set(office),
                        granted_at: Set(unit.now()),
                    };
                    role::Entity::insert(row).exec_without_returning(&*unit).await
                })
            })
            .await
            .unwrap();
    }

    /// The messages that were sent to `phone`, oldest first, once all that wait are sent.
    pub async fn messages(&self, phone: &str) -> Vec<String> {
        self.delivered().await;
        let Sms::Folder(folder) = &self.app.config().sms else {
            panic!("messages go elsewhere");
        };
        let lines = std::fs::read_to_string(folder.join("messages.jsonl")).unwrap_or_default();
        let messages = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        messages
            .filter(|message| message["to"] == phone)
            .map(|message| text(&message, "text"))
            .collect()
    }

    /// The code in the last message to `phone`.
    pub async fn last_code(&self, phone: &str) -> String {
        let messages = self.messages(phone).await;
        let last = messages.last().unwrap_or_else(|| panic!("no message to {phone}"));
        let mut words = last.split(|c: char| !c.is_ascii_digit());
        words.find(|word| word.len() == 6).unwrap().to_owned()
    }

    /// A household in Tân Cương that sells tea.
    pub async fn farmer(&self) -> Farmer {
        let number = next_phone();
        let client = self.person(&format!("09{number:08}"), "Nguyễn Thị Lan").await;
        let seller = json!({"name": "Hộ chè Nguyễn Thị Lan", "kind": "household", "commune_code": "05503"});
        let seller = client
            .post("/api/v1/sellers", &seller)
            .await
            .expect(StatusCode::CREATED);
        Farmer {
            client,
            seller_id: text(&seller, "id"),
        }
    }

    /// Somebody who keeps a stall in a market of its own, whose bank sends no notices.
    pub async fn stall_keeper(&self) -> StallKeeper {
        let keeper = self.stall_without_account().await;
        let account =
            json!({"bank_bin": "970422", "number": "0123 456 789", "holder_name": "Trần Thị Mùi", "notices": "none"});
        keeper.is_paid_into(&account).await;
        keeper
    }

    /// Somebody who keeps a stall and has not said where its money goes.
    pub async fn stall_without_account(&self) -> StallKeeper {
        let number = next_phone();
        let client = self.person(&format!("08{number:08}"), "Trần Thị Mùi").await;
        let me = client.get("/api/v1/accounts").await.expect(StatusCode::OK);
        let person: PersonId = text(&me["items"][0], "id").parse().unwrap();
        let market = market::Model {
            id: self.app.source().id(),
            slug: entity::text::slug("Chợ Thái", &number.to_string()),
            name: "Chợ Thái".to_owned(),
            commune_code: Some("05443".parse().unwrap()),
            first_wave: true,
            source: None,
        };
        let stall = stall::Model {
            id: self.app.source().id(),
            market_id: market.id,
            code: "A-12".to_owned(),
            keeper_name: "Trần Thị Mùi".to_owned(),
            goods: "rau xanh".to_owned(),
            person_id: Some(person),
            account_id: None,
            stand_reference: None,
        };
        let (stall_id, market_slug) = (stall.id.to_string(), market.slug.to_string());
        self.app
            .write(Actor::System, move |unit| {
                let (market, stall) = (market.clone(), stall.clone());
                Box::pin(async move {
                    market::Entity::insert(market::ActiveModel::from(market))
                        .exec_without_returning(&*unit)
                        .await?;
                    stall::Entity::insert(stall::ActiveModel::from(stall))
                        .exec_without_returning(&*unit)
                        .await
                })
            })
            .await
            .unwrap();
        StallKeeper {
            client,
            stall_id,
            market_slug,
        }
    }

    /// Gives the product of `listing` an OCOP certificate with `star` stars that an officer checked, from today on for
    /// `months`.
    pub async fn holds_stars(&self, listing: &Value, star: i32, months: i32) {
        let today = self.app.today();
        let row = certificate::Model {
            id: self.app.source().id(),
            seller_id: text(&listing["seller"], "id").parse().unwrap(),
            product_id: Some(text(listing, "product_id").parse().unwrap()),
            kind: certificate::Kind::Ocop,
            star: Some(star),
            number: None,
            issuer: "UBND tỉnh".to_owned(),
            granted_on: today,
            granted_precision: certificate::Precision::Day,
            ends_on: today.plus_months(months),
            verified: true,
            source: None,
            created_at: self.app.now(),
            revoked_on: None,
        };
        self.app
            .write(Actor::System, move |unit| {
                let row = row.clone();
                Box::pin(async move {
                    let id = row.id;
                    certificate::Entity::insert(certificate::ActiveModel::from(row))
                        .exec_without_returning(&*unit)
                        .await?;
                    unit.changed(change::Subject::Certificate, id, change::Cause::Made)
                        .await
                })
            })
            .await
            .unwrap();
    }

    /// Waits until this process has read every change there is, and its search index has it.
    pub async fn caught_up(&self) {
        let search = self.app.part::<choque::search::Search>();
        for _ in 0..3000 {
            let db = self.app.db().read();
            let newest = choque::db::newest_change(db).await.unwrap();
            if !choque::db::any_unnumbered(db).await.unwrap()
                && self.app.pages().cursor() >= newest
                && search.cursor().is_some_and(|cursor| cursor >= newest)
            {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("the change log was not read within a minute");
    }

    /// What a guest finds by `query`, once this process has read every change there is.
    pub async fn finds(&self, query: &str) -> Value {
        self.caught_up().await;
        self.guest()
            .get(&format!("/api/v1/listings?{query}"))
            .await
            .expect(StatusCode::OK)
    }
}

/// Numbers that nobody has yet.
fn next_phone() -> u32 {
    static NEXT: Mutex<u32> = Mutex::new(0);
    let mut next = NEXT.lock().unwrap();
    *next += 1;
    *next
}

/// A client that follows no redirects and keeps no cookies.
pub fn plain() -> reqwest::Client {
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(Duration::from_mins(1))
        // Nothing here speaks TLS, and reading the machine's certificates is dear.
        .tls_certs_only([])
        .build()
        .unwrap()
}

/// Somebody who talks to the API.
#[derive(Clone)]
pub struct Client {
    pub http: reqwest::Client,
    pub url: String,
    pub token: Option<String>,
}

impl Client {
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.url));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    pub async fn get(&self, path: &str) -> Answer {
        Answer::of(Method::GET, path, self.request(Method::GET, path)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        Answer::of(Method::DELETE, path, self.request(Method::DELETE, path)).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        Answer::of(Method::POST, path, self.request(Method::POST, path).json(body)).await
    }

    pub async fn patch(&self, path: &str, body: &Value) -> Answer {
        Answer::of(Method::PATCH, path, self.request(Method::PATCH, path).json(body)).await
    }

    pub async fn put(&self, path: &str, body: &Value) -> Answer {
        Answer::of(Method::PUT, path, self.request(Method::PUT, path).json(body)).await
    }

    pub async fn post_once(&self, path: &str, key: &str, body: &Value) -> Answer {
        Answer::of(
            Method::POST,
            path,
            self.request(Method::POST, path)
                .header("Idempotency-Key", key)
                .json(body),
        )
        .await
    }
}

/// An answer, checked against the description of the API: a status that is not described is a failure.
pub struct Answer {
    pub status: StatusCode,
    pub headers: reqwest::header::HeaderMap,
    pub bytes: Vec<u8>,
}

impl Answer {
    pub async fn of(method: Method, path: &str, request: RequestBuilder) -> Self {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = response.bytes().await.unwrap().to_vec();
        assert_described(&method, path, status);
        assert!(
            !status.is_server_error(),
            "{method} {path} gave {status}: {}",
            String::from_utf8_lossy(&bytes)
        );
        Self { status, headers, bytes }
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or(Value::Null)
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// The body as JSON, when the status is `status`.
    #[track_caller]
    pub fn expect(&self, status: StatusCode) -> Value {
        assert_eq!(self.status, status, "{}", self.text());
        self.json()
    }

    /// The pointers of the wrong fields, when the answer is a refusal with `status`.
    #[track_caller]
    pub fn wrong(&self, status: StatusCode) -> Vec<String> {
        let body = self.expect(status);
        assert_eq!(self.headers["content-type"], "application/problem+json");
        for field in ["type", "title", "detail", "request_id"] {
            assert!(
                body[field].as_str().is_some_and(|text| !text.is_empty()),
                "{field} of {body}"
            );
        }
        assert_eq!(body["status"], status.as_u16());
        let errors = body["errors"].as_array().unwrap();
        assert!(
            errors
                .iter()
                .all(|error| error["detail"].as_str().is_some_and(|text| text.contains(' '))),
            "{body}"
        );
        errors
            .iter()
            .map(|error| error["pointer"].as_str().unwrap().to_owned())
            .collect()
    }
}

static DOCUMENT: LazyLock<Arc<Value>> = LazyLock::new(|| Arc::new(serde_json::to_value(routes::api(true).1).unwrap()));

/// The description of the API.
pub fn document() -> Arc<Value> {
    Arc::clone(&DOCUMENT)
}

/// Fails when the API's description does not know that `method` on `path` may answer `status`.
pub fn assert_described(method: &Method, path: &str, status: StatusCode) {
    let path = path.split('?').next().unwrap();
    if !["/api/v1/", "/webhooks/", "/epcis/"]
        .iter()
        .any(|start| path.starts_with(start))
        || status == StatusCode::METHOD_NOT_ALLOWED
    {
        return;
    }
    let document = document();
    let paths = document["paths"].as_object().unwrap();
    let matches = |template: &str| {
        let (mut wanted, mut given) = (template.split('/'), path.split('/'));
        loop {
            match (wanted.next(), given.next()) {
                (None, None) => return true,
                (Some(part), Some(piece)) if part.starts_with('{') || part == piece => {}
                _ => return false,
            }
        }
    };
    let Some((template, item)) = paths.iter().find(|(template, _)| matches(template)) else {
        assert_eq!(status, StatusCode::NOT_FOUND, "{path} is not described");
        return;
    };
    let described = &item[method.as_str().to_lowercase()]["responses"];
    assert!(
        described.get(status.as_str()).is_some(),
        "{method} {template} answered {status}, which is not described"
    );
}

/// A household and its account.
pub struct Farmer {
    pub client: Client,
    pub seller_id: String,
}

impl Farmer {
    /// Makes a product sold by the kilogram and returns it.
    pub async fn makes(&self, name: &str) -> Value {
        let product = json!({"name": name, "category": "tea-premium", "unit": "kg"});
        self.client
            .post("/api/v1/products", &product)
            .await
            .expect(StatusCode::CREATED)
    }

    /// Names a plot of `area` square metres and returns its id.
    pub async fn plants(&self, area: i64) -> String {
        let plot = json!({"name": "Đồi chè sau nhà", "commune_code": "05503", "area_m2": area});
        text(
            &self
                .client
                .post("/api/v1/plots", &plot)
                .await
                .expect(StatusCode::CREATED),
            "id",
        )
    }

    /// Harvests `quantity` kg of a product of hers from a new plot and returns the batch.
    pub async fn harvests(&self, product: &Value, quantity: &str) -> Value {
        let plot = self.plants(3600).await;
        let batch = json!({
            "product_id": product["id"], "quantity": {"value": quantity, "unit": "kg"},
            "harvested_on": "2026-11-20", "plot_ids": [plot],
        });
        self.client
            .post("/api/v1/batches", &batch)
            .await
            .expect(StatusCode::CREATED)
    }

    /// Puts `batch` on sale by the kilogram and returns the listing.
    pub async fn offers(&self, product: &Value, batch: &Value, price: i64) -> Value {
        let listing = json!({"product_id": product["id"], "price": price, "unit": "kg", "lots": [batch["id"]]});
        self.client
            .post("/api/v1/listings", &listing)
            .await
            .expect(StatusCode::CREATED)
    }
}

/// Somebody with a stall in a market.
pub struct StallKeeper {
    pub client: Client,
    pub stall_id: String,
    pub market_slug: String,
}

impl StallKeeper {
    /// An address below the stall's own.
    pub fn path(&self, rest: &str) -> String {
        format!("/api/v1/stalls/{}{rest}", self.stall_id)
    }

    /// Says where the stall's money goes and returns the stall.
    pub async fn is_paid_into(&self, account: &Value) -> Value {
        let answer = self.client.put(&self.path("/money-account"), account).await;
        answer.expect(StatusCode::OK)
    }

    /// Rings up a sale and returns it.
    pub async fn sells(&self, sale: &Value) -> Value {
        let answer = self.client.post(&self.path("/sales"), sale).await;
        answer.expect(StatusCode::CREATED)
    }
}

/// A notice of SePay's: number `id`, `amount` đồng into the account `number`, with `content` as its text.
pub fn notice(id: i64, number: &str, amount: i64, content: &str) -> Value {
    json!({
        "id": id, "gateway": "Vietcombank", "transactionDate": "2026-11-21 14:02:37", "accountNumber": number,
        "code": null, "content": content, "transferType": "in", "transferAmount": amount, "accumulated": 19_077_000,
        "subAccount": null, "referenceCode": "MBVCB.3278907687", "description": "",
    })
}

/// How often something is done: as often as the environment's `name` says, or `usual`. Tests that look for what happens
/// once in a thousand times are small unless asked, so that all of them together end soon.
pub fn size(name: &str, usual: usize) -> usize {
    match std::env::var(name) {
        Ok(text) => text.parse().unwrap_or_else(|error| panic!("{name}={text}: {error}")),
        Err(_) => usual,
    }
}

/// The text under `key`.
#[track_caller]
pub fn text(value: &Value, key: &str) -> String {
    value[key]
        .as_str()
        .unwrap_or_else(|| panic!("no text {key} in {value}"))
        .to_owned()
}
