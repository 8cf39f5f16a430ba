//! The last checkpoint of another exchange's log that this one has co-signed. It never goes back from it.

use sea_orm::entity::prelude::*;

use crate::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "witnessed_checkpoint")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub origin: String,
    pub size: i64,
    /// The hash of the tree, base64.
    pub root: String,
    /// The checkpoint as the log signed it.
    pub note: String,
    pub at: Timestamp,
}

crate::plain_table!();
