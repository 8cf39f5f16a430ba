//! Returns as buyers, sellers and officers see them. Nothing here writes.

use std::collections::HashMap;

use entity::{
    ids::{OrderId, OrderReturnId, PersonId, SellerId},
    orders::{
        line, order, return_line, return_message, return_photo,
        return_request::{self, State},
    },
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};

use crate::{
    http::list::Paging,
    media::read::{PhotoView, views as photo_views},
};

/// A return with all that is around it.
#[derive(Clone, Debug)]
pub struct ReturnView {
    pub row: return_request::Model,
    pub order: order::Model,
    pub lines: Vec<(line::Model, return_line::Model)>,
    pub photos: Vec<PhotoView>,
    pub messages: Vec<return_message::Model>,
}

/// Whose returns are asked for.
#[derive(Clone, Debug)]
pub enum Whose {
    Buyer(PersonId),
    Sellers(Vec<SellerId>),
    /// What officers decide: disputes, and what was one.
    Disputed,
}

/// Whether anything of `order` is being given back.
pub async fn any_open(db: &impl ConnectionTrait, order: OrderId) -> Result<bool, DbErr> {
    let open = return_request::Entity::find()
        .filter(return_request::Column::OrderId.eq(order))
        .filter(return_request::Column::State.is_not_in([State::Refunded, State::Closed, State::Withdrawn]))
        .count(db)
        .await?;
    Ok(open > 0)
}

/// The newest first, a page at a time; one more than fits.
pub async fn page(
    db: &impl ConnectionTrait,
    whose: &Whose,
    state: Option<State>,
    paging: Paging,
) -> Result<Vec<ReturnView>, DbErr> {
    let theirs = match whose {
        Whose::Buyer(person) => return_request::Column::PersonId.eq(*person),
        Whose::Sellers(sellers) => return_request::Column::SellerId.is_in(sellers.iter().copied()),
        Whose::Disputed => return_request::Column::State.eq(State::Disputed),
    };
    let mut such = Condition::all().add(theirs);
    if let Some(state) = state {
        such = such.add(return_request::Column::State.eq(state));
    }
    if let Some(before) = paging.after {
        such = such.add(return_request::Column::Id.lt(OrderReturnId(before)));
    }
    let rows = return_request::Entity::find()
        .filter(such)
        .order_by_desc(return_request::Column::Id)
        .limit(paging.limit + 1)
        .all(db)
        .await?;
    views(db, rows).await
}

/// The return `id`.
pub async fn find(db: &impl ConnectionTrait, id: OrderReturnId) -> Result<Option<ReturnView>, DbErr> {
    let row = return_request::Entity::find_by_id(id).one(db).await?;
    Ok(views(db, row.into_iter().collect()).await?.pop())
}

/// The returns of `orders`, the oldest first.
pub async fn of_orders(
    db: &impl ConnectionTrait,
    orders: &[OrderId],
) -> Result<HashMap<OrderId, Vec<return_request::Model>>, DbErr> {
    let rows = return_request::Entity::find()
        .filter(return_request::Column::OrderId.is_in(orders.iter().copied()))
        .order_by_asc(return_request::Column::Id)
        .all(db)
        .await?;
    let mut of_order: HashMap<OrderId, Vec<return_request::Model>> = HashMap::new();
    for row in rows {
        of_order.entry(row.order_id).or_default().push(row);
    }
    Ok(of_order)
}

async fn views(db: &impl ConnectionTrait, rows: Vec<return_request::Model>) -> Result<Vec<ReturnView>, DbErr> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<OrderReturnId> = rows.iter().map(|row| row.id).collect();
    let orders: HashMap<OrderId, order::Model> = order::Entity::find()
        .filter(order::Column::Id.is_in(rows.iter().map(|row| row.order_id)))
        .all(db)
        .await?
        .into_iter()
        .map(|row| (row.id, row))
        .collect();
    let parts = return_line::Entity::find()
        .filter(return_line::Column::ReturnId.is_in(ids.iter().copied()))
        .all(db)
        .await?;
    let lines: HashMap<_, line::Model> = line::Entity::find()
        .filter(line::Column::Id.is_in(parts.iter().map(|part| part.line_id)))
        .all(db)
        .await?
        .into_iter()
        .map(|row| (row.id, row))
        .collect();
    let messages = return_message::Entity::find()
        .filter(return_message::Column::ReturnId.is_in(ids.iter().copied()))
        .order_by_asc(return_message::Column::Id)
        .all(db)
        .await?;
    let shown = return_photo::Entity::find()
        .filter(return_photo::Column::ReturnId.is_in(ids.iter().copied()))
        .order_by_asc(return_photo::Column::Position)
        .all(db)
        .await?;
    let photo_ids: Vec<_> = shown.iter().map(|row| row.photo_id).collect();
    let photos = photo_views(db, &photo_ids).await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| {
            let mut within: Vec<_> = parts
                .iter()
                .filter(|part| part.return_id == row.id)
                .filter_map(|part| Some((lines.get(&part.line_id)?.clone(), part.clone())))
                .collect();
            within.sort_by_key(|(line, _)| line.position);
            Some(ReturnView {
                order: orders.get(&row.order_id)?.clone(),
                lines: within,
                photos: shown
                    .iter()
                    .filter(|shown| shown.return_id == row.id)
                    .filter_map(|shown| photos.get(&shown.photo_id).cloned())
                    .collect(),
                messages: messages
                    .iter()
                    .filter(|message| message.return_id == row.id)
                    .cloned()
                    .collect(),
                row,
            })
        })
        .collect())
}
