//! A photograph with a review.

use sea_orm::entity::prelude::*;

use crate::ids::{OrderReviewId, PhotoId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "order_review_photo")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub review_id: OrderReviewId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub photo_id: PhotoId,
    pub position: i32,
}

crate::plain_table!();
