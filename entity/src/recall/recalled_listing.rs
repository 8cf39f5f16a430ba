//! A listing that drew on a batch which is called back.

use sea_orm::entity::prelude::*;

use crate::ids::{ListingId, RecallId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "recall_listing")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub recall_id: RecallId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub listing_id: ListingId,
    /// The recall took it off sale, for nothing else was left of it.
    pub withdrawn: bool,
}

crate::plain_table!();
