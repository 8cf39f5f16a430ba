//! Which photographs show a product, in which order.

use sea_orm::entity::prelude::*;

use crate::ids::{PhotoId, ProductId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "product_photo")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub product_id: ProductId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub photo_id: PhotoId,
    pub position: i32,
    /// What it shows, in Vietnamese; without it, the product's name stands for that.
    pub alt: Option<String>,
}

crate::plain_table!();
