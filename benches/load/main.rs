//! What a running province costs: requests per second, latency and server CPU per request, beside a bare axum handler and
//! `/livez` in the same run, then start-up times and idle memory.
//!
//! `cargo bench --bench load` prints a table and asserts nothing about time. On a busy machine compare *CPU per request*:
//! it hardly moves when something else wants the cores, while requests per second do. `CHOQUE_BENCH_SECONDS` sets how long
//! each row is measured (5 by default) and `CHOQUE_BENCH_CONNECTIONS` how many keep-alive connections ask at once (16).
//!
//! `cargo bench --bench load -- selling` measures searches and lists at 100,000 listings instead: see [`selling`].
//! `cargo bench --bench load -- checkout` measures orders and their money beside a plain loop of the same statements: see
//! [`checkout`].
//! `cargo bench --bench load -- trace` measures provenance at up to a million events: see [`trace`].

mod bare;
mod checkout;
mod client;
mod past;
mod place;
mod process;
mod selling;
mod trace;
mod traced;

use std::error::Error;
use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};

use client::{Load, Measured};
use process::Server;
use serde_json::Value;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// How often each kind of cold start is repeated; the median is printed.
const COLD_STARTS: usize = 7;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, flag, port, file] = arguments.as_slice()
        && flag == bare::FLAG
    {
        return bare::serve(port.parse()?, Path::new(file));
    }
    let asked = |name: &str| arguments.iter().any(|argument| argument == name);
    // One thread for the client leaves the other cores to the server.
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(async {
            if asked(selling::NAME) {
                selling::measure().await
            } else if asked(checkout::NAME) {
                checkout::measure().await
            } else if asked(trace::NAME) {
                trace::measure().await
            } else {
                measure().await
            }
        })
}

async fn measure() -> Result<()> {
    let state = tempfile::tempdir()?;
    let load = Load::from_environment()?;

    let started = Instant::now();
    let exchange = Server::demo(state.path(), "province")?;
    exchange.wait_until_ok("/readyz", Duration::from_mins(5))?;
    let ready = started.elapsed();
    tokio::time::sleep(Duration::from_secs(3)).await;
    let idle_after_filling = exchange.resident_memory();

    let pages = Pages::find(exchange.address).await?;
    let scan_page = reqwest::get(format!("http://{}{}", exchange.address, pages.scan))
        .await?
        .bytes()
        .await?;
    let body = state.path().join("scan-page.html");
    std::fs::write(&body, &scan_page)?;
    let bare = Server::bare(&body)?;
    bare.wait_until_ok("/", Duration::from_secs(10))?;

    println!(
        "{} connections, {} s a row after 1 s of warm-up",
        load.connections,
        load.duration.as_secs()
    );
    let mut table = Table::default();
    table.row(
        "bare axum handler, scan page's bytes",
        load.drive(&bare, "/", false).await?,
    );
    table.row("/livez", load.drive(&exchange, "/livez", false).await?);
    table.row("cached scan page", load.drive(&exchange, &pages.scan, false).await?);
    table.row(
        "cached scan page, gzip",
        load.drive(&exchange, &pages.scan, true).await?,
    );
    table.row("listing page", load.drive(&exchange, &pages.listing, false).await?);
    table.row("listing page, gzip", load.drive(&exchange, &pages.listing, true).await?);
    table.row("list page /tim", load.drive(&exchange, "/tim", false).await?);
    table.row("list page /tim, gzip", load.drive(&exchange, "/tim", true).await?);
    table.row(
        "list API, 24 listings",
        load.drive(&exchange, "/api/v1/listings", false).await?,
    );
    table.print();

    println!();
    println!(
        "demo --scale province, empty directory to ready   {:>9.2} s    (target < 30 s)",
        ready.as_secs_f64()
    );
    print_memory("resident memory of that process, idle", idle_after_filling);
    print_memory(
        "resident memory of that process, after the load",
        exchange.resident_memory(),
    );
    exchange.stop()?;

    for (what, path) in [("/livez", "/livez"), ("the scan page", &pages.scan)] {
        let mut times = Vec::with_capacity(COLD_STARTS);
        for _ in 0..COLD_STARTS {
            let started = Instant::now();
            let exchange = Server::existing(state.path())?;
            exchange.wait_until_ok(path, Duration::from_secs(30))?;
            times.push(started.elapsed());
            exchange.stop()?;
        }
        times.sort_unstable();
        let milliseconds = times[COLD_STARTS / 2].as_secs_f64() * 1000.0;
        println!("serve on that database, start to {what:<15}  {milliseconds:>9.1} ms   (target < 100 ms)");
    }

    let exchange = Server::existing(state.path())?;
    exchange.wait_until_ok("/readyz", Duration::from_secs(30))?;
    tokio::time::sleep(Duration::from_secs(3)).await;
    print_memory(
        "resident memory of serve on that database, idle",
        exchange.resident_memory(),
    );
    exchange.stop()
}

