//! What has come since somebody was told last.
//!
//! Events are recorded under the moment their unit began and seen when it is durable, so one may turn up behind others that
//! are later. Whoever follows looks again at the stretch of time just behind them, and passes over what they have had.

use entity::{Timestamp, trace::event};
use epcis::{
    Query,
    query::{Bound, Order, OrderBy, Predicate, TimeField},
};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait};

use super::{
    EpcisError, master,
    party::Reader,
    search::{Page, Search},
};

/// How far back is looked again: longer than a unit takes, and than the clocks of two processes differ.
pub const AGAIN_MS: i64 = 30_000;

/// What somebody follows.
#[derive(Debug)]
pub struct Follow<'a> {
    pub query: &'a Query,
    pub reader: &'a Reader,
    pub resolver: &'a str,
    /// Nothing recorded before is told.
    pub first: Timestamp,
    /// Everything recorded before this, the stretch that is looked at again aside, has been told.
    pub cursor: Timestamp,
    /// What has been told of that stretch.
    pub told: Condition,
}

/// What is to be told, and the cursor once it has been.
#[derive(Debug)]
pub struct News {
    pub page: Page,
    pub cursor: Timestamp,
}

impl Follow<'_> {
    /// At most `want` events, in the order in which they were recorded. `now` is when this began.
    pub async fn news(&self, db: &impl ConnectionTrait, now: Timestamp, want: usize) -> Result<News, EpcisError> {
        let from = self.cursor.plus(-AGAIN_MS).max(self.first);
        let mut query = self.query.clone();
        query.order = Some(Order {
            by: OrderBy::RecordTime,
            descending: false,
        });
        query.limit = None;
        if let Ok(moment) = from.rfc3339().parse() {
            query.predicates.push(Predicate::Time {
                field: TimeField::RecordTime,
                bound: Bound::From,
                moment,
            });
        }
        let master = master::of_query(db, &query, self.reader).await?;
        let search = Search {
            query: &query,
            reader: self.reader,
            resolver: self.resolver,
            about: None,
            also: Some(&self.told),
            master: &master,
        };
        let page = search.page(db, None, want).await?;
        let cursor = match &page.next {
            Some(next) => next.at.unwrap_or(self.cursor),
            None => now,
        };
        Ok(News {
            page,
            cursor: cursor.max(self.cursor),
        })
    }
}

/// All but these events.
pub fn all_but(told: impl IntoIterator<Item = entity::ids::EventId>) -> Condition {
    let told: Vec<_> = told.into_iter().collect();
    if told.is_empty() {
        Condition::all()
    } else {
        Condition::all().add(event::Column::Id.is_not_in(told))
    }
}
