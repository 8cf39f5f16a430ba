//! A photograph that was decoded, freed of its metadata and stored in several widths.

use sea_orm::entity::prelude::*;

use crate::{
    Timestamp,
    ids::{PersonId, PhotoId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "photo")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PhotoId,
    /// The person who gave it; `None`: a guest, with what they bought.
    pub person_id: Option<PersonId>,
    /// Of the original, upright.
    pub width: i32,
    pub height: i32,
    /// The widths stored, ascending, comma-separated.
    pub widths: String,
    /// SHA-256 (hex) of the bytes received.
    pub digest: String,
    pub created_at: Timestamp,
}

crate::plain_table!();
