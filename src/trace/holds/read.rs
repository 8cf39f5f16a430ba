//! Holds as officers look through them. Nothing here writes.

use std::collections::HashMap;

use entity::{
    CommuneCode,
    catalogue::{product, seller},
    ids::BatchHoldId,
    trace::{batch, batch_hold},
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait};

use crate::http::list::Paging;

/// Which holds are asked for.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// `true`: released ones; `false`: those that still keep a batch from sale.
    pub released: bool,
    /// Only of sellers in this commune.
    pub commune: Option<CommuneCode>,
}

/// A hold, its batch, and whose it is.
#[derive(Clone, Debug)]
pub struct HoldView {
    pub hold: batch_hold::Model,
    pub batch: batch::Model,
    pub product: product::Model,
    pub seller: seller::Model,
}

/// Holds, newest first; one more than fits.
pub(super) async fn holds(db: &impl ConnectionTrait, wanted: &Wanted, paging: Paging) -> Result<Vec<HoldView>, DbErr> {
    let mut query = batch_hold::Entity::find()
        .order_by_desc(batch_hold::Column::Id)
        .limit(paging.limit + 1);
    query = if wanted.released {
        query.filter(batch_hold::Column::ReleasedAt.is_not_null())
    } else {
        query.filter(batch_hold::Column::ReleasedAt.is_null())
    };
    if let Some(before) = paging.after {
        query = query.filter(batch_hold::Column::Id.lt(BatchHoldId(before)));
    }
    if let Some(commune) = &wanted.commune {
        let sellers = seller::Entity::find()
            .select_only()
            .column(seller::Column::Id)
            .filter(seller::Column::CommuneCode.eq(commune.clone()));
        let batches = batch::Entity::find()
            .select_only()
            .column(batch::Column::Id)
            .filter(batch::Column::SellerId.in_subquery(sellers.into_query()));
        query = query.filter(batch_hold::Column::BatchId.in_subquery(batches.into_query()));
    }
    views(db, query.all(db).await?).await
}

pub(super) async fn hold(db: &impl ConnectionTrait, id: BatchHoldId) -> Result<Option<HoldView>, DbErr> {
    let rows = batch_hold::Entity::find_by_id(id).all(db).await?;
    Ok(views(db, rows).await?.pop())
}

async fn views(db: &impl ConnectionTrait, rows: Vec<batch_hold::Model>) -> Result<Vec<HoldView>, DbErr> {
    let batches = batch::Entity::find()
        .filter(batch::Column::Id.is_in(rows.iter().map(|row| row.batch_id)))
        .all(db)
        .await?;
    let products = product::Entity::find()
        .filter(product::Column::Id.is_in(batches.iter().map(|batch| batch.product_id)))
        .all(db)
        .await?;
    let sellers = seller::Entity::find()
        .filter(seller::Column::Id.is_in(batches.iter().map(|batch| batch.seller_id)))
        .all(db)
        .await?;
    let batches: HashMap<_, _> = batches.into_iter().map(|row| (row.id, row)).collect();
    let products: HashMap<_, _> = products.into_iter().map(|row| (row.id, row)).collect();
    let sellers: HashMap<_, _> = sellers.into_iter().map(|row| (row.id, row)).collect();
    let view = |hold: batch_hold::Model| {
        let batch = batches.get(&hold.batch_id)?.clone();
        Some(HoldView {
            product: products.get(&batch.product_id)?.clone(),
            seller: sellers.get(&batch.seller_id)?.clone(),
            hold,
            batch,
        })
    };
    Ok(rows.into_iter().filter_map(view).collect())
}
