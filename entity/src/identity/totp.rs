//! A person's authenticator app (RFC 6238): at most one each.

use sea_orm::entity::prelude::*;

use crate::{Timestamp, ids::PersonId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "totp")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub person_id: PersonId,
    /// Sealed.
    pub secret: String,
    /// The newest time step whose code was used; none up to it is accepted any more.
    pub last_step: i64,
    pub created_at: Timestamp,
    /// When its first code was given; until then it is only an offer.
    pub confirmed_at: Option<Timestamp>,
}

crate::plain_table!();
