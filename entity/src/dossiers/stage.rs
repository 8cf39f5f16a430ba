//! A stage of a dossier: who had it, how long the law gave them, and when they were done.

use sea_orm::entity::prelude::*;

use super::dossier::Stage;
use crate::{Day, ids::DossierId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "dossier_stage")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub dossier_id: DossierId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub stage: Stage,
    /// This day does not count yet.
    pub started_on: Day,
    /// As the table of deadlines said on the day the stage began.
    pub working_days: i32,
    /// Working days on which the clock stood.
    pub stood_days: i32,
    /// The last day on which the stage ends in time.
    pub due_on: Day,
    pub ended_on: Option<Day>,
}

crate::plain_table!();
