//! What all searches of this process share.

use std::{sync::Arc, time::Duration};

use entity::Day;
use tokio::sync::{Semaphore, SemaphorePermit, watch};

use super::{super::SearchError, snapshot::Snapshot};

/// How long a search waits for an index that is being made, or that is about to turn to the new day.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long a search waits for what somebody of this process has just written.
const OWN_NEWS: Duration = Duration::from_millis(500);

/// The newest snapshot, and seats for those who search: a search is a few milliseconds of a core, so more of them at once
/// than there are cores would only slow one another down.
#[derive(Debug)]
pub struct Search {
    newest: watch::Sender<Option<Arc<Snapshot>>>,
    /// Of the news this process wrote, how much is in the newest snapshot: see [`crate::db::Db::news`].
    news: watch::Sender<u64>,
    seats: Semaphore,
}

impl Default for Search {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        Self {
            newest: watch::Sender::new(None),
            news: watch::Sender::new(0),
            seats: Semaphore::new(cores),
        }
    }
}

impl Search {
    pub(super) fn publish(&self, snapshot: Arc<Snapshot>) {
        self.newest.send_replace(Some(snapshot));
    }

    pub(super) fn has_news(&self, news: u64) {
        self.news.send_replace(news);
    }

    /// Of the news this process wrote, how much is in the newest snapshot.
    pub(super) fn news(&self) -> u64 {
        *self.news.borrow()
    }

    /// The newest snapshot, which looks at certificates as they are `today`. Who has just put something on sale finds it:
    /// for `news` of this process the index is waited for, a moment.
    pub async fn snapshot(&self, today: Day, news: u64) -> Result<Arc<Snapshot>, SearchError> {
        if self.news() < news {
            let mut told = self.news.subscribe();
            // If it takes longer, the answer is as old as the index may be.
            let _ = tokio::time::timeout(OWN_NEWS, told.wait_for(|told| *told >= news)).await;
        }
        let mut newest = self.newest.subscribe();
        let ready = newest.wait_for(|newest| newest.as_ref().is_some_and(|snapshot| snapshot.day == today));
        let found = tokio::time::timeout(PATIENCE, ready).await;
        match found {
            Ok(Ok(snapshot)) => snapshot.clone().ok_or(SearchError::NotReady),
            // The sender lives as long as this.
            Ok(Err(_)) | Err(_) => Err(SearchError::NotReady),
        }
    }

    /// How far the log had been read for the newest snapshot; `None` before the first.
    #[must_use]
    pub fn cursor(&self) -> Option<i64> {
        self.newest.borrow().as_ref().map(|snapshot| snapshot.cursor)
    }

    /// A turn on a core.
    pub async fn seat(&self) -> Option<SemaphorePermit<'_>> {
        // The semaphore is never closed.
        self.seats.acquire().await.ok()
    }
}
