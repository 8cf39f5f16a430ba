//! Selling at the size of a nation: 100,000 listings. Searches with counts, the index made anew and kept up, idle memory,
//! and lists and pages beside a bare axum handler that answers the same bytes.
//!
//! Making the database takes minutes, so it is made in the folder that `CHOQUE_BENCH_STATE` names and used again.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::Result;
use crate::client::{Load, Measured};
use crate::process::Server;
use crate::text;

/// The argument that asks for this.
pub const NAME: &str = "selling";

/// What people type: short and plain most of the time.
const QUERIES: [&str; 30] = [
    "chè",
    "che",
    "mật ong",
    "mat ong",
    "gạo",
    "chè tân cương",
    "che dinh",
    "gạo nếp cái hoa vàng",
    "thịt lợn",
    "thit heo",
    "miến dong",
    "trà hoa vàng",
    "bưởi diễn",
    "cam sành hà giang",
    "chef ddinh",
    "che2 to6m non4",
    "chetomnon",
    "nam huogn",
    "mat ong rung dưới 300k",
    "chè dưới 100k",
    "ocop 4 sao",
    "gà đồi yên thế",
    "rau sạch",
    "nước mắm phú quốc",
    "cà phê",
    "1kg lạc đỏ",
    "nhãn lồng hưng yên còn hàng",
    "tinh bột nghệ",
    "rượu men lá bằng phúc",
    "đặc sản tây bắc làm quà xyz",
];

#[expect(clippy::too_many_lines, reason = "one figure after the other")]
pub async fn measure() -> Result<()> {
    let load = Load::from_environment()?;
    let alone = Load {
        connections: 1,
        duration: load.duration,
    };
    let (state, _kept) = state()?;
    if !state.join("choque.db").exists() {
        let began = Instant::now();
        let exchange = Server::demo(&state, "nation")?;
        exchange.wait_until_ok("/readyz", Duration::from_hours(1))?;
        println!(
            "demo --scale nation, empty directory to ready     {:>9.1} s",
            began.elapsed().as_secs_f64()
        );
        exchange.stop()?;
    }

    let _ = std::fs::remove_dir_all(state.join("search"));
    let began = Instant::now();
    let exchange = Server::existing(&state)?;
    exchange.wait_until_ok("/livez", Duration::from_mins(1))?;
    let alive = began.elapsed();
    exchange.wait_until_ok("/readyz", Duration::from_mins(5))?;
    println!(
        "index made anew, from /livez to /readyz           {:>9.2} s    (target < 10 s)",
        began.elapsed().saturating_sub(alive).as_secs_f64()
    );
    exchange.stop()?;
    let began = Instant::now();
    let exchange = Server::existing(&state)?;
    exchange.wait_until_ok("/readyz", Duration::from_mins(5))?;
    println!(
        "restart with its index, to /readyz                {:>9.2} s",
        began.elapsed().as_secs_f64()
    );
    tokio::time::sleep(Duration::from_secs(5)).await;
    if let Some(kibibytes) = exchange.resident_memory() {
        println!(
            "resident memory, idle                             {:>9.1} MB   (target < 150 MB)",
            f64::from(kibibytes) * 1.024 / 1000.0
        );
    }

    let api = format!("http://{}/api/v1", exchange.address);
    let all: Value = reqwest::get(format!("{api}/listings?limit=1")).await?.json().await?;
    println!("listings: {}", all["total"]);
    let paths: Vec<String> = QUERIES
        .iter()
        .map(|query| {
            let query = form_urlencoded::Serializer::new(String::new())
                .append_pair("q", query)
                .finish();
            format!("/api/v1/listings?{query}&facets=1")
        })
        .collect();
    println!();
    println!(
        "{:<50}{:>10}{:>10}{:>12}",
        "one after another", "p50 ms", "p99 ms", "CPU µs"
    );
    let searches = alone.drive_all(&exchange, &paths, false).await?;
    line("search, 24 listings and facets (3 and 10 ms)", &searches);
    line(
        "browse, no words, with facets",
        &alone.drive(&exchange, "/api/v1/listings?facets=1", false).await?,
    );
    let typed: Vec<String> = ["ch", "chè", "mật o", "gạo n", "tan cuong", "htx c", "c", "mien d"]
        .iter()
        .map(|query| {
            let query = form_urlencoded::Serializer::new(String::new())
                .append_pair("q", query)
                .finish();
            format!("/api/v1/listings/suggest?{query}")
        })
        .collect();
    line("suggestions (1 ms)", &alone.drive_all(&exchange, &typed, false).await?);
    line(
        "/livez, for the round trip alone",
        &alone.drive(&exchange, "/livez", false).await?,
    );
    if std::env::var_os("CHOQUE_BENCH_EACH").is_some() {
        let brief = Load {
            connections: 1,
            duration: Duration::from_secs(1),
        };
        for (query, path) in QUERIES.iter().zip(&paths) {
            line(query, &brief.drive(&exchange, path, false).await?);
        }
    }
    println!();
    println!(
        "a new price is found after                        {:>9.0} ms   (target < 200 ms from its number)",
        followed(&api).await?.as_secs_f64() * 1000.0
    );

    let slug = text(&all, "/items/0/slug")?;
    exchange.stop()?;
    println!();
    println!(
        "{:<50}{:>10}{:>12}{:>12}",
        "beside a bare handler with the same bytes", "bytes", "req/s ratio", "CPU ratio"
    );
    for (name, path) in [
        ("list page /tim", "/tim".to_owned()),
        ("listing page", format!("/san-pham/{slug}")),
    ] {
        for cache in ["on", "off"] {
            let exchange = Server::existing_with(&state, cache)?;
            exchange.wait_until_ok("/readyz", Duration::from_mins(5))?;
            let page = reqwest::get(format!("http://{}{path}", exchange.address))
                .await?
                .bytes()
                .await?;
            let body = state.join("page.html");
            std::fs::write(&body, &page)?;
            let bare = Server::bare(&body)?;
            bare.wait_until_ok("/", Duration::from_secs(10))?;
            let ours = load.drive(&exchange, &path, false).await?;
            let floor = load.drive(&bare, "/", false).await?;
            let cpu = floor
                .cpu_micros()
                .zip(ours.cpu_micros())
                .map(|(floor, ours)| floor / ours);
            println!(
                "{:<50}{:>10}{:>12.3}{:>12}",
                format!("{name}, page cache {cache}"),
                ours.body_bytes,
                ours.requests_per_second() / floor.requests_per_second(),
                cpu.map_or_else(|| "–".to_owned(), |ratio| format!("{ratio:.3}")),
            );
            exchange.stop()?;
        }
    }
    Ok(())
}

