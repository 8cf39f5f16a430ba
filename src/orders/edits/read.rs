//! Proposals as buyers and sellers see them. Nothing here writes.

use std::collections::HashMap;

use entity::{
    ids::{OrderEditId, OrderId},
    orders::{
        edit::{self, State},
        edit_line,
    },
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};

/// A proposal and its lines.
#[derive(Clone, Debug)]
pub struct EditView {
    pub edit: edit::Model,
    pub lines: Vec<edit_line::Model>,
}

/// The proposal on `order` that somebody is still waited for.
pub async fn open_of(db: &impl ConnectionTrait, order: OrderId) -> Result<Option<edit::Model>, DbErr> {
    edit::Entity::find()
        .filter(edit::Column::OrderId.eq(order))
        .filter(edit::Column::State.is_in([State::Open, State::WaitingPayment]))
        .one(db)
        .await
}

/// Those of several orders.
pub async fn open_of_orders(
    db: &impl ConnectionTrait,
    orders: &[OrderId],
) -> Result<HashMap<OrderId, EditView>, DbErr> {
    let rows = edit::Entity::find()
        .filter(edit::Column::OrderId.is_in(orders.iter().copied()))
        .filter(edit::Column::State.is_in([State::Open, State::WaitingPayment]))
        .all(db)
        .await?;
    Ok(views(db, rows)
        .await?
        .into_iter()
        .map(|view| (view.edit.order_id, view))
        .collect())
}

/// The proposal `id`.
pub async fn find(db: &impl ConnectionTrait, id: OrderEditId) -> Result<Option<EditView>, DbErr> {
    let row = edit::Entity::find_by_id(id).one(db).await?;
    Ok(views(db, row.into_iter().collect()).await?.pop())
}

async fn views(db: &impl ConnectionTrait, rows: Vec<edit::Model>) -> Result<Vec<EditView>, DbErr> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let mut lines: HashMap<OrderEditId, Vec<edit_line::Model>> = HashMap::new();
    let all = edit_line::Entity::find()
        .filter(edit_line::Column::EditId.is_in(rows.iter().map(|row| row.id)))
        .order_by_asc(edit_line::Column::EditId)
        .order_by_asc(edit_line::Column::Position)
        .all(db)
        .await?;
    for line in all {
        lines.entry(line.edit_id).or_default().push(line);
    }
    Ok(rows
        .into_iter()
        .map(|edit| EditView {
            lines: lines.remove(&edit.id).unwrap_or_default(),
            edit,
        })
        .collect())
}
