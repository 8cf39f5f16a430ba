//! A witness has seen a checkpoint and found that it goes on from the one before (C2SP tlog-cosignature).

use sea_orm::entity::prelude::*;

use crate::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "log_cosignature")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub origin: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub size: i64,
    /// The witness's verifier key, as it was when it signed.
    #[sea_orm(primary_key, auto_increment = false)]
    pub witness: String,
    /// Its line of the signed note.
    pub line: String,
    pub at: Timestamp,
}

crate::plain_table!();
