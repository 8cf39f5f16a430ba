//! Somebody wants to give goods back.

use sea_orm::entity::prelude::*;

use crate::{
    Dong, Timestamp,
    ids::{OrderId, OrderReturnId, PersonId, SellerId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "order_return")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OrderReturnId,
    pub order_id: OrderId,
    pub seller_id: SellerId,
    /// `None`: a guest.
    pub person_id: Option<PersonId>,
    pub state: State,
    pub reason: Reason,
    pub words: String,
    /// The buyer would rather have it as credit with this seller.
    pub as_credit: bool,
    /// What is, or would be, given back.
    pub amount: Dong,
    /// When the default outcome comes, if nobody does anything.
    pub due_at: Option<Timestamp>,
    /// From when on the buyer may dispute.
    pub dispute_from: Option<Timestamp>,
    /// Whether the goods went back on sale; `None`: they have not come back.
    pub restocked: Option<bool>,
    pub decided_by: Option<Decider>,
    /// Why.
    pub decision: Option<String>,
    pub carrier: String,
    pub tracking: String,
    pub refund_id: Option<Uuid>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// Where it stands; changes only through `orders::returns::lifecycle`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum State {
    #[sea_orm(string_value = "asked")]
    Asked,
    /// The seller agrees, once the goods are back.
    #[sea_orm(string_value = "goods_wanted")]
    GoodsWanted,
    #[sea_orm(string_value = "sent")]
    Sent,
    #[sea_orm(string_value = "refused")]
    Refused,
    #[sea_orm(string_value = "disputed")]
    Disputed,
    #[sea_orm(string_value = "refunded")]
    Refunded,
    #[sea_orm(string_value = "closed")]
    Closed,
    #[sea_orm(string_value = "withdrawn")]
    Withdrawn,
}

impl State {
    /// The word the wire and the table use.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::GoodsWanted => "goods_wanted",
            Self::Sent => "sent",
            Self::Refused => "refused",
            Self::Disputed => "disputed",
            Self::Refunded => "refunded",
            Self::Closed => "closed",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// Why goods go back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Reason {
    #[sea_orm(string_value = "broken")]
    Broken,
    /// Not what was ordered.
    #[sea_orm(string_value = "wrong")]
    Wrong,
    #[sea_orm(string_value = "late")]
    Late,
    #[sea_orm(string_value = "quality")]
    Quality,
    #[sea_orm(string_value = "other")]
    Other,
}

impl Reason {
    /// The word the wire and the table use.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Broken => "broken",
            Self::Wrong => "wrong",
            Self::Late => "late",
            Self::Quality => "quality",
            Self::Other => "other",
        }
    }
}

/// Who decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Decider {
    #[sea_orm(string_value = "seller")]
    Seller,
    #[sea_orm(string_value = "officer")]
    Officer,
    /// Its rules, when nobody did anything.
    #[sea_orm(string_value = "exchange")]
    Exchange,
}

impl Decider {
    /// The word the wire and the table use.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Seller => "seller",
            Self::Officer => "officer",
            Self::Exchange => "exchange",
        }
    }
}

crate::plain_table!();
