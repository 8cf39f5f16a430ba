//! Pulls what partners have on sale: page by page, each written in one unit together with the cursor behind it, so that
//! whoever is cut off loses nothing and takes nothing twice.

use std::{collections::BTreeMap, sync::Arc};

use entity::{Timestamp, federation::partner, ids::PartnerId};
use futures_util::future::join_all;
use reqwest::Url;
use sea_orm::{
    ColumnTrait, DbErr, EntityTrait, QueryFilter,
    sea_query::{Expr, ExprTrait},
};
use serde_json::Value;

use super::{
    FederationError,
    accept::{self, Refusal, Told, vouched},
    http_signature::{self, Exchange, Unbelievable},
    key::Jwk,
};
use crate::{
    app::App,
    db::{Actor, Unit},
    http::reach::{Heard, Reach, Unreachable},
    listings::{self, remote::RemoteListing},
};

/// Items asked for at once.
const PAGE: usize = 500;
/// Listings that a finished snapshot takes off sale in one unit.
const WITHDRAWN_AT_ONCE: u64 = 500;
const LONGEST_CURSOR: usize = 1000;
/// Pages of one pull. Whoever has more, or never ends, is gone on with the next time.
const MOST_PAGES: usize = 2000;
/// What is told of a refusal.
const LONGEST_REASON: usize = 400;

/// Why a pull did not come to its end, in a sentence. What was written before stays.
#[derive(Debug, thiserror::Error)]
pub enum PullError {
    #[error(transparent)]
    Unreachable(#[from] Unreachable),
    #[error("it answers {0}")]
    Status(u16),
    #[error("its answer is not believed: {0}")]
    Unbelievable(#[from] Unbelievable),
    #[error("its answer is not signed, and those before were")]
    Unsigned,
    #[error("its answer is not a page of the feed: {0}")]
    NotAPage(&'static str),
    #[error(transparent)]
    Internal(#[from] FederationError),
}

impl From<DbErr> for PullError {
    fn from(error: DbErr) -> Self {
        Self::Internal(error.into())
    }
}

/// What a pull brought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pulled {
    /// Items taken in, tombstones included.
    pub received: usize,
    pub refused: usize,
    /// Listings that a new snapshot did not have.
    pub removed: usize,
    /// Whether the feed had to be begun anew.
    pub snapshot: bool,
}

impl std::fmt::Display for Pulled {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} received, {} refused", self.received, self.refused)?;
        if self.snapshot {
            write!(f, ", {} removed after a new snapshot", self.removed)?;
        }
        Ok(())
    }
}

/// Where a partner's feed is read.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Place {
    cursor: Option<String>,
    snapshot_next: Option<String>,
    generation: i64,
}

impl Place {
    fn of(partner: &partner::Model) -> Self {
        Self {
            cursor: partner.cursor.clone(),
            snapshot_next: partner.snapshot_next.clone(),
            generation: partner.generation,
        }
    }

    /// At the beginning of a new snapshot.
    fn anew(&self, snapshot: String) -> Self {
        Self {
            cursor: None,
            snapshot_next: Some(snapshot),
            generation: self.generation + 1,
        }
    }
}

/// A page, read: what it brings, and where that leads.
#[derive(Clone, Debug)]
struct Step {
    from: Place,
    to: Place,
    upserts: Vec<RemoteListing>,
    withdrawn: Vec<String>,
    refusals: Vec<Refusal>,
    /// Items that were good, tombstones included.
    received: usize,
    /// The partner vouches until then for all it has told.
    fresh_until: Option<Timestamp>,
}

/// Pulls every partner, or the one called `name`, all at the same time: one that never answers holds up no other. Each
/// partner's outcome is kept beside it.
pub async fn pull_all(
    app: &App,
    name: Option<&str>,
    reach: &Reach,
) -> Result<Vec<(String, Result<Pulled, PullError>)>, super::PartnerError> {
    let partners = super::partners(app, name).await?;
    let pulls = partners.into_iter().map(async |partner| {
        let outcome = pull(app, &partner, reach).await;
        (partner.name, outcome)
    });
    Ok(join_all(pulls).await)
}

