//! Orders and their money under load, beside a plain program that executes the same statements.
//!
//! A demo province at real size; sixteen buyers, each with a connection and one checkout after the other: three lines of
//! two sellers, under a key, durable before the answer. A first run records what the program executes
//! (`CHOQUE_RECORD_STATEMENTS`); `benches/plain` then executes exactly that on a copy of the database as it was before, by
//! rusqlite or tokio-postgres, with as much durability. Both are measured twice, in turn. After that: notices settled, and
//! what a checkout costs after 1,000, 100,000 and 1,000,000 orders.
//!
//! SQLite always; PostgreSQL where `CHOQUE_BENCH_POSTGRES` (or `scripts/with-postgres`) names a cluster. `CHOQUE_BENCH_PAST`
//! names other numbers of past orders, `CHOQUE_BENCH_SCALE` another demo, `CHOQUE_BENCH_RECORD` how many checkouts are
//! recorded; `CHOQUE_BENCH_EACH` prints the statements of one.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use choque::app::Source;
use choque::payments::Credential;
use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};
use serde_json::{Value, json};

use crate::Result;
use crate::client::{Connection, Load, Measured, Requests};
use crate::past;
use crate::place::{Home, Place};
use crate::process::Server;
use crate::text;

/// The argument that asks for this.
pub const NAME: &str = "checkout";

/// With which a demo's bank signs.
const BANK: &str = "demo-sepay-secret";
/// Baskets that are ordered again and again, in turn.
const BASKETS: usize = 600;
const RUNS: usize = 2;

pub async fn measure() -> Result<()> {
    let load = Load::from_environment()?;
    let plain = build_plain()?;
    for place in Place::all()? {
        measure_at(&place, &load, &plain).await?;
    }
    Ok(())
}

async fn measure_at(place: &Place, load: &Load, plain: &Path) -> Result<()> {
    println!();
    println!("{}", place.name());
    let scale = std::env::var("CHOQUE_BENCH_SCALE").unwrap_or_else(|_| "province".to_owned());
    let made = place.empty("made").await?;
    let server = Server::on(&made.state, &made.url, &scale, &[])?;
    server.wait_until_ok("/readyz", Duration::from_mins(10))?;
    server.stop()?;
    let database = made.connect().await?;
    let offers = offers(&database).await?;
    receive_goods(&database).await?;
    database.close().await?;
    let baskets = Arc::new(baskets(&offers)?);
    println!(
        "{} buyers, three lines of two sellers, {} products, {} s a row after 1 s of warm-up",
        load.connections,
        offers.len(),
        load.duration.as_secs()
    );

    let (units, good) = record(place, load, &baskets).await?;
    let baskets = Arc::new(good);
    let (mut plains, mut togethers, mut ours) = (Vec::new(), Vec::new(), Vec::new());
    let mut receipts = Vec::new();
    header();
    for run in 1..=RUNS {
        let took = replay(place, load, plain, &units, 1).await?;
        took.row(&format!("plain loop, a commit each ({run})"));
        plains.push(took);
        if place.is_sqlite() {
            let took = replay(place, load, plain, &units, 16).await?;
            took.row(&format!("plain loop, 16 in a commit ({run})"));
            togethers.push(took);
        }
        let home = place.copy("made", "ours").await?;
        let server = start(&home, &scale, &[])?;
        let (measured, answers) = load.send(&server, &orders(&baskets, run), true, 150).await?;
        row(&format!("checkouts ({run})"), &measured);
        ours.push(measured);
        if run == RUNS {
            receipts = answers;
            settle(load, &home, &server, &receipts).await?;
        }
        server.stop()?;
    }
    drop(receipts);
    let rate = mean(ours.iter().map(Measured::requests_per_second));
    let ratio = |plain: &[Took]| rate / mean(plain.iter().map(Took::per_second));
    println!();
    let target = if place.is_sqlite() { 2000 } else { 800 };
    println!(
        "checkouts/s                                      {rate:>9.0}      (target {target} on two quiet cores, p99 < 50 ms)"
    );
    println!(
        "beside the plain loop, a commit each             {:>9.2}      (target >= 0.5)",
        ratio(&plains)
    );
    if place.is_sqlite() {
        println!(
            "beside the plain loop, 16 in a commit            {:>9.2}",
            ratio(&togethers)
        );
    }
    flat(place, load, &baskets, &scale).await?;
    for name in ["made", "ours", "plain", "past"] {
        place.forget(name).await?;
    }
    Ok(())
}

