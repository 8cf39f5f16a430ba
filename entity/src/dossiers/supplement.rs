//! What was missing from a dossier. Between asking and answer the clock stands; at most one is open at a time.

use sea_orm::entity::prelude::*;

use super::dossier::Stage;
use crate::{
    Day, Timestamp,
    ids::{DossierId, PersonId, SupplementId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "dossier_supplement")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SupplementId,
    pub dossier_id: DossierId,
    pub stage: Stage,
    pub ask: String,
    /// Until when the applicant should answer.
    pub due_on: Option<Day>,
    pub asked_by: PersonId,
    pub asked_at: Timestamp,
    pub answer: Option<String>,
    pub answered_by: Option<PersonId>,
    pub answered_at: Option<Timestamp>,
}

crate::plain_table!();