/// Pulls `partner` up to the end of its feed.
pub async fn pull(app: &App, partner: &partner::Model, reach: &Reach) -> Result<Pulled, PullError> {
    let outcome = pull_to_the_end(app, partner, reach, PAGE).await;
    let failure = outcome.as_ref().err().map(ToString::to_string);
    let id = partner.id;
    app.write(Actor::System, move |unit| {
        let failure = failure.clone();
        Box::pin(async move {
            partner::Entity::update_many()
                .col_expr(partner::Column::LastFailure, Expr::value(failure))
                .filter(partner::Column::Id.eq(id))
                .exec(&*unit)
                .await
                .map(|_| ())
        })
    })
    .await?;
    outcome
}

/// Pulls `partner` up to the end of its feed, `page` items at a time.
pub async fn pull_to_the_end(
    app: &App,
    partner: &partner::Model,
    reach: &Reach,
    page: usize,
) -> Result<Pulled, PullError> {
    let mut pulled = Pulled::default();
    let keys: Vec<Jwk> = serde_json::from_str(&partner.keys).map_err(FederationError::from)?;
    for _ in 0..MOST_PAGES {
        // Read anew each time: another process may be pulling too, and whoever writes first has moved the cursor.
        let Some(partner) = partner::Entity::find_by_id(partner.id).one(app.db().read()).await? else {
            return Ok(pulled);
        };
        let from = Place::of(&partner);
        let asked = address(&partner, &from, page)?;
        let heard = reach.get(asked).await?;
        let step = match heard.status {
            200 => {
                believe(app, &partner, &keys, &heard)?;
                read(&partner, &keys, from, &heard, app.now())?
            }
            410 => {
                let to = from.anew(snapshot_address(&partner, &heard));
                Step::between(from, to)
            }
            status => return Err(PullError::Status(status)),
        };
        pulled.received += step.received;
        pulled.refused += step.refusals.len();
        pulled.snapshot |= step.to.snapshot_next.is_some();
        let ended_snapshot = step.from.snapshot_next.is_some() && step.to.snapshot_next.is_none();
        let at_the_end = step.from.snapshot_next.is_none() && step.to == step.from;
        if ended_snapshot {
            // What its last part brings, then what it did not bring, and only then that it has ended: whoever is cut off
            // in between reads the last part again.
            let end = step.clone();
            let last_part = Step {
                to: step.from.clone(),
                ..step
            };
            write(app, &partner, last_part).await?;
            pulled.removed += remove_older(app, &partner, end.to.generation).await?;
            write(app, &partner, end.without_items()).await?;
        } else {
            write(app, &partner, step).await?;
        }
        if at_the_end {
            break;
        }
    }
    Ok(pulled)
}

impl Step {
    /// Moves from one place to another and brings nothing.
    const fn between(from: Place, to: Place) -> Self {
        Self {
            from,
            to,
            upserts: Vec::new(),
            withdrawn: Vec::new(),
            refusals: Vec::new(),
            received: 0,
            fresh_until: None,
        }
    }

    fn without_items(self) -> Self {
        Self::between(self.from, self.to)
    }
}

/// What to ask for next.
fn address(partner: &partner::Model, place: &Place, page: usize) -> Result<Url, PullError> {
    let not = |_| PullError::Unreachable(Unreachable::NotAnAddress(partner.url.clone()));
    if let Some(next) = &place.snapshot_next {
        return Url::parse(next).map_err(not);
    }
    let mut url = Url::parse(&partner.changes_url).map_err(not)?;
    {
        let mut query = url.query_pairs_mut();
        if let Some(cursor) = &place.cursor {
            query.append_pair("since", cursor);
        }
        query.append_pair("limit", &page.to_string());
    }
    Ok(url)
}

