//! Answers already given, kept so that a repeated request gets the same one.

use sea_orm::entity::prelude::*;

use crate::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "idempotency")]
pub struct Model {
    /// SHA-256 (hex) over scope, method, path and key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// SHA-256 (hex) of the body the key was first used with.
    pub body_hash: String,
    pub status: i32,
    pub location: Option<String>,
    pub body: String,
    pub created_at: Timestamp,
}

crate::plain_table!();
