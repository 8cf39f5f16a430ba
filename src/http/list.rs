//! Lists of the API: `{items, next_cursor, total}`, a page at a time.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::input::{Field, Wrong};

/// One page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct List<T> {
    pub items: Vec<T>,
    /// Give it as `?cursor=` to get the next page; `null` at the end.
    pub next_cursor: Option<String>,
    /// How many there are in all, where that is counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub total: Option<u64>,
}

impl<T> List<T> {
    /// A page of rows that were asked for one more than fits: the extra row only tells that there is more.
    pub fn page<R>(mut rows: Vec<R>, limit: u64, cursor: impl FnOnce(&R) -> String, item: impl FnMut(R) -> T) -> Self {
        let fits = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = rows.len() > fits;
        rows.truncate(fits);
        let next_cursor = if more { rows.last().map(cursor) } else { None };
        Self {
            items: rows.into_iter().map(item).collect(),
            next_cursor,
            total: None,
        }
    }
}

/// What every list takes.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageParams {
    /// Items on a page, 1 to 100; 24 by default.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    pub limit: Field<String>,
    /// The `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    pub cursor: Field<String>,
    /// `1`: only the caller's own.
    #[param(value_type = Option<String>)]
    pub mine: Field<String>,
}

/// Which page was asked for.
#[derive(Clone, Copy, Debug)]
pub struct Paging {
    pub limit: u64,
    pub after: Option<Uuid>,
}

/// Items on a page unless the caller says otherwise.
pub const DEFAULT_LIMIT: u64 = 24;

impl PageParams {
    /// The page asked for, by id.
    pub fn paging(&self) -> Result<Paging, Wrong> {
        let mut wrong = Wrong::default();
        let limit = limit(&mut wrong, &self.limit);
        let after = match self.cursor.given().map(|text| text.parse::<Uuid>()) {
            Some(Err(_)) => {
                wrong.note("?cursor", "wrong-cursor");
                None
            }
            Some(Ok(id)) => Some(id),
            None => None,
        };
        wrong.result()?;
        Ok(Paging { limit, after })
    }

    /// Whether only the caller's own are asked for.
    #[must_use]
    pub fn only_mine(&self) -> bool {
        self.mine.given().is_some_and(|value| value == "1" || value == "true")
    }
}

/// The number of items asked for, or a note that it is none from 1 to 100.
pub fn limit(wrong: &mut Wrong, field: &Field<String>) -> u64 {
    match field
        .given()
        .filter(|text| !text.is_empty())
        .map(|text| text.parse::<u64>())
    {
        None => DEFAULT_LIMIT,
        Some(Ok(limit @ 1..=100)) => limit,
        Some(_) => {
            wrong.note("?limit", "wrong-limit");
            DEFAULT_LIMIT
        }
    }
}
