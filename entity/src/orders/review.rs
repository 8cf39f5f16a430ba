//! What a buyer says of goods they bought.

use sea_orm::entity::prelude::*;

use crate::{
    Timestamp,
    ids::{ListingId, OrderId, OrderLineId, OrderReviewId, ProductId, SellerId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "order_review")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OrderReviewId,
    pub line_id: OrderLineId,
    pub order_id: OrderId,
    pub product_id: ProductId,
    pub listing_id: ListingId,
    pub seller_id: SellerId,
    /// 1 to 5.
    pub stars: i32,
    pub words: String,
    /// As others see who wrote it.
    pub signed: String,
    pub created_at: Timestamp,
    pub answer: Option<String>,
    pub answered_at: Option<Timestamp>,
    /// An officer took it off.
    pub hidden_at: Option<Timestamp>,
    pub hidden_why: Option<String>,
}

crate::plain_table!();
