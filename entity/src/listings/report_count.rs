//! How many reports came from an address in an hour; counted here, so that two processes count together.

use sea_orm::entity::prelude::*;

use crate::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "report_count")]
pub struct Model {
    /// A keyed hash: nobody reads an address back.
    #[sea_orm(primary_key, auto_increment = false)]
    pub address: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub window_start: Timestamp,
    pub reports: i32,
}

crate::plain_table!();