fn line(name: &str, measured: &Measured) {
    println!(
        "{name:<50}{:>10.2}{:>10.2}{:>12}",
        measured.percentile(50),
        measured.percentile(99),
        measured
            .cpu_micros()
            .map_or_else(|| "–".to_owned(), |cpu| format!("{cpu:.0}")),
    );
}

/// The folder of the database, and what keeps it while it is used.
fn state() -> Result<(PathBuf, Option<tempfile::TempDir>)> {
    if let Some(folder) = std::env::var_os("CHOQUE_BENCH_STATE") {
        let folder = Path::new(&folder).to_owned();
        std::fs::create_dir_all(&folder)?;
        return Ok((folder.canonicalize()?, None));
    }
    let folder = tempfile::tempdir()?;
    Ok((folder.path().to_owned(), Some(folder)))
}

/// How long after its answer a new price is found by a search, the median of some.
async fn followed(api: &str) -> Result<Duration> {
    const TIMES: i64 = 15;
    let http = reqwest::Client::new();
    let credentials = json!({ "phone": "0900000001", "password": "choque-demo" });
    let session: Value = http
        .post(format!("{api}/sessions"))
        .json(&credentials)
        .send()
        .await?
        .json()
        .await?;
    let token = text(&session, "/token")?;
    let mine: Value = http
        .get(format!("{api}/listings?mine=1&limit=1"))
        .bearer_auth(token)
        .send()
        .await?
        .json()
        .await?;
    let (id, price) = (
        text(&mine, "/items/0/id")?,
        mine["items"][0]["price"].as_i64().unwrap_or(100_000),
    );
    let seller = text(&mine, "/items/0/seller/id")?;
    let mut times = Vec::new();
    for time in 1..=TIMES {
        let wanted = price + time;
        let began = Instant::now();
        http.patch(format!("{api}/listings/{id}"))
            .bearer_auth(token)
            .json(&json!({ "price": wanted }))
            .send()
            .await?
            .error_for_status()?;
        loop {
            let found: Value = http
                .get(format!(
                    "{api}/listings?seller={seller}&min_price={wanted}&max_price={wanted}"
                ))
                .send()
                .await?
                .json()
                .await?;
            if found["total"].as_i64() > Some(0) {
                break;
            }
        }
        times.push(began.elapsed());
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    times.sort_unstable();
    Ok(times[times.len() / 2])
}
