//! Who works for a seller, and how somebody leaves.

use entity::{
    catalogue::{
        seller,
        staff::{self, StaffRole},
    },
    ids::{PersonId, SellerId},
};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, sea_query::Expr};

use crate::{catalogue::CatalogueError, db::Unit};

/// Takes `person` from the staff of `seller`. Somebody must own it: the last owner stays.
pub async fn leave(unit: &mut Unit, seller: SellerId, person: PersonId) -> Result<(), CatalogueError> {
    // The seller's row is locked, so that two owners who leave at once do not both see the other stay.
    seller::Entity::update_many()
        .col_expr(seller::Column::UpdatedAt, Expr::value(unit.now()))
        .filter(seller::Column::Id.eq(seller))
        .exec(&*unit)
        .await?;
    let gone = staff::Entity::delete_by_id((seller, person)).exec(&*unit).await?;
    if gone.rows_affected == 0 {
        return Err(CatalogueError::NoSuchThing);
    }
    let owners = staff::Entity::find()
        .filter(staff::Column::SellerId.eq(seller))
        .filter(staff::Column::Role.eq(StaffRole::Owner))
        .count(&*unit)
        .await?;
    if owners == 0 {
        return Err(CatalogueError::LastOwner);
    }
    Ok(())
}
