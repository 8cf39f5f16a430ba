//! The cache of public pages.
//!
//! A cached page remembers which subjects it shows and how far this process had read the change log when it was built. A
//! lookup compares: if the log has since told of one of its subjects, or its time is over, it is built anew. Nothing is
//! ever purged from outside, and nothing else invalidates (ADR 0005).

use std::{
    collections::HashMap,
    future::Future,
    io::Write as _,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicI64, Ordering},
    },
};

use axum::{
    body::Bytes,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use entity::{Timestamp, frame::change::Subject};
use moka::sync::Cache;
use tokio::sync::{Notify, futures::Notified};
use uuid::Uuid;

use super::{problem::Problem, shell::Preferences};
use crate::{
    app::{App, sha256},
    db::{Change, SubjectId},
};

/// Bytes of pages kept at most.
const CAPACITY: u64 = 24 * 1024 * 1024;
/// Subjects remembered as changed; beyond that everything older counts as changed.
const REMEMBERED: usize = 50_000;

/// Something a page shows, so that a change to it makes the page old.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Shows {
    One(Subject, Uuid),
    /// Any subject of this kind: lists.
    Any(Subject),
}

impl Shows {
    #[must_use]
    pub fn one(subject: Subject, id: impl Into<SubjectId>) -> Self {
        Self::One(subject, id.into().0)
    }
}

/// A page as a room built it.
#[derive(Debug)]
pub struct Built {
    pub html: String,
    pub shows: Vec<Shows>,
    /// The first moment at which the page is wrong though nothing changed (a certificate ends, a day begins).
    pub valid_until: Timestamp,
    /// A `Content-Security-Policy` of its own.
    pub policy: Option<String>,
}

#[derive(Debug)]
struct Cached {
    plain: Bytes,
    gzip: Bytes,
    etag: HeaderValue,
    media_type: HeaderValue,
    policy: Option<HeaderValue>,
    shows: Vec<Shows>,
    built_at: i64,
    valid_until: Timestamp,
}

/// The pages of this process.
#[derive(Debug)]
pub struct PageCache {
    pages: Cache<(String, Preferences), Arc<Cached>>,
    /// How far this process has read the change log.
    cursor: AtomicI64,
    changed: RwLock<Changed>,
    moved: Notify,
    /// Whether pages are kept at all; not, to measure what they cost.
    keeps: bool,
}

#[derive(Debug, Default)]
struct Changed {
    at: HashMap<Shows, i64>,
    /// Everything built before this number counts as changed.
    floor: i64,
}

impl PageCache {
    /// `keeps`: whether pages are kept at all.
    #[must_use]
    pub fn new(keeps: bool) -> Self {
        let weight = |key: &(String, Preferences), page: &Arc<Cached>| {
            u32::try_from(key.0.len() + page.plain.len() + page.gzip.len() + 512).unwrap_or(u32::MAX)
        };
        let pages = Cache::builder().max_capacity(CAPACITY).weigher(weight).build();
        Self {
            pages,
            cursor: AtomicI64::new(0),
            changed: RwLock::default(),
            moved: Notify::new(),
            keeps,
        }
    }

    /// Begins at `cursor`: what was built before counts as changed.
    pub fn begin(&self, cursor: i64) {
        self.changed.write().unwrap_or_else(PoisonError::into_inner).floor = cursor;
        self.cursor.store(cursor, Ordering::SeqCst);
    }

    /// Takes note of `changes`, which follow on what was noted before.
    pub fn note(&self, changes: &[Change]) {
        let Some(last) = changes.last() else { return };
        {
            let mut known = self.changed.write().unwrap_or_else(PoisonError::into_inner);
            if known.at.len() > REMEMBERED {
                known.at.clear();
                known.floor = last.seq;
            }
            for change in changes {
                known
                    .at
                    .insert(Shows::One(change.subject, change.subject_id), change.seq);
                known.at.insert(Shows::Any(change.subject), change.seq);
            }
        }
        self.cursor.store(last.seq, Ordering::SeqCst);
        self.moved.notify_waiters();
    }

