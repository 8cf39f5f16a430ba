//! What one buyer checked out at once: the orders to several sellers, and where they go.

use sea_orm::entity::prelude::*;

use crate::{
    CommuneCode, Phone, Timestamp,
    ids::{OrderGroupId, PersonId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "order_group")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OrderGroupId,
    /// The hash of the guest's access token.
    pub token_hash: String,
    /// `None`: a guest.
    pub person_id: Option<PersonId>,
    pub buyer_name: String,
    pub buyer_phone: Phone,
    pub commune_code: CommuneCode,
    pub street: String,
    /// In which they ordered: a guest is told in it what becomes of the order. `None`: not known.
    pub language: Option<String>,
    pub created_at: Timestamp,
}

crate::plain_table!();
