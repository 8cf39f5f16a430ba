//! What somebody wrote about a return.

use sea_orm::entity::prelude::*;

use crate::{
    Timestamp,
    ids::{OrderReturnId, ReturnMessageId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "order_return_message")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ReturnMessageId,
    pub return_id: OrderReturnId,
    pub side: Side,
    pub words: String,
    pub at: Timestamp,
}

/// Who wrote it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Side {
    #[sea_orm(string_value = "buyer")]
    Buyer,
    #[sea_orm(string_value = "seller")]
    Seller,
    #[sea_orm(string_value = "officer")]
    Officer,
}

impl Side {
    /// The word the wire and the table use.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Buyer => "buyer",
            Self::Seller => "seller",
            Self::Officer => "officer",
        }
    }
}

crate::plain_table!();
