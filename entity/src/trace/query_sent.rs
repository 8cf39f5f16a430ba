//! An event that has arrived at a subscriber, kept while the same stretch of time may be looked at again.

use sea_orm::entity::prelude::*;

use crate::{
    Timestamp,
    ids::{EventId, QuerySubscriptionId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "query_sent")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub subscription_id: QuerySubscriptionId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub event_id: EventId,
    pub record_time: Timestamp,
}

crate::plain_table!();
