//! Commits to events, in the unit that stores them.

use entity::trace::event_leaf;
use sea_orm::{ActiveValue::Set, DbErr, EntityTrait};

use super::leaf::{SALT, Told};
use crate::db::Unit;

/// Rows of one statement.
const TOGETHER: usize = 400;

/// Leaves, for each event, a leaf that waits for its place in the log.
///
/// What is told here is what stands in the event's row; whoever alters the row later is found out by `choque log verify`.
pub async fn commit_to<'a>(unit: &mut Unit, told: impl IntoIterator<Item = Told<'a>> + Send) -> Result<(), DbErr> {
    let rows: Vec<_> = told.into_iter().map(|told| row(unit, &told)).collect();
    match rows.as_slice() {
        // Nobody waits for it, so it goes to the database with whatever comes next.
        [only] => unit.later(&event_leaf::Entity::insert(only.clone())),
        rows => {
            for rows in rows.chunks(TOGETHER) {
                event_leaf::Entity::insert_many(rows.iter().cloned())
                    .exec_without_returning(&*unit)
                    .await?;
            }
        }
    }
    Ok(())
}

fn row(unit: &Unit, told: &Told<'_>) -> event_leaf::ActiveModel {
    let mut salt = [0; SALT];
    unit.source().fill(&mut salt);
    event_leaf::ActiveModel {
        event_id: Set(told.event),
        salt: Set(Some(salt.to_vec())),
        commitment: Set(told.commitment(&salt).to_vec()),
        leaf_index: Set(None),
        erased_at: Set(None),
    }
}
