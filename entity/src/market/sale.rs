//! Something sold at a stall.

use sea_orm::entity::prelude::*;

use crate::{
    Dong, Timestamp,
    ids::{PaymentId, PersonId, SaleId, StallId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sale")]
pub struct Model {
    /// The draft's own UUID, where the phone made one.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SaleId,
    pub stall_id: StallId,
    pub kind: Kind,
    pub amount: Dong,
    pub note: String,
    pub payment_id: PaymentId,
    pub happened_at: Timestamp,
    pub recorded_at: Timestamp,
    /// When it or its payment last moved; what open counters read after a signal.
    pub changed_at: Timestamp,
    /// `None` for what came by the printed stand.
    pub recorded_by: Option<PersonId>,
}

/// How it came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Kind {
    /// The keeper typed an amount.
    #[sea_orm(string_value = "counter")]
    Counter,
    /// The buyer scanned the printed stand and typed it.
    #[sea_orm(string_value = "stand")]
    Stand,
}

impl Kind {
    /// The word the wire and the table use.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Stand => "stand",
        }
    }
}

crate::plain_table!();
