//! A stall (sạp, ki-ốt) in a market.

use sea_orm::entity::prelude::*;

use crate::{
    PaymentReference,
    ids::{MarketId, MoneyAccountId, PersonId, StallId},
};

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
    /// Where its buyers' money goes.
    pub account_id: Option<MoneyAccountId>,
    /// The memo of its printed stand.
    pub stand_reference: Option<PaymentReference>,
}

crate::plain_table!();
