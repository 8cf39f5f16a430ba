//! A passkey (Web Authentication, Level 3): a key pair in a person's phone, computer or security key.

use sea_orm::entity::prelude::*;

use crate::{
    Timestamp,
    ids::{PasskeyId, PersonId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "passkey")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PasskeyId,
    pub person_id: PersonId,
    /// The authenticator's name for it, base64url.
    pub credential_id: String,
    /// The public key, its counter and its flags, as JSON. Nothing in it is secret.
    pub credential: String,
    /// What its owner calls it.
    pub name: String,
    pub created_at: Timestamp,
    pub last_used_at: Option<Timestamp>,
}

crate::plain_table!();
