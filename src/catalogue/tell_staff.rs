//! Telling everybody who works for a seller.

use entity::{catalogue::staff, ids::SellerId};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter};

use crate::{
    db::Unit,
    identity::messages::{Note, To, tell_all},
};

/// Tells everybody who works for `seller`, once this unit is durable.
pub async fn tell_staff(unit: &mut Unit, seller: SellerId, note: Note) -> Result<(), DbErr> {
    let staff = staff::Entity::find()
        .filter(staff::Column::SellerId.eq(seller))
        .all(&*unit)
        .await?;
    tell_all(unit, staff.iter().map(|row| To::person(row.person_id)), &note).await
}
