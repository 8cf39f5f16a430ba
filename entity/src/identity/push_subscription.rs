//! A browser that messages are pushed to (RFC 8030). It ends with the session in which it was made: a phone goes from hand
//! to hand, and what is pushed is for who is signed in.

use sea_orm::entity::prelude::*;

use crate::{
    Timestamp,
    ids::{PersonId, PushSubscriptionId, SessionId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "push_subscription")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PushSubscriptionId,
    pub person_id: PersonId,
    pub session_id: SessionId,
    /// A keyed hash of the address.
    pub endpoint_hash: String,
    /// Address and keys, sealed.
    pub sealed: String,
    pub created_at: Timestamp,
    pub last_sent_at: Option<Timestamp>,
}

crate::plain_table!();
