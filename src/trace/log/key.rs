//! The keys of the log: made when first asked for, sealed by the vault, frozen for ever when a log begins anew.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use entity::trace::log_key::{self, Purpose};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, sea_query::Expr};

use super::{
    LogError,
    note::{Algorithm, NoteKey, VerifierKey},
};
use crate::{
    app::App,
    db::{Actor, Unit},
};

/// Whoever makes or freezes keys takes turns under this counter.
const SERIES: &str = "log key";

const fn algorithm(purpose: Purpose) -> Algorithm {
    match purpose {
        Purpose::Log => Algorithm::Ed25519,
        Purpose::Witness => Algorithm::Cosignature,
    }
}

/// The key in use for `purpose`; made, once, when there is none.
pub async fn key(app: &App, purpose: Purpose) -> Result<NoteKey, LogError> {
    if let Some(row) = in_use(app.db().read(), purpose).await? {
        return opened(app, &row);
    }
    let row = fresh(app, purpose)?;
    app.write(Actor::System, move |unit| Box::pin(keep_first(unit, row.clone())))
        .await?;
    let row = in_use(app.db().read(), purpose).await?.ok_or(LogError::BadKey)?;
    opened(app, &row)
}

/// Freezes the log's key, if it has one, and makes another under a new origin: for a database that was restored from a
/// backup, whose old log may have gone on to where this one does not know. Returns the new key.
pub async fn begin_anew(app: &App) -> Result<VerifierKey, LogError> {
    let row = fresh(app, Purpose::Log)?;
    app.write(Actor::System, move |unit| {
        let row = row.clone();
        Box::pin(async move {
            unit.take_numbers(SERIES, 0).await?;
            log_key::Entity::update_many()
                .col_expr(log_key::Column::FrozenAt, Expr::value(unit.now()))
                .filter(log_key::Column::Purpose.eq(Purpose::Log))
                .filter(log_key::Column::FrozenAt.is_null())
                .exec(&*unit)
                .await?;
            insert(unit, row).await
        })
    })
    .await?;
    Ok(key(app, Purpose::Log).await?.public().clone())
}

/// The row of the key in use.
pub async fn in_use(db: &impl ConnectionTrait, purpose: Purpose) -> Result<Option<log_key::Model>, DbErr> {
    log_key::Entity::find()
        .filter(log_key::Column::Purpose.eq(purpose))
        .filter(log_key::Column::FrozenAt.is_null())
        .one(db)
        .await
}

/// The public half of a row.
pub fn public(row: &log_key::Model) -> Result<VerifierKey, LogError> {
    let bytes = STANDARD.decode(&row.public_key).ok();
    bytes
        .and_then(|bytes| VerifierKey::new(&row.name, algorithm(row.purpose), bytes.try_into().ok()?))
        .ok_or(LogError::BadKey)
}

fn fresh(app: &App, purpose: Purpose) -> Result<log_key::Model, LogError> {
    let public = app.config().public_url();
    let host = public.split_once("://").map_or(public.as_str(), |(_, host)| host);
    let kind = match purpose {
        Purpose::Log => "log",
        Purpose::Witness => "witness",
    };
    // The end is random, so that no two logs of one exchange share an origin: not even the second life of a backup.
    let name = format!("{}/{kind}/{:016x}", host.trim_end_matches('/'), app.source().random());
    let mut seed = [0; 32];
    app.source().fill(&mut seed);
    let key = NoteKey::from_seed(&name, algorithm(purpose), &seed).ok_or(LogError::BadKey)?;
    Ok(log_key::Model {
        purpose,
        public_key: STANDARD.encode(key.public().public()),
        sealed: app.vault().seal(app.source(), &context(&name), &STANDARD.encode(seed)),
        name,
        made_at: app.now(),
        frozen_at: None,
    })
}

fn opened(app: &App, row: &log_key::Model) -> Result<NoteKey, LogError> {
    let seed = app.vault().open(&context(&row.name), &row.sealed)?;
    let seed = STANDARD.decode(seed).map_err(|_| LogError::BadKey)?;
    NoteKey::from_seed(&row.name, algorithm(row.purpose), &seed).ok_or(LogError::BadKey)
}

/// What a key is sealed under.
fn context(name: &str) -> String {
    format!("log_key {name}")
}

async fn keep_first(unit: &mut Unit, row: log_key::Model) -> Result<(), LogError> {
    // Two processes that start at once take turns here, and the second finds the key of the first.
    unit.take_numbers(SERIES, 0).await?;
    if in_use(unit, row.purpose).await?.is_none() {
        insert(unit, row).await?;
    }
    Ok(())
}

async fn insert(unit: &Unit, row: log_key::Model) -> Result<(), LogError> {
    let row = log_key::ActiveModel {
        name: Set(row.name),
        purpose: Set(row.purpose),
        public_key: Set(row.public_key),
        sealed: Set(row.sealed),
        made_at: Set(row.made_at),
        frozen_at: Set(row.frozen_at),
    };
    log_key::Entity::insert(row).exec_without_returning(unit).await?;
    Ok(())
}
