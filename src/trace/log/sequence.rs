//! Numbers leaves, extends the tiles, and signs checkpoints.
//!
//! The counter of leaves is locked before anything is read, so two processes at once cannot give one place twice, and the
//! tiles, the numbers and the checkpoint are written in that same unit: there is never a second history.

use std::{collections::HashMap, sync::Arc, time::Duration};

use entity::{
    frame::counter,
    ids::EventId,
    trace::{
        event, event_leaf,
        log_checkpoint::{self, Column as Checkpoints},
        log_key::Purpose,
        log_tile,
    },
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait, OnConflict, Query},
};
use tlog_tiles::{Error, Hash, record_hash, tree_hash};

use super::{
    LogError, Told, commit_to,
    key::{in_use, key},
    leaf::leaf,
    note::NoteKey,
    tree::{HASH, Tiles, WIDTH, tile_hash, wanted},
};
use crate::{
    app::App,
    db::{self, Actor, Unit},
    jobs::{Recurring, Run},
};

const COUNTER: &str = "log leaf";
/// Leaves numbered in one unit.
const TOGETHER: u64 = 2048;
/// The rest between two looks for new leaves: a checkpoint is never a second behind.
const EVERY: Duration = Duration::from_millis(250);
/// How long a checkpoint is kept that no witness has signed and that a newer one has followed.
const KEPT_MS: i64 = 60 * 60 * 1000;
/// The setting that says that what was recorded before there was a log has its leaves.
pub(super) const BEGUN: &str = "log_begun";

/// Numbers what waits and signs what is new, in whichever process holds the lease.
#[must_use]
pub fn duty() -> Recurring {
    let run: Run = Arc::new(|app| Box::pin(async move { advance(&app).await.map_err(|error| error.to_string()) }));
    Recurring {
        name: "transparency log",
        every: EVERY,
        run,
    }
}

/// Brings the log up to everything that is committed.
pub async fn advance(app: &App) -> Result<(), LogError> {
    commit_to_the_past(app).await?;
    while any_waiting(app.db().read()).await? {
        app.write(Actor::System, |unit| {
            Box::pin(async move { extend(unit, TOGETHER).await })
        })
        .await?;
    }
    sign(app).await
}

/// Events of before there was a log get their leaves late: what the log proves of them begins today.
async fn commit_to_the_past(app: &App) -> Result<(), LogError> {
    if db::setting(app.db().read(), BEGUN).await?.is_some() {
        return Ok(());
    }
    loop {
        let committed = app
            .write(Actor::System, |unit| {
                Box::pin(async move {
                    let rows = event::Entity::find()
                        .filter(has_no_leaf())
                        .order_by_asc(event::Column::Id)
                        .limit(TOGETHER)
                        .all(&*unit)
                        .await?;
                    let told = rows.iter().map(|event| Told {
                        event: event.id,
                        recorded_at: event.record_time,
                        seller: event.seller_id,
                        document: &event.document,
                        context: event.context.as_deref(),
                    });
                    commit_to(unit, told).await?;
                    if rows.is_empty() {
                        unit.remember(BEGUN, "yes").await?;
                    }
                    Ok::<_, LogError>(rows.len())
                })
            })
            .await?;
        if committed == 0 {
            return Ok(());
        }
    }
}

/// Of events: that they have no leaf.
pub(super) fn has_no_leaf() -> Expr {
    let leaf = Query::select()
        .expr(Expr::val(1))
        .from(event_leaf::Entity)
        .and_where(
            Expr::col((event_leaf::Entity, event_leaf::Column::EventId)).equals((event::Entity, event::Column::Id)),
        )
        .to_owned();
    Expr::exists(leaf).not()
}

async fn any_waiting(db: &impl ConnectionTrait) -> Result<bool, DbErr> {
    let waiting = event_leaf::Entity::find()
        .select_only()
        .column(event_leaf::Column::EventId)
        .filter(event_leaf::Column::LeafIndex.is_null())
        .into_tuple::<EventId>()
        .one(db)
        .await?;
    Ok(waiting.is_some())
}

