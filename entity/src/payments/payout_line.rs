//! Something that changes what the exchange owes a seller. Each is paid by one payout, or waits for one.

use sea_orm::entity::prelude::*;

use crate::{
    Dong, Timestamp,
    ids::{PayoutId, PayoutLineId, SellerId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "payout_line")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PayoutLineId,
    pub seller_id: SellerId,
    pub order_id: Option<Uuid>,
    pub why: Why,
    /// Below zero for what is taken off.
    pub amount: Dong,
    pub at: Timestamp,
    /// The payout that pays it; `None`: it waits.
    pub payout_id: Option<PayoutId>,
}

/// What it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Why {
    #[sea_orm(string_value = "earned")]
    Earned,
    /// Goods came back.
    #[sea_orm(string_value = "returned")]
    Returned,
    #[sea_orm(string_value = "commission")]
    Commission,
    #[sea_orm(string_value = "tax")]
    Tax,
    /// Store credit that the seller gave.
    #[sea_orm(string_value = "credit")]
    Credit,
}

impl Why {
    /// The word the wire and the table use.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Earned => "earned",
            Self::Returned => "returned",
            Self::Commission => "commission",
            Self::Tax => "tax",
            Self::Credit => "credit",
        }
    }
}

crate::plain_table!();
