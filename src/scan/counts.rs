//! How often codes are scanned. A scan is counted in memory and written with others every few seconds, so that a page
//! from the cache costs no write; what a killed process has not yet written is lost, and nothing hangs on it.
//!
//! Who scanned is not kept. Of a unit's own code, and only of that, the coarse place is.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use axum::http::{HeaderMap, Method, header};
use entity::{
    Gtin, Lot, Timestamp,
    ids::BatchId,
    scan::{scan_count, scan_sighting},
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait, OnConflict},
};

use super::{
    copies::{Scans, Seen},
    geo::{self, Whereabouts},
    limits,
    read::batch_of,
};
use crate::{
    app::App,
    db::{Actor, Unit},
    jobs::{Projection, Recurring},
    trace::labels::read::serial_of,
};

/// How long a scan may wait in memory. With the time a page lives, a count is never a minute behind.
const FLUSH_EVERY: Duration = Duration::from_secs(10);
/// Codes that wait at most; beyond, further codes of the same seconds go uncounted rather than filling the memory.
const MOST_WAITING: usize = 50_000;
/// Sightings of one unit that are looked at.
const SIGHTINGS: u64 = 50;

/// Whoever fetches a page without anybody looking at it.
const MACHINES: [&str; 12] = [
    "bot",
    "crawl",
    "spider",
    "preview",
    "facebookexternalhit",
    "curl/",
    "wget/",
    "python-",
    "go-http",
    "headless",
    "monitor",
    "scrapy",
];

/// What was scanned: a batch by its public name, and the unit's own number where there is one.
type Code = (Gtin, Lot, String);

/// Scans of this process that are not yet written.
#[derive(Debug, Default)]
pub struct Waiting(Mutex<HashMap<Code, Pending>>, Writing);

/// Held by whoever writes: when a flush returns, what was counted before it is in the tables, also by a flush that was
/// at work already.
type Writing = tokio::sync::Mutex<()>;

#[derive(Clone, Debug)]
struct Pending {
    scans: i64,
    first_at: Timestamp,
    last_at: Timestamp,
    sightings: Vec<(Timestamp, Whereabouts)>,
}

/// Whether a request is somebody's scan: a page asked for, by a browser, to be looked at now.
#[must_use]
pub fn is_scan(method: &Method, headers: &HeaderMap) -> bool {
    let says = |name: &str, word: &str| {
        headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|value| value.to_ascii_lowercase().contains(word))
    };
    let fetched_ahead = ["sec-purpose", "purpose", "x-moz"]
        .iter()
        .any(|name| says(name, "prefetch"));
    let machine = MACHINES.iter().any(|word| says(header::USER_AGENT.as_str(), word));
    *method == Method::GET && !fetched_ahead && !machine
}

/// Counts a scan of `lot`, or of its unit `serial`, whose page was just given.
pub fn count(app: &App, gtin: &Gtin, lot: &Lot, serial: Option<&str>, address: Option<IpAddr>) {
    let now = app.now();
    let sighting = match (serial, address) {
        (Some(_), Some(address)) => geo::whereabouts(app, address).map(|place| (now, place)),
        _ => None,
    };
    let waiting = app.part::<Waiting>();
    let mut waiting = waiting.0.lock().unwrap_or_else(PoisonError::into_inner);
    let code = (gtin.clone(), lot.clone(), serial.unwrap_or("").to_owned());
    if waiting.len() >= MOST_WAITING && !waiting.contains_key(&code) {
        return;
    }
    let pending = waiting.entry(code).or_insert(Pending {
        scans: 0,
        first_at: now,
        last_at: now,
        sightings: Vec::new(),
    });
    pending.scans += 1;
    pending.last_at = now;
    pending.sightings.extend(sighting);
}

/// Writes what waits. What cannot be written waits on.
pub async fn flush(app: &App) -> Result<(), DbErr> {
    let waiting = app.part::<Waiting>();
    let _writing = waiting.1.lock().await;
    let taken = std::mem::take(&mut *waiting.0.lock().unwrap_or_else(PoisonError::into_inner));
    if taken.is_empty() {
        return Ok(());
    }
    // In one order in every process, so that no two wait for each other's rows.
    let mut rows: Vec<(Code, Pending)> = taken.into_iter().collect();
    rows.sort_by(|a, b| a.0.cmp(&b.0));
    let written = rows.clone();
    let done = app
        .write(Actor::System, move |unit| {
            let rows = written.clone();
            Box::pin(async move { write(unit, &rows).await })
        })
        .await;
    if done.is_err() {
        let mut waiting = waiting.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (code, pending) in rows {
            let kept = waiting.entry(code).or_insert(Pending {
                scans: 0,
                sightings: Vec::new(),
                ..pending.clone()
            });
            kept.scans += pending.scans;
            kept.first_at = std::cmp::Ord::min(kept.first_at, pending.first_at);
            kept.sightings.extend(pending.sightings);
        }
    }
    done
}