#[derive(FromQueryResult)]
struct Numbered {
    commitment: Vec<u8>,
    leaf_index: i64,
}

/// Gives up to `limit` leaves that wait their places, in the order of their events' ids, and puts their hashes into the
/// tiles. Returns how many there were.
pub async fn extend(unit: &mut Unit, limit: u64) -> Result<usize, LogError> {
    let before = unit.take_numbers(COUNTER, 0).await?;
    let number = format!(
        "update event_leaf set leaf_index = numbered.place from (
             select event_id as id, {before} - 1 + row_number() over (order by event_id) as place from event_leaf
             where leaf_index is null order by event_id limit {limit}
         ) as numbered where event_leaf.event_id = numbered.id"
    );
    unit.execute_unprepared(&number).await?;
    let rows = event_leaf::Entity::find()
        .select_only()
        .column(event_leaf::Column::Commitment)
        .column(event_leaf::Column::LeafIndex)
        .filter(event_leaf::Column::LeafIndex.gte(before))
        .order_by_asc(event_leaf::Column::LeafIndex)
        .into_model::<Numbered>()
        .all(&*unit)
        .await?;
    if rows.is_empty() {
        return Ok(0);
    }
    if (before..).zip(&rows).any(|(place, row)| row.leaf_index != place) {
        return Err(LogError::Tiles(format!("leaves after {before} have gaps")));
    }
    let hashes = rows.iter().map(|row| record_hash(&leaf(&row.commitment))).collect();
    append(unit, u64::try_from(before).unwrap_or(0), hashes).await?;
    unit.take_numbers(COUNTER, i64::try_from(rows.len()).unwrap_or(0))
        .await?;
    Ok(rows.len())
}

/// Appends the hashes of leaves to the tiles of a tree of `size` leaves, and what they complete to the levels above.
async fn append(unit: &Unit, size: u64, leaves: Vec<Hash>) -> Result<(), LogError> {
    let (mut new, mut count) = (leaves, size);
    for level in 0.. {
        if new.is_empty() {
            return Ok(());
        }
        let (mut n, held) = (count / WIDTH, count % WIDTH);
        let mut bytes = match held {
            0 => Vec::new(),
            _ => tile(unit, level, n).await?.unwrap_or_default(),
        };
        if bytes.len() as u64 != held * HASH as u64 {
            let found = bytes.len() / HASH;
            return Err(LogError::Tiles(format!(
                "tile {level}/{n} holds {found} hashes, not {held}"
            )));
        }
        let (mut whole, mut rows) = (Vec::new(), Vec::new());
        for hash in new {
            bytes.extend_from_slice(&hash.0);
            if bytes.len() as u64 == WIDTH * HASH as u64 {
                whole.push(tile_hash(&bytes));
                rows.push(row(level, n, std::mem::take(&mut bytes)));
                n += 1;
            }
        }
        if !bytes.is_empty() {
            rows.push(row(level, n, bytes));
        }
        let grow = OnConflict::columns([log_tile::Column::Level, log_tile::Column::N])
            .update_column(log_tile::Column::Bytes)
            .to_owned();
        log_tile::Entity::insert_many(rows)
            .on_conflict(grow)
            .exec_without_returning(unit)
            .await?;
        new = whole;
        count /= WIDTH;
    }
    Ok(())
}

fn row(level: u8, n: u64, bytes: Vec<u8>) -> log_tile::ActiveModel {
    log_tile::ActiveModel {
        level: Set(i32::from(level)),
        n: Set(i64::try_from(n).unwrap_or(i64::MAX)),
        bytes: Set(bytes),
    }
}

