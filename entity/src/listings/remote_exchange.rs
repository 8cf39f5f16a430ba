//! Another exchange whose listings are shown beside ours.

use sea_orm::entity::prelude::*;

use crate::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "remote_exchange")]
pub struct Model {
    /// The id that it gave itself.
    #[sea_orm(primary_key, auto_increment = false)]
    pub exchange_id: String,
    pub name: String,
    /// Where it is, without a slash at its end.
    pub url: String,
    /// Until when it vouches for everything it has told us of; after that only what vouches for itself is shown.
    pub fresh_until: Timestamp,
}

crate::plain_table!();
