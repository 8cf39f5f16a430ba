//! The points a council member gives a dossier. Corrected by a new row; the one before stays, marked as replaced.

use sea_orm::entity::prelude::*;

use crate::{
    Timestamp,
    ids::{BallotId, DossierId, PersonId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ocop_ballot")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: BallotId,
    pub dossier_id: DossierId,
    pub member_id: PersonId,
    /// Part A, product and strength of the community, in hundredths of a point: 0 to 4000.
    pub a: i32,
    /// Part B, marketing: 0 to 2500.
    pub b: i32,
    /// Part C, quality of the product: 0 to 3500.
    pub c: i32,
    pub note: String,
    pub cast_at: Timestamp,
    pub replaced_at: Option<Timestamp>,
}

crate::plain_table!();
