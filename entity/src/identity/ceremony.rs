//! Something begun that ends within minutes, perhaps in another process: a sign-in that waits for its second factor, a
//! passkey being made, a person sent to their provider of electronic identity.

use sea_orm::entity::prelude::*;

use crate::{Timestamp, ids::PersonId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ceremony")]
pub struct Model {
    /// SHA-256 (hex) of the secret that whoever began it holds.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub kind: Kind,
    /// Whom it is about, where that is known.
    pub person_id: Option<PersonId>,
    /// What the end must know of the beginning; sealed JSON.
    pub state: String,
    /// How often its end was tried.
    pub attempts: i32,
    pub expires_at: Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Kind {
    /// The password was right; the second factor is awaited.
    #[sea_orm(string_value = "second_factor")]
    SecondFactor,
    /// A passkey is being made.
    #[sea_orm(string_value = "passkey")]
    Passkey,
    /// Somebody was sent to the provider of electronic identity.
    #[sea_orm(string_value = "identity")]
    Identity,
    /// The provider knows somebody whose phone has an account here; that account's password is awaited.
    #[sea_orm(string_value = "identity_link")]
    IdentityLink,
}

crate::plain_table!();
