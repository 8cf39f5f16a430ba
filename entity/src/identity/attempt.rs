//! What may be tried only so often (sign-ins that failed, codes that were sent), counted here and not in a process, so that
//! two processes count together.

use sea_orm::entity::prelude::*;

use crate::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sign_in_attempt")]
pub struct Model {
    /// What is limited: a phone, an address or a person, hashed.
    #[sea_orm(primary_key, auto_increment = false)]
    pub subject: String,
    /// The window the count belongs to.
    #[sea_orm(primary_key, auto_increment = false)]
    pub window_start: Timestamp,
    pub failures: i32,
}

crate::plain_table!();
