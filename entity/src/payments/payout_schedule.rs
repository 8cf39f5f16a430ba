//! How often a seller is paid out. Without a row it is what `payouts::schedule` says.

use sea_orm::entity::prelude::*;

use crate::{Dong, Timestamp, ids::SellerId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "payout_schedule")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub seller_id: SellerId,
    pub every: Every,
    /// Monday is 1; counts where it is weekly.
    pub weekday: i32,
    /// Counts where it is paid out above a sum.
    pub threshold: Dong,
    pub changed_at: Timestamp,
}

/// When somebody is paid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Every {
    #[sea_orm(string_value = "daily")]
    Daily,
    /// On a day of the week.
    #[sea_orm(string_value = "weekly")]
    Weekly,
    /// Whenever enough has come together.
    #[sea_orm(string_value = "threshold")]
    Threshold,
}

impl Every {
    /// The word the wire and the table use.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Daily => "daily",
            Self::Weekly => "weekly",
            Self::Threshold => "threshold",
        }
    }
}

crate::plain_table!();
