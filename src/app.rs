//! What every room is handed: settings, database, clock, ids, page cache.

use std::{
    any::{Any, TypeId},
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
    time::{SystemTime, UNIX_EPOCH},
};

use entity::{Day, Timestamp};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{
    config::{Config, Policy},
    db::{self, Actor, Db, OpenError, Unit, Work},
    http::pages::PageCache,
    jobs::Live,
    vault::{self, Vault},
};

/// The running program. Cloning it is cheap; everybody holds the same.
#[derive(Clone, Debug)]
pub struct App(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    config: Config,
    db: Db,
    source: Arc<Source>,
    pages: PageCache,
    live: Live,
    vault: Vault,
    resolver: String,
    demo: bool,
    parts: Parts,
}

/// What rooms keep in memory for one exchange, each under its own type: the frame knows no room.
#[derive(Default)]
struct Parts(Mutex<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>);

impl std::fmt::Debug for Parts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Parts")
    }
}

/// The setting in which units find [`Config::money`].
pub const MONEY: &str = "money";

/// The setting in which a demo keeps its own secret: it has nothing to protect, and must open wherever it is carried.
const DEMO_SECRET: &str = "demo_secret";

impl App {
    /// Opens the database and brings it up to date; starts nothing that runs by itself.
    pub async fn open(config: Config, source: Source) -> Result<Self, OpenError> {
        let source = Arc::new(source);
        let db = Db::open(&config.database_url, Arc::clone(&source)).await?;
        let (resolver, id, money) = (
            config.resolver_url.clone().unwrap_or_else(|| config.public_url()),
            source.id::<Uuid>(),
            config.money,
        );
        db.write(Actor::System, move |unit| {
            let resolver = resolver.clone();
            Box::pin(async move {
                // Where units see it: what is earned in cash follows the way that all money goes here.
                unit.keep(MONEY, money.code()).await?;
                // Random and made once: two exchanges, or an exchange and its copy, must never be taken for one another.
                unit.remember("exchange_id", &id.to_string()).await?;
                // What stickers carry is kept for good: a sticker cannot be reprinted by changing a setting.
                unit.remember("resolver_url", &resolver).await
            })
        })
        .await?;
        let resolver = crate::db::setting(db.read(), "resolver_url")
            .await?
            .unwrap_or_else(|| config.public_url());
        if let Some(wanted) = &config.resolver_url
            && *wanted != resolver
        {
            tracing::warn!(
                "CHOQUE_RESOLVER_URL is {wanted}, but stickers carry {resolver}: that stays, because printed stickers do"
            );
        }
        let demo = crate::db::setting(db.read(), "demo").await?.is_some();
        if let Some(offset) = crate::db::setting(db.read(), "clock_offset_ms")
            .await?
            .and_then(|text| text.parse().ok())
        {
            source.advance(offset);
        }
        let vault = open_vault(&config, &db, &source).await?;
        let pages = PageCache::new(config.page_cache);
        Ok(Self(Arc::new(Inner {
            config,
            db,
            source,
            pages,
            live: Live::new(),
            vault,
            resolver,
            demo,
            parts: Parts::default(),
        })))
    }

    #[must_use]
    pub fn config(&self) -> &Config {
        &self.0.config
    }

    #[must_use]
    pub fn db(&self) -> &Db {
        &self.0.db
    }

    #[must_use]
    pub fn source(&self) -> &Source {
        &self.0.source
    }

    #[must_use]
    pub fn pages(&self) -> &PageCache {
        &self.0.pages
    }

    /// The one `T` of this exchange in this process, made when it is first asked for.
    #[must_use]
    pub fn part<T: Any + Default + Send + Sync>(&self) -> Arc<T> {
        let mut parts = self.0.parts.0.lock().unwrap_or_else(PoisonError::into_inner);
        let part = parts.entry(TypeId::of::<T>()).or_insert_with(|| Arc::new(T::default()));
        // What stands under a type's id is of that type.
        Arc::clone(part).downcast().unwrap_or_default()
    }

    /// What open pages wait on.
    #[must_use]
    pub fn live(&self) -> &Live {
        &self.0.live
    }

