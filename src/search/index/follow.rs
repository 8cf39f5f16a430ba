//! Keeping the index up with the change log.

use std::{
    path::PathBuf,
    sync::Arc,
    time::{Duration, SystemTime},
};

use entity::{
    Day,
    frame::change::{self, Cause, Subject},
    ids::{BatchId, CertificateId, ListingId, ProductId, SellerId},
};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::{
    super::document::{self, Document, Touched},
    attributes::Attributes,
    handle::Search,
    snapshot::Snapshot,
    store::{Mark, Store},
};
use crate::{
    app::App,
    db::{self, Change},
};

/// How long nothing may ring before the log is looked at all the same.
const LOOK_EVERY: Duration = Duration::from_millis(150);
/// The rest after a commit, so that a burst of changes becomes few of them.
const REST: Duration = Duration::from_millis(50);
/// Changes read at once, and listings read at once when everything is read.
const AT_ONCE: u64 = 1000;
/// After a failure.
const PAUSE: Duration = Duration::from_secs(1);

/// Why the index could not go on.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("the database: {0}")]
    Database(#[from] DbErr),
    #[error("the index: {0}")]
    Index(#[from] tantivy::TantivyError),
    #[error("the index was interrupted: {0}")]
    Interrupted(#[from] tokio::task::JoinError),
}

/// Follows the log for as long as the program runs. Whatever goes wrong, the index is opened anew and goes on, or is made
/// anew; until then searches see it as it was.
pub async fn follow(app: App) {
    let search = app.part::<Search>();
    loop {
        match Follower::begin(&app, &search).await {
            Ok(mut follower) => {
                let error = follower.run(&app, &search).await;
                tracing::warn!(%error, "the search index stopped; it is opened anew");
            }
            Err(error) => tracing::warn!(%error, "the search index could not be opened; this is tried again"),
        }
        tokio::time::sleep(PAUSE).await;
    }
}

struct Follower {
    /// `None` only while it is being written to.
    store: Option<Store>,
    snapshot: Arc<Snapshot>,
    exchange: String,
}

impl Follower {
    /// Opens the index of this process, or makes it from everything there is.
    async fn begin(app: &App, search: &Search) -> Result<Self, Failure> {
        let db = app.db().read();
        let exchange = db::setting(db, "exchange_id").await?.unwrap_or_default();
        let root: PathBuf = app.config().state.join("search");
        let millis = u64::try_from(app.source().wall_clock().0).unwrap_or(0);
        let now = SystemTime::UNIX_EPOCH + Duration::from_millis(millis);
        let (slot, mark) = blocking(move || Store::open(&root, now)).await?;
        let store = match mark {
            Some(mark) if mark.fits(&exchange) && goes_on(app, &mark).await? => {
                blocking(move || Store::existing(slot, mark)).await?
            }
            _ => rebuild(app, slot, &exchange).await?,
        };
        let (store, snapshot) = blocking(move || {
            let mut store = store;
            let snapshot = store.snapshot()?;
            Ok((store, Arc::new(snapshot)))
        })
        .await?;
        search.publish(Arc::clone(&snapshot));
        Ok(Self {
            store: Some(store),
            snapshot,
            exchange,
        })
    }

    /// Returns why it had to stop.
    async fn run(&mut self, app: &App, search: &Search) -> Failure {
        loop {
            let moved = app.pages().moved();
            // Read first: what is written after this is not promised to be in.
            let news = app.db().news();
            match self.catch_up(app).await {
                Ok(true) => {
                    search.publish(Arc::clone(&self.snapshot));
                    if self.is_level(app, news, search).await.unwrap_or(false) {
                        search.has_news(news);
                    }
                    tokio::time::sleep(REST).await;
                    continue;
                }
                Ok(false) => match self.is_level(app, news, search).await {
                    Ok(true) => search.has_news(news),
                    Ok(false) => {}
                    Err(error) => tracing::warn!(%error, "the change log could not be read"),
                },
                // The database may be away for a while; the index is as good as before.
                Err(Failure::Database(error)) => {
                    tracing::warn!(%error, "the change log could not be read; searches may be old");
                    tokio::time::sleep(PAUSE).await;
                    if self.store.is_none() {
                        return Failure::Database(error);
                    }
                }
                Err(error) => return error,
            }
            let _ = tokio::time::timeout(LOOK_EVERY, moved).await;
        }
    }

    /// Whether the index has everything that was committed when `news` was read; asked only when there is news.
    async fn is_level(&self, app: &App, news: u64, search: &Search) -> Result<bool, DbErr> {
        if search.news() >= news {
            return Ok(false);
        }
        let db = app.db().read();
        Ok(!db::any_unnumbered(db).await? && db::newest_change(db).await? <= self.snapshot.cursor)
    }

    /// Takes in what the log has told since, and the turn of the day. `true`: there was something.
    async fn catch_up(&mut self, app: &App) -> Result<bool, Failure> {
        let today = app.today();
        let turned = self.snapshot.day != today;
        if !turned && app.pages().cursor() <= self.snapshot.cursor {
            return Ok(false);
        }
        let db = app.db().read();
        let changes = db::changes_after(db, self.snapshot.cursor, AT_ONCE).await?;
        if changes.is_empty() && !turned {
            return Ok(false);
        }
        let mut touched = touched(app, &changes).await?;
        if turned {
            touched.extend(document::differing(db, self.snapshot.day, today).await?);
        }
        touched.sort_unstable_by_key(|id| id.0);
        touched.dedup();
        let mut documents = document::own(db, &touched, today).await?;
        documents.extend(document::theirs(db, &touched, today).await?);
        let stock_alone = !turned && changes.iter().all(|change| change.cause == Cause::Stock);
        let mut mark = Mark::new(&self.exchange, today);
        mark.cursor = changes.last().map_or(self.snapshot.cursor, |change| change.seq);
        mark.change = change_at(app, mark.cursor).await?;
        let Some(mut store) = self.store.take() else {
            return Ok(false);
        };
        let before = Arc::clone(&self.snapshot);
        let (store, snapshot) = blocking(move || {
            let mut ids: Vec<Uuid> = touched.iter().map(|id| id.0).collect();
            if stock_alone {
                // Most sales leave a listing in stock: nothing that is looked for has changed.
                documents.retain(|document| !same(&before, document));
                let differing: Vec<Uuid> = documents.iter().map(|document| document.id.0).collect();
                ids.retain(|id| differing.contains(id));
            }
            let snapshot = if ids.is_empty() {
                store.pass(mark)?
            } else {
                store.replace(&ids, &documents, mark)?
            };
            Ok((store, Arc::new(snapshot)))
        })
        .await?;
        (self.store, self.snapshot) = (Some(store), snapshot);
        Ok(true)
    }
}

/// Whether the log goes on where the index with this mark stopped.
async fn goes_on(app: &App, mark: &Mark) -> Result<bool, DbErr> {
    if mark.cursor == 0 {
        return Ok(true);
    }
    let change = change_at(app, mark.cursor).await?;
    Ok(change.is_some() && change == mark.change && Day::from_iso(&mark.day).is_ok())
}

async fn change_at(app: &App, seq: i64) -> Result<Option<Uuid>, DbErr> {
    let row = change::Entity::find()
        .filter(change::Column::Seq.eq(seq))
        .one(app.db().read())
        .await?;
    Ok(row.map(|row| row.id.0))
}

/// The listings that `changes` show on, ours and others'.
async fn touched(app: &App, changes: &[Change]) -> Result<Vec<ListingId>, DbErr> {
    let mut listings: Vec<ListingId> = Vec::new();
    let mut touched = Touched::default();
    for change in changes {
        let id = change.subject_id;
        match change.subject {
            Subject::Listing => listings.push(ListingId(id)),
            Subject::Product => touched.products.push(ProductId(id)),
            Subject::Seller => touched.sellers.push(SellerId(id)),
            Subject::Certificate => touched.certificates.push(CertificateId(id)),
            Subject::Batch => touched.batches.push(BatchId(id)),
        }
    }
    if !touched.is_empty() {
        listings.extend(document::touched_by(app.db().read(), &touched).await?);
    }
    Ok(listings)
}

/// Makes the index from everything there is.
async fn rebuild(app: &App, slot: super::slot::Slot, exchange: &str) -> Result<Store, Failure> {
    let began = app.source().wall_clock();
    let (db, today) = (app.db().read(), app.today());
    let mut mark = Mark::new(exchange, today);
    // Read first: what changes while everything is read is read again.
    mark.cursor = db::newest_change(db).await?;
    mark.change = change_at(app, mark.cursor).await?;
    let empty = mark.clone();
    let mut store = blocking(move || Store::empty(slot, empty)).await?;
    let mut count = 0;
    let mut after = None;
    loop {
        let (documents, last) = document::own_after(db, after, AT_ONCE, today).await?;
        if last.is_none() {
            break;
        }
        (after, count) = (last, count + documents.len());
        store = add(store, documents).await?;
    }
    after = None;
    loop {
        let (documents, last) = document::theirs_after(db, after, AT_ONCE, today).await?;
        if last.is_none() {
            break;
        }
        (after, count) = (last, count + documents.len());
        store = add(store, documents).await?;
    }
    let store = blocking(move || {
        store.filled(mark)?;
        Ok(store)
    })
    .await?;
    let milliseconds = app.source().wall_clock().0 - began.0;
    tracing::info!(listings = count, milliseconds, "the search index was made anew");
    Ok(store)
}

async fn add(mut store: Store, documents: Vec<Document>) -> Result<Store, Failure> {
    blocking(move || {
        store.add(&documents)?;
        Ok(store)
    })
    .await
}

/// Whether a search sees `document` as `snapshot` has it already.
fn same(snapshot: &Snapshot, document: &Document) -> bool {
    let Some((part, doc)) = snapshot.find(document.id.0) else {
        return false;
    };
    let (Some(known), Some(price)) = (part.attributes.get(doc), part.prices.get(doc)) else {
        return false;
    };
    let origin = u64::try_from(known.origin()).unwrap_or(0);
    let words = usize::try_from(known.title_words()).unwrap_or(0);
    *known == Attributes::of(document, origin, words) && *price == document.price.0
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> tantivy::Result<T> + Send + 'static) -> Result<T, Failure> {
    Ok(tokio::task::spawn_blocking(work).await??)
}
