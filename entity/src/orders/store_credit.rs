//! What a person may spend at a seller's without paying.

use sea_orm::entity::prelude::*;

use crate::{
    Dong, Timestamp,
    ids::{PersonId, SellerId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "store_credit")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub seller_id: SellerId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub person_id: PersonId,
    pub balance: Dong,
    pub updated_at: Timestamp,
}

crate::plain_table!();
