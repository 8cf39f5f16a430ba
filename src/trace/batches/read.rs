//! What became of batches. Nothing here writes.

use std::collections::HashMap;

use entity::{
    ids::{BatchId, SellerId, TransformationId},
    trace::{transformation, transformation_input, transformation_output},
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::{
    http::list::Paging,
    trace::read::{BatchView, batches_of},
};

/// A transformation with what went in and what came out.
#[derive(Clone, Debug)]
pub struct TransformationView {
    pub transformation: transformation::Model,
    pub inputs: Vec<transformation_input::Model>,
    pub outputs: Vec<BatchView>,
}

/// Transformations of `own` sellers, newest first; one more than fits.
pub(super) async fn transformations(
    db: &impl ConnectionTrait,
    own: &[SellerId],
    paging: Paging,
) -> Result<Vec<TransformationView>, DbErr> {
    let mut query = transformation::Entity::find()
        .filter(transformation::Column::SellerId.is_in(own.iter().copied()))
        .order_by_desc(transformation::Column::Id)
        .limit(paging.limit + 1);
    if let Some(before) = paging.after {
        query = query.filter(transformation::Column::Id.lt(TransformationId(before)));
    }
    views(db, query.all(db).await?).await
}

pub(super) async fn transformation(
    db: &impl ConnectionTrait,
    own: &[SellerId],
    id: TransformationId,
) -> Result<Option<TransformationView>, DbErr> {
    let rows = transformation::Entity::find_by_id(id)
        .filter(transformation::Column::SellerId.is_in(own.iter().copied()))
        .all(db)
        .await?;
    Ok(views(db, rows).await?.pop())
}

async fn views(db: &impl ConnectionTrait, rows: Vec<transformation::Model>) -> Result<Vec<TransformationView>, DbErr> {
    let ids = || rows.iter().map(|row| row.id);
    let inputs = transformation_input::Entity::find()
        .filter(transformation_input::Column::TransformationId.is_in(ids()))
        .order_by_asc(transformation_input::Column::BatchId)
        .all(db)
        .await?;
    let outputs = transformation_output::Entity::find()
        .filter(transformation_output::Column::TransformationId.is_in(ids()))
        .order_by_asc(transformation_output::Column::BatchId)
        .all(db)
        .await?;
    let made: Vec<BatchId> = outputs.iter().map(|row| row.batch_id).collect();
    let mut made: HashMap<BatchId, BatchView> = batches_of(db, &made)
        .await?
        .into_iter()
        .map(|view| (view.batch.id, view))
        .collect();
    let view = |transformation: transformation::Model| TransformationView {
        inputs: inputs
            .iter()
            .filter(|row| row.transformation_id == transformation.id)
            .cloned()
            .collect(),
        outputs: outputs
            .iter()
            .filter(|row| row.transformation_id == transformation.id)
            .filter_map(|row| made.remove(&row.batch_id))
            .collect(),
        transformation,
    };
    Ok(rows.clone().into_iter().map(view).collect())
}
