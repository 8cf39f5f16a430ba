//! What somebody says of a place or thing: master data that came in the header of a document.

use sea_orm::entity::prelude::*;
use uuid::Uuid;

use crate::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "vocabulary_element")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The seller who says so, or the person who acts for none.
    pub owner_id: Uuid,
    /// The kind of thing, as a URI.
    pub vocabulary: String,
    /// In canonical form.
    pub name: String,
    /// Values by the attribute's name, as JSON.
    pub attributes: String,
    /// The names of what lies within it, as JSON.
    pub children: String,
    pub recorded_at: Timestamp,
}

crate::plain_table!();
