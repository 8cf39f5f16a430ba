//! `choque log verify` on one's own database: every commitment from its event and salt, and the tree from its leaves.

use entity::{
    ids::EventId,
    trace::{
        event, event_leaf, log_checkpoint,
        log_key::{self, Purpose},
        log_tile,
    },
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::HashMap;
use tlog_tiles::{Hash, record_hash};

pub use super::fetch::{RemoteFault, Verified, remote};
use super::{
    LogError, Told,
    key::public,
    leaf::leaf,
    note::open,
    sequence::{has_no_leaf, newest, size},
    tree::{Growing, WIDTH, tile_hash},
    verify::Held,
};
use crate::{app::App, trace::log::leaf::SALT};

/// Leaves looked at in one go.
const TOGETHER: i64 = 1000;
/// Faults that are named; more of them are only counted.
const NAMED: usize = 100;

/// What was found.
#[derive(Debug, Default)]
pub struct Report {
    /// Leaves that have their places.
    pub leaves: u64,
    /// Events whose leaves are right.
    pub events: u64,
    pub erased: u64,
    /// Events that wait for their places.
    pub waiting: u64,
    pub origin: Option<String>,
    /// The checkpoints that were looked at.
    pub checkpoints: usize,
    /// What is wrong, each in a sentence.
    pub faults: Vec<String>,
    pub more_faults: usize,
}

impl Report {
    #[must_use]
    pub const fn is_right(&self) -> bool {
        self.faults.is_empty()
    }

    fn fault(&mut self, sentence: String) {
        if self.faults.len() < NAMED {
            self.faults.push(sentence);
        } else {
            self.more_faults += 1;
        }
    }
}

/// Checks the log of this database, and that it goes on from `held`.
pub async fn own(app: &App, held: Option<&Held>) -> Result<Report, LogError> {
    let db = app.db().read();
    let mut report = Report::default();
    let last = newest(db).await?;
    let numbered = size(db).await?;
    let signed: Vec<log_checkpoint::Model> = log_checkpoint::Entity::find()
        .order_by_asc(log_checkpoint::Column::Size)
        .all(db)
        .await?;
    let mut sizes: HashMap<u64, Option<Hash>> = signed.iter().map(|row| (leaves(row.size), None)).collect();
    if let Some(held) = held {
        sizes.insert(held.size, None);
    }
    let mut tree = Growing::default();
    if let Some(root) = sizes.get_mut(&0) {
        *root = Some(tree.root());
    }
    let mut tile = Vec::new();
    let mut from = 0;
    while from < numbered {
        let until = (from + TOGETHER).min(numbered);
        let rows = event_leaf::Entity::find()
            .filter(event_leaf::Column::LeafIndex.gte(from))
            .filter(event_leaf::Column::LeafIndex.lt(until))
            .order_by_asc(event_leaf::Column::LeafIndex)
            .all(db)
            .await?;
        let events = events_behind(db, &rows).await?;
        let mut place = from;
        for row in &rows {
            let index = row.leaf_index.unwrap_or(place);
            if index != place {
                report.fault(format!("leaf {place} is missing"));
                // The tree cannot be built past a gap.
                return Ok(ended(report, tree.size()));
            }
            check_event(&mut report, row, events.get(&row.event_id), Some(index));
            let hash = record_hash(&leaf(&row.commitment));
            tree.push(hash);
            tile.extend_from_slice(&hash.0);
            if tree.size().is_multiple_of(WIDTH) {
                check_tile(db, &mut report, tree.size() / WIDTH - 1, &std::mem::take(&mut tile)).await?;
            }
            if let Some(root) = sizes.get_mut(&tree.size()) {
                *root = Some(tree.root());
            }
            place += 1;
        }
        if place < until {
            report.fault(format!("leaf {place} is missing"));
            return Ok(ended(report, tree.size()));
        }
        from = until;
    }
    if !tile.is_empty() {
        check_tile(db, &mut report, tree.size() / WIDTH, &tile).await?;
    }
    check_checkpoints(db, &mut report, &signed, &sizes).await?;
    without_leaf(db, &mut report).await?;
    if let Some(held) = held {
        let origin = last.as_ref().map_or("", |row| row.origin.as_str());
        if let Err(refusal) = held.check(origin, tree.size(), sizes.get(&held.size).copied().flatten()) {
            report.fault(refusal.to_string());
        }
    }
    report.origin = last.map(|row| row.origin);
    Ok(ended(report, tree.size()))
}

const fn ended(mut report: Report, size: u64) -> Report {
    report.leaves = size;
    report
}

fn leaves(size: i64) -> u64 {
    u64::try_from(size).unwrap_or(0)
}

fn check_event(report: &mut Report, row: &event_leaf::Model, event: Option<&event::Model>, index: Option<i64>) {
    let salt = row.salt.as_deref().map(<[u8; SALT]>::try_from);
    let named = |what: &str| {
        let name = event.map_or_else(|| row.event_id.to_string(), |event| event.event_id.clone());
        match index {
            Some(index) => format!("leaf {index} (event {name}): {what}"),
            None => format!("a leaf that waits for its place (event {name}): {what}"),
        }
    };
    match (salt, event) {
        (None, _) if row.erased_at.is_some() => report.erased += 1,
        (None, _) => report.fault(named("its salt is gone, and it was not erased")),
        (Some(Err(_)), _) => report.fault(named("its salt was changed")),
        (Some(Ok(_)), None) => report.fault(named("the event was deleted")),
        (Some(Ok(salt)), Some(event)) => {
            let told = Told {
                event: event.id,
                recorded_at: event.record_time,
                seller: event.seller_id,
                document: &event.document,
                context: event.context.as_deref(),
            };
            if told.commitment(&salt) != *row.commitment {
                report.fault(named("the event was changed after it was recorded"));
            } else if let Some(column) = column_that_differs(event) {
                report.fault(named(&format!("its {column} is not what its document says")));
            } else if index.is_some() {
                report.events += 1;
            }
        }
    }
}

/// The column of an event's row that does not repeat what the document says.
fn column_that_differs(event: &event::Model) -> Option<&'static str> {
    let document: serde_json::Value = serde_json::from_str(&event.document).ok()?;
    if document["eventID"].as_str().is_some_and(|id| id != event.event_id) {
        return Some("eventID");
    }
    if document["type"].as_str().is_some_and(|kind| kind != event.kind) {
        return Some("type");
    }
    let time = document["eventTime"]
        .as_str()
        .and_then(|text| text.parse::<entity::Timestamp>().ok());
    time.is_some_and(|time| time != event.event_time).then_some("eventTime")
}

