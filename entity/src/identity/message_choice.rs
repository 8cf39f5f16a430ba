//! In which language somebody is told things, and by which channels; without a row, as the program thinks best.

use sea_orm::entity::prelude::*;

use crate::{Timestamp, ids::PersonId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "message_choice")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub person_id: PersonId,
    /// `vi` or `en`.
    pub language: String,
    /// Codes of channels with spaces between them, as in the other two.
    pub orders: String,
    pub money: String,
    pub reminders: String,
    pub updated_at: Timestamp,
}

crate::plain_table!();
