//! A listing that a takedown covers, and what it was before.

use sea_orm::entity::prelude::*;

use super::listing::State;
use crate::ids::{ListingId, TakedownId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "takedown_listing")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub takedown_id: TakedownId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub listing_id: ListingId,
    /// Never `taken_down`.
    pub was: State,
}

crate::plain_table!();