async fn check_tile(db: &impl ConnectionTrait, report: &mut Report, n: u64, hashes: &[u8]) -> Result<(), DbErr> {
    let n = i64::try_from(n).unwrap_or(i64::MAX);
    let stored = |level: i32, n: i64| log_tile::Entity::find_by_id((level, n)).one(db);
    if stored(0, n).await?.is_none_or(|tile| tile.bytes != hashes) {
        report.fault(format!("tile 0/{n} is not made of the leaves behind it"));
    }
    if hashes.len() as u64 == WIDTH * 32 {
        let (above, at) = (n / 256, usize::try_from(n % 256).unwrap_or(0) * 32);
        let parent = stored(1, above).await?;
        let held = parent.as_ref().and_then(|tile| tile.bytes.get(at..at + 32));
        if held != Some(&tile_hash(hashes).0[..]) {
            report.fault(format!("tile 1/{above} is not made of the tiles below it"));
        }
    }
    Ok(())
}

async fn check_checkpoints(
    db: &impl ConnectionTrait,
    report: &mut Report,
    signed: &[log_checkpoint::Model],
    sizes: &HashMap<u64, Option<Hash>>,
) -> Result<(), LogError> {
    let keys = log_key::Entity::find()
        .filter(log_key::Column::Purpose.eq(Purpose::Log))
        .all(db)
        .await?;
    for row in signed {
        let Some(key) = keys.iter().find(|key| key.name == row.origin) else {
            report.fault(format!("the key of the log {} is gone", row.origin));
            continue;
        };
        match open(row.note.as_bytes(), &public(key)?, &[]) {
            Err(fault) => report.fault(format!("the checkpoint of {} leaves: {fault}", row.size)),
            Ok(seen) => {
                let here = sizes.get(&leaves(row.size)).copied().flatten();
                if seen.size != leaves(row.size) || here != Some(seen.root) {
                    report.fault(format!(
                        "the first {} leaves do not hash to the root that was signed for them",
                        row.size
                    ));
                }
            }
        }
        report.checkpoints += 1;
    }
    Ok(())
}

/// Events that were put in behind the program's back have no leaf; those that wait are only counted.
async fn without_leaf(db: &impl ConnectionTrait, report: &mut Report) -> Result<(), DbErr> {
    let strangers = event::Entity::find()
        .filter(has_no_leaf())
        .order_by_asc(event::Column::Id)
        .limit(NAMED as u64)
        .all(db)
        .await?;
    if crate::db::setting(db, super::sequence::BEGUN).await?.is_some() {
        for event in strangers {
            report.fault(format!(
                "event {} has no leaf: it was put in past the program",
                event.event_id
            ));
        }
    } else {
        report.waiting += strangers.len() as u64;
    }
    check_waiting(db, report).await
}

/// What waits for its place is bound already, too.
async fn check_waiting(db: &impl ConnectionTrait, report: &mut Report) -> Result<(), DbErr> {
    let mut after = EventId(uuid::Uuid::nil());
    loop {
        let rows = event_leaf::Entity::find()
            .filter(event_leaf::Column::LeafIndex.is_null())
            .filter(event_leaf::Column::EventId.gt(after))
            .order_by_asc(event_leaf::Column::EventId)
            .limit(TOGETHER.unsigned_abs())
            .all(db)
            .await?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = last.event_id;
        report.waiting += rows.len() as u64;
        let events = events_behind(db, &rows).await?;
        for row in &rows {
            check_event(report, row, events.get(&row.event_id), None);
        }
    }
}

async fn events_behind(
    db: &impl ConnectionTrait,
    rows: &[event_leaf::Model],
) -> Result<HashMap<EventId, event::Model>, DbErr> {
    let ids = rows.iter().map(|row| row.event_id);
    let events = event::Entity::find()
        .filter(event::Column::Id.is_in(ids))
        .all(db)
        .await?;
    Ok(events.into_iter().map(|event| (event.id, event)).collect())
}
