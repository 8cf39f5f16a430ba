//! Who a person is according to a provider of electronic identity (VNeID, a province's own).

use sea_orm::entity::prelude::*;

use crate::{Timestamp, ids::PersonId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "electronic_identity")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub person_id: PersonId,
    /// The provider's `iss`.
    pub issuer: String,
    /// The provider's lasting name for the person, its `sub`.
    pub subject: String,
    /// The name the provider vouches for.
    pub name: String,
    /// When the provider last vouched.
    pub verified_at: Timestamp,
}

crate::plain_table!();