/// `text` as an address of the partner's own site.
fn own_address(partner: &partner::Model, heard: &Heard, text: &str) -> Option<String> {
    let url = heard.url.join(text).ok()?;
    let home = Url::parse(&partner.snapshot_url).ok()?;
    (url.origin() == home.origin() && url.as_str().len() <= LONGEST_CURSOR).then(|| url.into())
}

/// Where the snapshot begins, as a refusal tells it or as the partner told when it was added.
fn snapshot_address(partner: &partner::Model, heard: &Heard) -> String {
    let problem: Value = heard
        .body()
        .ok()
        .and_then(|body| serde_json::from_slice(&body).ok())
        .unwrap_or_default();
    problem["snapshot"]
        .as_str()
        .and_then(|text| own_address(partner, heard, text))
        .unwrap_or_else(|| partner.snapshot_url.clone())
}

fn believe(app: &App, partner: &partner::Model, keys: &[Jwk], heard: &Heard) -> Result<(), PullError> {
    let asked = Exchange {
        status: heard.status,
        method: "GET",
        path: heard.url.path(),
        query: heard.url.query().unwrap_or(""),
    };
    let signed = http_signature::verify(keys, asked, &heard.headers, &heard.sent, app.source().wall_clock())?;
    if partner.signs && !signed {
        return Err(PullError::Unsigned);
    }
    Ok(())
}

fn read(partner: &partner::Model, keys: &[Jwk], from: Place, heard: &Heard, now: Timestamp) -> Result<Step, PullError> {
    let body = heard.body()?;
    let (items, end) = if from.snapshot_next.is_some() {
        lines(&body)?
    } else {
        let mut page: Value = serde_json::from_slice(&body).map_err(|_| PullError::NotAPage("it is not JSON"))?;
        let Value::Array(items) = page["items"].take() else {
            return Err(PullError::NotAPage("it has no items"));
        };
        (items, page)
    };
    let fresh_until = end["fresh_until"]
        .as_str()
        .and_then(|text| text.parse::<Timestamp>().ok());
    let cursor = end["next_cursor"]
        .as_str()
        .filter(|cursor| cursor.len() <= LONGEST_CURSOR)
        .map(str::to_owned);
    let next = end["next"].as_str().and_then(|text| own_address(partner, heard, text));
    let to = match (&from.snapshot_next, next, cursor) {
        (Some(before), Some(next), _) if *before != next => Place {
            snapshot_next: Some(next),
            ..from.clone()
        },
        (Some(_), None, Some(cursor)) => Place {
            cursor: Some(cursor),
            snapshot_next: None,
            ..from.clone()
        },
        (None, _, Some(cursor)) => {
            if !items.is_empty() && from.cursor.as_ref() == Some(&cursor) {
                return Err(PullError::NotAPage("its cursor does not move"));
            }
            // Without items it is the end, whatever the cursor: where we are is where we stay, unless we had no place yet.
            let stays = items.is_empty() && from.cursor.is_some();
            Place {
                cursor: if stays { from.cursor.clone() } else { Some(cursor) },
                ..from.clone()
            }
        }
        _ => return Err(PullError::NotAPage("it does not say where to go on")),
    };
    // The last telling of a listing counts.
    let mut told: BTreeMap<String, Option<RemoteListing>> = BTreeMap::new();
    let (mut refusals, mut received) = (Vec::new(), 0);
    for item in &items {
        match accept::item(item, keys, now) {
            Ok(Told::Upsert(listing)) => {
                received += 1;
                told.insert(listing.remote_id.clone(), Some(*listing));
            }
            Ok(Told::Tombstone(id)) => {
                received += 1;
                told.insert(id, None);
            }
            Err(refusal) => {
                if let Some(id) = &refusal.of {
                    told.insert(id.clone(), None);
                }
                refusals.push(refusal);
            }
        }
    }
    let (mut upserts, mut withdrawn) = (Vec::new(), Vec::new());
    for (id, listing) in told {
        match listing {
            Some(listing) => upserts.push(listing),
            None => withdrawn.push(id),
        }
    }
    Ok(Step {
        from,
        to,
        upserts,
        withdrawn,
        refusals,
        received,
        fresh_until: fresh_until.map(|until| vouched(until, now)),
    })
}

