//! A key of the transparency log: one that signs this exchange's log, or one with which it co-signs others' logs.

use sea_orm::entity::prelude::*;

use crate::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "log_key")]
pub struct Model {
    /// The name in signatures. Of a log it is the origin; no two logs ever share one.
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    pub purpose: Purpose,
    /// 32 bytes, base64.
    pub public_key: String,
    /// The private half, sealed by the vault.
    pub sealed: String,
    pub made_at: Timestamp,
    /// From then on it never signs again.
    pub frozen_at: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Purpose {
    #[sea_orm(string_value = "log")]
    Log,
    #[sea_orm(string_value = "witness")]
    Witness,
}

crate::plain_table!();