async fn write(unit: &mut Unit, rows: &[(Code, Pending)]) -> Result<(), DbErr> {
    for ((gtin, lot, serial), pending) in rows {
        let Some(batch) = batch_of(&*unit, gtin, lot).await? else {
            continue;
        };
        // Anybody can write a number behind a lot; only those that were printed are kept.
        if !serial.is_empty() && serial_of(&*unit, gtin, lot, serial).await?.is_none() {
            continue;
        }
        add(unit, batch.id, serial, pending).await?;
        for (seen_at, place) in &pending.sightings {
            let row = scan_sighting::ActiveModel {
                id: Set(unit.id()),
                batch_id: Set(batch.id),
                serial: Set(serial.clone()),
                seen_at: Set(*seen_at),
                latitude_tenths: Set(place.latitude_tenths),
                longitude_tenths: Set(place.longitude_tenths),
                place: Set(place.place.clone()),
            };
            scan_sighting::Entity::insert(row)
                .exec_without_returning(&*unit)
                .await?;
        }
    }
    Ok(())
}

async fn add(unit: &Unit, batch: BatchId, serial: &str, pending: &Pending) -> Result<(), DbErr> {
    let row = scan_count::ActiveModel {
        batch_id: Set(batch),
        serial: Set(serial.to_owned()),
        scans: Set(pending.scans),
        first_at: Set(pending.first_at),
        last_at: Set(pending.last_at),
    };
    let of = |column: scan_count::Column| Expr::col((scan_count::Entity, column));
    let other = Expr::case(of(scan_count::Column::LastAt).lt(pending.last_at), pending.last_at)
        .finally(of(scan_count::Column::LastAt));
    let earlier = Expr::case(of(scan_count::Column::FirstAt).gt(pending.first_at), pending.first_at)
        .finally(of(scan_count::Column::FirstAt));
    let more = OnConflict::columns([scan_count::Column::BatchId, scan_count::Column::Serial])
        .value(
            scan_count::Column::Scans,
            of(scan_count::Column::Scans).add(pending.scans),
        )
        .value(scan_count::Column::FirstAt, earlier)
        .value(scan_count::Column::LastAt, other)
        .to_owned();
    scan_count::Entity::insert(row)
        .on_conflict(more)
        .exec_without_returning(unit)
        .await
        .map(|_| ())
}

/// How often a code was scanned, as far as it is written.
pub async fn scans(db: &impl ConnectionTrait, batch: BatchId, serial: &str) -> Result<Option<Scans>, DbErr> {
    let row = scan_count::Entity::find_by_id((batch, serial.to_owned()))
        .one(db)
        .await?;
    Ok(row.map(|row| Scans {
        count: row.scans,
        first_at: row.first_at,
    }))
}

/// Where a unit was scanned lately, in order of time.
pub async fn seen(db: &impl ConnectionTrait, batch: BatchId, serial: &str) -> Result<Vec<Seen>, DbErr> {
    let mut rows = scan_sighting::Entity::find()
        .filter(scan_sighting::Column::BatchId.eq(batch))
        .filter(scan_sighting::Column::Serial.eq(serial))
        .order_by_desc(scan_sighting::Column::SeenAt)
        .limit(SIGHTINGS)
        .all(db)
        .await?;
    rows.reverse();
    Ok(rows
        .into_iter()
        .map(|row| Seen {
            at: row.seen_at,
            latitude_tenths: row.latitude_tenths,
            longitude_tenths: row.longitude_tenths,
            place: row.place,
        })
        .collect())
}

/// Deletes sightings whose time is over; returns how many there were.
pub async fn forget(app: &App) -> Result<u64, DbErr> {
    let kept = limits::on(app.today()).sightings_kept_days;
    let before = app.now().plus(-i64::from(kept) * 24 * 60 * 60 * 1000);
    app.write(Actor::System, move |unit| {
        Box::pin(async move {
            let old = scan_sighting::Column::SeenAt.lt(before);
            let deleted = scan_sighting::Entity::delete_many().filter(old).exec(&*unit).await?;
            Ok::<_, DbErr>(deleted.rows_affected)
        })
    })
    .await
}

/// Writes, in every process, what that process has counted.
pub fn projection() -> Projection {
    Projection {
        name: "scan counts",
        run: |app| {
            Box::pin(async move {
                loop {
                    tokio::time::sleep(FLUSH_EVERY).await;
                    if let Err(error) = flush(&app).await {
                        tracing::warn!(%error, "scans could not be written; they wait");
                    }
                }
            })
        },
    }
}

/// Forgets where units were seen.
pub fn duty() -> Recurring {
    Recurring {
        name: "scan sightings",
        every: Duration::from_hours(1),
        run: std::sync::Arc::new(|app| {
            Box::pin(async move { forget(&app).await.map(|_| ()).map_err(|error| error.to_string()) })
        }),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn only_somebody_who_looks_scans() {
        let with = |name: &'static str, value: &'static str| {
            HeaderMap::from_iter([(name.parse().expect("a name"), HeaderValue::from_static(value))])
        };
        let phone = with(
            "user-agent",
            "Mozilla/5.0 (Linux; Android 10) Chrome/130 Mobile Safari/537.36",
        );
        assert!(is_scan(&Method::GET, &phone));
        assert!(is_scan(&Method::GET, &HeaderMap::new()));
        assert!(!is_scan(&Method::HEAD, &phone));
        for (name, value) in [
            ("user-agent", "Mozilla/5.0 (compatible; Googlebot/2.1)"),
            ("user-agent", "facebookexternalhit/1.1"),
            ("sec-purpose", "prefetch;prerender"),
            ("purpose", "prefetch"),
            ("x-moz", "prefetch"),
        ] {
            assert!(!is_scan(&Method::GET, &with(name, value)), "{name}: {value}");
        }
    }
}