/// The items of a snapshot's part, and its last line.
fn lines(body: &[u8]) -> Result<(Vec<Value>, Value), PullError> {
    let text = std::str::from_utf8(body).map_err(|_| PullError::NotAPage("it is not text"))?;
    let mut lines = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        // A line that cannot be read is refused like an item that cannot be used.
        .map(|line| serde_json::from_str(line).unwrap_or(Value::Null))
        .collect::<Vec<Value>>();
    let end = lines.pop().filter(|end| end.get("id").is_none());
    let end = end.ok_or(PullError::NotAPage("the snapshot's last line is missing"))?;
    Ok((lines, end))
}

/// Takes off sale what the snapshot that has just been read did not have.
async fn remove_older(app: &App, partner: &partner::Model, generation: i64) -> Result<usize, PullError> {
    let mut removed = 0;
    loop {
        let exchange_id = partner.exchange_id.clone();
        let count = app
            .write(Actor::System, move |unit| {
                let exchange_id = exchange_id.clone();
                Box::pin(
                    async move { listings::withdraw_older(unit, &exchange_id, generation, WITHDRAWN_AT_ONCE).await },
                )
            })
            .await?;
        removed += count;
        if count == 0 {
            return Ok(removed);
        }
    }
}

/// Writes the page and the place behind it, in one unit; nothing when somebody else has moved on from `step.from`.
async fn write(app: &App, partner: &partner::Model, step: Step) -> Result<(), PullError> {
    let (id, step, exchange_id) = (
        partner.id,
        Arc::new(step),
        Arc::<str>::from(partner.exchange_id.as_str()),
    );
    app.write(Actor::System, move |unit| {
        let (step, exchange_id) = (Arc::clone(&step), Arc::clone(&exchange_id));
        Box::pin(async move { apply(unit, id, &exchange_id, &step).await })
    })
    .await
}

async fn apply(unit: &mut Unit, id: PartnerId, exchange_id: &str, step: &Step) -> Result<(), PullError> {
    use partner::Column;
    let mut row = partner::Entity::update_many()
        .col_expr(Column::Cursor, Expr::value(step.to.cursor.clone()))
        .col_expr(Column::SnapshotNext, Expr::value(step.to.snapshot_next.clone()))
        .col_expr(Column::Generation, Expr::value(step.to.generation))
        .col_expr(Column::Received, Expr::col(Column::Received).add(count(step.received)))
        .col_expr(
            Column::Refused,
            Expr::col(Column::Refused).add(count(step.refusals.len())),
        )
        .col_expr(Column::LastPullAt, Expr::value(unit.now()));
    if let Some(refusal) = step.refusals.last() {
        let reason: String = refusal.reason.chars().take(LONGEST_REASON).collect();
        row = row.col_expr(Column::LastRefusal, Expr::value(reason));
    }
    let at = |column: Column, text: &Option<String>| match text {
        Some(text) => column.eq(text),
        None => column.is_null(),
    };
    let moved = row
        .filter(Column::Id.eq(id))
        .filter(at(Column::Cursor, &step.from.cursor))
        .filter(at(Column::SnapshotNext, &step.from.snapshot_next))
        .filter(Column::Generation.eq(step.from.generation))
        .exec(&*unit)
        .await?;
    if moved.rows_affected != 1 {
        return Ok(());
    }
    listings::import(unit, exchange_id, step.to.generation, step.upserts.clone()).await?;
    listings::withdraw_import(unit, exchange_id, &step.withdrawn).await?;
    if let Some(until) = step.fresh_until {
        listings::vouch(unit, exchange_id, until).await?;
    }
    Ok(())
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