    /// What seals and opens what must not be readable in the database.
    #[must_use]
    pub fn vault(&self) -> &Vault {
        &self.0.vault
    }

    /// The address that stickers carry, without a slash at its end.
    #[must_use]
    pub fn resolver_url(&self) -> &str {
        &self.0.resolver
    }

    /// Whether the database was made by `choque demo`: demo accounts and routes exist only then.
    #[must_use]
    pub fn is_demo(&self) -> bool {
        self.0.demo
    }

    /// What is asked for before something goes live. In a demo nobody waits for an officer to look at papers.
    #[must_use]
    pub fn policy(&self) -> Policy {
        let policy = self.0.config.policy;
        Policy {
            verify_sellers: policy.verify_sellers && !self.0.demo,
            ..policy
        }
    }

    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.0.source.now()
    }

    /// The day it is in Vietnam.
    #[must_use]
    pub fn today(&self) -> Day {
        self.now().day()
    }

    /// See [`Db::write`].
    pub async fn write<T, E, F>(&self, actor: Actor, work: F) -> Result<T, E>
    where
        F: for<'u> Fn(&'u mut Unit) -> Work<'u, T, E> + Send + Sync + 'static,
        T: Send + 'static,
        E: From<sea_orm::DbErr> + Send + 'static,
    {
        self.0.db.write(actor, work).await
    }

    /// Does `work` for each of `due` in a unit of its own, as the program itself, and returns how many there were.
    pub async fn write_each<I, E, F>(&self, due: &[I], work: F) -> Result<usize, E>
    where
        I: Copy + Send + Sync + 'static,
        F: for<'u> Fn(&'u mut Unit, I) -> Work<'u, (), E> + Copy + Send + Sync + 'static,
        E: From<sea_orm::DbErr> + Send + 'static,
    {
        for one in due {
            let one = *one;
            self.write(Actor::System, move |unit| work(unit, one)).await?;
        }
        Ok(due.len())
    }
}

/// Gives the database a secret of its own, unless one seals it already. For demos, before anything is sealed.
pub async fn keep_own_secret(config: &Config) -> Result<(), OpenError> {
    let source = Arc::new(Source::system());
    let db = Db::open(&config.database_url, Arc::clone(&source)).await?;
    if db::setting(db.read(), SECRET_CHECK).await?.is_none() {
        let secret = source.secret();
        db.write(Actor::System, move |unit| {
            let secret = secret.clone();
            Box::pin(async move { unit.remember(DEMO_SECRET, &secret).await })
        })
        .await?;
    }
    Ok(())
}

/// The setting by which a database knows its secret again.
const SECRET_CHECK: &str = "secret_check";

/// The vault of this database, or a refusal when another secret sealed it.
async fn open_vault(config: &Config, db: &Db, source: &Source) -> Result<Vault, OpenError> {
    let secret = match &config.secrets.seal {
        Some(secret) => secret.clone(),
        None => match db::setting(db.read(), DEMO_SECRET).await? {
            Some(secret) => secret,
            None => vault::kept_secret(&config.state, source).map_err(|cause| OpenError::Secret {
                path: config.state.display().to_string(),
                cause,
            })?,
        },
    };
    let vault = Vault::new(&secret);
    let check = vault.blind("secret", "check");
    let remembered = check.clone();
    db.write(Actor::System, move |unit| {
        let check = remembered.clone();
        Box::pin(async move { unit.remember(SECRET_CHECK, &check).await })
    })
    .await?;
    if db::setting(db.read(), SECRET_CHECK).await?.as_deref() == Some(&check) {
        Ok(vault)
    } else {
        Err(OpenError::OtherSecret)
    }
}

/// Where time, ids and randomness come from, so that a test or a demo can set them.
#[derive(Debug)]
pub struct Source {
    offset_ms: AtomicI64,
    stream: Mutex<Stream>,
    /// The millisecond of the last id and how many ids it has had, so that ids of one process are in order.
    last_id: Mutex<(u64, u16)>,
}

#[derive(Debug)]
enum Stream {
    /// The operating system's randomness.
    System,
    /// A repeatable stream, for tests and the demo's contents.
    Seeded { seed: [u8; 32], counter: u64 },
}

