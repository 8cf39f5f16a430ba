//! Where a unit's own code was scanned, to a tenth of a degree (about eleven kilometres): enough to see that one unit is in
//! two places, too little to find anybody. Deleted after some weeks.

use sea_orm::entity::prelude::*;

use crate::{
    Timestamp,
    ids::{BatchId, ScanSightingId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "scan_sighting")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ScanSightingId,
    pub batch_id: BatchId,
    pub serial: String,
    pub seen_at: Timestamp,
    pub latitude_tenths: i32,
    pub longitude_tenths: i32,
    /// The province or country, as the database of addresses names it; possibly empty.
    pub place: String,
}

crate::plain_table!();