    /// Done when this process has read more of the log than at the time of this call.
    pub fn moved(&self) -> Notified<'_> {
        self.moved.notified()
    }

    /// How far this process has read the change log.
    #[must_use]
    pub fn cursor(&self) -> i64 {
        self.cursor.load(Ordering::SeqCst)
    }

    fn is_fresh(&self, page: &Cached, now: Timestamp) -> bool {
        if now >= page.valid_until {
            return false;
        }
        let changed = self.changed.read().unwrap_or_else(PoisonError::into_inner);
        page.built_at >= changed.floor
            && page
                .shows
                .iter()
                .all(|shown| changed.at.get(shown).is_none_or(|seq| *seq <= page.built_at))
    }
}

impl Default for PageCache {
    fn default() -> Self {
        Self::new(true)
    }
}

/// Answers with the page at `key`, from the cache or from `build`.
pub async fn page<B>(
    app: &App,
    headers: &HeaderMap,
    key: String,
    build: impl FnOnce() -> B,
) -> Result<Response, Problem>
where
    B: Future<Output = Result<Built, Problem>>,
{
    projected_page(app, headers, key, async || build().await.map(|built| (built, i64::MAX))).await
}

/// As [`page`], for one that is built from a projection of the log: `build` says how far that had read. It may be behind
/// this process, and then the page is as old as what it was built from.
pub async fn projected_page<B>(
    app: &App,
    headers: &HeaderMap,
    key: String,
    build: impl FnOnce() -> B,
) -> Result<Response, Problem>
where
    B: Future<Output = Result<(Built, i64), Problem>>,
{
    kept(app, headers, key, keep, build).await
}

/// As [`projected_page`], for an answer of the API that is the same for whoever asks. It is kept as it is: the outermost
/// layer compresses it for those who want that.
pub async fn projected_json<T, B>(
    app: &App,
    headers: &HeaderMap,
    key: String,
    build: impl FnOnce() -> B,
) -> Result<Response, Problem>
where
    T: serde::Serialize,
    B: Future<Output = Result<(T, Answered), Problem>>,
{
    let build = async || {
        let (value, answered) = build().await?;
        let made = Built {
            html: serde_json::to_string(&value).map_err(|error| Problem::internal(&error))?,
            shows: answered.shows,
            valid_until: answered.valid_until,
            policy: None,
        };
        Ok((made, answered.as_of))
    };
    let keep = |made: Built, built_at| cached(made, Bytes::new(), "application/json", built_at);
    kept(app, headers, key, keep, build).await
}

/// What an answer of [`projected_json`] was built from.
#[derive(Debug)]
pub struct Answered {
    pub shows: Vec<Shows>,
    /// The first moment at which it is wrong though nothing changed.
    pub valid_until: Timestamp,
    /// How far the projection had read.
    pub as_of: i64,
}

/// Answers with what is kept at `key`, or with what `build` makes and `keep` makes ready for sending.
async fn kept<B>(
    app: &App,
    headers: &HeaderMap,
    key: String,
    keep: impl FnOnce(Built, i64) -> Cached,
    build: impl FnOnce() -> B,
) -> Result<Response, Problem>
where
    B: Future<Output = Result<(Built, i64), Problem>>,
{
    let key = (key, Preferences::of(headers));
    let cache = app.pages();
    if let Some(page) = cache.pages.get(&key)
        && cache.is_fresh(&page, app.now())
    {
        return Ok(answer(&page, headers));
    }
    // Read before building: a change that comes in between makes the page old, never wrongly fresh.
    let read = cache.cursor();
    let (made, as_of) = build().await?;
    let page = Arc::new(keep(made, as_of.min(read)));
    if cache.keeps {
        cache.pages.insert(key, Arc::clone(&page));
    }
    Ok(answer(&page, headers))
}

fn keep(built: Built, built_at: i64) -> Cached {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(7));
    // Writing to memory does not fail; if it did, an empty body is never sent because the lengths are compared below.
    let gzip = encoder
        .write_all(built.html.as_bytes())
        .and_then(|()| encoder.finish())
        .map(Bytes::from)
        .unwrap_or_default();
    cached(built, gzip, "text/html; charset=utf-8", built_at)
}

