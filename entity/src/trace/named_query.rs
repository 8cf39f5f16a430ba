//! A question about events that somebody gave a name.

use sea_orm::entity::prelude::*;
use uuid::Uuid;

use crate::{
    Timestamp,
    ids::{NamedQueryId, PersonId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "named_query")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: NamedQueryId,
    /// The seller whose it is, or the person who acts for none.
    pub owner_id: Uuid,
    pub made_by: PersonId,
    /// Unique among its owner's.
    pub name: String,
    /// The query as JSON, in the form of GS1's query schema.
    pub query: String,
    pub created_at: Timestamp,
}

crate::plain_table!();
