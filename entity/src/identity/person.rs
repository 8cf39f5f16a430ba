//! A human being. The phone number is the name they sign in with.

use sea_orm::entity::prelude::*;

use crate::{Phone, Timestamp, ids::PersonId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "person")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PersonId,
    pub phone: Phone,
    pub name: String,
    /// Argon2id in PHC form.
    pub password_hash: String,
    pub created_at: Timestamp,
}

crate::plain_table!();
