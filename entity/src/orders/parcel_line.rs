//! So much of a line in a parcel.

use sea_orm::entity::prelude::*;

use crate::{
    Thousandths,
    ids::{OrderLineId, ParcelId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "parcel_line")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub parcel_id: ParcelId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub line_id: OrderLineId,
    /// In the line's unit.
    pub quantity: Thousandths,
}

crate::plain_table!();