fn cached(built: Built, gzip: Bytes, media_type: &'static str, built_at: i64) -> Cached {
    let plain = Bytes::from(built.html);
    let etag = format!("\"{}\"", &sha256(&plain)[..24]);
    Cached {
        etag: HeaderValue::from_str(&etag).unwrap_or_else(|_| HeaderValue::from_static("\"\"")),
        media_type: HeaderValue::from_static(media_type),
        policy: built.policy.and_then(|policy| HeaderValue::from_str(&policy).ok()),
        plain,
        gzip,
        shows: built.shows,
        built_at,
        valid_until: built.valid_until,
    }
}

fn answer(page: &Cached, headers: &HeaderMap) -> Response {
    let known = headers.get(header::IF_NONE_MATCH).is_some_and(|tags| {
        tags.to_str().is_ok_and(|tags| {
            tags.split(',')
                .any(|tag| tag.trim().trim_start_matches("W/").as_bytes() == page.etag.as_bytes())
        })
    });
    let zipped = !page.gzip.is_empty() && accepts_gzip(headers);
    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        (if zipped { page.gzip.clone() } else { page.plain.clone() }).into_response()
    };
    let out = response.headers_mut();
    if !known {
        out.insert(header::CONTENT_TYPE, page.media_type.clone());
        if zipped {
            out.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
    }
    out.insert(header::ETAG, page.etag.clone());
    // Kept by the browser, asked about each time: a recalled batch must not be shown from a phone's memory.
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    out.insert(header::VARY, HeaderValue::from_static("Cookie, Accept-Encoding"));
    if let Some(policy) = &page.policy {
        out.insert(header::CONTENT_SECURITY_POLICY, policy.clone());
    }
    response
}

/// Whether whoever asks can read gzip.
#[must_use]
pub fn accepts_gzip(headers: &HeaderMap) -> bool {
    headers
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|text| text.split(','))
        .any(|coding| {
            let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
            matches!(name.trim(), "gzip" | "*") && !matches!(weight.trim(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000")
        })
}

#[cfg(test)]
mod tests {
    use entity::frame::change::Cause;

    use super::*;

    fn cached(shows: Vec<Shows>, built_at: i64) -> Cached {
        keep(
            Built {
                html: "page".into(),
                shows,
                valid_until: Timestamp::MAX,
                policy: None,
            },
            built_at,
        )
    }

    fn change(seq: i64, id: Uuid) -> Change {
        Change {
            seq,
            subject: Subject::Batch,
            subject_id: id,
            cause: Cause::Edited,
        }
    }

    #[test]
    fn a_page_grows_old_when_something_on_it_changes_and_only_then() {
        let cache = PageCache::new(true);
        cache.begin(5);
        let (shown, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let page = cached(vec![Shows::One(Subject::Batch, shown)], 5);
        let list = cached(vec![Shows::Any(Subject::Batch)], 5);
        cache.note(&[change(6, other)]);
        assert!(cache.is_fresh(&page, Timestamp(0)));
        assert!(!cache.is_fresh(&list, Timestamp(0)));
        cache.note(&[change(7, shown)]);
        assert!(!cache.is_fresh(&page, Timestamp(0)));
        assert!(cache.is_fresh(&cached(vec![Shows::One(Subject::Batch, shown)], 7), Timestamp(0)));
        assert!(
            !cache.is_fresh(&cached(vec![], 4), Timestamp(0)),
            "built before this process began to read"
        );
        assert!(!cache.is_fresh(&cached(vec![], 7), Timestamp::MAX), "its time is over");
    }

    #[test]
    fn gzip_is_given_only_to_those_who_take_it() {
        let with = |value: &str| {
            HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_str(value).expect("a header"))])
        };
        assert!(accepts_gzip(&with("gzip, deflate, br")));
        assert!(accepts_gzip(&with("br;q=1.0, gzip;q=0.8")));
        assert!(!accepts_gzip(&with("gzip;q=0, br")));
        assert!(!accepts_gzip(&HeaderMap::new()));
    }
}
