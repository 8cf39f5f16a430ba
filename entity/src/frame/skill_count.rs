//! How often a person did something alone, and how often somebody did it for them, month by month. Counted in the
//! transaction of the deed itself.

use sea_orm::entity::prelude::*;

use crate::ids::PersonId;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "skill_count")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub person_id: PersonId,
    /// `2026-11`, in Vietnam.
    #[sea_orm(primary_key, auto_increment = false)]
    pub month: String,
    /// What was done: `diary`, `listing` …
    #[sea_orm(primary_key, auto_increment = false)]
    pub kind: String,
    pub alone: i64,
    pub helped: i64,
}

crate::plain_table!();
