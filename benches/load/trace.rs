//! Provenance at size: forward and backward traces, events by EPC and captures at 10,000, 100,000 and 1,000,000 events; then
//! the scan page beside `/livez`, and a thousand stickers.
//!
//! SQLite always; PostgreSQL where `CHOQUE_BENCH_POSTGRES` (or `scripts/with-postgres`) names a cluster.
//! `CHOQUE_BENCH_EVENTS` names other numbers of events, with commas between them.

use std::sync::Arc;
use std::time::{Duration, Instant};

use choque::app::Source;
use choque::db::{Actor, Db, Unit};
use choque::trace::{graph, log};
use entity::ids::EventId;
use entity::trace::event;
use sea_orm::{DatabaseConnection, DbErr, EntityTrait, IntoActiveModel};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::Result;
use crate::client::Load;
use crate::place::{Home, Place};
use crate::process::Server;
use crate::text;
use crate::traced::{self, CHAIN, Chains};

/// The argument that asks for this.
pub const NAME: &str = "trace";

/// Traces of each size, each of another lot.
const WALKS: u32 = 2000;
/// Lots whose events are asked for.
const ASKED: u32 = 500;
/// Documents on their way at once, and events in each.
const SENDERS: usize = 8;
const EVENTS: usize = 250;
const STICKERS: u32 = 1000;
/// Units of [`EVENTS`] in which the log's part is timed.
const LOGGED: usize = 40;

pub async fn measure() -> Result<()> {
    let load = Load::from_environment()?;
    for place in Place::all()? {
        measure_at(&place, &load).await?;
    }
    Ok(())
}

fn sizes() -> Result<Vec<u32>> {
    let asked = std::env::var("CHOQUE_BENCH_EVENTS").unwrap_or_else(|_| "10000,100000,1000000".to_owned());
    let sizes = asked.split(',').map(|text| text.trim().parse::<u32>());
    Ok(sizes.collect::<std::result::Result<_, _>>()?)
}

async fn measure_at(place: &Place, load: &Load) -> Result<()> {
    println!();
    println!("{}", place.name());
    let home = place.empty("traced").await?;
    start(&home)?.stop()?;
    println!(
        "{:>10}{:>14}{:>14}{:>16}{:>16}{:>14}",
        "events", "trace p50 ms", "trace p99 ms", "by EPC p50 ms", "by EPC p99 ms", "captured/s"
    );
    let mut shares = Vec::new();
    for events in sizes()? {
        let database = home.connect().await?;
        let chains = traced::fill(&database, events).await?;
        let walks = walks(&database, &chains).await?;
        database.close().await?;
        let server = start(&home)?;
        let asked = by_epc(&server, load, &chains).await?;
        let captured = capture(&server, load).await?;
        println!(
            "{events:>10}{:>14.3}{:>14.3}{:>16}{:>16}{:>14}",
            walks.0,
            walks.1,
            number(asked.map(|times| times.0), 2),
            number(asked.map(|times| times.1), 2),
            number(captured, 0)
        );
        server.stop()?;
        if let Some(captured) = captured {
            shares.push((events, log_share(&home, captured).await?));
        }
    }
    println!("targets: trace p99 <= 10 ms, by EPC p99 <= 5 ms, captured >= 5000/s, all flat");
    for (events, share) in shares {
        println!(
            "{events:>10} events: the log adds {:>5.1} % to a capture (target < 20 %)",
            share * 100.0
        );
    }
    pages(&home, load).await?;
    place.forget("traced").await
}

fn number(value: Option<f64>, decimals: usize) -> String {
    value.map_or_else(|| "skipped".to_owned(), |value| format!("{value:.decimals$}"))
}

fn start(home: &Home) -> Result<Server> {
    let server = Server::on(&home.state, &home.url, "small", &[("CHOQUE_LIMITS", "off")])?;
    server.wait_until_ok("/readyz", Duration::from_mins(10))?;
    Ok(server)
}

/// The one of `sorted` that `percent` of them do not exceed, in milliseconds.
fn percentile(sorted: &[Duration], percent: usize) -> f64 {
    let rank = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
    sorted.get(rank).copied().unwrap_or_default().as_secs_f64() * 1000.0
}

/// p50 and p99 of a trace forward and one backward of the same lot, by a connection of the benchmark's own.
async fn walks(database: &DatabaseConnection, chains: &Chains) -> Result<(f64, f64)> {
    let mut times = Vec::new();
    for walk in 0..WALKS {
        // Some lot of some chain, each time another one.
        let lot = [chains.lot((walk * 7919) % chains.count, walk % CHAIN)];
        let began = Instant::now();
        let down = graph::forward(database, &lot, 20_000).await?;
        let up = graph::backward(database, &lot, 20_000).await?;
        times.push(began.elapsed());
        if down.epcs.is_empty() && up.epcs.is_empty() {
            return Err(format!("{} leads nowhere", lot[0]).into());
        }
    }
    times.sort_unstable();
    Ok((percentile(&times, 50), percentile(&times, 99)))
}

