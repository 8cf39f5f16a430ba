//! Who may do a job that only one process may do at a time (sequencer, outbox runner).

use sea_orm::entity::prelude::*;

use crate::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "lease")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    /// A random name of the process that holds it.
    pub holder: String,
    pub expires_at: Timestamp,
}

crate::plain_table!();
