//! What is known of leaves.

use entity::{ids::EventId, trace::event_leaf};
use sea_orm::{ConnectionTrait, DbErr, EntityTrait};

/// The leaf of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeafView {
    /// Its place in the log, from 0.
    pub index: i64,
    /// Whether a signed checkpoint covers it.
    pub logged: bool,
    /// Whether the event was erased: its leaf stays, and says nothing any more.
    pub erased: bool,
}

/// The leaf of `event`, once it has its place.
pub async fn leaf_of(db: &impl ConnectionTrait, event: EventId) -> Result<Option<LeafView>, DbErr> {
    let row = event_leaf::Entity::find_by_id(event).one(db).await?;
    let Some((index, erased)) = row.and_then(|row| Some((row.leaf_index?, row.erased_at.is_some()))) else {
        return Ok(None);
    };
    let logged = super::sequence::newest(db)
        .await?
        .is_some_and(|signed| index < signed.size);
    Ok(Some(LeafView { index, logged, erased }))
}
