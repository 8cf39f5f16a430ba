//! What somebody was told. Nothing here writes.

use entity::{
    identity::message,
    ids::{MessageId, PersonId},
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::http::list::Paging;

/// What `person` was told, newest first, perhaps only what they have not read; one more than fits.
pub async fn messages(
    db: &impl ConnectionTrait,
    person: PersonId,
    unread: bool,
    paging: Paging,
) -> Result<Vec<message::Model>, DbErr> {
    let mut query = message::Entity::find()
        .filter(message::Column::PersonId.eq(person))
        .filter(message::Column::PlannedAt.is_not_null())
        .order_by_desc(message::Column::Id)
        .limit(paging.limit + 1);
    if unread {
        query = query.filter(message::Column::ReadAt.is_null());
    }
    if let Some(before) = paging.after {
        query = query.filter(message::Column::Id.lt(MessageId(before)));
    }
    query.all(db).await
}

/// How many of them `person` has not read.
pub async fn unread(db: &impl ConnectionTrait, person: PersonId) -> Result<u64, DbErr> {
    message::Entity::find()
        .filter(message::Column::PersonId.eq(person))
        .filter(message::Column::PlannedAt.is_not_null())
        .filter(message::Column::ReadAt.is_null())
        .count(db)
        .await
}
