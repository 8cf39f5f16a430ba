//! A photograph that arrives in pieces, so that a broken connection costs one piece and not the whole.

use sea_orm::entity::prelude::*;

use crate::{
    Timestamp,
    ids::{PersonId, PhotoId, UploadId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "upload")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: UploadId,
    /// Who sends it; nobody else knows of it.
    pub person_id: PersonId,
    /// Bytes in all.
    pub size: i64,
    /// Bytes that are here: where the next piece begins.
    pub received: i64,
    pub pieces: i32,
    /// SHA-256 (hex) that the whole shall have, where the sender said so.
    pub digest: Option<String>,
    /// What became of it.
    pub photo_id: Option<PhotoId>,
    pub expires_at: Timestamp,
}

crate::plain_table!();
