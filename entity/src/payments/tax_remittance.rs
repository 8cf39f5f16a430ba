//! What was withheld in a month has gone to the state.

use sea_orm::entity::prelude::*;

use crate::{Dong, Timestamp, ids::PersonId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "tax_remittance")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    /// `2026-11`.
    pub month: String,
    pub amount: Dong,
    pub at: Timestamp,
    pub made_by: Option<PersonId>,
}

crate::plain_table!();