/// p50 and p99 of asking for the events of a lot, one after the other. `None`: this exchange answers no such question.
async fn by_epc(server: &Server, load: &Load, chains: &Chains) -> Result<Option<(f64, f64)>> {
    let paths: Vec<String> = (0..ASKED)
        .map(|ask| {
            let lot = chains.lot((ask * 104_729) % chains.count, ask % CHAIN);
            let query = form_urlencoded::Serializer::new(String::new())
                .append_pair("MATCH_anyEPCClass", &lot)
                .finish();
            format!("/epcis/v2/events?{query}")
        })
        .collect();
    let first = reqwest::get(format!("http://{}{}", server.address, paths[0])).await?;
    if !first.status().is_success() {
        eprintln!("events by EPC are skipped: {} {}", first.status(), first.text().await?);
        return Ok(None);
    }
    let told: Value = first.json().await?;
    if told
        .pointer("/epcisBody/queryResults/resultsBody/eventList/0")
        .is_none()
    {
        return Err(format!("{} names no event: {told}", paths[0]).into());
    }
    let alone = Load {
        connections: 1,
        duration: load.duration,
    };
    let measured = alone.drive_all(server, &paths, false).await?;
    Ok(Some((measured.percentile(50), measured.percentile(99))))
}

async fn token(server: &Server, phone: &str) -> Result<String> {
    let credentials = json!({ "phone": phone, "password": "choque-demo" });
    let session: Value = reqwest::Client::new()
        .post(format!("http://{}/api/v1/sessions", server.address))
        .json(&credentials)
        .send()
        .await?
        .error_for_status()?
        .json()
        .await?;
    Ok(text(&session, "/token")?.to_owned())
}

/// A document of [`EVENTS`] events, all of them new.
fn document(sender: usize, turn: usize, began: Instant) -> Value {
    let nonce = began.elapsed().as_nanos();
    let events: Vec<Value> = (0..EVENTS)
        .map(|number| {
            json!({
                "type": "ObjectEvent",
                "eventID": format!("urn:bench:{nonce}:{sender}:{turn}:{number}"),
                "eventTime": "2026-01-02T03:04:05.000+07:00",
                "eventTimeZoneOffset": "+07:00",
                "action": "OBSERVE",
                "bizStep": "shipping",
                "disposition": "in_transit",
                "epcList": [format!("https://id.gs1.org/01/09520123456788/21/{nonce}-{sender}-{turn}-{number}")],
            })
        })
        .collect();
    json!({
        "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-01-02T03:04:05.000+07:00",
        "epcisBody": { "eventList": events },
    })
}

/// Events that were captured and durable in a second: a job counts once it says that it succeeded. `None`: nothing is
/// captured here.
async fn capture(server: &Server, load: &Load) -> Result<Option<f64>> {
    let token = token(server, "0900000009").await?;
    let (address, duration) = (server.address, load.duration);
    let began = Instant::now();
    let mut senders = JoinSet::new();
    for sender in 0..SENDERS {
        let token = token.clone();
        senders.spawn(async move {
            let mut kept = 0;
            for turn in 0.. {
                if began.elapsed() >= duration {
                    break;
                }
                if !captured(address, &token, &document(sender, turn, began))
                    .await
                    .map_err(|error| error.to_string())?
                {
                    return Ok(None);
                }
                kept += EVENTS;
            }
            Ok::<_, String>(Some(kept))
        });
    }
    let mut events = 0_u32;
    while let Some(sent) = senders.join_next().await {
        match sent?? {
            Some(kept) => events += u32::try_from(kept)?,
            None => return Ok(None),
        }
    }
    Ok(Some(f64::from(events) / began.elapsed().as_secs_f64()))
}

