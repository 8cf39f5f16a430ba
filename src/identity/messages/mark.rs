//! Somebody has read what they were told.

use entity::{
    identity::message,
    ids::{MessageId, PersonId},
};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, sea_query::Expr};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    db::Unit,
    http::input::{Field, Wrong},
};

/// Messages marked by one request.
const MOST: usize = 200;

/// Which messages were read: without `ids`, all of them.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct MarkRead {
    #[schema(value_type = Option<Vec<String>>)]
    pub ids: Field<Vec<Field<String>>>,
}

impl MarkRead {
    pub fn check(&self) -> Result<Option<Vec<MessageId>>, Wrong> {
        let mut wrong = Wrong::default();
        if self.ids.is_missing() {
            return Ok(None);
        }
        let given = wrong.required("/ids", &self.ids).map_or(&[][..], Vec::as_slice);
        if given.len() > MOST {
            wrong.note("/ids", "messages-say-many");
        }
        let ids = given
            .iter()
            .take(MOST)
            .enumerate()
            .filter_map(|(place, id)| wrong.code::<MessageId>(&format!("/ids/{place}"), id, "wrong-id"))
            .collect();
        wrong.result()?;
        Ok(Some(ids))
    }
}

/// Marks those of `ids` that are messages to `person`, or all of theirs.
pub async fn mark(unit: &Unit, person: PersonId, ids: Option<Vec<MessageId>>) -> Result<(), DbErr> {
    let mut update = message::Entity::update_many()
        .col_expr(message::Column::ReadAt, Expr::value(unit.now()))
        .filter(message::Column::PersonId.eq(person))
        .filter(message::Column::PlannedAt.is_not_null())
        .filter(message::Column::ReadAt.is_null());
    if let Some(ids) = ids {
        update = update.filter(message::Column::Id.is_in(ids));
    }
    update.exec(unit).await.map(|_| ())
}
