//! A stall (sạp, ki-ốt) in a market.

use sea_orm::entity::prelude::*;

use crate::ids::{MarketId, PersonId, StallId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "stall")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: StallId,
    pub market_id: MarketId,
    /// As painted on it: `A-12`.
    pub code: String,
    pub keeper_name: String,
    pub goods: String,
    pub person_id: Option<PersonId>,
}

crate::plain_table!();
