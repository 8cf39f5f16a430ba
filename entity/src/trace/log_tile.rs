//! A tile of the transparency log (C2SP tlog-tiles): up to 256 hashes of one level. Once it has 256 it never changes.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "log_tile")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub level: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub n: i64,
    /// 32 bytes a hash.
    pub bytes: Vec<u8>,
}

crate::plain_table!();