/// Hands `document` in and waits until its job has ended. `false`: nobody takes it.
async fn captured(address: std::net::SocketAddr, token: &str, document: &Value) -> Result<bool> {
    let http = reqwest::Client::new();
    let answer = http
        .post(format!("http://{address}/epcis/v2/capture"))
        .bearer_auth(token)
        .json(document)
        .send()
        .await?;
    if !answer.status().is_success() {
        eprintln!("captures are skipped: {} {}", answer.status(), answer.text().await?);
        return Ok(false);
    }
    let job = answer.headers().get("location").and_then(|at| at.to_str().ok());
    let job = job
        .and_then(|at| at.rsplit('/').next())
        .ok_or("a capture has an address")?
        .to_owned();
    loop {
        let state: Value = http
            .get(format!("http://{address}/epcis/v2/capture/{job}"))
            .bearer_auth(token)
            .send()
            .await?
            .error_for_status()?
            .json()
            .await?;
        if state["running"] == false {
            return if state["success"] == true {
                Ok(true)
            } else {
                Err(format!("a capture failed: {state}").into())
            };
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// What committing to events, numbering their leaves and extending the tiles takes, against all else that captures do when
/// `captured` of them are kept in a second. Its parts are timed by themselves, since nothing turns the log off.
async fn log_share(home: &Home, captured: f64) -> Result<f64> {
    let db = Db::open(&home.url, Arc::new(Source::system())).await?;
    let mut took = Duration::ZERO;
    let mut events = 0;
    for _ in 0..LOGGED {
        took += db
            .write(Actor::System, |unit| {
                Box::pin(async move {
                    let rows: Vec<event::Model> = (0..EVENTS).map(|_| kept(unit)).collect();
                    let inserted = rows.iter().cloned().map(IntoActiveModel::into_active_model);
                    event::Entity::insert_many(inserted)
                        .exec_without_returning(&*unit)
                        .await?;
                    let told = rows.iter().map(|row| log::Told {
                        event: row.id,
                        recorded_at: row.record_time,
                        seller: None,
                        document: &row.document,
                        context: None,
                    });
                    let began = Instant::now();
                    log::commit_to(unit, told).await?;
                    Ok::<_, DbErr>(began.elapsed())
                })
            })
            .await?;
        events += EVENTS;
    }
    let began = Instant::now();
    loop {
        let extended = db.write(Actor::System, |unit| {
            Box::pin(async move { log::extend(unit, 2048).await })
        });
        if extended.await? == 0 {
            break;
        }
    }
    took += began.elapsed();
    let each = took.as_secs_f64() / f64::from(u32::try_from(events)?);
    Ok(each / (captured.recip() - each))
}

/// An event as a capture keeps it.
fn kept(unit: &Unit) -> event::Model {
    let id: EventId = unit.id();
    event::Model {
        id,
        event_id: format!("urn:uuid:{id}"),
        version: String::new(),
        kind: "ObjectEvent".to_owned(),
        event_time: unit.now(),
        record_time: unit.now(),
        biz_step: Some("shipping".to_owned()),
        seller_id: None,
        recorded_by: None,
        document: format!(
            "{{\"type\":\"ObjectEvent\",\"eventID\":\"urn:uuid:{id}\",\"note\":\"{}\"}}",
            "x".repeat(400)
        ),
        hash: "ni:bench".to_owned(),
        hash_differs: false,
        declares_error: false,
        public: true,
        action: Some("OBSERVE".to_owned()),
        disposition: None,
        read_point: None,
        biz_location: None,
        context: None,
        capture_id: None,
    }
}

/// The scan page beside `/livez`, and stickers as PDF.
async fn pages(home: &Home, load: &Load) -> Result<()> {
    let server = start(home)?;
    let farmer = token(&server, "0900000001").await?;
    let http = reqwest::Client::new();
    let batches: Value = http
        .get(format!("http://{}/api/v1/batches?mine=1&limit=1", server.address))
        .bearer_auth(&farmer)
        .send()
        .await?
        .error_for_status()?
        .json()
        .await?;
    let scan = format!(
        "/01/{}/10/{}",
        text(&batches, "/items/0/gtin")?,
        text(&batches, "/items/0/lot")?
    );
    let livez = load.drive(&server, "/livez", false).await?;
    let cached = load.drive(&server, &scan, false).await?;
    println!(
        "cached scan page / livez                          {:>9.2}      (target >= 0.6, by requests/s)",
        cached.requests_per_second() / livez.requests_per_second()
    );
    let labels = format!(
        "http://{}/api/v1/batches/{}/labels.pdf?template=a4-65&count={STICKERS}",
        server.address,
        text(&batches, "/items/0/id")?
    );
    let mut times = Vec::new();
    for _ in 0..3 {
        let began = Instant::now();
        let answer = http
            .get(&labels)
            .bearer_auth(&farmer)
            .send()
            .await?
            .error_for_status()?;
        answer.bytes().await?;
        times.push(began.elapsed());
    }
    times.sort_unstable();
    println!(
        "{STICKERS} stickers as PDF                            {:>9.2} s    (target < 2 s)",
        times[1].as_secs_f64()
    );
    server.stop()?;
    let server = Server::on(
        &home.state,
        &home.url,
        "small",
        &[("CHOQUE_LIMITS", "off"), ("CHOQUE_PAGE_CACHE", "off")],
    )?;
    server.wait_until_ok("/readyz", Duration::from_mins(10))?;
    let alone = Load {
        connections: 1,
        duration: load.duration,
    };
    let uncached = alone.drive(&server, &scan, false).await?;
    println!(
        "scan page, not cached, p50 and p99                {:>9.2} {:.2} ms   (target p99 <= 5 ms)",
        uncached.percentile(50),
        uncached.percentile(99)
    );
    server.stop()
}
