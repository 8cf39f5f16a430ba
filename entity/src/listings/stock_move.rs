//! Why a pool's stock changed; rows are only ever added.

use sea_orm::entity::prelude::*;

use crate::{
    Thousandths, Timestamp,
    ids::{BatchId, PersonId, PoolId, StockMoveId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "stock_move")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: StockMoveId,
    pub pool_id: PoolId,
    pub batch_id: Option<BatchId>,
    /// Positive: came in.
    pub delta: Thousandths,
    /// `listed`, `received`, `corrected` or `sold`.
    pub reason: String,
    /// The seller's own words.
    pub note: Option<String>,
    pub recorded_at: Timestamp,
    pub recorded_by: Option<PersonId>,
}

crate::plain_table!();
