//! What the log was at a size, signed (C2SP tlog-checkpoint).

use sea_orm::entity::prelude::*;

use crate::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "log_checkpoint")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub origin: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub size: i64,
    /// The hash of the tree, base64.
    pub root: String,
    /// The signed note, without what witnesses added.
    pub note: String,
    pub at: Timestamp,
    /// How many witnesses have signed it.
    pub cosigned: i32,
}

crate::plain_table!();