/// What is stored of a tile.
pub async fn tile(db: &impl ConnectionTrait, level: u8, n: u64) -> Result<Option<Vec<u8>>, DbErr> {
    let Ok(n) = i64::try_from(n) else { return Ok(None) };
    let row = log_tile::Entity::find_by_id((i32::from(level), n)).one(db).await?;
    Ok(row.map(|row| row.bytes))
}

/// What comes of `work` over the tiles that it reads.
pub async fn over_tiles<T>(
    db: &impl ConnectionTrait,
    work: impl Fn(&Tiles) -> Result<T, Error> + Send + Sync,
) -> Result<T, LogError> {
    let places = wanted(&work);
    let mut loaded = HashMap::new();
    for some in places.chunks(200) {
        let any = some.iter().fold(Condition::any(), |any, (level, n)| {
            let here = Condition::all()
                .add(log_tile::Column::Level.eq(i32::from(*level)))
                .add(log_tile::Column::N.eq(i64::try_from(*n).unwrap_or(i64::MAX)));
            any.add(here)
        });
        for row in log_tile::Entity::find().filter(any).all(db).await? {
            let place = (u8::try_from(row.level).unwrap_or(0), u64::try_from(row.n).unwrap_or(0));
            loaded.insert(place, row.bytes);
        }
    }
    Ok(work(&Tiles::Loaded(loaded))?)
}

/// How many leaves have their places.
pub async fn size(db: &impl ConnectionTrait) -> Result<i64, DbErr> {
    Ok(counter::Entity::find_by_id(COUNTER)
        .one(db)
        .await?
        .map_or(0, |row| row.value))
}

/// The newest signed checkpoint of the log in use.
pub async fn newest(db: &impl ConnectionTrait) -> Result<Option<log_checkpoint::Model>, DbErr> {
    let Some(key) = in_use(db, Purpose::Log).await? else {
        return Ok(None);
    };
    log_checkpoint::Entity::find()
        .filter(Checkpoints::Origin.eq(key.name))
        .order_by_desc(Checkpoints::Size)
        .one(db)
        .await
}

/// Signs a checkpoint of the log as it is, unless one of this size is signed already.
async fn sign(app: &App) -> Result<(), LogError> {
    let db = app.db().read();
    let signed = newest(db).await?.map_or(0, |row| row.size);
    if size(db).await? <= signed {
        return Ok(());
    }
    let key = Arc::new(key(app, Purpose::Log).await?);
    app.write(Actor::System, move |unit| {
        let key = Arc::clone(&key);
        Box::pin(async move { sign_in(unit, &key).await })
    })
    .await
}

async fn sign_in(unit: &mut Unit, key: &NoteKey) -> Result<(), LogError> {
    let now_size = unit.take_numbers(COUNTER, 0).await?;
    let origin = key.public().name().to_owned();
    let in_use = in_use(unit, Purpose::Log).await?;
    let signed = newest(unit).await?.map_or(0, |row| row.size);
    // A frozen log is never signed again, not even by who has just read its key.
    if in_use.is_none_or(|row| row.name != origin) || now_size <= signed {
        return Ok(());
    }
    let leaves = u64::try_from(now_size).unwrap_or(0);
    let root = over_tiles(unit, |tiles| tree_hash(leaves, tiles)).await?;
    let row = log_checkpoint::ActiveModel {
        origin: Set(origin.clone()),
        size: Set(now_size),
        root: Set(root.to_string()),
        note: Set(key.checkpoint(leaves, root)),
        at: Set(unit.now()),
        cosigned: Set(0),
    };
    log_checkpoint::Entity::insert(row)
        .exec_without_returning(&*unit)
        .await?;
    log_checkpoint::Entity::delete_many()
        .filter(Checkpoints::Origin.eq(origin))
        .filter(Checkpoints::Size.lt(now_size))
        .filter(Checkpoints::Cosigned.eq(0))
        .filter(Checkpoints::At.lt(unit.now().plus(-KEPT_MS)))
        .exec(&*unit)
        .await?;
    Ok(())
}
