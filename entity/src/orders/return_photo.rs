//! A photograph that shows why goods go back.

use sea_orm::entity::prelude::*;

use crate::ids::{OrderReturnId, PhotoId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "order_return_photo")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub return_id: OrderReturnId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub photo_id: PhotoId,
    pub position: i32,
}

crate::plain_table!();
