//! Batches, as their sellers and the public see them. Nothing here writes.

use entity::{
    CommuneCode,
    ids::{BatchId, PlotId, SellerId},
    trace::{batch, batch_hold, batch_plot, plot},
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

pub use super::farm::geometry::Centre;
use super::farm::geometry::Geometry;
use crate::http::list::Paging;

/// What the public may know of where a plot lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicPlace {
    pub commune_code: CommuneCode,
    /// The middle of the plot to about a kilometre, where its seller has said where it lies.
    pub centre: Option<Centre>,
}

/// The commune and the coarse middle of `plot`; its border and its gate are nobody else's business.
#[must_use]
pub fn public_place(plot: &plot::Model) -> PublicPlace {
    let geometry = plot.geometry.as_deref().and_then(Geometry::from_text);
    PublicPlace {
        commune_code: plot.commune_code.clone(),
        centre: geometry.map(|geometry| geometry.centre()),
    }
}

/// A batch, its plots, and why it may not be sold.
#[derive(Clone, Debug)]
pub struct BatchView {
    pub batch: batch::Model,
    pub plots: Vec<PlotId>,
    /// Only those that no officer has released: while there are any, it is kept from sale.
    pub holds: Vec<batch_hold::Model>,
    /// Those that an officer has released, with why.
    pub released: Vec<batch_hold::Model>,
}

/// Batches, newest first, only those of `own` sellers when given; one more than fits.
pub(super) async fn batches(
    db: &impl ConnectionTrait,
    own: Option<&[SellerId]>,
    paging: Paging,
) -> Result<Vec<BatchView>, DbErr> {
    let mut query = batch::Entity::find()
        .order_by_desc(batch::Column::Id)
        .limit(paging.limit + 1);
    if let Some(own) = own {
        query = query.filter(batch::Column::SellerId.is_in(own.iter().copied()));
    }
    if let Some(before) = paging.after {
        query = query.filter(batch::Column::Id.lt(BatchId(before)));
    }
    let rows = query.all(db).await?;
    views(db, rows).await
}

/// One batch.
pub async fn batch(db: &impl ConnectionTrait, id: BatchId) -> Result<Option<BatchView>, DbErr> {
    let rows = batch::Entity::find_by_id(id).all(db).await?;
    Ok(views(db, rows).await?.pop())
}

/// The batches of `ids`.
pub(super) async fn batches_of(db: &impl ConnectionTrait, ids: &[BatchId]) -> Result<Vec<BatchView>, DbErr> {
    let rows = batch::Entity::find()
        .filter(batch::Column::Id.is_in(ids.iter().copied()))
        .all(db)
        .await?;
    views(db, rows).await
}

async fn views(db: &impl ConnectionTrait, rows: Vec<batch::Model>) -> Result<Vec<BatchView>, DbErr> {
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let plots = batch_plot::Entity::find()
        .filter(batch_plot::Column::BatchId.is_in(ids.iter().copied()))
        .all(db)
        .await?;
    let holds = batch_hold::Entity::find()
        .filter(batch_hold::Column::BatchId.is_in(ids))
        .order_by_asc(batch_hold::Column::Id)
        .all(db)
        .await?;
    let of = |batch: BatchId, released: bool| {
        let mine = holds.iter().filter(move |row| row.batch_id == batch);
        mine.filter(move |row| row.released_at.is_some() == released)
            .cloned()
            .collect()
    };
    let view = |batch: batch::Model| BatchView {
        plots: plots
            .iter()
            .filter(|row| row.batch_id == batch.id)
            .map(|row| row.plot_id)
            .collect(),
        holds: of(batch.id, false),
        released: of(batch.id, true),
        batch,
    };
    Ok(rows.into_iter().map(view).collect())
}