fn start(home: &Home, scale: &str, settings: &[(&str, &str)]) -> Result<Server> {
    let server = Server::on(&home.state, &home.url, scale, settings)?;
    server.wait_until_ok("/readyz", Duration::from_mins(10))?;
    Ok(server)
}

/// What is on sale.
struct Offer {
    listing: String,
    seller: String,
    unit: String,
}

/// What anybody may order any amount of, from sellers who have an account.
async fn offers(database: &DatabaseConnection) -> Result<Vec<Offer>> {
    let sql = "select l.id, l.seller_id, l.unit from listing l \
        join money_account m on m.seller_id = l.seller_id and m.closed_at is null \
        where l.state = 'live' and l.stock_mode = 'stock' and l.min_quantity is null and l.step is null and l.limit_quantity is null \
        order by l.id";
    let statement = Statement::from_string(database.get_database_backend(), sql);
    let rows = database.query_all_raw(statement).await?;
    rows.iter()
        .map(|row| {
            Ok(Offer {
                listing: row.try_get::<uuid::Uuid>("", "id")?.to_string(),
                seller: row.try_get::<uuid::Uuid>("", "seller_id")?.to_string(),
                unit: row.try_get("", "unit")?,
            })
        })
        .collect()
}

/// So much comes in that nothing is ever sold out.
async fn receive_goods(database: &DatabaseConnection) -> Result<()> {
    for sql in [
        "update stock_pool_lot set received = received + 100000000000",
        "update stock_pool set received = received + 1000000000000 \
            + 100000000000 * (select count(*) from stock_pool_lot l where l.pool_id = stock_pool.id)",
    ] {
        database.execute_unprepared(sql).await?;
    }
    Ok(())
}

/// Bodies of checkouts: two lines of one seller and one of another, all over the province.
fn baskets(offers: &[Offer]) -> Result<Vec<String>> {
    let mut sellers: BTreeMap<&str, Vec<&Offer>> = BTreeMap::new();
    for offer in offers {
        sellers.entry(&offer.seller).or_default().push(offer);
    }
    let pairs: Vec<&Vec<&Offer>> = sellers.values().filter(|offers| offers.len() > 1).collect();
    if pairs.is_empty() || sellers.len() < 2 {
        return Err("too little is on sale".into());
    }
    let source = Source::seeded("baskets");
    let below = |bound: usize| usize::try_from(source.random() % bound as u64).unwrap_or(0);
    let line = |offer: &Offer| {
        let amount = (below(3) + 1).to_string();
        json!({"listing_id": offer.listing, "quantity": {"value": amount, "unit": offer.unit}})
    };
    let mut bodies = Vec::new();
    while bodies.len() < BASKETS {
        let two = pairs[below(pairs.len())];
        let (first, other) = (below(two.len()), &offers[below(offers.len())]);
        let second = (first + 1 + below(two.len() - 1)) % two.len();
        if other.seller == two[0].seller {
            continue;
        }
        let body = json!({
            "lines": [line(two[first]), line(other), line(two[second])],
            "buyer": {"name": "Trần Văn Minh", "phone": format!("09{:08}", below(100_000_000))},
            "ship_to": {"commune_code": "05503", "street": "Số 5, xóm Hồng Thái"},
            "delivery": "ship", "payment_method": "vietqr",
        });
        bodies.push(body.to_string());
    }
    Ok(bodies)
}

