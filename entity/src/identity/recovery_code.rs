//! Codes on paper, for whoever has lost the other second factors. Each is good once.

use sea_orm::entity::prelude::*;

use crate::{Timestamp, ids::PersonId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "recovery_code")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub person_id: PersonId,
    /// A keyed hash: nobody who has only the database can guess the code.
    #[sea_orm(primary_key, auto_increment = false)]
    pub code_hash: String,
    pub created_at: Timestamp,
    pub used_at: Option<Timestamp>,
}

crate::plain_table!();
