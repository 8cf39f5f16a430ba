//! What somebody has reserved of a pool or a cap, and what became of it.

use sea_orm::entity::prelude::*;

use crate::{
    Thousandths, Timestamp,
    ids::{BatchId, ListingId, PoolId, StockHoldId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "stock_hold")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: StockHoldId,
    /// Who holds it: an id of a room above, such as an order line.
    pub holder_id: Uuid,
    pub listing_id: ListingId,
    /// `None` for what is harvested or made to order.
    pub pool_id: Option<PoolId>,
    /// The lot it is taken from; `None` for stock of no particular lot.
    pub batch_id: Option<BatchId>,
    /// In the pool's unit; without a pool in the listing's.
    pub amount: Thousandths,
    pub state: State,
    pub created_at: Timestamp,
    pub closed_at: Option<Timestamp>,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum State {
    /// Nobody else may buy it.
    #[sea_orm(string_value = "held")]
    Held,
    /// Back on sale.
    #[sea_orm(string_value = "released")]
    Released,
    /// It left the stock.
    #[sea_orm(string_value = "issued")]
    Issued,
}

impl State {
    /// The word the wire and the table use.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Released => "released",
            Self::Issued => "issued",
        }
    }
}

crate::plain_table!();
