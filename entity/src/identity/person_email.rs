//! Where somebody reads e-mail. Nothing but a code goes there before they have told that code.

use sea_orm::entity::prelude::*;

use crate::{Timestamp, ids::PersonId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "person_email")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub person_id: PersonId,
    pub address: String,
    pub confirmed_at: Option<Timestamp>,
    /// A keyed hash of the code sent to the address.
    pub code_hash: Option<String>,
    pub code_until: Option<Timestamp>,
    pub guesses: i32,
}

crate::plain_table!();
