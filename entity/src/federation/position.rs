//! How far the feed has followed the change log.

use sea_orm::entity::prelude::*;

use crate::{Day, ids::ListingId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "feed_position")]
pub struct Model {
    /// There is one: `feed`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    /// The last change that the feed holds.
    pub change_seq: i64,
    /// The day for which certificates and lots were last looked at: they end without a change.
    pub day: Day,
    /// Whether every listing there was at the beginning is in it.
    pub built: bool,
    /// While it is built: the last listing that is in it.
    pub built_to: Option<ListingId>,
    /// Tombstones up to this number may have been forgotten, so a reader behind it must begin anew.
    pub floor: i64,
}

crate::plain_table!();
