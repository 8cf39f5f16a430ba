//! The feed as it is read. Nothing here writes.

use std::{fmt, str::FromStr};

use entity::{
    Timestamp,
    federation::feed::{self, Kind},
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{
    FederationError,
    canonical::text,
    feed::{newest, position},
    key::Identity,
    wire::write_item,
};

/// How long what is told may be shown without asking again.
const FRESH_MS: i64 = 24 * 60 * 60 * 1000;

/// A place in the feed of one epoch. Opaque to others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    pub epoch: String,
    pub seq: i64,
}

/// A text that is no cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a cursor")]
pub struct NotACursor;

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.epoch, self.seq)
    }
}

impl FromStr for Cursor {
    type Err = NotACursor;

    fn from_str(text: &str) -> Result<Self, NotACursor> {
        let (epoch, seq) = text.split_once('-').ok_or(NotACursor)?;
        Ok(Self {
            epoch: self::epoch(epoch)?,
            seq: number(seq)?,
        })
    }
}

fn epoch(text: &str) -> Result<String, NotACursor> {
    let good = text.len() == 16 && text.bytes().all(|b| b.is_ascii_hexdigit());
    good.then(|| text.to_owned()).ok_or(NotACursor)
}

fn number(text: &str) -> Result<i64, NotACursor> {
    let good = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    good.then(|| text.parse().ok()).flatten().ok_or(NotACursor)
}

/// A place in a snapshot: how far it has come, and where the feed stood when it began.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnapshotCursor {
    pub epoch: String,
    /// The feed's newest number when the snapshot began; what changes later is the feed's to tell.
    pub until: i64,
    pub seq: i64,
}

impl fmt::Display for SnapshotCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}-{}", self.epoch, self.until, self.seq)
    }
}

impl FromStr for SnapshotCursor {
    type Err = NotACursor;

    fn from_str(text: &str) -> Result<Self, NotACursor> {
        let mut parts = text.splitn(3, '-');
        let mut part = || parts.next().ok_or(NotACursor);
        Ok(Self {
            epoch: epoch(part()?)?,
            until: number(part()?)?,
            seq: number(part()?)?,
        })
    }
}

/// Until when what is told at `now` may be shown.
#[must_use]
pub fn fresh_until(now: Timestamp) -> String {
    now.plus(FRESH_MS).rfc3339()
}

/// Where the feed goes on after `since`; refused when it cannot go on from there.
pub async fn begin(
    db: &impl ConnectionTrait,
    identity: &Identity,
    since: Option<&Cursor>,
) -> Result<i64, FederationError> {
    let Some(since) = since else { return Ok(0) };
    let stale = || FederationError::StaleCursor {
        epoch: identity.epoch.clone(),
    };
    let floor = position(db).await?.map_or(0, |position| position.floor);
    // Who holds nothing has nothing to take back, so the very beginning is never too old.
    let forgotten = since.seq != 0 && since.seq < floor;
    if since.epoch != identity.epoch || forgotten || since.seq > newest(db).await? {
        return Err(stale());
    }
    Ok(since.seq)
}

/// The rows after `seq`, in order.
pub async fn changes(db: &impl ConnectionTrait, seq: i64, limit: u64) -> Result<Vec<feed::Model>, DbErr> {
    feed::Entity::find()
        .filter(feed::Column::Seq.gt(seq))
        .order_by_asc(feed::Column::Seq)
        .limit(limit)
        .all(db)
        .await
}

/// A page of the feed, in canonical form.
#[must_use]
pub fn changes_page(identity: &Identity, rows: &[feed::Model], since: i64, now: Timestamp) -> String {
    let fresh_until = fresh_until(now);
    let next = Cursor {
        epoch: identity.epoch.clone(),
        seq: rows.last().map_or(since, |row| row.seq),
    };
    let mut page = String::from("{\"epoch\":");
    text(&mut page, &identity.epoch);
    page.push_str(",\"fresh_until\":");
    text(&mut page, &fresh_until);
    page.push_str(",\"items\":[");
    for (place, row) in rows.iter().enumerate() {
        if place > 0 {
            page.push(',');
        }
        write_item(&mut page, row, &fresh_until, &identity.key);
    }
    page.push_str("],\"next_cursor\":");
    text(&mut page, &next.to_string());
    page.push('}');
    page
}

/// A part of a snapshot, a line for each listing and one that says where to go on.
///
/// Rows move only up, to numbers above all that were given. So walking up to the number that was newest at the beginning
/// misses nothing: what moves away meanwhile, or is taken back, the feed tells from there on.
pub async fn snapshot_part(
    db: &impl ConnectionTrait,
    identity: &Identity,
    after: Option<&SnapshotCursor>,
    limit: u64,
    now: Timestamp,
) -> Result<String, FederationError> {
    let newest = newest(db).await?;
    let (until, from) = match after {
        None => (newest, 0),
        Some(after) if after.epoch == identity.epoch && after.until <= newest && after.seq <= after.until => {
            (after.until, after.seq)
        }
        Some(_) => {
            return Err(FederationError::StaleCursor {
                epoch: identity.epoch.clone(),
            });
        }
    };
    let mut rows = feed::Entity::find()
        .filter(feed::Column::Kind.eq(Kind::Upsert))
        .filter(feed::Column::Seq.gt(from))
        .filter(feed::Column::Seq.lte(until))
        .order_by_asc(feed::Column::Seq)
        .limit(limit + 1)
        .all(db)
        .await?;
    let fits = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = rows.len() > fits;
    rows.truncate(fits);
    let fresh_until = fresh_until(now);
    let mut part = String::new();
    for row in &rows {
        write_item(&mut part, row, &fresh_until, &identity.key);
        part.push('\n');
    }
    part.push_str("{\"epoch\":");
    text(&mut part, &identity.epoch);
    part.push_str(",\"fresh_until\":");
    text(&mut part, &fresh_until);
    let epoch = identity.epoch.clone();
    if let Some(last) = rows.last().filter(|_| more) {
        let after = SnapshotCursor {
            epoch,
            until,
            seq: last.seq,
        };
        part.push_str(",\"next\":");
        text(&mut part, &format!("{}?after={after}&limit={limit}", super::SNAPSHOT));
    } else {
        part.push_str(",\"next_cursor\":");
        text(&mut part, &Cursor { epoch, seq: until }.to_string());
    }
    part.push_str("}\n");
    Ok(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_read_back_and_nothing_else_does() {
        let cursor = Cursor {
            epoch: "0123456789abcdef".into(),
            seq: 42,
        };
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
        let place = SnapshotCursor {
            epoch: "0123456789abcdef".into(),
            until: 9,
            seq: 4,
        };
        assert_eq!(place.to_string().parse(), Ok(place));
        for text in [
            "",
            "-",
            "0123456789abcdef",
            "0123456789abcdef-",
            "0123456789abcdef--1",
            "0123456789abcdef-+1",
            "0123456789abcde-1",
            "0123456789abcdeg-1",
            "0123456789abcdef-99999999999999999999",
            "ééé-1",
        ] {
            assert_eq!(text.parse::<Cursor>(), Err(NotACursor), "{text}");
        }
    }
}
