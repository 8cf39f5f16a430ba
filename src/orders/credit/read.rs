//! Store credit as its owners and sellers see it. Nothing here writes.

use std::collections::HashMap;

use entity::{
    Dong,
    catalogue::seller,
    ids::{CreditEntryId, OrderId, PersonId, SellerId},
    orders::{group, order, store_credit, store_credit_entry},
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::http::list::Paging;

/// What `person` may spend at each of `sellers`.
pub(in crate::orders) async fn balances(
    db: &impl ConnectionTrait,
    person: PersonId,
    sellers: &[SellerId],
) -> Result<HashMap<SellerId, Dong>, DbErr> {
    let rows = store_credit::Entity::find()
        .filter(store_credit::Column::PersonId.eq(person))
        .filter(store_credit::Column::SellerId.is_in(sellers.iter().copied()))
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| (row.seller_id, row.balance)).collect())
}

/// A balance and whose shop it is spent in.
pub(super) type Balance = (store_credit::Model, Option<seller::Model>);

/// What `person` has, by seller, a page at a time; one more than fits.
pub(super) async fn of_person(
    db: &impl ConnectionTrait,
    person: PersonId,
    paging: Paging,
) -> Result<Vec<Balance>, DbErr> {
    let mut query = store_credit::Entity::find()
        .filter(store_credit::Column::PersonId.eq(person))
        .order_by_asc(store_credit::Column::SellerId)
        .limit(paging.limit + 1);
    if let Some(after) = paging.after {
        query = query.filter(store_credit::Column::SellerId.gt(SellerId(after)));
    }
    with_sellers(db, query.all(db).await?).await
}

/// What `person` has at `seller`'s.
pub(super) async fn one(
    db: &impl ConnectionTrait,
    person: PersonId,
    seller: SellerId,
) -> Result<Option<Balance>, DbErr> {
    let row = store_credit::Entity::find_by_id((seller, person)).one(db).await?;
    Ok(with_sellers(db, row.into_iter().collect()).await?.pop())
}

async fn with_sellers(db: &impl ConnectionTrait, rows: Vec<store_credit::Model>) -> Result<Vec<Balance>, DbErr> {
    let sellers: HashMap<SellerId, seller::Model> = seller::Entity::find()
        .filter(seller::Column::Id.is_in(rows.iter().map(|row| row.seller_id)))
        .all(db)
        .await?
        .into_iter()
        .map(|row| (row.id, row))
        .collect();
    Ok(rows
        .into_iter()
        .map(|row| {
            let seller = sellers.get(&row.seller_id).cloned();
            (row, seller)
        })
        .collect())
}

/// The moves of credit at `seller`'s, of `person` or of everybody, newest first; one more than fits.
pub(super) async fn entries(
    db: &impl ConnectionTrait,
    seller: SellerId,
    person: Option<PersonId>,
    paging: Paging,
) -> Result<Vec<store_credit_entry::Model>, DbErr> {
    let mut query = store_credit_entry::Entity::find()
        .filter(store_credit_entry::Column::SellerId.eq(seller))
        .order_by_desc(store_credit_entry::Column::Id)
        .limit(paging.limit + 1);
    if let Some(person) = person {
        query = query.filter(store_credit_entry::Column::PersonId.eq(person));
    }
    if let Some(before) = paging.after {
        query = query.filter(store_credit_entry::Column::Id.lt(CreditEntryId(before)));
    }
    query.all(db).await
}

/// Who bought the order `id` of `seller`'s, if they have an account.
pub(super) async fn buyer(db: &impl ConnectionTrait, seller: SellerId, id: OrderId) -> Result<Option<PersonId>, DbErr> {
    let Some(order) = order::Entity::find_by_id(id)
        .filter(order::Column::SellerId.eq(seller))
        .one(db)
        .await?
    else {
        return Ok(None);
    };
    let group = group::Entity::find_by_id(order.group_id).one(db).await?;
    Ok(group.and_then(|group| group.person_id))
}