fn print_memory(what: &str, kibibytes: Option<u32>) {
    match kibibytes {
        Some(kibibytes) => println!(
            "{what:<48}  {:>9.1} MB   (target < 80 MB)",
            f64::from(kibibytes) * 1.024 / 1000.0
        ),
        None => println!("{what:<48}  unknown: there is no /proc here"),
    }
}

/// The addresses under load, found through the API as anyone would.
struct Pages {
    scan: String,
    listing: String,
}

impl Pages {
    async fn find(exchange: SocketAddr) -> Result<Self> {
        let api = format!("http://{exchange}/api/v1");
        let http = reqwest::Client::new();
        let credentials = serde_json::json!({ "phone": "0900000001", "password": "choque-demo" });
        let session: Value = http
            .post(format!("{api}/sessions"))
            .json(&credentials)
            .send()
            .await?
            .error_for_status()?
            .json()
            .await?;

        let batches: Value = http
            .get(format!("{api}/batches?mine=1&limit=1"))
            .bearer_auth(text(&session, "/token")?)
            .send()
            .await?
            .error_for_status()?
            .json()
            .await?;
        let listings: Value = http
            .get(format!("{api}/listings?limit=1"))
            .send()
            .await?
            .error_for_status()?
            .json()
            .await?;

        Ok(Self {
            scan: format!(
                "/01/{}/10/{}",
                text(&batches, "/items/0/gtin")?,
                text(&batches, "/items/0/lot")?
            ),
            listing: format!("/san-pham/{}", text(&listings, "/items/0/slug")?),
        })
    }
}

fn text<'a>(value: &'a Value, pointer: &str) -> Result<&'a str> {
    value
        .pointer(pointer)
        .and_then(Value::as_str)
        .ok_or_else(|| format!("no text at {pointer} in {value}").into())
}

/// Rows in the order measured. The first is the bare handler and the second `/livez`: the rest are compared with them.
#[derive(Default)]
struct Table(Vec<(&'static str, Measured)>);

impl Table {
    fn row(&mut self, target: &'static str, measured: Measured) {
        eprintln!("measured: {target}");
        self.0.push((target, measured));
    }

    fn print(&self) {
        println!(
            "{:<38}{:>9}{:>12}{:>10}{:>10}{:>12}{:>9}{:>9}",
            "target", "bytes", "requests/s", "p50 ms", "p99 ms", "CPU µs/req", "x bare", "x livez"
        );
        let cost = |row: usize| self.0.get(row).and_then(|(_, measured)| measured.cpu_micros());
        for (target, measured) in &self.0 {
            let cpu = measured.cpu_micros();
            println!(
                "{target:<38}{:>9}{:>12.0}{:>10.2}{:>10.2}{:>12}{:>9}{:>9}",
                measured.body_bytes,
                measured.requests_per_second(),
                measured.percentile(50),
                measured.percentile(99),
                number(cpu, 1),
                number(quotient(cpu, cost(0)), 2),
                number(quotient(cpu, cost(1)), 2),
            );
        }
        if let [_, (_, livez), (_, scan), ..] = self.0.as_slice() {
            println!();
            println!(
                "cached scan page / livez = {} by CPU per request, {:.2} by requests/s (target >= 0.6)",
                number(quotient(livez.cpu_micros(), scan.cpu_micros()), 2),
                scan.requests_per_second() / livez.requests_per_second(),
            );
        }
    }
}

fn quotient(dividend: Option<f64>, divisor: Option<f64>) -> Option<f64> {
    Some(dividend? / divisor.filter(|divisor| *divisor > 0.0)?)
}

fn number(value: Option<f64>, decimals: usize) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{value:.decimals$}"))
}
