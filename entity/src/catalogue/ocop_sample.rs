//! Samples of the product that came in.

use sea_orm::entity::prelude::*;

use crate::{
    Day, Timestamp,
    ids::{DossierId, PersonId, SampleId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ocop_sample")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SampleId,
    pub dossier_id: DossierId,
    pub count: i32,
    pub received_on: Day,
    pub received_by: PersonId,
    pub note: String,
    pub at: Timestamp,
}

crate::plain_table!();
