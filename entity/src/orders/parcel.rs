//! Goods of an order that go to the buyer together.

use sea_orm::entity::prelude::*;

use crate::{
    Timestamp,
    ids::{OrderId, ParcelId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "parcel")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ParcelId,
    pub order_id: OrderId,
    /// From 1 within its order.
    pub number: i32,
    pub state: State,
    /// Who carries it, in the seller's words; empty: nobody said.
    pub carrier: String,
    /// What the carrier calls it.
    pub tracking: String,
    pub packed_at: Timestamp,
    pub shipped_at: Option<Timestamp>,
    pub delivered_at: Option<Timestamp>,
}

/// Where it is; changes only through `orders::lifecycle`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum State {
    #[sea_orm(string_value = "packed")]
    Packed,
    #[sea_orm(string_value = "shipped")]
    Shipped,
    #[sea_orm(string_value = "delivered")]
    Delivered,
    /// Its order was given up before it left.
    #[sea_orm(string_value = "unpacked")]
    Unpacked,
}

impl State {
    /// The word the wire and the table use.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Packed => "packed",
            Self::Shipped => "shipped",
            Self::Delivered => "delivered",
            Self::Unpacked => "unpacked",
        }
    }
}

crate::plain_table!();
