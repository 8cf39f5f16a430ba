//! The change log: numbering it, and reading it in order.

use std::collections::HashMap;

use entity::frame::change::{self, Cause, Subject};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::CaseStatement,
};
use uuid::Uuid;

use super::Unit;

const COUNTER: &str = "change";
/// Rows numbered by one statement.
const TOGETHER: usize = 100;

/// A numbered change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    pub seq: i64,
    pub subject: Subject,
    pub subject_id: Uuid,
    pub cause: Cause,
}

/// Numbers up to `limit` committed changes, in the order in which they were written, and returns how many rows it took.
///
/// The counter row is locked first and the rows are read after, so two sequencers at once cannot give one number twice
/// nor number one row twice; a reader never sees a number whose predecessor is not there yet. Several changes of the
/// stock of one subject in one go become the last of them.
pub async fn sequence(unit: &mut Unit, limit: u64) -> Result<usize, DbErr> {
    let before = unit.take_numbers(COUNTER, 0).await?;
    let rows = change::Entity::find()
        .filter(change::Column::Seq.is_null())
        .order_by_asc(change::Column::Id)
        .limit(limit)
        .all(&*unit)
        .await?;
    let latest_stock: HashMap<(Subject, Uuid), _> = rows
        .iter()
        .filter(|row| row.cause == Cause::Stock)
        .map(|row| ((row.subject, row.subject_id), row.id))
        .collect();
    let (keep, told_later): (Vec<_>, Vec<_>) = rows.iter().partition(|row| {
        row.cause != Cause::Stock || latest_stock.get(&(row.subject, row.subject_id)) == Some(&row.id)
    });
    if !told_later.is_empty() {
        let ids: Vec<_> = told_later.iter().map(|row| row.id).collect();
        change::Entity::delete_many()
            .filter(change::Column::Id.is_in(ids))
            .exec(&*unit)
            .await?;
    }
    let count = i64::try_from(keep.len()).unwrap_or(0);
    unit.take_numbers(COUNTER, count).await?;
    let numbered: Vec<_> = keep.iter().map(|row| row.id).zip(before + 1..).collect();
    for some in numbered.chunks(TOGETHER) {
        let number = some.iter().fold(CaseStatement::new(), |case, (id, seq)| {
            case.case(change::Column::Id.eq(*id), *seq)
        });
        change::Entity::update_many()
            .col_expr(change::Column::Seq, number.into())
            .filter(change::Column::Id.is_in(some.iter().map(|(id, _)| *id)))
            .exec(&*unit)
            .await?;
    }
    Ok(rows.len())
}

/// Whether any committed change waits for its number.
pub async fn any_unnumbered(db: &impl ConnectionTrait) -> Result<bool, DbErr> {
    Ok(change::Entity::find()
        .filter(change::Column::Seq.is_null())
        .one(db)
        .await?
        .is_some())
}

/// The changes numbered above `cursor`, in order.
pub async fn changes_after(db: &impl ConnectionTrait, cursor: i64, limit: u64) -> Result<Vec<Change>, DbErr> {
    let rows = change::Entity::find()
        .filter(change::Column::Seq.gt(cursor))
        .order_by_asc(change::Column::Seq)
        .limit(limit)
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| {
            row.seq.map(|seq| Change {
                seq,
                subject: row.subject,
                subject_id: row.subject_id,
                cause: row.cause,
            })
        })
        .collect())
}

/// The highest number given so far.
pub async fn newest_change(db: &impl ConnectionTrait) -> Result<i64, DbErr> {
    let row = change::Entity::find()
        .filter(change::Column::Seq.is_not_null())
        .order_by_desc(change::Column::Seq)
        .one(db)
        .await?;
    Ok(row.and_then(|row| row.seq).unwrap_or(0))
}
