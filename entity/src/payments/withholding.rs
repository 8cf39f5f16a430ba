//! Tax withheld from an earning, frozen when it arose. A return adds a row that takes back its part.

use sea_orm::entity::prelude::*;

use crate::{
    Dong, Rate, Timestamp,
    ids::{SellerId, WithholdingId},
    payments::commission::Kind,
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "withholding")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: WithholdingId,
    pub order_id: Uuid,
    pub seller_id: SellerId,
    pub what: What,
    pub kind: Kind,
    /// The day from which its rates hold.
    pub rate_from: String,
    pub vat_bp: Rate,
    pub pit_bp: Rate,
    /// What it is of; below zero for what came back, as are both taxes.
    pub base: Dong,
    pub vat: Dong,
    pub pit: Dong,
    pub at: Timestamp,
}

/// What the law calls what was sold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum What {
    #[sea_orm(string_value = "goods")]
    Goods,
    /// Bringing goods to the buyer.
    #[sea_orm(string_value = "transport")]
    Transport,
    #[sea_orm(string_value = "services")]
    Services,
    /// Nobody knows which; the highest rates hold.
    #[sea_orm(string_value = "unclear")]
    Unclear,
}

impl What {
    /// The word the wire and the table use.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Goods => "goods",
            Self::Transport => "transport",
            Self::Services => "services",
            Self::Unclear => "unclear",
        }
    }
}

crate::plain_table!();
