//! Imports as their people see them. Nothing here writes.

use entity::{
    ids::{ImportId, PersonId},
    listings::{
        import,
        import_row::{self, Verdict},
    },
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{BulkError, cell::Cell, sheet::Told};
use crate::http::list::Paging;

/// The import `id`, if it is `person`'s.
pub async fn import_of(db: &impl ConnectionTrait, person: PersonId, id: ImportId) -> Result<import::Model, BulkError> {
    import::Entity::find_by_id(id)
        .one(db)
        .await?
        .filter(|import| import.person_id == person)
        .ok_or(BulkError::NoSuchImport)
}

/// `person`'s imports, newest first.
pub async fn imports_of(
    db: &impl ConnectionTrait,
    person: PersonId,
    paging: Paging,
) -> Result<Vec<import::Model>, DbErr> {
    let mut find = import::Entity::find()
        .filter(import::Column::PersonId.eq(person))
        .order_by_desc(import::Column::Id)
        .limit(paging.limit + 1);
    if let Some(before) = paging.after {
        find = find.filter(import::Column::Id.lt(before));
    }
    find.all(db).await
}

/// Where in the faults of an import a page begins: behind so many faults of this line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FaultCursor {
    line: i32,
    told: usize,
}

impl std::fmt::Display for FaultCursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-{}", self.line, self.told)
    }
}

impl std::str::FromStr for FaultCursor {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (line, told) = text.split_once('-').unwrap_or((text, ""));
        Ok(Self {
            line: line.parse()?,
            told: told.parse()?,
        })
    }
}

/// A fault, its line, and the cursor behind it.
pub type Faulty = (i32, Told, FaultCursor);

/// Up to `limit` faults behind `after`, from top to bottom.
pub async fn faults(
    db: &impl ConnectionTrait,
    id: ImportId,
    after: FaultCursor,
    limit: u64,
) -> Result<Vec<Faulty>, BulkError> {
    let rows = import_row::Entity::find()
        .filter(import_row::Column::ImportId.eq(id))
        .filter(import_row::Column::Verdict.eq(Verdict::Refused))
        .filter(import_row::Column::Line.gte(after.line))
        .order_by_asc(import_row::Column::Line)
        // Every row has a fault at least, and of the first one all may have been told.
        .limit(limit + 1)
        .all(db)
        .await?;
    let mut found = Vec::new();
    for row in rows {
        let told: Vec<Told> = serde_json::from_str(row.faults.as_deref().unwrap_or("[]"))?;
        let skip = if row.line == after.line { after.told } else { 0 };
        found.extend(told.into_iter().enumerate().skip(skip).map(|(place, told)| {
            let cursor = FaultCursor {
                line: row.line,
                told: place + 1,
            };
            (row.line, told, cursor)
        }));
    }
    found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(found)
}

/// A refused row: its line, its cells as they came, and what is wrong with it.
pub type Refused = (i32, Vec<Cell>, Vec<Told>);

/// All refused rows.
pub async fn refused(db: &impl ConnectionTrait, id: ImportId) -> Result<Vec<Refused>, BulkError> {
    let rows = import_row::Entity::find()
        .filter(import_row::Column::ImportId.eq(id))
        .filter(import_row::Column::Verdict.eq(Verdict::Refused))
        .order_by_asc(import_row::Column::Line)
        .all(db)
        .await?;
    rows.into_iter()
        .map(|row| {
            Ok((
                row.line,
                serde_json::from_str(&row.cells)?,
                serde_json::from_str(row.faults.as_deref().unwrap_or("[]"))?,
            ))
        })
        .collect()
}
