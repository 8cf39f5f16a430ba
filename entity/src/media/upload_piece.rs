//! Bytes of an upload.

use sea_orm::entity::prelude::*;

use crate::ids::UploadId;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "upload_piece")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub upload_id: UploadId,
    /// The place of its first byte in the whole.
    #[sea_orm(primary_key, auto_increment = false)]
    pub start: i64,
    pub bytes: Vec<u8>,
}

crate::plain_table!();