fn request(path: &str, headers: &str, body: &str) -> Vec<u8> {
    format!(
        "POST {path} HTTP/1.1\r\nHost: choque.bench\r\nContent-Type: application/json\r\nContent-Length: {}\r\n{headers}\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// Checkouts without end, each under a key of its own.
fn orders(baskets: &Arc<Vec<String>>, run: usize) -> Requests {
    let (baskets, next) = (Arc::clone(baskets), AtomicU32::new(0));
    Arc::new(move |_, _| {
        let number = next.fetch_add(1, Ordering::Relaxed);
        let basket = &baskets[number as usize % baskets.len()];
        Some(request(
            "/api/v1/checkout",
            &format!("Idempotency-Key: bench-{run}-{number}\r\n"),
            basket,
        ))
    })
}

/// Writes down what checkouts execute, and which baskets can be ordered.
async fn record(place: &Place, load: &Load, baskets: &[String]) -> Result<(PathBuf, Vec<String>)> {
    let home = place.copy("made", "record").await?;
    let all = place.folder().join("all.jsonl");
    let _ = std::fs::remove_file(&all);
    let recording = [(
        "CHOQUE_RECORD_STATEMENTS",
        all.to_str().ok_or("a folder without a name")?,
    )];
    let server = start(&home, "small", &recording)?;
    let mut good = Vec::new();
    let mut connection = Connection::open(server.address).await?;
    for basket in baskets {
        let (status, body) = connection
            .post(&request("/api/v1/checkout", "Idempotency-Key: first\r\n", basket))
            .await?;
        match status {
            201 => good.push(basket.clone()),
            // A seller who is away, say.
            409 | 422 => {}
            _ => return Err(format!("{status}: {}", String::from_utf8_lossy(&body)).into()),
        }
    }
    if good.len() < baskets.len() / 2 {
        return Err(format!("only {} of {} baskets can be ordered", good.len(), baskets.len()).into());
    }
    let wanted: u32 = match std::env::var("CHOQUE_BENCH_RECORD") {
        Ok(text) => text.parse()?,
        Err(_) => 8000,
    };
    let (baskets, next) = (Arc::new(good.clone()), AtomicU32::new(0));
    let requests: Requests = Arc::new(move |_, _| {
        let number = next.fetch_add(1, Ordering::Relaxed);
        let basket = &baskets[number as usize % baskets.len()];
        let key = format!("Idempotency-Key: record-{number}\r\n");
        (number < wanted).then(|| request("/api/v1/checkout", &key, basket))
    });
    load.send(&server, &requests, false, 0).await?;
    server.stop()?;
    let units = place.folder().join("units.jsonl");
    let text = std::fs::read_to_string(&all)?;
    let checkouts: Vec<&str> = text
        .lines()
        .filter(|unit| {
            unit.to_lowercase().contains("insert into \\\"order_group\\\"")
                || unit.to_lowercase().contains("insert into order_group")
        })
        .collect();
    std::fs::write(&units, checkouts.join("\n"))?;
    let mut statements = 0;
    let mut texts = BTreeSet::new();
    for (place, unit) in checkouts.iter().enumerate() {
        let unit: Value = serde_json::from_str(unit)?;
        for statement in unit.as_array().ok_or("a unit is a list")? {
            statements += 1;
            texts.insert(statement["sql"].as_str().unwrap_or_default().to_owned());
        }
        if place + 1 == checkouts.len() && std::env::var_os("CHOQUE_BENCH_EACH").is_some() {
            for statement in unit.as_array().ok_or("a unit is a list")? {
                println!("    {}", statement["sql"].as_str().unwrap_or_default());
            }
        }
    }
    println!(
        "recorded: {} checkouts of {:.1} statements, {} different texts",
        checkouts.len(),
        f64::from(statements) / f64::from(u32::try_from(checkouts.len())?),
        texts.len()
    );
    place.forget("record").await?;
    Ok((units, good))
}

/// What the plain program took.
struct Took(Value);

impl Took {
    fn number(&self, name: &str) -> f64 {
        self.0[name].as_f64().unwrap_or(f64::NAN)
    }

    fn per_second(&self) -> f64 {
        self.number("units") / self.number("seconds")
    }

    fn row(&self, name: &str) {
        println!(
            "{name:<44}{:>10.0}{:>10.2}{:>10.2}{:>12.0}",
            self.per_second(),
            self.number("p50"),
            self.number("p99"),
            // The warm-up's tenth is in the CPU time too.
            self.number("cpu") * 1e6 / (self.number("units") / 0.9),
        );
    }
}

fn header() {
    println!(
        "{:<44}{:>10}{:>10}{:>10}{:>12}",
        "", "per s", "p50 ms", "p99 ms", "CPU µs each"
    );
}

fn row(name: &str, measured: &Measured) {
    println!(
        "{name:<44}{:>10.0}{:>10.2}{:>10.2}{:>12}",
        measured.requests_per_second(),
        measured.percentile(50),
        measured.percentile(99),
        measured
            .cpu_micros()
            .map_or_else(|| "–".to_owned(), |cpu| format!("{cpu:.0}")),
    );
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
    sum / count
}

/// The plain program, which is no part of this workspace.
fn build_plain() -> Result<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/plain");
    let target = Path::new(env!("CARGO_BIN_EXE_choque"))
        .parent()
        .and_then(Path::parent)
        .ok_or("no target folder")?
        .join("plain");
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo
        .args(["build", "--quiet", "--locked", "--manifest-path"])
        .arg(folder.join("Cargo.toml"))
        .arg("--target-dir")
        .arg(&target);
    if !cfg!(debug_assertions) {
        cargo.arg("--release");
    }
    if !cargo.status()?.success() {
        return Err("the plain program does not build".into());
    }
    let profile = if cfg!(debug_assertions) { "debug" } else { "release" };
    Ok(target.join(profile).join("plain"))
}

/// Lets the plain program execute `units` on a copy of the database as it was.
async fn replay(place: &Place, load: &Load, plain: &Path, units: &Path, together: u32) -> Result<Took> {
    let home = place.copy("made", "plain").await?;
    let output = Command::new(plain)
        .arg(&home.url)
        .arg(units)
        .args([load.connections.to_string(), together.to_string()])
        .output()?;
    if !output.status.success() {
        return Err(format!("the plain program: {}", String::from_utf8_lossy(&output.stderr)).into());
    }
    Ok(Took(serde_json::from_slice(&output.stdout)?))
}

/// Tells `server` of the money for `receipts`, each payment once, and waits until all of it is settled.
async fn settle(load: &Load, home: &Home, server: &Server, receipts: &[Vec<u8>]) -> Result<()> {
    let signer = Credential {
        hmac_secret: Some(BANK.to_owned()),
        api_key: None,
    };
    let now = Source::system().wall_clock();
    let mut notices = Vec::new();
    for receipt in receipts {
        let receipt: Value = serde_json::from_slice(receipt)?;
        for payment in receipt["payments"].as_array().ok_or("a receipt has payments")? {
            let code = vietqr::VietQr::decode(text(payment, "/vietqr/payload")?)?;
            let body = json!({
                "id": notices.len() + 1, "gateway": "Vietcombank", "transactionDate": "2026-11-21 14:02:37",
                "accountNumber": code.account(), "code": null, "subAccount": null, "transferType": "in",
                "content": format!("MBVCB.3278907687.{}.CT tu 0123400000", text(payment, "/reference")?),
                "transferAmount": payment["amount"], "accumulated": 0, "referenceCode": "", "description": "",
            });
            let body = body.to_string();
            let mut headers = String::new();
            for (name, value) in &signer.headers(body.as_bytes(), now).ok_or("a bank without a secret")? {
                write!(headers, "{name}: {}\r\n", value.to_str()?)?;
            }
            notices.push(request("/webhooks/sepay", &headers, &body));
        }
    }
    let database = home.connect().await?;
    let count = notices.len();
    let next = AtomicU32::new(0);
    let requests: Requests = Arc::new(move |_, _| notices.get(next.fetch_add(1, Ordering::Relaxed) as usize).cloned());
    let began = Instant::now();
    let (measured, _) = load.send(server, &requests, false, 0).await?;
    row("notices kept and answered", &measured);
    let credited = loop {
        let sql = "select count(*) as number, coalesce(sum(case when state = 'credited' then 1 else 0 end), 0) as credited, \
            coalesce(sum(case when state = 'received' then 1 else 0 end), 0) as waiting from notice where provider_id not like 'bench%'";
        let statement = Statement::from_string(database.get_database_backend(), sql);
        let told = database.query_one_raw(statement).await?.ok_or("a count has a row")?;
        if told.try_get::<i64>("", "waiting")? == 0 {
            break told.try_get::<i64>("", "credited")?;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    };
    let took = began.elapsed().as_secs_f64();
    database.close().await?;
    println!(
        "{:<44}{:>10.0}            {credited} of {count} credited      (target 2000 per s)",
        "notices settled",
        f64::from(u32::try_from(count)?) / took
    );
    Ok(())
}

/// What a checkout costs after so many orders.
async fn flat(place: &Place, load: &Load, baskets: &Arc<Vec<String>>, scale: &str) -> Result<()> {
    let pasts = std::env::var("CHOQUE_BENCH_PAST").unwrap_or_else(|_| "1000,100000,1000000".to_owned());
    let home = place.copy("made", "past").await?;
    println!();
    header();
    let mut first = None;
    for (run, past) in pasts.split(',').enumerate() {
        let past: u32 = past.trim().parse()?;
        let database = home.connect().await?;
        past::fill(&database, past).await?;
        let there = past::count(&database).await?;
        database.close().await?;
        let server = start(&home, scale, &[])?;
        let (measured, _) = load.send(&server, &orders(baskets, 100 + run), true, 0).await?;
        row(&format!("checkouts after {there} orders"), &measured);
        server.stop()?;
        let cpu = measured.cpu_micros();
        if let (Some(first), Some(cpu)) = (first, cpu) {
            println!("{:<44}{:>42.2}", "    CPU beside the first", cpu / first);
        }
        first = first.or(cpu);
    }
    Ok(())
}
