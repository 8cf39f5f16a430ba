//! A photograph that the buyer adds to a return. A guest has no uploads, so it comes as it is.

use entity::{
    ids::{OrderReturnId, PhotoId},
    orders::return_photo,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};

use super::{act::open_return, ask::MOST_PHOTOS, lifecycle::default_of};
use crate::{
    db::Unit,
    http::{input::Wrong, language::Message},
    orders::OrdersError,
};

/// Adds `photo` to the return `id`, as long as it is not decided.
pub(super) async fn add(unit: &mut Unit, id: OrderReturnId, photo: PhotoId) -> Result<(), OrdersError> {
    let (_, row) = open_return(unit, id).await?;
    if default_of(row.state).is_none() {
        return Err(OrdersError::ReturnClosed);
    }
    // The order is locked: nobody adds another meanwhile.
    let there = return_photo::Entity::find()
        .filter(return_photo::Column::ReturnId.eq(id))
        .count(&*unit)
        .await?;
    let most = MOST_PHOTOS as u64;
    let Some(position) = i32::try_from(there).ok().filter(|_| there < most) else {
        let message = Message::new("wrong-too-many").with("max", MOST_PHOTOS);
        return Err(Wrong::one("/photo", message).into());
    };
    let row = return_photo::ActiveModel {
        return_id: Set(id),
        photo_id: Set(photo),
        position: Set(position),
    };
    return_photo::Entity::insert(row).exec_without_returning(&*unit).await?;
    Ok(())
}
