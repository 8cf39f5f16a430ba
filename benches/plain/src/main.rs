//! Executes recorded units one after the other and says how long that took: `plain URL FILE CLIENTS TOGETHER`.
//!
//! `FILE` holds a unit a line, as `CHOQUE_RECORD_STATEMENTS` writes it. On SQLite one connection executes them, `TOGETHER`
//! in each durable commit; on PostgreSQL `CLIENTS` connections share them out, one unit in each transaction. The first
//! tenth warms up and is not counted. What comes out is one line of JSON.

mod postgres;
mod sqlite;

use std::{error::Error, time::Duration};

use serde_json::{Value, json};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// A statement with what is bound to it.
struct Statement {
    sql: String,
    values: Vec<Bound>,
}

/// A value under its kind; every kind may be null.
#[derive(Debug)]
enum Bound {
    Bool(Option<bool>),
    Int(Option<i32>),
    Big(Option<i64>),
    Real(Option<f64>),
    Text(Option<String>),
    Bytes(Option<Vec<u8>>),
    Uuid(Option<uuid::Uuid>),
}

type Unit = Vec<Statement>;

/// How long it took.
struct Took {
    units: usize,
    duration: Duration,
    /// One of each unit, or of each commit where several share one.
    latencies: Vec<Duration>,
    /// Units that had to be executed again.
    again: usize,
}

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [url, file, clients, together] = arguments.as_slice() else {
        return Err("plain URL FILE CLIENTS TOGETHER".into());
    };
    let units = read(&std::fs::read_to_string(file)?)?;
    let before = cpu();
    let mut took = match url.strip_prefix("sqlite://") {
        Some(path) => sqlite::run(path, &units, together.parse()?)?,
        None => postgres::run(url, units, clients.parse()?)?,
    };
    let cpu = before.zip(cpu()).map(|(before, after)| after - before);
    took.latencies.sort_unstable();
    let percentile = |percent: usize| {
        let rank = (took.latencies.len() * percent / 100).min(took.latencies.len().saturating_sub(1));
        took.latencies.get(rank).map_or(0.0, |latency| latency.as_secs_f64() * 1000.0)
    };
    let told = json!({
        "units": took.units, "seconds": took.duration.as_secs_f64(), "again": took.again,
        "p50": percentile(50), "p99": percentile(99), "cpu": cpu,
    });
    println!("{told}");
    Ok(())
}

fn read(text: &str) -> Result<Vec<Unit>> {
    text.lines()
        .map(|line| {
            let unit: Value = serde_json::from_str(line)?;
            let statements = unit.as_array().ok_or("a unit is a list of statements")?;
            statements.iter().map(statement).collect()
        })
        .collect()
}

fn statement(told: &Value) -> Result<Statement> {
    let values = told["values"].as_array().ok_or("a statement has values")?;
    Ok(Statement {
        sql: told["sql"].as_str().ok_or("a statement has a text")?.to_owned(),
        values: values.iter().map(bound).collect::<Result<_>>()?,
    })
}

fn bound(told: &Value) -> Result<Bound> {
    let (kind, value) = told
        .as_object()
        .and_then(|object| object.iter().next())
        .ok_or("a value stands under its kind")?;
    let text = || value.as_str().map(str::to_owned);
    Ok(match kind.as_str() {
        "bool" => Bound::Bool(value.as_bool()),
        "int" => Bound::Int(value.as_i64().map(i32::try_from).transpose()?),
        "big" => Bound::Big(value.as_i64()),
        "real" => Bound::Real(value.as_f64()),
        "text" => Bound::Text(text()),
        "bytes" => Bound::Bytes(text().map(|hex| unhex(&hex)).transpose()?),
        "uuid" => Bound::Uuid(text().map(|text| text.parse()).transpose()?),
        other => return Err(format!("no kind of value is called {other}").into()),
    })
}

fn unhex(text: &str) -> Result<Vec<u8>> {
    let pairs = text.as_bytes().chunks(2);
    pairs
        .map(|pair| Ok(u8::from_str_radix(std::str::from_utf8(pair)?, 16)?))
        .collect()
}

/// User and system time of this process in seconds, where `/proc` tells it.
fn cpu() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = |number: usize| fields.get(number - 3)?.parse::<f64>().ok();
    Some((ticks(14)? + ticks(15)?) / 100.0)
}