impl Source {
    /// The machine's clock and the operating system's randomness.
    #[must_use]
    pub const fn system() -> Self {
        Self::with(Stream::System)
    }

    /// The machine's clock and a repeatable stream in place of randomness. Never for secrets.
    #[must_use]
    pub fn seeded(seed: &str) -> Self {
        Self::with(Stream::Seeded {
            seed: Sha256::digest(seed).into(),
            counter: 0,
        })
    }

    const fn with(stream: Stream) -> Self {
        Self {
            offset_ms: AtomicI64::new(0),
            stream: Mutex::new(stream),
            last_id: Mutex::new((0, 0)),
        }
    }

    /// What time it is for the exchange.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.wall_clock().plus(self.offset_ms.load(Ordering::Relaxed))
    }

    /// What time it is for the machine, whatever the demo's clock says.
    #[must_use]
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that reads the machine's clock"
    )]
    pub fn wall_clock(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }

    /// Moves the exchange's clock.
    pub fn advance(&self, milliseconds: i64) {
        self.offset_ms.fetch_add(milliseconds, Ordering::Relaxed);
    }

    /// Fills `bytes` with randomness.
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that asks the operating system for randomness"
    )]
    pub fn fill(&self, bytes: &mut [u8]) {
        match &mut *self.stream.lock().unwrap_or_else(PoisonError::into_inner) {
            // Without randomness no secret could be made safely: better no answer at all.
            Stream::System => getrandom::fill(bytes).expect("the operating system gives randomness"),
            Stream::Seeded { seed, counter } => {
                for chunk in bytes.chunks_mut(32) {
                    let block = Sha256::new()
                        .chain_update(*seed)
                        .chain_update(counter.to_be_bytes())
                        .finalize();
                    chunk.copy_from_slice(&block[..chunk.len()]);
                    *counter += 1;
                }
            }
        }
    }

    /// Eight random bytes as a number.
    #[must_use]
    pub fn random(&self) -> u64 {
        let mut bytes = [0; 8];
        self.fill(&mut bytes);
        u64::from_be_bytes(bytes)
    }

    /// A new id: a UUIDv7 whose order within this process is the order of making.
    #[must_use]
    pub fn id<I: From<Uuid>>(&self) -> I {
        let mut random = [0; 10];
        self.fill(&mut random);
        let now = u64::try_from(self.now().0).unwrap_or(0);
        let (ms, count) = {
            let mut last = self.last_id.lock().unwrap_or_else(PoisonError::into_inner);
            *last = match *last {
                (ms, count) if ms >= now && count < 0xfff => (ms, count + 1),
                (ms, _) if ms >= now => (ms + 1, 0),
                _ => (now, 0),
            };
            *last
        };
        // RFC 9562, 6.2 method 1: the twelve bits behind the time are a counter.
        random[..2].copy_from_slice(&count.to_be_bytes());
        I::from(uuid::Builder::from_unix_timestamp_millis(ms, &random).into_uuid())
    }

    /// A secret of 32 random bytes, as hexadecimal text.
    #[must_use]
    pub fn secret(&self) -> String {
        let mut bytes = [0; 32];
        self.fill(&mut bytes);
        hex(&bytes)
    }
}

/// Lower-case hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

/// SHA-256 as lower-case hexadecimal: how secrets are looked up and bodies compared.
#[must_use]
pub fn sha256(bytes: impl AsRef<[u8]>) -> String {
    hex(&Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_come_in_the_order_of_making() {
        let source = Source::system();
        let ids: Vec<Uuid> = (0..10_000).map(|_| source.id()).collect();
        assert!(ids.is_sorted());
        assert!(ids.windows(2).all(|pair| pair[0] != pair[1]));
    }

    #[test]
    fn a_seeded_source_repeats_itself_and_the_system_does_not() {
        assert_eq!(Source::seeded("a").secret(), Source::seeded("a").secret());
        assert_ne!(Source::seeded("a").secret(), Source::seeded("b").secret());
        assert_ne!(Source::system().secret(), Source::system().secret());
    }
}
